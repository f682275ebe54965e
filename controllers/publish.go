// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// writeStatus writes what changed, and nothing if nothing did. The write carries the
// resourceVersion that was read, so a decision from a stale read fails with a conflict, which
// requeues the object. That matters because not every change that makes a read stale is an
// event that the controller watches.
func (d Deps) writeStatus(ctx context.Context, before, after client.Object) (written bool, err error) {
	if equality.Semantic.DeepEqual(before, after) {
		return false, nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	err = d.Status().Patch(ctx, after, patch)
	switch {
	case apierrors.IsNotFound(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("writing the status of %s: %w", before.GetName(), err)
	}
	d.Own.wrote(after)
	return true, nil
}

// writeSpec changes an object that the operator made. If somebody else changed it since it was
// read, the write fails, and the error requeues it.
func (d Deps) writeSpec(ctx context.Context, before, after client.Object) error {
	if equality.Semantic.DeepEqual(before, after) {
		return nil
	}
	if err := d.Patch(ctx, after, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
		return fmt.Errorf("changing %s: %w", before.GetName(), err)
	}
	return nil
}

// at returns a result that requeues at an instant; a zero instant requeues nothing.
func (d Deps) at(next time.Time) ctrl.Result {
	if next.IsZero() {
		return ctrl.Result{}
	}
	return ctrl.Result{RequeueAfter: d.Clock.Wait(next)}
}

// This many creates at once saturate the API server of a small machine. The first few go
// ahead alone, so that a mistake that all of them share costs only a few requests.
const (
	firstCreates    = 8
	parallelCreates = 32
)

// missingOf are the Actions of a cycle that do not exist. Those that do are from an earlier attempt.
func missingOf(cycle *praxisv1.WeeklyCycle, wanted, existing []praxisv1.Action) []*praxisv1.Action {
	there := map[string]bool{}
	for i := range existing {
		there[existing[i].Name] = true
	}
	owner := metav1.NewControllerRef(cycle, praxisv1.GroupVersion.WithKind("WeeklyCycle"))
	var missing []*praxisv1.Action
	for i := range wanted {
		if !there[wanted[i].Name] {
			// A copy, because the server's answer is decoded into it and Actions of one step share slices.
			a := wanted[i].DeepCopy()
			a.OwnerReferences = []metav1.OwnerReference{*owner}
			missing = append(missing, a)
		}
	}
	return missing
}

// createAll creates Actions in parallel, which then are as the server has them. A name that is
// taken by an object that the cycle does not own is a Problem.
func (d Deps) createAll(ctx context.Context, missing []*praxisv1.Action) (*plan.Problem, error) {
	first := missing[:min(len(missing), firstCreates)]
	taken, err := d.createParallel(ctx, first)
	if err == nil && taken == nil {
		taken, err = d.createParallel(ctx, missing[len(first):])
	}
	return taken, err
}

func (d Deps) createParallel(ctx context.Context, missing []*praxisv1.Action) (*plan.Problem, error) {
	queue := make(chan *praxisv1.Action)
	var workers sync.WaitGroup
	var mu sync.Mutex
	var taken *plan.Problem
	var errs []error
	for range min(len(missing), parallelCreates) {
		workers.Go(func() {
			for a := range queue {
				wrong, err := d.createOurs(ctx, a)
				if wrong == nil && err == nil {
					continue
				}
				mu.Lock()
				taken, errs = cmp.Or(taken, wrong), append(errs, err)
				mu.Unlock()
			}
		})
	}
	for _, a := range missing {
		queue <- a
	}
	close(queue)
	workers.Wait()
	return taken, errors.Join(errs...)
}

// createOurs creates an object that has its owner set. It looks in the cache first, so that a
// name that is taken does not cost a request each time. An object that this owner controls is
// from an earlier attempt; any other is never adopted.
func (d Deps) createOurs(ctx context.Context, obj client.Object) (*plan.Problem, error) {
	owner, there := metav1.GetControllerOf(obj), obj.DeepCopyObject().(client.Object)
	err := d.Get(ctx, client.ObjectKeyFromObject(obj), there)
	if apierrors.IsNotFound(err) {
		if err := d.Create(ctx, obj); err != nil {
			// It exists already: the next attempt finds it in the cache.
			return nil, fmt.Errorf("creating %s: %w", obj.GetName(), err)
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", obj.GetName(), err)
	}
	if has := metav1.GetControllerOf(there); has != nil && has.UID == owner.UID {
		return nil, nil
	}
	return plan.Taken(obj.GetName()), nil
}
