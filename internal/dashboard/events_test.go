// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bufio"
	"bytes"
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
	next(t, lines, ": here")
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
	s = newStage(t, "thursday.yaml", mira)
	if err := s.Get(t.Context(), client.ObjectKeyFromObject(u), u); err != nil {
		t.Fatal(err)
	}
	u.Spec.Statement = "Something else"
	if err := s.Update(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	_, again := s.stream(t, "of=/map&at="+at, "Last-Event-ID", id)
	next(t, again, ": here")
	s.waitForLook(t)
	s.timer.Step(heartbeat)
	if line := next(t, again, ""); line != "" {
		t.Errorf("it was sent %q", line)
	}
	if line := next(t, again, ""); line != ": here" {
		t.Errorf("it was sent %q", line)
	}
}

// waitForLook waits until a stream has looked at its page, and waits for a change.
func (s *stage) waitForLook(t *testing.T) {
	t.Helper()
	for !s.timer.HasWaiters() {
		if t.Context().Err() != nil {
			t.Fatal("no stream waits")
		}
		time.Sleep(time.Millisecond)
	}
}

func TestAStreamTellsNothingOfWhatOthersWrite(t *testing.T) {
	for of, namespace := range map[string]string{"/week/platform/gone": "platform", "/utility/secret/goal": "secret", "/week/platform/safe-deploys": "platform", "/map": ""} {
		s := newStage(t, "thursday.yaml", mira)
		s.asked = make(chan string, 9)
		_, lines := s.stream(t, "of="+of)
		next(t, lines, "id: ")
		if got := <-s.asked; got != namespace {
			t.Errorf("a page at %s waits for changes of %q, want %q", of, got, namespace)
		}
	}
}

func TestAChangeBeforeAStreamWaitsForThemIsSent(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	s.subscribed = func() {
		u := &praxisv1.Utility{}
		if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: "safe-deploys"}, u); err != nil {
			t.Error(err)
		}
		u.Spec.Statement = "Said in between"
		if err := s.Update(t.Context(), u); err != nil {
			t.Error(err)
		}
	}
	_, lines := s.stream(t, "of=/map")
	for !strings.Contains(next(t, lines, "data: "), "Said in between") {
	}
}

func TestAStreamEndsWithTheRightAndAfterAWhile(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	answer, lines := s.stream(t, "of=/")
	next(t, lines, "id: ")
	s.waitForLook(t)
	s.timer.Step(heartbeat)
	next(t, lines, ": here")
	s.timer.Step(streamEnds)
	for lines.Scan() {
	}
	if lines.Err() != nil {
		t.Errorf("the stream ended with %v after %s", lines.Err(), answer.Status)
	}
}

func TestWhatPeopleWriteStaysDataInAStream(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	r := s.aReview(t)
	r.Spec.Conclusion = "one\rid: forged\r\rretry: 1\r\nevent: forged\n\nid: forged"
	if err := s.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	_, lines := s.stream(t, "of=/review/platform/"+weekly)
	lines.Split(func(data []byte, atEOF bool) (int, []byte, error) { // as a browser does
		i := bytes.IndexAny(data, "\r\n")
		if i < 0 {
			return 0, nil, nil
		}
		return i + 1, data[:i], nil
	})
	next(t, lines, "id: ")
	for lines.Scan() && lines.Text() != "" {
		if !strings.HasPrefix(lines.Text(), "data: ") {
			t.Errorf("the event has the line %q", lines.Text())
		}
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
	for _, of := range []string{"/events?of=/", "/%2565vents?of=/map", "/x/../events", "/static/x", "/do/submit", "//evil.example/", "https://evil.example/", "/auth/"} {
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
