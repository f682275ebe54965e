// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/receiver"
)

// operatorUser is an account that has the operator's role and no right more.
const operatorUser = "system:serviceaccount:praxis-system:praxis"

// withSources is a week in which the step rehearse accepts by itself and everybody has an account
// at GitHub, with a source that tells of merged pull requests.
type withSources struct {
	*world
	sources  *Sources
	objects  *ObjectSources
	receiver *receiver.Receiver
	real     *realTime
}

// realTime is that by which Secrets are kept and rates are measured.
type realTime struct {
	mu  sync.Mutex
	now time.Time
}

func (r *realTime) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *realTime) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

var operatorBound = sync.OnceValue(func() error {
	admin, err := client.New(plane.Config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	return admin.Create(context.Background(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "the-operator-of-sources"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "praxis-operator"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "praxis-system", Name: "praxis"}},
	})
})

func fromForge(t *testing.T) *withSources {
	t.Helper()
	w := newWorld(t, "2026-11-23T15:05:00Z")
	text, err := os.ReadFile(sample("platform"))
	w.must(err)
	goals := string(text)
	for _, name := range []string{"mira", "jonas", "priya"} {
		goals = strings.Replace(goals, "user: "+name+"@example.com,", fmt.Sprintf("user: %s@example.com, accounts: {github: %s-gh},", name, name), 1)
	}
	goals = strings.Replace(goals, "a.name == 'recording' && a.uri.startsWith('https://'))\"", "a.name == 'recording' && a.uri.startsWith('https://'))\"\n        autoAccept: true", 1)
	w.must(w.create([]byte(goals)))
	w.must(operatorBound())
	s := &withSources{world: w, real: &realTime{now: time.Date(2026, time.November, 23, 15, 5, 0, 0, time.UTC)}}
	s.another()
	w.settle()
	return s
}

// another is another replica of the operator: it remembers nothing.
func (s *withSources) another() *receiver.Receiver {
	s.Helper()
	config := rest.CopyConfig(plane.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: operatorUser, Groups: []string{"system:serviceaccounts", "system:authenticated"}}
	config.QPS = -1
	own, err := client.New(config, client.Options{Scheme: scheme})
	s.must(err)
	deps := s.deps
	deps.Live, deps.User, deps.Receiver = own, operatorUser, ReceiverOptions{Served: true, Issuers: []string{"https://issuer.example"}}
	s.sources = NewSources(deps, own, deps.Receiver.Issuers, s.real.Now)
	objects, err := dynamic.NewForConfig(config)
	s.must(err)
	s.objects = NewObjectSources(s.sources, objects, own.RESTMapper())
	s.objects.ticks = clock.RealClock{}
	ctx, stop := context.WithCancel(s.Context())
	s.Cleanup(stop)
	go func() { _ = s.objects.Start(ctx) }() // ends with the test
	limits := receiver.DefaultLimits()
	limits.PerSecond, limits.Burst = 1e6, 1e6
	s.receiver = receiver.New(s.sources, limits, s.real.Now, logr.Discard())
	s.reconcilers = append(reconcilersOf(s.deps), kind{&praxisv1.EvidenceSourceList{}, reconciler(deps, reconcile.ObjectReconciler[*praxisv1.EvidenceSource](&EvidenceSourceReconciler{deps, s.objects}))})
	return s.receiver
}

// listens adds the operator's part for EvidenceSources to a world.
func (w *world) listens() {
	w.Helper()
	deps := w.deps
	deps.Receiver = ReceiverOptions{Served: true, Issuers: []string{"https://issuer.example"}}
	sources := NewSources(deps, w.live, deps.Receiver.Issuers, w.clock.Now)
	watched, err := dynamic.NewForConfig(plane.Config)
	w.must(err)
	objects := NewObjectSources(sources, watched, w.live.RESTMapper())
	w.reconcilers = append(w.reconcilers, kind{&praxisv1.EvidenceSourceList{}, reconciler(deps, reconcile.ObjectReconciler[*praxisv1.EvidenceSource](&EvidenceSourceReconciler{deps, objects}))})
}

const shopRepo = `
apiVersion: praxis.dev/v1alpha1
kind: EvidenceSource
metadata: {name: shop-repo}
spec:
  github: {secretRef: {name: hook}}
  rules:
  - name: merged
    when: "type == 'pull_request' && event.action == 'closed' && event.pull_request.merged"
    for: {keyAction: rehearse-rollback, step: rehearse}
    member: event.pull_request.user.login
    verifiedBy: event.pull_request.merged_by.login
    id: string(event.pull_request.id)
    summary: event.pull_request.title
    occurredAt: event.pull_request.merged_at
    artifacts: [{name: recording, type: Link, uri: event.pull_request.html_url}]
`

// secret makes the Secret of the source, and lets the operator read it.
func (s *withSources) secret(tokens map[string]string) {
	s.Helper()
	s.must(client.IgnoreNotFound(s.live.Delete(s.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.ns, Name: "hook"}})))
	s.must(s.live.Create(s.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.ns, Name: "hook"}, StringData: tokens}))
}

