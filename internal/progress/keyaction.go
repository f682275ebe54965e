// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// KeyActionInput is what the status of a KeyAction is decided from.
type KeyActionInput struct {
	KeyAction *praxisv1.KeyAction
	Objects   plan.Objects
	Calendar  *cadence.Calendar // nil where the Utility is missing or its cadence cannot be read
	Cycles    []praxisv1.WeeklyCycle
	// Problem is what the author must mend, or nil.
	Problem *plan.Problem
}

// KeyAction decides the status of a KeyAction of either level.
func KeyAction(in KeyActionInput, now time.Time) praxisv1.KeyActionStatus {
	ka := in.KeyAction
	status := *ka.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, ka.Generation, now)
	reason, message := praxisv1.ReasonReconciled, "The KeyAction is understood and planned with its Utility"
	if ka.Spec.Suspend {
		reason, message = praxisv1.ReasonSuspended, "Not planned from next week on; set spec.suspend to false to go on"
	}
	c.ready(in.Problem, reason, message)
	status.Level = praxisv1.LevelDepartment
	if ka.Spec.TeamSelector != nil {
		status.Level = praxisv1.LevelEnterprise
	}
	weight := plan.WeightOf(in.Objects, ka)
	status.Weight = weight.RatString()
	latest := LatestRunning(in.Cycles, now)
	v, d := rollUp(in.Objects, ka, latest)
	status.Delivery = d
	status.FirstGap = firstGap(in.Objects, ka, latest)
	status.Teams = teamRows(in.Objects, ka, latest)
	status.History = history(in.Cycles, status.History, partNames(in.Objects, ka), nil)
	c.set(praxisv1.ConditionOnTrack, v.status, v.reason, keyActionOnTrack(ka, latest, d, v, status.FirstGap))
	if in.Calendar == nil {
		status.Summary = summarize(keyActionSummary(in, status, v))
		return status
	}
	look := Look(in.Objects, in.Calendar, in.Cycles, status.History, now)
	quantify(c, &status, in, look, weight)
	actionable(c, in)
	feasible(c, in, look)
	status.Summary = summarize(keyActionSummary(in, status, v))
	return status
}

func keyActionOnTrack(ka *praxisv1.KeyAction, week *praxisv1.WeeklyCycle, d praxisv1.Delivery, v verdict, gap *praxisv1.FirstGap) string {
	if week == nil {
		return "The Utility has no week that runs, or it is still being planned"
	}
	message := ""
	if gap != nil {
		message = gap.Message
	}
	if v.reason == praxisv1.ReasonNothingPlanned {
		return fmt.Sprintf("Nothing of %s is planned in %s", ka.Name, week.Spec.Week)
	}
	return onTrackMessage(string(week.Spec.Week), d, v, message)
}

// quantify counts the programme: what is needed a week, what is planned, and whether
// that carries the KeyAction's part of the Utility.
func quantify(c conditions, status *praxisv1.KeyActionStatus, in KeyActionInput, look Outlook, weight *big.Rat) {
	var planned, target int64
	delivered := look.pruned
	for _, part := range parts(in.Objects, in.KeyAction) {
		delivered += look.delivered[part.Name]
		planned += look.planned[part.Name]
		target += look.target[part.Name]
	}
	required, contribution := in.Objects.Utility.Spec.Required, in.KeyAction.Spec.Contribution
	status.Quantification = &praxisv1.Quantification{
		NeededPerWeek:  neededPerWeek(required, weight, delivered, contribution, look.WeeksLeft),
		PlannedPerWeek: target, UnitsPerWeek: target * contribution, WeeksLeft: int32(look.WeeksLeft),
	}
	need := ceil(new(big.Rat).Mul(weight, big.NewRat(required, 100)))
	units, idle := delivered+planned, unplanned(in.Objects.Utility, plan.CheckUtility(in.Objects))
	if idle != "" {
		units = delivered
	}
	switch {
	case units == 0 && idle == "":
		c.setUnknown(praxisv1.ConditionCovered, praxisv1.ReasonNothingPlanned, fmt.Sprintf("No key-tier work of it is planned in %s; it is to carry %d units", look.Quarter.Name, need))
	case carries(units, required, weight):
		c.setTrue(praxisv1.ConditionCovered, praxisv1.ReasonCarried, fmt.Sprintf("%d units delivered and %d planned carry its %d in %s", delivered, planned, need, look.Quarter.Name))
	case idle != "":
		c.setUnknown(praxisv1.ConditionCovered, praxisv1.ReasonNothingPlanned, fmt.Sprintf("%d of its %d units in %s are delivered; %s", units, need, look.Quarter.Name, idle))
	default:
		c.setFalse(praxisv1.ConditionCovered, praxisv1.ReasonNotCarried, fmt.Sprintf("%d of its %d units in %s are delivered or planned; it needs %d key completions a week",
			units, need, look.Quarter.Name, status.Quantification.NeededPerWeek))
	}
}

