// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
)

// abstractVerbs name a wish, not something that a person can do.
var abstractVerbs = sets.New(strings.Fields(`
	accelerate advance align amplify bolster boost champion cultivate deepen drive elevate embrace empower
	enable encourage enhance ensure excel facilitate foster further grow improve increase innovate inspire
	lead leverage maximise maximize modernise modernize optimise optimize promote pursue raise reinforce
	revolutionise revolutionize scale strengthen strive support sustain transform uplift`)...)

// AbstractVerb reports whether a verb names a wish, not something that a person can do.
func AbstractVerb(verb string) bool {
	return abstractVerbs.Has(strings.ToLower(strings.TrimSpace(verb)))
}
