// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package act

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// MaxReason is the length of a reason that the schema allows.
const MaxReason = 500

// SaveReview writes what was filled in, unless somebody else filled in the Review meanwhile.
func SaveReview(ctx context.Context, c client.Client, before, r *praxisv1.Review) error {
	// What the operator writes meanwhile, such as a new agenda, is not a conflict; what other
	// people write is.
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		filled := r.DeepCopy()
		err := c.Patch(ctx, filled, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
		if !apierrors.IsConflict(err) {
			return err
		}
		latest := &praxisv1.Review{}
		if again := c.Get(ctx, client.ObjectKeyFromObject(r), latest); again != nil {
			return again
		}
		if !equality.Semantic.DeepEqual(latest.Spec, before.Spec) {
			return fmt.Errorf("somebody else has filled in %s meanwhile; look at it with --show and begin again", r.Name)
		}
		before = latest.DeepCopy()
		latest.Spec = r.Spec
		*r = *latest
		return err
	})
}

// WriteNames puts names under a signature and decisions, as a server that stamps names does:
// under what is new or was changed, and under every decision where it is signed. It returns
// what others had decided and the signer takes over.
func WriteNames(before, r *praxisv1.Review, me string) (taken []praxisv1.ActionDecision) {
	signs := r.Spec.SignOff != nil
	if signs {
		r.Spec.SignOff.By = me
	}
	for i := range r.Spec.Decisions {
		d := &r.Spec.Decisions[i]
		d.By = me
		j := slices.IndexFunc(before.Spec.Decisions, func(b praxisv1.ActionDecision) bool { return sameDecision(b, *d) })
		if j < 0 {
			continue
		}
		if was := before.Spec.Decisions[j]; !signs {
			d.By = was.By
		} else if was.By != me {
			taken = append(taken, was)
		}
	}
	return taken
}

// TakesOver refuses decisions that give an Action to nobody, or to somebody who is not in its Team:
// they could not be carried out, which would first be said once the Review is signed. What others
// had decided before is theirs.
func TakesOver(ctx context.Context, c client.Reader, before, r *praxisv1.Review) error {
	for _, d := range r.Spec.Decisions {
		if d.Decision != praxisv1.DecideReassign || slices.ContainsFunc(before.Spec.Decisions, func(b praxisv1.ActionDecision) bool { return sameDecision(b, d) }) {
			continue
		}
		if d.Member == "" {
			return fmt.Errorf("%s is reassigned to nobody; say to whom, like member=ben", text.ActionName(d.Action))
		}
		a := &praxisv1.Action{}
		if err := c.Get(ctx, client.ObjectKey{Namespace: r.Namespace, Name: d.Action}, a); err != nil {
			continue // the server says what is wrong with an Action that there is not
		}
		team, err := TeamOf(ctx, c, a)
		if err != nil {
			continue // who may not read the Team cannot be told
		}
		if _, err := memberOf(team, d.Member); err != nil {
			return fmt.Errorf("%s: %w", text.ActionName(d.Action), err)
		}
	}
	return nil
}

// sameDecision tells of decisions that are the same whoever decided so.
func sameDecision(a, b praxisv1.ActionDecision) bool {
	return a.Action == b.Action && a.Decision == b.Decision && a.Member == b.Member && a.DueAt.Equal(b.DueAt) && a.Reason == b.Reason
}

// WithProposed are the decisions of a Review, completed with those that its agenda proposes
// for Actions without one, unless a proposal needs something that only a person knows.
func WithProposed(r *praxisv1.Review, because string) []praxisv1.ActionDecision {
	decisions := slices.Clone(r.Spec.Decisions)
	for _, item := range r.Status.Agenda {
		complete := item.Proposed != "" && item.Proposed != praxisv1.DecideReassign && item.Proposed != praxisv1.DecideReschedule
		if complete && OfItsWeek(r, item.Action) && Decided(r, item.Action) == "" {
			decisions = append(decisions, praxisv1.ActionDecision{Action: item.Action, Decision: item.Proposed, Reason: cmp.Or(because, item.Message)})
		}
	}
	return decisions
}

// WithDefaults are the decisions of a Review, completed with a proposal for each line of the
// agenda. Whom to give an Action to, and until when to put it off, is proposed here: the first
// candidate, and the next moment at which the week is looked at.
func WithDefaults(r *praxisv1.Review, cycles []praxisv1.WeeklyCycle, now time.Time) []praxisv1.ActionDecision {
	decisions := append([]praxisv1.ActionDecision{}, WithProposed(r, "")...)
	for _, item := range r.Status.Agenda {
		if !OfItsWeek(r, item.Action) || Decided(r, item.Action) != "" {
			continue
		}
		d := praxisv1.ActionDecision{Action: item.Action, Decision: item.Proposed, Reason: item.Message}
		switch due := putOff(cycles, now); {
		case item.Proposed == praxisv1.DecideReassign && len(item.Candidates) > 0:
			d.Member = item.Candidates[0]
		case item.Proposed == praxisv1.DecideReschedule && due != nil:
			d.DueAt = due
		default:
			continue
		}
		decisions = append(decisions, d)
	}
	return decisions
}

// putOff is when the week is reviewed or, after that, an hour before it ends; nil if neither is
// still to come.
func putOff(cycles []praxisv1.WeeklyCycle, now time.Time) *metav1.Time {
	for i := range cycles {
		for _, at := range []time.Time{cycles[i].Spec.ReviewAt.Time, cycles[i].Spec.EndsAt.Add(-time.Hour)} {
			if at.After(now) {
				return new(metav1.NewTime(at.UTC()))
			}
		}
	}
	return nil
}

// OfItsWeek reports whether an Action is of the reviewed week; no other Action can be decided
// on.
func OfItsWeek(r *praxisv1.Review, action string) bool {
	return r.Spec.CycleRef != nil && strings.HasPrefix(action, r.Spec.CycleRef.Name+".")
}

// Decided is what a Review has decided on an Action, or empty. Example: "Reassign ben".
func Decided(r *praxisv1.Review, action string) string {
	for _, d := range r.Spec.Decisions {
		if d.Action == action {
			return strings.TrimSpace(string(d.Decision) + " " + d.Member)
		}
	}
	return ""
}

// Set decides on an Action, in place of what was decided on it before.
func Set(r *praxisv1.Review, d praxisv1.ActionDecision) {
	i := slices.IndexFunc(r.Spec.Decisions, func(x praxisv1.ActionDecision) bool { return x.Action == d.Action })
	if i < 0 {
		r.Spec.Decisions = append(r.Spec.Decisions, d)
	} else {
		r.Spec.Decisions[i] = d
	}
}
