// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
)

// Enqueueing: which objects depend on one that changed.

// to enqueues the named objects of the same namespace.
func to(name func(client.Object) []string) handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(_ context.Context, o client.Object) []reconcile.Request {
		return requests(o.GetNamespace(), name(o)...)
	})
}

func requests(namespace string, names ...string) []reconcile.Request {
	var out []reconcile.Request
	for _, name := range names {
		out = append(out, reconcile.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: name}})
	}
	return out
}

// utilityOf names the Utility of a KeyAction, a week, an Action, a Review or a reading.
func utilityOf(o client.Object) []string {
	switch o := o.(type) {
	case *praxisv1.KeyAction:
		return []string{o.Spec.UtilityRef.Name}
	case *praxisv1.WeeklyCycle:
		return []string{o.Spec.UtilityRef.Name}
	case *praxisv1.Review:
		return []string{o.Spec.UtilityRef.Name}
	case *praxisv1.Action:
		return []string{o.Spec.UtilityRef.Name}
	case *praxisv1.IncentivePolicy:
		return []string{o.Spec.UtilityRef.Name}
	case *praxisv1.Evidence:
		if o.Spec.For == nil || o.Spec.For.Utility == "" {
			return nil
		}
		return []string{o.Spec.For.Utility}
	}
	return []string{o.GetName()}
}

// teamOf names the Team of an Action.
func teamOf(o client.Object) []string { return []string{o.(*praxisv1.Action).Spec.Team} }

// actionOfEvidence names the Action of a piece of evidence, if it has one.
func actionOfEvidence(o client.Object) []string {
	if name := evidence.ActionOf(o.(*praxisv1.Evidence)); name != "" {
		return []string{name}
	}
	return nil
}

// toKeyActions enqueues the KeyActions of a Utility.
func (d Deps) toKeyActions() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		return d.keyActionsOf(ctx, o.GetNamespace(), utilityOf(o)[0])
	})
}

func (d Deps) keyActionsOf(ctx context.Context, namespace, utility string) ([]string, error) {
	var list praxisv1.KeyActionList
	err := d.List(ctx, &list, client.InNamespace(namespace), client.MatchingFields{byUtility: utility}, shared)
	return text.NamesOf(list.Items, func(ka *praxisv1.KeyAction) string { return ka.Name }), err
}

// toOpenWeeks enqueues the weeks of the Utility that are not closed.
func (d Deps) toOpenWeeks() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		return d.openWeeksOf(ctx, o.GetNamespace(), utilityOf(o)[0])
	})
}

func (d Deps) openWeeksOf(ctx context.Context, namespace, utility string) ([]string, error) {
	cycles, err := d.cycles(ctx, namespace, utility)
	open := slices.DeleteFunc(slices.Clone(cycles), func(c praxisv1.WeeklyCycle) bool { return plan.WeekClosed(&c) })
	return text.NamesOf(open, func(c *praxisv1.WeeklyCycle) string { return c.Name }), err
}

// toClosingWeeks enqueues the weeks of the namespace that are closing, of which there are few
// and not for long.
func (d Deps) toClosingWeeks() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		var list praxisv1.WeeklyCycleList
		err := d.List(ctx, &list, client.InNamespace(o.GetNamespace()), client.MatchingFields{byPhase: closing}, shared)
		return text.NamesOf(list.Items, func(c *praxisv1.WeeklyCycle) string { return c.Name }), err
	})
}

// toActions enqueues all Actions of a week.
func (d Deps) toActions() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		actions, err := d.actions(ctx, o.GetNamespace(), byCycle, o.GetName())
		return text.NamesOf(actions, func(a *praxisv1.Action) string { return a.Name }), err
	})
}

// toDependants enqueues the Actions that depend on the step of an Action.
func (d Deps) toDependants() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		a := o.(*praxisv1.Action)
		actions, err := d.actions(ctx, a.Namespace, byDependency, stepKey(a, a.Spec.Step))
		return text.NamesOf(actions, func(a *praxisv1.Action) string { return a.Name }), err
	})
}

// toTeams enqueues the Teams of the namespace: which weeks there are decides what each has
// the time for, and one that has nothing to do in a new week has what it did in the last.
func (d Deps) toTeams() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		var list praxisv1.TeamList
		err := d.List(ctx, &list, client.InNamespace(o.GetNamespace()), shared)
		return text.NamesOf(list.Items, func(t *praxisv1.Team) string { return t.Name }), err
	})
}

