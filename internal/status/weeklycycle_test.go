// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// aWeek is what the status of 2026-W48 is decided from: ana owes one of step x of "fix",
// a Key step of two units that is due after 24 hours, and both Reviews are there.
func aWeek(modifiers ...func(*WeeklyCycleInput)) WeeklyCycleInput {
	o, _ := goal(0, 0)
	o.Teams["payments"].Spec.Lead = "lou"
	o.Teams["payments"].Spec.Members = append(o.Teams["payments"].Spec.Members, praxisv1.Member{Name: "lou", User: "lou"})
	c := aCycle()
	a := anAction(1)
	a.Name, a.Spec.Tier, a.Spec.User, a.Spec.Contribution = "checkout-2026-w48.fix.x.ana", praxisv1.TierKey, "ana", 2
	in := WeeklyCycleInput{
		Cycle: &c, Plan: c.Status.Plan, Planned: true, Actions: []praxisv1.Action{a}, Programme: plan.NewProgramme(o),
		Midweek: aReview("midweek", praxisv1.ReviewMidweekCheck, 54, 103), Weekly: aReview("weekly", praxisv1.ReviewWeekly, 103, 216),
	}
	for _, m := range modifiers {
		m(&in)
	}
	return in
}

// closing is a week that began to close at its end, of which all was read.
func closing(in *WeeklyCycleInput) {
	in.Cycle.Status.ClosingAt = new(metav1.NewTime(hours(168)))
	in.Root = &praxisv1.EvidenceRoot{Root: "root of w48"}
}

// handedIn adds a piece for the Action, and what the Action counts of it.
func handedIn(verdict *praxisv1.Verdict) func(*WeeklyCycleInput) {
	return func(in *WeeklyCycleInput) {
		a := &in.Actions[0]
		e := praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: "piece"}, Spec: praxisv1.EvidenceSpec{Quantity: 1, SubmittedBy: "ana"}}
		e.Status.Verdict = verdict
		e.Status = ForEvidence(evidence.Input{Evidence: &e, Action: a, Team: in.Programme.Teams["payments"]}, hours(20))
		in.Evidence = []praxisv1.Evidence{e}
		t := evidence.Count(a, in.Evidence)
		a.Status.Accepted, a.Status.Pending, a.Status.Rejected, a.Status.LastEvidence, a.Status.LastRejected = t.Accepted, t.Pending, t.Rejected, t.Last, t.LastRejected
	}
}

func accepted(in *WeeklyCycleInput) {
	handedIn(&praxisv1.Verdict{By: "lou", Decision: praxisv1.DecisionAccepted})(in)
}

func reviewSigned(decision praxisv1.ReviewDecision) func(*WeeklyCycleInput) {
	return func(in *WeeklyCycleInput) {
		sign(in.Weekly).Spec.Decisions = []praxisv1.ActionDecision{{Action: in.Actions[0].Name, Decision: decision, Reason: "as agreed"}}
	}
}

