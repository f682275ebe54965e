// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package simulation lives weeks of a Utility through in minutes: the real operator on a
// real API server, in simulated time, killed at random; a cast of users who act as
// themselves; and a ledger of its own that every number in every status has to equal.
package simulation

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/simclock"
	"github.com/praxis-dev/praxis/test/controlplane"
)

var (
	whole   = flag.Bool("whole", false, "live the whole quarter and the other seasons (make test-quarter); else its first three weeks")
	measure = flag.Bool("measure", false, "measure too what hangs on the machine")
	speed   = flag.Float64("speed", 14400, "how many times as fast as time the clock runs; at 14400 a week takes 42 seconds")
)

const (
	namespace    = "quarter"
	operatorUser = "praxis-operator"
)

var cast = []string{"ada", "bob", "cyd", "dan", "eve", "robot"}

// play is a run.
type play struct {
	*testing.T
	ctx      context.Context
	plane    *controlplane.ControlPlane
	admin    client.Client // sync from Git
	users    map[string]client.Client
	operator *operator
	clock    *simclock.Clock
	ledger   *ledger
	events   []event
	pieces   int
	checks   int
	// restartsAt are the instants at which the operator is restarted and may write nothing, restarted
	// counts how often it was.
	restartsAt []time.Time
	restarted  int
	audit      string // the API server's log of requests
}

type event struct {
	at   time.Time
	what string
	do   func()
}

func (p *play) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// newPlay has everything but a running operator; its clock begins half a day before the
// first week.
func newPlay(t *testing.T, monday time.Time) *play {
	t.Helper()
	p := &play{T: t, ctx: t.Context(), ledger: newLedger(), users: map[string]client.Client{}}
	dir := t.TempDir()
	binary := buildOperator(t, dir)
	p.audit = filepath.Join(dir, "audit.log")
	config := filepath.Join("..", "..", "config")
	var err error
	p.plane, err = controlplane.Start(p.ctx, controlplane.Options{
		ControllerManager: true, CRDDirs: []string{filepath.Join(config, "crd", "bases")}, Out: os.Stderr, AuditLog: p.audit,
	})
	p.must(err)
	t.Cleanup(func() { p.must(p.plane.Stop()) })
	p.must(p.plane.Install(p.ctx, filepath.Join(config, "rbac"), filepath.Join(config, "admission"), filepath.Join(config, "admission", "stamping")))
	scheme := runtime.NewScheme()
	p.must(errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)))
	p.admin, err = client.New(p.plane.Config, client.Options{Scheme: scheme})
	p.must(err)
	p.must(p.admin.Create(p.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}))
	for _, name := range cast {
		user, err := p.plane.AddUser(name)
		p.must(err)
		p.users[name], err = client.New(user, client.Options{Scheme: scheme, Mapper: p.admin.RESTMapper()})
		p.must(err)
		p.must(controlplane.Grant(p.ctx, p.admin, namespace, name, name, "edit", "create", "evidence"))
	}
	p.operatorFor(binary, dir, p.ledger.at(monday, "Mon 09:00").Add(-12*time.Hour))
	p.sync(filepath.Join("testdata", "goal.yaml"))
	p.awaitPolicies()
	return p
}

// operatorFor prepares an operator that has the shipped role, and no more.
func (p *play) operatorFor(binary, dir string, start time.Time) {
	user, err := p.plane.AddUser(operatorUser)
	p.must(err)
	kubeconfig := filepath.Join(dir, "kubeconfig")
	p.must(controlplane.WriteKubeconfig(kubeconfig, user))
	p.must(p.admin.Create(p.ctx, controlplane.ClusterRoleBinding(operatorUser, operatorUser, operatorUser)))
	log, err := os.Create(filepath.Join(dir, "operator.log"))
	p.must(err)
	p.Cleanup(func() { log.Close() })
	epoch := time.Now().Truncate(time.Second).Add(2 * time.Second)
	p.clock, err = simclock.New(clock.RealClock{}, start, epoch, *speed)
	p.must(err)
	p.ledger.clock = func() time.Time { return p.clock.Now() }
	p.operator = &operator{T: p.T, binary: binary, kubeconfig: kubeconfig, log: log, args: []string{
		"-clock-start=" + start.UTC().Format(time.RFC3339), "-clock-epoch=" + epoch.UTC().Format(time.RFC3339),
		clockSpeed(*speed), "-clock-until=", "-health-probe-bind-address=0", fmt.Sprintf("-history-weeks=%d", p.ledger.history),
	}}
}

func clockSpeed(speed float64) string { return fmt.Sprintf("-clock-speed=%g", speed) }

func (p *play) sync(path string) {
	text, err := os.ReadFile(path)
	p.must(err)
	objects, err := controlplane.Decode(text)
	p.must(err)
	for _, o := range objects {
		o.SetNamespace(namespace)
		p.must(p.admin.Create(p.ctx, o))
	}
}

// awaitPolicies waits until the API server holds what was installed: roles of users and
// policies.
func (p *play) awaitPolicies() {
	p.must(wait.PollUntilContextTimeout(p.ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		forged := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "probe"}, Spec: praxisv1.EvidenceSpec{
			ActionRef: &praxisv1.LocalReference{Name: "probe"}, SubmittedBy: "ada",
		}}
		unnamed := forged.DeepCopy()
		unnamed.Spec.SubmittedBy = ""
		refused := p.users["bob"].Create(ctx, forged, client.DryRunAll)
		err := p.users["bob"].Create(ctx, unnamed, client.DryRunAll)
		return refused != nil && err == nil && unnamed.Spec.SubmittedBy == "bob", nil
	}))
}

