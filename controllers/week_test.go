// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	w48 = "safe-deploys-2026-w48"
	w49 = "safe-deploys-2026-w49"
)

// planned returns a world with the platform sample and its week planned.
func planned(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, "2026-11-23T15:05:00Z")
	w.must(w.apply(sample("platform")))
	w.settle()
	return w
}

func names(actions map[string]*praxisv1.Action) string {
	return strings.Join(slices.Sorted(maps.Keys(actions)), "\n")
}

func TestAUtilityThatBeginsInMidweekPlansWhatIsStillAhead(t *testing.T) {
	w := newWorld(t, "2026-11-26T10:30:00Z") // Thursday 11:30 in Zurich
	w.must(w.apply(sample("platform")))
	w.settle()
	want := strings.Join([]string{
		w48 + ".rehearse-rollback.rehearse.jonas", w48 + ".rehearse-rollback.rehearse.priya",
		w48 + ".remove-manual-step.automate.jonas", w48 + ".remove-manual-step.dry-run.tomas",
	}, "\n")
	if got := names(w.actions()); got != want {
		t.Errorf("planned\n%s\nwant\n%s", got, want)
	}
}

func TestThePlanIsFrozen(t *testing.T) {
	for name, change := range map[string]func(*world){
		"when a member leaves the Team": func(w *world) {
			edit(w, "platform", func(team *praxisv1.Team) { team.Spec.Members = slices.Delete(team.Spec.Members, 1, 2) })
		},
		"when the Team is deleted": func(w *world) { w.must(w.Delete(w.Context(), get[praxisv1.Team](w, "platform"))) },
		"when a KeyAction is edited": func(w *world) {
			edit(w, "remove-manual-step", func(ka *praxisv1.KeyAction) { ka.Spec.Package.Steps[2].Times = 9 })
		},
		"when a KeyAction is deleted": func(w *world) { w.must(w.Delete(w.Context(), get[praxisv1.KeyAction](w, "remove-manual-step"))) },
		"when the cadence is edited": func(w *world) {
			edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Cadence.TimeZone = "Asia/Tokyo" })
		},
		"when the Utility is suspended": func(w *world) { edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true }) },
	} {
		t.Run(name, func(t *testing.T) {
			w := planned(t)
			actions, plan := w.actions(), get[praxisv1.WeeklyCycle](w, w48).Status.Plan
			change(w)
			w.settle()
			for name, a := range w.actions() {
				if was := actions[name]; was == nil || was.Generation != a.Generation {
					t.Errorf("%s changed", name)
				}
				delete(actions, name)
			}
			if len(actions) > 0 {
				t.Errorf("these are gone:\n%s", names(actions))
			}
			if now := get[praxisv1.WeeklyCycle](w, w48).Status.Plan; now.Hash != plan.Hash {
				t.Error("the plan changed")
			}
		})
	}
}

func TestAKeyActionThatComesInMidweekJoinsWithWhatIsStillAhead(t *testing.T) {
	w := planned(t)
	collect := get[praxisv1.KeyAction](w, "review-failed-deploys")
	edit(w, "review-failed-deploys", func(ka *praxisv1.KeyAction) { ka.Spec.Weight = new(int32(15)) })
	late := &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: "talk-to-teams", Namespace: w.ns}, Spec: *collect.Spec.DeepCopy()}
	late.Spec.Weight = new(int32(5))
	w.must(w.Create(w.Context(), late))
	edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.MaxKeyActions = 4 })
	w.settleAt("2026-11-25T18:00:00Z") // Wednesday 19:00: collect was due at 17:00
	if a := w.actions()[w48+".talk-to-teams.review.mira"]; a == nil || a.Spec.Share != 7000 {
		t.Errorf("it is not there: %v", a)
	}
	if w.actions()[w48+".talk-to-teams.collect.jonas"] != nil {
		t.Error("what was due before it came is asked for")
	}
	plan := get[praxisv1.WeeklyCycle](w, w48).Status.Plan
	if plan.Actions != 10 {
		t.Errorf("%d Actions are planned", plan.Actions)
	}
	for _, ka := range plan.KeyActions {
		if ka.Name == "talk-to-teams" && (!ka.JoinedAt.Time.Equal(w.clock.now) || ka.Hash == "") {
			t.Errorf("it joined at %v with hash %q", ka.JoinedAt, ka.Hash)
		}
	}
}

