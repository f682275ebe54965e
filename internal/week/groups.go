// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"cmp"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// causes groups gaps by their cause, and puts first what to look at first.
func causes(gaps []shortfall) []cause {
	type key struct {
		class   int
		missing bool
		team    string
		member  string
		nobodys *item
	}
	byCause := map[key]*cause{}
	for _, f := range gaps {
		k := key{class: f.class, missing: f.missing()}
		switch {
		case f.nobodys():
			k.nobodys = f.item
		case k.missing:
			k.team, k.member = f.action.Spec.Team, f.action.Spec.Member
		default:
			k.team = f.action.Spec.Team
		}
		if byCause[k] == nil {
			byCause[k] = &cause{}
		}
		byCause[k].gaps = append(byCause[k].gaps, f)
	}
	found := make([]cause, 0, len(byCause))
	for _, c := range byCause {
		slices.SortFunc(c.gaps, func(a, b shortfall) int {
			return cmp.Or(a.due.Compare(b.due), strings.Compare(a.step, b.step), strings.Compare(a.name(), b.name()), strings.Compare(a.of.planned.Name, b.of.planned.Name))
		})
		c.impact = impactOf(c.gaps...)
		found = append(found, *c)
	}
	slices.SortFunc(found, compareCauses)
	return found
}

// compareCauses orders by class, by how much depends on the cause, by the tier of its head, and
// by name. A KeyAction that has a checkOrder of its own puts that before how much depends.
func compareCauses(a, b cause) int {
	x, y := a.head(), b.head()
	return cmp.Or(
		cmp.Compare(x.class, y.class),
		cmp.Compare(asked(x), asked(y)),
		b.impact.Cmp(a.impact),
		cmp.Compare(rankOf(x), rankOf(y)),
		strings.Compare(x.name(), y.name()),
		strings.Compare(x.of.planned.Name, y.of.planned.Name),
		strings.Compare(x.step, y.step),
	)
}

// asked is the rank that the author gave to the tier of a gap; that of an author who gave none
// is the first.
func asked(f shortfall) int {
	if len(f.of.planned.CheckOrder) == 0 {
		return 0
	}
	return rankOf(f)
}

// rankOf is the rank of the tier of a gap; tiers that checkOrder leaves out come last.
func rankOf(f shortfall) int {
	order := f.of.planned.CheckOrder
	if i := slices.Index(order, f.tier); i >= 0 {
		return i
	}
	return len(order) + slices.Index(plan.Tiers, f.tier)
}

// impactOf is how much of the Utility depends on some work, in basis points: its own share and
// those of all steps that depend on it. What depends on several of them counts once.
func impactOf(gaps ...shortfall) *big.Rat {
	total := new(big.Rat)
	shares, below := map[*structure]int64{}, map[*structure]map[string]bool{}
	for _, f := range gaps {
		if below[f.of] == nil {
			below[f.of] = map[string]bool{}
		}
		maps.Copy(below[f.of], f.of.downstream(f.step))
	}
	for _, f := range gaps {
		if !below[f.of][f.step] { // else it counts with all of its step
			shares[f.of] += int64(f.share)
		}
	}
	for s, steps := range below {
		for step := range steps {
			shares[s] += s.shares[step]
		}
	}
	for s, sum := range shares {
		total.Add(total, new(big.Rat).Mul(WeightOf(s.planned), big.NewRat(sum, 100)))
	}
	return total
}

// rounded is an impact as a status shows it.
func rounded(impact *big.Rat) int32 {
	return int32(min(math.MaxInt32, floor(new(big.Rat).Add(impact, big.NewRat(1, 2)))))
}

// toGap is a cause as a status shows it: its head, and what else is of the same cause.
func (c cause) toGap(w Work) praxisv1.Gap {
	head := c.head()
	g := praxisv1.Gap{Action: head.name(), KeyAction: head.of.planned.Name, Tier: head.tier, Impact: rounded(impactOf(head))}
	g.Group = &praxisv1.GapGroup{Pieces: int32(len(c.gaps)), Impact: rounded(c.impact)}
	switch {
	case head.nobodys():
	case head.missing():
		g.Group.Member = head.action.Spec.Member
	default:
		judges := w.judges(c.gaps)
		g.Group.Judges = judges[:min(len(judges), maxJudges)]
	}
	g.Reason, g.Message = c.words(w, g.Group.Judges)
	return g
}

// maxJudges is how many a gap names.
const maxJudges = 20

// judges are the members who may judge work that waits, or part of it, by name.
func (w Work) judges(waiting []shortfall) []string {
	if w.JudgesOf == nil {
		return nil
	}
	names := sets.New[string]()
	for _, f := range waiting {
		names.Insert(w.JudgesOf(f.action)...)
	}
	return sets.List(names)
}