// grant gives the operator a right in the namespace, as the condition says how to.
func (s *withSources) grant(name string, rule rbacv1.PolicyRule) {
	s.Helper()
	meta := metav1.ObjectMeta{Namespace: s.ns, Name: name}
	s.must(s.live.Create(s.Context(), &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{rule}}))
	s.must(s.live.Create(s.Context(), &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "praxis-system", Name: "praxis"}},
	}))
}

func (s *withSources) take(name string) {
	s.Helper()
	s.must(s.live.Delete(s.Context(), &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: s.ns, Name: name}}))
}

var readsHook = rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secrets"}, ResourceNames: []string{"hook"}, Verbs: []string{"get"}}

// ready makes the source, its Secret and the right to read it.
func (s *withSources) ready() *withSources {
	s.Helper()
	s.must(s.create([]byte(shopRepo)))
	s.secret(map[string]string{"token": "s3"})
	s.grant("praxis-secret-hook", readsHook)
	s.becomes("Unknown NeverReceived")
	return s
}

// becomes waits until the source says something of receiving; the authorizer takes a moment.
func (s *withSources) becomes(want string) {
	s.Helper()
	got := ""
	err := eventually(s.Context(), func(context.Context) (bool, error) {
		s.real.pass(time.Minute)
		s.settle()
		got = reason(get[praxisv1.EvidenceSource](s.world, "shop-repo").Status.Conditions, praxisv1.ConditionReceiving)
		return got == want, nil
	})
	if err != nil {
		s.Fatalf("it is %q, want %q: %+v", got, want, get[praxisv1.EvidenceSource](s.world, "shop-repo").Status)
	}
}

func pullRequest(id int, author, merger string) string {
	return fmt.Sprintf(`{"action": "closed", "number": 7, "pull_request": {"id": %d, "merged": true, "title": "Undo in four minutes", "user": {"login": %q},
		"merged_by": {"login": %q}, "merged_at": "2026-11-23T15:00:00Z", "html_url": "https://github.com/shop/checkout/pull/7"}}`, id, author, merger)
}

// delivered is the status and the body of the answer to a delivery that is signed with a secret.
func (s *withSources) delivered(to *receiver.Receiver, secret, body string, headers ...string) (int, string) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	r := httptest.NewRequest(http.MethodPost, "/hooks/"+s.ns+"/shop-repo", strings.NewReader(body))
	r.Header.Set("X-GitHub-Event", "pull_request")
	r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func (s *withSources) deliver(body string) {
	s.Helper()
	if code, says := s.delivered(s.receiver, "s3", body); code != http.StatusAccepted {
		s.Fatalf("it is %d %s", code, says)
	}
	s.settled()
}

// settled settles once the cache has seen what the receiver made.
func (s *withSources) settled() {
	s.Helper()
	for i := range s.pieces() {
		piece := s.pieces()[i]
		s.seenAt(&piece)
	}
	s.settle()
}

func (s *withSources) pieces() []praxisv1.Evidence {
	s.Helper()
	var all praxisv1.EvidenceList
	s.must(s.live.List(s.Context(), &all, client.InNamespace(s.ns)))
	return all.Items
}

// only is the one piece that there is.
func (s *withSources) only() *praxisv1.Evidence {
	s.Helper()
	all := s.pieces()
	if len(all) != 1 {
		s.Fatalf("there are %d pieces: %+v", len(all), all)
	}
	return &all[0]
}

func TestADeliveryThatAnotherMemberCheckedIsAcceptedWithoutAnybody(t *testing.T) {
	s := fromForge(t).ready()
	s.deliver(pullRequest(42, "jonas-gh", "priya-gh"))
	e := s.only()
	if got := reason(e.Status.Conditions, praxisv1.ConditionAccepted); got != "True AcceptedBySource" {
		t.Errorf("it is %s: %+v", got, e.Status)
	}
	from := e.Spec.Source
	if e.Spec.SubmittedBy != operatorUser || from.Ref != "shop-repo" || from.ID != "42" || from.VerifiedBy != "priya-gh" || e.Status.ActionRef.Name != rehearse {
		t.Errorf("it is of %s, %+v, for %+v", e.Spec.SubmittedBy, from, e.Status.ActionRef)
	}
	s.expectTally(rehearse, praxisv1.ReasonAccepted, 1, 0, 0)
	s.sources.writeCounts(t.Context())
	status := get[praxisv1.EvidenceSource](s.world, "shop-repo").Status
	if status.Counts == nil || *status.Counts != (praxisv1.SourceCounts{Received: 1, Matched: 1, Made: 1}) || len(status.LastEvents) != 1 || status.LastEvents[0].Evidence != e.Name {
		t.Errorf("it counts %+v, %+v", status.Counts, status.LastEvents)
	}
	s.becomes("True Receiving")
	if status.Path != "/hooks/"+s.ns+"/shop-repo" {
		t.Errorf("its path is %s", status.Path)
	}
}