func TestAWeekSaysHowItStands(t *testing.T) {
	nothing := func(in *WeeklyCycleInput) { in.Plan, in.Actions = &praxisv1.WeekPlan{}, nil }
	for name, c := range map[string]struct {
		modifiers []func(*WeeklyCycleInput)
		hour      int
		onTrack   string
		summary   string
		next      int
	}{
		"nothing is due": {nil, 1, "Unknown NotDue: Nothing is due yet in 2026-W48", "1 Action planned, 1h of work, none due yet", 24},
		"and something was carried in": {
			[]func(*WeeklyCycleInput){func(in *WeeklyCycleInput) { in.Plan.Carried = 1 }}, 1, "Unknown NotDue: Nothing is due yet in 2026-W48", "1 Action and 1 carried over, 1h, none due yet", 24,
		},
		"a Key Action is missed": {nil, 24, "False KeyActionMissed: 2026-W48: 0% accepted of 100% due; ana owes x; hand in evidence or decide in the review", "100 points behind; first gap: x of ana", 54},
		"a verdict is awaited": {
			[]func(*WeeklyCycleInput){handedIn(nil)}, 24, "Unknown AwaitingAcceptance: 2026-W48: the work is in, 0% of 100% accepted; a reviewer judges what is pending", "Within tolerance; first gap: verdict on x of ana", 54,
		},
		"all is done":                      {[]func(*WeeklyCycleInput){accepted}, 24, "True OnPace: 2026-W48: 100% accepted of 100% due", "1 of 1 Actions accepted, none behind", 54},
		"nothing is planned":               {[]func(*WeeklyCycleInput){nothing}, 24, "Unknown NothingPlanned: Nothing is planned in 2026-W48; look at the gaps of the week", "Nothing is planned for anybody this week", 54},
		"after midweek the review is next": {[]func(*WeeklyCycleInput){accepted}, 54, "True OnPace: 2026-W48: 100% accepted of 100% due", "1 of 1 Actions accepted, none behind", 103},
		"a KeyAction could not be planned": {
			[]func(*WeeklyCycleInput){accepted, func(in *WeeklyCycleInput) {
				in.PlanGaps = []plan.Gap{{KeyAction: "call", Reason: praxisv1.ReasonReferenceNotFound, Message: "Team zoo is not there"}}
			}}, 24, "True OnPace: 2026-W48: 100% accepted of 100% due; Team zoo is not there", "Within tolerance; first gap: call ReferenceNotFound", 54,
		},
	} {
		t.Run(name, func(t *testing.T) {
			status, next := ForWeeklyCycle(aWeek(c.modifiers...), hours(c.hour))
			if got := conditionText(status.Conditions, praxisv1.ConditionOnTrack); got != c.onTrack || status.Summary != c.summary {
				t.Errorf("it says %s (%s), want %s (%s)", got, status.Summary, c.onTrack, c.summary)
			}
			if !next.Equal(hours(c.next)) {
				t.Errorf("it can change at %s, want %d hours", next, c.next)
			}
			if got := conditionText(status.Conditions, praxisv1.ConditionClosed); got != "False Open: Open until 2026-12-02 08:00 UTC" {
				t.Errorf("it says %s", got)
			}
		})
	}
}

func TestAWeekAsksTodaysJudgesWhereNoneOfThoseOfItsPlanIsLeft(t *testing.T) {
	in := aWeek(handedIn(nil), func(in *WeeklyCycleInput) {
		in.Plan.Teams = []praxisv1.PlannedTeam{{Name: "payments", Lead: "zoe", Members: []praxisv1.PlannedMember{{Name: "zoe", User: "zoe"}}}}
	})
	for _, pieces := range [][]praxisv1.Evidence{nil, in.Evidence} {
		in.Evidence = pieces
		status, _ := ForWeeklyCycle(in, hours(24))
		if got := fmt.Sprint(status.Gaps[0].Group.Judges); got != "[lou]" {
			t.Errorf("with %d pieces at hand it asks %s", len(pieces), got)
		}
	}
}

// The message and the summary of a late verdict are about that verdict, whatever comes first, and
// call people by who has the work now.
func TestAWeekTellsOfTheVerdictThatIsLate(t *testing.T) {
	missing := anAction(1)
	missing.Name, missing.Spec.Step, missing.Spec.Share, missing.Spec.Member = "checkout-2026-w48.fix.a.jonas", "a", 10, "priya"
	late := anAction(1)
	late.Name, late.Spec.Member, late.Status.Pending = "checkout-2026-w48.fix.x.ana-1a2b3c4d", "ben", 1
	for _, c := range []struct {
		reason, about, summary string
		gaps                   []praxisv1.Gap
	}{
		{praxisv1.ReasonJudgeLate, "late", "A verdict is late: verdict on x of ben", []praxisv1.Gap{{Action: missing.Name, Message: "missing"}, {Action: late.Name, Reason: praxisv1.ReasonJudgeLate, Message: "late"}}},
		{praxisv1.ReasonBehind, "missing", "20 points behind; first gap: a of priya", []praxisv1.Gap{{Action: missing.Name, Message: "missing"}, {Action: late.Name, Reason: praxisv1.ReasonJudgeLate, Message: "late"}}},
		{praxisv1.ReasonBehind, "step", "20 points behind; first gap: fix Unassigned", []praxisv1.Gap{{KeyAction: "fix", Reason: praxisv1.ReasonUnassigned, Message: "step"}}},
	} {
		f := week.Figures{Verdict: week.Verdict{Status: metav1.ConditionFalse, Reason: c.reason}, Gaps: c.gaps, Delivery: praxisv1.Delivery{Deviation: -20}}
		if got := firstGap(f.Verdict, f.Gaps).Message; got != c.about {
			t.Errorf("%s is about what is %s, want %s", c.reason, got, c.about)
		}
		if got := weeklyCycleSummary(&praxisv1.WeekPlan{Actions: 2}, f, []praxisv1.Action{missing, late}); got != c.summary {
			t.Errorf("it says %q, want %q", got, c.summary)
		}
	}
}

