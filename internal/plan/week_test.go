// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestWhoDoesAStep(t *testing.T) {
	all := []praxisv1.Member{person("cleo", "20h", "engineer"), person("ana", "20h", "engineer"), person("ben", "20h", "engineer")}
	wholeWeek := func(m praxisv1.Member, delegate string) praxisv1.Member {
		return away(m, "2026-11-23", "2026-11-27", delegate)
	}
	for name, c := range map[string]struct {
		assign  praxisv1.Assignment
		turn    string
		members []praxisv1.Member
		lead    string
		want    string
		why     string
	}{
		"Each is everybody with the role, by name":            {assign: each("engineer"), members: all, want: "ana ben cleo"},
		"Each leaves out a member who is absent all week":     {assign: each("engineer"), members: []praxisv1.Member{wholeWeek(all[0], ""), all[1]}, want: "ana"},
		"Each keeps a member who is present for one day":      {assign: each("engineer"), members: []praxisv1.Member{away(all[0], "2026-11-23", "2026-11-26", "")}, want: "cleo"},
		"two absences together cover the week":                {assign: each("engineer"), members: []praxisv1.Member{away(away(all[0], "2026-11-01", "2026-11-24", ""), "2026-11-25", "2026-12-24", "")}, why: "everybody with role engineer in Team payments is absent"},
		"nobody has the role":                                 {assign: each("designer"), members: all, why: "nobody in Team payments has role designer"},
		"Rotate is whose turn it is":                          {assign: rotate("engineer"), members: all, turn: "ben", want: "ben"},
		"Rotate is nobody where it is nobody's turn":          {assign: rotate("engineer"), members: []praxisv1.Member{wholeWeek(all[0], "")}, why: "everybody with role engineer in Team payments is absent"},
		"Lead is the lead":                                    {assign: praxisv1.Assignment{Mode: praxisv1.AssignLead}, lead: "ana", members: all, want: "ana"},
		"a Team without a lead has nobody":                    {assign: praxisv1.Assignment{Mode: praxisv1.AssignLead}, members: all, why: "has no lead"},
		"Member is that one":                                  {assign: only("ben"), members: all, want: "ben"},
		"the delegate takes over for a whole week":            {assign: only("cleo"), members: []praxisv1.Member{wholeWeek(all[0], "ana"), all[1]}, want: "ana"},
		"the delegate's own absence is not looked at":         {assign: only("cleo"), members: []praxisv1.Member{wholeWeek(all[0], "ana"), wholeWeek(all[1], "")}, want: "ana"},
		"the first absence that touches the week and has one": {assign: only("cleo"), members: []praxisv1.Member{away(away(away(all[0], "2026-11-16", "2026-11-20", "ana"), "2026-11-23", "2026-11-25", ""), "2026-11-26", "2026-11-29", "ben"), all[1], all[2]}, want: "ben"},
		"without a delegate nobody does it":                   {assign: only("cleo"), members: []praxisv1.Member{wholeWeek(all[0], "")}, why: "absent without a delegate"},
		"a delegate outside the Team is nobody":               {assign: only("cleo"), members: []praxisv1.Member{wholeWeek(all[0], "zoe")}, why: "delegate zoe is not in Team"},
	} {
		t.Run(name, func(t *testing.T) {
			team := testTeam("payments", c.members...)
			team.Spec.Lead = c.lead
			s := testStep("ship", praxisv1.TierKey, c.assign, 100)
			people, why := assigned(&s, team, week(t, "2026-W48"), Member(team, c.turn))
			var names []string
			for _, m := range people {
				names = append(names, m.Name)
			}
			if got := strings.Join(names, " "); got != c.want || c.want == "" && !strings.Contains(why, c.why) {
				t.Errorf("got %q (%s), want %q (%s)", got, why, c.want, c.why)
			}
		})
	}
}

