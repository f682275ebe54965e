// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// agendaLines is an agenda as people would check it by hand.
func agendaLines(items []praxisv1.AgendaItem) []string {
	var out []string
	for _, i := range items {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", text.ActionName(i.Action), i.Reason, i.Proposed)))
	}
	return out
}

func TestTheAgendaOfAWeekBeginsWithWhatComesFirst(t *testing.T) {
	escalated := action("sell", "zoe", carried(2), owes(3, 24), done(1, 0))
	list := action("list", "ana", ofTier(praxisv1.TierFoundation))
	ship := action("ship", "ben", func(a *praxisv1.Action) { a.Spec.DependsOn = []string{"list"} })
	for name, c := range map[string]struct {
		kind      praxisv1.ReviewType
		escalated []*praxisv1.Action
		actions   []praxisv1.Action
		hour      int
		overload  bool
		want      []string
	}{
		"nothing is wrong": {kind: praxisv1.ReviewMidweekCheck, actions: []praxisv1.Action{action("ship", "ben", done(1, 0))}, hour: 54},
		"what was escalated comes first, and there is nothing to propose": {
			kind: praxisv1.ReviewWeekly, escalated: []*praxisv1.Action{&escalated}, actions: []praxisv1.Action{list}, hour: 103,
			want: []string{"fix.sell.zoe Missed", "fix.list.ana NoEvidence CarryOver"},
		},
		"the first of those that wait for each other": {kind: praxisv1.ReviewMidweekCheck, actions: []praxisv1.Action{ship, list}, hour: 54, want: []string{"fix.list.ana NoEvidence Reschedule"}},
		"at the end each Key Action needs a decision": {
			kind: praxisv1.ReviewWeekly, actions: []praxisv1.Action{ship, list}, hour: 103, want: []string{"fix.list.ana NoEvidence CarryOver", "fix.ship.ben Missed CarryOver"},
		},
		"also one that is due after the review": {
			kind: praxisv1.ReviewWeekly, actions: []praxisv1.Action{action("ship", "ben", owes(1, 110))}, hour: 103, want: []string{"fix.ship.ben NotDue CarryOver"},
		},
		"what was carried too often escalates": {
			kind: praxisv1.ReviewWeekly, actions: []praxisv1.Action{action("ship", "ben", carried(2))}, hour: 103, want: []string{"fix.ship.ben NoEvidence Escalate"},
		},
		"what was dropped or is done does not appear": {
			kind: praxisv1.ReviewWeekly, actions: []praxisv1.Action{action("ship", "ben", dropped), action("ship", "ana", done(1, 0))}, hour: 103,
		},
		"in midweek, work that is handed in needs a verdict": {
			kind: praxisv1.ReviewMidweekCheck, actions: []praxisv1.Action{action("ship", "ben", done(0, 1))}, hour: 54, want: []string{"fix.ship.ben AwaitingAcceptance"},
		},
		"in midweek, an overloaded member hands over work": {
			kind: praxisv1.ReviewMidweekCheck, actions: []praxisv1.Action{action("ship", "ben")}, hour: 54, overload: true, want: []string{"fix.ship.ben Overloaded Reassign"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := Input{
				Programme: plan.NewProgramme(checkout()), Review: aReview(c.kind), Cycle: cycle(), Actions: c.actions, Escalated: c.escalated,
				Overloaded: func(string, string) bool { return c.overload },
			}
			if got := agendaLines(in.Agenda(hours(c.hour))); !slices.Equal(got, c.want) {
				t.Errorf("the agenda is %q, want %q", got, c.want)
			}
		})
	}
	t.Run("what was escalated says how long", func(t *testing.T) {
		in := Input{Review: aReview(praxisv1.ReviewMidweekCheck), Programme: plan.NewProgramme(checkout()), Cycle: cycle(), Escalated: []*praxisv1.Action{&escalated}}
		if got := in.Agenda(hours(54))[0]; got.Message != "Escalated after 2 carries: 2 of 3 are still open; change the plan or the people" || got.KeyAction != "fix" || got.Tier != praxisv1.TierKey {
			t.Errorf("it is %+v", got)
		}
	})
	t.Run("a step that nobody does has no decision", func(t *testing.T) {
		c := cycle()
		c.Status.Plan.KeyActions[0].Unassigned = []praxisv1.UnassignedStep{{Step: "draw", Tier: praxisv1.TierKey, Share: 1000, Occurrences: list.Spec.Occurrences}}
		in := Input{Review: aReview(praxisv1.ReviewWeekly), Programme: plan.NewProgramme(checkout()), Cycle: c}
		if got := agendaLines(in.Agenda(hours(103))); !slices.Equal(got, []string{"Unassigned"}) {
			t.Errorf("the agenda is %q", got)
		}
	})
	for name, c := range map[string]*praxisv1.WeeklyCycle{"there is no week": nil, "the week has no plan": {}} {
		t.Run(name, func(t *testing.T) {
			in := Input{Review: aReview(praxisv1.ReviewWeekly), Programme: plan.NewProgramme(checkout()), Cycle: c, Actions: []praxisv1.Action{list}}
			if got := in.Agenda(hours(103)); len(got) > 0 {
				t.Errorf("the agenda is %q", agendaLines(got))
			}
		})
	}
}

