// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// previewed is a goal whose figures are worked out in the tests.
func previewed(changes ...func(*plan.Objects)) plan.Objects {
	steps := []praxisv1.Step{
		{
			Name: "recruit", Tier: praxisv1.TierFoundation, Do: "Invite shoppers", Times: 5, Every: 1, Duration: "20m", Weight: 20,
			Assign: praxisv1.Assignment{Mode: praxisv1.AssignMember, Member: "ben"},
			Due:    []praxisv1.WeekMoment{{Day: praxisv1.Tuesday, Time: "17:00"}},
		},
		{
			Name: "interview", Tier: praxisv1.TierIntermediate, Do: "Interview shoppers", Times: 5, Every: 1, Duration: "45m", Weight: 30,
			Assign: praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "product"}, DependsOn: []string{"recruit"},
			Due: []praxisv1.WeekMoment{{Day: praxisv1.Wednesday, Time: "12:00"}, {Day: praxisv1.Thursday, Time: "17:00"}},
		},
		{
			Name: "ship", Tier: praxisv1.TierKey, Do: "Ship the fix", Times: 1, Every: 1, Duration: "6h", Weight: 50,
			Assign: praxisv1.Assignment{Mode: praxisv1.AssignRotate, Role: "engineer"}, DependsOn: []string{"interview"},
			Due: []praxisv1.WeekMoment{{Day: praxisv1.Friday, Time: "12:00"}},
		},
	}
	o := plan.Objects{
		Utility: &praxisv1.Utility{
			ObjectMeta: metav1.ObjectMeta{Name: "checkout", Namespace: "shop"},
			Spec: praxisv1.UtilitySpec{
				Owner: praxisv1.Owner{Team: "payments", Member: "ana"}, Required: 24, MaxKeyActions: 5,
				Cadence: praxisv1.Cadence{
					TimeZone:  "Europe/Zurich",
					WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"},
					Midweek:   praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
					Review:    praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
					Skip:      []praxisv1.Week{"2026-W53"}, QuarterStartMonth: 1,
				},
			},
		},
		KeyActions: []praxisv1.KeyAction{{
			ObjectMeta: metav1.ObjectMeta{Name: "fix", Namespace: "shop"},
			Spec: praxisv1.KeyActionSpec{
				UtilityRef: praxisv1.LocalReference{Name: "checkout"}, TeamRef: &praxisv1.LocalReference{Name: "payments"},
				Verb: "Ship", Object: "a fix", Contribution: 2, Weight: new(int32(100)), Package: &praxisv1.Package{Steps: steps},
			},
		}},
		Packages: map[string]*praxisv1.ActionPackage{},
		Teams: map[string]*praxisv1.Team{"payments": {ObjectMeta: metav1.ObjectMeta{Name: "payments", Namespace: "shop"}, Spec: praxisv1.TeamSpec{Members: []praxisv1.Member{
			{Name: "ana", User: "ana@shop.example", Roles: []string{"product"}, Capacity: "20h"},
			{Name: "ben", User: "ben@shop.example", Roles: []string{"engineer"}, Capacity: "20h", Absences: []praxisv1.Absence{{From: "2026-11-26", To: "2026-11-27"}}},
			{Name: "cleo", User: "cleo@shop.example", Roles: []string{"engineer", "product"}, Capacity: "9h45m"},
		}}}},
	}
	for _, change := range changes {
		change(&o)
	}
	return o
}

