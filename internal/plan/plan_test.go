// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

func TestNamesThatAreTooLongAreCutAndStayApart(t *testing.T) {
	long := strings.Repeat("a", 63)
	name := ActionName(long+"-2026-w48", long, strings.Repeat("s", 30), strings.Repeat("m", 30), "2026-W47")
	other := ActionName(long+"-2026-w48", long, strings.Repeat("s", 30), strings.Repeat("m", 29)+"n", "2026-W47")
	if len(name) != 63 || name == other || name[:54] != long[:54] {
		t.Errorf("cut to %q and %q", name, other)
	}
	for name, c := range map[string]struct{ in, want string }{
		"63 characters stay":   {strings.Repeat("a", 63), strings.Repeat("a", 63)},
		"64 characters do not": {strings.Repeat("a", 64), strings.Repeat("a", 54) + "-ffe054fe"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := LabelValue(c.in); got != c.want {
				t.Errorf("%d characters became %q", len(c.in), got)
			}
		})
	}
	if got := ActionName("checkout-2026-w48", "fix", "ship", "ana", "2026-W47"); got != "checkout-2026-w48.fix.ship.ana.w47" {
		t.Errorf("a carried one is %s", got)
	}
}

func TestParametersAndOverridesMakeThePackage(t *testing.T) {
	p := &praxisv1.ActionPackage{ObjectMeta: metav1.ObjectMeta{Name: "interviews"}, Spec: praxisv1.ActionPackageSpec{
		Parameters: []praxisv1.Parameter{{Name: "product"}, {Name: "who", Default: new("shoppers")}},
		Package:    praxisv1.Package{Definition: "Interview $(params.who) of $(params.product)", Steps: []praxisv1.Step{testStep("ask", praxisv1.TierKey, each("$(params.who)"), 100)}},
	}}
	p.Spec.Package.Steps[0].Do = "Ask $(params.who) about $(params.product), $(not.a.parameter)"
	ka := testKeyAction("ask", 100)
	ka.Spec.Package = nil
	ka.Spec.PackageRef = &praxisv1.PackageReference{
		Name: "interviews", Parameters: map[string]praxisv1.ParameterValue{"product": "checkout"},
		Overrides: []praxisv1.StepOverride{{Step: "ask", Times: new(int32(7)), Duration: new(praxisv1.Duration("30m"))}},
	}
	o := objects(ka)
	o.Packages["interviews"] = p
	got, wrong := Resolve(o.Packages, &ka)
	if wrong != nil {
		t.Fatal(wrong)
	}
	s := got.Steps[0]
	if got.Definition != "Interview shoppers of checkout" || s.Do != "Ask shoppers about checkout, $(not.a.parameter)" || s.Assign.Role != "shoppers" || s.Times != 7 || s.Duration != "30m" {
		t.Errorf("resolved to %+v", got)
	}
	if p.Spec.Package.Steps[0].Times != 1 || !strings.Contains(p.Spec.Package.Definition, "$(params.who)") {
		t.Error("the package itself was changed")
	}
}

func TestAbstractVerbsAreFound(t *testing.T) {
	for verb, want := range map[string]bool{"Improve": true, "optimise": true, "DRIVE": true, "Interview": false, "Ship": false} {
		t.Run(verb, func(t *testing.T) {
			if AbstractVerb(verb) != want {
				t.Errorf("%s: %v", verb, !want)
			}
		})
	}
}

func TestKeyActionsRankByWeightAndThenByName(t *testing.T) {
	child := testKeyAction("z", 90)
	child.Spec.Weight, child.Spec.ParentRef = nil, &praxisv1.LocalReference{Name: "a"}
	within, beyond := rank([]praxisv1.KeyAction{testKeyAction("c", 30), child, testKeyAction("b", 40), testKeyAction("a", 30)}, 2)
	if strings.Join(within, " ")+"|"+strings.Join(beyond, " ") != "b a|c" {
		t.Errorf("within %v, beyond %v", within, beyond)
	}
}

