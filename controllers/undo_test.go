// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// An undo is an edit within the week that is taken back.
type undo struct {
	sample   string
	prepare  func(*world) // before the first week is planned
	at       string       // when; a minute after the week was planned where it is empty
	do, back func(*world)
	// made is a part of the names of what the edit makes.
	made string
}

const (
	sharedWeek = "shared-inference-2026-w48"
	newest     = sharedWeek + ".talk-to-teams.publish.ravi"
	selected   = "company.example/moves-to-shared-inference"
)

var byLabel = &metav1.LabelSelector{MatchLabels: map[string]string{selected: "yes"}}

func ofTeams(name string, selector *metav1.LabelSelector) func(*world) {
	return func(w *world) {
		edit(w, name, func(ka *praxisv1.KeyAction) { ka.Spec.TeamRef, ka.Spec.TeamSelector = nil, selector })
	}
}

func ofOneTeam(name, team string) func(*world) {
	return func(w *world) {
		edit(w, name, func(ka *praxisv1.KeyAction) {
			ka.Spec.TeamSelector, ka.Spec.TeamRef = nil, &praxisv1.LocalReference{Name: team}
		})
	}
}

func labelled(team string, labels map[string]string) func(*world) {
	return func(w *world) { edit(w, team, func(o *praxisv1.Team) { o.Labels = labels }) }
}

// addsOne adds a KeyAction, for which another one gives some of its weight.
func addsOne(w *world) {
	edit(w, "publish-costs", func(ka *praxisv1.KeyAction) { ka.Spec.Weight = new(int32(20)) })
	ka := &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: "talk-to-teams", Namespace: w.ns}, Spec: *get[praxisv1.KeyAction](w, "publish-costs").Spec.DeepCopy()}
	ka.Spec.Weight = new(int32(10))
	w.must(w.Create(w.Context(), ka))
}

func removesIt(w *world) {
	deletes[praxisv1.KeyAction]("talk-to-teams")(w)
	w.settle() // the weights do not add up meanwhile
	edit(w, "publish-costs", func(ka *praxisv1.KeyAction) { ka.Spec.Weight = new(int32(30)) })
}

func suspends(name string, suspend bool) func(*world) {
	return func(w *world) { edit(w, name, func(ka *praxisv1.KeyAction) { ka.Spec.Suspend = suspend }) }
}

func limits(n int32) func(*world) {
	return func(w *world) { edit(w, "shared-inference", func(u *praxisv1.Utility) { u.Spec.MaxKeyActions = n }) }
}

func starts(month int32) func(*world) {
	return func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Cadence.QuarterStartMonth = month })
	}
}

func skips(weeks ...praxisv1.Week) func(*world) {
	return func(w *world) { edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Cadence.Skip = weeks }) }
}

func states(statement string) func(*world) {
	return func(w *world) { edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Statement = statement }) }
}

var undos = map[string]undo{
	"a KeyAction gets a selector of all Teams":     {"enterprise", nil, "", ofTeams("publish-costs", &metav1.LabelSelector{}), ofOneTeam("publish-costs", "ai-office"), "publish-costs-"},
	"a KeyAction for Teams gets one Team":          {"enterprise", nil, "", ofOneTeam("move-workloads", "search"), ofTeams("move-workloads", byLabel), "move-workloads.choose"},
	"a selector selects one Team more":             {"enterprise", nil, "", labelled("ai-office", map[string]string{selected: "yes"}), labelled("ai-office", nil), "move-workloads-ai-office"},
	"a KeyAction is new":                           {"enterprise", nil, "", addsOne, removesIt, "talk-to-teams"},
	"a suspended KeyAction goes on":                {"enterprise", suspends("publish-costs", true), "", suspends("publish-costs", false), suspends("publish-costs", true), "publish-costs.publish"},
	"the limit of KeyActions is raised":            {"enterprise", limits(1), "", limits(2), limits(1), "publish-costs.publish"},
	"the quarter begins in another month":          {"platform", nil, "", starts(12), starts(1), "q4-review"},
	"all weeks of the quarter to come are skipped": {"platform", nil, "", skips("2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026-W53"), skips("2026-W53"), "q4-review"},
	"the signed page says otherwise": {"platform", nil, nextWeek, func(w *world) {
		states("A bad deploy is undone before anybody notices")(w)
	}, states("A bad deploy is undone before users notice it"), "calibration-2026-w49"},
}

// traces are the objects of the namespace without what differs each time, by kind and name.
func (w *world) traces() map[string]string {
	w.Helper()
	m := &misused{world: w, masks: map[string]string{}}
	traces := map[string]string{}
	m.each(func(key string, o client.Object) { traces[key] = m.masked(key, o) })
	return traces
}

func (u undo) done(w *world) (before map[string]string) {
	w.Helper()
	w.must(w.apply(sample(u.sample)))
	if u.prepare != nil {
		u.prepare(w)
	}
	w.settle()
	if u.at != "" {
		w.sign("safe-deploys-calibration-2026-w48")
		w.settleAt(friday)
		w.settleAt(u.at)
	} else {
		w.settleAt("2026-11-23T15:06:00Z")
	}
	before = w.traces()
	u.do(w)
	w.settle()
	if !slices.ContainsFunc(slices.Collect(maps.Keys(w.traces())), func(key string) bool { return strings.Contains(key, u.made) && before[key] == "" }) {
		w.Fatalf("the edit made nothing with %s in its name", u.made)
	}
	return before
}

