// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllers is the only code that reads or writes the API. Each
// reconciler gathers what a decision needs, lets a pure package decide (internal/plan,
// internal/review, internal/status), and publishes the outcome:
//
//	utility_controller.go      makes the cycle of the running week and the status of a Utility; utility_reviews.go
//	                           makes its Reviews
//	weeklycycle_controller.go  keeps the figures of a week; weeklycycle_gathering.go reads what they are made of,
//	                           weeklycycle_planning.go makes its Actions and freezes the plan, weeklycycle_leaving.go
//	                           takes away what was undone, and weeklycycle_closing.go reads what it is closed with
//	keyaction_controller.go    checks a KeyAction, makes one for each Team of an enterprise one
//	team_controller.go         reports what each member owes
//	action_controller.go       counts the evidence of an Action and sets its state
//	evidence_controller.go     says whether a piece of evidence counts, and for which Action; evidence_action.go
//	                           and evidence_judges.go find that Action, and who may judge
//	evidencesource_controller.go  says whether an EvidenceSource can be received from; sources.go makes evidence of
//	                           what it tells, receiving.go serves the receiver, source_secrets.go reads what a sender
//	                           may show, source_counts.go counts, source_objects.go and source_following.go watch
//	                           objects
//	review_controller.go       keeps the agenda of a Review and carries out what it decided; review_gathering.go reads what
//	                           it is about and by which plan it is signed
//	incentivepolicy_controller.go  decides on the statements of a policy; incentivepolicy_gathering.go reads the weeks that
//	                           they stand on, and incentivepolicy_statements.go makes and writes them
//	policies_controller.go     warns of admission policies that are missing or differ
//	definitions_controller.go  warns when the definitions are from another release than the operator
//	watching.go, queue.go      put controllers together, and decide in which order they work
//	bigplans.go                keeps big plans from taking all workers
//	predicates.go, enqueue.go  decide which changes matter, and to which objects
//	involved.go                finds the goals that a Team or a package matters to
//	burst.go                   merges what comes in faster than each is worth a status write
//	indexes.go, gather.go      filter lists, and read what a decision needs
//	cache.go                   decides what of an object is kept in memory
//	publish.go, events.go      write objects and emit events
//	metadata.go                puts labels and owners of generated objects right
//	turns.go                   brings the queues of rotating steps up to date
//	plans.go                   remembers the plans of running weeks, to put right what somebody overwrote
//	counting.go                keeps a week from being closed while evidence is counted
//	measure_controller.go      reads measures from their sources, in a queue of its own; measure_readings.go
//	                           remembers what was read
//	recover.go                 confines a panic to the object that caused it
//	metrics.go                 serves the figures of the status as Prometheus metrics
//
// Figures flow one way: Evidence -> Action -> WeeklyCycle -> KeyAction and Utility. A change
// costs at most one status write on each level, and none where nothing changed.
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
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/praxis-dev/praxis/internal/measuring"
	"github.com/praxis-dev/praxis/internal/metrics"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/provider"
	"github.com/praxis-dev/praxis/internal/version"
)

// RBAC of the operator itself; each reconciler declares next to it what else it uses. The rights
// that are limited to the operator's own namespace are in config/rbac/account.
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups=praxis.dev,resources=utilities;teams;keyactions;weeklycycles;actions;evidence;reviews;incentivepolicies;incentivestatements,verbs=operate

// Clock is the time on which all decisions are based.
type Clock interface {
	// Now is the instant for which decisions are made.
	Now() time.Time
	// At converts a real time, such as a timestamp of the API server, to this clock.
	At(real time.Time) time.Time
	// Wait returns the real time until an instant of this clock.
	Wait(until time.Time) time.Duration
}

// Options are set by flags.
type Options struct {
	Clock Clock
	// Stamping means that the policies of config/admission/stamping are expected: they let the
	// API server write who did something. The operator then warns if one of them is missing.
	Stamping bool
	// HistoryWeeks is how many closed weeks of a Utility are kept as objects, at least 1.
	HistoryWeeks int
	// Providers are whom measures may ask; nil is nobody.
	Providers *provider.File
	// Receiver is what takes the events of EvidenceSources.
	Receiver ReceiverOptions
}

