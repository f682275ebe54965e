// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"math/big"
	"slices"
)

// share is what one person's rates come to.
type share struct {
	lines  []*Line
	exact  *big.Rat
	amount int64
	scaled bool
}

// limit applies cap, then pool, to the rates of lines, which are by person, rule and week.
func (p *Policy) limit(lines []Line) {
	shares := sharesOf(lines)
	for _, s := range shares {
		if p.Cap != nil && exceeds(s.exact, s.amount, *p.Cap) {
			s.exact, s.amount, s.scaled = big.NewRat(*p.Cap, 1), *p.Cap, true
		}
	}
	if p.Pool != nil {
		sum, rounded := new(big.Rat), int64(0)
		weights := make([]*big.Rat, len(shares))
		for i, s := range shares {
			sum.Add(sum, s.exact)
			rounded += s.amount
			weights[i] = s.exact
		}
		if exceeds(sum, rounded, *p.Pool) {
			for i, part := range Deal(*p.Pool, weights) {
				shares[i].amount, shares[i].scaled = part, true
			}
		}
	}
	for _, s := range shares {
		if !s.scaled {
			continue
		}
		weights := make([]*big.Rat, len(s.lines))
		for i, line := range s.lines {
			weights[i] = line.Exact
		}
		for i, part := range Deal(s.amount, weights) {
			s.lines[i].Amount = part
		}
	}
}

// exceeds reports whether an amount is beyond a limit, exactly or as it was rounded.
func exceeds(exact *big.Rat, rounded, limit int64) bool {
	return rounded > limit || exact.Cmp(big.NewRat(limit, 1)) > 0
}

// sharesOf are the rates of each person, in the order of the lines.
func sharesOf(lines []Line) []*share {
	var shares []*share
	user := ""
	for i := range lines {
		line := &lines[i]
		if !line.Rule.Rate {
			continue
		}
		if len(shares) == 0 || line.User != user {
			user = line.User
			shares = append(shares, &share{exact: new(big.Rat)})
		}
		s := shares[len(shares)-1]
		s.lines = append(s.lines, line)
		s.exact.Add(s.exact, line.Exact)
		s.amount += line.Amount
	}
	return shares
}

// Deal divides an amount by weights in whole numbers that add up to it: each gets the whole part
// of its quota, and what is left goes to the largest remainders, the first of equals first.
// Nothing is dealt where nothing has weight.
func Deal(amount int64, weights []*big.Rat) []int64 {
	parts := make([]int64, len(weights))
	sum := new(big.Rat)
	for _, w := range weights {
		sum.Add(sum, w)
	}
	if sum.Sign() <= 0 {
		return parts
	}
	rests := make([]*big.Rat, len(weights))
	order := make([]int, len(weights))
	left := amount
	for i, w := range weights {
		quota := new(big.Rat).Mul(big.NewRat(amount, 1), w)
		quota.Quo(quota, sum)
		whole := new(big.Int).Quo(quota.Num(), quota.Denom())
		parts[i], order[i] = whole.Int64(), i
		rests[i] = quota.Sub(quota, new(big.Rat).SetInt(whole))
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return rests[b].Cmp(rests[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
