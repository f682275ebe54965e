// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

const (
	goals = "first-goal"
	week  = "first-hour-2026-w48"
	next  = "first-hour-2026-w49"
	fix   = week + ".watch-new-users.ship.kim"
	kim   = "kim@example.org"
	lou   = "lou@example.org"
)

// Speed of the clock: at 14,400 a week takes 42 seconds.
const speed = 14400

// stage is the installed system with its people: gil writes goals, kim does the work and lou
// judges it, each with the shipped role for that and no other.
type stage struct {
	*cluster
	audit         string
	binary        string
	gil, kim, lou client.Client
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{audit: filepath.Join(t.TempDir(), "audit.log")}
	s.cluster = newCluster(t, controlplane.Options{
		ControllerManager: true, AuditLog: s.audit,
		// Without it nobody would ask for the operator's right to finalizers.
		APIServerArgs: []string{"--enable-admission-plugins=OwnerReferencesPermissionEnforcement"},
	})
	s.binary = s.buildOperator()
	s.namespace(systemNamespace)
	s.mustHelm("install", releaseName, chart, "--set", "historyWeeks=1")
	s.knowsOurKinds()
	s.namespace(goals)
	t.Cleanup(s.tell)
	s.gil = s.person("gil@example.org", goals, "edit")
	s.kim = s.person(kim, goals, "praxis-contributor")
	s.lou = s.person(lou, goals, "praxis-reviewer")
	return s
}

func TestTheInstalledOperatorLivesAWeekUnderTheRightsItShipsWith(t *testing.T) {
	s := newStage(t)
	s.podsAreAdmitted()
	s.apply(s.gil, goals, "minimal.yaml")
	s.apply(s.gil, goals, "enterprise.yaml")
	s.serverHasCaughtUp()
	s.workIsPaid()
	monday := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC) // an hour before the week begins in Berlin
	clock := clockFrom(monday, speed)
	first := s.start(s.binary, clock...)
	s.eventually("the first replica is ready", func() (bool, error) {
		status, _, err := first.get("http://"+first.Probes+"/readyz", "")
		return status == 200, err
	})
	second := s.start(s.binary, clock...)
	s.workIsHandedInAndAccepted()
	s.aSourceTellsOfWork()
	s.childrenFollowTheirParent()
	s.reviewsFollowTheGoal()
	first.stop() // the second one takes over
	s.midweekIsChecked()
	s.weekIsReviewed()
	s.metricsAreForWhoMayReadThem(second)
	second.stop()

	// Days after the next week, that one is closed by the clock and the first is pruned.
	third := s.start(s.binary, clockFrom(monday.AddDate(0, 0, 16), speed)...)
	s.eventually("the oldest week is pruned", func() (bool, error) {
		err := s.admin.Get(s.ctx, client.ObjectKey{Namespace: goals, Name: week}, &praxisv1.WeeklyCycle{})
		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})
	third.stop()

	s.restartWritesNothing(monday.AddDate(0, 0, 17))

	account := "system:serviceaccount:" + systemNamespace + ":" + operatorName
	s.accountMayNot(account)
	s.usesWhatItIsGranted(account)
	s.isRestoredElsewhere(monday.AddDate(0, 0, 17))
}

// workIsPaid writes a policy, in shadow, so that there are statements.
func (s *stage) workIsPaid() {
	s.Helper()
	s.eventually("a policy is written", func() (bool, error) {
		err := s.admin.Create(s.ctx, &praxisv1.IncentivePolicy{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "first-hour-points"}, Spec: praxisv1.IncentivePolicySpec{
			UtilityRef: praxisv1.LocalReference{Name: "first-hour"}, Unit: "points", Shadow: true,
			Approvers: praxisv1.Approvers{Users: []string{"hr@example.org", "cfo@example.org"}, Count: 2},
			Rules: []praxisv1.IncentiveRule{{
				Name: "all", Tiers: []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey}, Rhythm: praxisv1.RhythmWeekly,
				Guarantee: &praxisv1.Guarantee{Amount: "10", Floor: 80},
			}},
		}})
		return err == nil || apierrors.IsAlreadyExists(err), err
	})
}

// restartWritesNothing holds a restarted operator to writing nothing, with a clock that hardly
// moves. The first of two finishes what the last one was stopped in.
func (s *stage) restartWritesNothing(at time.Time) {
	account := "system:serviceaccount:" + systemNamespace + ":" + operatorName
	for _, silent := range []bool{false, true} {
		began := time.Now()
		r := s.start(s.binary, clockFrom(at, 1)...)
		s.eventually("it has looked at everything", func() (bool, error) {
			requests, err := controlplane.Requests(s.audit, account, began)
			if err != nil || !silent {
				return controlplane.AtRest(requests, began), err
			}
			writes, done := controlplane.Restarted(requests, began)
			if len(writes) > 0 {
				s.Errorf("restarted with nothing changed, it writes %v", writes)
			}
			return done, nil
		})
		r.stop()
	}
}

