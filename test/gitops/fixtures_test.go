// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	sigsyaml "sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var record = flag.Bool("record", false, "write the fixtures of the health scripts anew from what the operator leaves")

// The fixtures live in one week of the smallest sample, which starts on Monday 08:00Z.
const (
	monday   = "2026-11-23T08:05:00Z" // nothing is due yet
	thursday = "2026-11-26T10:05:00Z" // the invitation of Tuesday is overdue
	friday   = "2026-11-27T16:05:00Z" // the key Action is missed, the midweek check was due, the review is open
	tuesday  = "2026-12-01T08:05:00Z" // the goal has ended with the week that is closed
	cycle    = "first-hour-2026-w48"
	invite   = cycle + ".watch-new-users.invite.kim"
	fix      = cycle + ".watch-new-users.ship.kim"
)

// recorder compares objects with their fixtures, or writes them.
type recorder struct {
	*stage
	taken map[string]bool
}

func fixtureFile(kind, name string) string {
	return filepath.Join(config, "argocd", "resource_customizations", "praxis.dev", kind, "testdata", name+".yaml")
}

func TestFixturesAreWhatTheOperatorLeaves(t *testing.T) {
	r := &recorder{newStage(t), map[string]bool{}}
	sample, err := os.ReadFile(filepath.Join(config, "samples", "minimal.yaml"))
	r.must(err)
	text := string(sample)
	r.apply("docs", sample)
	r.apply("weights", []byte(strings.Replace(text, "weight: 100", "weight: 60", 1)))
	r.apply("team", []byte(strings.Replace(text, "teamRef: {name: docs}", "teamRef: {name: doks}", 1)))
	r.apply("rest", []byte(strings.ReplaceAll(strings.Replace(text, "cadence: {", "suspend: true\n  cadence: {", 1),
		"contribution: 2", "suspend: true\n  contribution: 2")))
	r.apply("hours", []byte(strings.Replace(text, "capacity: 6h", "capacity: 1h", 1)))
	r.apply("teams", []byte(strings.Replace(strings.Replace(text, "teamRef: {name: docs}", "teamSelector: {matchLabels: {writes: docs}}", 1),
		"metadata: {name: docs}", "metadata: {name: docs, labels: {writes: docs}}", 1)))
	r.apply("read-back", nil)
	r.whatIsAppliedIsReadBack()
	r.policiesAreReadBackWhole()
	r.unseen()
	r.mondayMorning()
	r.thursdayMorning()
	r.fridayEvening()
	r.nextTuesday()
	r.edited()
	r.nothingElse()
}

// unseen takes what is there before any operator is.
func (r *recorder) unseen() {
	r.take("Utility", "docs", "first-hour", "unseen")
	r.take("KeyAction", "docs", "watch-new-users", "unseen")
	r.take("Team", "docs", "docs", "unseen")
	for name, change := range map[string]func(*praxisv1.EvidenceSourceSpec){
		"jobs":     func(*praxisv1.EvidenceSourceSpec) {},
		"mistaken": func(s *praxisv1.EvidenceSourceSpec) { s.Rules[0].When = "objct.status.succeeded > 0" },
		"resting":  func(s *praxisv1.EvidenceSourceSpec) { s.Suspend = true },
	} {
		source := &praxisv1.EvidenceSource{ObjectMeta: metav1.ObjectMeta{Namespace: "docs", Name: name}, Spec: praxisv1.EvidenceSourceSpec{
			Object: &praxisv1.ObjectSource{APIVersion: "batch/v1", Kind: "Job"},
			Rules:  []praxisv1.SourceRule{{Name: "done", When: "object.status.succeeded > 0", For: praxisv1.SourceTarget{KeyAction: "watch-new-users", Step: "invite"}}},
		}}
		change(&source.Spec)
		r.must(r.admin.Create(r.ctx, source))
	}
	r.take("EvidenceSource", "docs", "jobs", "unseen")
	at := func(text string) metav1.Time {
		moment, err := time.Parse(time.RFC3339, text)
		r.must(err)
		return metav1.NewTime(moment)
	}
	r.must(r.admin.Create(r.ctx, &praxisv1.WeeklyCycle{
		ObjectMeta: metav1.ObjectMeta{Namespace: "rest", Name: "unplanned-2026-w48"},
		Spec: praxisv1.WeeklyCycleSpec{
			UtilityRef: praxisv1.LocalReference{Name: "unplanned"}, Week: "2026-W48", TimeZone: "Europe/Berlin",
			StartsAt: at("2026-11-23T08:00:00Z"), MidweekAt: at("2026-11-25T13:00:00Z"), ReviewAt: at("2026-11-27T14:00:00Z"),
			EndsAt: at("2026-11-30T08:00:00Z"), GraceEndsAt: at("2026-12-02T08:00:00Z"), PlannedAt: at("2026-11-23T08:00:00Z"), PlannedFrom: at("2026-11-23T08:00:00Z"),
		},
	}))
	r.take("WeeklyCycle", "rest", "unplanned-2026-w48", "unseen")
	r.must(r.admin.DeleteAllOf(r.ctx, &praxisv1.WeeklyCycle{}, client.InNamespace("rest")))
}

