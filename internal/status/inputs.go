// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"math/big"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/forecast"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// UtilityInput is what the status of a Utility is decided from.
type UtilityInput struct {
	Programme *plan.Programme
	Calendar  *cadence.Calendar // nil if the cadence cannot be read
	Cycles    []praxisv1.WeeklyCycle
	// Reviews are all those of the Utility.
	Reviews []praxisv1.Review
	// Readings are the evidence for its measures.
	Readings []praxisv1.Evidence
	// Taken is what the last attempts to read measures from their sources came to, by name. A
	// measure that was not tried stays as the status says.
	Taken map[string]*measure.Taken
	// Problem is what the author must fix, or nil.
	Problem *plan.Problem
}

// utilityPass is a Utility at one instant: the inputs of its decisions, and the status so
// far.
type utilityPass struct {
	UtilityInput
	conditions
	status   *praxisv1.UtilityStatus
	forecast forecast.Forecast
	next     *praxisv1.Review // to be signed; nil if there is none
	ended    bool
	now      time.Time
}

// KeyActionInput is what the status of a KeyAction is decided from.
type KeyActionInput struct {
	KeyAction *praxisv1.KeyAction
	Programme *plan.Programme
	Calendar  *cadence.Calendar // nil if the Utility is missing or its cadence cannot be read
	Cycles    []praxisv1.WeeklyCycle
	// Turns are the queues of its rotating steps.
	Turns []praxisv1.Turn
	// Problem is what the author must fix, or nil.
	Problem *plan.Problem
}

// keyActionPass is a KeyAction at one instant: the inputs of its decisions, and the status so
// far.
type keyActionPass struct {
	KeyActionInput
	conditions
	status   *praxisv1.KeyActionStatus
	forecast forecast.Forecast
	weight   *big.Rat // percent of the Utility
	ended    bool
}

// WeeklyCycleInput is what the status of a WeeklyCycle is decided from.
type WeeklyCycleInput struct {
	Cycle *praxisv1.WeeklyCycle
	// Plan is the frozen plan as it stands after this pass.
	Plan *praxisv1.WeekPlan
	// Planned reports whether every Action of the plan has been made.
	Planned bool
	// Actions of the cycle, those made in this pass included.
	Actions []praxisv1.Action
	// PlanGaps are what the planner could not plan: KeyActions that are Stalled, steps that
	// nobody does.
	PlanGaps []plan.Gap
	// Overloaded reports whether a member has more work than capacity in the week.
	Overloaded func(team, member string) bool
	// Midweek and Weekly are the week's Reviews; nil if there are none.
	Midweek, Weekly *praxisv1.Review
	// Escalated are Actions that the week before left to be decided on; the agenda of Weekly
	// begins with them. They are needed once it is signed.
	Escalated []*praxisv1.Action
	// Programme is what the decisions of a Review are checked against.
	Programme *plan.Programme
	// Evidence of the week's Actions.
	Evidence []praxisv1.Evidence
	// Awaited tells that a piece of evidence that came before the week began to close has not
	// been looked at yet, and may be for this week.
	Awaited bool
	// Root is over what the API server has of the week's Actions and accepted evidence, and
	// chained to the week before; nil where that was not read. A week does not close without.
	Root *praxisv1.EvidenceRoot
	// CarryPending tells that the week before has still to close and hand over.
	CarryPending bool
	// Problem keeps the cycle from being made; nil in ordinary weeks.
	Problem *plan.Problem
}

// weeklyCyclePass is a planned week at one instant: the inputs of its decisions, and the
// status so far.
type weeklyCyclePass struct {
	WeeklyCycleInput
	conditions
	status   *praxisv1.WeeklyCycleStatus
	figures  week.Figures
	reviewed bool
	// closing is from the instant on at which the week began to close, closes once it is closed.
	closing, closes bool
	now             time.Time
}
