// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	monday    = "2026-11-23T15:05:00Z"
	wednesday = "2026-11-25T13:00:00Z" // the midweek check is open
	friday    = "2026-11-27T14:00:00Z" // the review is open
	nextWeek  = "2026-12-01T09:00:00Z" // W49 runs, W48 waits for its review
	review48  = w48 + ".review-failed-deploys.review.mira"
)

// from is a world of a sample at an instant.
func from(sampleName string, instants ...string) func(*world) {
	return func(w *world) {
		w.must(w.apply(sample(sampleName)))
		for _, now := range append([]string{monday}, instants...) {
			w.settleAt(now)
		}
	}
}

func after(first func(*world), more func(*world)) func(*world) {
	return func(w *world) {
		first(w)
		more(w)
		w.settle()
	}
}

// condition shows a condition of an object.
func condition[T any, O interface {
	*T
	client.Object
}](name, kind string) func(*world) string {
	return func(w *world) string {
		o := O(new(T))
		w.must(client.IgnoreNotFound(w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: name}, o)))
		return reason(any(o).(praxisv1.Conditioned).GetConditioned().Conditions, kind)
	}
}

func isThere[T any, O interface {
	*T
	client.Object
}](name string) func(*world) string {
	return func(w *world) string {
		o := O(new(T))
		err := w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: name}, o)
		w.must(client.IgnoreNotFound(err))
		if err != nil || o.GetDeletionTimestamp() != nil {
			return "gone"
		}
		return "there"
	}
}

// overwrites says something in a status that is not so, as whoever may.
func overwrites[T any, O interface {
	*T
	client.Object
}](name string) (func(*world), func(*world) string) {
	const lie = "All is well"
	return func(w *world) {
			o := get[T, O](w, name)
			any(o).(praxisv1.Conditioned).GetConditioned().Summary = lie
			w.must(w.live.Status().Update(w.Context(), o))
		}, func(w *world) string {
			if any(get[T, O](w, name)).(praxisv1.Conditioned).GetConditioned().Summary == lie {
				return "a lie"
			}
			return "true again"
		}
}

func itself[T any, O interface {
	*T
	client.Object
}](name string) watchTest {
	change, becomes := overwrites[T, O](name)
	return watchTest{from("platform"), change, becomes, "true again"}
}

// anotherKeyAction is of a Team and a package that may not be there yet.
func anotherKeyAction(change func(*praxisv1.KeyActionSpec)) func(*world) {
	return func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.MaxKeyActions = 4 })
		edit(w, "review-failed-deploys", func(ka *praxisv1.KeyAction) { ka.Spec.Weight = new(int32(15)) })
		ka := &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: "talk-to-teams", Namespace: w.ns}, Spec: *get[praxisv1.KeyAction](w, "review-failed-deploys").Spec.DeepCopy()}
		ka.Spec.Weight = new(int32(5))
		change(&ka.Spec)
		w.must(w.Create(w.Context(), ka))
		w.seenAt(ka)
	}
}

const talk = w48 + ".talk-to-teams.review.mira"

func ofTeam(name string) func(*praxisv1.KeyActionSpec) {
	return func(s *praxisv1.KeyActionSpec) { s.TeamRef = &praxisv1.LocalReference{Name: name} }
}

func ofPackage(s *praxisv1.KeyActionSpec) {
	s.Package, s.PackageRef = nil, &praxisv1.PackageReference{Name: "talking"}
}

func aPackage(w *world) {
	p := &praxisv1.ActionPackage{ObjectMeta: metav1.ObjectMeta{Name: "talking", Namespace: w.ns}}
	p.Spec.Package = *get[praxisv1.KeyAction](w, "review-failed-deploys").Spec.Package.DeepCopy()
	w.must(w.Create(w.Context(), p))
}

func aTeam(name string) func(*world) {
	return func(w *world) {
		team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.ns}, Spec: *get[praxisv1.Team](w, "platform").Spec.DeepCopy()}
		w.must(w.Create(w.Context(), team))
	}
}

func accepts(action string, n int32) func(*world) { return func(w *world) { w.accept(action, n) } }

func deletes[T any, O interface {
	*T
	client.Object
}](name string) func(*world) {
	return func(w *world) { w.must(w.Delete(w.Context(), get[T, O](w, name))) }
}

// signs signs the review of a week, which decides on what is unfinished of its key tier.
func signs(name string) func(*world) {
	return func(w *world) {
		var decisions []praxisv1.ActionDecision
		for _, item := range get[praxisv1.Review](w, name).Status.Agenda {
			if item.Action != "" && item.Tier == praxisv1.TierKey && strings.HasSuffix(name, "-review") {
				decision := praxisv1.DecideCarryOver
				if item.Action == review48 {
					decision = praxisv1.DecideDrop
				}
				decisions = append(decisions, decide(item.Action, decision))
			}
		}
		w.sign(name, decisions...)
	}
}

