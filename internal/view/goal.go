// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Goal is a Utility as those who own and lead it look at it: the one page, both ledgers, what
// comes before what, and how it went so far.
type Goal struct {
	Ref           `json:",inline"`
	State         `json:"state"`
	Statement     string                 `json:"statement"`
	Beneficiaries []praxisv1.Beneficiary `json:"beneficiaries"`
	Organization  string                 `json:"organization"`
	Boundaries    []praxisv1.Boundary    `json:"boundaries,omitempty"`
	Owner         string                 `json:"owner"`
	Zone          string                 `json:"zone"`
	// Week is the name of the running one.
	Week string `json:"week,omitempty"`
	// Calibrated says whether the one page is signed, Effective whether the outcome moves, Covered
	// whether the plan carries the quarter.
	Calibrated State `json:"calibrated"`
	Effective  State `json:"effective"`
	Covered    State `json:"covered"`

	Delivery *praxisv1.Delivery `json:"delivery,omitempty"`
	// Outcome is the progress of the measure that moved least.
	Outcome    *int32                   `json:"outcome,omitempty"`
	Quarter    *praxisv1.QuarterStatus  `json:"quarter,omitempty"`
	Coverage   *praxisv1.Coverage       `json:"coverage,omitempty"`
	Measures   []GoalMeasure            `json:"measures"`
	Quarters   []praxisv1.QuarterResult `json:"quarters"`
	KeyActions []*Node                  `json:"keyActions"`
	Reviews    []*Node                  `json:"reviews"`
	Structure  []Step                   `json:"structure"`
	History    []Past                   `json:"history"`
	// Why is the one cause, where something is wrong.
	Why *Why `json:"why,omitempty"`
}

// GoalMeasure is a figure of the outcome ledger.
type GoalMeasure struct {
	praxisv1.MeasureStatus `json:",inline"`
	Unit                   string `json:"unit,omitempty"`
	// From is the source that it is read from, and Read how that goes; empty where people hand in
	// its readings. Example: "Prometheus main".
	From string `json:"from,omitempty"`
	Read *State `json:"read,omitempty"`
}

// sourced adds where a measure is read from, and how that goes.
func (m *GoalMeasure) sourced(from *praxisv1.MeasureSource) {
	switch {
	case from == nil:
		return
	case from.Prometheus != nil:
		m.From = "Prometheus " + from.Prometheus.Provider
	case from.ExternalMetric != nil:
		m.From = from.ExternalMetric.Name
	case from.Object != nil:
		m.From = from.Object.Kind + "/" + from.Object.Name
	}
	if m.Source != nil {
		m.Read = &State{Status: metav1.ConditionFalse, Reason: m.Source.Reason, Message: m.Source.Message}
		if m.Source.Reason == praxisv1.ReasonReading {
			m.Read.Status = metav1.ConditionTrue
		}
	}
}

// Past is what a closed week came to, in percent; Outcome is nil where nothing was read.
type Past struct {
	Week     praxisv1.Week `json:"week"`
	Delivery int32         `json:"delivery"`
	Outcome  *int32        `json:"outcome,omitempty"`
	Planned  int32         `json:"planned"`
	Accepted int32         `json:"accepted"`
	Units    int64         `json:"units"`
}

// Step is a step of a KeyAction in the running week: the Actions of it together.
type Step struct {
	KeyAction string        `json:"keyAction"`
	Step      string        `json:"step"`
	Tier      praxisv1.Tier `json:"tier"`
	State     `json:"state"`
	// Who owes it, Accepted of Target are done.
	Who      []string     `json:"who"`
	Accepted int32        `json:"accepted"`
	Target   int32        `json:"target"`
	Due      *metav1.Time `json:"due,omitempty"`
	After    []string     `json:"after,omitempty"`
	// First marks the first gap, Hangs what cannot be done before it is closed.
	First bool `json:"first,omitempty"`
	Hangs bool `json:"hangs,omitempty"`
}

// Goal is one Utility, or nil if it was not read.
func (o Objects) Goal(of Ref, now time.Time) *Goal {
	u := find(o.Utilities, of.Namespace, of.Name)
	if u == nil {
		return nil
	}
	condition := func(t string) State {
		if c := meta.FindStatusCondition(u.Status.Conditions, t); c != nil {
			return stateFrom(c)
		}
		return unseen
	}
	g := &Goal{
		Ref: of, State: utilityState(u), Statement: u.Spec.Statement, Beneficiaries: u.Spec.Beneficiaries, Organization: u.Spec.Organization,
		Boundaries: u.Spec.Boundaries, Owner: o.memberOf(u.Namespace, u.Spec.Owner.Team, u.Spec.Owner.Member), Zone: u.Spec.Cadence.TimeZone,
		Calibrated: condition(praxisv1.ConditionCalibrated), Effective: condition(praxisv1.ConditionEffective), Covered: condition(praxisv1.ConditionCovered),
		Delivery: u.Status.Delivery, Outcome: outcome(u.Status.Measures), Quarter: u.Status.Quarter, Coverage: u.Status.Coverage,
		Measures: []GoalMeasure{}, Quarters: u.Status.Quarters, Reviews: []*Node{}, KeyActions: []*Node{}, Structure: []Step{}, History: o.past(u),
	}
	for _, m := range u.Status.Measures {
		measure := GoalMeasure{MeasureStatus: m}
		for _, s := range u.Spec.Measures {
			if s.Name == m.Name {
				measure.Unit = s.Unit
				measure.sourced(s.Source)
			}
		}
		g.Measures = append(g.Measures, measure)
	}
	for _, n := range o.utilityTree(u).Children {
		if n.Kind == kindReview {
			g.Reviews = append(g.Reviews, n)
		} else {
			g.KeyActions = append(g.KeyActions, n)
		}
	}
	if week := o.current(u); week != nil {
		g.Week, g.Structure = string(week.Spec.Week), o.structure(week)
	}
	if g.Troubled() {
		g.Why = o.Why(of, now)
	}
	return g
}

