// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAFreshActionCostsNoWrite(t *testing.T) {
	// What the schema puts there; see Action.status.
	fresh := anAction(1)
	fresh.Status.Conditions = []metav1.Condition{
		{Type: praxisv1.ConditionReady, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonReconciled, Message: "Planned with its week", ObservedGeneration: 1},
		{Type: praxisv1.ConditionOnTrack, Status: metav1.ConditionUnknown, Reason: praxisv1.ReasonNotDue, Message: "Nothing is due yet; hand in evidence before it is", ObservedGeneration: 1},
	}
	fresh.Status.ObservedGeneration, fresh.Status.Summary = 1, "Hand in evidence before it is due"
	got, next := ForAction(ActionInput{Action: &fresh}, hours(1))
	if fmt.Sprint(got) != fmt.Sprint(fresh.Status) || !next.Equal(hours(24)) {
		t.Errorf("the status would become %+v, next at %s", got, next)
	}
}