// actionable tells whether it can be done as it is written; the focus limit comes
// first, since what is beyond it is not planned at all.
func actionable(c conditions, in KeyActionInput) {
	ka, u := in.KeyAction, in.Objects.Utility
	_, beyond := plan.Rank(in.Objects.KeyActions, u.Spec.MaxKeyActions)
	top := ka.Name
	if ka.Spec.ParentRef != nil {
		top = ka.Spec.ParentRef.Name
	}
	if slices.Contains(beyond, top) {
		c.setFalse(praxisv1.ConditionActionable, praxisv1.ReasonOverFocusLimit, fmt.Sprintf("It ranks beyond maxKeyActions (%d) of Utility %s and is not planned; give it more weight or merge it", u.Spec.MaxKeyActions, u.Name))
		return
	}
	if resolved, wrong := plan.Resolve(in.Objects, ka); wrong == nil {
		for _, warning := range plan.Warnings(ka, resolved) {
			c.setFalse(praxisv1.ConditionActionable, warning.Reason, warning.Message)
			return
		}
	}
	c.setTrue(praxisv1.ConditionActionable, praxisv1.ReasonActionable, "It can be done as it is written")
}

// feasible tells whether its people have the time in this Utility's week, and
// whether every step has somebody.
func feasible(c conditions, in KeyActionInput, look Outlook) {
	names := map[string]bool{in.KeyAction.Name: true}
	for _, part := range parts(in.Objects, in.KeyAction) {
		names[part.Name] = true
	}
	gaps, loads := plan.Read(in.Objects).Survey(look.Week, look.Week.StartsAt)
	for _, g := range gaps {
		if g.Reason == praxisv1.ReasonUnassigned && names[g.KeyAction] {
			c.setFalse(praxisv1.ConditionFeasible, praxisv1.ReasonUnassigned, g.Message)
			return
		}
	}
	for _, m := range loads {
		if m.PlannedMinutes > m.CapacityMinutes && slices.ContainsFunc(m.KeyActions, func(name string) bool { return names[name] }) {
			c.setFalse(praxisv1.ConditionFeasible, praxisv1.ReasonOverCapacity, fmt.Sprintf("%s of Team %s has %s of work and %s of capacity in %s; lower times or give steps to others",
				m.Name, m.Team, plan.FormatMinutes(m.PlannedMinutes), plan.FormatMinutes(m.CapacityMinutes), look.Week.Name))
			return
		}
	}
	c.setTrue(praxisv1.ConditionFeasible, praxisv1.ReasonWithinCapacity, "Everybody has the time for it in "+look.Week.Name)
}

func keyActionSummary(in KeyActionInput, status praxisv1.KeyActionStatus, v verdict) string {
	ka := in.KeyAction
	for _, kind := range []string{praxisv1.ConditionActionable, praxisv1.ConditionFeasible} {
		if in.Problem != nil {
			return in.Problem.Message
		}
		if found := meta.FindStatusCondition(status.Conditions, kind); found != nil && found.Status == metav1.ConditionFalse {
			return found.Message
		}
	}
	switch {
	case v.status == metav1.ConditionFalse && status.FirstGap != nil:
		return fmt.Sprintf("%d points behind; %s", -status.Deviation, status.FirstGap.Message)
	case in.Objects.Utility != nil && plan.CheckUtility(in.Objects) != nil:
		return fmt.Sprintf("Not planned: Utility %s is stalled; mend that first", in.Objects.Utility.Name)
	case ka.Spec.Suspend:
		return "Suspended: not planned from next week on"
	case v.reason == praxisv1.ReasonNothingPlanned:
		return "Nothing planned this week"
	case v.reason == praxisv1.ReasonNotDue:
		return "Nothing is due yet this week"
	case v.reason == praxisv1.ReasonAwaitingAcceptance:
		return "Work is in; a reviewer accepts or rejects it"
	}
	return fmt.Sprintf("%d%% accepted of %d%% due", status.ProgressPercent, status.ExpectedPercent)
}