// serverHasCaughtUp waits until admission knows the kinds as well, some seconds after the
// definitions are installed. An operator just tries again until then, but its clock is fast here.
func (s *stage) serverHasCaughtUp() {
	for _, kind := range []string{"Utility", "KeyAction", "WeeklyCycle"} {
		s.eventually("an object's owner of kind "+kind+" is understood", func() (bool, error) {
			owned := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "probe", OwnerReferences: []metav1.OwnerReference{{
				APIVersion: praxisv1.GroupVersion.String(), Kind: kind, Name: "probe", UID: "probe", BlockOwnerDeletion: new(true),
			}}}}
			return false, s.gil.Create(s.ctx, owned, client.DryRunAll)
		}, "can't set finalizers on")
	}
	s.eventually("evidence is stamped", func() (bool, error) {
		piece := &praxisv1.Evidence{
			ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "probe"},
			Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "probe"}, Quantity: 1},
		}
		err := s.kim.Create(s.ctx, piece, client.DryRunAll)
		return piece.Spec.SubmittedBy == kim, err
	})
}

// tell says how the goals stand, should the test have failed.
func (s *stage) tell() {
	var utilities praxisv1.UtilityList
	if !s.Failed() || s.admin.List(context.Background(), &utilities) != nil {
		return
	}
	for _, u := range utilities.Items {
		s.Logf("%s: %s; %+v", u.Name, u.Status.Summary, u.Status.Conditions)
	}
}

// podsAreAdmitted sees that the Deployment's Pods come into being under the restricted
// standard; nobody runs them here.
func (s *stage) podsAreAdmitted() {
	s.eventually("both Pods are admitted", func() (bool, error) {
		var pods corev1.PodList
		err := s.admin.List(s.ctx, &pods, client.InNamespace(systemNamespace), client.MatchingLabels{"app.kubernetes.io/component": "operator"})
		return len(pods.Items) == 2, err
	})
}

func (s *stage) workIsHandedInAndAccepted() {
	action := week + ".watch-new-users.invite.kim"
	s.eventually("the week is planned", func() (bool, error) {
		err := s.kim.Get(s.ctx, client.ObjectKey{Namespace: goals, Name: action}, &praxisv1.Action{})
		return err == nil, err
	})
	piece := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "invited"},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: action}, Quantity: 1},
	}
	s.refused("who judges hands nothing in", s.lou.Create(s.ctx, piece.DeepCopy()))
	s.refused("who contributes sets no goals", s.kim.Create(s.ctx, &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "mine"}}))
	s.must(s.kim.Create(s.ctx, piece))
	if piece.Spec.SubmittedBy != kim {
		s.Errorf("it was handed in by %q", piece.Spec.SubmittedBy)
	}
	s.refused("who contributes judges nothing", s.judge(s.kim, kim, piece.Name))
	s.must(s.judge(s.lou, lou, piece.Name))
	s.eventually("the Action is accepted", func() (bool, error) {
		var a praxisv1.Action
		err := s.kim.Get(s.ctx, client.ObjectKey{Namespace: goals, Name: action}, &a)
		return a.Status.Accepted == 1, err
	})
}

func (s *stage) judge(as client.Client, by, piece string) error {
	for {
		var e praxisv1.Evidence
		s.must(as.Get(s.ctx, client.ObjectKey{Namespace: goals, Name: piece}, &e))
		e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: by}
		if err := as.Status().Update(s.ctx, &e); !apierrors.IsConflict(err) {
			return err
		}
	}
}

func (s *stage) refused(why string, err error) {
	s.Helper()
	if !apierrors.IsForbidden(err) {
		s.Errorf("%s: %v", why, err)
	}
}