func TestWhoCheckedOnesOwnWorkIsNotBelieved(t *testing.T) {
	for name, checker := range map[string]string{"the author": "jonas-gh", "somebody outside of the Team": "eve-gh", "a robot": ""} {
		t.Run(name, func(t *testing.T) {
			s := fromForge(t).ready()
			s.deliver(pullRequest(1, "jonas-gh", checker))
			if got := reason(s.only().Status.Conditions, praxisv1.ConditionAccepted); got != "Unknown AwaitingVerdict" {
				t.Errorf("it is %s", got)
			}
		})
	}
}

func TestADeliveryIsOnePieceHoweverAndWhereverItComes(t *testing.T) {
	s := fromForge(t).ready()
	replicas := []*receiver.Receiver{s.receiver, s.another()}
	var senders sync.WaitGroup
	queue := make(chan int)
	for range 16 {
		senders.Go(func() {
			for i := range queue {
				body := pullRequest(1+i%3, "jonas-gh", "priya-gh")
				if code, says := s.delivered(replicas[i%2], "s3", body, "X-GitHub-Delivery", fmt.Sprint(i), "User-Agent", fmt.Sprint(i)); code != http.StatusAccepted {
					t.Errorf("delivery %d is %d %s", i, code, says)
				}
			}
		})
	}
	for i := range 1000 {
		queue <- i
	}
	close(queue)
	senders.Wait()
	body := pullRequest(9, "jonas-gh", "priya-gh")
	if code, _ := s.delivered(s.another(), "s3 ", body); code != http.StatusUnauthorized {
		t.Errorf("one that is signed with another secret is %d", code)
	}
	if code, says := s.delivered(s.another(), "s3", pullRequest(2, "jonas-gh", "priya-gh")); code != http.StatusAccepted || !strings.Contains(says, "Duplicate") {
		t.Errorf("after a restart it is %d %s", code, says)
	}
	if got := len(s.pieces()); got != 3 {
		t.Errorf("of three pull requests there are %d pieces", got)
	}
}

func TestOnlyTheOperatorSaysThatEvidenceComesFromASource(t *testing.T) {
	s := fromForge(t).ready()
	for name, from := range map[string]praxisv1.EvidenceOrigin{
		"a source":            {Kind: "github", ID: "1", Ref: "shop-repo"},
		"who checked it":      {Kind: "github", ID: "1", Ref: "shop-repo", VerifiedBy: "priya-gh"},
		"whose account it is": {Kind: "github", ID: "1", Ref: "shop-repo", Account: "jonas-gh"},
	} {
		t.Run(name, func(t *testing.T) {
			e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: s.ns, Name: "forged"}, Spec: praxisv1.EvidenceSpec{
				ActionRef: &praxisv1.LocalReference{Name: rehearse}, Source: &from,
			}}
			if err := wants(s.as(jonas).Create(t.Context(), e, client.DryRunAll), "only the operator says that evidence comes from an EvidenceSource"); err != nil {
				t.Error(err)
			}
		})
	}
	source := get[praxisv1.EvidenceSource](s.world, "shop-repo")
	source.Status.Counts = &praxisv1.SourceCounts{Made: 1000}
	if err := wants(s.admin("scribbler", "get", "update").Status().Update(t.Context(), source), "the status is the operator's"); err != nil {
		t.Error(err)
	}
}

func TestSomebodyElsesPieceDoesNotTakeTheNameOfASources(t *testing.T) {
	s := fromForge(t).ready()
	s.deliver(pullRequest(1, "jonas-gh", "priya-gh"))
	e := s.only()
	s.must(s.live.Delete(t.Context(), e))
	forged := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: s.ns, Name: e.Name}, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: rehearse}}}
	if err := wants(s.as(jonas).Create(t.Context(), forged), "12 hexadecimal digits"); err != nil {
		t.Error(err)
	}
	for says, name := range map[string]string{
		"a UUID, by which scripts name": "for-13181915-e273-41ba-b151-0f3f95cc681e",
		"a time to the minute":          "sheet-202611261405",
		"a time to the second":          "sheet-20261126140559",
		"a day":                         "sheet-20261126",
		"a time in milliseconds":        "sheet-1764165905123",
		"a commit":                      "change-c4295bd",
		"the whole of one":              "change-c4295bd74fb0f4fda03689c3df3f2803b658fd85",
		"a change":                      "change-59",
	} {
		t.Run(says, func(t *testing.T) {
			forged.Name = name
			if err := s.as(jonas).Create(t.Context(), forged, client.DryRunAll); err != nil {
				t.Error(err)
			}
		})
	}
	forged.Name = "sheet-202613261405" // no month
	if err := wants(s.as(jonas).Create(t.Context(), forged, client.DryRunAll), "12 hexadecimal digits"); err != nil {
		t.Error(err)
	}
}
