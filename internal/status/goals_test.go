// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
)

// shop is a goal of one KeyAction whose step can be planned, and its running week.
func shop() (plan.Objects, []praxisv1.WeeklyCycle) {
	o, cycles := goal(10, 0)
	o.Teams["payments"].Spec.Members = []praxisv1.Member{{Name: "ana", User: "ana", Capacity: "20h", Roles: []string{"engineer"}}}
	ka := &o.KeyActions[0]
	ka.Spec.TeamRef, ka.Spec.Verb = &praxisv1.LocalReference{Name: "payments"}, "Ship"
	ka.Spec.Package = &praxisv1.Package{Steps: []praxisv1.Step{{
		Name: "ship", Tier: praxisv1.TierKey, Assign: praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "engineer"}, Times: 1, Every: 1, Duration: "1h", Weight: 100,
	}}}
	cycles[0].Spec.MidweekAt, cycles[0].Spec.ReviewAt = metav1.NewTime(hours(54)), metav1.NewTime(hours(103))
	cycles[0].Status.Summary = "As the week says"
	return o, cycles
}

func calendarOf(t *testing.T, o plan.Objects) *cadence.Calendar {
	t.Helper()
	cal, err := cadence.New(o.Utility.Spec.Cadence)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func utilityOf(t *testing.T, o plan.Objects, cycles []praxisv1.WeeklyCycle, reviews ...*praxisv1.Review) praxisv1.UtilityStatus {
	t.Helper()
	p := plan.NewProgramme(o)
	in := UtilityInput{Programme: p, Calendar: calendarOf(t, o), Cycles: cycles, Problem: p.Problem}
	for _, r := range reviews {
		in.Reviews = append(in.Reviews, *r)
	}
	status, _ := ForUtility(in, hours(30))
	return status
}

func TestAUtilityIsFocusedWithinItsLimit(t *testing.T) {
	for name, c := range map[string]struct {
		limit int32
		want  string
	}{
		"two of two": {2, "True WithinLimit: 2 of at most 2 KeyActions"},
		"two of one": {1, "False TooManyKeyActions: 1 KeyActions are beyond maxKeyActions (1) and not planned: call; merge or delete some"},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			second := *o.KeyActions[0].DeepCopy()
			second.Name, second.Spec.Weight, o.KeyActions[0].Spec.Weight = "call", new(int32(30)), new(int32(70))
			o.KeyActions, o.Utility.Spec.MaxKeyActions = append(o.KeyActions, second), c.limit
			if got := conditionText(utilityOf(t, o, cycles).Conditions, praxisv1.ConditionFocused); got != c.want {
				t.Errorf("it says %s, want %s", got, c.want)
			}
		})
	}
}

