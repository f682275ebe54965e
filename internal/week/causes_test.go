// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// inWeek is the week of these tests in UTC, with Monday to Friday as days of work.
func inWeek(t *testing.T, holidays ...string) cadence.Week {
	w, err := cadence.Restore("UTC", cadence.Week{Name: "2026-W48", StartsAt: monday, MidweekAt: hours(54), ReviewAt: hours(103), EndsAt: hours(168)}, nil, holidays)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func handedInAt(hour int) modifier {
	return func(a *praxisv1.Action) {
		a.Status.Pending, a.Status.PendingSince = a.Spec.Target-a.Status.Accepted, new(metav1.NewTime(hours(hour)))
	}
}

func rejected(n int32, last bool) modifier {
	return func(a *praxisv1.Action) { a.Status.Rejected, a.Status.LastRejected = n, last }
}

// judgedBy is a week whose work mira and priya judge.
func judgedBy(t *testing.T, slack praxisv1.Duration, actions ...praxisv1.Action) Work {
	entry := frozen("fix", 100, 1)
	entry.Slack = slack
	judges := func(a *praxisv1.Action) []string {
		return slices.DeleteFunc([]string{"mira", "priya"}, func(judge string) bool { return judge == a.Spec.Member })
	}
	return Work{Week: inWeek(t), Actions: actions, JudgesOf: judges, Plan: &praxisv1.WeekPlan{
		Actions: int32(len(actions)), KeyActions: []praxisv1.PlannedKeyAction{entry},
	}}
}

func gapLines(gaps []praxisv1.Gap) string {
	var lines []string
	for _, g := range gaps {
		step := strings.TrimPrefix(g.Action, "w.")
		who := g.Group.Member
		if who == "" {
			who = strings.Join(g.Group.Judges, "+")
		}
		lines = append(lines, fmt.Sprintf("%s %s %d of %s %d", step, g.Reason, g.Group.Pieces, who, g.Group.Impact))
	}
	return strings.Join(lines, "; ")
}

func TestACauseIsToldByTheDisplayNamesOfPeople(t *testing.T) {
	w := judgedBy(t, "", action("design", "ana", 2000), action("draw", "ben", 1000, handedInAt(20)))
	w.DisplayName = func(team, member string) string {
		return map[string]string{"payments/ana": "Ana Souza", "payments/mira": "米拉"}[team+"/"+member]
	}
	var got []string
	for _, g := range Judge(w, hours(40)).Gaps {
		got = append(got, g.Message)
	}
	want := "Ana Souza owes design; hand in evidence or decide in the review; 米拉 or priya have draw of ben to judge since Tuesday 08:00"
	if strings.Join(got, "; ") != want {
		t.Errorf("it says %s, want %s", strings.Join(got, "; "), want)
	}
}

func TestWorkIsGroupedByWhatKeepsItFromBeingDone(t *testing.T) {
	build, ship := action("build", "ben", 3000, after("design"), owes(1, 30)), action("ship", "cleo", 5000, after("build"), owes(1, 40))
	for name, c := range map[string]struct {
		hour    int
		actions []praxisv1.Action
		want    string
	}{
		"the first of a chain that is missing":           {40, []praxisv1.Action{action("design", "ana", 2000), build, ship}, "design.ana NoEvidence 1 of ana 10000"},
		"what waits for a verdict hides nothing":         {40, []praxisv1.Action{action("design", "ana", 2000, handedInAt(20)), build, ship}, "build.ben NoEvidence 1 of ben 8000; design.ana AwaitingAcceptance 1 of mira+priya 10000"},
		"nor is it hidden by what is missing":            {40, []praxisv1.Action{action("design", "ana", 2000), action("build", "ben", 3000, after("design"), owes(1, 30), handedInAt(29)), ship}, "design.ana NoEvidence 1 of ana 10000; ship.cleo NoEvidence 1 of cleo 5000; build.ben AwaitingAcceptance 1 of mira+priya 8000"},
		"two pieces of one person":                       {40, []praxisv1.Action{action("design", "ana", 2000, owes(1, 20)), action("draw", "ana", 1000), action("plan", "ben", 2500)}, "design.ana NoEvidence 2 of ana 3000; plan.ben NoEvidence 1 of ben 2500"},
		"what depends on both counts once":               {40, []praxisv1.Action{action("design", "ana", 2000, owes(1, 20)), action("draw", "ana", 1000), action("ship", "ana", 5000, after("design", "draw"), owes(1, 90))}, "design.ana NoEvidence 2 of ana 8000"},
		"those judged by the same people":                {40, []praxisv1.Action{action("design", "ana", 2000, handedInAt(20)), action("draw", "ben", 1000, handedInAt(20))}, "design.ana AwaitingAcceptance 2 of mira+priya 3000"},
		"nobody judges their own work":                   {40, []praxisv1.Action{action("design", "mira", 2000, handedInAt(20))}, "design.mira AwaitingAcceptance 1 of priya 2000"},
		"what was due before the step that it waits for": {50, []praxisv1.Action{action("design", "ana", 2000, owes(1, 45)), action("build", "ben", 3000, after("design"), owes(1, 30))}, "design.ana NoEvidence 1 of ana 5000; build.ben NoEvidence 1 of ben 3000"},
		"a verdict that is late is as bad as what is missing": {76, []praxisv1.Action{action("design", "ana", 2000, handedInAt(20)), action("draw", "ben", 1000)},
			"design.ana JudgeLate 1 of mira+priya 2000; draw.ben NoEvidence 1 of ben 1000"},
		"late and not late are two causes": {76, []praxisv1.Action{action("design", "ana", 2000, handedInAt(20)), action("draw", "ben", 9000, handedInAt(40))},
			"design.ana JudgeLate 1 of mira+priya 2000; draw.ben AwaitingAcceptance 1 of mira+priya 9000"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := gapLines(Judge(judgedBy(t, "0m", c.actions...), hours(c.hour)).Gaps); got != c.want {
				t.Errorf("the gaps are\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestTheReasonOfAGapIsTheFirstThatApplies(t *testing.T) {
	for name, c := range map[string]struct {
		action     praxisv1.Action
		gone       string
		overloaded bool
		want       string
	}{
		"nothing is in":              {action("ship", "ana", 1000), "", false, "NoEvidence: ana owes ship; hand in evidence or decide in the review"},
		"more than one":              {action("ship", "ana", 1000, owes(3, 20), done(1, 0)), "", false, "NoEvidence: ana owes 2 of ship; hand in evidence or decide in the review"},
		"more work than time":        {action("ship", "ana", 1000), "", true, "Overloaded: ana owes ship and has more work than capacity this week; move some of it"},
		"the last was rejected":      {action("ship", "ana", 1000, rejected(0, true)), "", true, "Rejected: ana owes ship; it was rejected, so read its verdict and hand in a new piece"},
		"all that lacks was":         {action("ship", "ana", 1000, owes(3, 20), done(0, 1), rejected(2, false)), "", false, "Rejected: ana owes 2 of ship; it was rejected, so read its verdict and hand in a new piece"},
		"less than what lacks was":   {action("ship", "ana", 1000, owes(3, 20), rejected(2, false)), "", false, "NoEvidence: ana owes 3 of ship; hand in evidence or decide in the review"},
		"who has it is away":         {action("ship", "ana", 1000, rejected(0, true)), praxisv1.ReasonMemberAway, true, "MemberAway: ana is away for the rest of the week and owes ship; give it to somebody else with kubectl praxis reassign"},
		"who has it has left":        {action("ship", "ana", 1000), praxisv1.ReasonMemberLeft, false, "MemberLeft: ana has left the Team and owes ship; give it to somebody else with kubectl praxis reassign"},
		"a verdict is outstanding":   {action("ship", "ana", 1000, handedInAt(30)), praxisv1.ReasonMemberLeft, true, "AwaitingAcceptance: mira or priya have ship of ana to judge since Tuesday 14:00"},
		"it came before it was due":  {action("ship", "ana", 1000, handedInAt(2)), "", false, "AwaitingAcceptance: mira or priya have ship of ana to judge since Tuesday 08:00"},
		"nobody knows when it came":  {action("ship", "ana", 1000, done(0, 1)), "", false, "AwaitingAcceptance: mira or priya have ship of ana to judge since Tuesday 08:00"},
		"it is from an earlier week": {action("ship", "ana", 1000, owes(1, -20), done(0, 1)), "", false, "AwaitingAcceptance: mira or priya have ship of ana to judge since Sunday 22 Nov 12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			w := judgedBy(t, "0m", c.action)
			w.Gone, w.Overloaded = func(*praxisv1.Action) string { return c.gone }, func(string, string) bool { return c.overloaded }
			g := Judge(w, hours(40)).Gaps[0]
			if got := g.Reason + ": " + g.Message; got != c.want {
				t.Errorf("it is\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestAVerdictIsLateOnceItTookLongerThanItMayOnDaysOfWork(t *testing.T) {
	quick := func(w *Work) { w.Plan.KeyActions[0].JudgeWithin = "24h" }
	for name, c := range map[string]struct {
		edit   func(*Work)
		with   modifier
		hour   int
		status string
		next   int // hours, and a second more
	}{
		"two days have not passed":           {nil, handedInAt(30), 78, "Unknown AwaitingAcceptance AwaitingAcceptance", 78},
		"a moment later they have":           {nil, handedInAt(30), 79, "False JudgeLate JudgeLate", 0},
		"it was in before it was due":        {nil, handedInAt(2), 72, "Unknown AwaitingAcceptance AwaitingAcceptance", 72},
		"they have since the due":            {nil, handedInAt(2), 73, "False JudgeLate JudgeLate", 0},
		"one day is what the goal gives":     {quick, handedInAt(30), 55, "False JudgeLate JudgeLate", 0},
		"nobody judges on Saturday":          {nil, handedInAt(100), 140, "Unknown AwaitingAcceptance AwaitingAcceptance", 196},
		"a holiday does not count":           {func(w *Work) { w.Week = inWeek(t, "2026-11-25") }, handedInAt(30), 79, "Unknown AwaitingAcceptance AwaitingAcceptance", 102},
		"without a day of work none is late": {func(w *Work) { w.Week = cadence.Week{} }, handedInAt(30), 160, "Unknown AwaitingAcceptance AwaitingAcceptance", 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := judgedBy(t, "4h", action("ship", "ana", 1000, c.with))
			if c.edit != nil {
				c.edit(&w)
			}
			f := Judge(w, hours(c.hour))
			if got := fmt.Sprint(f.Verdict.Status, " ", f.Verdict.Reason, " ", f.Gaps[0].Reason); got != c.status {
				t.Errorf("it is %s, want %s", got, c.status)
			}
			switch {
			case c.next == 0 && !f.Next.IsZero():
				t.Errorf("it changes at %s", f.Next)
			case c.next > 0 && !f.Next.Equal(hours(c.next).Add(1e9)):
				t.Errorf("it changes at %s, want a second after %s", f.Next, hours(c.next))
			}
		})
	}
}

func TestWhatIsDueGivesNoAlarmBeforeItsSlackIsOver(t *testing.T) {
	key := ofTier(praxisv1.TierKey)
	for name, c := range map[string]struct {
		hour    int
		actions []praxisv1.Action
		want    string // progress of expectation, status and reason
		next    int
	}{
		"just due":                               {24, []praxisv1.Action{action("a", "ana", 5000), action("b", "ben", 5000, owes(1, 60))}, "0 of 50 Unknown NotDue", 28},
		"four hours later it counts":             {28, []praxisv1.Action{action("a", "ana", 5000), action("b", "ben", 5000, owes(1, 60))}, "0 of 50 False CriticallyBehind", 60},
		"a Key Action is not missed before":      {27, []praxisv1.Action{action("a", "ana", 5000, key), action("b", "ben", 5000, owes(1, 60))}, "0 of 50 Unknown NotDue", 28},
		"and then it is":                         {28, []praxisv1.Action{action("a", "ana", 5000, key), action("b", "ben", 5000, owes(1, 60))}, "0 of 50 False KeyActionMissed", 60},
		"what was due earlier counts":            {61, []praxisv1.Action{action("a", "ana", 5000, done(1, 0)), action("b", "ben", 5000, owes(1, 60))}, "50 of 100 True OnPace", 64},
		"all that is due is there":               {24, []praxisv1.Action{action("a", "ana", 5000, done(1, 0)), action("b", "ben", 5000, owes(1, 60))}, "50 of 50 True OnPace", 28},
		"what is in early excuses no other work": {28, []praxisv1.Action{action("a", "ana", 5000), action("b", "ben", 5000, owes(1, 26), done(0, 1))}, "0 of 100 False CriticallyBehind", 30},
	} {
		t.Run(name, func(t *testing.T) {
			f := Judge(judgedBy(t, "4h", c.actions...), hours(c.hour))
			if got := fmt.Sprintf("%d of %d %s %s", f.Delivery.ProgressPercent, f.Delivery.ExpectedPercent, f.Verdict.Status, f.Verdict.Reason); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
			if !f.Next.Equal(hours(c.next)) {
				t.Errorf("it changes at %s, want %d hours", f.Next, c.next)
			}
		})
	}
	t.Run("a week that closes says what was, and asks nobody for anything", func(t *testing.T) {
		rejected := func(a *praxisv1.Action) { a.Status.LastRejected = true }
		for name, c := range map[string]struct {
			action praxisv1.Action
			gone   string
			want   string
		}{
			"nothing came":    {action("a", "ana", 5000), "", "NoEvidence: ana owed a, and nothing was handed in for it; it comes first in the next review"},
			"it was rejected": {action("a", "ana", 5000, rejected), "", "Rejected: ana owed a, and what was handed in was rejected; it comes first in the next review"},
			"ana is away":     {action("a", "ana", 5000), praxisv1.ReasonMemberAway, "MemberAway: ana owed a and was away; it comes first in the next review"},
			"ana has left":    {action("a", "ana", 5000), praxisv1.ReasonMemberLeft, "MemberLeft: ana owed a and has left the Team; it comes first in the next review"},
			"nobody has it":   {action("a", "", 5000), "", "Unassigned: Whoever had a has left the Team, and 1 of 1 were not done; it comes first in the next review"},
		} {
			t.Run(name, func(t *testing.T) {
				w := judgedBy(t, "4h", c.action)
				w.Closing, w.Gone = true, func(*praxisv1.Action) string { return c.gone }
				if g := Judge(w, hours(60)).Gaps; len(g) != 1 || g[0].Reason+": "+g[0].Message != c.want {
					t.Errorf("the gaps are %+v, want %s", g, c.want)
				}
			})
		}
	})
	t.Run("a week that closes waits for nothing", func(t *testing.T) {
		w := judgedBy(t, "4h", action("a", "ana", 5000))
		w.Closing = true
		if v := Judge(w, hours(24)).Verdict; v.Reason != praxisv1.ReasonCriticallyBehind {
			t.Errorf("it is %+v", v)
		}
	})
}

// Whatever people write, a gap is told in as many characters as a status holds.
func TestEveryGapIsToldInOneLine(t *testing.T) {
	long := strings.Repeat("m", 30)
	a := action(strings.Repeat("s", 30), long, 1000, owes(1000, 20))
	for _, gone := range []string{"", praxisv1.ReasonMemberAway, praxisv1.ReasonMemberLeft} {
		w := judgedBy(t, "0m", a, action(strings.Repeat("s", 30)+"2", long, 1000))
		w.Gone = func(*praxisv1.Action) string { return gone }
		if m := Judge(w, hours(40)).Gaps[0].Message; len([]rune(m)) > 140 || !strings.Contains(m, long) {
			t.Errorf("it is said in %d: %s", len([]rune(m)), m)
		}
	}
}