func TestAWeekSaysHowItsPlanStands(t *testing.T) {
	unplanned := func(in *WeeklyCycleInput) { in.Planned, in.Plan, in.Actions = false, nil, nil }
	taken := func(in *WeeklyCycleInput) { in.Problem = plan.Taken("checkout-2026-w48") }
	for name, c := range map[string]struct {
		modifiers      []func(*WeeklyCycleInput)
		hour           int
		planned        string
		ready          string
		summary        string
		reviewsAreTold bool
	}{
		"it is planned": {nil, 1, "True Planned: 2026-W48: 1 Action of 1 KeyActions, 1h of work, 2 units", "True Reconciled: Week 2026-W48 is understood", "1 Action planned, 1h of work, none due yet", true},
		"some was carried in": {
			[]func(*WeeklyCycleInput){func(in *WeeklyCycleInput) { in.Plan.Carried = 2 }}, 1, "True Planned: 2026-W48: 1 Action of 1 KeyActions, 1h of work, 2 units; 2 carried over",
			"True Reconciled: Week 2026-W48 is understood", "1 Action and 2 carried over, 1h, none due yet", true,
		},
		"it is being planned":  {[]func(*WeeklyCycleInput){unplanned}, 1, "False Planning: The Actions of the week are being made", "True Reconciled: Week 2026-W48 is understood", "Being planned", false},
		"its name is taken":    {[]func(*WeeklyCycleInput){unplanned, taken}, 1, "False Planning: The Actions of the week are being made", "False NameTaken: checkout-2026-w48 exists and is not ours; delete or rename it", "checkout-2026-w48 exists and is not ours; delete or rename it"[:59] + "…", false},
		"nobody could plan it": {[]func(*WeeklyCycleInput){unplanned, closing}, 216, "True Planned: 2026-W48: 0 Actions of 0 KeyActions, 0m of work, 0 units", "True Reconciled: Week 2026-W48 is understood", "Closed: 0 accepted, 0 carried over, 0 missed, 0 dropped", true},
	} {
		t.Run(name, func(t *testing.T) {
			status, _ := ForWeeklyCycle(aWeek(c.modifiers...), hours(c.hour))
			if got := conditionText(status.Conditions, praxisv1.ConditionPlanned); got != c.planned {
				t.Errorf("it says %s, want %s", got, c.planned)
			}
			if got := conditionText(status.Conditions, praxisv1.ConditionReady); got != c.ready || status.Summary != c.summary {
				t.Errorf("it says %s (%s), want %s (%s)", got, status.Summary, c.ready, c.summary)
			}
			if (conditionText(status.Conditions, praxisv1.ConditionReviewed) != "nothing") != c.reviewsAreTold {
				t.Error("before a week is planned, no more is said of it")
			}
		})
	}
}

