// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/gather"
)

// thursday is when the recorded week is looked at.
var thursday = time.Date(2026, time.November, 26, 15, 20, 0, 0, time.UTC)

// stage is a dashboard over objects that a real operator has written; see TestRecord in
// test/dashboard.
type stage struct {
	client.WithWatch
	user    string
	denied  func(verb, resource string) bool
	silent  error
	timer   *clocktesting.FakeClock
	mu      sync.Mutex
	told    map[chan struct{}]bool // who waits for a change
	handler http.Handler
	// routes are where one signs in, if one does.
	routes http.Handler
	// unknown is why nobody can say who somebody is.
	unknown error
	// asked is told of which namespace a stream waits for changes, subscribed is done before.
	asked      chan string
	subscribed func()
}

type builderIndex struct{ *fake.ClientBuilder }

func (b builderIndex) IndexField(_ context.Context, o client.Object, field string, value client.IndexerFunc) error {
	b.WithIndex(o, field, value)
	return nil
}

// Objects that are given stand in place of those of the same kind and name.
func newStage(t *testing.T, recording, user string, instead ...client.Object) *stage {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := praxisv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("testdata", recording))
	if err != nil {
		t.Fatal(err)
	}
	b := fake.NewClientBuilder().WithScheme(scheme).WithStatusSubresource(&praxisv1.Evidence{}, &praxisv1.Action{})
	for _, part := range strings.Split(string(text), "---\n")[1:] {
		var meta struct{ Kind string }
		if err := yaml.Unmarshal([]byte(part), &meta); err != nil {
			t.Fatal(err)
		}
		o, err := scheme.New(praxisv1.GroupVersion.WithKind(meta.Kind))
		if err == nil {
			err = yaml.Unmarshal([]byte(part), o)
		}
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(instead, func(i client.Object) bool {
			return i.GetName() == o.(client.Object).GetName() && i.GetObjectKind().GroupVersionKind().Kind == meta.Kind
		}) {
			b.WithObjects(o.(client.Object))
		}
	}
	b.WithObjects(instead...)
	s := &stage{user: user, timer: clocktesting.NewFakeClock(time.Now()), told: map[chan struct{}]bool{}}
	if err := gather.Index(t.Context(), builderIndex{b}); err != nil {
		t.Fatal(err)
	}
	s.WithWatch = b.Build()
	s.handler, err = New(Options{Who: s, Access: stageAccess{s}, Clock: clocktesting.NewFakePassiveClock(thursday), Timer: s.timer, Log: logr.Discard(), Streams: 200, Patience: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) Person(r *http.Request) (*identity.Person, error) {
	if s.unknown != nil {
		return nil, s.unknown
	}
	if s.user == "" {
		return nil, nil
	}
	if as := r.Header.Get("Test-Person"); as != "" {
		return &identity.Person{User: as}, nil
	}
	return &identity.Person{User: s.user, Groups: []string{"platform-team", "system:authenticated"}}, nil
}

func (s *stage) Routes() http.Handler { return s.routes }

type stageAccess struct{ *stage }

func (a stageAccess) Client(identity.Person) client.Client { return a.WithWatch }

func (a stageAccess) May(_ context.Context, _ identity.Person, what authorizationv1.ResourceAttributes) (bool, string, error) {
	if a.denied != nil && a.denied(what.Verb, what.Resource) {
		return false, "RBAC: no rule grants it", nil
	}
	return true, "", nil
}

func (a stageAccess) Own(ctx context.Context, p identity.Person) ([]praxisv1.IncentiveStatement, error) {
	return a.statements(ctx, func(s *praxisv1.IncentiveStatement) bool { return s.Spec.User == p.User })
}

func (a stageAccess) Others(ctx context.Context, p identity.Person) ([]praxisv1.IncentiveStatement, error) {
	if a.denied != nil && a.denied("list", "incentivestatements") {
		return nil, nil
	}
	return a.statements(ctx, func(s *praxisv1.IncentiveStatement) bool { return s.Spec.User != p.User })
}

func (s *stage) statements(ctx context.Context, which func(*praxisv1.IncentiveStatement) bool) ([]praxisv1.IncentiveStatement, error) {
	var list praxisv1.IncentiveStatementList
	err := s.List(ctx, &list)
	return gather.Keep(list.Items, which), err
}

func (a stageAccess) Namespaces(context.Context, identity.Person) ([]string, error) {
	if a.denied != nil && a.denied("list", "utilities") {
		return nil, nil
	}
	return []string{"platform"}, nil
}

func (a stageAccess) Changes(ctx context.Context, namespace string) <-chan struct{} {
	if a.asked != nil {
		a.asked <- namespace
	}
	if a.subscribed != nil {
		a.subscribed()
	}
	signals := make(chan struct{}, 1)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told[signals] = true
	context.AfterFunc(ctx, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.told, signals)
	})
	return signals
}

// changed tells all who wait that something is another.
func (s *stage) changed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for waiting := range s.told {
		select {
		case waiting <- struct{}{}:
		default:
		}
	}
}

func (a stageAccess) Healthy() error { return a.silent }

var errSilent = errors.New("the API server has been silent since 15:10 UTC")

// get asks for a page; headers come in pairs.
func (s *stage) get(t *testing.T, path string, headers ...string) (int, string, http.Header) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

// post sends a form; fields come in pairs.
func (s *stage) post(t *testing.T, path string, fields ...string) (int, string, http.Header) {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}
