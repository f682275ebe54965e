// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
)

// Tokens verifies identity tokens of the issuers that the administrator allows. No other address
// is ever asked, whatever an EvidenceSource says.
type Tokens struct {
	issuers []string
	client  *http.Client
	now     func() time.Time

	mu    sync.Mutex
	known map[string]*issuer // of the allowed ones
}

type issuer struct {
	mu       sync.Mutex
	provider *oidc.Provider
	failed   time.Time // when it was asked last in vain
	because  error
}

const (
	// pause is how long an issuer that did not answer is not asked again.
	pause = 10 * time.Second
	// maxAnswer is how long the answer of an issuer may be.
	maxAnswer = 1 << 20
)

// NewTokens asks issuers by a client, whose redirects are not followed.
func NewTokens(issuers []string, client *http.Client, now func() time.Time) *Tokens {
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return errors.New("an issuer of tokens may not redirect") }
	own.Timeout = 10 * time.Second
	own.Transport = bounded{own.Transport}
	return &Tokens{issuers: issuers, client: &own, now: now, known: map[string]*issuer{}}
}

// Allowed reports whether an issuer may be asked.
func (t *Tokens) Allowed(issuer string) bool { return slices.Contains(t.issuers, issuer) }

// Claims is what a token says that its issuer signed for an audience, and that is valid now.
func (t *Tokens) Claims(ctx context.Context, spec *praxisv1.OIDCSource, token string) (map[string]any, error) {
	if !t.Allowed(spec.Issuer) {
		return nil, &InvalidToken{fmt.Errorf("issuer %s is not allowed", spec.Issuer)}
	}
	provider, err := t.provider(spec.Issuer)
	if err != nil {
		return nil, err
	}
	verified, err := provider.Verifier(&oidc.Config{ClientID: spec.Audience, Now: t.now}).Verify(oidc.ClientContext(ctx, t.client), token)
	switch {
	case err != nil && strings.Contains(err.Error(), "fetching keys"):
		return nil, fmt.Errorf("asking issuer %s for its keys: %w", spec.Issuer, err)
	case err != nil:
		return nil, &InvalidToken{err}
	}
	var raw json.RawMessage
	if err := verified.Claims(&raw); err != nil {
		return nil, &InvalidToken{err}
	}
	parsed, err := source.Parse(raw)
	claims, is := parsed.(map[string]any)
	if err != nil || !is {
		return nil, &InvalidToken{fmt.Errorf("its claims are no object: %w", err)}
	}
	return claims, nil
}

// provider is an issuer's, which is asked for its keys when it is needed first.
func (t *Tokens) provider(name string) (*oidc.Provider, error) {
	t.mu.Lock()
	of := t.known[name]
	if of == nil {
		of = &issuer{}
		t.known[name] = of
	}
	t.mu.Unlock()
	of.mu.Lock()
	defer of.mu.Unlock()
	if of.provider != nil {
		return of.provider, nil
	}
	if of.because != nil && t.now().Sub(of.failed) < pause {
		return nil, of.because
	}
	// The keys are asked for again later, when the request of today is over.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.Background(), t.client), name)
	if err != nil {
		of.failed, of.because = t.now(), fmt.Errorf("asking issuer %s: %w", name, err)
		return nil, of.because
	}
	of.provider = provider
	return provider, nil
}

// bounded is a transport whose answers end.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(r)
	if err == nil {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(response.Body, maxAnswer), response.Body}
	}
	return response, err
}
