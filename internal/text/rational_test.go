// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"math/big"
	"strings"
	"testing"
)

func TestANumberIsReadExactlyAndNoExponentIs(t *testing.T) {
	for s, want := range map[string]*big.Rat{
		"12.50": big.NewRat(25, 2), "-3": big.NewRat(-3, 1), "3/4": big.NewRat(3, 4), "0": new(big.Rat),
		"1e9": nil, "1E999999999": nil, "0x10": nil, "0x1p9": nil, "1_000": nil, "": nil, "many": nil, "1/0": nil, strings.Repeat("1", maxRational+1): nil,
	} {
		t.Run(Clip(s, 20), func(t *testing.T) {
			got, ok := Rational(s)
			if ok != (want != nil) || ok && got.Cmp(want) != 0 {
				t.Errorf("it is %v, %v; want %v", got, ok, want)
			}
		})
	}
}
