// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// skipping is a clock that tests move on, beside the time that passes.
type skipping struct {
	clock.RealClock
	mu      sync.Mutex
	skipped time.Duration
}

func (s *skipping) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.skipped)
}

func (s *skipping) Since(t time.Time) time.Duration { return s.Now().Sub(t) }

func (s *skipping) skip(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skipped += d
}

// started is another dashboard at the same server.
func started(t *testing.T, config *rest.Config, c clock.WithTicker) *access.Cluster {
	t.Helper()
	a, err := access.NewCluster(config, c)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = a.Start(t.Context()) }() // ends with the test
	becomes(t, "everything is read", a.Healthy)
	return a
}

func becomes(t *testing.T, what string, try func() error) {
	t.Helper()
	if err := eventually(t.Context(), try); err != nil {
		t.Fatalf("it never came about that %s: %v", what, err)
	}
}

func TestARightThatIsTakenAwayIsGoneTenSecondsLater(t *testing.T) {
	c := &skipping{}
	a := started(t, here.account, c)
	who := person("max@shop.example")
	binding := controlplane.RoleBinding(shop, "max", who.User, "ClusterRole", "praxis-view")
	if err := here.admin.Create(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	list := func() error { return a.Client(who).List(t.Context(), &praxisv1.ActionList{}, client.InNamespace(shop)) }
	becomes(t, "who got a right reads", func() error { c.skip(10 * time.Second); return list() })
	if err := here.admin.Delete(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	becomes(t, "who lost it reads nothing", func() error {
		c.skip(10 * time.Second)
		if err := list(); err == nil || !strings.Contains(err.Error(), "max@shop.example may not list actions") {
			return errors.Join(errors.New("it still reads"), err)
		}
		return nil
	})
}

func TestAChangeIsToldWithinASecondToWhoWaitsForIt(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	inShop, nextDoor, anywhere := here.access.Changes(ctx, shop), here.access.Changes(ctx, neighbour), here.access.Changes(ctx, "")
	began := time.Now()
	patch := raw(map[string]any{"metadata": map[string]any{"labels": map[string]any{"seen": began.Format("15-04-05.000000")}}})
	if err := here.admin.Patch(t.Context(), &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "payments"}}, patch); err != nil {
		t.Fatal(err)
	}
	for name, told := range map[string]<-chan struct{}{"in the namespace": inShop, "anywhere": anywhere} {
		select {
		case <-told:
			t.Logf("who waits %s was told after %s", name, time.Since(began).Round(time.Millisecond))
		case <-time.After(10 * time.Second):
			t.Errorf("who waits %s is never told", name)
		}
	}
	select {
	case <-nextDoor:
		t.Error("the neighbour was told")
	default:
	}
	stop()
	for range nextDoor { // is closed
	}
}

func TestOneSeesWhatOneHasJustWritten(t *testing.T) {
	c := here.access.Client(person(ben))
	for range 10 {
		piece := &praxisv1.Evidence{
			ObjectMeta: metav1.ObjectMeta{Namespace: shop, GenerateName: "mine-"}, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: ship}, Quantity: 1},
		}
		if err := c.Create(t.Context(), piece); err != nil {
			t.Fatal(err)
		}
		var pieces praxisv1.EvidenceList
		if err := c.List(t.Context(), &pieces, client.InNamespace(shop), client.MatchingFields{"spec.submittedBy": ben}); err != nil || !has(pieces, piece.Name) {
			t.Errorf("%s is not there: %v", piece.Name, err)
		}
		if err := c.Delete(t.Context(), piece); err != nil {
			t.Fatal(err)
		}
		if err := c.List(t.Context(), &pieces); err != nil || has(pieces, piece.Name) {
			t.Errorf("%s is still there: %v", piece.Name, err)
		}
	}
}

func has(pieces praxisv1.EvidenceList, name string) bool {
	for _, e := range pieces.Items {
		if e.Name == name {
			return true
		}
	}
	return false
}

// wire is the way to the server, which a test can cut.
type wire struct {
	mu    sync.Mutex
	isCut bool
	open  map[net.Conn]bool
}

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isCut {
		return nil, errors.New("the wire is cut")
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err == nil {
		w.open[conn] = true
	}
	return conn, err
}

func (w *wire) cut(is bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = is
	for conn := range w.open {
		_ = conn.Close() // the other side may have
	}
	clear(w.open)
}

func TestASilentServerIsSaidAndTheDashboardComesBackByItself(t *testing.T) {
	w := &wire{open: map[net.Conn]bool{}}
	config := rest.CopyConfig(here.account)
	config.Dial = w.dial
	c := &skipping{}
	a := started(t, config, c)
	vics := a.Client(person(vic))
	list := func() error { return vics.List(t.Context(), &praxisv1.ActionList{}, client.InNamespace(shop)) }
	becomes(t, "it is read", list)
	w.cut(true)
	becomes(t, "it is said since when the server is silent", func() error {
		silent, is := errors.AsType[*access.Silent](a.Healthy())
		if !is || time.Since(silent.Since) > time.Minute {
			return errors.Join(errors.New("it says something else"), a.Healthy())
		}
		return nil
	})
	if err := list(); err != nil {
		t.Errorf("what was allowed a moment ago is not shown: %v", err)
	}
	c.skip(10 * time.Second)
	if err := list(); err == nil || !strings.Contains(err.Error(), "asking the API server whether "+vic+" may list actions") {
		t.Errorf("what nobody can say is allowed is shown: %v", err)
	}
	if err := handIn(t.Context(), a.Client(person(ben))); err == nil {
		t.Error("something was written to nowhere")
	}
	w.cut(false)
	c.skip(2 * time.Minute) // what the watches said in between no longer counts
	becomes(t, "it is well again", a.Healthy)
	becomes(t, "it is read again", list)
}

// The fallback: on a server that does not know how to narrow it, nothing is written unless the
// role is there that gives away everything.
func TestAnOlderServerWritesNothingUnlessThatIsWanted(t *testing.T) {
	config := filepath.Join("..", "..", "config")
	older := &stage{}
	var err error
	if older.plane, err = controlplane.Start(t.Context(), controlplane.Options{
		CRDDirs: []string{filepath.Join(config, "crd", "bases")}, Out: os.Stderr, APIServerArgs: []string{"--feature-gates=ConstrainedImpersonation=false"},
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := older.plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := older.begins(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	a := started(t, older.account, clock.RealClock{})
	bens := a.Client(person(ben))
	becomes(t, "ben reads", func() error { return bens.List(t.Context(), &praxisv1.ActionList{}, client.InNamespace(shop)) })
	if err := handIn(t.Context(), bens); err == nil || !strings.Contains(err.Error(), "cannot impersonate resource") {
		t.Errorf("it says %v", err)
	}
	if err := older.plane.Install(t.Context(), filepath.Join(config, "dashboard", "plain")); err != nil {
		t.Fatal(err)
	}
	becomes(t, "ben hands in", func() error { return handIn(context.WithValue(t.Context(), expectedKey{}, ""), bens) })
}
