// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"

	"github.com/praxis-dev/praxis/internal/measure"
)

// How long a provider is left alone that does not answer, at first and at most, and one that asks
// for it, at most.
const (
	firstRest    = 5 * time.Second
	longestRest  = time.Minute
	longestAsked = time.Hour
)

// patience is how long measures wait for a provider that is left alone before they fail: what is
// over soon is no news to anybody, and what lasts must not be hidden.
const patience = 5 * time.Minute

// host keeps one provider from being asked too often.
type host struct {
	limiter *rate.Limiter
	// shares are the limiters of namespaces. None may draw the turns of a provider faster than
	// half of them come, so that others never queue behind all that one has.
	shares *lru.Cache
	share  rate.Limit

	mu     sync.Mutex
	rested rested
}

// keptShares is how many namespaces have a share of their own; one that is forgotten begins anew.
const keptShares = 1024

func newHost(config *Config) *host {
	all := rate.Limit(config.QueriesPerSecond)
	h := &host{limiter: rate.NewLimiter(all, 1), shares: lru.New(keptShares), share: all / 2}
	if len(config.Namespaces) == 1 && config.Namespaces[0] != Everybody {
		h.share = all
	}
	return h
}

// Turn is when a query may be sent.
type Turn struct {
	Wait time.Duration
	// Cancel gives it back; nil where nothing was drawn.
	Cancel func()
}

// Steps is how many turns a query needs, one after the other: first that among those of its
// namespace, and once that has come the one of the provider.
const Steps = 2

// turn draws a turn. Whoever calls has it.
func (h *host) turn(namespace string, step int, c clock.PassiveClock) Turn {
	limiter := h.limiter
	if step == 0 {
		limiter = h.shareOf(namespace)
	}
	now := c.Now()
	r := limiter.ReserveN(now, 1)
	return Turn{Wait: r.DelayFrom(now), Cancel: func() { r.CancelAt(c.Now()) }}
}

func (h *host) shareOf(namespace string) *rate.Limiter {
	h.mu.Lock()
	defer h.mu.Unlock()
	if known, ok := h.shares.Get(namespace); ok {
		return known.(*rate.Limiter)
	}
	limiter := rate.NewLimiter(h.share, 1)
	h.shares.Add(namespace, limiter)
	return limiter
}

// resting is why it is not asked now; nil where it may be. One that has just not answered would
// only hold up whoever waits for it.
func (h *host) resting(now time.Time) *measure.Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	failure := h.rested.why(now)
	if failure == nil {
		return nil
	}
	f := *failure
	f.Again = max(min(h.rested.until.Sub(now), h.rested.since.Add(patience).Sub(now)), 0)
	return &f
}

// answered takes note of what an attempt came to. A query that took too long says nothing of the
// provider, which others ask for what is quickly told.
func (h *host) answered(now time.Time, s *seen, failure *measure.Failure) {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked, ok := retryAfter(s.retryAfter, now)
	switch {
	case s.status == http.StatusTooManyRequests, s.status == http.StatusServiceUnavailable && ok:
		if !ok {
			asked = h.rested.longer()
		}
		h.rested = h.rested.next(now, min(asked, longestAsked), failure)
	case failure != nil && !s.connected.Load():
		h.rested = h.rested.next(now, h.rested.longer(), failure)
	default:
		h.rested = rested{}
	}
}

// rested is what is left alone for a while, a provider or one query.
type rested struct {
	since    time.Time // when that began
	until    time.Time
	because  *measure.Failure
	failures int // in a row
}

// why is why it is not asked now; nil where it may be.
func (r *rested) why(now time.Time) *measure.Failure {
	if now.Before(r.until) {
		return r.because
	}
	return nil
}

// next is the rest after one more failure.
func (r *rested) next(now time.Time, rest time.Duration, failure *measure.Failure) rested {
	since := r.since
	if r.failures == 0 {
		since = now
	}
	return rested{since: since, until: now.Add(rest), because: failure, failures: r.failures + 1}
}

// longer is how long it is left alone after so many failures.
func (r *rested) longer() time.Duration {
	rest := firstRest
	for range r.failures {
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