func TestAWeekSaysHowItsReviewsStand(t *testing.T) {
	const waits = "False NotYet: The review is at 2026-11-27 15:00 UTC; it can be signed until 2026-12-02 08:00 UTC"
	for name, c := range map[string]struct {
		modify            func(*WeeklyCycleInput)
		hour              int
		midweek, reviewed string
		names             string
	}{
		"both are ahead":            {func(*WeeklyCycleInput) {}, 1, "False NotYet: The midweek check is from 2026-11-25 14:00 UTC to 2026-11-27 15:00 UTC", waits, "[midweek weekly]"},
		"midweek is checked":        {func(in *WeeklyCycleInput) { complete(in.Midweek) }, 60, "True Checked: The midweek check is signed", waits, "[midweek weekly]"},
		"nobody checked":            {func(*WeeklyCycleInput) {}, 103, "False ReviewMissed: Nobody signed midweek until 2026-11-27 15:00 UTC", waits, "[midweek weekly]"},
		"it was planned too late":   {func(in *WeeklyCycleInput) { in.Midweek, in.Cycle.Spec.PlannedAt = nil, metav1.NewTime(hours(55)) }, 60, "False NotYet: The week was planned after its midweek; it has no check", waits, "[weekly]"},
		"the review is signed":      {func(in *WeeklyCycleInput) { accepted(in); sign(in.Weekly) }, 104, "False ReviewMissed: Nobody signed midweek until 2026-11-27 15:00 UTC", "True SignedOff: The review is signed", "[midweek weekly]"},
		"the review is complete":    {func(in *WeeklyCycleInput) { complete(in.Weekly) }, 104, "False ReviewMissed: Nobody signed midweek until 2026-11-27 15:00 UTC", "True SignedOff: The review is signed", "[midweek weekly]"},
		"a decision is still amiss": {func(in *WeeklyCycleInput) { sign(in.Weekly) }, 104, "False ReviewMissed: Nobody signed midweek until 2026-11-27 15:00 UTC", waits, "[midweek weekly]"},
		"nobody reviewed":           {closing, 216, "False ReviewMissed: Nobody signed midweek until 2026-11-27 15:00 UTC", "False ReviewMissed: Nobody completed the review of 2026-W48 until 2026-12-02 08:00 UTC", "[midweek weekly]"},
		"it was planned after its review": {func(in *WeeklyCycleInput) {
			in.Midweek, in.Weekly, in.Cycle.Spec.PlannedAt = nil, nil, metav1.NewTime(hours(104))
		}, 216, "False NotYet: The week was planned after its midweek; it has no check", "False NotYet: The week was planned after its review; it has no review", "[]"},
		"nobody may sign": {func(in *WeeklyCycleInput) { in.Midweek, in.Weekly = nil, nil }, 216,
			"False NotYet: The week has no check: the Team that owns the goal has no owner, lead or reviewer who could sign it",
			"False NotYet: The week has no review: the Team that owns the goal has no owner, lead or reviewer who could sign it", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			status, _ := ForWeeklyCycle(aWeek(c.modify), hours(c.hour))
			midweek, reviewed := conditionText(status.Conditions, praxisv1.ConditionMidweekChecked), conditionText(status.Conditions, praxisv1.ConditionReviewed)
			if midweek != c.midweek || reviewed != c.reviewed || fmt.Sprint(status.Reviews) != c.names {
				t.Errorf("it says %s and %s of %v, want %s and %s of %s", midweek, reviewed, status.Reviews, c.midweek, c.reviewed, c.names)
			}
		})
	}
}

func TestWhenAWeekClosesAndWhatItCameTo(t *testing.T) {
	type modifiers = []func(*WeeklyCycleInput)
	const (
		open   = "False Open: Open until 2026-12-02 08:00 UTC"
		begins = "False Closing: What came in until 2026-12-02 08:00 UTC is being counted"
		counts = "False Closing: What came in until 2026-11-30 08:00 UTC is being counted"
	)
	verdict := &praxisv1.Verdict{By: "lou", Decision: praxisv1.DecisionAccepted}
	for name, c := range map[string]struct {
		modifiers modifiers
		hour      int
		closed    string
		decidedBy string
		next      int // hours; 0 for never
	}{
		"it is signed, but not over":       {modifiers{reviewSigned(praxisv1.DecideDrop)}, 167, open, "", 168},
		"it is over and signed":            {modifiers{reviewSigned(praxisv1.DecideDrop)}, 168, counts, "", 168},
		"it is over and nobody signed":     {nil, 168, open, "", 216},
		"the grace is over":                {nil, 216, begins, "", 216},
		"the week before has yet to close": {modifiers{func(in *WeeklyCycleInput) { in.CarryPending = true }}, 216, open, "", 0},
		"all of it is read":                {modifiers{reviewSigned(praxisv1.DecideDrop), closing}, 168, "True Closed: 2026-W48: 0 accepted, 0 carried over, 0 missed, 1 dropped", "weekly", 0},
		"it was decided to go on":          {modifiers{reviewSigned(praxisv1.DecideCarryOver), closing}, 168, "True Closed: 2026-W48: 0 accepted, 1 carried over, 0 missed, 0 dropped", "weekly", 0},
		"it was escalated":                 {modifiers{reviewSigned(praxisv1.DecideEscalate), closing}, 168, "True Closed: 2026-W48: 0 accepted, 0 carried over, 1 missed, 0 dropped", "weekly", 0},
		"nobody decided: onMiss":           {modifiers{closing}, 216, "True Closed: 2026-W48: 0 accepted, 1 carried over, 0 missed, 0 dropped", "", 0},
		"all is done":                      {modifiers{accepted, closing}, 216, "True Closed: 2026-W48: 1 accepted, 0 carried over, 0 missed, 0 dropped", "", 0},
		"a verdict is awaited, it goes on": {modifiers{handedIn(nil), closing}, 216, "True Closed: 2026-W48: 0 accepted, 1 carried over, 0 missed, 0 dropped", "", 0},
		"nobody has read all of it":        {modifiers{closing, func(in *WeeklyCycleInput) { in.Root = nil }}, 216, counts, "", 0},
		"a piece was not looked at yet":    {modifiers{closing, func(in *WeeklyCycleInput) { in.Awaited = true }}, 216, counts, "", 0},
		"a verdict was not counted yet":    {modifiers{handedIn(nil), closing, func(in *WeeklyCycleInput) { in.Evidence[0].Status.Verdict = verdict }}, 216, counts, "", 0},
		"the Action does not say so yet":   {modifiers{accepted, closing, func(in *WeeklyCycleInput) { in.Actions[0].Status.Accepted = 0 }}, 216, counts, "", 0},
		"the clock jumped back meanwhile":  {modifiers{closing}, 100, "True Closed: 2026-W48: 0 accepted, 1 carried over, 0 missed, 0 dropped", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			in := aWeek(c.modifiers...)
			in.Cycle.Status.DecidedBy = "somebody"
			status, next := ForWeeklyCycle(in, hours(c.hour))
			if got := conditionText(status.Conditions, praxisv1.ConditionClosed); got != c.closed {
				t.Fatalf("it says %s, want %s", got, c.closed)
			}
			if c.next == 0 && !next.IsZero() || c.next > 0 && !next.Equal(hours(c.next)) {
				t.Errorf("it can change at %s, want %d hours", next, c.next)
			}
			if !strings.HasPrefix(c.closed, "True") {
				if status.Evidence != nil {
					t.Error("an open week has no root")
				}
				return
			}
			if status.DecidedBy != c.decidedBy || status.Evidence != in.Root {
				t.Errorf("decided by %q it has %+v", status.DecidedBy, status.Evidence)
			}
		})
	}
}

