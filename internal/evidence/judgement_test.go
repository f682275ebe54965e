// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// The admission policies prevent most of these cases. The operator also works if one of them
// is missing, and then counts nothing that it cannot vouch for.
func TestNothingCountsUnlessSomebodyElseAcceptedIt(t *testing.T) {
	team := &praxisv1.Team{Spec: praxisv1.TeamSpec{Lead: "lou", Members: []praxisv1.Member{
		{Name: "ana", User: "ana"}, {Name: "lou", User: "lou"}, {Name: "ben", User: "ben"},
	}}}
	accepted := func(by string) *praxisv1.Verdict {
		return &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: by}
	}
	for name, c := range map[string]struct {
		by        string
		verdict   *praxisv1.Verdict
		says      bool   // the status already says that it is accepted
		unasked   bool   // the standard needs no reviewer
		had       string // who had the Action before ana
		want      metav1.ConditionStatus
		andReason string
		dropped   string // the Action was, and this is what the status says of the piece
	}{
		"nobody, before the Action was dropped":    {by: "ana", dropped: praxisv1.ReasonAwaitingVerdict, want: metav1.ConditionFalse, andReason: praxisv1.ReasonDropped},
		"the lead, after the Action was dropped":   {by: "ana", verdict: accepted("lou"), dropped: praxisv1.ReasonDropped, want: metav1.ConditionFalse, andReason: praxisv1.ReasonDropped},
		"the lead, before the Action was dropped":  {by: "ana", verdict: accepted("lou"), dropped: praxisv1.ReasonAwaitingVerdict, want: metav1.ConditionTrue, andReason: praxisv1.ReasonAccepted},
		"the lead, and that was counted":           {by: "ana", verdict: accepted("lou"), says: true, dropped: praxisv1.ReasonAccepted, want: metav1.ConditionTrue, andReason: praxisv1.ReasonAccepted},
		"no reviewer, before it was dropped":       {by: "ana", verdict: accepted("ben"), dropped: praxisv1.ReasonNotAReviewer, want: metav1.ConditionFalse, andReason: praxisv1.ReasonDropped},
		"the lead, after a rejection":              {by: "ana", verdict: accepted("lou"), dropped: praxisv1.ReasonRejected, want: metav1.ConditionFalse, andReason: praxisv1.ReasonDropped},
		"a check, for a dropped Action":            {by: "ben", unasked: true, dropped: praxisv1.ReasonAwaitingVerdict, want: metav1.ConditionFalse, andReason: praxisv1.ReasonDropped},
		"the lead accepts":                         {by: "ana", verdict: accepted("lou"), want: metav1.ConditionTrue, andReason: praxisv1.ReasonAccepted},
		"nobody has yet":                           {by: "ana", want: metav1.ConditionUnknown, andReason: praxisv1.ReasonAwaitingVerdict},
		"nobody, and the status says otherwise":    {by: "ana", says: true, want: metav1.ConditionUnknown, andReason: praxisv1.ReasonAwaitingVerdict},
		"one who is no reviewer":                   {by: "ana", verdict: accepted("ben"), want: metav1.ConditionFalse, andReason: praxisv1.ReasonNotAReviewer},
		"who handed it in":                         {by: "lou", verdict: accepted("lou"), want: metav1.ConditionFalse, andReason: praxisv1.ReasonSelfAcceptance},
		"whose Action it is":                       {by: "ben", verdict: accepted("ana"), want: metav1.ConditionFalse, andReason: praxisv1.ReasonSelfAcceptance},
		"nobody knows whose it is":                 {verdict: accepted("lou"), want: metav1.ConditionFalse, andReason: praxisv1.ReasonSelfAcceptance},
		"nor has anybody looked":                   {want: metav1.ConditionFalse, andReason: praxisv1.ReasonSelfAcceptance},
		"nor that, and the status says otherwise":  {says: true, want: metav1.ConditionFalse, andReason: praxisv1.ReasonSelfAcceptance},
		"a check, for another's piece":             {by: "ben", unasked: true, want: metav1.ConditionTrue, andReason: praxisv1.ReasonAccepted},
		"a check, for one's own":                   {by: "ana", unasked: true, want: metav1.ConditionUnknown, andReason: praxisv1.ReasonAwaitingVerdict},
		"a check, for what was always one's own":   {by: "ana", unasked: true, says: true, want: metav1.ConditionUnknown, andReason: praxisv1.ReasonAwaitingVerdict},
		"a check, for what was one's own":          {by: "ben", unasked: true, had: "ben", want: metav1.ConditionUnknown, andReason: praxisv1.ReasonAwaitingVerdict},
		"who had the Action before":                {by: "zoe", verdict: accepted("lou"), had: "lou", want: metav1.ConditionFalse, andReason: praxisv1.ReasonSelfAcceptance},
		"a check, before it became one's own":      {by: "ana", unasked: true, says: true, had: "ben", want: metav1.ConditionTrue, andReason: praxisv1.ReasonAccepted},
		"a check, for what nobody is known to own": {unasked: true, says: true, want: metav1.ConditionFalse, andReason: praxisv1.ReasonSelfAcceptance},
	} {
		t.Run(name, func(t *testing.T) {
			a := anAction(1)
			a.Spec.User, a.Spec.Standard.AutoAccept = "ana", c.unasked
			if c.had != "" {
				a.Spec.Amendments = []praxisv1.Amendment{{Reason: "ill", From: &praxisv1.Assignee{Member: c.had, User: c.had}}}
			}
			e := &praxisv1.Evidence{Spec: praxisv1.EvidenceSpec{Quantity: 1, SubmittedBy: c.by}}
			e.Status.Verdict = c.verdict
			if c.dropped != "" {
				a.Spec.Dropped = true
				e.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: metav1.ConditionUnknown, Reason: c.dropped}}
			}
			if c.says {
				e.Status.Conditions = []metav1.Condition{
					{Type: praxisv1.ConditionValid, Status: metav1.ConditionTrue}, {Type: praxisv1.ConditionAccepted, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonAccepted},
				}
			}
			if got := (Input{Evidence: e, Action: &a, Team: team}).Judge(); got.Accepted != c.want || got.Reason != c.andReason {
				t.Errorf("it is %s %s: %s", got.Accepted, got.Reason, got.Message)
			}
		})
	}
}
