// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
)

// How long a provider is left alone that does not answer, at first and at most, and one that asks
// for it, at most.
const (
	firstRest    = 5 * time.Second
	longestRest  = time.Minute
	longestAsked = time.Hour
)

// host keeps one provider from being asked too often.
type host struct {
	limiter *rate.Limiter

	mu       sync.Mutex
	rests    time.Time // until when it is left alone
	because  *measure.Failure
	failures int // in a row
}

func newHost(perSecond float64) *host {
	return &host{limiter: rate.NewLimiter(rate.Limit(perSecond), 1)}
}

// turn is how long to wait before it may be asked. Whoever calls has that turn.
func (h *host) turn(now time.Time) time.Duration { return h.limiter.ReserveN(now, 1).DelayFrom(now) }

// resting is why it is not asked now; nil where it may be. One that has just not answered would
// only hold up whoever waits for it.
func (h *host) resting(now time.Time) *measure.Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Before(h.rests) {
		return h.because
	}
	return nil
}

// answered takes note of what an attempt came to.
func (h *host) answered(now time.Time, s *seen, failure *measure.Failure) {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked, ok := retryAfter(s.retryAfter, now)
	switch {
	case s.status == http.StatusTooManyRequests, s.status == http.StatusServiceUnavailable && ok:
		if !ok {
			asked = h.longer()
		}
		h.failures++
		h.rests, h.because = now.Add(min(asked, longestAsked)), failure
	case failure != nil && (s.status == 0 || failure.Reason == praxisv1.ReasonTimeout):
		rest := h.longer()
		h.failures++
		h.rests, h.because = now.Add(rest), failure
	default:
		h.failures, h.rests, h.because = 0, time.Time{}, nil
	}
}

// longer is how long it is left alone after so many failures.
func (h *host) longer() time.Duration {
	rest := firstRest
	for range h.failures {
		if rest *= 2; rest >= longestRest {
			return longestRest
		}
	}
	return rest
}

// retryAfter is how long an answer asks to be left alone, in seconds or until an instant.
func retryAfter(text string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0), true
	}
	return 0, false
}
