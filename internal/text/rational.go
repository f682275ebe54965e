// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"math/big"
	"strings"
)

// maxRational is how many characters a number has at most: no field of the API holds more.
const maxRational = 1024

// Rational reads a decimal number or a fraction, like -12.50 or 3/4, exactly. It takes no exponent,
// since a few characters of it stand for a number that no memory holds.
func Rational(s string) (*big.Rat, bool) {
	if len(s) > maxRational || strings.ContainsAny(s, "eEpPxX_") {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}