func TestAUtilityIsCalibratedWhileThePageIsWhatWasSigned(t *testing.T) {
	o, cycles := shop()
	o.Utility.Spec.CalibrationWeeks = 4
	page := func(r *praxisv1.Review) *praxisv1.Review { r.Spec.Page = review.Page(o.Utility); return r }
	calibration := func(name string, weeksAgo int) *praxisv1.Review {
		r := aReview(name, praxisv1.ReviewCalibration, -weeksAgo*168, -weeksAgo*168+168)
		r.Spec.Page = "another"
		return r
	}
	for name, c := range map[string]struct {
		reviews []*praxisv1.Review
		want    string
	}{
		"nobody has signed it": {nil, "Unknown NeverCalibrated: Nobody has signed the one page yet; a Review of type Calibration is made with the next planned week"},
		"somebody is to":       {[]*praxisv1.Review{page(calibration("c", 0))}, "Unknown NeverCalibrated: Nobody has signed the one page yet; ana signs c until 2026-11-30 08:00 UTC"},
		"it is signed":         {[]*praxisv1.Review{complete(sign(page(calibration("c", 1))))}, "True Signed: The page was signed by ana"},
		"it was signed, and it changed": {
			[]*praxisv1.Review{complete(sign(calibration("c", 1)))}, "False ChangedSinceCalibration: The page changed since it was signed; a Review of type Calibration is made with the next planned week",
		},
		"it was signed long ago, and somebody is to": {
			[]*praxisv1.Review{complete(sign(page(calibration("b", 4)))), page(calibration("c", 0))}, "False CalibrationDue: It was last signed 4 weeks ago; ana signs c until 2026-11-30 08:00 UTC",
		},
		"what is signed and not complete does not count": {[]*praxisv1.Review{sign(page(calibration("c", 0)))}, "Unknown NeverCalibrated: Nobody has signed the one page yet; ana signs c until 2026-11-30 08:00 UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := conditionText(utilityOf(t, o, cycles, c.reviews...).Conditions, praxisv1.ConditionCalibrated); got != c.want {
				t.Errorf("it says %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheSummaryOfAUtilityIsWhatToDoFirst(t *testing.T) {
	overdue := func() *praxisv1.Review {
		r := aReview("checkout-2026-w48-midweek", praxisv1.ReviewMidweekCheck, 1, 29)
		r.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionOpen, Status: metav1.ConditionTrue}}
		return r
	}
	behind := func(_ *plan.Objects, cycles *[]praxisv1.WeeklyCycle) {
		(*cycles)[0].Status.Conditions = append((*cycles)[0].Status.Conditions, metav1.Condition{Type: praxisv1.ConditionOnTrack, Status: metav1.ConditionFalse, Reason: "Behind", Message: "behind"})
	}
	none := func(_ *plan.Objects, cycles *[]praxisv1.WeeklyCycle) { *cycles = nil }
	for name, c := range map[string]struct {
		edit    func(*plan.Objects, *[]praxisv1.WeeklyCycle)
		reviews []*praxisv1.Review
		want    string
		onTrack string
	}{
		"what the week says":             {func(*plan.Objects, *[]praxisv1.WeeklyCycle) {}, nil, "As the week says", "nothing"},
		"a review is overdue":            {func(*plan.Objects, *[]praxisv1.WeeklyCycle) {}, []*praxisv1.Review{overdue()}, "Overdue: checkout-2026-w48-midweek", "nothing"},
		"it is, and the week is behind":  {behind, []*praxisv1.Review{overdue()}, "Review overdue; As the week says", "False Behind: behind"},
		"there is no week":               {none, nil, "2026-W48 has no cycle", "Unknown NothingPlanned: 2026-W48 has no cycle"},
		"nor a KeyAction":                {func(o *plan.Objects, cycles *[]praxisv1.WeeklyCycle) { o.KeyActions = nil; none(o, cycles) }, nil, "No KeyAction refers to it; create one", "Unknown NothingPlanned: 2026-W48 has no cycle"},
		"it is suspended":                {func(o *plan.Objects, cycles *[]praxisv1.WeeklyCycle) { o.Utility.Spec.Suspend = true; none(o, cycles) }, nil, "Suspended: no new week is planned", "Unknown NothingPlanned: 2026-W48 has no cycle"},
		"its author has to do something": {func(o *plan.Objects, _ *[]praxisv1.WeeklyCycle) { o.KeyActions[0].Spec.Weight = new(int32(90)) }, nil, "The weights of the KeyActions add up to 90, not 100; change…", "nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			c.edit(&o, &cycles)
			status := utilityOf(t, o, cycles, c.reviews...)
			if got := conditionText(status.Conditions, praxisv1.ConditionOnTrack); status.Summary != c.want || got != c.onTrack {
				t.Errorf("it says %s (%s), want %s (%s)", got, status.Summary, c.onTrack, c.want)
			}
			if (status.NextReview != nil) != (len(c.reviews) > 0) {
				t.Errorf("the next review is %+v", status.NextReview)
			}
		})
	}
}

