// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"fmt"
	"math/big"
)

// Released is how much of an award is released by the end of a quarter that many after the one
// that it was awarded in: equal parts, and what does not divide in the first.
func Released(award int64, quarters, after int) int64 {
	switch n := int64(quarters); {
	case after < 1 || quarters < 1:
		return 0
	case after >= quarters:
		return award
	default:
		return award/n*int64(after) + award%n
	}
}

// QuartersAfter is how many quarters a quarter is after another. It fails on what is no name of a
// quarter.
func QuartersAfter(quarter, earlier string) (int, error) {
	a, err := ordinal(quarter)
	if err != nil {
		return 0, err
	}
	b, err := ordinal(earlier)
	return a - b, err
}

// QuartersFrom are so many quarters, in order. It fails on what is no name of a quarter.
func QuartersFrom(first string, n int) ([]string, error) {
	from, err := ordinal(first)
	if err != nil {
		return nil, err
	}
	names := make([]string, n)
	for i := range names {
		names[i] = named(from + i)
	}
	return names, nil
}

// QuartersUpTo are so many quarters up to one, that one first; none where it is no name of a quarter.
func QuartersUpTo(last string, n int) []string {
	to, err := ordinal(last)
	if err != nil {
		return nil
	}
	names := make([]string, n)
	for i := range names {
		names[i] = named(to - i)
	}
	return names
}

// named is the name of a quarter, which count from 1 in a year.
func named(ordinal int) string {
	return fmt.Sprintf("%04d-Q%d", (ordinal-1)/4, (ordinal-1)%4+1)
}

func ordinal(quarter string) (int, error) {
	var year, n int
	if _, err := fmt.Sscanf(quarter, "%4d-Q%1d", &year, &n); err != nil || n < 1 || n > 4 {
		return 0, fmt.Errorf("%q is no quarter; write it like 2026-Q4", quarter)
	}
	return year*4 + n, nil
}

// TooMuch is how much of what was paid for a line was paid for work that does not count any more:
// what its exact amount fell by, in proportion to what was paid of it, and at most that.
func TooMuch(paid int64, before, after *big.Rat) int64 {
	if paid <= 0 || before.Sign() <= 0 || after.Cmp(before) >= 0 {
		return 0
	}
	rest := new(big.Rat).Mul(big.NewRat(paid, 1), after)
	return paid - halfUp(rest.Quo(rest, before))
}
