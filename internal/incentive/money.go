// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/bojanz/currency"

	"github.com/praxis-dev/praxis/internal/text"
)

// Points is the unit that is no money.
const Points = "points"

// pointDigits is how many decimals points have.
const pointDigits = 2

// most is what an amount is bounded to, in minor units: more than anybody pays, and so little that
// a sum over everybody fits into an int64.
const most = int64(1e14)

// Digits is how many decimals a unit has; false if there is no such currency.
func Digits(unit string) (int, bool) {
	if unit == Points {
		return pointDigits, true
	}
	digits, known := currency.GetDigits(unit)
	return int(digits), known
}

// minor is 10^digits.
func minor(digits int) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
}

// Format writes minor units as a decimal number with the digits of the unit. Example: 3750 with 2
// digits is "37.50".
func Format(amount int64, digits int) string {
	sign, text := "", fmt.Sprint(amount)
	if amount < 0 {
		sign, text = "-", text[1:]
	}
	if digits == 0 {
		return sign + text
	}
	if len(text) <= digits {
		text = strings.Repeat("0", digits+1-len(text)) + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// ParseMinor reads a decimal number as minor units. It fails on one with more digits than the unit
// has.
func ParseMinor(written string, digits int) (int64, error) {
	r, ok := text.Rational(written)
	if !ok {
		return 0, fmt.Errorf("%q is no amount; write it with a point, like 12.50", written)
	}
	r.Mul(r, minor(digits))
	if !r.IsInt() {
		return 0, fmt.Errorf("%s has more than the %d decimals of its unit; round it", written, digits)
	}
	if r.Cmp(big.NewRat(most, 1)) > 0 || r.Cmp(big.NewRat(-most, 1)) < 0 {
		return 0, fmt.Errorf("%s is more than can be paid; write a smaller amount", written)
	}
	return r.Num().Int64(), nil
}

// halfUp rounds a fraction that is not negative to the nearest whole number, and a half upwards.
func halfUp(r *big.Rat) int64 {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	twice.Add(twice, r.Denom())
	twice.Quo(twice, new(big.Int).Mul(r.Denom(), big.NewInt(2)))
	if !twice.IsInt64() || twice.Int64() > most {
		return most
	}
	return twice.Int64()
}

// Round is an amount in a unit with so many digits as minor units, a half away from zero.
func Round(amount *big.Rat, digits int) int64 {
	exact := new(big.Rat).Mul(amount, minor(digits))
	if exact.Sign() < 0 {
		return -halfUp(exact.Neg(exact))
	}
	return halfUp(exact)
}
