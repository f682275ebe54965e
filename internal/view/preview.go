// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
)

// Preview is the plan of one week as of its start: whole targets, nothing delivered, nothing
// left over from the previous week. Fields that JSON leaves out are for the text output only.
type Preview struct {
	Week      string           `json:"week"`
	Utilities []PreviewUtility `json:"utilities"`
	// Members are the people of all Utilities, with what these ask of them together.
	Members []PreviewMember `json:"members"`
}

// PreviewUtility is the week of one Utility.
type PreviewUtility struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Coverage  praxisv1.Coverage `json:"coverage"`
	Actions   []PreviewAction   `json:"actions"`
	Members   []PreviewMember   `json:"members"`
	Gaps      []PreviewGap      `json:"gaps"`

	// StartsAt and EndsAt are in the Utility's zone.
	StartsAt time.Time `json:"-"`
	EndsAt   time.Time `json:"-"`
	Quarter  string    `json:"-"`

	// idle is set where nothing is meant to be planned.
	idle bool
}

// PreviewAction is an Action that the operator would make.
type PreviewAction struct {
	Name        string              `json:"name"`
	KeyAction   string              `json:"keyAction"`
	Step        string              `json:"step"`
	Tier        praxisv1.Tier       `json:"tier"`
	Team        string              `json:"team"`
	Member      string              `json:"member"`
	Target      int32               `json:"target"`
	Occurrences []PreviewOccurrence `json:"occurrences"`
	// Share of the KeyAction's work in the week, in basis points.
	Share int32 `json:"share"`
	// DurationMinutes is the effort of doing it once.
	DurationMinutes int64    `json:"durationMinutes"`
	Contribution    int64    `json:"contribution"`
	DependsOn       []string `json:"dependsOn"`

	Do string `json:"-"`
}

// PreviewOccurrence is a part of an Action's target, and when it is due.
type PreviewOccurrence struct {
	DueAt    string `json:"dueAt"`
	Quantity int32  `json:"quantity"`

	// Due is the same instant in the Utility's zone.
	Due time.Time `json:"-"`
}

// PreviewMember is the work that the week asks of a member.
type PreviewMember struct {
	// Namespace is that of the Team; within a Utility it is the Utility's.
	Namespace string `json:"namespace,omitempty"`
	Team      string `json:"team"`
	Name      string `json:"name"`
	// DisplayName is what people read, if the Team gives one.
	DisplayName     string `json:"displayName,omitempty"`
	PlannedMinutes  int64  `json:"plannedMinutes"`
	CapacityMinutes int64  `json:"capacityMinutes"`
}

// PreviewGap is something that the week lacks.
type PreviewGap struct {
	KeyAction string        `json:"keyAction,omitempty"`
	Step      string        `json:"step,omitempty"`
	Tier      praxisv1.Tier `json:"tier,omitempty"`
	Team      string        `json:"team,omitempty"`
	Member    string        `json:"member,omitempty"`
	Reason    string        `json:"reason"`
	Message   string        `json:"message"`
}