// outcome is the progress of the measure that moved least, nil where none was read.
func outcome(measures []praxisv1.MeasureStatus) *int32 {
	var least *int32
	for i := range measures {
		if p := measures[i].ProgressPercent; p != nil && (least == nil || *p < *least) {
			least = p
		}
	}
	return least
}

// past are the closed weeks that a Utility tells of, the oldest first.
func (o Objects) past(u *praxisv1.Utility) []Past {
	weeks := []Past{}
	for i := range u.Status.History {
		h := &u.Status.History[i]
		weeks = append(weeks, Past{Week: h.Week, Delivery: h.ProgressPercent, Outcome: moved(u, h.Measures), Planned: h.Planned, Accepted: h.Accepted, Units: h.UnitsDelivered})
	}
	slices.SortFunc(weeks, func(a, b Past) int { return cmp.Compare(a.Week, b.Week) })
	return weeks
}

// moved is how far the measure that moved least had come, in percent of its way.
func moved(u *praxisv1.Utility, readings []praxisv1.MeasureReading) *int32 {
	var least *int32
	for _, m := range u.Spec.Measures {
		for _, r := range readings {
			if r.Name != m.Name {
				continue
			}
			from, errFrom := strconv.ParseFloat(string(m.Baseline), 64)
			to, errTo := strconv.ParseFloat(string(m.Target), 64)
			at, errAt := strconv.ParseFloat(string(r.Value), 64)
			if errFrom != nil || errTo != nil || errAt != nil || from == to {
				continue
			}
			if p := int32(min(max(100*(at-from)/(to-from), -1000), 1000)); least == nil || p < *least {
				least = &p
			}
		}
	}
	return least
}

// structure are the steps of a week, those that come first in front.
func (o Objects) structure(c *praxisv1.WeeklyCycle) []Step {
	steps, at := []Step{}, map[string]int{}
	actions := map[int][]*Node{}
	for i := range o.Actions {
		a := &o.Actions[i]
		if a.Namespace != c.Namespace || a.Spec.CycleRef.Name != c.Name {
			continue
		}
		key := a.Spec.KeyActionRef.Name + "/" + a.Spec.Step
		j, known := at[key]
		if !known {
			j = len(steps)
			at[key] = j
			steps = append(steps, Step{KeyAction: a.Spec.KeyActionRef.Name, Step: a.Spec.Step, Tier: a.Spec.Tier, After: a.Spec.DependsOn})
		}
		s, n := &steps[j], actionNode(a)
		s.Who, s.Accepted, s.Target = append(s.Who, o.person(a)), s.Accepted+a.Status.Accepted, s.Target+a.Spec.Target
		if compareTimes(n.Due, s.Due) < 0 {
			s.Due = n.Due
		}
		actions[j] = append(actions[j], n)
	}
	for j, nodes := range actions {
		byTrouble(nodes)
		steps[j].State = nodes[0].State
	}
	o.markGap(steps, c)
	tiers := []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey}
	slices.SortStableFunc(steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.KeyAction, b.KeyAction), cmp.Compare(slices.Index(tiers, a.Tier), slices.Index(tiers, b.Tier)), cmp.Compare(a.Step, b.Step))
	})
	return steps
}

// markGap marks the step of the first gap of a week, and what hangs on it.
func (o Objects) markGap(steps []Step, c *praxisv1.WeeklyCycle) {
	if len(c.Status.Gaps) == 0 {
		return
	}
	a := find(o.Actions, c.Namespace, c.Status.Gaps[0].Action)
	if a == nil {
		return
	}
	waits := map[string]bool{a.Spec.Step: true}
	for range steps {
		for i := range steps {
			s := &steps[i]
			if s.KeyAction != a.Spec.KeyActionRef.Name {
				continue
			}
			s.First = s.Step == a.Spec.Step
			s.Hangs = !s.First && s.Reason != praxisv1.ReasonAccepted && slices.ContainsFunc(s.After, func(before string) bool { return waits[before] })
			if s.Hangs {
				waits[s.Step] = true
			}
		}
	}
}

// Goals are all Utilities, those in trouble first.
func (o Objects) Goals(now time.Time) []*Goal {
	goals := []*Goal{}
	for i := range o.Utilities {
		u := &o.Utilities[i]
		goals = append(goals, o.Goal(refTo(kindUtility, u.Namespace, u.Name), now))
	}
	rank := map[metav1.ConditionStatus]int{metav1.ConditionFalse: 0, metav1.ConditionUnknown: 1, metav1.ConditionTrue: 2}
	deviation := func(g *Goal) int32 {
		if g.Delivery == nil {
			return 0
		}
		return g.Delivery.Deviation
	}
	slices.SortStableFunc(goals, func(a, b *Goal) int {
		return cmp.Or(cmp.Compare(rank[a.Status], rank[b.Status]), cmp.Compare(deviation(a), deviation(b)), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return goals
}
