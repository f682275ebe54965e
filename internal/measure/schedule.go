// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"time"

	"k8s.io/apimachinery/pkg/types"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Grid is what the instants are multiples of at which sources are asked, so that equal queries
// of many goals are one query.
const Grid = 30 * time.Second

// What the schema sets where nothing is said.
const (
	defaultInterval   = 5 * time.Minute
	defaultStaleAfter = 24 * time.Hour
)

// Interval is how often a measure is read.
func Interval(m *praxisv1.Measure) time.Duration {
	return max(duration(m.Source.Interval, defaultInterval), time.Minute)
}

// StaleAfter is how old the last reading of a measure may get.
func StaleAfter(m *praxisv1.Measure) time.Duration {
	return max(duration(m.Source.StaleAfter, defaultStaleAfter), Interval(m))
}

func duration(d praxisv1.Duration, without time.Duration) time.Duration {
	minutes, err := d.Minutes()
	if err != nil || minutes <= 0 {
		return without // it is not set: the schema refuses any other
	}
	return time.Duration(minutes) * time.Minute
}

// Turns are the last instant at which a measure was to be read, and the next one. They lie an
// interval apart, at a place in the interval that a hash of the goal's uid gives, so that many
// measures do not come at once, and two replicas, or one that starts again, mean the same.
func Turns(uid types.UID, m *praxisv1.Measure, interval time.Duration, now time.Time) (last, next time.Time) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(string(uid) + "/" + m.Name))
	place := time.Duration(mixed(h.Sum64()) % uint64(interval))
	since := time.Duration(now.UnixNano()) - place
	last = time.Unix(0, int64(since-floorMod(since, interval)+place)).UTC()
	return last, last.Add(interval)
}

// mixed spreads a hash whose high bits hang on its first bytes alone.
func mixed(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}

func floorMod(d, by time.Duration) time.Duration {
	if r := d % by; r < 0 {
		return r + by
	}
	return d % by
}

// AsOf is the instant that a reading of a turn is of.
func AsOf(turn time.Time) time.Time { return turn.UTC().Truncate(Grid) }

// Of identifies what is asked of the source of a measure; how often does not matter.
func Of(m *praxisv1.Measure) string {
	asked, err := json.Marshal([]any{m.Source.Prometheus, m.Source.ExternalMetric, m.Source.Object})
	if err != nil {
		return "" // nothing in there can fail
	}
	sum := sha256.Sum256(asked)
	return hex.EncodeToString(sum[:6])
}