func TestTheWeekOfTheExampleInTheDesign(t *testing.T) {
	recruit := testStep("recruit", praxisv1.TierFoundation, only("ben"), 20)
	recruit.Times, recruit.Duration, recruit.Due = 5, "20m", []praxisv1.WeekMoment{{Day: praxisv1.Tuesday, Time: "17:00"}}
	interview := testStep("interview", praxisv1.TierIntermediate, each("engineer"), 30)
	interview.Times, interview.DependsOn = 5, []string{"recruit"}
	interview.Due = []praxisv1.WeekMoment{{Day: praxisv1.Wednesday, Time: "12:00"}, {Day: praxisv1.Thursday, Time: "17:00"}}
	ship := testStep("ship", praxisv1.TierKey, each("product"), 50)
	r := request(t, objects(testKeyAction("fix", 100, recruit, interview, ship)), "2026-W48")

	want := []string{
		"interview ben x5 share 1500, 3 by Wed 11:00, 2 by Thu 16:00",
		"interview cleo x5 share 1500, 3 by Wed 11:00, 2 by Thu 16:00",
		"recruit ben x5 share 2000, 5 by Tue 16:00",
		"ship ana x1 share 5000, 1 by Fri 14:00", // no due is the review, 15:00 in Zurich
	}
	made := Make(r)
	if got := lines(made.Actions()); !slices.Equal(got, want) {
		t.Errorf("planned\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	ben := made.Members[slices.IndexFunc(made.Members, func(m MemberLoad) bool { return m.Name == "ben" })]
	if ben.PlannedMinutes != 5*20+5*60 || ben.CapacityMinutes != 20*60 {
		t.Errorf("ben has %d of %d minutes", ben.PlannedMinutes, ben.CapacityMinutes)
	}
	first := made.Actions()[0]
	if first.Name != "checkout-2026-w48.fix.interview.ben" || first.Spec.User != "ben@shop.example" || first.Spec.Contribution != 0 {
		t.Errorf("the first is %s of %s with %d units", first.Name, first.Spec.User, first.Spec.Contribution)
	}

	r.From = instant(t, "2026-11-25T12:00:00Z") // Wednesday 13:00
	want = []string{
		"interview ben x2 share 1500, 2 by Thu 16:00",
		"interview cleo x2 share 1500, 2 by Thu 16:00",
		"ship ana x1 share 5000, 1 by Fri 14:00",
	}
	if got := lines(Make(r).Actions()); !slices.Equal(got, want) {
		t.Errorf("from midweek\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAnEnterpriseKeyActionIsPlannedForEachTeam(t *testing.T) {
	ka := testKeyAction("move", 70, testStep("ship", praxisv1.TierKey, each("engineer"), 100))
	ka.Spec.TeamRef, ka.Spec.TeamSelector = nil, &metav1.LabelSelector{MatchLabels: map[string]string{"ai": "yes"}}
	o := objects(ka, testKeyAction("call", 30, testStep("call", praxisv1.TierKey, each("product"), 100)))
	for _, name := range []string{"search", "billing", "support"} {
		o.Teams[name] = testTeam(name, person("eve", "10h", "engineer"))
		o.Teams[name].Labels = map[string]string{"ai": "yes"}
	}
	var got []string
	for _, planned := range Make(request(t, o, "2026-W48")).KeyActions {
		got = append(got, planned.Planned.Name)
	}
	if !slices.Equal(got, []string{"call", "move-billing", "move-search", "move-support"}) {
		t.Errorf("planned are %v", got)
	}
	child := NewProgramme(o).Children(&o.KeyActions[0])[0]
	if weight := NewProgramme(o).WeightOf(&child).RatString(); weight != "70/3" {
		t.Errorf("a Team has %s percent", weight)
	}
}

func TestTheSameGoalsInAnyOrderGiveTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := objects(
			testKeyAction("a", 40, testStep("x", praxisv1.TierKey, each("engineer"), 100)),
			testKeyAction("b", 30, testStep("y", praxisv1.TierFoundation, rotate("engineer"), 60), testStep("z", praxisv1.TierKey, each("product"), 40)),
			testKeyAction("c", 30, testStep("x", praxisv1.TierKey, each("designer"), 100)),
		)
		straight, err := json.Marshal(Make(request(t, o, "2026-W48")))
		if err != nil {
			t.Fatal(err)
		}
		o.KeyActions = rapid.Permutation(o.KeyActions).Draw(t, "keyActions")
		o.Teams["payments"].Spec.Members = rapid.Permutation(o.Teams["payments"].Spec.Members).Draw(t, "members")
		shuffled, err := json.Marshal(Make(request(t, o, "2026-W48")))
		if err != nil || string(shuffled) != string(straight) {
			t.Fatalf("%v\n%s\n%s", err, shuffled, straight)
		}
	})
}

func TestTimesAndSharesAddUp(t *testing.T) {
	days := []praxisv1.Day{praxisv1.Monday, praxisv1.Tuesday, praxisv1.Wednesday, praxisv1.Thursday, praxisv1.Friday, praxisv1.Sunday}
	rapid.Check(t, func(t *rapid.T) {
		s := testStep("x", praxisv1.TierKey, each("engineer"), rapid.Int32Range(0, 100).Draw(t, "weight"))
		s.Times = rapid.Int32Range(1, 1000).Draw(t, "times")
		for _, day := range rapid.SliceOfN(rapid.SampledFrom(days), 0, 6).Draw(t, "due") {
			s.Due = append(s.Due, praxisv1.WeekMoment{Day: day, Time: "12:00"})
		}
		w := week(t, "2026-W48")
		occurrences := deal(&s, w, time.Time{})
		if quantity(occurrences) != s.Times {
			t.Fatalf("%d times became %d", s.Times, quantity(occurrences))
		}
		if !slices.IsSortedFunc(occurrences, func(a, b praxisv1.Occurrence) int { return a.DueAt.Compare(b.DueAt.Time) }) {
			t.Fatal("they do not stand in the order of time")
		}
		n := rapid.IntRange(1, 200).Draw(t, "people")
		var sum int32
		for i := range n {
			share := shareOf(&s, i, n)
			if i > 0 && share > shareOf(&s, 0, n) {
				t.Fatal("the remainder is not the first one's")
			}
			sum += share
		}
		if sum != s.Weight*100 {
			t.Fatalf("the shares add up to %d, not %d", sum, s.Weight*100)
		}
		later := deal(&s, w, w.MidweekAt)
		for _, o := range later {
			if o.DueAt.Time.Before(w.MidweekAt) {
				t.Fatal("what is past is asked for")
			}
		}
	})
}

func TestAStepOfEverySecondWeekIsPlannedEverySecondWeek(t *testing.T) {
	s := testStep("x", praxisv1.TierKey, each("engineer"), 100)
	s.Every = 2
	var planned []string
	for _, name := range []string{"2026-W47", "2026-W48", "2026-W49", "2026-W50"} {
		if plannedIn(&s, week(t, name)) {
			planned = append(planned, name)
		}
	}
	if !slices.Equal(planned, []string{"2026-W48", "2026-W50"}) {
		t.Errorf("planned in %v", planned)
	}
}

func TestCapacityCountsTheWorkingDaysThatAreLeft(t *testing.T) {
	for name, c := range map[string]struct {
		member praxisv1.Member
		want   int64
	}{
		"a full week":                   {person("ana", "20h"), 1200},
		"one day away":                  {away(person("ana", "20h"), "2026-11-24", "2026-11-24", ""), 960},
		"a weekend away":                {away(person("ana", "20h"), "2026-11-28", "2026-11-29", ""), 1200},
		"a minute that does not divide": {away(person("ana", "1h1m"), "2026-11-23", "2026-11-24", ""), 36}, // 61·3/5 = 36.6
		"a day that two absences cover": {away(away(person("ana", "20h"), "2026-11-24", "2026-11-25", ""), "2026-11-25", "2026-11-26", ""), 480},
		"away for the month around":     {away(person("ana", "20h"), "2026-11-01", "2026-11-30", ""), 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Capacity(&c.member, week(t, "2026-W48")); got != c.want {
				t.Errorf("%d minutes, want %d", got, c.want)
			}
		})
	}
}