func reading(w *world) {
	value := praxisv1.Decimal("31.5")
	e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: "reading", Namespace: w.ns}, Spec: praxisv1.EvidenceSpec{Quantity: 1, Value: &value, For: &praxisv1.EvidenceTarget{Utility: "safe-deploys", Measure: "minutes-to-undo"}}}
	w.must(w.as("tomas@example.com").Create(w.Context(), e))
	w.seenAt(e)
	w.must(w.judge("mira@example.com", "reading", praxisv1.DecisionAccepted))
}

func submits(name, action string) func(*world) {
	return func(w *world) { w.submit(name, action) }
}

func sourced(w *world) {
	for _, name := range []string{"first", "second"} {
		w.submit(name, agree, func(e *praxisv1.Evidence) { e.Spec.Source = &praxisv1.EvidenceOrigin{Kind: "Git", ID: "1"} })
		w.settle()
	}
}

// suspended is a world without a week, which would bring back whom a watch is to.
func suspended(sampleName, utility string) func(*world) {
	return func(w *world) {
		w.must(w.apply(sample(sampleName)))
		edit(w, utility, func(u *praxisv1.Utility) { u.Spec.Suspend = true })
		w.settle()
	}
}

func resumes(w *world) { edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = false }) }

func calibrationSays(reason string) func(*world) string {
	return func(w *world) string {
		for _, item := range get[praxisv1.Review](w, "safe-deploys-calibration-2026-w48").Status.Agenda {
			if item.Reason == reason {
				return "said"
			}
		}
		return ""
	}
}

// closesBeforeAPieceIsSeen lets the week close while a piece that may be for it cannot be looked
// at: it lacks what is asked for in the end, so that no Action changes by it.
func closesBeforeAPieceIsSeen(w *world) {
	held := make(chan struct{})
	w.gate.refuse(func(r *http.Request) bool {
		select {
		case <-held:
			return false
		default:
			return strings.Contains(r.URL.Path, "/evidence/")
		}
	})
	w.submit("without", prepare, func(e *praxisv1.Evidence) { e.Spec.Artifacts = nil })
	signs(weekly)(w)
	w.must(w.within(ample, "it begins to close", func() bool { return get[praxisv1.WeeklyCycle](w, w48).Status.ClosingAt != nil }))
	w.rest()
	close(held)
}

// changesTheTeamWhileItIsFrozen makes somebody a reviewer after the plan of a week has been made
// with the Team as it was, and before it is written: while its Reviews are made. (A write of the
// week itself must not wait, since whoever reads weeks waits for it.)
func changesTheTeamWhileItIsFrozen(w *world) {
	written := make(chan struct{})
	w.gate.hold(func(r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/reviews") {
			<-written
		}
	})
	judges := func(n int) func() bool {
		return func() bool { return len(get[praxisv1.Evidence](w, "early").Status.Judges) == n }
	}
	resumes(w)
	w.must(w.within(ample, "it can be judged", judges(1)))
	edit(w, "platform", func(team *praxisv1.Team) { team.Spec.Members[1].Roles = append(team.Spec.Members[1].Roles, "reviewer") })
	w.must(w.within(ample, "it can be judged by another", judges(2)))
	close(written)
}

// A week may close after the check of the next one has opened.
func TestWhatIsCarriedOverStandsOnACheckThatIsOpen(t *testing.T) {
	due := metav1.Date(2026, time.November, 30, 12, 0, 0, 0, time.UTC) // past, once the week closes
	c := watchTest{
		prepare: func(w *world) {
			w.must(w.apply(sample("platform")))
			edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Cadence.GraceHours = new(int32(120)) })
			for _, now := range []string{monday, friday, "2026-12-02T13:00:00Z"} {
				w.settleAt(now)
			}
		},
		change: func(w *world) {
			var decisions []praxisv1.ActionDecision
			for _, item := range get[praxisv1.Review](w, weekly).Status.Agenda {
				if item.Action != "" && item.Tier == praxisv1.TierKey {
					d := decide(item.Action, praxisv1.DecideReschedule)
					d.DueAt = &due
					decisions = append(decisions, d)
				}
			}
			w.sign(weekly, decisions...)
		},
		becomes: func(w *world) string {
			for _, item := range get[praxisv1.Review](w, w49+"-midweek").Status.Agenda {
				return item.Reason
			}
			return ""
		},
		want: praxisv1.ReasonNotCarriedOut,
	}
	if err := c.missed(t, "what a week takes over", nil); err != nil {
		t.Error(err)
	}
}
