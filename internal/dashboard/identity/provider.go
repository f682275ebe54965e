// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"k8s.io/utils/clock"
)

const (
	// providerKeptFor is how long what a provider says of itself is taken for true, and
	// providerLeftFor how long one that does not answer is left alone.
	providerKeptFor, providerLeftFor = time.Hour, 15 * time.Second
)

// Provider is where to sign in.
type Provider struct {
	Issuer, ClientID string
	// SecretFile holds the secret of the client; empty is a client without one.
	SecretFile string
	// PublicURL is the address of the dashboard, as browsers have it.
	PublicURL string
	Scopes    []string
	// CAFile holds who signs the provider's certificate; empty is who the system trusts.
	CAFile string
}

// provider asks a provider, which may be down when the dashboard starts and at any time after.
type provider struct {
	Provider
	http  *http.Client
	clock clock.PassiveClock

	mu    sync.Mutex
	known *oidc.Provider
	at    time.Time // when known was read
	fails time.Time // when it last did not answer
	why   error
}

func newProvider(p Provider, c clock.PassiveClock) (*provider, error) {
	for _, needed := range []struct{ name, value string }{{"issuer", p.Issuer}, {"client", p.ClientID}, {"public address", p.PublicURL}} {
		if needed.value == "" {
			return nil, fmt.Errorf("the provider lacks its %s", needed.name)
		}
	}
	if !strings.HasPrefix(p.Issuer, "https://") {
		return nil, fmt.Errorf("the issuer %s is not an https address, so anybody on the way could say who people are", p.Issuer)
	}
	p.PublicURL = strings.TrimSuffix(p.PublicURL, "/")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if p.CAFile != "" {
		text, err := os.ReadFile(p.CAFile)
		if err != nil {
			return nil, fmt.Errorf("reading who signs the provider's certificate: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("there is no certificate in %s", p.CAFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return &provider{Provider: p, clock: c, http: &http.Client{Transport: transport, Timeout: answersWithin}}, nil
}

// context lets the libraries use the client of the provider.
func (p *provider) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.http)
}

// get is what the provider says of itself. One that was found goes on where it no longer can
// be asked: the keys that it signs with are read afresh whenever it signs with another.
func (p *provider) get() (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	if p.known != nil && now.Sub(p.at) < providerKeptFor {
		return p.known, nil
	}
	if now.Sub(p.fails) < providerLeftFor {
		return p.known, p.unlessKnown()
	}
	// The context goes on with the keys, so it ends with no request.
	found, err := oidc.NewProvider(p.context(context.Background()), p.Issuer)
	if err != nil {
		p.fails, p.why = now, err
		return p.known, p.unlessKnown()
	}
	p.known, p.at = found, now
	return found, nil
}

func (p *provider) unlessKnown() error {
	if p.known != nil {
		return nil
	}
	return fmt.Errorf("your identity provider, %s, does not answer: %w", p.Issuer, p.why)
}

// client is this dashboard as the provider knows it. Its secret is read each time, since it may
// be replaced.
func (p *provider) client(from *oidc.Provider) (*oauth2.Config, error) {
	c := &oauth2.Config{
		ClientID: p.ClientID, Endpoint: from.Endpoint(), RedirectURL: p.PublicURL + "/auth/callback",
		Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...),
	}
	if p.SecretFile != "" {
		text, err := os.ReadFile(p.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("reading the secret of the client: %w", err)
		}
		c.ClientSecret = strings.TrimSpace(string(text))
	}
	return c, nil
}
