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
	"golang.org/x/sync/singleflight"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
)

// Tokens verifies identity tokens of the issuers that the administrator allows. No other address
// is ever asked, whatever an EvidenceSource says.
type Tokens struct {
	issuers []string
	client  *http.Client
	now     func() time.Time

	asking singleflight.Group
	mu     sync.Mutex
	known  map[string]*issuer // of the allowed ones
}

type issuer struct {
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
	provider, err := t.provider(ctx, spec.Issuer)
	if err != nil {
		return nil, err
	}
	verified, err := provider.Verifier(&oidc.Config{ClientID: spec.Audience, Now: t.now}).Verify(oidc.ClientContext(ctx, t.client), token)
	switch {
	case err != nil && strings.Contains(err.Error(), errAskedJustNow.Error()):
		return nil, &InvalidToken{errors.New("no key of its issuer has signed it")}
	case err != nil && (strings.Contains(err.Error(), "fetching keys") || ctx.Err() != nil):
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

// provider is an issuer's, which is asked for its keys when it is needed first: once for all who wait
// for it, each as long as it may.
func (t *Tokens) provider(ctx context.Context, name string) (*oidc.Provider, error) {
	t.mu.Lock()
	of := t.known[name]
	t.mu.Unlock()
	switch {
	case of != nil && of.provider != nil:
		return of.provider, nil
	case of != nil && t.now().Sub(of.failed) < pause:
		return nil, of.because
	}
	asked := t.asking.DoChan(name, func() (any, error) { return t.ask(name) })
	select {
	case answer := <-asked:
		if answer.Err != nil {
			return nil, answer.Err
		}
		return answer.Val.(*oidc.Provider), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for issuer %s: %w", name, ctx.Err())
	}
}

func (t *Tokens) ask(name string) (*oidc.Provider, error) {
	client := *t.client
	client.Transport = &gate{next: t.client.Transport, now: t.now}
	// The keys are asked for again later, when the request of today is over.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.Background(), &client), name)
	of := &issuer{provider: provider}
	if err != nil {
		of = &issuer{failed: t.now(), because: fmt.Errorf("asking issuer %s: %w", name, err)}
	}
	t.mu.Lock()
	t.known[name] = of
	t.mu.Unlock()
	return of.provider, of.because
}

// gate asks an issuer for its keys once within the pause, however many tokens come that no key of it
// has signed: each of them could be of a key that is new.
type gate struct {
	next http.RoundTripper
	now  func() time.Time

	mu   sync.Mutex
	last time.Time // when the keys were there; zero for never
	try  time.Time // when they were asked for last
}

var (
	// errAskedJustNow is that the keys are known, and were asked for a moment ago.
	errAskedJustNow = errors.New("its keys were asked for a moment ago")
	errNoKeys       = errors.New("it did not give its keys a moment ago")
)

// RoundTrip implements http.RoundTripper.
func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration") {
		return g.next.RoundTrip(r)
	}
	if err := g.enter(); err != nil {
		return nil, err
	}
	response, err := g.next.RoundTrip(r)
	if err == nil && response.StatusCode == http.StatusOK {
		g.mu.Lock()
		g.last = g.now()
		g.mu.Unlock()
	}
	return response, err
}

func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	switch {
	case g.try.IsZero() || now.Sub(g.try) >= pause:
		g.try = now
		return nil
	case g.last.IsZero() || g.last.Before(g.try):
		return errNoKeys
	}
	return errAskedJustNow
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