// toEvidence enqueues the evidence for an Action, what is open of the one that it carries
// on with, and what means its step and has found no Action yet.
func (d Deps) toEvidence() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		a := o.(*praxisv1.Action)
		own, err := d.evidence(ctx, a.Namespace, byAction, a.Name)
		if err != nil {
			return nil, err
		}
		names := sets.New(evidenceNames(own)...)
		for _, key := range [][2]string{{byAction, a.Spec.CarriedFrom}, {byTarget, a.Spec.KeyActionRef.Name + "/" + a.Spec.Step}} {
			if key[1] == "" {
				continue
			}
			pieces, err := d.evidence(ctx, a.Namespace, key[0], key[1])
			if err != nil {
				return nil, err
			}
			for i := range pieces {
				if !evidence.IsFinal(&pieces[i]) {
					names.Insert(pieces[i].Name)
				}
			}
		}
		return sets.List(names), nil
	})
}

// toEvidenceOfWeek enqueues the evidence for the Actions of a week that closes, and the readings of
// its Utility, as far as it can still change.
func (d Deps) toEvidenceOfWeek() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		pieces, err := d.evidenceOf(ctx, o.GetNamespace(), o.GetName())
		if err != nil {
			return nil, err
		}
		open := slices.DeleteFunc(pieces, func(e praxisv1.Evidence) bool { return evidence.IsFinal(&e) })
		readings, err := d.unsettledReadings(ctx, o.(*praxisv1.WeeklyCycle))
		return append(evidenceNames(open), readings...), err
	})
}

// toUndecidedEvidence enqueues the evidence of the namespace that awaits a verdict: who can give
// it may have changed.
func (d Deps) toUndecidedEvidence() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		pieces, err := d.evidence(ctx, o.GetNamespace(), byState, undecided)
		return evidenceNames(pieces), err
	})
}

// toReadings enqueues the readings of a Utility's measures: one that is taken away takes
// with it what was read, and another owner has other reviewers.
func (d Deps) toReadings() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		pieces, err := d.evidence(ctx, o.GetNamespace(), byMeasured, o.GetName())
		return evidenceNames(pieces), err
	})
}

func evidenceNames(pieces []praxisv1.Evidence) []string {
	return text.NamesOf(pieces, func(e *praxisv1.Evidence) string { return e.Name })
}

// toOpenReviews enqueues the Reviews of the Utility that are not complete.
func (d Deps) toOpenReviews() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		return d.openReviewsOf(ctx, o.GetNamespace(), utilityOf(o)[0])
	})
}

func (d Deps) openReviewsOf(ctx context.Context, namespace, utility string) ([]string, error) {
	reviews, err := d.reviews(ctx, namespace, utility)
	open := slices.DeleteFunc(slices.Clone(reviews), func(r praxisv1.Review) bool { return review.Completed(&r) })
	return text.NamesOf(open, func(r *praxisv1.Review) string { return r.Name }), err
}

// cycleOf names the week of a Review or of an Action; none of a Calibration.
func cycleOf(o client.Object) []string {
	switch o := o.(type) {
	case *praxisv1.Action:
		return []string{o.Spec.CycleRef.Name}
	case *praxisv1.Review:
		if o.Spec.CycleRef != nil {
			return []string{o.Spec.CycleRef.Name}
		}
	}
	return nil
}

// toAll enqueues what a list finds. It reads from the cache, so an error means that the
// operator is stopping or that an index is missing.
func (d Deps) toAll(find func(context.Context, client.Object) ([]string, error)) handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(ctx context.Context, o client.Object) []reconcile.Request {
		names, err := find(ctx, o)
		if err != nil {
			log.FromContext(ctx).Error(err, "finding what depends on it", "object", client.ObjectKeyFromObject(o))
		}
		return requests(o.GetNamespace(), names...)
	})
}

// reviewsOfAction names the Reviews of an Action's week.
func reviewsOfAction(o client.Object) []string {
	cycle := o.(*praxisv1.Action).Spec.CycleRef.Name
	return []string{review.MidweekName(cycle), review.WeeklyName(cycle)}
}

// reviewAfter names the WeeklyReview that follows a MidweekCheck.
func reviewAfter(o client.Object) []string {
	r := o.(*praxisv1.Review)
	if r.Spec.Type != praxisv1.ReviewMidweekCheck || r.Spec.CycleRef == nil {
		return nil
	}
	return []string{review.WeeklyName(r.Spec.CycleRef.Name)}
}
