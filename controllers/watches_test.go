// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/review"
)

var teeth = flag.Bool("teeth", false, "leave each watch out once, and say which of them no test misses (make test-watches)")

const (
	monday    = "2026-11-23T15:05:00Z"
	wednesday = "2026-11-25T13:00:00Z" // the midweek check is open
	friday    = "2026-11-27T14:00:00Z" // the review is open
	nextWeek  = "2026-12-01T09:00:00Z" // W49 runs, W48 waits for its review
	review48  = w48 + ".review-failed-deploys.review.mira"
)

// A watchTest is what is missed without a watch: a world at rest, a change, and what comes of it.
type watchTest struct {
	prepare func(*world) // by reconcilers that look at everything, before the operator runs
	change  func(*world)
	becomes func(*world) string // what is looked for; it changes to want
	want    string
}

// from is a world of a sample at an instant.
func from(sampleName string, instants ...string) func(*world) {
	return func(w *world) {
		w.must(w.apply(sample(sampleName)))
		for _, now := range append([]string{monday}, instants...) {
			w.settleAt(now)
		}
	}
}

func after(first func(*world), more func(*world)) func(*world) {
	return func(w *world) {
		first(w)
		more(w)
		w.settle()
	}
}

// condition shows a condition of an object.
func condition[T any, O interface {
	*T
	client.Object
}](name, kind string) func(*world) string {
	return func(w *world) string {
		o := O(new(T))
		w.must(client.IgnoreNotFound(w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: name}, o)))
		return reason(any(o).(praxisv1.Conditioned).GetConditioned().Conditions, kind)
	}
}

func isThere[T any, O interface {
	*T
	client.Object
}](name string) func(*world) string {
	return func(w *world) string {
		o := O(new(T))
		err := w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: name}, o)
		w.must(client.IgnoreNotFound(err))
		if err != nil || o.GetDeletionTimestamp() != nil {
			return "gone"
		}
		return "there"
	}
}

// overwrites says something in a status that is not so, as whoever may.
func overwrites[T any, O interface {
	*T
	client.Object
}](name string) (func(*world), func(*world) string) {
	const lie = "All is well"
	return func(w *world) {
			o := get[T, O](w, name)
			any(o).(praxisv1.Conditioned).GetConditioned().Summary = lie
			w.must(w.live.Status().Update(w.Context(), o))
		}, func(w *world) string {
			if any(get[T, O](w, name)).(praxisv1.Conditioned).GetConditioned().Summary == lie {
				return "a lie"
			}
			return "true again"
		}
}

func itself[T any, O interface {
	*T
	client.Object
}](name string) watchTest {
	change, becomes := overwrites[T, O](name)
	return watchTest{from("platform"), change, becomes, "true again"}
}

// anotherKeyAction is of a Team and a package that may not be there yet.
func anotherKeyAction(change func(*praxisv1.KeyActionSpec)) func(*world) {
	return func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.MaxKeyActions = 4 })
		edit(w, "review-failed-deploys", func(ka *praxisv1.KeyAction) { ka.Spec.Weight = new(int32(15)) })
		ka := &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: "talk-to-teams", Namespace: w.ns}, Spec: *get[praxisv1.KeyAction](w, "review-failed-deploys").Spec.DeepCopy()}
		ka.Spec.Weight = new(int32(5))
		change(&ka.Spec)
		w.must(w.Create(w.Context(), ka))
		w.seenAt(ka)
	}
}

const talk = w48 + ".talk-to-teams.review.mira"

func ofTeam(name string) func(*praxisv1.KeyActionSpec) {
	return func(s *praxisv1.KeyActionSpec) { s.TeamRef = &praxisv1.LocalReference{Name: name} }
}

func ofPackage(s *praxisv1.KeyActionSpec) {
	s.Package, s.PackageRef = nil, &praxisv1.PackageReference{Name: "talking"}
}

