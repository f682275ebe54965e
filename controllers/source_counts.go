// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// countEvery is how often what was counted is written, if anything was.
const countEvery = time.Minute

// countWriter writes what each replica counted into the status of the sources, once a minute.
// Several replicas write one status, so each adds to what it has just read, and a write that
// another came before is made again a minute later.
type countWriter struct {
	*Sources
	ticks clock.WithTicker
}

// NeedLeaderElection implements manager.LeaderElectionRunnable: every replica receives.
func (*countWriter) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable. What was counted when it ends is written at last.
func (w *countWriter) Start(ctx context.Context) error {
	ticker := w.ticks.NewTicker(countEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C():
			w.writeCounts(ctx)
		case <-ctx.Done():
			w.writeLast(context.WithoutCancel(ctx))
			return nil
		}
	}
}

func (w *countWriter) writeLast(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	w.writeCounts(ctx)
}

// writeCounts writes what was counted; what cannot be written now is kept.
func (s *Sources) writeCounts(ctx context.Context) {
	for key, counted := range s.Counts.take() {
		if err := s.writeCount(ctx, key, counted); err != nil {
			s.Counts.restore(key, counted)
			log.FromContext(ctx).V(1).Info("what a source told is counted later", "source", key, "because", err.Error())
		}
	}
}

func (s *Sources) writeCount(ctx context.Context, key client.ObjectKey, counted *counted) error {
	now := &praxisv1.EvidenceSource{}
	err := s.Get(ctx, key, now) // what is not the newest makes a conflict
	if apierrors.IsNotFound(err) || err == nil && now.UID != counted.of.UID {
		return nil
	}
	if err != nil {
		return err
	}
	after := now.DeepCopy()
	counted.Into(&after.Status)
	patch := client.MergeFromWithOptions(now, client.MergeFromWithOptimisticLock{})
	return client.IgnoreNotFound(s.Writer.Status().Patch(ctx, after, patch))
}
