// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"math/big"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// account is the delivery of one level as exact fractions between 0 and 1, and
// what it is judged by, in percentage points.
type account struct {
	accepted, handedIn, expected *big.Rat // P, P′, E
	tolerance, critical          *big.Rat
	keyMissed                    bool
	planned                      bool // something is planned at all
}

// verdict is the OnTrack condition of a level.
type verdict struct {
	status metav1.ConditionStatus
	reason string
}

// judge compares a deviation with what is tolerated (design section 4, "How far").
func (a account) judge() verdict {
	switch {
	case !a.planned:
		return verdict{metav1.ConditionUnknown, praxisv1.ReasonNothingPlanned}
	case a.keyMissed:
		return verdict{metav1.ConditionFalse, praxisv1.ReasonKeyActionMissed}
	case a.expected.Sign() == 0:
		return verdict{metav1.ConditionUnknown, praxisv1.ReasonNotDue}
	case within(a.accepted, a.expected, a.tolerance):
		return verdict{metav1.ConditionTrue, praxisv1.ReasonOnPace}
	case within(a.handedIn, a.expected, a.tolerance):
		return verdict{metav1.ConditionUnknown, praxisv1.ReasonAwaitingAcceptance}
	case within(a.accepted, a.expected, a.critical):
		return verdict{metav1.ConditionFalse, praxisv1.ReasonBehind}
	}
	return verdict{metav1.ConditionFalse, praxisv1.ReasonCriticallyBehind}
}

// delivery is the account in whole percent, rounded half up.
func (a account) delivery() praxisv1.Delivery {
	return praxisv1.Delivery{
		ProgressPercent: int32(percent(a.accepted)),
		ExpectedPercent: int32(percent(a.expected)),
		Deviation:       int32(percent(new(big.Rat).Sub(a.accepted, a.expected))),
	}
}

// within tells whether done − expected >= −points, points in percentage points.
func within(done, expected, points *big.Rat) bool {
	deviation := new(big.Rat).Sub(done, expected)
	deviation.Mul(deviation, big.NewRat(100, 1))
	return deviation.Add(deviation, points).Sign() >= 0
}

// percent is a fraction of one in whole percent: floor(100·r + 1/2).
func percent(r *big.Rat) int64 {
	return floor(new(big.Rat).Add(new(big.Rat).Mul(r, big.NewRat(100, 1)), big.NewRat(1, 2)))
}

func floor(r *big.Rat) int64 {
	// Euclidean division by a positive denominator rounds down for negatives too.
	return new(big.Int).Div(r.Num(), r.Denom()).Int64()
}

func ceil(r *big.Rat) int64 { return -floor(new(big.Rat).Neg(r)) }

// mean is a weighted average of accounts; those where nothing is planned do not count.
type mean struct {
	weight, accepted, handedIn, expected, tolerance, critical big.Rat
	keyMissed                                                 bool
}

func (m *mean) add(weight *big.Rat, a account) {
	if !a.planned {
		return
	}
	m.weight.Add(&m.weight, weight)
	for sum, value := range map[*big.Rat]*big.Rat{
		&m.accepted: a.accepted, &m.handedIn: a.handedIn, &m.expected: a.expected,
		&m.tolerance: a.tolerance, &m.critical: a.critical,
	} {
		sum.Add(sum, new(big.Rat).Mul(weight, value))
	}
	m.keyMissed = m.keyMissed || a.keyMissed
}

func (m *mean) account() account {
	if m.weight.Sign() == 0 {
		return nothingPlanned()
	}
	over := func(sum *big.Rat) *big.Rat { return new(big.Rat).Quo(sum, &m.weight) }
	return account{
		accepted: over(&m.accepted), handedIn: over(&m.handedIn), expected: over(&m.expected),
		tolerance: over(&m.tolerance), critical: over(&m.critical),
		keyMissed: m.keyMissed, planned: true,
	}
}

func nothingPlanned() account {
	return account{accepted: new(big.Rat), handedIn: new(big.Rat), expected: new(big.Rat), tolerance: new(big.Rat), critical: new(big.Rat)}
}
