// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"math"
	"math/big"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Account is the delivery of one level as exact fractions of what its week planned, and what
// it is judged by, in percentage points. A week with carried-over work may owe and do more
// than one.
type Account struct {
	Accepted, handedIn, expected *big.Rat // P, P′, E
	counted                      *big.Rat // E a slack ago, which the verdict is by
	tolerance, critical          *big.Rat
	keyMissed                    bool
	judgeLate                    bool // a verdict takes longer than it may
	planned                      bool // something is planned at all
}

// Verdict is the OnTrack condition of a level.
type Verdict struct {
	Status metav1.ConditionStatus
	Reason string
}

// judge compares a deviation with the tolerance.
func (a Account) judge() Verdict {
	switch {
	case !a.planned:
		return Verdict{metav1.ConditionUnknown, praxisv1.ReasonNothingPlanned}
	case a.keyMissed:
		return Verdict{metav1.ConditionFalse, praxisv1.ReasonKeyActionMissed}
	case a.judgeLate && within(a.handedIn, a.counted, a.tolerance):
		return Verdict{metav1.ConditionFalse, praxisv1.ReasonJudgeLate}
	case a.expected.Sign() == 0, a.counted.Sign() == 0 && !within(a.Accepted, a.expected, a.tolerance):
		return Verdict{metav1.ConditionUnknown, praxisv1.ReasonNotDue}
	case within(a.Accepted, a.counted, a.tolerance):
		return Verdict{metav1.ConditionTrue, praxisv1.ReasonOnPace}
	case within(a.handedIn, a.counted, a.tolerance):
		return Verdict{metav1.ConditionUnknown, praxisv1.ReasonAwaitingAcceptance}
	case within(a.Accepted, a.counted, a.critical):
		return Verdict{metav1.ConditionFalse, praxisv1.ReasonBehind}
	}
	return Verdict{metav1.ConditionFalse, praxisv1.ReasonCriticallyBehind}
}

// Delivery is the account in whole percent, rounded half up.
func (a Account) Delivery() praxisv1.Delivery {
	return praxisv1.Delivery{
		ProgressPercent: Percent(a.Accepted),
		ExpectedPercent: Percent(a.expected),
		Deviation:       Percent(new(big.Rat).Sub(a.Accepted, a.expected)),
	}
}

// within reports whether done − expected >= −points, points in percentage points.
func within(done, expected, points *big.Rat) bool {
	deviation := new(big.Rat).Sub(done, expected)
	deviation.Mul(deviation, big.NewRat(100, 1))
	return deviation.Add(deviation, points).Sign() >= 0
}

// Percent is a fraction of one in whole percent: floor(100·r + 1/2). What no status can hold
// is the most that it can.
func Percent(r *big.Rat) int32 {
	whole := floor(new(big.Rat).Add(new(big.Rat).Mul(r, big.NewRat(100, 1)), big.NewRat(1, 2)))
	return int32(max(math.MinInt32, min(math.MaxInt32, whole)))
}

func floor(r *big.Rat) int64 {
	// Euclidean division by a positive denominator rounds down for negatives too.
	down := new(big.Int).Div(r.Num(), r.Denom())
	if !down.IsInt64() {
		return math.MaxInt64 * int64(down.Sign())
	}
	return down.Int64()
}

const (
	// longestFraction is up to where a figure is written as it is.
	longestFraction = 100
	// decimals are those of a figure that is longer: two such figures of one week that differ
	// in no decimal differ in nothing that a whole percent or a tolerance shows.
	decimals = 40
)

// Fraction is a fraction of one as a status keeps it, for Exactly to read. Work in many
// different quantities makes fractions of hundreds of digits; those are written in decimals.
func Fraction(r *big.Rat) string {
	if exact := r.RatString(); len(exact) <= longestFraction {
		return exact
	}
	return r.FloatString(decimals)
}

func Ceil(r *big.Rat) int64 { return -floor(new(big.Rat).Neg(r)) }

// Mean is a weighted average of accounts; those where nothing is planned do not count.
type Mean struct {
	weight, accepted, handedIn, expected, counted, tolerance, critical big.Rat
	keyMissed, judgeLate                                               bool
}

func (m *Mean) Add(weight *big.Rat, a Account) {
	if !a.planned {
		return
	}
	m.weight.Add(&m.weight, weight)
	for sum, value := range map[*big.Rat]*big.Rat{
		&m.accepted: a.Accepted, &m.handedIn: a.handedIn, &m.expected: a.expected,
		&m.counted: a.counted, &m.tolerance: a.tolerance, &m.critical: a.critical,
	} {
		sum.Add(sum, new(big.Rat).Mul(weight, value))
	}
	m.keyMissed, m.judgeLate = m.keyMissed || a.keyMissed, m.judgeLate || a.judgeLate
}

func (m *Mean) Account() Account {
	if m.weight.Sign() == 0 {
		return nothingPlanned()
	}
	over := func(sum *big.Rat) *big.Rat { return new(big.Rat).Quo(sum, &m.weight) }
	return Account{
		Accepted: over(&m.accepted), handedIn: over(&m.handedIn), expected: over(&m.expected),
		counted: over(&m.counted), tolerance: over(&m.tolerance), critical: over(&m.critical),
		keyMissed: m.keyMissed, judgeLate: m.judgeLate, planned: true,
	}
}

func nothingPlanned() Account {
	return Account{Accepted: new(big.Rat), handedIn: new(big.Rat), expected: new(big.Rat), counted: new(big.Rat), tolerance: new(big.Rat), critical: new(big.Rat)}
}