func (r *recorder) mondayMorning() {
	r.itIs(monday)
	r.await("Utility", "docs", "first-hour", "OnTrack", "NotDue")
	r.await("KeyAction", "docs", "watch-new-users", "OnTrack", "NotDue")
	r.await("WeeklyCycle", "docs", cycle, "OnTrack", "NotDue")
	r.await("Team", "docs", "docs", "Feasible", "WithinCapacity")
	r.await("EvidenceSource", "docs", "jobs", "Receiving", "Receiving")
	r.await("EvidenceSource", "docs", "mistaken", "Stalled", "InvalidRule")
	r.await("EvidenceSource", "docs", "resting", "Ready", "Suspended")
	r.settle()
	r.take("EvidenceSource", "docs", "jobs", "receiving")
	r.take("EvidenceSource", "docs", "mistaken", "invalid-rule")
	r.take("EvidenceSource", "docs", "resting", "suspended")
	r.take("Utility", "docs", "first-hour", "not-due")
	r.take("KeyAction", "docs", "watch-new-users", "not-due")
	r.take("Team", "docs", "docs", "within-capacity")
	r.take("WeeklyCycle", "docs", cycle, "not-due")
	r.take("Action", "docs", invite, "not-due")
	r.take("Review", "docs", cycle+"-review", "not-yet")

	r.await("KeyAction", "teams", "watch-new-users-docs", "OnTrack", "NotDue")
	r.settle()
	r.take("KeyAction", "teams", "watch-new-users-docs", "generated")

	r.await("Utility", "weights", "first-hour", "Stalled", "WeightsNotHundred")
	r.await("KeyAction", "team", "watch-new-users", "Stalled", "ReferenceNotFound")
	r.await("Utility", "rest", "first-hour", "Ready", "Suspended")
	r.await("KeyAction", "rest", "watch-new-users", "Ready", "Suspended")
	r.await("Team", "hours", "docs", "Feasible", "OverCapacity")
	r.take("Utility", "weights", "first-hour", "stalled")
	r.take("KeyAction", "team", "watch-new-users", "stalled")
	r.take("Utility", "rest", "first-hour", "suspended")
	r.take("KeyAction", "rest", "watch-new-users", "suspended")
	r.take("Team", "hours", "docs", "over-capacity")
}

func (r *recorder) thursdayMorning() {
	r.itIs(thursday)
	r.await("Action", "docs", invite, "OnTrack", "Missed")
	r.await("Utility", "docs", "first-hour", "OnTrack", "Behind")
	r.await("Review", "docs", cycle+"-midweek", "Open", "Open")
	r.settle()
	r.take("Utility", "docs", "first-hour", "behind")
	r.take("KeyAction", "docs", "watch-new-users", "behind")
	r.take("WeeklyCycle", "docs", cycle, "behind")
	r.take("Action", "docs", invite, "missed")
	r.take("Action", "docs", fix, "blocked")
	r.take("Review", "docs", cycle+"-midweek", "open")

	for _, name := range []string{"waiting", "good", "bad"} {
		r.handIn(name, invite)
		r.await("Evidence", "docs", name, "Accepted", "AwaitingVerdict")
		time.Sleep(1100 * time.Millisecond) // creation times, which say what is last, are whole seconds
	}
	r.settle()
	r.take("Evidence", "docs", "waiting", "awaiting-verdict")
	r.take("Action", "docs", invite, "awaiting-acceptance")
	r.judge("bad", praxisv1.DecisionRejected)
	r.judge("good", praxisv1.DecisionAccepted)
	r.await("Evidence", "docs", "bad", "Accepted", "Rejected")
	r.await("Evidence", "docs", "good", "Accepted", "Accepted")
	r.await("Action", "docs", invite, "OnTrack", "Accepted")
	r.await("Utility", "docs", "first-hour", "OnTrack", "OnPace")
	r.settle()
	r.take("Evidence", "docs", "bad", "rejected")
	r.take("Evidence", "docs", "good", "accepted")
	r.take("Action", "docs", invite, "accepted")
	r.take("Utility", "docs", "first-hour", "on-pace")
	r.take("KeyAction", "docs", "watch-new-users", "on-pace")
	r.take("WeeklyCycle", "docs", cycle, "on-pace")
}

