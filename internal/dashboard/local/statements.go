// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package local

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/gather"
)

// person reads goals from the cache, and statements from the API server.
type person struct {
	client.Client
	direct client.Client
}

// Get reads statements from the API server, which gives each person the own one where a Role names it.
func (p person) Get(ctx context.Context, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
	if _, is := o.(*praxisv1.IncentiveStatement); is {
		return p.direct.Get(ctx, key, o, opts...)
	}
	return p.Client.Get(ctx, key, o, opts...)
}

// Patch writes without the cache's taking notice of statements.
func (p person) Patch(ctx context.Context, o client.Object, patch client.Patch, opts ...client.PatchOption) error {
	return p.direct.Patch(ctx, o, patch, opts...)
}

// Own are the statements of what one's own work came to.
func (a as) Own(ctx context.Context, who identity.Person) ([]praxisv1.IncentiveStatement, error) {
	var policies []praxisv1.IncentivePolicy
	var list praxisv1.IncentivePolicyList
	if err := a.inEach(ctx, &list, func() { policies = append(policies, list.Items...) }); err != nil {
		return nil, err
	}
	var found []praxisv1.IncentiveStatement
	for _, key := range gather.StatementNames(policies, who.User) {
		var s praxisv1.IncentiveStatement
		switch err := a.Client(who).Get(ctx, key, &s); {
		case err == nil && s.Spec.User == who.User:
			found = append(found, s)
		case err != nil && !apierrors.IsNotFound(err) && !apierrors.IsForbidden(err):
			return nil, err
		}
	}
	return found, nil
}

// Others are the statements that the kubeconfig lists, but one's own.
func (a as) Others(ctx context.Context, who identity.Person) ([]praxisv1.IncentiveStatement, error) {
	var found []praxisv1.IncentiveStatement
	var list praxisv1.IncentiveStatementList
	err := a.inEach(ctx, &list, func() {
		for i := range list.Items {
			if list.Items[i].Spec.User != who.User {
				found = append(found, list.Items[i])
			}
		}
	})
	return found, err
}

// inEach lists in all namespaces or, where that may not be, in each that is known; what may not be
// listed has nothing in it.
func (a as) inEach(ctx context.Context, list client.ObjectList, then func()) error {
	err := a.direct.List(ctx, list)
	if err == nil {
		then()
	}
	if !apierrors.IsForbidden(err) {
		return err
	}
	namespaces, err := a.Namespaces(ctx, a.me)
	if err != nil {
		return err
	}
	for _, namespace := range namespaces {
		switch err := a.direct.List(ctx, list, client.InNamespace(namespace)); {
		case err == nil:
			then()
		case !apierrors.IsForbidden(err):
			return err
		}
	}
	return nil
}
