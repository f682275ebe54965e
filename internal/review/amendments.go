// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Amend applies a decision of a MidweekCheck to an Action, or is nil if that has been done.
// The decision has to be valid.
func Amend(p *plan.Programme, review string, d *praxisv1.ActionDecision, a *praxisv1.Action, by string) *praxisv1.Action {
	if a.Spec.Dropped || carriedOut(a, review) {
		return nil
	}
	out, amendment := a.DeepCopy(), praxisv1.Amendment{Reason: d.Reason, By: by, Review: review}
	switch d.Decision {
	case praxisv1.DecideDrop:
		out.Spec.Dropped = true
	case praxisv1.DecideReassign:
		m := plan.Member(p.TeamOf(a), d.Member)
		out.Spec.Member, out.Spec.User = m.Name, m.User
		out.Labels = labels.Merge(out.Labels, labels.Set{praxisv1.LabelMember: m.Name})
		if a.Spec.Member != "" && (m.Name != a.Spec.Member || m.User != a.Spec.User) {
			amendment.From = &praxisv1.Assignee{Member: a.Spec.Member, User: a.Spec.User}
		}
	case praxisv1.DecideReschedule:
		out.Spec.Occurrences = reschedule(a, *d.DueAt)
	}
	out.Spec.Amendments = append(out.Spec.Amendments, amendment)
	return out
}

// carriedOut reports whether an Action was changed by a Review.
func carriedOut(a *praxisv1.Action, review string) bool {
	return slices.ContainsFunc(a.Spec.Amendments, func(m praxisv1.Amendment) bool { return m.Review == review })
}

// reschedule leaves what is accepted where it was due, and makes the rest due at another time.
func reschedule(a *praxisv1.Action, due metav1.Time) []praxisv1.Occurrence {
	covered := a.Status.Accepted
	rest := praxisv1.Occurrence{DueAt: metav1.NewTime(due.UTC())}
	var kept []praxisv1.Occurrence
	for _, o := range a.Spec.Occurrences {
		stays := min(covered, o.Quantity)
		covered -= stays
		rest.Quantity += o.Quantity - stays
		if stays > 0 {
			kept = append(kept, praxisv1.Occurrence{DueAt: o.DueAt, Quantity: stays})
		}
	}
	if len(kept) == plan.MaxOccurrences && rest.Quantity > 0 {
		// What is accepted is in: of two that are, the later tells when both were due.
		kept[1].Quantity += kept[0].Quantity
		kept = kept[1:]
	}
	if rest.Quantity > 0 {
		kept = append(kept, rest)
	}
	slices.SortStableFunc(kept, func(a, b praxisv1.Occurrence) int { return a.DueAt.Compare(b.DueAt.Time) })
	return kept
}
