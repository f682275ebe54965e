// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/week"
)

// Report is the one page about goals for whoever does not work on them: what users get, how much
// of it is there and planned, what was done and missed, what stands in the way, what was
// decided, and whether the outcome moves.
type Report struct {
	// Period is "week" or "quarter".
	Period string       `json:"period"`
	AsOf   metav1.Time  `json:"asOf"`
	Goals  []ReportGoal `json:"goals"`
}

// ReportGoal is what is told of one Utility.
type ReportGoal struct {
	Ref           `json:",inline"`
	Statement     string                 `json:"statement"`
	Beneficiaries []praxisv1.Beneficiary `json:"beneficiaries"`
	Organization  string                 `json:"organization"`
	Owner         string                 `json:"owner"`
	State         `json:"state"`
	// Period is the name of the week or the quarter, From and To when it begins and ends in the
	// zone of the goal.
	Period string    `json:"period"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	// Quarter is what the quarter has come to, Coverage what it will with what is planned;
	// Coverage is empty for a quarter that is over.
	Quarter  *praxisv1.QuarterResult `json:"quarter,omitempty"`
	Coverage *praxisv1.Coverage      `json:"coverage,omitempty"`
	// Delivery is that of the week; empty for a quarter.
	Delivery   *praxisv1.Delivery `json:"delivery,omitempty"`
	KeyActions []ReportKeyAction  `json:"keyActions"`
	// Done and Missed are the key Actions of the week, or of the running week of a quarter.
	Done      []ReportAction   `json:"done"`
	Missed    []ReportAction   `json:"missed"`
	Gaps      []ReportGap      `json:"gaps"`
	Decisions []ReportDecision `json:"decisions"`
	Measures  []ReportMeasure  `json:"measures"`
	// More counts what lists leave out, by their names.
	More map[string]int `json:"more,omitempty"`
}

// ReportKeyAction is what a KeyAction came to in the period.
type ReportKeyAction struct {
	Name   string `json:"name"`
	What   string `json:"what"`
	Weight string `json:"weight"`
	State  `json:"state"`
	// Planned and Accepted are numbers of Actions, Units of units delivered.
	Planned  int32 `json:"planned"`
	Accepted int32 `json:"accepted"`
	Units    int64 `json:"units"`
}

// ReportAction is a key Action of the period.
type ReportAction struct {
	Called string `json:"called"`
	Do     string `json:"do"`
	Who    string `json:"who"`
}

// ReportGap is something that stands in the way.
type ReportGap struct {
	Of      string `json:"of"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// ReportDecision is what was signed in a Review of the period.
type ReportDecision struct {
	Review praxisv1.ReviewType `json:"review"`
	// Opened is when the Review opened; when it was signed is not recorded.
	Opened     metav1.Time `json:"opened"`
	SignedBy   string      `json:"signedBy"`
	Conclusion string      `json:"conclusion"`
	// Decided are the decisions on Actions, as people read them.
	Decided []string `json:"decided,omitempty"`
}

// ReportMeasure is a figure of the outcome ledger: where it stood before the period, and now.
type ReportMeasure struct {
	Name   string           `json:"name"`
	Unit   string           `json:"unit,omitempty"`
	From   praxisv1.Decimal `json:"from"`
	Now    praxisv1.Decimal `json:"now,omitempty"`
	Target praxisv1.Decimal `json:"target"`
}

// The longest lists of a page that is to be one.
const (
	maxReportActions   = 12
	maxReportGaps      = 5
	maxReportDecisions = 8
)

// The periods of a report.
const (
	PeriodWeek    = "week"
	PeriodQuarter = "quarter"
)

// Report is that of the Utilities which were read, for a period; the name is that of a week or a
// quarter, empty for the running one. A Utility that has no such period is left out.
func (o Objects) Report(period, name string, now time.Time) *Report {
	r := &Report{Period: period, AsOf: metav1.NewTime(now), Goals: []ReportGoal{}}
	for i := range o.Utilities {
		u := &o.Utilities[i]
		g := o.goal(u)
		there := false
		if period == PeriodWeek {
			there = o.reportWeek(&g, u, name)
		} else {
			there = o.reportQuarter(&g, u, name)
		}
		if there {
			r.Goals = append(r.Goals, g)
		}
	}
	slices.SortFunc(r.Goals, func(a, b ReportGoal) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return r
}

// goal is what is told of a Utility whatever the period.
func (o Objects) goal(u *praxisv1.Utility) ReportGoal {
	return ReportGoal{
		Ref: refTo(kindUtility, u.Namespace, u.Name), Statement: u.Spec.Statement, Beneficiaries: u.Spec.Beneficiaries,
		Organization: u.Spec.Organization, Owner: o.memberOf(u.Namespace, u.Spec.Owner.Team, u.Spec.Owner.Member), State: utilityState(u),
		KeyActions: []ReportKeyAction{}, Done: []ReportAction{}, Missed: []ReportAction{}, Gaps: []ReportGap{}, Decisions: []ReportDecision{}, Measures: []ReportMeasure{},
	}
}

// reportWeek fills in a week: the running one, or the one of that name.
func (o Objects) reportWeek(g *ReportGoal, u *praxisv1.Utility, name string) bool {
	c := o.current(u)
	if name != "" {
		c = o.cycleNamed(u, name)
	}
	if c == nil {
		return false
	}
	zone := location(c.Spec.TimeZone)
	g.Period, g.From, g.To = string(c.Spec.Week), c.Spec.StartsAt.In(zone), c.Spec.EndsAt.In(zone)
	g.State, g.Delivery = cycleState(c), &c.Status.Delivery
	if now := o.current(u); now != nil && now.Name == c.Name {
		g.Coverage = u.Status.Coverage
	}
	g.addWork(o, c)
	g.KeyActions = append(g.KeyActions, o.weekRows(u, c)...)
	for _, m := range measuresOf(u, nil) {
		if entry := historyOf(u, g.Period); entry != nil {
			m.Now = readingOf(entry, m.Name)
		}
		g.Measures = append(g.Measures, m)
	}
	g.addDecisions(o, u, func(r *praxisv1.Review) bool { return r.Spec.CycleRef != nil && r.Spec.CycleRef.Name == c.Name })
	return true
}

func (o Objects) cycleNamed(u *praxisv1.Utility, name string) *praxisv1.WeeklyCycle {
	for i := range o.Cycles {
		c := &o.Cycles[i]
		if c.Namespace == u.Namespace && c.Spec.UtilityRef.Name == u.Name && string(c.Spec.Week) == name {
			return c
		}
	}
	return nil
}

// weekRows are the KeyActions of a week, in its order; one that is planned for many Teams comes
// with the first of its parts, and has what they came to together.
func (o Objects) weekRows(u *praxisv1.Utility, c *praxisv1.WeeklyCycle) []ReportKeyAction {
	var rows []ReportKeyAction
	at, parts := map[string]int{}, map[string][]string{}
	for i := range c.Status.KeyActions {
		row := &c.Status.KeyActions[i]
		ka := find(o.KeyActions, u.Namespace, row.Name)
		if ka == nil || ka.Spec.ParentRef == nil {
			rows = append(rows, o.weekRow(u, row))
			continue
		}
		parent := ka.Spec.ParentRef.Name
		if _, there := at[parent]; !there {
			at[parent] = len(rows)
			rows = append(rows, o.weekRow(u, &praxisv1.KeyActionWeek{Name: parent}))
		}
		of := &rows[at[parent]]
		of.Planned, of.Accepted, of.Units = of.Planned+row.Actions, of.Accepted+row.AcceptedActions, of.Units+row.UnitsDelivered
		parts[parent] = append(parts[parent], row.Name)
	}
	for parent, names := range parts {
		v, _ := week.RollUpOf(names, c)
		rows[at[parent]].State = State{Status: v.Status, Reason: v.Reason}
	}
	return rows
}

func (o Objects) weekRow(u *praxisv1.Utility, row *praxisv1.KeyActionWeek) ReportKeyAction {
	out := ReportKeyAction{Name: row.Name, Planned: row.Actions, Accepted: row.AcceptedActions, Units: row.UnitsDelivered}
	out.State = State{Status: row.OnTrack, Reason: row.Reason} // of this week, which may be over
	if ka := find(o.KeyActions, u.Namespace, row.Name); ka != nil {
		out.What, out.Weight = what(ka), ka.Status.Weight
	}
	return out
}

// reportQuarter fills in a quarter: the running one, or the one of that name.
func (o Objects) reportQuarter(g *ReportGoal, u *praxisv1.Utility, name string) bool {
	running := u.Status.Quarter
	if name == "" && running != nil {
		name = running.Name
	}
	i := slices.IndexFunc(u.Status.Quarters, func(q praxisv1.QuarterResult) bool { return q.Name == name })
	if i < 0 {
		return false
	}
	q := &u.Status.Quarters[i]
	zone := location(u.Spec.Cadence.TimeZone)
	g.Period, g.From, g.To, g.Quarter = q.Name, q.StartsAt.In(zone), q.EndsAt.In(zone), q
	runs := running != nil && running.Name == name
	if runs {
		g.Coverage = u.Status.Coverage
		if c := o.current(u); c != nil {
			g.addWork(o, c)
		}
	} else {
		g.State = quarterState(q)
	}
	within := weeksOf(u, q)
	for _, ka := range o.keyActionsOf(u) {
		row := quarterRow(ka, within)
		if !runs {
			row.State = State{} // it says how the running week goes
		}
		g.KeyActions = append(g.KeyActions, row)
	}
	g.Measures = append(g.Measures, measuresOf(u, q)...)
	g.addDecisions(o, u, func(r *praxisv1.Review) bool {
		return !r.Spec.OpensAt.Before(&q.StartsAt) && r.Spec.OpensAt.Before(&q.EndsAt)
	})
	return true
}

// quarterState is whether a quarter that is not the running one delivered what it was to.
func quarterState(q *praxisv1.QuarterResult) State {
	if q.Delivered >= q.Required {
		return State{Status: metav1.ConditionTrue, Reason: praxisv1.ReasonCarried}
	}
	return State{Status: metav1.ConditionFalse, Reason: praxisv1.ReasonNotCarried}
}

// weeksOf are the weeks of a quarter that a history may name.
func weeksOf(u *praxisv1.Utility, q *praxisv1.QuarterResult) func(praxisv1.Week) bool {
	cal, err := cadence.New(u.Spec.Cadence)
	return func(name praxisv1.Week) bool {
		if err != nil {
			return false
		}
		w, err := cal.WeekNamed(string(name))
		return err == nil && !w.StartsAt.Before(q.StartsAt.Time) && w.StartsAt.Before(q.EndsAt.Time)
	}
}

func quarterRow(ka *praxisv1.KeyAction, within func(praxisv1.Week) bool) ReportKeyAction {
	row := ReportKeyAction{Name: ka.Name, What: what(ka), Weight: ka.Status.Weight, State: keyActionState(ka)}
	for i := range ka.Status.History {
		if entry := &ka.Status.History[i]; within(entry.Week) {
			row.Planned, row.Accepted, row.Units = row.Planned+entry.Planned, row.Accepted+entry.Accepted, row.Units+entry.UnitsDelivered
		}
	}
	return row
}

// what is done in a KeyAction. Example: "Interview a customer who went quiet".
func what(ka *praxisv1.KeyAction) string { return ka.Spec.Verb + " " + ka.Spec.Object }