func TestAnEditThatIsUndoneWithinTheWeekLeavesNoTrace(t *testing.T) {
	for name, u := range undos {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, monday)
			before := u.done(w)
			u.back(w)
			w.settle()
			for _, found := range differences("after it was undone", before, w.traces()) {
				t.Error(found)
			}
			w.restart()
			if n := w.settle(); n > 0 {
				t.Errorf("another operator writes %d times: %v", n, w.gate.writes)
			}
		})
	}
}

func TestWhatSomebodyHasWorkedOnStaysWhenTheEditIsUndone(t *testing.T) {
	for name, works := range map[string]func(*world){
		"evidence is handed in": func(w *world) { w.submit("piece", newest) },
		"an Action is amended": func(w *world) {
			a := get[praxisv1.Action](w, newest)
			a.Spec.Dropped, a.Spec.Amendments = true, []praxisv1.Amendment{{Reason: "Nobody needs it"}}
			w.must(w.as("ravi@example.net").Update(w.Context(), a))
			w.seenAt(a)
		},
		"it is past due": func(w *world) { w.settleAt("2026-11-29T12:00:00Z") },
		"a Review decides on it": func(w *world) {
			w.settleAt("2026-11-25T09:00:00Z")
			r := get[praxisv1.Review](w, sharedWeek+"-midweek")
			d := decide(newest, praxisv1.DecideReassign)
			d.Member = "meera"
			r.Spec.Decisions = []praxisv1.ActionDecision{d}
			w.must(w.as(r.Spec.Reviewer).Update(w.Context(), r))
			w.seenAt(r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, monday)
			undos["a KeyAction is new"].done(w)
			works(w)
			w.settle()
			frozen := get[praxisv1.WeeklyCycle](w, sharedWeek).Status.Plan
			removesIt(w)
			w.settle()
			if _, there := w.actions()[newest]; !there || plan.PlannedAs(get[praxisv1.WeeklyCycle](w, sharedWeek), "talk-to-teams") == nil {
				t.Error("it is gone")
			}
			if got := get[praxisv1.WeeklyCycle](w, sharedWeek).Status.Plan; got.Hash != frozen.Hash || got.Actions != frozen.Actions {
				t.Errorf("the plan is %s with %d Actions and was %s with %d", got.Hash, got.Actions, frozen.Hash, frozen.Actions)
			}
		})
	}
	t.Run("and goes once it is taken back", func(t *testing.T) {
		w := newWorld(t, monday)
		before := undos["a KeyAction is new"].done(w)
		w.submit("piece", newest)
		w.settle()
		removesIt(w)
		w.settle()
		w.must(w.Delete(w.Context(), get[praxisv1.Evidence](w, "piece")))
		w.settle()
		for _, found := range differences("after it was taken back", before, w.traces()) {
			t.Error(found)
		}
	})
}

func TestAReviewThatSomebodyHasBegunStaysWhenTheEditIsUndone(t *testing.T) {
	w := newWorld(t, monday)
	undos["the quarter begins in another month"].done(w)
	quarterly := "safe-deploys-2025-q4-review"
	r := get[praxisv1.Review](w, quarterly)
	r.Spec.Conclusion = "It was a good year"
	w.must(w.as(r.Spec.Reviewer).Update(w.Context(), r))
	w.seenAt(r)
	starts(1)(w)
	w.settle()
	if got := isThere[praxisv1.Review](quarterly)(w); got != "there" {
		t.Errorf("it is %s", got)
	}
}

func TestAnEditThatIsMadeAgainWhileItIsUndoneStands(t *testing.T) {
	u := undos["a selector selects one Team more"]
	w := newWorld(t, monday)
	u.done(w)
	with := w.traces()
	for stopAt := 1; ; stopAt++ {
		u.back(w)
		w.restart()
		w.gate.stopAt = stopAt
		if !w.dies() {
			break
		}
		w.restart()
		u.do(w)
		w.settle()
		if gone := get[praxisv1.WeeklyCycle](w, sharedWeek).Status.Counts.Dropped; gone > 0 {
			t.Errorf("stopped at write %d, %d Actions count as dropped", stopAt, gone)
		}
		for _, found := range differences("once it was made again", with, w.traces()) {
			if !strings.Contains(found, "joinedAt") {
				t.Errorf("stopped at write %d: %s", stopAt, found)
			}
		}
	}
}

func TestWhatIsUndoneIsTakenAwayByAnOperatorThatRunsByItself(t *testing.T) {
	for _, name := range []string{
		"a KeyAction gets a selector of all Teams", "a KeyAction for Teams gets one Team", "a selector selects one Team more",
		"a suspended KeyAction goes on", "the limit of KeyActions is raised", "the quarter begins in another month",
	} {
		t.Run(name, func(t *testing.T) {
			u, w := undos[name], newWorld(t, monday)
			w.must(w.apply(sample(u.sample)))
			if u.prepare != nil {
				u.prepare(w)
			}
			w.settle()
			before := w.traces()
			w.run(nil)
			u.do(w)
			w.must(w.within(ample, "it makes something", func() bool { return len(w.traces()) > len(before) }))
			w.rest()
			u.back(w)
			var found []string
			if err := w.within(ample, "", func() bool { found = differences("after it was undone", before, w.traces()); return len(found) == 0 }); err != nil {
				t.Errorf("%v: %s", err, strings.Join(found, "\n"))
			}
		})
	}
}