// Deps are the dependencies that all reconcilers share.
type Deps struct {
	client.Client
	Options
	Events events.EventRecorder
	// User is the operator's user name at the API server.
	User string
	// Live reads what the API server has, past the cache.
	Live client.Reader
	// Counting keeps a week from being closed while evidence is counted.
	Counting Counting
	// Bursts hold nothing back where they are empty.
	Bursts Bursts
	// Programmes are those of the goals that were looked at last; nil makes each anew.
	Programmes *plan.Memo
	Queues     *Queues
	// BigPlans leave workers to small plans; nil leaves none.
	BigPlans BigPlans
	// Own knows the operator's own writes; nil knows none.
	Own *Own
	// Plans are those of the running weeks; nil takes each as it is found.
	Plans *Plans
	// Readings are what measures were read to be; nil reads none.
	Readings *Readings
	// Observed are metrics of what happens; nil observes nothing.
	Observed *metrics.Observed
	// leaveOut tells which watches a test goes without.
	leaveOut func(watch string) bool
}

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
	readings := NewReadings()
	if err := ctrlmetrics.Registry.Register(figures{mgr.GetCache(), options.Clock, mgr.Elected(), observed, readings}); err != nil {
		return fmt.Errorf("preparing metrics: %w", err)
	}
	deps := Deps{
		Observed: observed, Readings: readings,
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Counting: NewCounting(), Options: options, Events: mgr.GetEventRecorder("praxis"), User: user,
		Bursts: newBursts(clock.RealClock{}), Queues: &Queues{}, Own: NewOwn(), Plans: NewPlans(), BigPlans: NewBigPlans(), Programmes: plan.NewMemo(keptProgrammes),
	}
	if err := addControllers(mgr, deps); err != nil {
		return err
	}
	return addMeasures(mgr, deps)
}

// addMeasures adds what reads measures from their sources.
func addMeasures(mgr ctrl.Manager, deps Deps) error {
	providers, err := provider.New(deps.Providers, clock.RealClock{})
	if err != nil {
		return err
	}
	sources, err := measuring.New(mgr.GetConfig(), mgr.GetRESTMapper(), providers, deps.User)
	if err != nil {
		return err
	}
	if err := (&MeasureReconciler{Deps: deps, Sources: sources, Real: clock.RealClock{}}).SetupWithManager(mgr); err != nil {
		return fmt.Errorf("setting up the measure controller: %w", err)
	}
	return nil
}

// addControllers adds all reconcilers and the indexes that they read by.
func addControllers(mgr ctrl.Manager, deps Deps) error {
	if err := addIndexes(context.Background(), mgr.GetFieldIndexer()); err != nil {
		return err
	}
	objects, err := addSources(mgr, deps)
	if err != nil {
		return err
	}
	for name, setup := range map[string]func(ctrl.Manager) error{
		"Utility":         (&UtilityReconciler{deps}).SetupWithManager,
		"KeyAction":       (&KeyActionReconciler{deps}).SetupWithManager,
		"Team":            (&TeamReconciler{deps}).SetupWithManager,
		"WeeklyCycle":     (&WeeklyCycleReconciler{deps}).SetupWithManager,
		"Action":          (&ActionReconciler{deps}).SetupWithManager,
		"Evidence":        (&EvidenceReconciler{deps}).SetupWithManager,
		"Review":          (&ReviewReconciler{deps}).SetupWithManager,
		"EvidenceSource":  (&EvidenceSourceReconciler{deps, objects}).SetupWithManager,
		"policies":        (&PoliciesReconciler{Deps: deps}).SetupWithManager,
		"definitions":     (&DefinitionsReconciler{Deps: deps, version: version.Version}).SetupWithManager,
		"IncentivePolicy": (&IncentivePolicyReconciler{deps}).SetupWithManager,
	} {
		if err := setup(mgr); err != nil {
			return fmt.Errorf("setting up the %s controller: %w", name, err)
		}
	}
	return nil
}

// Synced is a readiness check that passes once the cache has synced, on the leader and on a
// standby alike: the replica that takes over has a warm cache, and a version that lacks a right
// to read something never becomes ready.
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

// whoAmI asks the API server for the operator's own user name, which amendments carry.
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
