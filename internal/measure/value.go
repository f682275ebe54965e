// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// Sample is one value that a source gave.
type Sample struct {
	// Text is the value as the source wrote it.
	Text string
	// At is when the source took it; zero where it does not say.
	At time.Time
}

// Failure is why a source gave no reading, for the author of the measure: a reason of the
// condition Measured, and what to do.
type Failure struct {
	Reason, Message string
	// Since is when the measure was last right, where the source says so.
	Since time.Time
}

func (f *Failure) Error() string { return f.Message }

// Fail makes a Failure.
func Fail(reason, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// Value is the one number that a source gave at an instant, as a decimal at the resolution of
// the measure.
func Value(m *praxisv1.Measure, samples []Sample, now time.Time) (praxisv1.Decimal, *Failure) {
	switch len(samples) {
	case 0:
		return "", Fail(praxisv1.ReasonNoData, "the source has no sample, which is not taken for 0; %s", lookAt(m))
	case 1:
	default:
		return "", Fail(praxisv1.ReasonTooManySeries, "the source gives %s samples; %s", count(len(samples)), chooseOne(m))
	}
	s := samples[0]
	if after := StaleAfter(m); !s.At.IsZero() && now.Sub(s.At) > after {
		f := Fail(praxisv1.ReasonStale, "the newest sample is from %s; bring what makes it back", text.Instant(s.At))
		f.Since = s.At
		return "", f
	}
	number, ok := parse(s.Text)
	if !ok {
		return "", Fail(praxisv1.ReasonNotANumber, "the source gives %s, which is no number; %s", quoted(s.Text), guard(m))
	}
	value, ok := Canonical(number, Resolution(m))
	if !ok {
		return "", Fail(praxisv1.ReasonNotANumber, "the source gives %s, which has more than 12 digits before the point; measure in larger units", quoted(s.Text))
	}
	return value, nil
}

// manySamples is from where on it does not matter how many there are; so the message stands still
// while series come and go.
const manySamples = 10

func count(n int) string {
	if n >= manySamples {
		return "many"
	}
	return fmt.Sprint(n)
}

// lookAt says where to look for what is missing.
func lookAt(m *praxisv1.Measure) string {
	switch {
	case m.Source.ExternalMetric != nil:
		return "see that something serves the metric in this namespace, and its selector"
	case m.Source.Object != nil:
		return "see whether the object has the field by now"
	}
	return "see that the series is there, or correct the query"
}

func chooseOne(m *praxisv1.Measure) string {
	if m.Source.ExternalMetric != nil {
		return "choose one with the selector"
	}
	return "sum or average them, or choose one by its labels"
}

func guard(m *praxisv1.Measure) string {
	if m.Source.Prometheus != nil {
		return `keep the query from dividing by nothing, as in a / (b > 0)`
	}
	return "correct what the source gives"
}

// quoted is what a source gave, short enough for a message.
func quoted(s string) string { return fmt.Sprintf("%q", text.Clip(s, 30)) }

// numeral is what counts as a number. Few digits of an exponent, since big.Rat would write them out.
var numeral = regexp.MustCompile(`^[-+]?([0-9]{1,40}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][-+]?[0-9]{1,3})?$`)

func parse(s string) (*big.Rat, bool) {
	if !numeral.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// mostDigits are those after the point of a Decimal, and beyond what it holds.
const mostDigits = 6

var beyond = new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(12), nil))

// Resolution is the least change of a measure that counts: what its author says, or 1 % of the
// way from baseline to target; never less than a Decimal can tell apart.
func Resolution(m *praxisv1.Measure) *big.Rat {
	least := big.NewRat(1, 1_000_000)
	r := rat(m.Source.Resolution)
	if m.Source.Resolution == "" {
		r.Sub(rat(m.Target), rat(m.Baseline))
		r.Abs(r).Quo(r, big.NewRat(100, 1))
	}
	if r.Cmp(least) < 0 {
		return least
	}
	return r
}

// Canonical is a number in the shortest form that is exact to a power of ten no larger than the
// resolution; false where a Decimal cannot hold it.
func Canonical(number, resolution *big.Rat) (praxisv1.Decimal, bool) {
	if new(big.Rat).Abs(number).Cmp(beyond) >= 0 {
		return "", false
	}
	digits, tens := 0, int64(1)
	for digits < mostDigits && resolution.Cmp(big.NewRat(1, pow10(digits))) < 0 {
		digits++
	}
	for digits == 0 && tens < 1e11 && resolution.Cmp(big.NewRat(10*tens, 1)) >= 0 {
		tens *= 10
	}
	if tens > 1 {
		whole := new(big.Rat).Quo(number, big.NewRat(tens, 1)).FloatString(0)
		rounded, _ := new(big.Rat).SetString(whole)
		number = rounded.Mul(rounded, big.NewRat(tens, 1))
	}
	written := number.FloatString(digits)
	if digits > 0 {
		written = strings.TrimRight(strings.TrimRight(written, "0"), ".")
	}
	if written == "-0" {
		written = "0"
	}
	// Rounding can carry into one digit more.
	if len(strings.TrimPrefix(strings.SplitN(written, ".", 2)[0], "-")) > 12 {
		return "", false
	}
	return praxisv1.Decimal(written), true
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Moved reports whether a value is worth writing: it is by the resolution away from what is
// written, or it has reached the target, which nobody should miss for the last part of a percent.
func Moved(m *praxisv1.Measure, written, value praxisv1.Decimal) bool {
	if written == "" || value == "" {
		return written != value
	}
	way := new(big.Rat).Sub(rat(value), rat(written))
	if way.Abs(way).Cmp(Resolution(m)) >= 0 {
		return true
	}
	return reached(m, value) && !reached(m, written)
}

func reached(m *praxisv1.Measure, value praxisv1.Decimal) bool {
	up := rat(m.Target).Cmp(rat(m.Baseline)) > 0
	missing := rat(m.Target).Cmp(rat(value))
	return up && missing <= 0 || !up && missing >= 0
}

func rat(d praxisv1.Decimal) *big.Rat {
	if r, ok := new(big.Rat).SetString(string(d)); ok {
		return r
	}
	return new(big.Rat) // the schema refuses it
}
