// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package gather reads what a view needs: of a namespace, of a Utility, of a person. It reads no
// more than that, since Actions and evidence of weeks long over may be many. The kubectl plugin
// reads so from the API server, and the dashboard from a cache.
package gather

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/view"
)

// Scope says what to read: objects of one Utility, of a namespace, or of all namespaces.
type Scope struct {
	Namespace string // empty for all
	Utility   string // empty for all
	Cycle     string // empty for the running weeks
	Evidence  bool   // evidence too, of which there can be much, since it is never pruned
	Packages  bool
}

// Read lists what a scope needs. It reads the Actions of the weeks that are shown, not those
// of the closed weeks before them.
func Read(ctx context.Context, from client.Reader, s Scope) (view.Objects, error) {
	var o view.Objects
	var utilities praxisv1.UtilityList
	var teams praxisv1.TeamList
	var keyActions praxisv1.KeyActionList
	var cycles praxisv1.WeeklyCycleList
	var reviews praxisv1.ReviewList
	var packages praxisv1.ActionPackageList
	lists := []client.ObjectList{&utilities, &teams, &keyActions, &cycles, &reviews}
	if s.Packages {
		lists = append(lists, &packages)
	}
	var group errgroup.Group
	for _, list := range lists {
		group.Go(func() error { return List(ctx, from, list, s.Namespace) })
	}
	if err := group.Wait(); err != nil {
		return o, err
	}
	o.Utilities = Keep(utilities.Items, func(u *praxisv1.Utility) bool { return s.meant(u.Name) })
	o.KeyActions = Keep(keyActions.Items, func(ka *praxisv1.KeyAction) bool { return s.meant(ka.Spec.UtilityRef.Name) })
	o.Cycles = Keep(cycles.Items, func(c *praxisv1.WeeklyCycle) bool { return s.meant(c.Spec.UtilityRef.Name) })
	o.Reviews = Keep(reviews.Items, func(r *praxisv1.Review) bool { return s.meant(r.Spec.UtilityRef.Name) })
	o.Teams, o.Packages = teams.Items, packages.Items
	group.Go(func() (err error) {
		o.Actions, err = Actions(ctx, from, s, o.Cycles)
		return err
	})
	if s.Evidence {
		group.Go(func() (err error) {
			o.Evidence, err = Evidence(ctx, from, s, o.Cycles)
			return err
		})
	}
	return o, group.Wait()
}

func (s Scope) meant(utility string) bool { return s.Utility == "" || s.Utility == utility }

// Keep are the items that are wanted.
func Keep[T any](items []T, wanted func(*T) bool) []T {
	var kept []T
	for i := range items {
		if wanted(&items[i]) {
			kept = append(kept, items[i])
		}
	}
	return kept
}

// maxSelected is how many weeks one selector may name; with more, the Actions of all weeks
// are read.
const maxSelected = 50

// Actions lists the Actions of one week, or of all weeks that are not closed.
func Actions(ctx context.Context, from client.Reader, s Scope, cycles []praxisv1.WeeklyCycle) ([]praxisv1.Action, error) {
	names := s.weeks(cycles)
	if len(names) == 0 {
		return nil, nil
	}
	for i := range names {
		names[i] = plan.LabelValue(names[i])
	}
	var selector []client.ListOption
	if len(names) <= maxSelected {
		requirement, err := labels.NewRequirement(praxisv1.LabelCycle, selection.In, names)
		if err != nil {
			return nil, err
		}
		selector = append(selector, client.MatchingLabelsSelector{Selector: labels.NewSelector().Add(*requirement)})
	}
	var actions praxisv1.ActionList
	err := List(ctx, from, &actions, s.Namespace, selector...)
	return actions.Items, err
}

// weeks are the names of the week that a scope shows, or of all that are not closed.
func (s Scope) weeks(cycles []praxisv1.WeeklyCycle) []string {
	var names []string
	for i := range cycles {
		c := &cycles[i]
		if s.Cycle == c.Name || s.Cycle == "" && (!plan.WeekClosed(c) || isLatest(c, cycles)) {
			names = append(names, c.Name)
		}
	}
	return names
}

// Evidence lists the evidence for one week, or for all weeks that are not closed, and what
// is for no week: readings of measures, and what the operator has not looked at yet. Evidence is
// never pruned, so that of the weeks before there is more each week.
func Evidence(ctx context.Context, from client.Reader, s Scope, cycles []praxisv1.WeeklyCycle) ([]praxisv1.Evidence, error) {
	names := s.weeks(cycles)
	if s.Cycle == "" {
		names = append(names, "")
	}
	if len(names) > maxSelected {
		var all praxisv1.EvidenceList
		err := List(ctx, from, &all, s.Namespace)
		return all.Items, err
	}
	lists := make([]praxisv1.EvidenceList, len(names))
	var group errgroup.Group
	group.SetLimit(8)
	for i, name := range names {
		group.Go(func() error {
			return List(ctx, from, &lists[i], s.Namespace, client.MatchingFields{"status.cycleRef.name": name})
		})
	}
	err := group.Wait()
	var found []praxisv1.Evidence
	for i := range lists {
		found = append(found, lists[i].Items...)
	}
	return found, err
}

// isLatest reports whether no week has followed a closed one yet.
func isLatest(c *praxisv1.WeeklyCycle, cycles []praxisv1.WeeklyCycle) bool {
	for i := range cycles {
		other := &cycles[i]
		if other.Namespace == c.Namespace && other.Spec.UtilityRef == c.Spec.UtilityRef && other.Spec.StartsAt.After(c.Spec.StartsAt.Time) {
			return false
		}
	}
	return true
}

// PiecesFor are the pieces of an Action: those that name it, and those that the operator has
// found to be for its week. Of the rest of a namespace, which is never pruned, none is read.
func PiecesFor(ctx context.Context, from client.Reader, a *praxisv1.Action) ([]praxisv1.Evidence, error) {
	var named, found praxisv1.EvidenceList
	err := errors.Join(
		List(ctx, from, &named, a.Namespace, client.MatchingFields{"spec.actionRef.name": a.Name}),
		List(ctx, from, &found, a.Namespace, client.MatchingFields{"status.cycleRef.name": a.Spec.CycleRef.Name}))
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	return Keep(append(named.Items, found.Items...), func(e *praxisv1.Evidence) bool {
		mine := evidence.ActionOf(e) == a.Name && !known[e.Name]
		known[e.Name] = true
		return mine
	}), nil
}

// List lists one kind, and says which in an error.
func List(ctx context.Context, from client.Reader, list client.ObjectList, namespace string, opts ...client.ListOption) error {
	if err := from.List(ctx, list, append(opts, client.InNamespace(namespace))...); err != nil {
		return fmt.Errorf("listing %s: %w", strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", list), "*v1alpha1."), "List"), err)
	}
	return nil
}
