// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// Closing takes two steps. First an instant is written down, from which on what comes in
// belongs to what is carried over. Then, once everything from before is counted, the week is
// closed with a root over what the API server itself has of it.
//
// Nothing is counted meanwhile, see Counting; that there is one operator at a time is the
// lease's business.

// countedSoFar reads what a week that is closing has been handed in. Once that is settled
// by what the cache has, it is read once more from the API server, for good.
func (r *WeeklyCycleReconciler) countedSoFar(ctx context.Context, w *work, in *status.WeeklyCycleInput) error {
	cycle := w.cycle
	if !week.Closing(cycle) {
		return nil
	}
	unlooked, err := r.evidence(ctx, cycle.Namespace, byState, unjudged)
	if err != nil {
		return err
	}
	for i := range unlooked {
		e := &unlooked[i]
		in.Awaited = in.Awaited || evidence.AwaitedBy(cycle, w.actions, e, r.Clock.At(e.CreationTimestamp.Time))
	}
	if in.Evidence, err = r.evidence(ctx, cycle.Namespace, byWeek, cycle.Name); err != nil || !in.Settled() {
		return err
	}
	return r.readForGood(ctx, w, in)
}

// readForGood replaces the Actions and the evidence of a week by what the API server has, and
// takes the root over them.
func (r *WeeklyCycleReconciler) readForGood(ctx context.Context, w *work, in *status.WeeklyCycleInput) error {
	if w.plan == nil {
		return nil
	}
	closed := chain.Week{Cycle: w.cycle.Name, PlanHash: w.plan.Hash}
	if w.previous != nil && w.previous.Status.Evidence != nil {
		closed.PreviousRoot = w.previous.Status.Evidence.Root
	}
	var actions []praxisv1.Action
	var pieces []praxisv1.Evidence
	names := sets.New[string]()
	err := r.each(ctx, w.cycle, "ActionList", byCycle, func(object map[string]any) error {
		return keep(object, &actions, &closed.Actions, func(a *praxisv1.Action) bool { names.Insert(a.Name); return true })
	})
	if err == nil {
		err = r.each(ctx, w.cycle, "EvidenceList", byWeek, func(object map[string]any) error {
			return keep(object, &pieces, &closed.Evidence, func(e *praxisv1.Evidence) bool {
				return evidence.Counts(e) && names.Has(evidence.ActionOf(e)) // that of an Action that is gone counts nowhere
			})
		})
	}
	if err != nil {
		return fmt.Errorf("reading what week %s is closed with: %w", w.cycle.Name, err)
	}
	if len(plan.MissingParts(w.request(), actions)) > 0 {
		in.Awaited = true // somebody split an Action a moment ago, and both parts are of this week
		return nil
	}
	root, err := chain.Root(closed)
	if err != nil {
		return err
	}
	in.Actions, in.Evidence, in.Root = actions, pieces, &root
	return nil
}

// keep adds an object to those of its kind, and to those that the root is over where it is
// one of them.
func keep[T any](object map[string]any, typed *[]T, rooted *[]json.RawMessage, counts func(*T) bool) error {
	var o T
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object, &o); err != nil {
		return err
	}
	*typed = append(*typed, o)
	if !counts(&o) {
		return nil
	}
	text, err := json.Marshal(object)
	*rooted = append(*rooted, text)
	return err
}

// pageSize is how many objects the API server is asked for at once.
const pageSize = 500

// each looks at what the API server has of a kind for a week.
func (r *WeeklyCycleReconciler) each(ctx context.Context, cycle *praxisv1.WeeklyCycle, kind, field string, do func(map[string]any) error) error {
	page := &unstructured.UnstructuredList{}
	for {
		page.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
		options := []client.ListOption{client.InNamespace(cycle.Namespace), client.MatchingFields{field: cycle.Name}, client.Limit(pageSize), client.Continue(page.GetContinue())}
		if err := r.Live.List(ctx, page, options...); err != nil {
			return err
		}
		for i := range page.Items {
			if err := do(page.Items[i].Object); err != nil {
				return err
			}
		}
		if page.GetContinue() == "" {
			return nil
		}
	}
}
