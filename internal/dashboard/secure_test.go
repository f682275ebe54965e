// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"compress/gzip"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

func TestEveryAnswerTellsABrowserWhatItMayDo(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	for _, path := range append([]string{"/nowhere", "/healthz", "/static/nothing", "/events?of=/events"}, paths...) {
		_, _, h := s.get(t, path)
		if h.Get("Content-Security-Policy") != policy || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s answers with %v", path, h)
		}
	}
}

func TestWhatIsReachedByHTTPSStaysSo(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	for name, c := range map[string]struct{ tls, want bool }{"plainly": {}, "by itself": {tls: true, want: true}} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", nil)
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		handler, err := New(Options{Who: s, Access: stageAccess{s}})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if (w.Header().Get("Strict-Transport-Security") != "") != c.want || w.Header().Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: it answers with %v", name, w.Header())
		}
	}
}

func TestADashboardWithASignInStarts(t *testing.T) {
	s := newStage(t, "thursday.yaml", "")
	s.routes = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	var err error
	if s.handler, err = New(Options{Who: s, Access: stageAccess{s}}); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := s.get(t, "/auth/login"); code != http.StatusTeapot {
		t.Errorf("the sign-in answered %d", code)
	}
}

func TestAFormOfAnotherSiteDoesNothing(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	for name, headers := range map[string][2]string{"by what the browser says": {"Sec-Fetch-Site", "cross-site"}, "by its origin": {"Origin", "https://evil.example"}} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/do/judge", strings.NewReader("namespace=platform&name=dry-run&decision=Accepted"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(headers[0], headers[1])
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		e := &praxisv1.Evidence{}
		_ = s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: "dry-run"}, e)
		if w.Code != http.StatusForbidden || e.Status.Verdict != nil || !strings.Contains(w.Body.String(), "another site") {
			t.Errorf("%s: it answered %d, and the verdict is %v", name, w.Code, e.Status.Verdict)
		}
	}
	for _, path := range []string{"/do/judge?namespace=platform&name=dry-run&decision=Accepted", "/do/submit", "/do/review"} {
		if code, _, _ := s.get(t, path); code != http.StatusSeeOther {
			t.Errorf("a link to %s answered %d", path, code)
		}
	}
}

func TestWhoeverIsNotKnownSeesNothing(t *testing.T) {
	s := newStage(t, "thursday.yaml", "")
	for _, path := range paths {
		if code, body, _ := s.get(t, path); code != http.StatusUnauthorized || strings.Contains(body, "deploy ") || strings.Contains(body, "jonas") {
			t.Errorf("%s answered %d: %s", path, code, body)
		}
	}
	if code, _, _ := s.post(t, "/do/judge", "namespace", "platform", "name", "dry-run", "decision", "Accepted"); code != http.StatusUnauthorized {
		t.Errorf("a form answered %d", code)
	}
}

func TestWhoeverMayReadNothingIsToldSo(t *testing.T) {
	s := newStage(t, "thursday.yaml", "new@example.com")
	s.denied = func(string, string) bool { return true }
	for path, says := range map[string]string{"/": "kubectl create rolebinding praxis-view", "/me": "kubectl create rolebinding praxis-view"} {
		if code, body, _ := s.get(t, path); code != http.StatusOK || !strings.Contains(body, says) {
			t.Errorf("%s answered %d: %s", path, code, body)
		}
	}
}

func TestTheCommandForAnAdministratorIsOneCommand(t *testing.T) {
	for user, want := range map[string]string{
		"mira@example.com":     "--user=mira@example.com",
		"oidc:mira":            "--user=oidc:mira",
		"a; curl evil|sh":      "--user='a; curl evil|sh'",
		"$(reboot)":            "--user='$(reboot)'",
		"o'hara":               `--user='o'\''hara'`,
		"a\nkubectl delete ns": "--user='a kubectl delete ns'",
	} {
		if got := grant("platform", user); got != "kubectl create rolebinding praxis-view -n platform --clusterrole=praxis-view "+want {
			t.Errorf("%q is named by %s", user, got)
		}
	}
	s := newStage(t, "thursday.yaml", "a b")
	s.denied = func(string, string) bool { return true }
	if _, body, _ := s.get(t, "/"); !strings.Contains(body, "-n NAMESPACE --clusterrole=praxis-view --user=&#39;a b&#39;") {
		t.Errorf("the page has another command: %s", body)
	}
}

