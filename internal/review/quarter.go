// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"math/big"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/forecast"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// ofTheNextQuarter are the conditions that a QuarterlyReview looks at beside what its quarter
// came to: those by which the next one is planned. Covered and Effective are about the running
// week, which is no longer of the quarter when the Review is read.
var ofTheNextQuarter = []string{
	praxisv1.ConditionStalled, praxisv1.ConditionFocused, praxisv1.ConditionCalibrated, praxisv1.ConditionActionable, praxisv1.ConditionFeasible,
}

// Quarter is what the quarter that the Review is about came to, as its Utility tells it, or nil.
func (in Input) Quarter() *praxisv1.QuarterResult {
	if !isOfAQuarter(in.Review) {
		return nil
	}
	quarters := in.Programme.Utility.Status.Quarters
	i := slices.IndexFunc(quarters, func(q praxisv1.QuarterResult) bool { return q.Name == in.Review.Spec.Quarter })
	if i < 0 {
		return nil
	}
	return &quarters[i]
}

// isOfAQuarter reports whether a Review looks at what a quarter came to.
func isOfAQuarter(r *praxisv1.Review) bool {
	return r.Spec.Quarter != "" && (r.Spec.Type == praxisv1.ReviewQuarterly || r.Spec.Type == praxisv1.ReviewRetrospective)
}

// QuarterClosed reports whether the last week of the quarter had closed when the agenda was
// last made, so that nothing in it changes.
func QuarterClosed(r *praxisv1.Review) bool {
	of := r.Status.Quarter
	return isOfAQuarter(r) && of != nil && of.Name == r.Spec.Quarter && of.ClosedAt != nil
}

// quarterAgenda is where a quarter fell short, of the whole and of each KeyAction, heaviest
// first, and what is wrong with the plan of the next.
func (in Input) quarterAgenda() []praxisv1.AgendaItem {
	var items []praxisv1.AgendaItem
	add := func(keyAction, reason, format string, args ...any) {
		items = append(items, praxisv1.AgendaItem{Gap: praxisv1.Gap{KeyAction: keyAction, Reason: reason, Message: text.Clip(fmt.Sprintf(format, args...), text.MaxMessage)}})
	}
	if q := in.Quarter(); q != nil {
		if q.Delivered < q.Required {
			add("", praxisv1.ReasonNotCarried, "%d of %d units required in %s were delivered (%d%%)", q.Delivered, q.Required, q.Name, q.Percent)
		}
		if short := q.Weeks - q.WeeksExecuted; short > 0 {
			add("", praxisv1.ReasonNotExecuted, "In %d of %d weeks less than 80%% of the planned work was accepted", short, q.Weeks)
		}
		if q.Effective == metav1.ConditionFalse {
			add("", praxisv1.ReasonPathNotWorking, "The work was done and the measures hardly moved; change the KeyActions, not the effort")
		}
		in.shortKeyActions(q, add)
	}
	if in.Review.Spec.Type == praxisv1.ReviewRetrospective {
		return items // nothing is planned any more
	}
	return append(items, in.structureAgenda(ofTheNextQuarter)...)
}

// shortKeyActions are those that did not deliver their part of a quarter.
func (in Input) shortKeyActions(q *praxisv1.QuarterResult, add func(keyAction, reason, format string, args ...any)) {
	cal, err := cadence.New(in.Programme.Utility.Spec.Cadence)
	if err != nil {
		return // the Utility is Stalled, which is on the agenda
	}
	for _, name := range in.Programme.Within {
		i := slices.IndexFunc(in.Programme.KeyActions, func(ka praxisv1.KeyAction) bool { return ka.Name == name })
		if i < 0 {
			continue
		}
		ka := &in.Programme.KeyActions[i]
		delivered, units := forecast.DeliveredIn(cal, q.Name, in.Cycles, ka.Status.History)
		for part := range in.Programme.PartNames(ka) {
			units += delivered[part]
		}
		weight := in.Programme.WeightOf(ka)
		if !forecast.Carries(units, q.Required, weight) {
			need := week.Ceil(new(big.Rat).Mul(weight, big.NewRat(q.Required, 100)))
			add(name, praxisv1.ReasonNotCarried, "It delivered %d of its %d units in %s", units, need, q.Name)
		}
	}
}

// SameQuarter reports whether two are QuarterlyReviews of the same last week.
func SameQuarter(a, b *praxisv1.Review) bool {
	return a.Spec.Type == praxisv1.ReviewQuarterly && b.Spec.Type == praxisv1.ReviewQuarterly && a.Spec.CycleRef != nil && b.Spec.CycleRef != nil && *a.Spec.CycleRef == *b.Spec.CycleRef
}
