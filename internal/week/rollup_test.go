// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"fmt"
	"math/big"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// enterprise is KeyAction "move" of three Teams, and "fix" of one.
func enterprise() (*plan.Programme, *praxisv1.KeyAction, *praxisv1.KeyAction) {
	move := praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: "move"}, Spec: praxisv1.KeyActionSpec{TeamSelector: &metav1.LabelSelector{}}}
	fix := praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: "fix"}, Spec: praxisv1.KeyActionSpec{TeamRef: &praxisv1.LocalReference{Name: "search"}}}
	o := plan.Objects{Utility: &praxisv1.Utility{}, KeyActions: []praxisv1.KeyAction{move, fix}, Teams: map[string]*praxisv1.Team{}}
	for _, name := range []string{"billing", "search", "support"} {
		o.Teams[name] = &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: name}}
	}
	return plan.NewProgramme(o), &move, &fix
}

// row of a week: what was accepted, handed in and expected, and the reason.
func row(name, accepted, handedIn, expected, reason string) praxisv1.KeyActionWeek {
	r := praxisv1.KeyActionWeek{Name: name, Reason: reason, OnTrack: metav1.ConditionFalse, Exact: &praxisv1.ExactDelivery{Accepted: accepted, HandedIn: handedIn, Expected: expected}}
	percent := func(fraction string) int32 {
		exact, _ := new(big.Rat).SetString(fraction)
		return Percent(exact)
	}
	r.ProgressPercent, r.ExpectedPercent = percent(accepted), percent(expected)
	r.Deviation = r.ProgressPercent - r.ExpectedPercent
	return r
}

func unplannedRow(name string) praxisv1.KeyActionWeek {
	return praxisv1.KeyActionWeek{Name: name, OnTrack: metav1.ConditionUnknown, Reason: praxisv1.ReasonNothingPlanned}
}

func aWeekOf(rows ...praxisv1.KeyActionWeek) *praxisv1.WeeklyCycle {
	c := aCycle("w48", 0, planned)
	c.Status.KeyActions = rows
	c.Status.Plan = &praxisv1.WeekPlan{}
	for _, r := range rows {
		c.Status.Plan.KeyActions = append(c.Status.Plan.KeyActions, frozen(r.Name, 60, 3))
	}
	return &c
}

func TestAnEnterpriseKeyActionIsTheEvenMeanOfItsTeams(t *testing.T) {
	p, move, _ := enterprise()
	for name, c := range map[string]struct {
		week *praxisv1.WeeklyCycle
		want string // progress, expectation, deviation, status and reason
	}{
		// 1/3, 1 and 0 of 2/3 each: 4/9 of 2/3, which is 22.2 points behind.
		"three Teams":                                {aWeekOf(row("move-billing", "1/3", "1/3", "2/3", "Behind"), row("move-search", "1", "1", "2/3", "OnPace"), row("move-support", "0", "0", "2/3", "Behind")), "44 67 -22 False Behind"},
		"a Team without work does not count":         {aWeekOf(row("move-billing", "1", "1", "1", "OnPace"), unplannedRow("move-search")), "100 100 0 True OnPace"},
		"one Team has missed a Key Action":           {aWeekOf(row("move-billing", "1", "1", "1", "OnPace"), row("move-search", "9/10", "9/10", "1", "KeyActionMissed")), "95 100 -5 False KeyActionMissed"},
		"the work is in and nobody has judged it":    {aWeekOf(row("move-billing", "0", "1", "1", "AwaitingAcceptance")), "0 100 -100 Unknown AwaitingAcceptance"},
		"another KeyAction's row is not its own":     {aWeekOf(row("fix", "0", "0", "1", "CriticallyBehind")), "0 0 0 Unknown NothingPlanned"},
		"there is no week":                           {nil, "0 0 0 Unknown NothingPlanned"},
		"an exact figure that cannot be read is 0":   {aWeekOf(row("move-billing", "1", "1", "1", "OnPace"), praxisv1.KeyActionWeek{Name: "move-search", Exact: &praxisv1.ExactDelivery{Accepted: "much", HandedIn: "1", Expected: "1"}}), "50 100 -50 Unknown AwaitingAcceptance"},
		"a Team that is more than critically behind": {aWeekOf(row("move-billing", "0", "0", "26/100", "CriticallyBehind")), "0 26 -26 False CriticallyBehind"},
	} {
		t.Run(name, func(t *testing.T) {
			v, d := RollUp(p, move, c.week)
			if got := fmt.Sprintf("%d %d %d %s %s", d.ProgressPercent, d.ExpectedPercent, d.Deviation, v.Status, v.Reason); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
		})
	}
}

