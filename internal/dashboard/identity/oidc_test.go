// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/praxis-dev/praxis/test/issuer"
)

// house is a dashboard with a provider.
type house struct {
	*testing.T
	*OIDC
	server   *httptest.Server
	provider *issuer.Issuer
	clock    *clocktesting.FakeClock
	mu       sync.Mutex
	log      strings.Builder
}

func newHouse(t *testing.T) *house {
	t.Helper()
	sessions, clock := newSessions(t)
	h := &house{T: t, clock: clock}
	h.provider = issuer.Start(t, clock.Now)
	h.provider.VouchFor(map[string]any{"sub": "7", "email": "ben@shop.example", "groups": []string{"shop"}})
	secret := filepath.Join(t.TempDir(), "secret")
	claims, err := NewClaims("claims.email", "claims.groups", `has(claims.gone) ? "you have left" : ""`)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(secret, []byte(issuer.ClientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.server = httptest.NewUnstartedServer(nil)
	log := funcr.New(func(prefix, args string) {
		h.mu.Lock()
		defer h.mu.Unlock()
		fmt.Fprintln(&h.log, prefix, args)
	}, funcr.Options{Verbosity: 9})
	h.OIDC, err = NewOIDC(sessions, Provider{
		Issuer: h.provider.URL, ClientID: issuer.ClientID, SecretFile: secret, CAFile: h.provider.CAFile,
		PublicURL: "https://" + h.server.Listener.Addr().String() + "/", Scopes: []string{"email", "groups", "offline_access"},
	}, claims, Plain, log)
	if err != nil {
		t.Fatal(err)
	}
	h.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := asks(t, h.OIDC, r)
		maps.Copy(w.Header(), answer.Header)
		w.WriteHeader(answer.StatusCode)
		fmt.Fprint(w, says(t, answer))
	})
	h.server.StartTLS()
	t.Cleanup(h.server.Close)
	return h
}

func (h *house) browser() *http.Client {
	h.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	return &http.Client{Transport: h.server.Client().Transport, Jar: jar, Timeout: 30 * time.Second}
}

// get is what a browser is shown in the end.
func (h *house) get(b *http.Client, path string) string {
	h.Helper()
	answer, err := b.Get(h.server.URL + path)
	if err != nil {
		h.Fatal(err)
	}
	defer answer.Body.Close()
	return says(h, answer)
}

func (h *house) shows(b *http.Client, path, want string) {
	h.Helper()
	if got := h.get(b, path); !strings.Contains(got, want) {
		h.Errorf("%s shows %q, want %q", path, got, want)
	}
}

const benSignedIn = "ben@shop.example shop"

func TestWhomTheProviderVouchesForIsSignedIn(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	h.shows(b, "/", "nobody")
	h.shows(b, "/auth/login?next=/map", benSignedIn)
	h.shows(b, "/", benSignedIn)
	if asked := h.provider.Asked["/token"]; asked != 1 {
		t.Errorf("the provider was asked %d times", asked)
	}
}

func TestNoTokenStandsInAnAddressOrALog(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	var addresses []string
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		addresses = append(addresses, r.URL.String())
		return nil
	}
	h.get(b, "/auth/login")
	h.provider.Spoil(func(claims map[string]any) { claims["aud"] = "another" })
	h.get(h.browser(), "/auth/login")
	at, err := url.Parse(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		if strings.Contains(address, "eyJ") || strings.Contains(address, url.QueryEscape(issuer.ClientSecret)) {
			t.Errorf("it went to %s", address)
		}
	}
	if len(b.Jar.Cookies(at)) == 0 || strings.Contains(h.log.String(), "eyJ") || strings.Contains(h.log.String(), "secret") || !strings.Contains(h.log.String(), "a sign-in failed") {
		t.Errorf("the log says %s", h.log.String())
	}
}

func TestASignInThatIsNotOursIsRefused(t *testing.T) {
	h := newHouse(t)
	// An answer that nobody here has asked for, as a link of somebody else's.
	h.shows(h.browser(), "/auth/callback?code=stolen&state=made-up", beginAgain)
	// One that another browser has asked for.
	b := h.browser()
	var back string
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/auth/callback" {
			back = r.URL.RequestURI()
			return http.ErrUseLastResponse
		}
		return nil
	}
	h.get(b, "/auth/login")
	h.shows(h.browser(), back, beginAgain)
	// The same answer a second time.
	h.shows(b, back, benSignedIn)
	b.CheckRedirect = nil
	h.shows(b, back, beginAgain)
	h.shows(b, "/", benSignedIn)
	// One that took too long.
	late := h.browser()
	late.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/auth/callback" {
			h.clock.Step(signInWithin + time.Second)
		}
		return nil
	}
	h.shows(late, "/auth/login", beginAgain)
	// Somebody who said no.
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/auth/callback" {
			r.URL.RawQuery = url.Values{"error": {"access_denied"}, "error_description": {"<b>"}, "state": {r.URL.Query().Get("state")}}.Encode()
		}
		return nil
	}
	h.shows(b, "/auth/login", "did not let you in: &#34;access_denied&#34;")
}

// began begins a sign-in, and gives what the provider sends back with the cookies of who began.
func (h *house) began() (back string, cookies []*http.Cookie) {
	h.Helper()
	b := h.browser()
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/auth/callback" {
			back, cookies = r.URL.RequestURI(), b.Jar.Cookies(r.URL)
			return http.ErrUseLastResponse
		}
		return nil
	}
	h.get(b, "/auth/login")
	return back, cookies
}

