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
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// Enqueueing: which objects hang on one that changed.

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

// utilityOf names the Utility of a KeyAction, a week, a Review or a reading.
func utilityOf(o client.Object) []string {
	switch o := o.(type) {
	case *praxisv1.KeyAction:
		return []string{o.Spec.UtilityRef.Name}
	case *praxisv1.WeeklyCycle:
		return []string{o.Spec.UtilityRef.Name}
	case *praxisv1.Review:
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

// toUtilities enqueues all Utilities of the namespace: a Team or a package can matter
// to any of them, and there are few.
func (d Deps) toUtilities() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		var list praxisv1.UtilityList
		err := d.List(ctx, &list, client.InNamespace(o.GetNamespace()), shared)
		return text.NamesOf(list.Items, func(u *praxisv1.Utility) string { return u.Name }), err
	})
}

// toKeyActions enqueues the KeyActions of the Utility, or for a Team or a package all
// of the namespace.
func (d Deps) toKeyActions() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		options := []client.ListOption{client.InNamespace(o.GetNamespace()), shared}
		switch o.(type) {
		case *praxisv1.Team, *praxisv1.ActionPackage:
		default:
			options = append(options, client.MatchingFields{byUtility: utilityOf(o)[0]})
		}
		var list praxisv1.KeyActionList
		err := d.List(ctx, &list, options...)
		return text.NamesOf(list.Items, func(ka *praxisv1.KeyAction) string { return ka.Name }), err
	})
}

// toOpenWeeks enqueues the weeks that are not closed, of the Utility or, for a Team or
// a package, of the namespace.
func (d Deps) toOpenWeeks() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		options := []client.ListOption{client.InNamespace(o.GetNamespace()), shared}
		switch o.(type) {
		case *praxisv1.Team, *praxisv1.ActionPackage:
		default:
			options = append(options, client.MatchingFields{byUtility: utilityOf(o)[0]})
		}
		var list praxisv1.WeeklyCycleList
		err := d.List(ctx, &list, options...)
		open := slices.DeleteFunc(slices.Clone(list.Items), func(c praxisv1.WeeklyCycle) bool { return week.Closed(&c) })
		return text.NamesOf(open, func(c *praxisv1.WeeklyCycle) string { return c.Name }), err
	})
}

// toActions enqueues all Actions of a week.
func (d Deps) toActions() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		actions, err := d.actions(ctx, o.GetNamespace(), byCycle, o.GetName())
		return text.NamesOf(actions, func(a *praxisv1.Action) string { return a.Name }), err
	})
}

// toDependants enqueues the Actions that depend on the step of one.
func (d Deps) toDependants() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		a := o.(*praxisv1.Action)
		actions, err := d.actions(ctx, a.Namespace, byDependency, stepKey(a, a.Spec.Step))
		return text.NamesOf(actions, func(a *praxisv1.Action) string { return a.Name }), err
	})
}

// toTeamsOfWeek enqueues the Teams that have Actions in a week.
func (d Deps) toTeamsOfWeek() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		actions, err := d.actions(ctx, o.GetNamespace(), byCycle, o.GetName())
		teams := sets.New[string]()
		for i := range actions {
			teams.Insert(actions[i].Spec.Team)
		}
		return sets.List(teams), err
	})
}

// toSameSource enqueues the evidence for the same Action with the same source and id.
func (d Deps) toSameSource() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		e := o.(*praxisv1.Evidence)
		if e.Spec.Source == nil || e.Spec.Source.ID == "" {
			return nil, nil
		}
		pieces, err := d.evidence(ctx, e.Namespace, byAction, evidence.ActionOf(e))
		return evidenceNames(evidence.SameSource(pieces, e)), err
	})
}

// toEvidence enqueues the evidence for an Action, for the one that it carries on with,
// and what means its step and has found no Action yet.
func (d Deps) toEvidence() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		a := o.(*praxisv1.Action)
		names := sets.New[string]()
		for _, key := range [][2]string{{byAction, a.Name}, {byAction, a.Spec.CarriedFrom}, {byTarget, a.Spec.KeyActionRef.Name + "/" + a.Spec.Step}} {
			if key[1] == "" {
				continue
			}
			pieces, err := d.evidence(ctx, a.Namespace, key[0], key[1])
			if err != nil {
				return nil, err
			}
			names.Insert(evidenceNames(pieces)...)
		}
		return sets.List(names), nil
	})
}

// toEvidenceOfWeek enqueues the evidence for the Actions of a week.
func (d Deps) toEvidenceOfWeek() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		pieces, err := d.evidenceOf(ctx, o.GetNamespace(), o.GetName())
		return evidenceNames(pieces), err
	})
}

// toUndecidedEvidence enqueues the evidence of the namespace that does not count: a
// Team, or a Utility with its measures, may have changed that.
func (d Deps) toUndecidedEvidence() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		pieces, err := d.evidence(ctx, o.GetNamespace(), byState, undecided)
		return evidenceNames(pieces), err
	})
}

func evidenceNames(pieces []praxisv1.Evidence) []string {
	return text.NamesOf(pieces, func(e *praxisv1.Evidence) string { return e.Name })
}

// toOpenReviews enqueues the Reviews that are not complete: of the Utility or, for a
// Team, of the namespace.
func (d Deps) toOpenReviews() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		options := []client.ListOption{client.InNamespace(o.GetNamespace()), shared}
		if _, team := o.(*praxisv1.Team); !team {
			options = append(options, client.MatchingFields{byUtility: utilityOf(o)[0]})
		}
		var list praxisv1.ReviewList
		err := d.List(ctx, &list, options...)
		open := slices.DeleteFunc(slices.Clone(list.Items), func(r praxisv1.Review) bool { return review.Completed(&r) })
		return text.NamesOf(open, func(r *praxisv1.Review) string { return r.Name }), err
	})
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

// toAll enqueues what a list finds. Reads are from the cache, so an error means that
// the operator stops, or that an index is missing.
func (d Deps) toAll(find func(context.Context, client.Object) ([]string, error)) handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(ctx context.Context, o client.Object) []reconcile.Request {
		names, err := find(ctx, o)
		if err != nil {
			log.FromContext(ctx).Error(err, "finding what depends on it", "object", client.ObjectKeyFromObject(o))
		}
		return requests(o.GetNamespace(), names...)
	})
}
