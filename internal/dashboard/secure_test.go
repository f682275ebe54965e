// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
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

// stream opens the events of a page.
func (s *stage) stream(t *testing.T, query string, headers ...string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	server := httptest.NewServer(s.handler)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/events?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	return answer, lines
}

// next is the first line that begins so.
func next(t *testing.T, lines *bufio.Scanner, with string) string {
	t.Helper()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), with) {
			return lines.Text()
		}
	}
	t.Fatalf("the stream ended without %q: %v", with, lines.Err())
	return ""
}

func TestAStreamSendsAPageWhenItHasChangedAndNotBefore(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	_, page, _ := s.get(t, "/map")
	at := between(page, "at=", "&amp;")
	answer, lines := s.stream(t, "of=/map&at="+at)
	if answer.Header.Get("X-Accel-Buffering") != "no" || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		t.Errorf("the stream comes with %v", answer.Header)
	}
	next(t, lines, ": as it was")
	s.await(t, 1)
	u := &praxisv1.Utility{}
	if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: "safe-deploys"}, u); err != nil {
		t.Fatal(err)
	}
	u.Spec.Statement = "Something else"
	if err := s.Update(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	s.changed()
	id := strings.TrimPrefix(next(t, lines, "id: "), "id: ")
	for !strings.Contains(next(t, lines, "data: "), "Something else") {
	}
	// Whoever has it already is sent nothing again.
	_, again := s.stream(t, "of=/map&at="+at, "Last-Event-ID", id)
	next(t, again, ": as it was")
}

func TestAStreamEndsWithTheRightAndAfterAWhile(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	answer, lines := s.stream(t, "of=/")
	next(t, lines, "id: ")
	for !s.timer.HasWaiters() {
		time.Sleep(time.Millisecond)
	}
	s.timer.Step(heartbeat)
	next(t, lines, ": here")
	s.timer.Step(streamEnds)
	for lines.Scan() {
	}
	if lines.Err() != nil {
		t.Errorf("the stream ended with %v after %s", lines.Err(), answer.Status)
	}
}

func TestThereAreOnlySoManyStreams(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	for range perPerson {
		_, lines := s.stream(t, "of=/me")
		next(t, lines, "id: ")
	}
	if answer, _ := s.stream(t, "of=/map"); answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("one more stream than there may be answered %s", answer.Status)
	}
	for _, of := range []string{"/events?of=/", "/static/x", "/do/submit", "//evil.example/", "https://evil.example/", "/auth/"} {
		if code, _, _ := s.get(t, "/events?of="+strings.ReplaceAll(of, "?", "%3F")); code != http.StatusForbidden {
			t.Errorf("a stream of %s answered %d", of, code)
		}
	}
}

// await waits until so many pages wait for a change.
func (s *stage) await(t *testing.T, pages int) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		n := len(s.told)
		s.mu.Unlock()
		if n == pages {
			return
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("%d pages wait for a change, and not %d", n, pages)
		}
	}
}

func TestTwoHundredPagesSeeAChangeAndLeaveNothingBehind(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	server := httptest.NewServer(s.handler)
	defer server.Close()
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan time.Time, 200)
	transport := &http.Transport{}
	for i := range 200 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/events?of=/map", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Test-Person", fmt.Sprintf("person-%d@example.com", i%20))
		answer, err := (&http.Client{Transport: transport}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			defer answer.Body.Close()
			lines := bufio.NewScanner(answer.Body)
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				if strings.Contains(lines.Text(), "Something else") {
					seen <- time.Now()
				}
			}
		}()
	}
	s.await(t, 200)
	u := &praxisv1.Utility{}
	if err := s.Get(ctx, client.ObjectKey{Namespace: "platform", Name: "safe-deploys"}, u); err != nil {
		t.Fatal(err)
	}
	u.Spec.Statement = "Something else"
	if err := s.Update(ctx, u); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s.changed()
	var took []time.Duration
	for range 200 {
		took = append(took, (<-seen).Sub(began))
	}
	slices.Sort(took)
	t.Logf("200 pages saw a change within %s, 95 of a hundred within %s", took[199].Round(time.Millisecond), took[189].Round(time.Millisecond))
	cancel()
	s.await(t, 0)
	transport.CloseIdleConnections()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before+5; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left, of %d before", runtime.NumGoroutine(), before)
		}
	}
}
