// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// job is work that a Job does for a person.
type job struct{ name, does, by, recording string }

// ran has somebody start a Job, lets it end well, and returns the evidence that the operator makes
// of it. The Job controller is that of every cluster; only the kubelet is played.
func (c *cast) ran(ctx context.Context, of job) (string, error) {
	made := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Namespace: stageNamespace, Name: of.name, Labels: map[string]string{"team": "platform", "does": of.does, "by": of.by}},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{{Name: "run", Image: "registry.example.com/deploys"}},
		}}},
	}
	if of.recording != "" {
		made.Annotations = map[string]string{"recording": of.recording}
	}
	if err := c.users[of.by].Create(ctx, made); err != nil {
		return "", fmt.Errorf("starting Job %s: %w", of.name, err)
	}
	if err := c.endPods(ctx, of.name); err != nil {
		return "", err
	}
	piece, err := c.pieceOf(ctx, "jobs", string(made.UID))
	if err == nil {
		fmt.Printf("  job/%s is complete: Made: %s\n", of.name, piece)
	}
	return piece, err
}

// endPods writes what a kubelet would, that the Pods of a Job have ended well.
func (c *cast) endPods(ctx context.Context, job string) error {
	return soon(ctx, "the Pod of Job "+job, func(ctx context.Context) (bool, error) {
		var pods corev1.PodList
		err := c.admin.List(ctx, &pods, client.InNamespace(stageNamespace), client.MatchingLabels{batchv1.JobNameLabel: job})
		if err != nil || len(pods.Items) == 0 {
			return false, err
		}
		pod := &pods.Items[0]
		before := pod.DeepCopy()
		pod.Status.Phase = corev1.PodSucceeded
		return true, c.admin.Status().Patch(ctx, pod, client.MergeFrom(before))
	})
}

// pieceOf waits for the evidence that a source makes of an event, and returns its name.
func (c *cast) pieceOf(ctx context.Context, source, id string) (name string, err error) {
	err = soon(ctx, "the evidence of source "+source, func(ctx context.Context) (bool, error) {
		var pieces praxisv1.EvidenceList
		err := c.admin.List(ctx, &pieces, client.InNamespace(stageNamespace))
		for i := range pieces.Items {
			if from := pieces.Items[i].Spec.Source; from != nil && from.Ref == source && from.ID == id {
				name = pieces.Items[i].Name
			}
		}
		return name != "", err
	})
	return name, err
}

// soon waits for what follows from something else.
func soon(ctx context.Context, what string, holds func(context.Context) (bool, error)) error {
	if err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, 30*time.Second, true, holds); err != nil {
		return fmt.Errorf("%s does not come: %w", what, err)
	}
	return nil
}