func aPackage(w *world) {
	p := &praxisv1.ActionPackage{ObjectMeta: metav1.ObjectMeta{Name: "talking", Namespace: w.ns}}
	p.Spec.Package = *get[praxisv1.KeyAction](w, "review-failed-deploys").Spec.Package.DeepCopy()
	w.must(w.Create(w.Context(), p))
}

func aTeam(name string) func(*world) {
	return func(w *world) {
		team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.ns}, Spec: *get[praxisv1.Team](w, "platform").Spec.DeepCopy()}
		w.must(w.Create(w.Context(), team))
	}
}

func accepts(action string, n int32) func(*world) { return func(w *world) { w.accept(action, n) } }

func deletes[T any, O interface {
	*T
	client.Object
}](name string) func(*world) {
	return func(w *world) { w.must(w.Delete(w.Context(), get[T, O](w, name))) }
}

// signs signs the review of a week, which decides on what is unfinished of its key tier.
func signs(name string) func(*world) {
	return func(w *world) {
		var decisions []praxisv1.ActionDecision
		for _, item := range get[praxisv1.Review](w, name).Status.Agenda {
			if item.Action != "" && item.Tier == praxisv1.TierKey && strings.HasSuffix(name, "-review") {
				decision := praxisv1.DecideCarryOver
				if item.Action == review48 {
					decision = praxisv1.DecideDrop
				}
				decisions = append(decisions, decide(item.Action, decision))
			}
		}
		w.sign(name, decisions...)
	}
}

func reading(w *world) {
	value := praxisv1.Decimal("31.5")
	e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: "reading", Namespace: w.ns}, Spec: praxisv1.EvidenceSpec{Quantity: 1, Value: &value, For: &praxisv1.EvidenceTarget{Utility: "safe-deploys", Measure: "minutes-to-undo"}}}
	w.must(w.as("tomas@example.com").Create(w.Context(), e))
	w.seenAt(e)
	w.must(w.judge("mira@example.com", "reading", praxisv1.DecisionAccepted))
}

func submits(name, action string) func(*world) {
	return func(w *world) { w.submit(name, action) }
}

func sourced(w *world) {
	for _, name := range []string{"first", "second"} {
		w.submit(name, agree, func(e *praxisv1.Evidence) { e.Spec.Source = &praxisv1.EvidenceSource{Kind: "Git", ID: "1"} })
		w.settle()
	}
}

const accepted = praxisv1.ConditionAccepted

