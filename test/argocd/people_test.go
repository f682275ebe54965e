// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// idle is the Utility for which nobody works, so that it deviates week after week.
const idle = "first-hour"

// work lets everybody do what is open: hand in, judge, review. Whatever is refused for
// being late or already done is tried again, or not, at the next look.
func (p *play) work() {
	p.Helper()
	var actions praxisv1.ActionList
	var evidence praxisv1.EvidenceList
	var reviews praxisv1.ReviewList
	in := client.InNamespace(namespace)
	p.must(p.admin.List(p.ctx, &actions, in))
	p.must(p.admin.List(p.ctx, &evidence, in))
	p.must(p.admin.List(p.ctx, &reviews, in))
	for i := range actions.Items {
		if a := &actions.Items[i]; a.Spec.UtilityRef.Name != idle && a.Status.Accepted+a.Status.Pending == 0 {
			p.handIn(a)
		}
	}
	judges := p.judges()
	for i := range evidence.Items {
		if e := &evidence.Items[i]; e.Status.Verdict == nil && e.Spec.ActionRef != nil {
			p.judge(e, judges)
		}
	}
	for i := range reviews.Items {
		r := &reviews.Items[i]
		if r.Spec.SignOff == nil && meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionOpen) {
			p.review(r)
		}
	}
}

// handIn leaves one in five for later, so that weeks differ.
func (p *play) handIn(a *praxisv1.Action) {
	p.Helper()
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "for-" + string(a.UID)},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: a.Name}, Quantity: a.Spec.Target},
	}
	for _, wanted := range a.Spec.Evidence {
		e.Spec.Artifacts = append(e.Spec.Artifacts, praxisv1.Artifact{Name: wanted.Name, Type: wanted.Type, URI: "https://work.example.com/" + wanted.Name})
	}
	if a.UID[0]%5 == 0 {
		return
	}
	if err := p.as(a.Spec.User).Create(p.ctx, e); err != nil && !apierrors.IsAlreadyExists(err) {
		p.must(fmt.Errorf("%s hands in for %s: %w", a.Spec.User, a.Name, err))
	}
}

// judges are, for each team, those who may judge.
func (p *play) judges() map[string][]string {
	p.Helper()
	var teams praxisv1.TeamList
	p.must(p.admin.List(p.ctx, &teams, client.InNamespace(namespace)))
	all := map[string][]string{}
	for _, t := range teams.Items {
		for _, m := range t.Spec.Members {
			reviewer := m.Name == t.Spec.Lead
			for _, role := range m.Roles {
				reviewer = reviewer || role == "reviewer"
			}
			if reviewer {
				all[t.Name] = append(all[t.Name], m.User)
			}
		}
	}
	return all
}

func (p *play) judge(e *praxisv1.Evidence, judges map[string][]string) {
	p.Helper()
	var a praxisv1.Action
	if p.admin.Get(p.ctx, client.ObjectKey{Namespace: namespace, Name: e.Spec.ActionRef.Name}, &a) != nil {
		return // of a week that is pruned
	}
	for _, judge := range judges[a.Spec.Team] {
		if judge == e.Spec.SubmittedBy || judge == a.Spec.User {
			continue
		}
		e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: judge}
		if err := p.as(judge).Status().Update(p.ctx, e); err != nil && !apierrors.IsConflict(err) {
			p.must(fmt.Errorf("%s judges %s: %w", judge, e.Name, err))
		}
		return
	}
}

// review decides what is proposed, where that needs no more words, and signs.
func (p *play) review(r *praxisv1.Review) {
	p.Helper()
	if len(r.Spec.Reviewers) == 0 {
		return
	}
	r.Spec.Conclusion, r.Spec.SignOff, r.Spec.Decisions = "Looked at together", &praxisv1.SignOff{}, nil
	for _, item := range r.Status.Agenda {
		if r.Spec.Type != praxisv1.ReviewWeekly {
			break // those decisions need a member or a time
		}
		if item.Action != "" && (item.Proposed == praxisv1.DecideCarryOver || item.Proposed == praxisv1.DecideEscalate) {
			r.Spec.Decisions = append(r.Spec.Decisions, praxisv1.ActionDecision{Action: item.Action, Decision: item.Proposed, Reason: "As proposed"})
		}
	}
	err := p.as(r.Spec.Reviewers[0]).Update(p.ctx, r)
	if err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
		p.must(fmt.Errorf("%s signs %s: %w", r.Spec.Reviewers[0], r.Name, err))
	}
}
