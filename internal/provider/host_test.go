// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAProviderThatFailsIsLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		rests  time.Duration
	}{
		"it asks for a minute":          {status(429, "Retry-After", "60"), time.Minute},
		"it asks for less, and no more": {status(429), firstRest},
		"until an instant":              {status(503, "Retry-After", noon.Add(2*time.Minute).Format(http.TimeFormat)), 2 * time.Minute},
		"it asks for a year":            {status(429, "Retry-After", "31536000"), longestAsked},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, c.answer)
			_, first := s.Read(context.Background(), asked("a"))
			s.clock.SetTime(noon.Add(c.rests - time.Millisecond))
			_, again := s.Read(context.Background(), asked("b"))
			if n := s.requests.Load(); n != 1 || again == nil || again.Reason != first.Reason {
				t.Errorf("%d requests; first %v, then %v", n, first, again)
			}
			s.clock.SetTime(noon.Add(c.rests))
			if _, _ = s.Read(context.Background(), asked("b")); s.requests.Load() != 2 {
				t.Error("it is never asked again")
			}
		})
	}
}

func TestASlowQueryHoldsUpNoOther(t *testing.T) {
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Form.Get("query") == "slow" {
			<-r.Context().Done()
			return
		}
		says(vector("7"))(w, r)
	})
	if _, failure := s.Read(context.Background(), asked("slow")); failure == nil || failure.Reason != praxisv1.ReasonTimeout || failure.Again != 0 {
		t.Fatalf("it is %+v", failure)
	}
	if samples, failure := s.Read(context.Background(), asked("a")); failure != nil || texts(samples) != "7" {
		t.Errorf("another query is %q, %v", texts(samples), failure)
	}
	s.clock.SetTime(noon.Add(firstRest - time.Millisecond))
	if _, failure := s.Read(context.Background(), asked("slow")); failure == nil || failure.Reason != praxisv1.ReasonTimeout || s.requests.Load() != 2 {
		t.Errorf("it is sent again while it rests: %v, %d requests", failure, s.requests.Load())
	}
	s.clock.SetTime(noon.Add(firstRest))
	if _, _ = s.Read(context.Background(), asked("slow")); s.requests.Load() != 3 {
		t.Error("it is never sent again")
	}
}

func TestMeasuresWaitForAProviderThatIsSoonBack(t *testing.T) {
	s := open(t, says(""), func(c *Config) { c.URL = "http://127.0.0.1:1" })
	first, waited := noon, 0
	for now := noon; now.Before(noon.Add(10 * time.Minute)); now = now.Add(time.Second) {
		s.clock.SetTime(now)
		resting := s.of["main"].resting(now) != nil
		_, failure := s.Read(context.Background(), asked("a"))
		switch late := now.Sub(first) >= patience; {
		case failure == nil:
			t.Fatal("nothing listens there")
		case failure.Again > 0 != (resting && !late):
			t.Fatalf("after %s, resting %t, a measure waits %s", now.Sub(first), resting, failure.Again)
		case failure.Again > 0:
			waited++
		}
	}
	if waited == 0 {
		t.Error("nobody ever waits")
	}
}

func TestAProviderThatStaysAwayIsAskedOnceAMinute(t *testing.T) {
	s := open(t, says(""), func(c *Config) { c.URL = "http://127.0.0.1:1" })
	h := s.of["main"].host
	var last time.Time
	tries := 0
	for now := noon; now.Before(noon.Add(time.Hour)); now = now.Add(time.Second) {
		s.clock.SetTime(now)
		if h.resting(now) == nil {
			_, _ = s.Read(context.Background(), asked("a"))
			tries, last = tries+1, now
		}
	}
	if tries < 60 || tries > 66 || noon.Add(time.Hour).Sub(last) > time.Minute {
		t.Errorf("%d tries in an hour, the last at %s", tries, last)
	}
}

func TestAProviderIsAskedNoMoreOftenThanItMayBe(t *testing.T) {
	s := open(t, says(vector("1")))
	waits := func(namespace string, step int) string {
		q := asked("a")
		q.Namespace = namespace
		var out []time.Duration
		for range 4 {
			out = append(out, s.Turn(q, step).Wait)
		}
		return fmt.Sprint(out)
	}
	if got := waits("shop", 0); got != "[0s 200ms 400ms 600ms]" {
		t.Errorf("a namespace may draw after %s", got)
	}
	if got := waits("pay", 0); got != "[0s 200ms 400ms 600ms]" {
		t.Errorf("another may draw after %s", got)
	}
	if got := waits("pay", 1); got != "[0s 100ms 200ms 300ms]" {
		t.Errorf("the provider is asked after %s", got)
	}
}

func TestANamespaceThatHasAProviderForItselfHasAllItsTurns(t *testing.T) {
	for name, c := range map[string]struct {
		namespaces []string
		want       time.Duration
	}{"it has": {[]string{"shop"}, 100 * time.Millisecond}, "anybody may": {[]string{"*"}, 200 * time.Millisecond}} {
		t.Run(name, func(t *testing.T) {
			s := open(t, says(vector("1")), func(c2 *Config) { c2.Namespaces = c.namespaces })
			s.Turn(asked("a"), 0)
			if got := s.Turn(asked("a"), 0).Wait; got != c.want {
				t.Errorf("the second turn comes after %s", got)
			}
		})
	}
}

func TestWhatIsNotSentDrawsNoTurn(t *testing.T) {
	s := open(t, says(vector("1")))
	if _, failure := s.Read(context.Background(), asked("known")); failure != nil {
		t.Fatal(failure)
	}
	stranger, nobody := asked("a"), asked("a")
	stranger.Namespace, nobody.Provider = "crowd", "other"
	for name, q := range map[string]Query{"a namespace that may not": stranger, "no provider": nobody, "no query": asked("sum("), "a known answer": asked("known")} {
		for range 100 {
			if turn := s.Turn(q, 1); turn.Wait != 0 || turn.Cancel != nil {
				t.Fatalf("%s waits %s", name, turn.Wait)
			}
		}
	}
	if wait := s.Turn(asked("a"), 1).Wait; wait != 0 {
		t.Errorf("what is sent waits %s for them", wait)
	}
}

func TestATurnThatIsGivenBackIsTheNext(t *testing.T) {
	s := open(t, says(vector("1")))
	s.Turn(asked("a"), 1)
	s.Turn(asked("a"), 1).Cancel()
	if wait := s.Turn(asked("a"), 1).Wait; wait != 100*time.Millisecond {
		t.Errorf("the next one comes after %s", wait)
	}
}
