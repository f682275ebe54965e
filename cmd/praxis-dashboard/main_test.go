// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/yaml"

	"github.com/praxis-dev/praxis/internal/dashboard"
	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

func newCluster(t *testing.T) *access.Cluster {
	t.Helper()
	c, err := access.NewCluster(&rest.Config{Host: "http://127.0.0.1:1"}, clock.RealClock{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAModeNeedsWhatItNeeds(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(rand.Text()+rand.Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	provider := oidcOptions{issuer: "https://id.example.org", clientID: "praxis", user: "claims.email", groups: "[]", refuse: `""`}
	front := proxyOptions{caFile: "ca.crt", names: "front, other", userHeader: "X-Remote-User", groupsHeader: "X-Remote-Group"}
	for name, c := range map[string]struct {
		o    options
		says string
	}{
		"none":                                   {options{}, `-mode="": give oidc, token or proxy`},
		"an unknown one":                         {options{mode: "anonymous"}, `-mode="anonymous": give oidc, token or proxy`},
		"token":                                  {options{mode: modeToken, key: key}, ""},
		"token without a key":                    {options{mode: modeToken}, "-mode=token needs -session-key-file"},
		"token with a key that is no":            {options{mode: modeToken, key: filepath.Join(t.TempDir(), "none")}, "no such file"},
		"token with a header that is never read": {options{mode: modeToken, key: key, clientAddressHeader: "X-Remote-Address"}, "-client-address-header=X-Remote-Address: headers that begin with X-Remote-"},
		"oidc":                                   {options{mode: modeOIDC, key: key, oidc: provider, publicURL: "https://praxis.example.org"}, ""},
		"oidc without an address":                {options{mode: modeOIDC, key: key, oidc: provider}, "lacks its public address"},
		"oidc without an issuer":                 {options{mode: modeOIDC, key: key, oidc: oidcOptions{user: "claims.sub"}, publicURL: "https://praxis.example.org"}, "lacks its issuer"},
		"oidc with no expression":                {options{mode: modeOIDC, key: key, oidc: oidcOptions{user: "claims."}}, "the expression for user"},
		"proxy":                                  {options{mode: modeProxy, tlsFolder: "tls", proxy: front}, ""},
		"proxy over plain HTTP":                  {options{mode: modeProxy, proxy: front}, "without them anybody could say who they are"},
		"proxy for any name":                     {options{mode: modeProxy, tlsFolder: "tls", proxy: proxyOptions{caFile: "ca.crt", names: " , "}}, "without them anybody could say who they are"},
	} {
		t.Run(name, func(t *testing.T) {
			mode, err := c.o.identifies(newCluster(t), clock.RealClock{})
			if c.says == "" && (err != nil || mode == nil) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("it says %v, want %q", err, c.says)
			}
		})
	}
}

func TestWhoIsRefusedWhereNothingElseIsSaid(t *testing.T) {
	var o oidcOptions
	o.bind(flag.NewFlagSet("", flag.PanicOnError))
	var chart struct {
		Dashboard struct {
			OIDC struct{ User, Groups, Refuse string }
		}
	}
	text, err := os.ReadFile("../../charts/praxis/values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &chart); err != nil {
		t.Fatal(err)
	}
	if of := chart.Dashboard.OIDC; of.User != o.user || of.Groups != o.groups || of.Refuse != o.refuse {
		t.Errorf("the chart has %+v, the flags %s, %s, %s", of, o.user, o.groups, o.refuse)
	}
	claims, err := identity.NewClaims(o.user, o.groups, o.refuse)
	if err != nil {
		t.Fatal(err)
	}
	type said = map[string]any
	for says, c := range map[string]said{
		"<nil>": {"email": "ben@shop.example", "email_verified": true, "groups": []any{"shop"}},
		"your identity provider has not verified your e-mail address": {"email": "ben@shop.example", "email_verified": false},
		"you are in more groups than your identity provider puts into a token": {
			"email": "ben@shop.example", "email_verified": true, "_claim_names": said{"groups": "src1"}, "_claim_sources": said{"src1": said{"endpoint": "https://example.org"}},
		},
	} {
		if _, err := claims.Person(c); !strings.HasPrefix(fmt.Sprint(err), says) {
			t.Errorf("it says %v, want %s", err, says)
		}
	}
	if _, err := claims.Person(said{"email": "ben@shop.example", "email_verified": true, "_claim_names": said{"address": "src1"}}); err != nil {
		t.Errorf("with another claim elsewhere: %v", err)
	}
}

func TestAProxyIsKnownByAnyOfItsNames(t *testing.T) {
	o := options{mode: modeProxy, tlsFolder: "tls", proxy: proxyOptions{caFile: "ca.crt", names: "front, other"}}
	mode, err := o.identifies(newCluster(t), clock.RealClock{})
	if p, is := mode.(*identity.Proxy); err != nil || !is || fmt.Sprint(p.Names) != "[front other]" {
		t.Errorf("it is %+v: %v", mode, err)
	}
}

func TestWhatServesIsRefusedAtTheStartWhereItCannot(t *testing.T) {
	empty := t.TempDir()
	for says, o := range map[string]options{
		"reading the certificate in -tls-dir": {tlsFolder: empty},
	} {
		if _, err := o.serving(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("it says %v, want %q", err, says)
		}
	}
	if s, err := (&options{}).serving(); err != nil || s.tls != nil {
		t.Errorf("without a folder it is %+v: %v", s, err)
	}
}

func TestItIsReadyOnceItHasReadEverything(t *testing.T) {
	handler := probes(newCluster(t))
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusServiceUnavailable, "/": http.StatusNotFound} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
}

func TestBrowsersComeBackByHTTPSAlone(t *testing.T) {
	w := httptest.NewRecorder()
	overHTTPS(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://praxis.example.org/", nil))
	if got := w.Header().Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("it says %q", got)
	}
}

func TestALongFormIsCutShort(t *testing.T) {
	for length, want := range map[int]string{dashboard.MaxBody: "<nil>", dashboard.MaxBody + 1: "request body too large"} {
		var got error
		s := httptest.NewServer(bounded(clock.RealClock{}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, got = io.Copy(io.Discard, r.Body)
		})))
		response, err := http.Post(s.URL, "text/plain", strings.NewReader(strings.Repeat("x", length)))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		s.Close()
		if !strings.Contains(fmt.Sprint(got), want) {
			t.Errorf("%d bytes end with %v", length, got)
		}
	}
}

