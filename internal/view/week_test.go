// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// green is an Action that is on track.
func green(member, reason string, modify ...func(*praxisv1.Action)) praxisv1.Action {
	a := late(member, reason, modify...)
	a.Status.Conditions[0].Status = metav1.ConditionTrue
	return a
}

func carriedFrom(week praxisv1.Week) func(*praxisv1.Action) {
	return func(a *praxisv1.Action) {
		_, number, _ := strings.Cut(strings.ToLower(string(week)), "-")
		a.Name, a.Spec.OriginWeek = a.Name+"."+number, week
	}
}

func inWeek(cycle string) func(*praxisv1.Action) {
	return func(a *praxisv1.Action) {
		a.Name, a.Spec.CycleRef.Name = cycle+strings.TrimPrefix(a.Name, "w48"), cycle
	}
}

// board is a week in which cyd is behind, bob is not and ada is done. What zoe missed is of
// the previous week.
func board() Objects {
	o := desk(
		late("zoe", praxisv1.ReasonMissed, inWeek("w47")),
		green("bob", praxisv1.ReasonOnPace, step("list"), times(2, 1, 0)),
		green("ada", praxisv1.ReasonAccepted, step("plan"), times(1, 1, 0)),
		green("cyd", praxisv1.ReasonAccepted, step("list"), times(1, 1, 0)),
		late("cyd", praxisv1.ReasonMissed),
		late("cyd", praxisv1.ReasonMissed, carriedFrom("2026-W47")),
	).with(answers())
	c := &o.Cycles[0]
	c.Spec.Week, c.Spec.StartsAt, c.Spec.EndsAt = "2026-W48", metav1.NewTime(instant("2026-11-22T20:00:00Z")), metav1.NewTime(instant("2026-11-29T20:00:00Z"))
	c.Status.Delivery = praxisv1.Delivery{ProgressPercent: 46, ExpectedPercent: 79, Deviation: -33}
	c.Status.Counts = &praxisv1.ActionCounts{Open: 1, Accepted: 2, Missed: 2}
	c.Status.Summary = "2 Actions behind"
	o.Teams[0].Status.Members = []praxisv1.MemberLoad{{Name: "bob", PlannedMinutes: 45, CapacityMinutes: 600}, {Name: "cyd", PlannedMinutes: 270, CapacityMinutes: 1200}}
	elsewhere := reviewOf("calibration", "2026-11-24T02:00:00Z", waits...)
	elsewhere.Spec.CycleRef = nil
	o.Reviews = []praxisv1.Review{reviewOf("w48-review", "2026-11-27T02:00:00Z", shut...), elsewhere, reviewOf("w48-midweek", "2026-11-25T01:00:00Z", signed...)}
	return o
}

func TestABoardSaysWhoOwesWhatWithTroubleInFront(t *testing.T) {
	const people = `desk/cyd False Missed 1/3, 4h30m of 20h planned
  call.fix False Missed 0/1, says Missed
  call.fix.w47 False Missed 0/1, says Missed
  call.list True Accepted 1/1, says Accepted
desk/ada True Accepted 1/1
  call.plan True Accepted 1/1, says Accepted
desk/bob True OnPace 0/1, 45m of 10h planned
  call.list True OnPace 1/2, says OnPace
`
	const reviews = "w48-midweek True SignedOff, says SignedOff\nw48-review Unknown NotYet, says NotYet\n"
	o := board()
	b := o.Board(&o.Cycles[0])
	if got := outline(b.People...); got != people {
		t.Errorf("the people are\n%s\nwant\n%s", got, people)
	}
	if got := outline(b.Reviews...); got != reviews {
		t.Errorf("the Reviews are\n%s\nwant\n%s", got, reviews)
	}
	const head = "answers w48 2026-W48 Pacific/Auckland False Behind {46 79 -33} {1 0 2 2 0 0} 2 Actions behind"
	if got := fmt.Sprint(b.Utility, " ", b.Cycle, " ", b.Week, " ", b.TimeZone, " ", b.State.Status, " ", b.Reason, " ", b.Delivery, " ", b.Counts, " ", b.Next); got != head {
		t.Errorf("its head is %s, want %s", got, head)
	}
}

func TestALoadIsTodaysAndShownOnlyIfTheTeamHasIt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Objects)
		want   string
	}{
		"of a week that runs": {func(*Objects) {}, "4h30m of 20h planned"},
		"of a week that is closed": {func(o *Objects) {
			o.Cycles[0].Status.Conditions = append(o.Cycles[0].Status.Conditions, condition("Closed", "True", praxisv1.ReasonClosed))
		}, ""},
		"where the Team was not read":    {func(o *Objects) { o.Teams = nil }, ""},
		"where the Team does not say it": {func(o *Objects) { o.Teams[0].Status.Members = nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := board()
			c.change(&o)
			if got := o.Board(&o.Cycles[0]).People[0].Next; got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestAnEmptyBoardHasNoNulls(t *testing.T) {
	o := desk()
	text, err := json.Marshal(o.Board(&o.Cycles[0]))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"gaps":[]`, `"reviews":[]`, `"people":[]`, `"counts":{"open":0,"submitted":0,"accepted":0,"missed":0,"carriedOver":0,"dropped":0}`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("it lacks %s: %s", want, text)
		}
	}
}

func TestEveryUtilityWithAWeekHasABoard(t *testing.T) {
	var o Objects
	for _, ref := range []Ref{{Namespace: "shop", Name: "b"}, {Namespace: "shop", Name: "a"}, {Namespace: "desk", Name: "c"}} {
		u := answers()
		u.Namespace, u.Name = ref.Namespace, ref.Name
		cycle := praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Namespace: ref.Namespace, Name: ref.Name + "-w48"}}
		cycle.Spec.UtilityRef.Name = ref.Name
		o.Utilities, o.Cycles = append(o.Utilities, u), append(o.Cycles, cycle)
	}
	o.Utilities = append(o.Utilities, answers()) // which has no week yet
	var got []string
	for _, b := range o.Boards() {
		got = append(got, b.Namespace+"/"+b.Cycle)
	}
	if want := "[desk/c-w48 shop/a-w48 shop/b-w48]"; fmt.Sprint(got) != want {
		t.Errorf("there are %s, want %s", got, want)
	}
}

func TestAMembersPreviewIsInTheOrderInWhichItIsDue(t *testing.T) {
	u := preview(t, "2026-W48", previewed()).Utilities[0]
	for member, want := range map[string]string{"ana": "[interview]", "ben": "[recruit ship]", "cleo": "[interview]", "zoe": "[]"} {
		t.Run(member, func(t *testing.T) {
			var steps []string
			for _, a := range u.Of(PreviewMember{Team: "payments", Name: member}) {
				steps = append(steps, a.Step)
			}
			if got := fmt.Sprint(steps); got != want {
				t.Errorf("the steps are %s, want %s", got, want)
			}
		})
	}
	if other := u.Of(PreviewMember{Team: "platform", Name: "ana"}); len(other) > 0 {
		t.Errorf("ana of another Team has %+v", other)
	}
}
