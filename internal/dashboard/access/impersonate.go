// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"net/http"

	"k8s.io/client-go/transport"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// authenticated is the group of everybody whom the API server knows; it adds it by itself.
const authenticated = "system:authenticated"

type personKey struct{}

func as(ctx context.Context, p identity.Person) context.Context {
	return context.WithValue(ctx, personKey{}, p)
}

// impersonator sends each request as the person in its context, and none without: what the
// dashboard writes is never its own.
type impersonator struct{ next http.RoundTripper }

func (i impersonator) RoundTrip(r *http.Request) (*http.Response, error) {
	p, known := r.Context().Value(personKey{}).(identity.Person)
	if !known || p.User == "" {
		return nil, errors.New("nobody is signed in, so nothing is written")
	}
	if p.ReadsOnly != "" {
		return nil, errors.New(p.ReadsOnly)
	}
	if err := identity.Sendable(p); err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	identity.Strip(r.Header)
	r.Header.Set(transport.ImpersonateUserHeader, p.User)
	for _, group := range p.Groups {
		if group != authenticated && group != "" {
			r.Header.Add(transport.ImpersonateGroupHeader, group)
		}
	}
	return i.next.RoundTrip(r)
}
