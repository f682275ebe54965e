// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/week"
)

// Indexes of the cache, by which lists are filtered.
const (
	byUtility    = "spec.utilityRef.name"
	byCycle      = "spec.cycleRef.name"
	byStep       = "cycle/keyAction/step"
	byTeam       = "cycle/team"
	byDependency = "cycle/keyAction/dependsOn"
	byOrigin     = "spec.carriedFrom"
	byAction     = "action"
	byTarget     = "keyAction/step"
	byMeasured   = "spec.for.utility"
	byState      = "state"
	byPhase      = "phase"
	byWeek       = "status.cycleRef.name"
	byPolicy     = "spec.policyRef.name"
)

// Values of byState and byPhase. Those that nobody has looked at are unjudged; unlooked are those and
// the ones whose verdict is newer than what is said of them; and undecided is what awaits
// a verdict. None of them grows with what was decided long ago.
const (
	unjudged  = "unjudged"
	unlooked  = "unlooked"
	undecided = "undecided"
	closing   = "closing"
)

// indexes are all those that the reconcilers read by.
var indexes = []struct {
	of    client.Object
	field string
	value client.IndexerFunc
}{
	{&praxisv1.KeyAction{}, byUtility, func(o client.Object) []string {
		return []string{o.(*praxisv1.KeyAction).Spec.UtilityRef.Name}
	}},
	{&praxisv1.WeeklyCycle{}, byUtility, func(o client.Object) []string {
		return []string{o.(*praxisv1.WeeklyCycle).Spec.UtilityRef.Name}
	}},
	{&praxisv1.Action{}, byCycle, func(o client.Object) []string {
		return []string{o.(*praxisv1.Action).Spec.CycleRef.Name}
	}},
	{&praxisv1.Action{}, byStep, func(o client.Object) []string {
		a := o.(*praxisv1.Action)
		return []string{stepKey(a, a.Spec.Step)}
	}},
	{&praxisv1.Action{}, byDependency, func(o client.Object) []string {
		a := o.(*praxisv1.Action)
		var keys []string
		for _, step := range a.Spec.DependsOn {
			keys = append(keys, stepKey(a, step))
		}
		return keys
	}},
	{&praxisv1.Action{}, byTeam, func(o client.Object) []string {
		a := o.(*praxisv1.Action)
		return []string{a.Spec.CycleRef.Name + "/" + a.Spec.Team}
	}},
	{&praxisv1.Action{}, byOrigin, func(o client.Object) []string { return []string{o.(*praxisv1.Action).Spec.CarriedFrom} }},
	{&praxisv1.Review{}, byUtility, func(o client.Object) []string { return []string{o.(*praxisv1.Review).Spec.UtilityRef.Name} }},
	{&praxisv1.Evidence{}, byAction, func(o client.Object) []string { return []string{evidence.ActionOf(o.(*praxisv1.Evidence))} }},
	{&praxisv1.Evidence{}, byTarget, func(o client.Object) []string {
		// What has found its Action is asked for by that.
		if e := o.(*praxisv1.Evidence); e.Spec.For != nil && e.Spec.For.KeyAction != "" && evidence.ActionOf(e) == "" {
			return []string{e.Spec.For.KeyAction + "/" + e.Spec.For.Step}
		}
		return nil
	}},
	{&praxisv1.Evidence{}, byMeasured, func(o client.Object) []string {
		if target := o.(*praxisv1.Evidence).Spec.For; target != nil && target.Utility != "" {
			return []string{target.Utility}
		}
		return nil
	}},
	{&praxisv1.WeeklyCycle{}, byPhase, func(o client.Object) []string {
		if week.Closing(o.(*praxisv1.WeeklyCycle)) {
			return []string{closing}
		}
		return nil
	}},
	{&praxisv1.Evidence{}, byWeek, func(o client.Object) []string {
		if ref := o.(*praxisv1.Evidence).Status.CycleRef; ref != nil {
			return []string{ref.Name}
		}
		return nil
	}},
	{&praxisv1.IncentivePolicy{}, byUtility, func(o client.Object) []string {
		return []string{o.(*praxisv1.IncentivePolicy).Spec.UtilityRef.Name}
	}},
	{&praxisv1.IncentiveStatement{}, byPolicy, policyOf},
	{&praxisv1.Evidence{}, byState, func(o client.Object) []string { return evidenceState(o.(*praxisv1.Evidence)) }},
}

func addIndexes(ctx context.Context, indexer client.FieldIndexer) error {
	for _, index := range indexes {
		if err := indexer.IndexField(ctx, index.of, index.field, index.value); err != nil {
			return fmt.Errorf("indexing %T by %s: %w", index.of, index.field, err)
		}
	}
	return nil
}

func evidenceState(e *praxisv1.Evidence) []string {
	var states []string
	if e.Status.ObservedGeneration < 1 {
		states = append(states, unjudged)
	}
	if !evidence.Reflects(e) {
		states = append(states, unlooked)
	}
	if e.Status.ObservedGeneration < 1 || evidence.Pending(e) || evidence.AwaitsAccount(e) {
		states = append(states, undecided)
	}
	return states
}

// stepKey is the index key of the Actions of another step of the same KeyAction and week.
func stepKey(a *praxisv1.Action, step string) string {
	return a.Spec.CycleRef.Name + "/" + a.Spec.KeyActionRef.Name + "/" + step
}
