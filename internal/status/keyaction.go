// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/forecast"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// ForKeyAction decides the status of a KeyAction of either level.
func ForKeyAction(in KeyActionInput, now time.Time) praxisv1.KeyActionStatus {
	ka := in.KeyAction
	status := *ka.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, ka.Generation, now, ofKeyAction)
	reason, message := praxisv1.ReasonReconciled, "The KeyAction is understood and planned with its Utility"
	if ka.Spec.Suspend {
		reason, message = praxisv1.ReasonSuspended, "Not planned from next week on; set spec.suspend to false to go on"
	}
	ended := plan.Ended(in.Programme.Utility, in.Calendar, in.Cycles, now)
	if ended {
		in.Problem = nil
		reason, message = praxisv1.ReasonEnded, fmt.Sprintf("%s - %s", plan.EndWords(in.Programme.Utility), in.Programme.Utility.Spec.End.Because)
	}
	c.ready(in.Problem, reason, message)
	status.Level = praxisv1.LevelDepartment
	if ka.Spec.TeamSelector != nil {
		status.Level = praxisv1.LevelEnterprise
	}
	weight := in.Programme.WeightOf(ka)
	status.Weight = weight.RatString()
	latest := week.LatestRunning(in.Cycles, now)
	v, d := week.RollUp(in.Programme, ka, latest)
	status.Delivery = d
	status.FirstGap = week.FirstGap(in.Programme, ka, latest)
	status.Teams = week.TeamRows(in.Programme, ka, latest)
	status.Turns = in.Turns
	status.History = history(in.Cycles, status.History, in.Programme.PartNames(ka), nil)
	c.set(praxisv1.ConditionOnTrack, v.Status, v.Reason, keyActionOnTrack(in, latest, d, v, status.FirstGap))
	if in.Calendar == nil {
		status.Summary = summarize(keyActionSummary(in, status, latest, v))
		return status
	}
	p := &keyActionPass{KeyActionInput: in, conditions: c, status: &status, weight: weight, ended: ended}
	p.forecast = forecast.For(in.Programme, in.Calendar, in.Cycles, status.History, asOf(in.Programme.Utility, in.Calendar, ended, now))
	if ended {
		p.forecast.WeeksLeft = 0
	}
	for _, d := range keyActionDecisions {
		if ended && d.asks {
			c.remove(d.condition)
			continue
		}
		d.decide(p)
	}
	if ended {
		c.setUnknown(praxisv1.ConditionOnTrack, praxisv1.ReasonNothingPlanned, endedOnTrack(in.Programme.Utility))
		status.Summary = summarize(plan.EndWords(in.Programme.Utility))
		return status
	}
	status.Summary = summarize(keyActionSummary(in, status, latest, v))
	return status
}

// keyActionDecisions are all the decisions beyond Ready and OnTrack for a KeyAction whose
// Utility has a cadence; none depends on another. Those that ask somebody to act are left out
// once the goal has ended.
var keyActionDecisions = []struct {
	condition string
	asks      bool
	decide    func(*keyActionPass)
}{
	{praxisv1.ConditionCovered, false, (*keyActionPass).quantify},
	{praxisv1.ConditionActionable, true, func(p *keyActionPass) { actionable(p.conditions, p.KeyActionInput) }},
	{praxisv1.ConditionFeasible, true, func(p *keyActionPass) { feasible(p.conditions, p.KeyActionInput, p.forecast) }},
}

