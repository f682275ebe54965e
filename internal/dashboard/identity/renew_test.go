// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
)

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