func TestAUtilityWithoutACalendarSaysOnlyWhatIsWrong(t *testing.T) {
	o, cycles := shop()
	o.Utility.Spec.Cadence.TimeZone = "Nowhere/Land"
	p := plan.NewProgramme(o)
	status, next := ForUtility(UtilityInput{Programme: p, Cycles: cycles, Problem: p.Problem}, hours(30))
	if !next.IsZero() || conditionText(status.Conditions, praxisv1.ConditionFocused) != "nothing" || !strings.HasPrefix(conditionText(status.Conditions, praxisv1.ConditionStalled), "True UnknownTimeZone: ") || !strings.HasPrefix(status.Summary, `time zone "Nowhere/Land"`) {
		t.Errorf("it says %+v (%s)", status.Conditions, status.Summary)
	}
	ka := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: p, Cycles: cycles}, hours(30))
	if ka.Quantification != nil || conditionText(ka.Conditions, praxisv1.ConditionCovered) != "nothing" {
		t.Errorf("its KeyAction says %+v", ka)
	}
}

func TestTheKeyActionsOfAUtilityAreSortedByWeight(t *testing.T) {
	o, cycles := shop()
	for i, name := range []string{"b", "a", "heavy", "made"} {
		ka := *o.KeyActions[0].DeepCopy()
		ka.Name, ka.Spec.Weight = name, new([]int32{20, 20, 30, 30}[i])
		o.KeyActions = append(o.KeyActions, ka)
	}
	o.KeyActions[0].Spec.Weight = new(int32(30))
	made := &o.KeyActions[4]
	made.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(&o.KeyActions[0], praxisv1.GroupVersion.WithKind("KeyAction"))}
	cycles[0].Status.KeyActions = []praxisv1.KeyActionWeek{{Name: "heavy", Delivery: praxisv1.Delivery{ProgressPercent: 40, ExpectedPercent: 50, Deviation: -10}, OnTrack: metav1.ConditionTrue, Reason: "OnPace"}}
	cycles[0].Status.Delivery = praxisv1.Delivery{ProgressPercent: 46, ExpectedPercent: 79, Deviation: -33}
	status := utilityOf(t, o, cycles)
	var got []string
	for _, ka := range status.KeyActions {
		got = append(got, fmt.Sprint(ka.Name, " ", ka.Weight, " ", ka.ProgressPercent, " ", ka.OnTrack))
	}
	if want := []string{"fix 30 0 Unknown", "heavy 30 40 True", "a 20 0 Unknown", "b 20 0 Unknown"}; !slices.Equal(got, want) {
		t.Errorf("they are %q, want %q", got, want)
	}
	if status.Columns.Delivery != "46% of 79%" || status.Delivery.Deviation != -33 || status.CurrentCycle != "checkout-2026-w48" {
		t.Errorf("it delivers %s in %s", status.Columns.Delivery, status.CurrentCycle)
	}
}

func TestWeeksBetweenTwoCyclesAreMissing(t *testing.T) {
	for name, c := range map[string]struct {
		first string
		skip  []praxisv1.Week
		want  []praxisv1.Week
	}{
		"none is":                 {"2026-W47", nil, nil},
		"two are":                 {"2026-W45", nil, []praxisv1.Week{"2026-W47", "2026-W46"}},
		"not one that is skipped": {"2026-W45", []praxisv1.Week{"2026-W46"}, []praxisv1.Week{"2026-W47"}},
		"the latest thirteen": {"2026-W30", nil, []praxisv1.Week{
			"2026-W47", "2026-W46", "2026-W45", "2026-W44", "2026-W43", "2026-W42", "2026-W41", "2026-W40", "2026-W39", "2026-W38", "2026-W37", "2026-W36", "2026-W35",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			o.Utility.Spec.Cadence.Skip = c.skip
			w, err := calendarOf(t, o).WeekNamed(c.first)
			if err != nil {
				t.Fatal(err)
			}
			first := aCycle()
			first.Name, first.Spec.Week = "first", praxisv1.Week(c.first)
			first.Spec.StartsAt, first.Spec.EndsAt = metav1.NewTime(w.StartsAt), metav1.NewTime(w.EndsAt)
			if got := utilityOf(t, o, append(cycles, first)).MissingWeeks; !slices.Equal(got, c.want) {
				t.Errorf("they are %v, want %v", got, c.want)
			}
		})
	}
}