func TestGapsOfThePlanAreGapsOfTheWeekUnlessTheyAreSaidElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		gap  plan.Gap
		want int
	}{
		"a KeyAction that is stalled":        {plan.Gap{KeyAction: "call", Reason: praxisv1.ReasonInvalidCheck}, 1},
		"one beyond the limit":               {plan.Gap{KeyAction: "call", Reason: praxisv1.ReasonOverFocusLimit}, 1},
		"one that joined in the end":         {plan.Gap{KeyAction: "fix", Reason: praxisv1.ReasonInvalidCheck}, 0},
		"a step that nobody does":            {plan.Gap{KeyAction: "call", Step: "x", Reason: praxisv1.ReasonUnassigned}, 0},
		"a verb that is a wish":              {plan.Gap{KeyAction: "call", Reason: praxisv1.ReasonAbstractVerb}, 0},
		"no Key step":                        {plan.Gap{KeyAction: "call", Reason: praxisv1.ReasonNoKeyStep}, 0},
		"somebody has too much":              {plan.Gap{Member: "ana", Reason: praxisv1.ReasonOverCapacity}, 0},
		"the Utility is stalled, as it says": {plan.Gap{Reason: praxisv1.ReasonWeightsNotHundred}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := plannerGaps([]plan.Gap{c.gap}, aWeek().Plan); len(got) != c.want {
				t.Errorf("the week has %+v", got)
			}
		})
	}
	t.Run("no more than ten of all are kept", func(t *testing.T) {
		in := aWeek()
		for i := range 12 {
			in.PlanGaps = append(in.PlanGaps, plan.Gap{KeyAction: fmt.Sprint("k", i), Reason: praxisv1.ReasonInvalidSpec})
		}
		if status, _ := ForWeeklyCycle(in, hours(30)); len(status.Gaps) != 10 || status.Gaps[0].Action != in.Actions[0].Name {
			t.Errorf("the week has %d gaps, first %+v", len(status.Gaps), status.Gaps[0])
		}
	})
}

func TestAWeekDecidesTheSameWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := aWeek(closing)
		for i := range 4 {
			a := *in.Actions[0].DeepCopy()
			a.Name = fmt.Sprintf("%s%d", a.Name, i)
			in.Actions = append(in.Actions, a)
		}
		want, _ := ForWeeklyCycle(in, hours(216))
		in.Actions = rapid.Permutation(in.Actions).Draw(t, "actions")
		if got, _ := ForWeeklyCycle(in, hours(216)); *got.Counts != *want.Counts || got.Summary != want.Summary {
			t.Fatalf("%s and %s", got.Summary, want.Summary)
		}
	})
}
