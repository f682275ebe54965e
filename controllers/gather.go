// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/week"
)

// shared lets a list hand out the cache's own objects. Decisions only read them, and
// whatever is written is copied first.
const shared = client.UnsafeDisableDeepCopyOption(true)

// objects gathers what a Utility is planned from. The Utility is nil if it does not exist.
func (d Deps) objects(ctx context.Context, namespace, utility string) (plan.Objects, error) {
	o := plan.Objects{Utility: &praxisv1.Utility{}, Packages: map[string]*praxisv1.ActionPackage{}, Teams: map[string]*praxisv1.Team{}}
	var keyActions praxisv1.KeyActionList
	var packages praxisv1.ActionPackageList
	var teams praxisv1.TeamList
	inNamespace := client.InNamespace(namespace)
	err := d.Get(ctx, client.ObjectKey{Namespace: namespace, Name: utility}, o.Utility)
	if apierrors.IsNotFound(err) {
		o.Utility, err = nil, nil
	}
	err = errors.Join(err,
		d.List(ctx, &keyActions, inNamespace, client.MatchingFields{byUtility: utility}, shared),
		d.List(ctx, &packages, inNamespace, shared),
		d.List(ctx, &teams, inNamespace, shared))
	if err != nil {
		return o, fmt.Errorf("gathering what Utility %s is planned from: %w", utility, err)
	}
	o.KeyActions = keyActions.Items
	for i := range packages.Items {
		o.Packages[packages.Items[i].Name] = &packages.Items[i]
	}
	for i := range teams.Items {
		o.Teams[teams.Items[i].Name] = &teams.Items[i]
	}
	return o, nil
}

// programme returns what the objects of a Utility ask for.
func (d Deps) programme(ctx context.Context, namespace, utility string) (*plan.Programme, error) {
	o, err := d.objects(ctx, namespace, utility)
	if err != nil {
		return nil, err
	}
	return d.programmeOf(o), nil
}

// programmeOf is what objects ask for; they are planned from once, until they change.
func (d Deps) programmeOf(o plan.Objects) *plan.Programme {
	if d.Programmes == nil {
		return plan.NewProgramme(o)
	}
	return d.Programmes.Programme(o)
}

// calendar returns the calendar of a Utility, or nil if its cadence cannot be read.
func calendar(u *praxisv1.Utility) *cadence.Calendar {
	if u == nil {
		return nil
	}
	calendar, err := cadence.New(u.Spec.Cadence)
	if err != nil {
		return nil // the Programme says why
	}
	return calendar
}

// cycles returns all weeks of a Utility.
func (d Deps) cycles(ctx context.Context, namespace, utility string) ([]praxisv1.WeeklyCycle, error) {
	var list praxisv1.WeeklyCycleList
	if err := d.List(ctx, &list, client.InNamespace(namespace), client.MatchingFields{byUtility: utility}, shared); err != nil {
		return nil, fmt.Errorf("listing the weeks of Utility %s: %w", utility, err)
	}
	return list.Items, nil
}

// actions are those that an index finds under a key.
func (d Deps) actions(ctx context.Context, namespace, index, key string, options ...client.ListOption) ([]praxisv1.Action, error) {
	var list praxisv1.ActionList
	options = append(options, client.InNamespace(namespace), client.MatchingFields{index: key}, shared)
	if err := d.List(ctx, &list, options...); err != nil {
		return nil, fmt.Errorf("listing the Actions of %s: %w", key, err)
	}
	return list.Items, nil
}

// evidence is what an index finds under a key.
func (d Deps) evidence(ctx context.Context, namespace, index, key string, options ...client.ListOption) ([]praxisv1.Evidence, error) {
	var list praxisv1.EvidenceList
	options = append(options, client.InNamespace(namespace), client.MatchingFields{index: key}, shared)
	if err := d.List(ctx, &list, options...); err != nil {
		return nil, fmt.Errorf("listing the evidence of %s: %w", key, err)
	}
	return list.Items, nil
}

// reviews returns all Reviews of a Utility.
func (d Deps) reviews(ctx context.Context, namespace, utility string) ([]praxisv1.Review, error) {
	var list praxisv1.ReviewList
	if err := d.List(ctx, &list, client.InNamespace(namespace), client.MatchingFields{byUtility: utility}, shared); err != nil {
		return nil, fmt.Errorf("listing the Reviews of Utility %s: %w", utility, err)
	}
	return list.Items, nil
}

// getOrNil returns an object by its name, or nil if there is none.
func getOrNil[T any, O interface {
	*T
	client.Object
}](ctx context.Context, d Deps, namespace, name string) (O, error) {
	if name == "" {
		return nil, nil
	}
	o := O(new(T))
	err := d.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, o)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %T %s: %w", o, name, err)
	}
	return o, nil
}

// decisions returns those that a closed week was closed with.
func (d Deps) decisions(ctx context.Context, cycle *praxisv1.WeeklyCycle) (week.Decisions, error) {
	signed, err := getOrNil[praxisv1.Review](ctx, d, cycle.Namespace, cycle.Status.DecidedBy)
	return review.DecisionsOf(signed), err
}

// evidenceOf returns all evidence for the Actions of a week.
func (d Deps) evidenceOf(ctx context.Context, namespace, cycle string) ([]praxisv1.Evidence, error) {
	actions, err := d.actions(ctx, namespace, byCycle, cycle)
	if err != nil {
		return nil, err
	}
	var all []praxisv1.Evidence
	for i := range actions {
		pieces, err := d.evidence(ctx, namespace, byAction, actions[i].Name)
		if err != nil {
			return nil, err
		}
		all = append(all, pieces...)
	}
	return all, nil
}

// escalated returns the Actions that the previous, closed week left to be decided on.
func (d Deps) escalated(ctx context.Context, cycle *praxisv1.WeeklyCycle) ([]*praxisv1.Action, error) {
	before, err := getOrNil[praxisv1.WeeklyCycle](ctx, d, cycle.Namespace, cycle.Spec.Previous)
	if err != nil || before == nil || !plan.WeekClosed(before) {
		return nil, err
	}
	actions, err := d.actions(ctx, cycle.Namespace, byCycle, before.Name)
	if err != nil {
		return nil, err
	}
	decisions, err := d.decisions(ctx, before)
	return week.Escalated(before, cycle, actions, decisions), err
}