// watchTests are by the watch that they are of.
var watchTests = map[string]watchTest{
	"Utility of itself":     itself[praxisv1.Utility]("safe-deploys"),
	"KeyAction of itself":   itself[praxisv1.KeyAction]("rehearse-rollback"),
	"Team of itself":        itself[praxisv1.Team]("platform"),
	"WeeklyCycle of itself": itself[praxisv1.WeeklyCycle](w48),
	"Action of itself":      itself[praxisv1.Action](agree),
	"Evidence of itself":    {from("platform"), submits("piece", agree), condition[praxisv1.Evidence]("piece", accepted), "Unknown AwaitingVerdict"},
	"Review of itself":      {from("platform", wednesday), signs(midweek), condition[praxisv1.Review](midweek, praxisv1.ConditionComplete), "True SignedOff"},

	"Utility of KeyAction": {from("platform"), func(w *world) {
		edit(w, "rehearse-rollback", func(ka *praxisv1.KeyAction) { ka.Spec.Contribution = 50 })
	}, func(w *world) string {
		if get[praxisv1.Utility](w, "safe-deploys").Status.Coverage.Percent > 500 {
			return "more"
		}
		return "as before"
	}, "more"},
	"Utility of WeeklyCycle": {from("platform"), accepts(agree, 2), func(w *world) string {
		if get[praxisv1.Utility](w, "safe-deploys").Status.Delivery.ProgressPercent > 0 {
			return "something"
		}
		return "nothing"
	}, "something"},
	"Utility of Review": {from("platform", wednesday), signs("safe-deploys-calibration-2026-w48"), condition[praxisv1.Utility]("safe-deploys", praxisv1.ConditionCalibrated), "True Signed"},
	"Utility of Evidence": {from("platform"), reading, func(w *world) string {
		return string(get[praxisv1.Utility](w, "safe-deploys").Status.Measures[0].Current)
	}, "31.5"},
	"Utility of Team": {from("platform"), deletes[praxisv1.Team]("platform"), condition[praxisv1.Utility]("safe-deploys", praxisv1.ConditionStalled), "True ReferenceNotFound"},
	"Utility of ActionPackage": {from("enterprise"), deletes[praxisv1.ActionPackage]("move-workload"), func(w *world) string {
		if get[praxisv1.Utility](w, "shared-inference").Status.Coverage.Percent < 100 {
			return "less"
		}
		return "as before"
	}, "less"},

	"KeyAction of KeyAction": {from("enterprise"), deletes[praxisv1.KeyAction]("move-workloads-search"), func(w *world) string { return isThere[praxisv1.KeyAction]("move-workloads-search")(w) + " again" }, "there again"},
	"KeyAction of Utility":   {from("platform"), deletes[praxisv1.Utility]("safe-deploys"), condition[praxisv1.KeyAction]("rehearse-rollback", praxisv1.ConditionStalled), "True ReferenceNotFound"},
	"KeyAction of WeeklyCycle": {from("platform"), accepts(agree, 2), func(w *world) string {
		if get[praxisv1.KeyAction](w, "rehearse-rollback").Status.ProgressPercent > 0 {
			return "something"
		}
		return "nothing"
	}, "something"},
	"KeyAction of Team":          {suspended("platform", "safe-deploys"), deletes[praxisv1.Team]("platform"), condition[praxisv1.KeyAction]("rehearse-rollback", praxisv1.ConditionStalled), "True ReferenceNotFound"},
	"KeyAction of ActionPackage": {suspended("enterprise", "shared-inference"), deletes[praxisv1.ActionPackage]("move-workload"), condition[praxisv1.KeyAction]("move-workloads", praxisv1.ConditionStalled), "True ReferenceNotFound"},

	"Team of WeeklyCycle": {func(w *world) {
		w.must(w.apply(sample("platform")))
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true })
		w.settle()
	}, resumes, func(w *world) string {
		if get[praxisv1.Team](w, "platform").Status.Members[0].PlannedMinutes > 0 {
			return "work"
		}
		return "none"
	}, "work"},
	"Team of Action": {from("platform"), accepts(agree, 2), func(w *world) string {
		for _, m := range get[praxisv1.Team](w, "platform").Status.Members {
			if m.Name == "mira" && m.OpenActions == 1 {
				return "one left"
			}
		}
		return "two"
	}, "one left"},

	"WeeklyCycle of Action": {from("platform"), accepts(agree, 2), func(w *world) string {
		if get[praxisv1.WeeklyCycle](w, w48).Status.Counts.Accepted > 0 {
			return "counted"
		}
		return ""
	}, "counted"},
	"WeeklyCycle of Review":      {from("platform", wednesday), signs(midweek), condition[praxisv1.WeeklyCycle](w48, praxisv1.ConditionMidweekChecked), "True Checked"},
	"WeeklyCycle of WeeklyCycle": {from("platform", nextWeek), signs(weekly), isThere[praxisv1.Action](w49 + ".rehearse-rollback.agree.mira.w48"), "there"},
	"WeeklyCycle of Utility": {after(after(from("platform"), func(w *world) { edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true }) }), anotherKeyAction(ofTeam("platform"))),
		resumes, isThere[praxisv1.Action](talk), "there"},
	"WeeklyCycle of KeyAction":     {from("platform"), anotherKeyAction(ofTeam("platform")), isThere[praxisv1.Action](talk), "there"},
	"WeeklyCycle of Team":          {after(from("platform"), anotherKeyAction(ofTeam("late"))), aTeam("late"), isThere[praxisv1.Action](talk), "there"},
	"WeeklyCycle of ActionPackage": {after(from("platform"), anotherKeyAction(ofPackage)), aPackage, isThere[praxisv1.Action](talk), "there"},

	"Action of WeeklyCycle": {after(from("platform", friday), func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true })
		w.settleAt(nextWeek) // whose Monday is past
	}), resumes, condition[praxisv1.Action](w49+".rehearse-rollback.agree.mira", praxisv1.ConditionOnTrack), "False Overdue"},
	"Action of WeeklyCycle, 2": {from("platform", nextWeek), signs(weekly), condition[praxisv1.Action](agree, praxisv1.ConditionOnTrack), "Unknown CarriedOver"},
	"Action of Evidence":       {from("platform"), accepts(agree, 2), condition[praxisv1.Action](agree, praxisv1.ConditionOnTrack), "True Accepted"},
	"Action of Action":         {from("platform", "2026-11-24T11:00:00Z"), accepts(agree, 2), condition[praxisv1.Action](prepare, praxisv1.ConditionOnTrack), "Unknown NotDue"},

	"Evidence of Evidence": {after(from("platform"), sourced), func(w *world) { w.must(w.judge("priya@example.com", "first", praxisv1.DecisionRejected)) },
		condition[praxisv1.Evidence]("second", accepted), "Unknown AwaitingVerdict"},
	"Evidence of Action": {after(from("platform"), func(w *world) { w.submit("early", talk, by("tomas@example.com")) }), anotherKeyAction(ofTeam("platform")),
		condition[praxisv1.Evidence]("early", accepted), "Unknown AwaitingVerdict"},
	"Evidence of WeeklyCycle": {after(from("platform", nextWeek), submits("late", review48)), signs(weekly), func(w *world) string {
		return reason(get[praxisv1.Evidence](w, "late").Status.Conditions, accepted)
	}, "False CycleClosed"},
	"Evidence of Team": {after(from("platform"), func(w *world) {
		w.submit("piece", agree)
		w.must(w.judge("jonas@example.com", "piece", praxisv1.DecisionAccepted))
	}), func(w *world) {
		// Nobody is left of those who judged when the week was planned.
		edit(w, "platform", func(team *praxisv1.Team) {
			team.Spec.Lead = "jonas"
			team.Spec.Members = slices.DeleteFunc(team.Spec.Members, func(m praxisv1.Member) bool { return m.Name == "mira" || m.Name == "priya" })
		})
	}, condition[praxisv1.Evidence]("piece", accepted), "True Accepted"},
	"Evidence of KeyAction": {after(from("platform"), func(w *world) {
		w.submit("piece", watch)
		w.must(w.judge("jonas@example.com", "piece", praxisv1.DecisionAccepted))
		other := get[praxisv1.Team](w, "platform")
		other.ObjectMeta, other.Spec.Lead = metav1.ObjectMeta{Name: "platform-eng", Namespace: w.ns}, "jonas"
		w.must(w.Create(w.Context(), other))
		w.must(w.Delete(w.Context(), get[praxisv1.Team](w, "platform")))
	}), func(w *world) {
		edit(w, "remove-manual-step", func(ka *praxisv1.KeyAction) { ka.Spec.TeamRef.Name = "platform-eng" })
	}, condition[praxisv1.Evidence]("piece", accepted), "True Accepted"},
	"Evidence of WeeklyCycle, 2": {},
	"Evidence of Utility": {after(from("platform"), reading), func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Measures = nil })
	}, condition[praxisv1.Evidence]("reading", accepted), "False ActionNotFound"},

	"Review of Action": {from("platform", friday), submits("waits", w48+".rehearse-rollback.rehearse.jonas"), func(w *world) string {
		for _, item := range get[praxisv1.Review](w, weekly).Status.Agenda {
			if item.Action == w48+".rehearse-rollback.rehearse.jonas" {
				return item.Reason
			}
		}
		return ""
	}, praxisv1.ReasonAwaitingAcceptance},
	"Review of WeeklyCycle": {from("platform", nextWeek), signs(weekly), condition[praxisv1.Review](midweek, praxisv1.ConditionOpen), "False Overdue"},
	"Review of WeeklyCycle, 2": {func(w *world) {
		w.must(w.apply(sample("platform")))
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true })
		edit(w, "remove-manual-step", func(ka *praxisv1.KeyAction) {
			ka.Spec.Package.Steps[2].Assign = praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "nobody"}
		})
		w.settleAt(wednesday)
	}, resumes, func(w *world) string {
		r := &praxisv1.Review{}
		w.must(client.IgnoreNotFound(w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: midweek}, r)))
		if len(r.Status.Agenda) > 0 {
			return "something"
		}
		return "nothing"
	}, "something"},
	// What it is for lasts for a moment only, in which a piece that changes no Action is looked at.
	"WeeklyCycle of Evidence": {},
	"Review of Utility": {from("platform", wednesday), func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Boundaries = nil })
	}, func(w *world) string {
		u := get[praxisv1.Utility](w, "safe-deploys")
		if len(u.Spec.Boundaries) == 0 && get[praxisv1.Review](w, "safe-deploys-calibration-2026-w48").Spec.Page == review.Page(u) {
			return "the new page"
		}
		return "another"
	}, "the new page"},
	"Review of KeyAction": {from("platform", wednesday), func(w *world) {
		edit(w, "rehearse-rollback", func(ka *praxisv1.KeyAction) { ka.Spec.Verb = "Optimize" })
	}, calibrationSays(praxisv1.ReasonAbstractVerb), "said"},
	"Review of Team": {from("platform"), func(w *world) {
		edit(w, "platform", func(team *praxisv1.Team) { team.Spec.Members[1].Roles = append(team.Spec.Members[1].Roles, "reviewer") })
	}, func(w *world) string {
		if slices.Contains(get[praxisv1.Review](w, midweek).Spec.Reviewers, "jonas@example.com") {
			return "asked"
		}
		return ""
	}, "asked"},
}

