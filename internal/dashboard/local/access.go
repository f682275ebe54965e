// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

const (
	// askAgain is how often it is asked at most whether a silent API server is back.
	askAgain = 2 * time.Second
	// complaintsHold is for how long a broken watch counts: one that stays broken complains again
	// before.
	complaintsHold = time.Minute
)

// as is the cluster for the pages.
type as struct{ *Cluster }

// Access is what the pages reach the cluster through.
func (k *Cluster) Access() access.Access { return as{k} }

// Client is that of the kubeconfig.
func (a as) Client(identity.Person) client.Client { return person{a.Cluster.Client, a.direct} }

// May asks the API server.
func (k *Cluster) May(ctx context.Context, _ identity.Person, what authorizationv1.ResourceAttributes) (allowed bool, reason string, err error) {
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &what}}
	err = k.direct.Create(ctx, review)
	return review.Status.Allowed, review.Status.Reason, err
}

// Namespaces are those with Utilities or, of somebody who may not read everything, those that may
// be read.
func (k *Cluster) Namespaces(ctx context.Context, _ identity.Person) ([]string, error) {
	if k.namespaces != nil {
		return k.namespaces, nil
	}
	var all praxisv1.UtilityList
	err := k.Client.List(ctx, &all)
	var names []string
	for i := range all.Items {
		names = append(names, all.Items[i].Namespace)
	}
	slices.Sort(names)
	return slices.Compact(names), err
}

// Changes tells of any change; a person has few pages open.
func (k *Cluster) Changes(ctx context.Context, _ string) <-chan struct{} {
	signal := make(chan struct{}, 1)
	k.mu.Lock()
	k.waiting[signal] = true
	k.mu.Unlock()
	context.AfterFunc(ctx, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.waiting, signal)
		close(signal)
	})
	return signal
}

// tell signals to all that something has changed.
func (k *Cluster) tell() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for signal := range k.waiting {
		select {
		case signal <- struct{}{}:
		default: // a signal is already pending
		}
	}
}

// watchFailed remembers since when what is shown may be old, unless it is what ends every watch
// after a while. What the server itself answered, such as that something may not be read any more,
// counts for as long as the watch complains again.
func (k *Cluster) watchFailed(_ context.Context, _ *toolscache.Reflector, err error) {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) || apierrors.IsTimeout(err) {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, answered := errors.AsType[*apierrors.StatusError](err); answered {
		k.complaint, k.complains = err, k.clock.Now()
		return
	}
	if k.failure == nil {
		k.since = k.clock.Now()
	}
	k.failure = err
}

// Healthy asks a server that was silent whether it is back. A watch that it refuses is no less
// broken because it answers something else.
func (k *Cluster) Healthy() error {
	k.mu.Lock()
	failure, since := k.failure, k.since
	var complaint error
	if k.complaint != nil && k.clock.Since(k.complains) < complaintsHold {
		complaint = k.complaint
	}
	ask := failure != nil && k.clock.Since(k.asked) >= askAgain
	if ask {
		k.asked = k.clock.Now()
	}
	k.mu.Unlock()
	if ask {
		ctx, cancel := context.WithTimeout(context.Background(), askAgain)
		defer cancel()
		if _, _, err := k.May(ctx, k.me, authorizationv1.ResourceAttributes{Group: praxisv1.GroupVersion.Group, Resource: "utilities", Verb: "list"}); err == nil {
			failure = nil
			k.mu.Lock()
			k.failure = nil
			k.mu.Unlock()
		}
	}
	switch {
	case failure == nil && complaint != nil:
		return fmt.Errorf("a part of the goals cannot be read, and may be older than it is: %w", complaint)
	case failure == nil:
		return nil
	}
	return fmt.Errorf("the API server has been silent since %s: %w", since.UTC().Format("15:04 MST"), failure)
}