// childrenFollowTheirParent has the operator make, change and delete what it generates for
// the Teams of an enterprise KeyAction.
func (s *stage) childrenFollowTheirParent() {
	children := func() (titles []string, err error) {
		var all praxisv1.KeyActionList
		err = s.gil.List(s.ctx, &all, client.InNamespace(goals))
		for _, ka := range all.Items {
			if ka.Spec.ParentRef != nil && ka.DeletionTimestamp.IsZero() {
				titles = append(titles, ka.Spec.Object)
			}
		}
		return titles, err
	}
	s.eventually("there is a child for each Team", func() (bool, error) {
		titles, err := children()
		return len(titles) == 3, err
	})
	newcomer := &praxisv1.Team{}
	s.must(s.gil.Get(s.ctx, client.ObjectKey{Namespace: goals, Name: "support"}, newcomer))
	newcomer.ObjectMeta = metav1.ObjectMeta{Namespace: goals, Name: "idle", Labels: newcomer.Labels}
	newcomer.Spec.Members = nil // nobody to have work, so its child can go at once
	newcomer.Spec.Lead = ""
	s.must(s.gil.Create(s.ctx, newcomer))
	s.eventually("the newcomer has one as well", func() (bool, error) {
		titles, err := children()
		return len(titles) == 4, err
	})
	s.must(s.gil.Delete(s.ctx, newcomer))
	s.must(s.gil.Patch(s.ctx, &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "move-workloads"}},
		client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"object":"a workload"}}`))))
	s.eventually("that one is gone and the others are changed", func() (bool, error) {
		titles, err := children()
		return slices.Equal(titles, []string{"a workload", "a workload", "a workload"}), err
	})
}

// reviewsFollowTheGoal has the operator write into an open Review: the page that is to be signed is
// that of today. Who signs it is as the week was planned.
func (s *stage) reviewsFollowTheGoal() {
	var before praxisv1.Review
	calibration := client.ObjectKey{Namespace: goals, Name: "first-hour-calibration-2026-w48"}
	s.eventually("there is a page to be signed", func() (bool, error) {
		err := s.lou.Get(s.ctx, calibration, &before)
		return err == nil, client.IgnoreNotFound(err)
	})
	s.must(s.gil.Patch(s.ctx, &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "docs"}}, client.RawPatch("application/json-patch+json",
		[]byte(`[{"op":"add","path":"/spec/members/-","value":{"name":"max","user":"max@example.org","roles":["reviewer"],"capacity":"1h"}}]`))))
	s.must(s.gil.Patch(s.ctx, &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "first-hour"}}, client.RawPatch("application/merge-patch+json",
		[]byte(`{"spec":{"statement":"A new user gets the first page running within half an hour"}}`))))
	s.eventually("the page is the new one", func() (bool, error) {
		var r praxisv1.Review
		err := s.lou.Get(s.ctx, calibration, &r)
		if slices.Contains(r.Spec.Reviewers, "max@example.org") {
			return false, errors.New("max signs for the week in which he was made a reviewer")
		}
		return r.Spec.Page != before.Spec.Page, err
	})
}

// midweekIsChecked signs the check, whose decision the operator carries out on the Action.
func (s *stage) midweekIsChecked() {
	s.open(week + "-midweek")
	s.must(s.sign(s.lou, week+"-midweek", praxisv1.ActionDecision{
		Action: fix, Decision: praxisv1.DecideReschedule, Reason: "Friday noon is taken", DueAt: new(metav1.NewTime(time.Date(2026, 11, 27, 13, 0, 0, 0, time.UTC))),
	}))
	s.eventually("the Action is due later", func() (bool, error) {
		var a praxisv1.Action
		err := s.kim.Get(s.ctx, client.ObjectKey{Namespace: goals, Name: fix}, &a)
		return len(a.Spec.Amendments) == 1, err
	})
}

func (s *stage) open(review string) {
	s.eventually(review+" is open", func() (bool, error) {
		var r praxisv1.Review
		err := s.lou.Get(s.ctx, client.ObjectKey{Namespace: goals, Name: review}, &r)
		return meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionOpen), err
	})
}

func (s *stage) sign(as client.Client, review string, decision praxisv1.ActionDecision) error {
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{
		"conclusion": "Kim was ill", "signOff": map[string]any{}, "decisions": []praxisv1.ActionDecision{decision},
	}})
	s.must(err)
	return as.Patch(s.ctx, &praxisv1.Review{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: review}}, client.RawPatch("application/merge-patch+json", patch))
}

// weekIsReviewed signs the review, in which what is missing is carried over, and waits for
// the next week.
func (s *stage) weekIsReviewed() {
	s.open(week + "-review")
	carryOver := praxisv1.ActionDecision{Action: fix, Decision: praxisv1.DecideCarryOver, Reason: "It still helps"}
	s.refused("who contributes signs nothing", s.sign(s.kim, week+"-review", carryOver))
	s.must(s.sign(s.lou, week+"-review", carryOver))
	s.eventually("what was missing is carried over into the next week", func() (bool, error) {
		var carried praxisv1.ActionList
		err := s.kim.List(s.ctx, &carried, client.InNamespace(goals), client.MatchingFields{"spec.cycleRef.name": next})
		return slices.ContainsFunc(carried.Items, func(a praxisv1.Action) bool { return a.Spec.CarriedFrom == fix }), err
	})
	s.eventually("the week is closed", func() (bool, error) {
		var c praxisv1.WeeklyCycle
		err := s.lou.Get(s.ctx, client.ObjectKey{Namespace: goals, Name: week}, &c)
		return meta.IsStatusConditionTrue(c.Status.Conditions, praxisv1.ConditionClosed), err
	})
}