// suspended is a world without a week, which would bring back whom a watch is to.
func suspended(sampleName, utility string) func(*world) {
	return func(w *world) {
		w.must(w.apply(sample(sampleName)))
		edit(w, utility, func(u *praxisv1.Utility) { u.Spec.Suspend = true })
		w.settle()
	}
}

func resumes(w *world) { edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = false }) }

func calibrationSays(reason string) func(*world) string {
	return func(w *world) string {
		for _, item := range get[praxisv1.Review](w, "safe-deploys-calibration-2026-w48").Status.Agenda {
			if item.Reason == reason {
				return "said"
			}
		}
		return ""
	}
}

// missed is what comes of a test without some of the watches.
func (c watchTest) missed(t *testing.T, leaveOut func(string) bool) error {
	t.Helper()
	w := newWorld(t, monday)
	c.prepare(w)
	w.run(leaveOut)
	if got := c.becomes(w); got == c.want && !strings.HasSuffix(c.want, " again") {
		t.Fatalf("it is %q before anything changes", got)
	}
	c.change(w)
	var got string
	err := w.within(patience, "", func() bool { got = c.becomes(w); return got == c.want })
	if err != nil {
		t.Logf("it stays %q, want %q", got, c.want)
	}
	return err
}

func TestWhatChangesIsSeenByItsWatch(t *testing.T) {
	for name, c := range watchTests {
		if c.change == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := c.missed(t, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEachWatchIsMissedByATest(t *testing.T) {
	names := watchNames(t)
	for _, name := range names {
		if _, there := watchTests[name]; !there {
			t.Errorf("no test is of the watch %s", name)
		}
	}
	for name := range watchTests {
		if !slices.Contains(names, name) {
			t.Errorf("there is no watch %s", name)
		}
	}
	if !*teeth {
		return
	}
	unmissed := map[string]bool{}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			if c := watchTests[name]; c.change != nil && c.missed(t, func(watch string) bool { return watch == name }) != nil {
				return
			}
			unmissed[name] = true
			t.Errorf("no test misses it")
		})
	}
	t.Logf("%d of %d watches are missed by a test; not by any: %v", len(names)-len(unmissed), len(names), slices.Sorted(maps.Keys(unmissed)))
}