func TestWhatIsUnderWayEndsBeforeTheProgram(t *testing.T) {
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := probe.Addr().String()
	probe.Close()
	ctx, stop := context.WithCancel(t.Context())
	reached, released, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- plain.serve(ctx, address, clock.RealClock{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(reached)
			<-released
			fmt.Fprint(w, "done")
		}))
	}()
	got := make(chan string, 1)
	go func() {
		for {
			response, err := http.Get("http://" + address)
			if err != nil {
				time.Sleep(10 * time.Millisecond) // until it listens
				continue
			}
			text, err := io.ReadAll(response.Body)
			got <- fmt.Sprint(string(text), errors.Join(err, response.Body.Close()))
			return
		}
	}()
	<-reached
	stop()
	select {
	case err := <-ended:
		t.Errorf("it ended before what was under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(released)
	if text := <-got; text != "done<nil>" {
		t.Errorf("what was under way got %s", text)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestThePagesTakeEveryMode(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(rand.Text()+rand.Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]options{
		modeToken: {mode: modeToken, key: key},
		modeOIDC:  {mode: modeOIDC, key: key, publicURL: "https://praxis.example.org", oidc: oidcOptions{issuer: "https://id.example.org", clientID: "praxis", user: "claims.sub"}},
		modeProxy: {mode: modeProxy, tlsFolder: "tls", proxy: proxyOptions{caFile: "ca.crt", names: "front"}},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := newCluster(t)
			mode, err := o.identifies(cluster, clock.RealClock{})
			if err != nil {
				t.Fatal(err)
			}
			pages, err := dashboard.New(dashboard.Options{Who: mode, Access: cluster, Clock: clock.RealClock{}, Timer: clock.RealClock{}, Log: logr.Discard()})
			if err != nil {
				t.Fatal(err)
			}
			signsIn := mode.Routes() != nil
			for path, want := range map[string]int{"/": http.StatusSeeOther, "/map": http.StatusSeeOther, "/nowhere": http.StatusSeeOther, "/static/praxis.css": http.StatusOK} {
				if !signsIn && want == http.StatusSeeOther {
					want = http.StatusForbidden // the proxy has to be asked
				}
				w := httptest.NewRecorder()
				identity.Guard(mode, pages).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://praxis.example.org"+path, nil))
				if to := w.Header().Get("Location"); w.Code != want && path != "/static/praxis.css" || w.Code == http.StatusSeeOther && !strings.HasPrefix(to, "/auth/") {
					t.Errorf("%s answers %d to %s: %.200s", path, w.Code, to, w.Body)
				}
			}
			if name != modeToken {
				return
			}
			w := httptest.NewRecorder()
			identity.Guard(mode, pages).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://praxis.example.org/auth/login?next=/map", nil))
			if text := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(text, `name="next" value="/map"`) || !strings.Contains(text, `href="/static/`) {
				t.Errorf("where one signs in it answers %d: %s", w.Code, text)
			}
		})
	}
}