// A change of a week's own status alone requeues the week by no event.
func TestAWeekThatAKeyActionJoinsComesBackByItself(t *testing.T) {
	w := planned(t)
	edit(w, "review-failed-deploys", func(ka *praxisv1.KeyAction) { ka.Spec.Weight = new(int32(15)) })
	late := &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: "talk-to-teams", Namespace: w.ns}, Spec: *get[praxisv1.KeyAction](w, "review-failed-deploys").Spec.DeepCopy()}
	late.Spec.Weight = new(int32(5))
	w.must(w.Create(w.Context(), late))
	edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.MaxKeyActions = 4 })
	r := w.reconcilers[3]
	request := reconcile.Request{NamespacedName: client.ObjectKey{Namespace: w.ns, Name: w48}}
	result, err := r.Reconcile(t.Context(), request)
	w.must(err)
	if result.RequeueAfter > time.Second {
		t.Errorf("it comes back after %s", result.RequeueAfter)
	}
	_, err = r.Reconcile(t.Context(), request)
	w.must(err)
	if w.actions()[w48+".talk-to-teams.review.mira"] == nil {
		t.Error("what joined has no Action")
	}
}

func TestAGoalThatIsDeletedAndAppliedAnewDoesNotTakeOverWhatIsAboutToGo(t *testing.T) {
	w := planned(t)
	old := w.actions()
	for _, k := range w.reconcilers {
		if _, actions := k.list.(*praxisv1.ActionList); actions {
			continue
		}
		w.must(w.List(t.Context(), k.list, client.InNamespace(w.ns)))
		w.must(eachItem(k.list, func(o client.Object) { w.must(w.Delete(t.Context(), o)) }))
	}
	w.must(w.apply(sample("platform")))
	w.settle()
	if c := get[praxisv1.WeeklyCycle](w, w48); reason(c.Status.Conditions, praxisv1.ConditionStalled) != "True NameTaken" {
		t.Errorf("with Actions that are not its own it says %v", c.Status.Conditions)
	}
	for _, a := range old { // as the garbage collector does
		w.must(w.Delete(t.Context(), a))
	}
	w.settle()
	for name, a := range w.actions() {
		if was := old[name]; was == nil || was.UID == a.UID {
			t.Errorf("%s was not made anew", name)
		}
	}
	if n := len(w.actions()); n != len(old) {
		t.Errorf("%d Actions are planned, and were %d", n, len(old))
	}
}

func TestADecisionFromStaleReadsWritesNothingAndComesBack(t *testing.T) {
	w := planned(t)
	stale := get[praxisv1.Team](w, "platform")
	edit(w, "platform", func(team *praxisv1.Team) { team.Annotations = map[string]string{"a": "b"} })
	after := stale.DeepCopy()
	after.Status.Summary = "Old news"
	written, err := Deps{Client: w.Client}.writeStatus(t.Context(), stale, after)
	if written || !apierrors.IsConflict(err) {
		t.Errorf("written %v: %v", written, err)
	}
}

func TestADeletedActionIsNotMadeAgainAndCountsAsDropped(t *testing.T) {
	w := planned(t)
	gone := w.actions()[w48+".rehearse-rollback.rehearse.jonas"]
	w.must(w.Delete(w.Context(), gone))
	w.settle()
	if w.actions()[gone.Name] != nil {
		t.Error("it was made again")
	}
	if counts := get[praxisv1.WeeklyCycle](w, w48).Status.Counts; counts.Dropped != 1 {
		t.Errorf("the counts are %+v", counts)
	}
}