func (r *recorder) fridayEvening() {
	r.itIs(friday)
	r.await("Utility", "docs", "first-hour", "OnTrack", "KeyActionMissed")
	r.await("KeyAction", "docs", "watch-new-users", "OnTrack", "KeyActionMissed")
	r.await("Review", "docs", cycle+"-midweek", "Complete", "Overdue")
	r.await("Review", "docs", cycle+"-review", "Open", "Open")
	r.patch("Utility", "docs", "first-hour", `{"metadata": {"labels": {"praxis.dev/argo-health": "strict"}}}`)
	r.patch("KeyAction", "docs", "watch-new-users", `{"metadata": {"labels": {"praxis.dev/argo-health": "strict"}}}`)
	r.settle()
	r.take("Utility", "docs", "first-hour", "missed-strict")
	r.take("KeyAction", "docs", "watch-new-users", "missed-strict")
	r.take("Review", "docs", cycle+"-midweek", "overdue")

	review := &praxisv1.Review{}
	r.must(r.users["lou"].Get(r.ctx, client.ObjectKey{Namespace: "docs", Name: cycle + "-review"}, review))
	review.Spec.Conclusion, review.Spec.SignOff = "One invitation a week is too few", &praxisv1.SignOff{}
	review.Spec.Decisions = []praxisv1.ActionDecision{{Action: fix, Decision: praxisv1.DecideCarryOver, Reason: "Nobody had time"}}
	r.must(r.users["lou"].Update(r.ctx, review))
	r.await("Review", "docs", cycle+"-review", "Complete", "SignedOff")
	r.settle()
	r.take("Review", "docs", cycle+"-review", "signed")
}

// nextTuesday takes a goal that has ended.
func (r *recorder) nextTuesday() {
	r.patch("Utility", "docs", "first-hour", `{"spec": {"end": {"week": "2026-W48", "as": "Achieved", "because": "New users are at home within an hour"}}}`)
	r.itIs(tuesday)
	r.await("Utility", "docs", "first-hour", "Ready", "Ended")
	r.await("KeyAction", "docs", "watch-new-users", "Ready", "Ended")
	r.settle()
	r.take("Utility", "docs", "first-hour", "ended")
	r.take("KeyAction", "docs", "watch-new-users", "ended")
}

// edited takes what was changed while no operator looks.
func (r *recorder) edited() {
	r.stopOperator()
	r.patch("Utility", "docs", "first-hour", `{"spec": {"required": 9}}`)
	r.patch("KeyAction", "docs", "watch-new-users", `{"spec": {"object": "two new users"}}`)
	r.patch("Team", "docs", "docs", `{"spec": {"lead": "lou"}}`)
	r.take("Utility", "docs", "first-hour", "edited")
	r.take("KeyAction", "docs", "watch-new-users", "edited")
	r.take("Team", "docs", "docs", "edited")
	r.patch("EvidenceSource", "docs", "jobs", `{"spec": {"suspend": true}}`)
	r.take("EvidenceSource", "docs", "jobs", "edited")
	r.handIn("early", fix)
	r.take("Evidence", "docs", "early", "unseen")
}

func (r *recorder) handIn(name, action string) {
	r.Helper()
	r.must(r.users["kim"].Create(r.ctx, &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: "docs", Name: name},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: action}, Summary: "A date is agreed"},
	}))
}