func TestAKeyActionSaysWhetherItCanBeDone(t *testing.T) {
	step := func(o *plan.Objects) *praxisv1.Step { return &o.KeyActions[0].Spec.Package.Steps[0] }
	for name, c := range map[string]struct {
		edit                 func(*plan.Objects)
		actionable, feasible string
		summary              string
	}{
		"all is well": {func(*plan.Objects) {}, "True Actionable: It can be done as it is written", "True WithinCapacity: Everybody has the time for it in 2026-W48", "Nothing planned this week"},
		"its verb is a wish": {
			func(o *plan.Objects) { o.KeyActions[0].Spec.Verb = "Improve" },
			`False AbstractVerb: "Improve" is a wish, not something a person can do; say what is done, like "Interview"`, "True WithinCapacity: Everybody has the time for it in 2026-W48", `"Improve" is a wish, not something a person can do; say wha…`,
		},
		"it has no Key step": {
			func(o *plan.Objects) { step(o).Tier = praxisv1.TierFoundation },
			"False NoKeyStep: No step has tier Key, so nothing can be delivered; make the step that users notice a Key step", "True WithinCapacity: Everybody has the time for it in 2026-W48", "No step has tier Key, so nothing can be delivered; make the…",
		},
		"it is beyond the limit": {
			func(o *plan.Objects) { o.Utility.Spec.MaxKeyActions = 0 },
			"False OverFocusLimit: It ranks beyond maxKeyActions (0) of Utility checkout and is not planned; give it more weight or merge it", "True WithinCapacity: Everybody has the time for it in 2026-W48", "It ranks beyond maxKeyActions (0) of Utility checkout and i…",
		},
		"nobody does a step": {
			func(o *plan.Objects) { step(o).Assign.Role = "designer" }, "True Actionable: It can be done as it is written",
			"False Unassigned: Step ship has nobody to do it: nobody in Team payments has role designer; give it to a member", "Step ship has nobody to do it: nobody in Team payments has …",
		},
		"somebody has too much": {
			func(o *plan.Objects) { step(o).Times = 21 }, "True Actionable: It can be done as it is written",
			"False OverCapacity: ana of Team payments has 21h of work and 20h of capacity in 2026-W48; lower times or give steps to others", "ana of Team payments has 21h of work and 20h of capacity in…",
		},
		"it is suspended": {
			func(o *plan.Objects) { o.KeyActions[0].Spec.Suspend = true }, "True Actionable: It can be done as it is written", "True WithinCapacity: Everybody has the time for it in 2026-W48", "Suspended: not planned from next week on",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			c.edit(&o)
			cycles[0].Status.KeyActions = nil
			status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
			actionable, feasible := conditionText(status.Conditions, praxisv1.ConditionActionable), conditionText(status.Conditions, praxisv1.ConditionFeasible)
			if actionable != c.actionable || feasible != c.feasible || status.Summary != c.summary {
				t.Errorf("it says %s and %s (%s), want %s and %s (%s)", actionable, feasible, status.Summary, c.actionable, c.feasible, c.summary)
			}
		})
	}
	t.Run("a part of one beyond the limit is beyond it too", func(t *testing.T) {
		o, cycles := shop()
		o.Utility.Spec.MaxKeyActions = 0
		part := *o.KeyActions[0].DeepCopy()
		part.Name, part.Spec.ParentRef = "fix-payments", &praxisv1.LocalReference{Name: "fix"}
		status := ForKeyAction(KeyActionInput{KeyAction: &part, Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
		if got := conditionText(status.Conditions, praxisv1.ConditionActionable); !strings.HasPrefix(got, "False OverFocusLimit") {
			t.Errorf("it says %s", got)
		}
	})
}

func TestTheSummaryOfAKeyActionFollowsItsWeek(t *testing.T) {
	row := func(status metav1.ConditionStatus, reason string, progress, expected int32) praxisv1.KeyActionWeek {
		return praxisv1.KeyActionWeek{Name: "fix", OnTrack: status, Reason: reason, Delivery: praxisv1.Delivery{ProgressPercent: progress, ExpectedPercent: expected, Deviation: progress - expected}}
	}
	late := row(metav1.ConditionFalse, praxisv1.ReasonBehind, 30, 50)
	late.FirstGap = &praxisv1.FirstGap{Action: "a", Reason: praxisv1.ReasonNoEvidence, Message: "ana owes 1 of ship"}
	for name, c := range map[string]struct {
		rows             []praxisv1.KeyActionWeek
		noWeek           bool
		onTrack, summary string
	}{
		"it is behind":         {[]praxisv1.KeyActionWeek{late}, false, "False Behind: 2026-W48: 30% accepted of 50% due; ana owes 1 of ship", "20 points behind; ana owes 1 of ship"},
		"it is on pace":        {[]praxisv1.KeyActionWeek{row(metav1.ConditionTrue, praxisv1.ReasonOnPace, 45, 50)}, false, "True OnPace: 2026-W48: 45% accepted of 50% due", "45% accepted of 50% due"},
		"nothing is due":       {[]praxisv1.KeyActionWeek{row(metav1.ConditionUnknown, praxisv1.ReasonNotDue, 0, 0)}, false, "Unknown NotDue: Nothing is due yet in 2026-W48", "Nothing is due yet this week"},
		"a verdict is awaited": {[]praxisv1.KeyActionWeek{row(metav1.ConditionUnknown, praxisv1.ReasonAwaitingAcceptance, 0, 50)}, false, "Unknown AwaitingAcceptance: 2026-W48: the work is in, 0% of 50% accepted; a reviewer judges what is pending", "Work is in; a reviewer accepts or rejects it"},
		"it has no row":        {nil, false, "Unknown NothingPlanned: Nothing of fix is planned in 2026-W48", "Nothing planned this week"},
		"there is no week":     {nil, true, "Unknown NothingPlanned: The Utility has no running week, or it is still being planned", "Nothing planned this week"},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			cycles[0].Status.KeyActions = c.rows
			if c.noWeek {
				cycles = nil
			}
			status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
			if got := conditionText(status.Conditions, praxisv1.ConditionOnTrack); got != c.onTrack || status.Summary != c.summary {
				t.Errorf("it says %s (%s), want %s (%s)", got, status.Summary, c.onTrack, c.summary)
			}
		})
	}
	t.Run("what its author has to do comes first", func(t *testing.T) {
		o, cycles := shop()
		wrong := &plan.Problem{Reason: praxisv1.ReasonInvalidSpec, Message: "Say which"}
		status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles, Problem: wrong}, hours(30))
		if got := conditionText(status.Conditions, praxisv1.ConditionStalled); got != "True InvalidSpec: Say which" || status.Summary != "Say which" {
			t.Errorf("it says %s (%s)", got, status.Summary)
		}
	})
	t.Run("it is planned for Teams", func(t *testing.T) {
		o, cycles := shop()
		o.KeyActions[0].Spec.TeamRef, o.KeyActions[0].Spec.TeamSelector = nil, &metav1.LabelSelector{}
		status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
		if status.Level != praxisv1.LevelEnterprise || len(status.Teams) != 1 || status.Teams[0].KeyAction != "fix-payments" {
			t.Errorf("it is %s with %+v", status.Level, status.Teams)
		}
	})
}