// quantify computes what is needed each week, what is planned, and whether that delivers the
// KeyAction's part of the Utility.
func (p *keyActionPass) quantify() {
	c, status, in, look, weight := p.conditions, p.status, p.KeyActionInput, p.forecast, p.weight
	var planned, target int64
	delivered := look.Pruned
	for _, part := range in.Programme.Parts(in.KeyAction) {
		delivered += look.Delivered[part.Name]
		planned += look.Planned[part.Name]
		target += look.Target[part.Name]
	}
	required, contribution := in.Programme.Utility.Spec.Required, in.KeyAction.Spec.Contribution
	status.Quantification = &praxisv1.Quantification{
		NeededPerWeek:  forecast.NeededPerWeek(required, weight, delivered, contribution, look.WeeksLeft),
		PlannedPerWeek: target, UnitsPerWeek: target * contribution, WeeksLeft: int32(look.WeeksLeft),
	}
	need := week.Ceil(new(big.Rat).Mul(weight, big.NewRat(required, 100)))
	units, idle := delivered+planned, unplanned(in.Programme.Utility, in.Programme.Problem, p.ended)
	if idle != "" {
		units = delivered
	}
	switch {
	case units == 0 && idle == "":
		c.setUnknown(praxisv1.ConditionCovered, praxisv1.ReasonNothingPlanned, fmt.Sprintf("No key-tier work of it is planned in %s; it is to carry %d units", look.Quarter.Name, need))
	case forecast.Carries(units, required, weight):
		c.setTrue(praxisv1.ConditionCovered, praxisv1.ReasonCarried, fmt.Sprintf("%d units delivered and %d planned carry its %d in %s", delivered, planned, need, look.Quarter.Name))
	case idle != "":
		c.setUnknown(praxisv1.ConditionCovered, praxisv1.ReasonNothingPlanned, fmt.Sprintf("%d of its %d units in %s are delivered; %s", units, need, look.Quarter.Name, idle))
	default:
		c.setFalse(praxisv1.ConditionCovered, praxisv1.ReasonNotCarried, fmt.Sprintf("%d of its %d units in %s are delivered or planned; it needs %s a week",
			units, need, look.Quarter.Name, completions(status.Quantification.NeededPerWeek)))
	}
}

func completions(n int64) string {
	if n == 1 {
		return "1 key completion"
	}
	return fmt.Sprintf("%d key completions", n)
}

// actionable sets whether the KeyAction can be done as it is written; the focus limit comes
// first, since what is beyond it is not planned at all.
func actionable(c conditions, in KeyActionInput) {
	ka, u := in.KeyAction, in.Programme.Utility
	top := ka.Name
	if ka.Spec.ParentRef != nil {
		top = ka.Spec.ParentRef.Name
	}
	if slices.Contains(in.Programme.Beyond, top) {
		c.setFalse(praxisv1.ConditionActionable, praxisv1.ReasonOverFocusLimit, fmt.Sprintf("It ranks beyond maxKeyActions (%d) of Utility %s and is not planned; give it more weight or merge it", u.Spec.MaxKeyActions, u.Name))
		return
	}
	if resolved, wrong := plan.Resolve(in.Programme.Packages, ka); wrong == nil {
		for _, warning := range plan.Warnings(ka, resolved) {
			c.setFalse(praxisv1.ConditionActionable, warning.Reason, warning.Message)
			return
		}
	}
	c.setTrue(praxisv1.ConditionActionable, praxisv1.ReasonActionable, "It can be done as it is written")
}

// feasible sets whether the KeyAction's people have the time in this Utility's week, and
// whether every step has somebody to do it.
func feasible(c conditions, in KeyActionInput, look forecast.Forecast) {
	names := map[string]bool{in.KeyAction.Name: true}
	for _, part := range in.Programme.Parts(in.KeyAction) {
		names[part.Name] = true
	}
	gaps, loads := in.Programme.Survey(look.Week, look.Week.StartsAt)
	for _, g := range gaps {
		if g.Reason == praxisv1.ReasonUnassigned && names[g.KeyAction] {
			c.setFalse(praxisv1.ConditionFeasible, praxisv1.ReasonUnassigned, g.Message)
			return
		}
	}
	for _, m := range loads {
		if m.PlannedMinutes > m.CapacityMinutes && slices.ContainsFunc(m.KeyActions, func(name string) bool { return names[name] }) {
			c.setFalse(praxisv1.ConditionFeasible, praxisv1.ReasonOverCapacity, fmt.Sprintf("%s of Team %s has %s of work and %s of capacity in %s; lower times or give steps to others",
				in.Programme.Shown(m.Team, m.Name), m.Team, text.Minutes(m.PlannedMinutes), text.Minutes(m.CapacityMinutes), look.Week.Name))
			return
		}
	}
	c.setTrue(praxisv1.ConditionFeasible, praxisv1.ReasonWithinCapacity, "Everybody has the time for it in "+look.Week.Name)
}
