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

	"github.com/go-logr/logr"
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

func TestASessionFollowsWhatTheProviderSays(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	h.get(b, "/auth/login")
	h.provider.VouchFor(map[string]any{"sub": "7", "email": "ben@shop.example", "groups": []string{"other"}})
	h.clock.Step(renewedEvery - time.Second)
	h.shows(b, "/", benSignedIn)
	h.clock.Step(time.Second)
	h.shows(b, "/", "ben@shop.example other")
	h.provider.VouchFor(map[string]any{"sub": "7", "email": "ben@shop.example", "groups": []string{}, "gone": true})
	h.clock.Step(renewedEvery)
	h.shows(b, "/", "you have left")
	h.shows(b, "/", "nobody")
}

// Where a provider renews without an ID token, nobody knows in which groups somebody still is.
func TestGroupsDoNotOutliveTheWordOfTheProvider(t *testing.T) {
	h := newHouse(t)
	h.provider.RenewBare()
	b := h.browser()
	h.get(b, "/auth/login")
	h.provider.VouchFor(map[string]any{"sub": "7", "email": "ben@shop.example", "groups": []string{"other"}})
	for range int(vouchedFor/renewedEvery) - 1 {
		h.clock.Step(renewedEvery)
		h.shows(b, "/", benSignedIn)
		h.shows(b, "/", benSignedIn)
	}
	if asked, want := h.provider.Asked["/token"], int(vouchedFor/renewedEvery); asked != want { // to sign in, and each time
		t.Errorf("the provider was asked %d times, want %d", asked, want)
	}
	h.clock.Step(renewedEvery - time.Second)
	h.shows(b, "/", benSignedIn)
	h.clock.Step(time.Second)
	h.shows(b, "/", "nobody")
	h.shows(b, "/auth/login", "ben@shop.example other")
}

func TestSomebodyElseDoesNotTakeASessionOver(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	h.get(b, "/auth/login")
	h.provider.VouchFor(map[string]any{"sub": "8", "email": "ana@shop.example", "groups": []string{}})
	h.clock.Step(renewedEvery)
	h.shows(b, "/", "takes you for somebody else")
	h.shows(b, "/", "nobody")
}

func TestASessionEndsWhereTheProviderNoLongerVouches(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	h.get(b, "/auth/login")
	h.provider.Forget()
	h.clock.Step(renewedEvery)
	h.shows(b, "/", benSignedIn) // another replica may have renewed it
	h.clock.Step(refusedServes)
	h.shows(b, "/", "nobody")
	h.clock.Step(refusedServes)
	h.shows(b, "/", "nobody") // and it does not begin anew
}

// What a session is renewed by serves once, and two replicas get two requests with it.
func TestAReplicaThatComesSecondSignsNobodyOut(t *testing.T) {
	for name, idle := range map[string]time.Duration{"while one works": renewedEvery, "after a break": 2 * vouchedFor} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			second, err := NewOIDC(h.sessions, h.OIDC.provider.Provider, h.claims, Plain, logr.Discard())
			if err != nil {
				t.Fatal(err)
			}
			b := h.browser()
			h.get(b, "/auth/login")
			at, err := url.Parse(h.server.URL)
			if err != nil {
				t.Fatal(err)
			}
			cookies := b.Jar.Cookies(at)
			h.clock.Step(idle)
			renewed := asks(t, h.OIDC, sent(cookies))
			if got := says(t, renewed); got != benSignedIn {
				t.Fatalf("the first shows %q", got)
			}
			late := asks(t, second, sent(cookies))
			if got := says(t, late); got != benSignedIn && idle < vouchedFor {
				t.Errorf("the second shows %q", got)
			}
			if len(late.Cookies()) > 0 {
				t.Errorf("the second takes the session away that the first has renewed: %v", late.Cookies())
			}
			if got := says(t, asks(t, second, sent(renewed.Cookies()))); got != benSignedIn {
				t.Errorf("with the session of the first it shows %q", got)
			}
		})
	}
}

func TestASessionOutlivesAProviderThatIsDownForAnHourAndNoLonger(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	h.get(b, "/auth/login")
	h.provider.Answer(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "down", http.StatusBadGateway)
		return true
	})
	h.clock.Step(vouchedFor - time.Second)
	h.shows(b, "/", benSignedIn)
	asked := h.provider.Asked["/token"]
	h.shows(b, "/", benSignedIn)
	if again := h.provider.Asked["/token"]; again != asked {
		t.Error("each request waits for a provider that is down")
	}
	h.clock.Step(time.Second)
	h.shows(b, "/", "your identity provider has not answered since 2026-11-23T08:00:00Z")
	h.provider.Answer(nil)
	h.clock.Step(renewalFails)
	h.shows(b, "/", benSignedIn) // it comes back by itself
}

func TestASlowProviderHoldsNobodyUp(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	h.get(b, "/auth/login")
	reached, released := make(chan struct{}), make(chan struct{})
	h.provider.Answer(func(http.ResponseWriter, *http.Request) bool {
		close(reached)
		<-released
		return false
	})
	h.clock.Step(renewedEvery)
	shown := make(chan string, 1)
	go func() { shown <- h.get(b, "/") }()
	<-reached
	for !h.clock.HasWaiters() {
		time.Sleep(time.Millisecond)
	}
	h.clock.Step(renewalWithin)
	if got := <-shown; got != benSignedIn {
		t.Errorf("it shows %q", got)
	}
	h.provider.Answer(nil)
	close(released)
}

// What it is renewed by serves once, and a page asks for several things at a time.
func TestRequestsAtTheSameTimeRenewASessionOnce(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	h.get(b, "/auth/login")
	at, err := url.Parse(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	cookies := b.Jar.Cookies(at)
	h.clock.Step(renewedEvery)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := says(t, asks(t, h.OIDC, sent(cookies))); got != benSignedIn {
				t.Errorf("it shows %q", got)
			}
		})
	}
	all.Wait()
	if asked := h.provider.Asked["/token"]; asked != 2 { // to sign in, and now
		t.Errorf("the provider was asked %d times", asked)
	}
}

func TestASessionThatCannotBeRenewedEndsInAnHour(t *testing.T) {
	h := newHouse(t)
	alone := ofBen()
	cookies := kept(t, h.sessions, alone)
	h.clock.Step(vouchedFor - time.Second)
	if got := says(t, asks(t, h.OIDC, sent(cookies))); got != benSignedIn {
		t.Errorf("before it shows %q", got)
	}
	h.clock.Step(time.Second)
	if got := says(t, asks(t, h.OIDC, sent(cookies))); got != "nobody" {
		t.Errorf("after it shows %q", got)
	}
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