// PreviewWeek previews a week of Utilities, in the order given. The week is a name like
// "2026-W48"; if empty, it is the running week of the first Utility whose cadence can be
// read, so that all are shown in the same week.
func PreviewWeek(all []*plan.Programme, week string, now time.Time) (Preview, error) {
	out := Preview{Week: week, Utilities: []PreviewUtility{}, Members: []PreviewMember{}}
	for _, p := range all {
		u := PreviewUtility{Name: p.Utility.Name, Namespace: p.Utility.Namespace, Coverage: praxisv1.Coverage{Required: p.Utility.Spec.Required}}
		u.Actions, u.Members, u.Gaps = []PreviewAction{}, []PreviewMember{}, []PreviewGap{}
		if cal, err := cadence.New(p.Utility.Spec.Cadence); err == nil {
			if out.Week == "" {
				out.Week = cal.WeekOf(now).Name
			}
			w, err := cal.WeekNamed(out.Week)
			if err != nil {
				return Preview{}, err
			}
			u.plan(p, cal, w)
		}
		if wrong := p.Problem; wrong != nil {
			u.Gaps = []PreviewGap{{Reason: wrong.Reason, Message: wrong.Message}}
		}
		out.Utilities = append(out.Utilities, u)
		out.addMembers(&u)
	}
	slices.SortFunc(out.Members, func(a, b PreviewMember) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Team, b.Team), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// addMembers adds what a Utility asks of people to what the others ask of them. Whose weeks
// differ has the hours of the shorter one, as in the status of the Team.
func (p *Preview) addMembers(u *PreviewUtility) {
	for _, m := range u.Members {
		m.Namespace = u.Namespace
		i := slices.IndexFunc(p.Members, func(other PreviewMember) bool {
			return other.Namespace == m.Namespace && other.Team == m.Team && other.Name == m.Name
		})
		if i < 0 {
			p.Members = append(p.Members, m)
			continue
		}
		p.Members[i].PlannedMinutes += m.PlannedMinutes
		p.Members[i].CapacityMinutes = min(p.Members[i].CapacityMinutes, m.CapacityMinutes)
	}
}

// Lacks reports whether the week lacks anything: there is a gap, somebody has more work than
// hours in all Utilities together, or what is left of the quarter is not covered.
func (p *Preview) Lacks() bool {
	return slices.ContainsFunc(p.Members, PreviewMember.Over) || slices.ContainsFunc(p.Utilities, func(u PreviewUtility) bool {
		gap := slices.ContainsFunc(u.Gaps, func(g PreviewGap) bool { return g.Reason != praxisv1.ReasonNothingPlanned })
		return !u.idle && (gap || u.Coverage.Delivered+u.Coverage.Planned < u.Coverage.Required)
	})
}

// Person is how people read who it is: the display name and the name, or the name alone.
func (m PreviewMember) Person() string { return plan.Called(m.Name, m.DisplayName) }

// Over reports whether more is planned for a member than there are hours.
func (m PreviewMember) Over() bool { return m.PlannedMinutes > m.CapacityMinutes }

// plan fills in what the operator would make at the start of the week.
func (u *PreviewUtility) plan(p *plan.Programme, cal *cadence.Calendar, w cadence.Week) {
	cycle, made := status.PreviewWeek(p, cal, w)
	in := status.UtilityInput{Programme: p, Calendar: cal, Problem: p.Problem}
	if cycle != nil {
		in.Cycles = []praxisv1.WeeklyCycle{*cycle}
	}
	says, _ := status.ForUtility(in, w.StartsAt)
	u.Coverage, u.Quarter = *says.Coverage, says.Quarter.Name
	u.StartsAt, u.EndsAt = w.StartsAt, w.EndsAt
	for _, a := range made.Actions() {
		u.Actions = append(u.Actions, previewAction(&a, w.StartsAt.Location()))
	}
	for _, m := range made.Members {
		u.Members = append(u.Members, PreviewMember{Team: m.Team, Name: m.Name, DisplayName: plan.DisplayName(p.Teams[m.Team], m.Name), PlannedMinutes: m.PlannedMinutes, CapacityMinutes: m.CapacityMinutes})
	}
	for _, g := range made.Gaps {
		u.Gaps = append(u.Gaps, PreviewGap{g.KeyAction, g.Step, g.Tier, g.Team, g.Member, g.Reason, g.Message})
	}
	u.idle = p.Utility.Spec.Suspend || plan.AfterEnd(p.Utility, cal, w)
	if cycle == nil {
		u.Gaps = append(u.Gaps, nothingPlanned(p, cal, w))
	}
}

// nothingPlanned says why the operator would make no cycle of a sound Utility.
func nothingPlanned(p *plan.Programme, cal *cadence.Calendar, w cadence.Week) PreviewGap {
	switch {
	case p.Utility.Spec.Suspend:
		return PreviewGap{Reason: praxisv1.ReasonSuspended, Message: "No new week is planned; set spec.suspend to false to go on"}
	case plan.AfterEnd(p.Utility, cal, w):
		return PreviewGap{Reason: praxisv1.ReasonEnded, Message: fmt.Sprintf("The goal ends with %s, by spec.end", p.Utility.Spec.End.Week)}
	case cal.Skips(w):
		return PreviewGap{Reason: praxisv1.ReasonNothingPlanned, Message: fmt.Sprintf("%s is in spec.cadence.skip", w.Name)}
	}
	return PreviewGap{Reason: praxisv1.ReasonNothingPlanned, Message: "No KeyAction refers to the Utility; create one with utilityRef " + p.Utility.Name}
}

func previewAction(a *praxisv1.Action, zone *time.Location) PreviewAction {
	minutes, _ := a.Spec.Duration.Minutes() // the planner has read it
	out := PreviewAction{
		Name: a.Name, KeyAction: a.Spec.KeyActionRef.Name, Step: a.Spec.Step, Tier: a.Spec.Tier,
		Team: a.Spec.Team, Member: a.Spec.Member, Target: a.Spec.Target, Occurrences: []PreviewOccurrence{},
		Share: a.Spec.Share, DurationMinutes: minutes, Contribution: a.Spec.Contribution,
		DependsOn: append([]string{}, a.Spec.DependsOn...), Do: a.Spec.Do,
	}
	for _, o := range a.Spec.Occurrences {
		out.Occurrences = append(out.Occurrences, PreviewOccurrence{
			DueAt: o.DueAt.UTC().Format(time.RFC3339), Quantity: o.Quantity, Due: o.DueAt.In(zone),
		})
	}
	return out
}

// Of are the Actions of a member, in the order in which they are due.
func (u *PreviewUtility) Of(m PreviewMember) []PreviewAction {
	var of []PreviewAction
	for _, a := range u.Actions {
		if a.Team == m.Team && a.Member == m.Name {
			of = append(of, a)
		}
	}
	slices.SortStableFunc(of, func(a, b PreviewAction) int { return a.Occurrences[0].Due.Compare(b.Occurrences[0].Due) })
	return of
}
