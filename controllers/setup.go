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
//	action_controller.go       counts the evidence of an Action and says what state it is in
//	evidence_controller.go     says whether a piece of evidence counts, and for which Action
//	review_controller.go       keeps the agenda of a Review and carries out what it decided
//	policies_controller.go     says which admission policies are missing
//	definitions_controller.go  says when the definitions are of another release than the operator
//	metrics.go                 serves what the status says as Prometheus metrics
//
// Figures flow one way: Evidence -> Action -> WeeklyCycle -> KeyAction and Utility. A change
// costs one status write on each level at most, and nothing where nothing changed.
package controllers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/metrics"
	"github.com/praxis-dev/praxis/internal/progress"
	"github.com/praxis-dev/praxis/internal/version"
)

// RBAC of the operator itself; each reconciler declares what it uses beside it. What it
// uses in its own namespace alone is in config/rbac/account.
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups=praxis.dev,resources=utilities;teams;keyactions;weeklycycles;actions;evidence;reviews,verbs=operate

// Clock is the time that all decisions are made by.
type Clock interface {
	// Now is the instant that is decided for.
	Now() time.Time
	// At is the instant of a real moment, such as a timestamp of the API server.
	At(real time.Time) time.Time
	// Wait is the real time until an instant.
	Wait(until time.Time) time.Duration
}

// Options are what a person sets.
type Options struct {
	Clock Clock
	// Stamping tells that the API server is to write people's names, by the policies of
	// config/admission/stamping, so that it is said where one of them is missing.
	Stamping bool
	// HistoryWeeks is how many closed weeks of a Utility are kept as objects, at least 1.
	HistoryWeeks int
}

// Deps are what every reconciler is made of.
type Deps struct {
	client.Client
	Options
	Events events.EventRecorder
	// User is who the operator is to the API server.
	User   string
	Bursts Bursts
	// Observed are metrics of what happens; nil observes nothing.
	Observed *metrics.Observed
}

// Bursts are where much can come in at once: evidence for Actions, and Actions of a week.
// A nil one holds nothing back.
type Bursts struct{ evidence, work *burst }

// Setup adds all reconcilers and the indexes that they read by.
func Setup(mgr ctrl.Manager, options Options) error {
	user, err := whoAmI(mgr.GetConfig())
	if err != nil {
		return err
	}
	observed, err := metrics.NewObserved(ctrlmetrics.Registry)
	if err != nil {
		return fmt.Errorf("preparing metrics: %w", err)
	}
	if err := ctrlmetrics.Registry.Register(figures{mgr.GetCache(), options.Clock, mgr.Elected(), observed}); err != nil {
		return fmt.Errorf("preparing metrics: %w", err)
	}
	deps := Deps{
		Observed: observed,
		Client:   mgr.GetClient(), Options: options, Events: mgr.GetEventRecorder("praxis"), User: user,
		Bursts: Bursts{
			evidence: newBurst(25, 250*time.Millisecond, 10*time.Second),
			work:     newBurst(5, 50*time.Millisecond, time.Second),
		},
	}
	if err := addIndexes(context.Background(), mgr.GetFieldIndexer()); err != nil {
		return err
	}
	for name, setup := range map[string]func(ctrl.Manager) error{
		"Utility":     (&UtilityReconciler{deps}).SetupWithManager,
		"KeyAction":   (&KeyActionReconciler{deps}).SetupWithManager,
		"Team":        (&TeamReconciler{deps}).SetupWithManager,
		"WeeklyCycle": (&WeeklyCycleReconciler{deps}).SetupWithManager,
		"Action":      (&ActionReconciler{deps}).SetupWithManager,
		"Evidence":    (&EvidenceReconciler{deps}).SetupWithManager,
		"Review":      (&ReviewReconciler{deps}).SetupWithManager,
		"policies":    (&PoliciesReconciler{Deps: deps}).SetupWithManager,
		"definitions": (&DefinitionsReconciler{Deps: deps, version: version.Version}).SetupWithManager,
	} {
		if err := setup(mgr); err != nil {
			return fmt.Errorf("setting up the %s controller: %w", name, err)
		}
	}
	return nil
}

// Synced is ready once the cache holds what there is, in the replica that leads as in one that
// stands by: who takes over is warm, and a version that may not read something is never ready.
func Synced(c cache.Cache) healthz.Checker {
	return func(r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), 500*time.Millisecond) // a probe waits a second
		defer cancel()
		if !c.WaitForCacheSync(ctx) {
			return errors.New("not everything has been read yet")
		}
		return nil
	}
}

// whoAmI asks the API server for the operator's own name, which amendments carry.
func whoAmI(config *rest.Config) (string, error) {
	direct, err := kubernetes.NewForConfig(config)
	if err != nil {
		return "", fmt.Errorf("preparing to ask who I am: %w", err)
	}
	me, err := direct.AuthenticationV1().SelfSubjectReviews().Create(context.Background(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("asking the API server who I am: %w", err)
	}
	return me.Status.UserInfo.Username, nil
}

// Indexes that lists are narrowed by.
const (
	byUtility  = "spec.utilityRef.name"
	byCycle    = "spec.cycleRef.name"
	byStep     = "cycle/keyAction/step"
	byTeam     = "cycle/team"
	byNeed     = "cycle/keyAction/dependsOn"
	byOrigin   = "spec.carriedFrom"
	byAction   = "action"
	byMeaning  = "keyAction/step"
	byMeasured = "spec.for.utility"
	byState    = "state"
)

// Values of byState.
const (
	unjudged  = "unjudged"
	undecided = "undecided"
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
		{&praxisv1.Action{}, byOrigin, func(o client.Object) []string { return []string{o.(*praxisv1.Action).Spec.CarriedFrom} }},
		{&praxisv1.Review{}, byUtility, func(o client.Object) []string { return []string{o.(*praxisv1.Review).Spec.UtilityRef.Name} }},
		{&praxisv1.Evidence{}, byAction, func(o client.Object) []string { return []string{progress.ActionOf(o.(*praxisv1.Evidence))} }},
		{&praxisv1.Evidence{}, byMeaning, func(o client.Object) []string {
			if target := o.(*praxisv1.Evidence).Spec.For; target != nil {
				return []string{target.KeyAction + "/" + target.Step}
			}
			return nil
		}},
		{&praxisv1.Evidence{}, byMeasured, func(o client.Object) []string {
			if target := o.(*praxisv1.Evidence).Spec.For; target != nil {
				return []string{target.Utility}
			}
			return nil
		}},
		{&praxisv1.Evidence{}, byState, func(o client.Object) []string { return evidenceState(o.(*praxisv1.Evidence)) }},
	} {
		if err := indexer.IndexField(ctx, index.of, index.field, index.value); err != nil {
			return fmt.Errorf("indexing %T by %s: %w", index.of, index.field, err)
		}
	}
	return nil
}

func evidenceState(e *praxisv1.Evidence) []string {
	switch {
	case e.Status.ObservedGeneration < 1:
		return []string{unjudged, undecided}
	case !progress.Counts(e):
		return []string{undecided}
	}
	return nil
}

// stepKey is where the Actions of another step of the same KeyAction and week are found.
func stepKey(a *praxisv1.Action, step string) string {
	return a.Spec.CycleRef.Name + "/" + a.Spec.KeyActionRef.Name + "/" + step
}