// many are Actions of one step, for members whose names sort in numerical order.
func many(n int, step string, modifiers ...modifier) []praxisv1.Action {
	var out []praxisv1.Action
	for i := range n {
		out = append(out, action(step, fmt.Sprintf("m%02d", i), modifiers...))
	}
	return out
}

func TestAnAgendaIsCutAtFiftyAndKeepsWhatNeedsADecision(t *testing.T) {
	foundation := ofTier(praxisv1.TierFoundation)
	for name, c := range map[string]struct {
		kind               praxisv1.ReviewType
		foundation, key    int
		wantOther, wantKey int
	}{
		"all fit":                               {praxisv1.ReviewWeekly, 20, 30, 20, 30},
		"other items make room for Key Actions": {praxisv1.ReviewWeekly, 40, 30, 20, 30},
		"Key Actions fill it":                   {praxisv1.ReviewWeekly, 40, 50, 0, 50},
		"no more than fifty":                    {praxisv1.ReviewWeekly, 10, 60, 0, 50},
		"in midweek the first gaps, by cause":   {praxisv1.ReviewMidweekCheck, 40, 30, 25, 25},
	} {
		t.Run(name, func(t *testing.T) {
			in := Input{Review: aReview(c.kind), Programme: plan.NewProgramme(checkout()), Cycle: cycle(), Actions: append(many(c.foundation, "list", foundation), many(c.key, "ship")...)}
			var other, key int
			for _, i := range in.Agenda(hours(103)) {
				if i.Tier == praxisv1.TierKey {
					key++
				} else {
					other++
				}
			}
			if other != c.wantOther || key != c.wantKey {
				t.Errorf("it has %d and %d of the Key tier, want %d and %d", other, key, c.wantOther, c.wantKey)
			}
		})
	}
}

