// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import "time"

// Workers is how many objects of a kind are looked at side by side.
const Workers = 4

// A big plan takes its worker for as long as the API server needs for it. So that a small one of
// another goal never waits for all of them, only half of the workers are for big plans.
const (
	bigPlan        = 250 // Actions to be made, about a quarter of a second on a small machine
	bigPlansAtOnce = Workers / 2
	// bigPlanWait is after how long a big plan that finds no turn asks for one again.
	bigPlanWait = 500 * time.Millisecond
)

// BigPlans are those that are under way; nil limits nothing.
type BigPlans chan struct{}

// NewBigPlans is for an operator.
func NewBigPlans() BigPlans { return make(BigPlans, bigPlansAtOnce) }

// take reports whether so many Actions can be made now; if so, done is called after it.
func (b BigPlans) take(actions int) (done func(), taken bool) {
	if b == nil || actions <= bigPlan {
		return func() {}, true
	}
	select {
	case b <- struct{}{}:
		return func() { <-b }, true
	default:
		return nil, false
	}
}
