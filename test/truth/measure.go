// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math"
)

// counts are how often something was so.
type counts struct {
	Of int `json:"of"`
	So int `json:"so"`
}

func (c *counts) add(so bool) {
	c.Of++
	if so {
		c.So++
	}
}

// String is the part in percent, with the half width of its 95 % interval (Wilson).
func (c counts) String() string {
	if c.Of == 0 {
		return "-"
	}
	n, p := float64(c.Of), float64(c.So)/float64(c.Of)
	const z = 1.96
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n)) / (1 + z*z/n)
	return fmt.Sprintf("%.1f±%.1f", 100*p, 100*half)
}

// result is how one rule did in one class.
type result struct {
	World string `json:"world"`
	Class string `json:"class"`
	Rule  string `json:"rule"`
	// First, Midweek and Review are how often the first gap was really one to look at: at the
	// first alarm, and at midweek and the review where the cause showed by then.
	First   counts `json:"first"`
	Midweek counts `json:"midweek"`
	Review  counts `json:"review"`
	// Alarmed is how many weeks had an alarm at any time up to the review, AtReview how many have
	// one then.
	Alarmed  counts  `json:"alarmed"`
	AtReview counts  `json:"atReview"`
	Hours    float64 `json:"hoursFromKnowable"` // summed over Delayed
	Delayed  int     `json:"delayed"`
}

func (r *result) delay() string {
	if r.Delayed == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f h", r.Hours/float64(r.Delayed))
}

// merge adds what another class came to.
func (r *result) merge(o result) {
	for _, pair := range [][2]*counts{{&r.First, &o.First}, {&r.Midweek, &o.Midweek}, {&r.Review, &o.Review}, {&r.Alarmed, &o.Alarmed}, {&r.AtReview, &o.AtReview}} {
		pair[0].Of, pair[0].So = pair[0].Of+pair[1].Of, pair[0].So+pair[1].So
	}
	r.Hours, r.Delayed = r.Hours+o.Hours, r.Delayed+o.Delayed
}

// watch looks at a week every two hours up to the review with one rule.
func (r *result) watch(wk *week, says func(hours) (bool, string)) {
	alarmed, shown := false, never
	for now := starts; now <= review; now += 2 {
		truth := wk.truth(now)
		if len(truth) > 0 {
			shown = min(shown, now)
		}
		alarm, first := says(now)
		if alarm && !alarmed {
			alarmed = true
			if len(wk.causes) > 0 {
				r.First.add(truth[first])
			}
			if shown < never {
				r.Hours += float64(now - shown)
				r.Delayed++
			}
		}
		if len(truth) > 0 && now <= midweek && now+2 > midweek {
			r.Midweek.add(truth[first])
		}
		if len(truth) > 0 && now+2 > review {
			r.Review.add(truth[first])
		}
		if now+2 > review {
			r.AtReview.add(alarm)
		}
	}
	if len(wk.causes) == 0 || shown < review-24 {
		r.Alarmed.add(alarmed) // what shows only on the last day may still be told
	}
}

// truth are all actions that are really to be looked at.
func (wk *week) truth(now hours) map[string]bool {
	all := map[string]bool{}
	for _, c := range wk.causes {
		for name := range c.truth(wk, now) {
			all[name] = true
		}
	}
	return all
}
