// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package incentive computes what accepted work is worth. It is pure and exact: fractions inside,
// whole minor units of the currency outside.
//
// Of each Action of a closed week whose user is a person, with accepted work acc = min(accepted, q)
// of its target q: due is acc where it was dropped or goes on in the next week (the rest is due
// there), else q. An Action matches a rule by tier and level, and several rules pay it each. Over
// the period of a rule the completion is c = Σacc/Σdue; where nothing was due there is no line.
//
//	guarantee  amount where 100·c ≥ floor, else amount·100·c/floor; over a quarter times the weeks in
//	           which something was due / the weeks of the quarter that had a cycle
//	rate       amount · Σ(acc·k) · factor, with k the contribution for Unit, 1 for Completion, and
//	           share/10000 · weight/parts / q for Share; factor of the highest band with from ≤ 100·c,
//	           0 below the lowest, 1 without bands
//	LongTerm   as Quarterly, and released in the quarters that follow: award/n each, and what does
//	           not divide in the first
//	cap        a person's rates beyond it are scaled to it
//	pool       if then all persons' rates are more than it, all are scaled by pool/sum
//
// Each line is rounded once, half up. What cap or pool scales is dealt in minor units by largest
// remainder instead: the pool over persons (ties by user name), and each person's part over the
// lines (ties by rule, then week), so that both add up exactly. Guarantees are never scaled.
package incentive