// on adds an event at a local moment of a week.
func (p *play) on(monday time.Time, dayAndTime, what string, do func()) {
	p.events = append(p.events, event{p.ledger.at(monday, dayAndTime), what, do})
}

// run lets the events happen at their times.
func (p *play) run() {
	random := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	slices.SortStableFunc(p.events, func(a, b event) int { return a.at.Compare(b.at) })
	p.untilQuiet(p.clock.Now())
	p.operator.start()
	defer p.operator.stop()
	for i, e := range p.events {
		select {
		case <-p.ctx.Done():
			p.Fatal(p.ctx.Err())
		case <-time.After(time.Until(time.Now().Add(p.clock.Wait(e.at)))):
		}
		if late := p.clock.Now().Sub(e.at); late > 10*time.Hour {
			p.Fatalf("this machine is too slow for -speed=%g: %q of %s happens %s late; lower it", *speed, e.what, e.at, late)
		}
		e.do()
		if i == 0 {
			go p.operator.killAtRandom(ctx, random) // the first week is planned in peace
		}
	}
	if said := p.operator.said(); strings.Contains(said, "panic") {
		p.Errorf("the operator panicked:\n%s", said)
	}
	p.Logf("%d weeks, %d pieces of evidence, %d comparisons, the operator killed %d times, and restarted without a write %d times", len(p.ledger.weeks), p.pieces, p.checks, p.operator.kills, p.restarted)
}

// check waits until every number is that of the ledger, for at most a simulated day, or a minute
// where the clock slows down before that is over.
func (p *play) check() {
	p.Helper()
	p.checks++
	var d differences
	_ = wait.PollUntilContextTimeout(p.ctx, 50*time.Millisecond, min(p.clock.Wait(p.clock.Now().Add(24*time.Hour)), time.Minute), true, func(context.Context) (bool, error) {
		d = p.compare(p.ctx)
		return len(d) == 0, nil
	})
	if len(d) > 0 {
		p.Fatalf("in %s at %s:\n%s", p.ledger.now().name, p.clock.Now().In(p.ledger.zone).Format("Mon 15:04"), strings.Join(d, "\n"))
	}
}

// piece is what was handed in.
type piece struct {
	name      string
	n         int
	state     string // pending, accepted, rejected, or not counted
	submitter string
	at        time.Time
}

// handIn makes evidence for a job as its member, or as somebody else.
func (p *play) handIn(j *job, n int, change ...func(*praxisv1.Evidence)) *piece {
	p.Helper()
	p.pieces++
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("e%04d", p.pieces)},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: j.name}, Quantity: int32(n)},
	}
	if j.step == "fix" {
		e.Spec.Artifacts = []praxisv1.Artifact{{Name: "change", Type: praxisv1.EvidenceLink, URI: "https://git.example/change/" + e.Name}}
	}
	user := j.member
	for _, c := range change {
		c(e)
	}
	made := &piece{e.Name, n, "pending", user, p.clock.Now()}
	if j.step == "report" {
		made.submitter, made.state = "robot", "accepted" // by its check
	}
	p.must(p.users[made.submitter].Create(p.ctx, e))
	j.pieces = append(j.pieces, made)
	j.recount()
	return made
}

// judge gives a verdict on a piece as somebody.
func (p *play) judge(j *job, made *piece, decision praxisv1.Decision) {
	p.Helper()
	judge := "ada"
	if j.member == "ada" {
		judge = "cyd"
	}
	p.must(p.verdict(judge, made.name, decision))
	made.state = map[praxisv1.Decision]string{praxisv1.DecisionAccepted: "accepted", praxisv1.DecisionRejected: "rejected"}[decision]
	j.recount()
}

func (p *play) verdict(by, name string, decision praxisv1.Decision) error {
	for {
		var e praxisv1.Evidence
		p.must(p.users[by].Get(p.ctx, client.ObjectKey{Namespace: namespace, Name: name}, &e))
		e.Status.Verdict = &praxisv1.Verdict{Decision: decision, By: by}
		if err := p.users[by].Status().Update(p.ctx, &e); !apierrors.IsConflict(err) {
			return err
		}
	}
}

// deliver hands in what a job still owes, less what is to be missing, and accepts it.
func (p *play) deliver(j *job, missing int) {
	p.Helper()
	if n := j.target - j.accepted - j.pending - missing; n > 0 && !j.dropped {
		if made := p.handIn(j, n); made.state == "pending" {
			p.judge(j, made, praxisv1.DecisionAccepted)
		}
	}
}

// sign fills a Review in as Ada and signs it.
func (p *play) sign(name string, decisions ...praxisv1.ActionDecision) {
	p.Helper()
	for {
		var r praxisv1.Review
		p.must(p.users["ada"].Get(p.ctx, client.ObjectKey{Namespace: namespace, Name: name}, &r))
		r.Spec.Conclusion, r.Spec.Decisions, r.Spec.SignOff = "Looked at together", decisions, &praxisv1.SignOff{}
		err := p.users["ada"].Update(p.ctx, &r)
		if apierrors.IsConflict(err) {
			continue
		}
		p.must(err)
		break
	}
	for _, r := range p.ledger.reviews {
		if r.name == name {
			r.complete = true
		}
	}
}

// edit changes an object of the goal as a sync from Git does.
func edit[T any, O interface {
	*T
	client.Object
}](p *play, name string, change func(O)) {
	p.Helper()
	o := O(new(T))
	p.must(p.admin.Get(p.ctx, client.ObjectKey{Namespace: namespace, Name: name}, o))
	before := o.DeepCopyObject().(O)
	change(o)
	p.must(p.admin.Patch(p.ctx, o, client.MergeFrom(before)))
}