func TestADepartmentsKeyActionIsItsRow(t *testing.T) {
	p, _, fix := enterprise()
	v, d := RollUp(p, fix, aWeekOf(row("fix", "1/2", "1/2", "1", "CriticallyBehind"), row("move-search", "1", "1", "1", "OnPace")))
	if v.Status != metav1.ConditionFalse || v.Reason != praxisv1.ReasonCriticallyBehind || d.ProgressPercent != 50 || d.Deviation != -50 {
		t.Errorf("it is %+v, %+v", v, d)
	}
	if v, d := RollUp(p, fix, aWeekOf()); v.Status != metav1.ConditionUnknown || v.Reason != praxisv1.ReasonNothingPlanned || d != (praxisv1.Delivery{}) {
		t.Errorf("without a row it is %+v, %+v", v, d)
	}
}

func TestTheFirstGapIsThatOfTheTeamFurthestBehind(t *testing.T) {
	p, move, fix := enterprise()
	gap := func(r praxisv1.KeyActionWeek, action string) praxisv1.KeyActionWeek {
		r.FirstGap = &praxisv1.FirstGap{Action: action, Reason: praxisv1.ReasonNoEvidence}
		return r
	}
	w := aWeekOf(
		gap(row("move-billing", "1/2", "1/2", "1", "Behind"), "b"), gap(row("move-search", "1/4", "1/4", "1", "Behind"), "s"),
		row("move-support", "0", "0", "1", "Behind"), gap(row("fix", "0", "0", "1", "Behind"), "f"),
	)
	if got := FirstGap(p, move, w); got == nil || got.Action != "s" {
		t.Errorf("of the Teams it is %+v", got)
	}
	if got := FirstGap(p, fix, w); got == nil || got.Action != "f" {
		t.Errorf("of a department it is %+v", got)
	}
	if got := FirstGap(p, move, nil); got != nil {
		t.Errorf("without a week it is %+v", got)
	}
	if FirstGap(p, fix, w).Action = "changed"; w.Status.KeyActions[3].FirstGap.Action != "f" {
		t.Error("the week and the KeyAction share it")
	}
}

func TestAnEnterpriseKeyActionHasARowForEachTeam(t *testing.T) {
	p, move, fix := enterprise()
	rows := TeamRows(p, move, aWeekOf(row("move-search", "1/4", "1/4", "1", "Behind")))
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s %s %d %s", r.Name, r.KeyAction, r.ProgressPercent, r.OnTrack))
	}
	if fmt.Sprint(got) != "[billing move-billing 0 Unknown search move-search 25 False support move-support 0 Unknown]" {
		t.Errorf("the rows are %q", got)
	}
	if rows := TeamRows(p, fix, aWeekOf()); rows != nil {
		t.Errorf("a department has the rows %+v", rows)
	}
}

// What is written into a row is what is read back from it.
func TestARowIsReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := aWeek(t)
		f := Judge(w, now)
		for i := range f.KeyActions {
			r := &f.KeyActions[i]
			if r.Exact == nil {
				continue
			}
			a := Exactly(r, &w.Plan.KeyActions[i])
			if a.Delivery() != r.Delivery {
				t.Fatalf("%+v was read back as %+v", r.Delivery, a.Delivery())
			}
			if v := a.judge(); v.Reason != r.Reason || v.Status != r.OnTrack {
				t.Fatalf("%s %s was read back as %+v", r.OnTrack, r.Reason, v)
			}
		}
	})
}
