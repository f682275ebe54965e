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

func TestWeeksInWhichAGoalRestedAreRemembered(t *testing.T) {
	twelve := make([]praxisv1.Week, 12)
	for i := range twelve {
		twelve[i] = praxisv1.Week(fmt.Sprintf("2026-W%02d", 40-i))
	}
	for name, c := range map[string]struct {
		suspend bool
		planned bool // the running week
		skip    []praxisv1.Week
		was     []praxisv1.Week
		want    string
	}{
		"while it is suspended":                 {true, false, nil, nil, "[2026-W48]"},
		"once":                                  {true, false, nil, []praxisv1.Week{"2026-W48"}, "[2026-W48]"},
		"after it goes on":                      {false, false, nil, []praxisv1.Week{"2026-W47"}, "[2026-W47]"},
		"not the week in which it was resumed":  {false, true, nil, []praxisv1.Week{"2026-W48", "2026-W47"}, "[2026-W47]"},
		"not the week in which it is suspended": {true, true, nil, nil, "[]"},
		"not one that is skipped":               {true, false, []praxisv1.Week{"2026-W48"}, nil, "[]"},
		"the latest thirteen":                   {true, false, nil, append(slices.Clone(twelve), "2026-W28"), fmt.Sprint(append([]praxisv1.Week{"2026-W48"}, twelve...))},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			if !c.planned {
				w, err := calendarOf(t, o).WeekNamed("2026-W39")
				if err != nil {
					t.Fatal(err)
				}
				cycles[0].Spec.Week, cycles[0].Spec.StartsAt, cycles[0].Spec.EndsAt = "2026-W39", metav1.NewTime(w.StartsAt), metav1.NewTime(w.EndsAt)
			}
			o.Utility.Spec.Suspend, o.Utility.Spec.Cadence.Skip, o.Utility.Status.SuspendedWeeks = c.suspend, c.skip, c.was
			if got := fmt.Sprint(utilityOf(t, o, cycles).SuspendedWeeks); got != c.want {
				t.Errorf("they are %s, want %s", got, c.want)
			}
		})
	}
}

func TestWeeksBetweenTwoCyclesAreMissing(t *testing.T) {
	for name, c := range map[string]struct {
		first  string
		skip   []praxisv1.Week
		rested []praxisv1.Week
		want   []praxisv1.Week
	}{
		"none is":                    {"2026-W47", nil, nil, nil},
		"two are":                    {"2026-W45", nil, nil, []praxisv1.Week{"2026-W47", "2026-W46"}},
		"not one that is skipped":    {"2026-W45", []praxisv1.Week{"2026-W46"}, nil, []praxisv1.Week{"2026-W47"}},
		"not one in which it rested": {"2026-W45", nil, []praxisv1.Week{"2026-W47"}, []praxisv1.Week{"2026-W46"}},
		"none of the quarter before": {"2026-W30", nil, nil, []praxisv1.Week{"2026-W47", "2026-W46", "2026-W45", "2026-W44", "2026-W43", "2026-W42", "2026-W41", "2026-W40"}},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			o.Utility.Spec.Cadence.Skip, o.Utility.Status.SuspendedWeeks = c.skip, c.rested
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