func TestWhichCycleComesNext(t *testing.T) {
	calendar, err := cadence.New(testCadence())
	if err != nil {
		t.Fatal(err)
	}
	skipping := testCadence()
	skipping.Skip = []praxisv1.Week{"2026-W49"}
	calendarThatSkips, err := cadence.New(skipping)
	if err != nil {
		t.Fatal(err)
	}
	o := objects(testKeyAction("a", 100, testStep("x", praxisv1.TierKey, each("engineer"), 100)))
	w48 := newCycle(o.Utility, calendar, week(t, "2026-W48"), nil, instant(t, "2026-11-23T08:00:00Z"))
	for name, c := range map[string]struct {
		calendar *cadence.Calendar
		cycles   []praxisv1.WeeklyCycle
		now      string
		want     string // name, what it follows, from when it is planned
		wake     string
	}{
		"the first begins in midweek":                   {now: "2026-11-25T10:00:00Z", want: "checkout-2026-w48  2026-11-25T10:00:00Z", wake: "2026-11-30T08:00:00Z"},
		"a running week needs nothing":                  {cycles: []praxisv1.WeeklyCycle{*w48}, now: "2026-11-30T07:59:59Z", wake: "2026-11-30T08:00:00Z"},
		"the next begins where it ends":                 {cycles: []praxisv1.WeeklyCycle{*w48}, now: "2026-11-30T08:00:00Z", want: "checkout-2026-w49 checkout-2026-w48 2026-11-30T08:00:00Z", wake: "2026-12-07T08:00:00Z"},
		"a late operator plans the next week whole":     {cycles: []praxisv1.WeeklyCycle{*w48}, now: "2026-12-03T08:00:00Z", want: "checkout-2026-w49 checkout-2026-w48 2026-11-30T08:00:00Z", wake: "2026-12-07T08:00:00Z"},
		"after a gap it plans what is ahead":            {cycles: []praxisv1.WeeklyCycle{*w48}, now: "2026-12-10T08:00:00Z", want: "checkout-2026-w50 checkout-2026-w48 2026-12-10T08:00:00Z", wake: "2026-12-14T08:00:00Z"},
		"a skipped week has none":                       {calendar: calendarThatSkips, cycles: []praxisv1.WeeklyCycle{*w48}, now: "2026-12-01T08:00:00Z", wake: "2026-12-07T08:00:00Z"},
		"the week after a skipped one is planned whole": {calendar: calendarThatSkips, cycles: []praxisv1.WeeklyCycle{*w48}, now: "2026-12-08T08:00:00Z", want: "checkout-2026-w50 checkout-2026-w48 2026-12-07T08:00:00Z", wake: "2026-12-14T08:00:00Z"},
		"a clock that jumped back makes nothing":        {cycles: []praxisv1.WeeklyCycle{*w48}, now: "2026-11-10T08:00:00Z", wake: "2026-11-30T08:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.calendar == nil {
				c.calendar = calendar
			}
			next, wake := NextCycle(NewProgramme(o), c.calendar, c.cycles, instant(t, c.now))
			got := ""
			if next != nil {
				got = next.Name + " " + next.Spec.Previous + " " + next.Spec.PlannedFrom.UTC().Format("2006-01-02T15:04:05Z")
			}
			if got != c.want || !wake.Equal(instant(t, c.wake)) {
				t.Errorf("got %q and wakes at %s; want %q, %s", got, wake.UTC(), c.want, c.wake)
			}
		})
	}
}

func TestLeftoverWorkIsDueAtTheFirstDueTimeStillAhead(t *testing.T) {
	s := testStep("x", praxisv1.TierKey, each("engineer"), 100)
	s.Due = []praxisv1.WeekMoment{{Day: praxisv1.Thursday, Time: "12:00"}, {Day: praxisv1.Tuesday, Time: "12:00"}}
	o := objects(testKeyAction("a", 100, s))
	left := Make(request(t, o, "2026-W47")).Actions()[0]
	gone := left
	gone.Spec.Step = "gone"
	gone.Spec.Standard.Statement = "As it was"
	for name, c := range map[string]struct {
		left *praxisv1.Action
		at   string
		want string
	}{
		"the earliest":                    {&left, "2026-11-23T09:00:00Z", "Tue 11:00"},
		"the next where that is past":     {&left, "2026-11-25T09:00:00Z", "Thu 11:00"},
		"the review where all are past":   {&left, "2026-11-26T12:00:00Z", "Fri 14:00"},
		"the end of the week at last":     {&left, "2026-11-28T12:00:00Z", "Mon 08:00"},
		"a step that is gone: the review": {&gone, "2026-11-23T09:00:00Z", "Fri 14:00"},
	} {
		t.Run(name, func(t *testing.T) {
			carried := CarryOver(request(t, o, "2026-W48"), []Leftover{{Action: c.left, Week: "2026-W47", Remaining: 1}}, nil, instant(t, c.at))
			if got := carried[0].Spec.Occurrences[0].DueAt.UTC().Format("Mon 15:04"); got != c.want {
				t.Errorf("due %s, want %s", got, c.want)
			}
		})
	}
	again := CarryOver(request(t, o, "2026-W48"), []Leftover{{Action: &gone, Week: "2026-W47", Remaining: 1}}, nil, instant(t, "2026-11-23T09:00:00Z"))[0]
	if again.Name != "checkout-2026-w48.a.gone.ben.w47" || again.Spec.Standard.Statement != "As it was" || again.Spec.Carries != 1 {
		t.Errorf("carried as %s: %+v", again.Name, again.Spec)
	}
}

// Definitions of a newer release accept values that this one does not know.
func TestAChoiceOfANewerReleaseStallsInsteadOfBeingGuessed(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*praxisv1.KeyAction)
		want string
	}{
		"tier":   {func(ka *praxisv1.KeyAction) { ka.Spec.Package.Steps[0].Tier = "Root" }, "tier of step x: Root is not known to this operator"},
		"assign": {func(ka *praxisv1.KeyAction) { ka.Spec.Package.Steps[0].Assign.Mode = "Pair" }, "assign.mode of step x: Pair is not known to this operator"},
		"onMiss": {func(ka *praxisv1.KeyAction) { ka.Spec.Deviation.OnMiss = "Sell" }, "spec.deviation.onMiss Sell is not known to this operator"},
	} {
		t.Run(name, func(t *testing.T) {
			ka := testKeyAction("a", 100, testStep("x", praxisv1.TierKey, each("engineer"), 100))
			c.edit(&ka)
			wrong := NewProgramme(objects(ka)).ProblemOf(&ka)
			if wrong == nil || wrong.Reason != praxisv1.ReasonInvalidSpec || !strings.HasPrefix(wrong.Message, c.want) || len(wrong.Message) > 140 {
				t.Errorf("got %+v", wrong)
			}
		})
	}
}