func TestAnActionTellsItsStateByTheClock(t *testing.T) {
	w := planned(t)
	for _, step := range []struct{ now, action, want string }{
		{"2026-11-23T16:00:00Z", "rehearse-rollback.agree.mira", praxisv1.ReasonOverdue},    // one of two
		{"2026-11-24T11:00:00Z", "rehearse-rollback.agree.mira", praxisv1.ReasonMissed},     // both
		{"2026-11-24T11:00:00Z", "rehearse-rollback.prepare.jonas", praxisv1.ReasonBlocked}, // waits for it
		{"2026-11-24T11:00:00Z", "rehearse-rollback.rehearse.priya", praxisv1.ReasonNotDue}, // waits for prepare only
	} {
		w.settleAt(step.now)
		if got := state(w.actions()[w48+"."+step.action]); got != step.want {
			t.Errorf("at %s %s is %s, want %s", step.now, step.action, got, step.want)
		}
	}
	w.accept(w48+".rehearse-rollback.agree.mira", 2)
	w.settle()
	if got := state(w.actions()[w48+".rehearse-rollback.prepare.jonas"]); got != praxisv1.ReasonNotDue {
		t.Errorf("with what it waited for accepted it is %s", got)
	}
	cycle := get[praxisv1.WeeklyCycle](w, w48)
	if first := cycle.Status.Gaps[0]; first.Action != w48+".remove-manual-step.watch.priya" || first.Reason != praxisv1.ReasonNoEvidence {
		t.Errorf("the first gap is %+v", first)
	}
}

func TestAWeekClosesByTheClockAndLeavesTheRestToTheNext(t *testing.T) {
	w := planned(t)
	w.accept(w48+".rehearse-rollback.agree.mira", 1)
	w.accept(w48+".remove-manual-step.automate.tomas", 1)
	w.settleAt("2026-11-30T08:00:00Z") // the week ends; its review may be signed for 48 hours more
	if old := get[praxisv1.WeeklyCycle](w, w48); reason(old.Status.Conditions, praxisv1.ConditionClosed) != "False Open" {
		t.Errorf("W48 is %v", old.Status.Conditions)
	}
	w.settleAt("2026-12-02T08:00:00Z")
	old := get[praxisv1.WeeklyCycle](w, w48)
	if reason(old.Status.Conditions, praxisv1.ConditionClosed) != "True Closed" || reason(old.Status.Conditions, praxisv1.ConditionReviewed) != "False ReviewMissed" {
		t.Errorf("W48 is %v", old.Status.Conditions)
	}
	// review-failed-deploys escalates; the rest is carried.
	if c := old.Status.Counts; c.CarriedOver != 6 || c.Missed != 2 || c.Accepted != 1 {
		t.Errorf("the counts of W48 are %+v", c)
	}
	carried := w.actions()[w49+".rehearse-rollback.agree.mira.w48"]
	if carried == nil {
		t.Fatalf("nothing of mira is carried:\n%s", names(w.actions()))
	}
	spec := carried.Spec
	if spec.Target != 1 || spec.Carries != 1 || spec.CarriedFrom != w48+".rehearse-rollback.agree.mira" || spec.Share != 750 || spec.OriginWeek != "2026-W48" {
		t.Errorf("it is carried as %+v", spec)
	}
	// Its step is due on Monday and Tuesday, which are past, so it is due at the review.
	if due := spec.Occurrences[0].DueAt.UTC().Format("Mon 15:04"); due != "Fri 14:00" {
		t.Errorf("it is due %s", due)
	}
	if plan := get[praxisv1.WeeklyCycle](w, w49).Status.Plan; plan.Carried != 6 || plan.Actions != 9 || plan.CarriedFrom != w48 {
		t.Errorf("W49 plans %+v", plan)
	}
	u := get[praxisv1.Utility](w, "safe-deploys")
	if len(u.Status.History) != 1 || u.Status.History[0].Accepted != 1 || u.Status.History[0].UnitsDelivered != 3 {
		t.Errorf("the history is %+v", u.Status.History)
	}
	if u.Status.Coverage.Delivered != 3 {
		t.Errorf("the coverage is %+v", u.Status.Coverage)
	}
}

func TestWeeksThatPassedWhileTheOperatorWasDownAreNotInvented(t *testing.T) {
	w := planned(t)
	w.restart()
	w.settleAt("2026-12-15T10:00:00Z") // W51, a Tuesday
	var cycles praxisv1.WeeklyCycleList
	w.must(w.live.List(t.Context(), &cycles, client.InNamespace(w.ns)))
	if len(cycles.Items) != 2 {
		t.Errorf("there are %d weeks", len(cycles.Items))
	}
	now := get[praxisv1.WeeklyCycle](w, "safe-deploys-2026-w51")
	if now.Spec.Previous != w48 || now.Status.Plan.CarriedFrom != w48 {
		t.Errorf("W51 follows %q and takes over from %q", now.Spec.Previous, now.Status.Plan.CarriedFrom)
	}
	if w.actions()["safe-deploys-2026-w51.rehearse-rollback.agree.mira"].Spec.Target != 1 {
		t.Error("what was due on Monday is asked for")
	}
	if missing := get[praxisv1.Utility](w, "safe-deploys").Status.MissingWeeks; !slices.Equal(missing, []praxisv1.Week{"2026-W50", "2026-W49"}) {
		t.Errorf("missing are %v", missing)
	}
}

