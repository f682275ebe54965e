// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const jobs = `
apiVersion: praxis.dev/v1alpha1
kind: EvidenceSource
metadata: {name: shop-repo}
spec:
  object: {apiVersion: batch/v1, kind: Job, selector: {matchLabels: {rehearsal: "true"}}}
  rules:
  - name: done
    when: object.status.succeeded > 0
    for: {keyAction: rehearse-rollback, step: agree}
    summary: "'Job ' + object.metadata.name + ' succeeded'"
`

func (s *withSources) job(name, rehearsal string, succeeded int32) {
	s.Helper()
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Namespace: s.ns, Name: name, Labels: map[string]string{"rehearsal": rehearsal}}}
	job.Spec.Template.Spec = corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{{Name: "a", Image: "a"}}}
	s.must(s.live.Create(s.Context(), job))
	// A kubelet and the Job controller would write this.
	job.Status.Succeeded = succeeded
	s.must(s.live.Status().Update(s.Context(), job))
}

func (s *withSources) countOf(want int) {
	s.Helper()
	err := eventually(s.Context(), func(context.Context) (bool, error) { return len(s.pieces()) == want, nil })
	if err != nil {
		s.Fatalf("there are %d pieces, want %d", len(s.pieces()), want)
	}
}

func TestAJobIsEvidenceWhereTheOperatorMayWatchJobs(t *testing.T) {
	s := fromForge(t)
	s.must(s.create([]byte(jobs)))
	s.job("early", "true", 1)
	s.job("another", "false", 1)
	s.becomes("False NoRights")
	watches := rbacv1.PolicyRule{APIGroups: []string{"batch"}, Resources: []string{"jobs"}, Verbs: []string{"get", "list", "watch"}}
	s.grant("praxis-watch-jobs.batch", watches)
	s.becomes("True Receiving")
	s.countOf(1)
	s.job("late", "true", 1)
	s.job("running", "true", 0)
	s.countOf(2)
	s.take("praxis-watch-jobs.batch")
	s.becomes("False NoRights")
	s.job("unseen", "true", 1)
	s.settled()
	s.countOf(2)
	s.grant("again", watches)
	s.becomes("True Receiving")
	s.countOf(3)
	s.another() // what was made before is not made again
	s.becomes("True Receiving")
	s.countOf(3)
	if e := s.pieces()[0]; e.Spec.Source.Kind != "object" || !strings.HasSuffix(e.Spec.Summary, "succeeded") {
		t.Errorf("it is %+v", e.Spec)
	}
}
