// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/review"
)

// What was escalated takes the place of a Key Action on a full agenda; nobody is asked to
// decide on that one.
func TestAWeekIsReviewedOnceAllOnTheAgendaIsDecidedOn(t *testing.T) {
	for name, c := range map[string]struct {
		escalated, undecided int
		want                 string
	}{
		"on all that it shows":             {1, 0, "True SignedOff"},
		"on one less":                      {1, 1, "False NotYet"},
		"where nothing takes up its room":  {0, 0, "True SignedOff"},
		"on one less, with all of its own": {0, 1, "False NotYet"},
	} {
		t.Run(name, func(t *testing.T) {
			in := aWeek()
			one := in.Actions[0]
			in.Actions = nil
			for i := range 50 {
				a := *one.DeepCopy()
				a.Name, a.Spec.Share = fmt.Sprintf("checkout-2026-w48.fix.x.m%02d", i), 200
				in.Actions = append(in.Actions, a)
			}
			for range c.escalated {
				before := one.DeepCopy()
				before.Name = "checkout-2026-w47.fix.x.ana"
				in.Escalated = append(in.Escalated, before)
			}
			shown := review.Input{Review: in.Weekly, Programme: in.Programme, Cycle: in.Cycle, Actions: in.Actions, Escalated: in.Escalated}.Agenda(hours(150))
			for _, item := range shown[c.escalated+c.undecided:] {
				in.Weekly.Spec.Decisions = append(in.Weekly.Spec.Decisions, praxisv1.ActionDecision{Action: item.Action, Decision: praxisv1.DecideCarryOver, Reason: "as agreed"})
			}
			sign(in.Weekly)
			status, _ := ForWeeklyCycle(in, hours(150))
			got := meta.FindStatusCondition(status.Conditions, praxisv1.ConditionReviewed)
			if fmt.Sprintf("%s %s", got.Status, got.Reason) != c.want {
				t.Errorf("it says %s %s: %s, want %s", got.Status, got.Reason, got.Message, c.want)
			}
		})
	}
}