func TestAClockThatJumpsBackMakesNoWeekTwice(t *testing.T) {
	w := planned(t)
	w.settleAt("2026-11-30T08:30:00Z")
	before := names(w.actions())
	w.settleAt("2026-11-23T16:00:00Z")
	if after := names(w.actions()); after != before {
		t.Errorf("there are now\n%s\nand were\n%s", after, before)
	}
	w.settleAt("2026-11-16T16:00:00Z") // before all weeks
	w.settleAt("2026-11-30T08:31:00Z")
	if after := names(w.actions()); after != before {
		t.Errorf("there are now\n%s\nand were\n%s", after, before)
	}
}

func TestAnObjectWithOurNameIsNeverAdopted(t *testing.T) {
	w := newWorld(t, "2026-11-23T15:05:00Z")
	stranger := &praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: w48, Namespace: w.ns}, Spec: praxisv1.WeeklyCycleSpec{
		UtilityRef: praxisv1.LocalReference{Name: "another"}, Week: "2026-W48", TimeZone: "Europe/Zurich",
		StartsAt: metav1.NewTime(w.clock.now), MidweekAt: metav1.NewTime(w.clock.now), ReviewAt: metav1.NewTime(w.clock.now),
		EndsAt: metav1.NewTime(w.clock.now), GraceEndsAt: metav1.NewTime(w.clock.now), PlannedAt: metav1.NewTime(w.clock.now), PlannedFrom: metav1.NewTime(w.clock.now),
	}}
	w.must(w.Create(t.Context(), stranger))
	w.must(w.apply(sample("platform")))
	w.settle()
	u := get[praxisv1.Utility](w, "safe-deploys")
	if reason(u.Status.Conditions, praxisv1.ConditionStalled) != "True NameTaken" || len(w.actions()) > 0 {
		t.Errorf("the Utility says %v", u.Status.Conditions)
	}
	if ka := get[praxisv1.KeyAction](w, "rehearse-rollback"); reason(ka.Status.Conditions, praxisv1.ConditionOnTrack) != "Unknown NothingPlanned" {
		t.Errorf("a KeyAction of it says %v", ka.Status.Conditions)
	}
	w.must(w.Delete(t.Context(), stranger))
	w.settle()
	if n := len(w.actions()); n != 9 {
		t.Errorf("with the stranger gone %d Actions are planned", n)
	}
}

func TestTheTeamsOfAnEnterpriseKeyActionComeAndGo(t *testing.T) {
	w := newWorld(t, "2026-11-23T15:05:00Z")
	w.must(w.apply(sample("enterprise")))
	w.settle()
	edit(w, "search", func(team *praxisv1.Team) { team.Labels = nil })
	w.settle()
	get[praxisv1.KeyAction](w, "move-workloads-search") // it has work this week
	w.settleAt("2026-11-30T04:00:00Z")
	var list praxisv1.KeyActionList
	w.must(w.live.List(t.Context(), &list, client.InNamespace(w.ns)))
	weights := map[string]string{}
	for _, ka := range list.Items {
		weights[ka.Name] = ka.Status.Weight
	}
	want := map[string]string{"move-workloads": "70", "move-workloads-payments": "35", "move-workloads-support": "35", "publish-costs": "30"}
	if !maps.Equal(weights, want) {
		t.Errorf("the weights are %v", weights)
	}
}

func TestEventsTellTheStoryOfTheWeek(t *testing.T) {
	w := planned(t)
	w.settleAt("2026-11-24T11:00:00Z")
	w.settleAt("2026-12-02T08:00:00Z")
	close(w.recorded)
	var reasons []string
	for line := range w.recorded {
		fields := strings.Fields(line)
		reasons = append(reasons, fields[0]+" "+fields[1])
	}
	for _, want := range []string{"Normal Planned", "Normal Closed", "Warning Behind"} {
		if !slices.Contains(reasons, want) {
			t.Errorf("%s is not told; told are %v", want, reasons)
		}
	}
}