func TestTheLatestAcceptedReadingIsWhatAMeasureSays(t *testing.T) {
	u := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{{Name: "minutes", Baseline: "58", Target: "5"}, {Name: "first-try", Baseline: "80", Target: "90"}}}}
	reading := func(name, measure string, hour int, value praxisv1.Decimal, accepted metav1.ConditionStatus) praxisv1.Evidence {
		e := praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(hours(hour))}, Spec: praxisv1.EvidenceSpec{For: &praxisv1.EvidenceTarget{Measure: measure}, Value: &value}}
		e.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: accepted}}
		return e
	}
	noValue := reading("z", "minutes", 9, "0", metav1.ConditionTrue)
	noValue.Spec.Value = nil
	const yes, no = metav1.ConditionTrue, metav1.ConditionFalse
	for name, c := range map[string]struct {
		readings []praxisv1.Evidence
		want     string // minutes and its percent, and the cell of the goal
	}{
		"nothing is read":            {nil, " none -"},
		"as docs/formulas.md has it": {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes)}, "41 32 32%"}, // 17 / 53
		"the latest":                 {[]praxisv1.Evidence{reading("a", "minutes", 2, "41", yes), reading("b", "minutes", 1, "5", yes)}, "41 32 32%"},
		"of one second by name":      {[]praxisv1.Evidence{reading("b", "minutes", 1, "41", yes), reading("a", "minutes", 1, "5", yes)}, "41 32 32%"},
		"not one that is refused":    {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes), reading("b", "minutes", 2, "5", no)}, "41 32 32%"},
		"nor one without a value":    {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes), noValue}, "41 32 32%"},
		"the one that moved least":   {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes), reading("b", "first-try", 1, "81", yes)}, "41 32 10%"},
		"and not the one that moved": {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes), reading("b", "first-try", 1, "89", yes)}, "41 32 32%"},
	} {
		t.Run(name, func(t *testing.T) {
			got := measures(u, c.readings)
			percent := "none"
			if got[0].ProgressPercent != nil {
				percent = fmt.Sprint(*got[0].ProgressPercent)
			}
			if text := fmt.Sprintf("%s %s %s", got[0].Current, percent, outcomeCell(got)); text != c.want {
				t.Errorf("it says %s, want %s", text, c.want)
			}
			read := 0
			for _, m := range got {
				if m.Current != "" {
					read++
				}
			}
			if kept := readings(got); len(kept) != read || read > 0 && kept[0] != (praxisv1.MeasureReading{Name: "minutes", Value: "41"}) {
				t.Errorf("a week that closes keeps %+v", kept)
			}
		})
	}
	t.Run("a measure that cannot be read has not moved", func(t *testing.T) {
		for _, m := range []praxisv1.Measure{{Baseline: "5", Target: "5"}, {Baseline: "few", Target: "none"}} {
			if got := covers(&m, "5"); got.Sign() != 0 {
				t.Errorf("from %s to %s it is %s", m.Baseline, m.Target, got)
			}
		}
	})
}

