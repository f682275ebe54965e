// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var (
	anyUser = rapid.SampledFrom([]string{"ana", "ben", "cem", "dia"})
	anyWeek = rapid.SampledFrom([]string{"2026-W40", "2026-W41", "2026-W42", "2026-W43"})
)

func drawWork(t *rapid.T) []Work {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Work {
		due := rapid.Int64Range(1, 20).Draw(t, "due")
		w := did(anyUser.Draw(t, "user"), anyWeek.Draw(t, "week"), rapid.Int64Range(0, due).Draw(t, "acc"), due)
		w.Contribution = rapid.Int64Range(1, 9).Draw(t, "contribution")
		w.Percent = big.NewRat(rapid.Int64Range(1, 10000).Draw(t, "share"), 100)
		if rapid.Bool().Draw(t, "basic") {
			w.Tier = praxisv1.TierFoundation
		}
		return w
	}), 0, 30).Draw(t, "work")
}

func drawPolicy(t *rapid.T) *Policy {
	amount := func(name string) praxisv1.Amount {
		return praxisv1.Amount(fmt.Sprintf("%d.%03d", rapid.IntRange(0, 99).Draw(t, name), rapid.IntRange(0, 999).Draw(t, name)))
	}
	p := understood(t, rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "points"}).Draw(t, "unit"),
		guarantee("basics", rapid.SampledFrom([]praxisv1.Rhythm{praxisv1.RhythmWeekly, praxisv1.RhythmQuarterly}).Draw(t, "rhythm"), amount("guarantee"), rapid.Int32Range(1, 100).Draw(t, "floor")),
		rate("units", praxisv1.RhythmWeekly, amount("unit"), praxisv1.PerUnit),
		rate("shares", praxisv1.RhythmQuarterly, amount("share"), praxisv1.PerShare, praxisv1.Band{From: 0, Factor: "0.5"}, praxisv1.Band{From: rapid.Int32Range(1, 100).Draw(t, "band"), Factor: "1.5"}),
		rate("stay", praxisv1.RhythmLongTerm, amount("stay"), praxisv1.PerCompletion))
	if rapid.Bool().Draw(t, "capped") {
		p.Cap = new(rapid.Int64Range(1, 100000).Draw(t, "cap"))
	}
	if rapid.Bool().Draw(t, "pooled") {
		p.Pool = new(rapid.Int64Range(1, 200000).Draw(t, "pool"))
	}
	return p
}

func linesOf(p *Policy, closed bool, work []Work) []Line {
	return Quarter{Policy: p, Figures: p.Figures(work), Weeks: 4, Closed: closed}.Lines()
}

// rates are the sums of all rates, as they are paid and exactly, by person and of all.
func rates(lines []Line) (paid map[string]int64, exact map[string]*big.Rat, all int64) {
	paid, exact = map[string]int64{}, map[string]*big.Rat{}
	for _, line := range lines {
		if !line.Rule.Rate {
			continue
		}
		if exact[line.User] == nil {
			exact[line.User] = new(big.Rat)
		}
		paid[line.User] += line.Amount
		exact[line.User].Add(exact[line.User], line.Exact)
		all += line.Amount
	}
	return paid, exact, all
}

func TestTheOrderOfWorkNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, work := drawPolicy(t), drawWork(t)
		want := amounts(p, 4, true, work...)
		if got := amounts(p, 4, true, rapid.Permutation(work).Draw(t, "order")...); got != want {
			t.Fatalf("in another order %s, not %s", got, want)
		}
	})
}

func TestCapAndPoolAddUpToTheSmallestUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, work := drawPolicy(t), drawWork(t)
		paid, exact, all := rates(linesOf(p, true, work))
		whole := new(big.Rat)
		for user := range paid {
			if p.Cap != nil && exact[user].Cmp(big.NewRat(*p.Cap, 1)) > 0 {
				exact[user] = big.NewRat(*p.Cap, 1)
			}
			if p.Cap != nil && paid[user] > *p.Cap {
				t.Fatalf("%s gets %d and the cap is %d", user, paid[user], *p.Cap)
			}
			whole.Add(whole, exact[user])
		}
		if p.Pool == nil {
			return
		}
		switch whole.Cmp(big.NewRat(*p.Pool, 1)) {
		case 1:
			if all != *p.Pool {
				t.Fatalf("all rates come to %d, and a pool of %d is exhausted", all, *p.Pool)
			}
		default:
			if all > *p.Pool {
				t.Fatalf("all rates come to %d, more than the pool of %d", all, *p.Pool)
			}
		}
	})
}

func TestMoreAcceptedWorkNeverLowersATotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, work := drawPolicy(t), drawWork(t)
		if len(work) == 0 {
			return
		}
		p.Pool = nil // what another does more of leaves less of a pool
		sum := func() int64 {
			total := int64(0)
			for _, line := range linesOf(p, true, work) {
				if line.User == work[0].User {
					total += line.Amount
				}
			}
			return total
		}
		before := sum()
		work[0].Acc = work[0].Due
		// Each line is rounded once, so that a person's capped lines can only add up to more.
		if after := sum(); after < before {
			t.Fatalf("with more accepted work it is %d, and was %d", after, before)
		}
	})
}

func TestACarriedActionIsPaidOnceInItsLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := understood(t, "EUR", rate("units", praxisv1.RhythmQuarterly, "7", praxisv1.PerUnit), rate("each", praxisv1.RhythmWeekly, "3", praxisv1.PerCompletion))
		target := rapid.Int64Range(1, 50).Draw(t, "target")
		whole := did("ana", "2026-W40", target, target)
		var parts []Work
		left := target
		for _, week := range []string{"2026-W40", "2026-W41", "2026-W42"} {
			done := rapid.Int64Range(0, left).Draw(t, "done")
			parts = append(parts, did("ana", week, done, done)) // it goes on, so that only what is accepted is due
			left -= done
		}
		parts = append(parts, did("ana", "2026-W43", left, left))
		sum := func(work ...Work) (total int64) {
			for _, line := range linesOf(p, true, work) {
				total += line.Amount
			}
			return total
		}
		if once, carried := sum(whole), sum(parts...); once != carried {
			t.Fatalf("carried it is paid %d, and at once %d", carried, once)
		}
	})
}

func TestSplittingMovesAmountsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := understood(t, "EUR", rate("shares", praxisv1.RhythmQuarterly, "11", praxisv1.PerShare), rate("units", praxisv1.RhythmWeekly, "7", praxisv1.PerUnit))
		target := rapid.Int64Range(2, 50).Draw(t, "target")
		given := rapid.Int64Range(1, target-1).Draw(t, "given")
		whole := did("ana", "2026-W40", target, target)
		kept, part := did("ana", "2026-W40", target-given, target-given), did("ben", "2026-W40", given, given)
		kept.Percent = new(big.Rat).Mul(whole.Percent, big.NewRat(target-given, target))
		part.Percent = new(big.Rat).Mul(whole.Percent, big.NewRat(given, target))
		sum := func(work ...Work) *big.Rat {
			total := new(big.Rat)
			for _, line := range linesOf(p, true, work) {
				total.Add(total, line.Exact)
			}
			return total
		}
		if a, b := sum(whole), sum(kept, part); a.Cmp(b) != 0 {
			t.Fatalf("split it is worth %s, and whole %s", b.RatString(), a.RatString())
		}
		handed := slices.Clone([]Work{whole})
		handed[0].User = "ben"
		if a, b := sum(whole), sum(handed...); a.Cmp(b) != 0 {
			t.Fatalf("handed over it is worth %s, and before %s", b.RatString(), a.RatString())
		}
	})
}

func TestWhatIsDealtAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, 1e9).Draw(t, "amount")
		numbers := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 20).Draw(t, "weights")
		weights, whole := make([]*big.Rat, len(numbers)), int64(0)
		for i, n := range numbers {
			weights[i] = big.NewRat(n, 7)
			whole += n
		}
		sum := int64(0)
		for i, part := range Deal(amount, weights) {
			if numbers[i] == 0 && part != 0 {
				t.Fatalf("%d is dealt to nothing", part)
			}
			sum += part
		}
		if whole > 0 && sum != amount || whole == 0 && sum != 0 {
			t.Fatalf("%d is dealt of %d", sum, amount)
		}
	})
}
