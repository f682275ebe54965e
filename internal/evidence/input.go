// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Input is what a piece of evidence is judged from.
type Input struct {
	Evidence *praxisv1.Evidence
	// Action that it is for, or nil; nil too for the reading of a measure.
	Action *praxisv1.Action
	// Unresolved says why no Action, or no measure, was found; empty if one was.
	Unresolved string
	// Sourced is set if the operator reads the measure from its source.
	Sourced bool
	// Unknown says that no member has the account that its source names; empty if one has.
	Unknown string
	// Closed is set if the Action's week no longer counts anything.
	Closed bool
	// Team as it is today; nil if it is gone.
	Team *praxisv1.Team
	// Planned is the Team as it was when the week was planned, for the reading of a measure the
	// running one; nil if the plan does not say, or no week runs.
	Planned *praxisv1.PlannedTeam
	// Since is from when on Planned decides about a reading: what counted before stands. Zero for
	// what is for an Action, which has one week.
	Since time.Time
	// Heir is the Team that the KeyAction names now, if the Action's own is gone; for a reading
	// that of today's owner.
	Heir *praxisv1.Team
	// Before are the Actions of earlier weeks that this one carries on, oldest first.
	Before []*praxisv1.Action
	// Pieces are all for the same Action, this one included; none are needed for the reading
	// of a measure.
	Pieces []praxisv1.Evidence
}

// Judgement is the outcome for a piece.
type Judgement struct {
	Valid, Accepted metav1.ConditionStatus
	Reason, Message string
	JudgedBy        string
	// Judges are who may judge it, as many as a status names; none if it waits for nobody.
	Judges []string
}

func refused(reason, format string, args ...any) Judgement {
	return Judgement{Valid: metav1.ConditionFalse, Accepted: metav1.ConditionFalse, Reason: reason, Message: fmt.Sprintf(format, args...)}
}