func TestWhyTheOutcomeSaysNothing(t *testing.T) {
	measured := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{{Name: "m", Baseline: "0", Target: "10"}}}}
	for name, c := range map[string]struct {
		utility *praxisv1.Utility
		current []praxisv1.MeasureStatus
		want    string
	}{
		"there is no measure":  {&praxisv1.Utility{}, nil, "The Utility has no measure; add one to spec.measures"},
		"nothing was read":     {measured, []praxisv1.MeasureStatus{{Name: "m"}}, "No measure has a reading yet; hand in evidence for one, with its value"},
		"it was read only now": {measured, []praxisv1.MeasureStatus{{Name: "m", Current: "5"}}, "No measure had a reading when the last week closed; it is judged when the next one does"},
	} {
		t.Run(name, func(t *testing.T) {
			var status praxisv1.ConditionedStatus
			worked := praxisv1.HistoryEntry{ProgressPercent: 80} // written before exact figures were
			effective(begin(&status, 1, monday, ofUtility), c.utility, []praxisv1.HistoryEntry{worked, worked, worked}, c.current, cadence.Quarter{StartsAt: monday, EndsAt: monday.AddDate(0, 0, 91)})
			if got := conditionText(status.Conditions, praxisv1.ConditionEffective); got != "Unknown NoMeasure: "+c.want || len(got) > text.MaxMessage {
				t.Errorf("it says %s, want %s", got, c.want)
			}
		})
	}
}

