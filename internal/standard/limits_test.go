// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package standard

import (
	"math"
	"strings"
	"testing"

	"github.com/google/cel-go/checker"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestARefusalSaysHowFarACheckGoesBeyondTheLimit(t *testing.T) {
	for want, estimate := range map[string]uint64{
		"it can cost 1000001, and 1000000 is the limit; make it simpler":              1000001,
		"nothing bounds what it costs, and 1000000 is the limit; make it simpler":     math.MaxUint64,
		"it can cost 18446744073709551614, and 1000000 is the limit; make it simpler": math.MaxUint64 - 1,
	} {
		t.Run(want, func(t *testing.T) {
			if got := (&TooCostlyError{estimate}).Error(); got != want {
				t.Errorf("it says %q", got)
			}
		})
	}
}

func TestACheckThatIsAskedForAgainGivesTheSameAnswer(t *testing.T) {
	for _, expression := range []string{"evidence.quantity == 3", "evidence.quantity =="} {
		t.Run(expression, func(t *testing.T) {
			first, firstErr := Compile(expression)
			again, againErr := Compile(expression)
			if first != again || firstErr != againErr || (first == nil) == (firstErr == nil) {
				t.Errorf("first %v (%v), then %v (%v)", first, firstErr, again, againErr)
			}
		})
	}
}

func TestACheckSeesTheActionAndTheEvidence(t *testing.T) {
	evidence := &praxisv1.EvidenceSpec{Quantity: 3, Summary: "Two causes found", SubmittedBy: "ben"}
	action := &praxisv1.ActionSpec{Step: "ship", Target: 3, User: "ana", DependsOn: []string{"draw"}}
	for expression, want := range map[string]bool{
		"evidence.quantity == action.target":                                true,
		"evidence.submittedBy == action.user":                               false,
		"evidence.summary.contains('causes') && 'draw' in action.dependsOn": true,
		"action.step != 'ship'":                                             false,
		"evidence.source.kind == ''":                                        true, // a missing field is empty
	} {
		t.Run(expression, func(t *testing.T) {
			check, err := Compile(expression)
			if err != nil {
				t.Fatal(err)
			}
			if holds, err := check.Holds(evidence, action); err != nil || holds != want {
				t.Errorf("it holds: %v (%v)", holds, err)
			}
		})
	}
}

func TestAPatternHasToBeWrittenIntoTheCheck(t *testing.T) {
	_, err := Compile("'x'.find(evidence.summary) == ''")
	if err == nil || !strings.Contains(err.Error(), "the pattern of find has to be a literal string; write it into the check") {
		t.Errorf("it says %v", err)
	}
	if text, ok := pattern(nil); ok || text != "" {
		t.Errorf("a call without arguments has the pattern %q", text)
	}
}

func TestAValueThatJSONCannotRepresentIsAnError(t *testing.T) {
	if err := view(make(chan int), new(Evidence)); err == nil {
		t.Error("a channel is no spec")
	}
}

// For calls that the schema knows nothing about, CEL's own estimate counts.
func TestTheSchemaKnowsSizesButNoCallCosts(t *testing.T) {
	if got := (sizes{}).EstimateCallCost("size", "size_string", nil, []checker.AstNode{}); got != nil {
		t.Errorf("it estimates %+v", got)
	}
}
