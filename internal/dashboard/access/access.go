// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package access lets people read what they may read, from one cache for all, and write as
// themselves.
package access

import (
	"context"

	authorizationv1 "k8s.io/api/authorization/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// Access is what the pages reach the cluster through.
type Access interface {
	// Client reads and writes as the person. What the person may not read is Forbidden; a list
	// over all namespaces holds those in which the person may list the kind.
	Client(p identity.Person) client.Client
	// May says whether the API server allows the person something, and its reason where it
	// gives one.
	May(ctx context.Context, p identity.Person, what authorizationv1.ResourceAttributes) (allowed bool, reason string, err error)
	// Namespaces are those in which the person may list Utilities, in order.
	Namespaces(ctx context.Context, p identity.Person) ([]string, error)
	// Own are the statements of what the person's own work came to, newest first; no right to read
	// statements is needed. Others are those of other people that the API server lists for them.
	Own(ctx context.Context, p identity.Person) ([]praxisv1.IncentiveStatement, error)
	Others(ctx context.Context, p identity.Person) ([]praxisv1.IncentiveStatement, error)
	// Changes sends whenever an object of the namespace changed, or of any where it is empty,
	// several changes as one, until ctx ends; the channel is closed then. What changed is not
	// told: the reader asks again, and is asked for its rights again.
	Changes(ctx context.Context, namespace string) <-chan struct{}
	// Healthy is an error that says since when the cache has no word from the API server.
	Healthy() error
}