func preview(t *testing.T, week string, all ...plan.Objects) Preview {
	var programmes []*plan.Programme
	for _, o := range all {
		programmes = append(programmes, plan.NewProgramme(o))
	}
	t.Helper()
	// In the middle of W48, since no preview depends on it.
	p, err := PreviewWeek(programmes, week, time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Worked out by hand, for W48, whose Monday is the 23rd of November 2026.
//
//	number   1970-01-05 is day 4 of 1970-01-01, 2026-11-23 is day 20,780: (20780 - 4)/7 = 2968
//	rotate   engineers by name are ben and cleo; 2968 mod 2 = 0 is ben
//	recruit  ben 5 times 20m = 100m; 20 percent of the KeyAction, 2000 basis points
//	each     ana and cleo 5 times 45m = 225m each, 3 by Wednesday and 2 by Thursday; 30 percent split in two
//	ship     ben 1 time 6h = 360m; 50 percent; 2 units
//	time     ben is away on two of five working days: 20h·3/5 = 12h, and has 100m + 360m = 460m to do
//	quarter  W48 to W52 are left of 2026-Q4, since W53 is skipped: 5 weeks of 2 units make 10 of 24, 41.67 %
//	clock    Zurich is an hour ahead of UTC in November
func TestAPreviewIsThePlanOfAWeekAsOfItsStart(t *testing.T) {
	p := preview(t, "", previewed())
	u := p.Utilities[0]
	var got []string
	for _, a := range u.Actions {
		line := fmt.Sprintf("%s %s %s/%s x%d share %d, %dm, %d units, after %q", a.Name, a.Tier, a.Team, a.Member, a.Target, a.Share, a.DurationMinutes, a.Contribution, a.DependsOn)
		for _, o := range a.Occurrences {
			line += fmt.Sprintf(", %d by %s", o.Quantity, o.DueAt)
		}
		got = append(got, line)
	}
	for _, m := range u.Members {
		got = append(got, fmt.Sprintf("%s/%s %dm of %dm", m.Team, m.Name, m.PlannedMinutes, m.CapacityMinutes))
	}
	got = append(got, fmt.Sprintf("%s %+v %d gaps", p.Week, u.Coverage, len(u.Gaps)))
	want := `checkout-2026-w48.fix.interview.ana Intermediate payments/ana x5 share 1500, 45m, 0 units, after ["recruit"], 3 by 2026-11-25T11:00:00Z, 2 by 2026-11-26T16:00:00Z
checkout-2026-w48.fix.interview.cleo Intermediate payments/cleo x5 share 1500, 45m, 0 units, after ["recruit"], 3 by 2026-11-25T11:00:00Z, 2 by 2026-11-26T16:00:00Z
checkout-2026-w48.fix.recruit.ben Foundation payments/ben x5 share 2000, 20m, 0 units, after [], 5 by 2026-11-24T16:00:00Z
checkout-2026-w48.fix.ship.ben Key payments/ben x1 share 5000, 360m, 2 units, after ["interview"], 1 by 2026-11-27T11:00:00Z
payments/ana 225m of 1200m
payments/ben 460m of 720m
payments/cleo 225m of 585m
2026-W48 {Required:24 Delivered:0 Planned:10 Percent:42} 0 gaps`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("previewed\n%s\nwant\n%s", text, want)
	}
}

func TestAPreviewSaysWhatAWeekLacks(t *testing.T) {
	for name, c := range map[string]struct {
		week   string
		change func(*plan.Objects)
		want   string
	}{
		"nothing": {"2026-W49", func(*plan.Objects) {}, "4 Actions, 8 of 24, []"},
		"ben's hours": {"2026-W49", func(o *plan.Objects) { o.Teams["payments"].Spec.Members[1].Capacity = "7h39m" },
			"4 Actions, 8 of 24, [OverCapacity ben of Team payments has 7h40m of work and 7h39m of capacity; lower times or give steps to others]"},
		"a role": {"2026-W49", func(o *plan.Objects) {
			o.Teams["payments"].Spec.Members[1].Roles = nil
			o.Teams["payments"].Spec.Members[2].Roles = nil
		},
			"2 Actions, 0 of 24, [Unassigned Step ship has nobody to do it: nobody in Team payments has role engineer; give it to a member]"},
		"its week": {"2026-W53", func(*plan.Objects) {}, "0 Actions, 0 of 24, [NothingPlanned 2026-W53 is in spec.cadence.skip]"},
		"a go":     {"2026-W49", func(o *plan.Objects) { o.Utility.Spec.Suspend = true }, "0 Actions, 0 of 24, [Suspended No new week is planned; set spec.suspend to false to go on]"},
		"a KeyAction": {"2026-W49", func(o *plan.Objects) { o.KeyActions = nil },
			"0 Actions, 0 of 24, [NothingPlanned No KeyAction refers to the Utility; create one with utilityRef checkout]"},
		"a sound Utility": {"2026-W49", func(o *plan.Objects) { *o.KeyActions[0].Spec.Weight = 90 },
			"0 Actions, 0 of 24, [WeightsNotHundred The weights of the KeyActions add up to 90, not 100; change them: fix 90]"},
		"a zone": {"2026-W49", func(o *plan.Objects) { o.Utility.Spec.Cadence.TimeZone = "Mars/Olympus" },
			"0 Actions, 0 of 24, [UnknownTimeZone time zone \"Mars/Olympus\" is not in the IANA database; write a name like \"Europe/Zurich\"]"},
	} {
		t.Run(name, func(t *testing.T) {
			u := preview(t, c.week, previewed(c.change)).Utilities[0]
			var gaps []string
			for _, g := range u.Gaps {
				gaps = append(gaps, g.Reason+" "+g.Message)
			}
			if got := fmt.Sprintf("%d Actions, %d of %d, %v", len(u.Actions), u.Coverage.Planned, u.Coverage.Required, gaps); got != c.want {
				t.Errorf("previewed\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAPreviewHasNoNulls(t *testing.T) {
	for name, p := range map[string]Preview{
		"of nothing":       preview(t, ""),
		"of what is empty": preview(t, "2026-W53", previewed(), previewed(func(o *plan.Objects) { o.Utility.Spec.Cadence.TimeZone = "" })),
		"of a week":        preview(t, "2026-W48", previewed(func(o *plan.Objects) { o.KeyActions[0].Spec.Package.Steps[1].DependsOn = nil })),
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(p)
			if err != nil || strings.Contains(string(text), "null") {
				t.Errorf("%s, %v", text, err)
			}
		})
	}
}

func TestAWeekThatIsNotThereIsNotPreviewed(t *testing.T) {
	if _, err := PreviewWeek([]*plan.Programme{plan.NewProgramme(previewed())}, "2026-W54", wednesday); err == nil {
		t.Error("2026 has no W54")
	}
}
