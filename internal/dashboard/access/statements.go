// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/gather"
)

// ownAtOnce is how many statements of one person are asked for at most: each policy, and the
// quarters of each that are shown.
const ownAtOnce = 200

// statement reads one statement, fresh from the API server: that of the person themself, or one
// that they have the right to read. Whether any other exists is told to nobody.
func (p *personal) statement(ctx context.Context, key client.ObjectKey, into client.Object) error {
	s, is := into.(*praxisv1.IncentiveStatement)
	if !is || p.person.User == "" {
		return forbidden(statements, key.Name, denial(p.person.User, "read", secretKind, key.Namespace, ""))
	}
	allowed, reason, err := p.cluster.gate.may(ctx, p.subject, attributes("get", secretKind, key.Namespace))
	if err != nil {
		return err
	}
	found := &praxisv1.IncentiveStatement{}
	err = p.cluster.uncached.Get(ctx, key, found)
	switch {
	case err != nil && (allowed || !apierrors.IsNotFound(err)):
		return err
	case err != nil, !allowed && found.Spec.User != p.person.User:
		return forbidden(statements, key.Name, denial(p.person.User, "read", secretKind, key.Namespace, reason))
	}
	found.DeepCopyInto(s)
	return nil
}

// Own are the person's own statements. The dashboard may get a statement and not list them, so
// they are asked for by name, of which the person's own name is a part.
func (k *Cluster) Own(ctx context.Context, person identity.Person) ([]praxisv1.IncentiveStatement, error) {
	if !k.synced.Load() {
		return nil, k.Healthy()
	}
	var policies praxisv1.IncentivePolicyList
	if err := k.cache.List(ctx, &policies); err != nil {
		return nil, err
	}
	own := gather.StatementNames(policies.Items, person.User)
	var found []praxisv1.IncentiveStatement
	p := subjectOf(person)
	for _, key := range own[:min(len(own), ownAtOnce)] {
		if err := k.gate.paceOf(p).Wait(ctx); err != nil {
			return nil, err
		}
		var s praxisv1.IncentiveStatement
		switch err := k.uncached.Get(ctx, key, &s); {
		case err == nil && s.Spec.User == person.User && person.User != "":
			s.ManagedFields = nil // who wrote which field is nothing to people
			found = append(found, s)
		case err != nil && !apierrors.IsNotFound(err):
			return nil, err
		}
	}
	return found, nil
}

// Others are the statements of other people, in the namespaces in which the person may list them;
// the API server lists them for the person, and for nobody else.
func (k *Cluster) Others(ctx context.Context, person identity.Person) ([]praxisv1.IncentiveStatement, error) {
	if !k.synced.Load() {
		return nil, k.Healthy()
	}
	// Whoever approves may have no right but that, so it is not asked whether they may see goals.
	namespaces, err := k.listable(ctx, subjectOf(person), secretKind, k.namespacesOf("IncentivePolicy"))
	if err != nil {
		return nil, err
	}
	var found []praxisv1.IncentiveStatement
	for _, namespace := range namespaces {
		var list praxisv1.IncentiveStatementList
		switch err := gather.List(ctx, k.Client(person), &list, namespace); {
		case apierrors.IsForbidden(err):
			continue // since a moment ago
		case err != nil:
			return nil, err
		}
		for i := range list.Items {
			if s := &list.Items[i]; s.Spec.User != person.User {
				s.ManagedFields = nil
				found = append(found, *s)
			}
		}
	}
	return found, nil
}
