// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// The conditions of each kind, and what each depends on. An indented condition is set only if
// the one above it allows it; all conditions of a kind are decided together, so that none
// contradicts another.
//
//	Utility
//	├─ Ready            the spec is understood; False with Stalled
//	│  └─ Stalled       only its author can go on
//	├─ Focused          no more KeyActions than maxKeyActions
//	├─ Covered          delivered and planned units carry what is required
//	├─ OnTrack          the running week's
//	├─ Calibrated       the one page is what was signed
//	├─ Effective        delivered work moves the outcome, once weeks were executed
//	└─ Measured         the measures with a source are read from it, until the goal has ended
//	KeyAction
//	├─ Ready ─ Stalled
//	├─ OnTrack          its row in the running week; of an enterprise one the mean of its Teams
//	├─ Covered          its part of what the Utility requires
//	├─ Actionable       within the focus limit, a real verb, a Key step
//	└─ Feasible         somebody for each step, and the time for it
//	Team
//	├─ Ready
//	├─ Distinct         no two members have user names that look alike
//	└─ Feasible         nobody has more than the capacity of the open weeks
//	WeeklyCycle
//	├─ Ready ─ Stalled
//	└─ Planned          every Action is made; until then, nothing below is set
//	   ├─ OnTrack
//	   ├─ MidweekChecked
//	   ├─ Reviewed
//	   └─ Closed        over, and all that came in is counted
//	Action
//	├─ Ready
//	└─ OnTrack          its state is the reason
//	Evidence
//	├─ Ready
//	└─ Valid            it has what the standard asks for
//	   └─ Accepted      somebody who may has accepted it
//	EvidenceSource
//	├─ Ready ─ Stalled  every rule can be compiled
//	└─ Receiving        events come in, and can be read
//	Review
//	├─ Ready
//	└─ Open             from opensAt until it is signed or its week is closed
//	   └─ Complete      concluded, decided on what is unfinished, and signed
//	IncentivePolicy
//	├─ Ready ─ Stalled
//	└─ Aligned          what matters more earns more
//	IncentiveStatement
//	├─ Ready
//	├─ Computed         the quarter has closed; until then it is accruing
//	│  └─ Approved      enough approvers agreed, and no dispute is open
//	│     └─ Payable    final, and not in shadow
//	└─ Verified         the work that it stands on is as it was
//
// What a reconciler could not read is Ready=False, Unreadable, and nothing else changes.

// conditions collects the conditions of an object at one instant and generation.
type conditions struct {
	list       *[]metav1.Condition
	generation int64
	now        time.Time
}

// Types of conditions of each kind.
var (
	ofUtility        = []string{praxisv1.ConditionReady, praxisv1.ConditionStalled, praxisv1.ConditionFocused, praxisv1.ConditionCovered, praxisv1.ConditionOnTrack, praxisv1.ConditionCalibrated, praxisv1.ConditionEffective, praxisv1.ConditionMeasured}
	ofKeyAction      = []string{praxisv1.ConditionReady, praxisv1.ConditionStalled, praxisv1.ConditionOnTrack, praxisv1.ConditionCovered, praxisv1.ConditionActionable, praxisv1.ConditionFeasible}
	ofTeam           = []string{praxisv1.ConditionReady, praxisv1.ConditionStalled, praxisv1.ConditionFeasible, praxisv1.ConditionDistinct}
	ofWeeklyCycle    = []string{praxisv1.ConditionReady, praxisv1.ConditionStalled, praxisv1.ConditionPlanned, praxisv1.ConditionOnTrack, praxisv1.ConditionMidweekChecked, praxisv1.ConditionReviewed, praxisv1.ConditionClosed}
	ofAction         = []string{praxisv1.ConditionReady, praxisv1.ConditionOnTrack}
	ofEvidence       = []string{praxisv1.ConditionReady, praxisv1.ConditionValid, praxisv1.ConditionAccepted}
	ofEvidenceSource = []string{praxisv1.ConditionReady, praxisv1.ConditionStalled, praxisv1.ConditionReceiving}
	ofReview         = []string{praxisv1.ConditionReady, praxisv1.ConditionStalled, praxisv1.ConditionOpen, praxisv1.ConditionComplete}

	ofIncentivePolicy    = []string{praxisv1.ConditionReady, praxisv1.ConditionStalled, praxisv1.ConditionAligned}
	ofIncentiveStatement = []string{praxisv1.ConditionReady, praxisv1.ConditionComputed, praxisv1.ConditionApproved, praxisv1.ConditionPayable, praxisv1.ConditionVerified}
)

// begin starts from the status that an object has: conditions keep their transition times,
// everything else is decided again. Conditions of other types than its kind's are not ours.
func begin(status *praxisv1.ConditionedStatus, generation int64, now time.Time, types []string) conditions {
	status.ObservedGeneration = generation
	status.Conditions = slices.DeleteFunc(status.Conditions, func(c metav1.Condition) bool { return !slices.Contains(types, c.Type) })
	return conditions{list: &status.Conditions, generation: generation, now: now}
}

func (c conditions) set(kind string, status metav1.ConditionStatus, reason, message string) {
	c.whole(kind, status, reason, text.Clip(message, text.MaxMessage))
}

// maxCommand is how long a message with something to be copied may be, which nobody can use in part.
const maxCommand = 1200

// whole sets a condition whose message has something to be copied in it, and so may be longer.
func (c conditions) whole(kind string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(c.list, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: text.Clip(message, maxCommand),
		ObservedGeneration: c.generation, LastTransitionTime: metav1.NewTime(c.now.Truncate(time.Second)),
	})
}

// measured sets whether measures are read from their sources, of a goal that has not ended.
func (c conditions) measured(measures []praxisv1.MeasureStatus, ended bool) {
	if ended {
		c.remove(praxisv1.ConditionMeasured)
		return
	}
	status, reason, message := measure.Condition(measures)
	c.whole(praxisv1.ConditionMeasured, status, reason, message)
}

func (c conditions) setTrue(kind, reason, message string) {
	c.set(kind, metav1.ConditionTrue, reason, message)
}

func (c conditions) setFalse(kind, reason, message string) {
	c.set(kind, metav1.ConditionFalse, reason, message)
}

func (c conditions) setUnknown(kind, reason, message string) {
	c.set(kind, metav1.ConditionUnknown, reason, message)
}

func (c conditions) remove(kind string) { meta.RemoveStatusCondition(c.list, kind) }

// ready sets Ready and Stalled: the spec was understood, or its author must fix the problem.
func (c conditions) ready(problem *plan.Problem, reason, message string) {
	if problem != nil {
		c.setTrue(praxisv1.ConditionStalled, problem.Reason, problem.Message)
		c.setFalse(praxisv1.ConditionReady, problem.Reason, problem.Message)
		return
	}
	c.remove(praxisv1.ConditionStalled)
	c.setTrue(praxisv1.ConditionReady, reason, message)
}

// summarize is the line for the last column of kubectl get.
func summarize(words string) string { return text.Clip(words, text.MaxSummary) }