func (r *recorder) judge(name string, decision praxisv1.Decision) {
	r.Helper()
	e := &praxisv1.Evidence{}
	r.must(r.users["lou"].Get(r.ctx, client.ObjectKey{Namespace: "docs", Name: name}, e))
	e.Status.Verdict = &praxisv1.Verdict{Decision: decision, By: "lou@example.org"}
	r.must(r.users["lou"].Status().Update(r.ctx, e))
}

// settle waits until nothing has been written for a while.
func (r *recorder) settle() {
	r.Helper()
	for last := ""; ; {
		all := &unstructured.UnstructuredList{}
		all.SetGroupVersionKind(praxisv1.GroupVersion.WithKind("UtilityList"))
		r.must(r.admin.List(r.ctx, all))
		if all.GetResourceVersion() == last {
			return
		}
		last = all.GetResourceVersion()
		time.Sleep(1500 * time.Millisecond)
	}
}

var transition = regexp.MustCompile(`lastTransitionTime: .*`)

// untimed is an object without the instants of its transitions: whether the operator looks between
// two changes depends on how busy the machine is, and no health hangs on when it did.
func untimed(text []byte) string {
	return transition.ReplaceAllString(string(text), "lastTransitionTime: then")
}

// take compares an object, masked, with its fixture.
func (r *recorder) take(kind, namespace, name, as string) {
	r.Helper()
	o := r.get(kind, namespace, name)
	mask(o)
	text, err := sigsyaml.Marshal(o.Object)
	r.must(err)
	file := fixtureFile(kind, as)
	r.taken[file] = true
	if *record {
		r.must(os.WriteFile(file, text, 0o644))
		r.expectSuspended(kind, as, o)
		return
	}
	want, err := os.ReadFile(file)
	r.must(err)
	if ours, theirs := untimed(want), untimed(text); ours != theirs {
		r.Errorf("%s is not what the operator leaves; write it anew with: go test ./test/gitops -run Fixtures -record\n%s", file, firstDifference(ours, theirs))
	}
}

// expectSuspended writes what the actions of Argo CD have to make of work on pace.
func (r *recorder) expectSuspended(kind, as string, o *unstructured.Unstructured) {
	if as != "on-pace" || (kind != "Utility" && kind != "KeyAction") {
		return
	}
	for name, suspend := range map[string]bool{"suspended": true, "resumed": false} {
		r.must(unstructured.SetNestedField(o.Object, suspend, "spec", "suspend"))
		text, err := sigsyaml.Marshal(o.Object)
		r.must(err)
		file := filepath.Join(filepath.Dir(fixtureFile(kind, as)), "..", "actions", "testdata", name+".yaml")
		r.must(os.WriteFile(file, text, 0o644))
	}
}

// nothingElse tells of fixtures that no run would ever take again.
func (r *recorder) nothingElse() {
	files, err := filepath.Glob(fixtureFile("*", "*"))
	r.must(err)
	for _, file := range files {
		if !r.taken[file] {
			r.Errorf("%s is not taken from a run; remove it", file)
		}
	}
}

func firstDifference(want, is string) string {
	wanted, lines := strings.Split(want, "\n"), strings.Split(is, "\n")
	for i := range min(len(wanted), len(lines)) {
		if wanted[i] != lines[i] {
			return "- " + wanted[i] + "\n+ " + lines[i]
		}
	}
	return "one ends earlier"
}

// mask takes out what differs from run to run: identities, and minutes of clocks.
func mask(o *unstructured.Unstructured) {
	o.SetManagedFields(nil)
	o.SetUID("00000000-0000-0000-0000-000000000000")
	o.SetResourceVersion("1")
	o.SetCreationTimestamp(metav1.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC))
	owners := o.GetOwnerReferences()
	for i := range owners {
		owners[i].UID = "00000000-0000-0000-0000-000000000000"
	}
	if len(owners) > 0 {
		o.SetOwnerReferences(owners)
	}
	o.Object = onTheHour(o.Object).(map[string]any)
}

func onTheHour(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = onTheHour(v[key])
		}
	case []any:
		for i := range v {
			v[i] = onTheHour(v[i])
		}
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return at.UTC().Truncate(time.Hour).Format(time.RFC3339)
		}
	}
	return v
}