func (h *house) comesBack(back string, cookies []*http.Cookie) int {
	h.Helper()
	r := sent(cookies)
	r.URL.Path, r.URL.RawQuery, _ = strings.Cut(back, "?")
	return asks(h, h.OIDC, r).StatusCode
}

func TestAStateServesOnceAlsoForWhoKeepsItsCookie(t *testing.T) {
	h := newHouse(t)
	back, cookies := h.began()
	if got := h.comesBack(back, cookies); got != http.StatusSeeOther {
		t.Fatalf("it answers %d", got)
	}
	for range 10 {
		if got := h.comesBack(back, cookies); got != http.StatusBadRequest {
			t.Errorf("once more it answers %d", got)
		}
	}
	if asked := h.provider.Asked["/token"]; asked != 1 {
		t.Errorf("the provider was asked %d times", asked)
	}
}

func TestWhoBeginsWithoutEndKeepsNobodyFromComingBack(t *testing.T) {
	h := newHouse(t)
	back, cookies := h.began()
	refused := 0
	for range 2 * signInsAtOnce {
		r := sent(nil)
		r.URL.Path = "/auth/login"
		if asks(t, h.OIDC, r).StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("nobody was refused")
	}
	if got := h.comesBack(back, cookies); got != http.StatusSeeOther {
		t.Errorf("who comes back gets %d", got)
	}
}

func TestATokenThatIsNotForThisIsRefused(t *testing.T) {
	for name, spoils := range map[string]func(map[string]any){
		"for another client":  func(c map[string]any) { c["aud"] = "another" },
		"of another provider": func(c map[string]any) { c["iss"] = "https://evil.example" },
		"that has expired":    func(c map[string]any) { c["exp"] = monday.Add(-time.Hour).Unix() },
		"of another sign-in":  func(c map[string]any) { c["nonce"] = "another" },
		"without a nonce":     func(c map[string]any) { delete(c, "nonce") },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.provider.Spoil(spoils)
			b := h.browser()
			h.shows(b, "/auth/login", "did not confirm this sign-in")
			h.shows(b, "/", "nobody")
		})
	}
}

func TestAProviderThatIsDownIsSaidAndComesBack(t *testing.T) {
	h := newHouse(t)
	h.provider.Answer(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "down", http.StatusBadGateway)
		return true
	})
	b := h.browser()
	h.shows(b, "/auth/login", "Your identity provider does not answer")
	asked := h.provider.Asked["/.well-known/openid-configuration"]
	h.shows(b, "/auth/login", "Your identity provider does not answer")
	if again := h.provider.Asked["/.well-known/openid-configuration"]; again != asked {
		t.Error("a provider that is down is asked at each try")
	}
	h.provider.Answer(nil)
	h.clock.Step(providerLeftFor)
	h.shows(b, "/auth/login", benSignedIn)
	// What it says of itself is kept where it goes down later; only signing in needs it.
	h.provider.Answer(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "down", http.StatusBadGateway)
		return true
	})
	h.clock.Step(providerKeptFor + time.Minute - time.Hour)
	h.shows(b, "/", benSignedIn)
}

func TestANewSigningKeyIsFound(t *testing.T) {
	h := newHouse(t)
	h.shows(h.browser(), "/auth/login", benSignedIn)
	h.provider.NewKey(t)
	h.shows(h.browser(), "/auth/login", benSignedIn)
}

func TestWhoIsRefusedIsToldWhy(t *testing.T) {
	h := newHouse(t)
	h.provider.VouchFor(map[string]any{"sub": "7", "email": "ben@shop.example", "groups": []string{}, "gone": true})
	h.shows(h.browser(), "/auth/login", "you have left")
	h.provider.VouchFor(map[string]any{"sub": "7", "email": "ben@shop.example", "groups": many(200)})
	h.shows(h.browser(), "/auth/login", "ben@shop.example "+many(1)[0])
	h.provider.VouchFor(map[string]any{"sub": "7", "email": "ben@shop.example", "groups": many(999)})
	h.shows(h.browser(), "/auth/login", "ben@shop.example "+many(1)[0])
	h.provider.VouchFor(map[string]any{"sub": "7", "email": "ben@shop.example", "groups": []string{"system:masters"}})
	h.shows(h.browser(), "/auth/login", "the API server&#39;s own")
}

func TestAProviderNeedsWhatItNeeds(t *testing.T) {
	whole := Provider{Issuer: "https://id.example.org", ClientID: "praxis", PublicURL: "https://praxis.example.org"}
	for says, change := range map[string]func(*Provider){
		"lacks its issuer":         func(p *Provider) { p.Issuer = "" },
		"lacks its client":         func(p *Provider) { p.ClientID = "" },
		"lacks its public address": func(p *Provider) { p.PublicURL = "" },
		"is not an https address":  func(p *Provider) { p.Issuer = "http://id.example.org" },
		"no such file":             func(p *Provider) { p.CAFile = filepath.Join(t.TempDir(), "none") },
	} {
		p := whole
		change(&p)
		if _, err := newProvider(p, clocktesting.NewFakeClock(monday)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", says, err)
		}
	}
}