func TestWeeksArePrunedOnceTheyAreRolledUpAndChained(t *testing.T) {
	weeks := func(closed int, open int) []praxisv1.WeeklyCycle {
		var out []praxisv1.WeeklyCycle
		for i := range closed + open {
			c := aCycle()
			c.Name = fmt.Sprintf("w%d", 40+i)
			c.Spec.Week = praxisv1.Week(fmt.Sprintf("2026-W%d", 40+i))
			c.Spec.StartsAt = metav1.NewTime(monday.AddDate(0, 0, 7*(i-8)))
			c.Status.KeyActions = []praxisv1.KeyActionWeek{{Name: "fix"}}
			if i < closed {
				closeIt(&c, 0)
			}
			out = append(out, c)
		}
		slices.Reverse(out)
		return out
	}
	written := func(n int) []praxisv1.HistoryEntry {
		var out []praxisv1.HistoryEntry
		for i := range n {
			out = append(out, praxisv1.HistoryEntry{Week: praxisv1.Week(fmt.Sprintf("2026-W%d", 40+i))})
		}
		return out
	}
	for name, c := range map[string]struct {
		cycles             []praxisv1.WeeklyCycle
		utility, keyAction int // weeks written in their history, from W40 on
		keep               int
		want               string
	}{
		"two more than are kept":                  {weeks(4, 1), 4, 4, 2, "w40 w41"},
		"as many as are kept":                     {weeks(2, 1), 2, 2, 2, ""},
		"the last closed one waits for the next":  {weeks(2, 1), 2, 2, 0, "w40"},
		"and so it does where nothing follows it": {weeks(1, 0), 1, 1, 0, ""},
		"one is not written in the Utility":       {weeks(4, 1), 1, 4, 0, "w40"},
		"nor one in its KeyAction":                {weeks(4, 1), 4, 2, 0, "w40 w41"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := shop()
			o.Utility.Status.History, o.KeyActions[0].Status.History = written(c.utility), written(c.keyAction)
			var got []string
			for _, w := range Prunable(o.Utility, plan.NewProgramme(o), c.cycles, c.keep) {
				got = append(got, w.Name)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("they are %v, want %s", got, c.want)
			}
		})
	}
}

func TestAHistoryHasTheLatestWeeksAndEachOnce(t *testing.T) {
	open, closed := aCycle(), aCycle()
	closed.Spec.Week, closed.Spec.StartsAt = "2026-W47", metav1.NewTime(monday.AddDate(0, 0, -7))
	closeIt(&closed, 0)
	var written []praxisv1.HistoryEntry
	for n := 47; n > 17; n-- {
		written = append(written, praxisv1.HistoryEntry{Week: praxisv1.Week(fmt.Sprintf("2026-W%d", n)), Planned: 7})
	}
	got := history([]praxisv1.WeeklyCycle{open, closed}, written, nil, nil)
	if len(got) != 26 || got[0].Week != "2026-W47" || got[0].Planned != 0 || got[1].Week != "2026-W46" || got[1].Planned != 7 || got[25].Week != "2026-W22" {
		t.Errorf("it has %d weeks, %+v to %+v", len(got), got[0], got[len(got)-1])
	}
}

func TestAPreviewIsWhatTheOperatorWouldPlan(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*plan.Objects)
		want string // the cycle's summary; empty where there is none
	}{
		"a week of work":  {func(*plan.Objects) {}, "1 Action planned, 1h of work, none due yet"},
		"a stalled goal":  {func(o *plan.Objects) { o.KeyActions[0].Spec.Weight = nil }, ""},
		"a suspended one": {func(o *plan.Objects) { o.Utility.Spec.Suspend = true }, ""},
		"a skipped week":  {func(o *plan.Objects) { o.Utility.Spec.Cadence.Skip = []praxisv1.Week{"2026-W50"} }, ""},
		"no KeyAction":    {func(o *plan.Objects) { o.KeyActions = nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := shop()
			c.edit(&o)
			cal := calendarOf(t, o)
			w, err := cal.WeekNamed("2026-W50")
			if err != nil {
				t.Fatal(err)
			}
			cycle, made := PreviewWeek(plan.NewProgramme(o), cal, w)
			if c.want == "" {
				if cycle != nil || len(made.Actions()) > 0 {
					t.Errorf("it has %+v", cycle)
				}
				return
			}
			if cycle == nil || cycle.Status.Summary != c.want || cycle.Name != "checkout-2026-w50" || made.Actions()[0].Name != "checkout-2026-w50.fix.ship.ana" {
				t.Errorf("it is %+v", cycle)
			}
		})
	}
}