func TestTheOrderOfTheActionsChangesNoAgenda(t *testing.T) {
	actions := append(many(30, "list", ofTier(praxisv1.TierFoundation)), many(30, "ship", owes(1, 110))...)
	want := agendaLines(Input{Review: aReview(praxisv1.ReviewWeekly), Programme: plan.NewProgramme(checkout()), Cycle: cycle(), Actions: actions}.Agenda(hours(103)))
	if len(want) != 50 {
		t.Fatalf("the agenda has %d items", len(want))
	}
	rapid.Check(t, func(t *rapid.T) {
		in := Input{Review: aReview(praxisv1.ReviewWeekly), Programme: plan.NewProgramme(checkout()), Cycle: cycle(), Actions: rapid.Permutation(actions).Draw(t, "order")}
		if got := agendaLines(in.Agenda(hours(103))); !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

func TestTheAgendaOfAPageIsWhatTheGoalSaysIsWrong(t *testing.T) {
	condition := func(kind string, status metav1.ConditionStatus, reason string) metav1.Condition {
		return metav1.Condition{Type: kind, Status: status, Reason: reason, Message: "because of " + reason}
	}
	keyAction := func(name string, conditions ...metav1.Condition) praxisv1.KeyAction {
		ka := praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: name}}
		ka.Status.Conditions = conditions
		return ka
	}
	o := checkout()
	o.Utility.Status.Conditions = []metav1.Condition{
		condition(praxisv1.ConditionCovered, metav1.ConditionFalse, "NotCarried"), condition(praxisv1.ConditionOnTrack, metav1.ConditionFalse, "Behind"),
		condition(praxisv1.ConditionEffective, metav1.ConditionFalse, "PathNotWorking"), condition(praxisv1.ConditionFocused, metav1.ConditionTrue, "WithinLimit"),
		condition(praxisv1.ConditionStalled, metav1.ConditionTrue, "WeightsNotHundred"), condition(praxisv1.ConditionCalibrated, metav1.ConditionUnknown, "NeverCalibrated"),
	}
	generated := keyAction("move-search", condition(praxisv1.ConditionFeasible, metav1.ConditionFalse, "OverCapacity"))
	generated.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(&praxisv1.KeyAction{}, praxisv1.GroupVersion.WithKind("KeyAction"))}
	o.KeyActions = []praxisv1.KeyAction{
		keyAction("move", condition(praxisv1.ConditionStalled, metav1.ConditionFalse, "Reconciled")),
		keyAction("fix", condition(praxisv1.ConditionFeasible, metav1.ConditionFalse, "Unassigned"), condition(praxisv1.ConditionActionable, metav1.ConditionFalse, "NoKeyStep")),
		keyAction("call", condition(praxisv1.ConditionStalled, metav1.ConditionTrue, "InvalidCheck")),
		generated,
	}
	want := []string{"|WeightsNotHundred", "|PathNotWorking", "|NotCarried", "call|InvalidCheck", "fix|NoKeyStep", "fix|Unassigned"}
	var got []string
	for _, i := range (Input{Review: aReview(praxisv1.ReviewCalibration), Programme: plan.NewProgramme(o)}).Agenda(time.Time{}) {
		got = append(got, i.KeyAction+"|"+i.Reason)
		if i.Message != "because of "+i.Reason || i.Proposed != "" || i.Action != "" {
			t.Errorf("it says %+v", i)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the agenda is %q, want %q", got, want)
	}
}

func TestWhatWasEscalatedReplacesWhatNeedsNoDecision(t *testing.T) {
	escalated := action("sell", "zoe", carried(2))
	in := Input{
		Programme: plan.NewProgramme(checkout()), Review: aReview(praxisv1.ReviewWeekly), Cycle: cycle(), Escalated: []*praxisv1.Action{&escalated},
		Actions: append(many(10, "list", ofTier(praxisv1.TierFoundation)), many(49, "ship")...),
	}
	items := agendaLines(in.Agenda(hours(103)))
	if len(items) != 50 || items[0] != "fix.sell.zoe Missed" || items[1] != "fix.ship.m00 MemberLeft Reassign" || items[49] != "fix.ship.m48 MemberLeft Reassign" {
		t.Errorf("the agenda has %d items: %q", len(items), items)
	}
}

func TestAnAgendaNamesWhoCanTakeAnActionOver(t *testing.T) {
	escalated := action("sell", "zoe", carried(2), owes(3, 24), done(1, 0))
	in := Input{
		Programme: plan.NewProgramme(checkout()), Review: aReview(praxisv1.ReviewWeekly), Cycle: cycle(),
		Actions: []praxisv1.Action{action("ship", "ben")}, Escalated: []*praxisv1.Action{&escalated},
	}
	var got []string
	for _, item := range in.Agenda(hours(103)) {
		got = append(got, fmt.Sprint(text.ActionName(item.Action), " of ", item.Team, " ", item.Candidates))
	}
	// What is escalated cannot be decided on.
	if want := "fix.sell.zoe of payments []; fix.ship.ben of payments [ana lou rea]"; strings.Join(got, "; ") != want {
		t.Errorf("it names %s, want %s", strings.Join(got, "; "), want)
	}
	if next := in.AgendaChanges(hours(103)); !next.Equal(hours(112)) {
		t.Errorf("others are away from %s on", next)
	}
}