func TestWhyNobodyKnowsSomebodyIsSaidAsItIs(t *testing.T) {
	s := newStage(t, "thursday.yaml", "")
	for err, want := range map[error]int{errors.New("100%d of it is away"): http.StatusServiceUnavailable, &identity.Refusal{Message: "100%d of it is refused"}: http.StatusForbidden} {
		s.unknown = err
		if code, body, _ := s.get(t, "/"); code != want || !strings.Contains(body, "100%d of it is") || strings.Contains(body, "%!") {
			t.Errorf("%v answered %d: %s", err, code, body)
		}
	}
}

func TestThatTheClusterIsSilentIsSaid(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	s.silent = errSilent
	if code, body, _ := s.get(t, "/map"); code != http.StatusOK || !strings.Contains(body, "silent since 15:10 UTC") || !strings.Contains(body, "safe-deploys") {
		t.Errorf("the map answered %d without saying that it is old", code)
	}
	if code, body, _ := s.get(t, "/healthz"); code != http.StatusServiceUnavailable || strings.Contains(body, "15:10") {
		t.Errorf("it is healthy: %d %s", code, body)
	}
}

func TestAnOpenPageSaysThatItIsOld(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	_, lines := s.stream(t, "of=/map")
	next(t, lines, "id: ")
	s.waitForLook(t)
	s.silent = errSilent
	s.changed()
	for !strings.Contains(next(t, lines, "data: "), "silent since 15:10 UTC") {
	}
}

func TestWhatIsSentAfterTheSessionHasEndedIsNotLost(t *testing.T) {
	s := newStage(t, "thursday.yaml", "")
	s.routes = http.NotFoundHandler()
	code, body, _ := s.post(t, "/do/judge", "namespace", "platform", "name", "dry-run", "version", dryRun, "decision", "Rejected", "note", "The <third> run is missing")
	if code != http.StatusUnauthorized {
		t.Errorf("it answered %d", code)
	}
	for _, kept := range []string{`action="/do/judge"`, "The &lt;third&gt; run is missing</textarea>", `name="decision" value="Rejected"`, `name="version" value="` + dryRun + `"`, `href="/auth/login?next=`} {
		if !strings.Contains(body, kept) {
			t.Errorf("it has no %s: %s", kept, body)
		}
	}
	if code, _, _ := s.get(t, "/events?of=/"); code != http.StatusUnauthorized {
		t.Errorf("the stream of whoever is signed out answered %d", code)
	}
	if code, _, h := s.get(t, "/map?namespace=platform"); code != http.StatusSeeOther || h.Get("Location") != "/auth/login?next=%2Fmap%3Fnamespace%3Dplatform" {
		t.Errorf("a page answered %d %s", code, h.Get("Location"))
	}
	s.user = mira
	if _, body, _ := s.get(t, "/map"); !strings.Contains(body, `id="signedout"`) || !strings.Contains(body, `action="/auth/logout"`) {
		t.Error("a page cannot say that its session has ended, or end it")
	}
}

func TestALinkIsOnlyWhatABrowserOpens(t *testing.T) {
	for uri, want := range map[string]bool{
		"https://x.example/a": true, "http://x.example": true, "mailto:a@x.example": true, "javascript:alert(1)": false, "data:text/html,x": false,
		"git://x.example/r": false, "oci://x.example/r": false, "JavaScript:alert(1)": false, " javascript:alert(1)": false, "https:": false, "": false, "//x.example": false,
	} {
		if web(uri) != want {
			t.Errorf("%q as a link: %v", uri, !want)
		}
	}
}

func TestTheLanguageSwitchLeadsNowhereElse(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	for back, want := range map[string]string{"/map?namespace=a": "/map?namespace=a", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "": "/"} {
		code, _, h := s.get(t, "/lang?to=zh-Hans&back="+strings.ReplaceAll(back, `\`, "%5C"))
		if code != http.StatusSeeOther || h.Get("Location") != want || !strings.Contains(h.Get("Set-Cookie"), "zh-Hans") {
			t.Errorf("%q leads to %d %s", back, code, h.Get("Location"))
		}
	}
}

func TestWhatABrowserLoadsIsSmall(t *testing.T) {
	sum := len(assets.by[assets.css].packed) + len(assets.by[assets.js].packed)
	t.Logf("scripts and styles are %d bytes, packed", sum)
	if sum > 30_000 {
		t.Errorf("they are more than 30 kB: %d", sum)
	}
	s := newStage(t, "thursday.yaml", mira)
	_, body, h := s.get(t, assets.js, "Accept-Encoding", "gzip")
	if _, err := gzip.NewReader(strings.NewReader(body)); err != nil || h.Get("Content-Encoding") != "gzip" || !strings.Contains(h.Get("Cache-Control"), "immutable") {
		t.Errorf("the script comes with %v: %v", h, err)
	}
}
