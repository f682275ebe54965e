// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// pieces of evidence for one Action, looked at.
func pieces(t *rapid.T, target int32) []praxisv1.Evidence {
	reasons := []string{praxisv1.ReasonAccepted, praxisv1.ReasonAwaitingVerdict, praxisv1.ReasonRejected, praxisv1.ReasonDuplicate, praxisv1.ReasonSelfAcceptance}
	var out []praxisv1.Evidence
	for i := range rapid.IntRange(0, 6).Draw(t, "pieces") {
		why := rapid.SampledFrom(reasons).Draw(t, "reason")
		e := praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("e%d", i), CreationTimestamp: metav1.NewTime(monday.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "at")) * time.Hour))}}
		e.Spec.Quantity = rapid.Int32Range(1, 2*target).Draw(t, "quantity")
		accepted := metav1.ConditionFalse
		if why == praxisv1.ReasonAccepted {
			accepted = metav1.ConditionTrue
		}
		e.Status.Conditions = []metav1.Condition{
			{Type: praxisv1.ConditionValid, Status: metav1.ConditionTrue}, {Type: praxisv1.ConditionAccepted, Status: accepted, Reason: why},
		}
		out = append(out, e)
	}
	return out
}

func TestEvidenceAddsUpInAnyOrderAndNeverBeyondTheTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := rapid.Int32Range(1, 5).Draw(t, "target")
		a := anAction(target)
		evidence := pieces(t, target)
		tally := Count(&a, evidence)
		if other := Count(&a, rapid.Permutation(evidence).Draw(t, "order")); other != tally {
			t.Fatalf("%+v and %+v", tally, other)
		}
		if tally.Accepted < 0 || tally.Pending < 0 || tally.Accepted+tally.Pending > target {
			t.Fatalf("%+v of %d", tally, target)
		}
	})
}
