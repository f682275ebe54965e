// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllers is the only code that reads or writes the API. Each
// reconciler gathers what a decision needs, lets a pure package decide (internal/plan,
// internal/review, internal/status), and publishes the outcome:
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
//	predicates.go, enqueue.go  which changes matter, and to which objects
//	indexes.go, gather.go      what lists are narrowed by, and what is read for a decision
//	publish.go, events.go      what is written and what is told
//	recover.go                 keeps a panic with the object that caused it
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

	"github.com/praxis-dev/praxis/internal/metrics"
	"github.com/praxis-dev/praxis/internal/plan"
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
	// Programmes are those of the goals that were looked at last; nil makes each anew.
	Programmes *plan.Memo
	// Observed are metrics of what happens; nil observes nothing.
	Observed *metrics.Observed
}

// Bursts are where much can come in at once: evidence for Actions, and Actions of a week.
// A nil one holds nothing back.
type Bursts struct{ evidence, work *burst }

// keptProgrammes is how many goals' are kept. One of a hundred Teams takes some hundred KiB.
const keptProgrammes = 64

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
		Programmes: plan.NewMemo(keptProgrammes),
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
