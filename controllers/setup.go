// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllers is the only code that reads or writes the API. Each
// reconciler gathers what a decision needs, lets internal/plan or
// internal/progress decide, and publishes the outcome:
//
//	utility_controller.go      makes the cycle of the running week; says how the Utility stands
//	weeklycycle_controller.go  makes the week's Actions, freezes the plan, judges and closes the week
//	keyaction_controller.go    checks a KeyAction, makes one for each Team of an enterprise one
//	team_controller.go         says what each member owes
//	action_controller.go       says what state an Action is in
//
// Figures flow one way: Action -> WeeklyCycle -> KeyAction and Utility. A change
// costs one status write on each level at most, and nothing where nothing changed.
package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// RBAC of the operator itself; each reconciler declares what it uses beside it.
// +kubebuilder:rbac:groups="",resources=events,verbs=create;patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups=coordination.k8s.io,resources=leases,verbs=get;create;update

// Clock is the time that all decisions are made by.
type Clock interface {
	// Now is the instant that is decided for.
	Now() time.Time
	// Wait is the real time until an instant.
	Wait(until time.Time) time.Duration
}

// Deps are what every reconciler is made of.
type Deps struct {
	client.Client
	Clock  Clock
	Events events.EventRecorder
}

// Setup adds all reconcilers and the indexes that they read by.
func Setup(mgr ctrl.Manager, clock Clock) error {
	deps := Deps{Client: mgr.GetClient(), Clock: clock, Events: mgr.GetEventRecorder("praxis")}
	if err := addIndexes(context.Background(), mgr.GetFieldIndexer()); err != nil {
		return err
	}
	for name, setup := range map[string]func(ctrl.Manager) error{
		"Utility":     (&UtilityReconciler{deps}).SetupWithManager,
		"KeyAction":   (&KeyActionReconciler{deps}).SetupWithManager,
		"Team":        (&TeamReconciler{deps}).SetupWithManager,
		"WeeklyCycle": (&WeeklyCycleReconciler{deps}).SetupWithManager,
		"Action":      (&ActionReconciler{deps}).SetupWithManager,
	} {
		if err := setup(mgr); err != nil {
			return fmt.Errorf("setting up the %s controller: %w", name, err)
		}
	}
	return nil
}

// Indexes that lists are narrowed by.
const (
	byUtility = "spec.utilityRef.name"
	byCycle   = "spec.cycleRef.name"
	byStep    = "cycle/keyAction/step"
	byTeam    = "cycle/team"
	byNeed    = "cycle/keyAction/dependsOn"
)

func addIndexes(ctx context.Context, indexer client.FieldIndexer) error {
	for _, index := range []struct {
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
		{&praxisv1.Action{}, byNeed, func(o client.Object) []string {
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
	} {
		if err := indexer.IndexField(ctx, index.of, index.field, index.value); err != nil {
			return fmt.Errorf("indexing %T by %s: %w", index.of, index.field, err)
		}
	}
	return nil
}

// stepKey is where the Actions of another step of the same KeyAction and week are found.
func stepKey(a *praxisv1.Action, step string) string {
	return a.Spec.CycleRef.Name + "/" + a.Spec.KeyActionRef.Name + "/" + step
}
