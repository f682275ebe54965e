// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/praxis-dev/praxis/config/crd"
)

// Case is one thing that is written wrongly, or at the edge of what is right.
type Case struct {
	Kind string
	// Base is the number of the object that is changed, among those of its kind.
	Base int
	// Field is the path in the schema, such as spec.members[].user.
	Field string
	// What is wrong with it. Example: "a name that is not there".
	What string
	// Wrong cases are refused, or the object says in a condition what is wrong; others may be right.
	Wrong bool
	// Nearby cases are evidence for the goal next door, whose figures it changes: whoever may hand
	// in for one goal of a namespace may do so for each.
	Nearby bool
	change func(object map[string]any) map[string]any
}

// String names the case: a Kind, a field, and what is wrong with it.
func (c Case) String() string { return fmt.Sprintf("%s %s: %s", c.Kind, c.Field, c.What) }

// Applied returns the object with the case applied; the object stays as it is.
func (c Case) Applied(object map[string]any) map[string]any {
	return c.change(runtime.DeepCopyJSON(object))
}

// Bases are objects that are all right, by kind. Between them they set every field.
type Bases map[string][]map[string]any

// Cases returns all cases of the kinds that there are objects of, always in the same order, and
// the fields that no object sets.
func Cases(bases Bases) (cases []Case, uncovered []string, err error) {
	for _, kind := range sortedKeys(bases) {
		definition, err := crd.Of(kind)
		if err != nil {
			return nil, nil, err
		}
		if definition == nil {
			return nil, nil, fmt.Errorf("there is no kind %s", kind)
		}
		spec := definition.Schema.Properties["spec"]
		of, missing := derived(kind, field{steps: []string{"spec"}, schema: &spec, required: true}, bases[kind])
		cases, uncovered = append(append(cases, of...), combined(kind, bases[kind])...), append(uncovered, missing...)
	}
	return cases, uncovered, nil
}

func derived(kind string, spec field, bases []map[string]any) (cases []Case, uncovered []string) {
	for _, f := range fields(spec) {
		base, at := -1, path(nil)
		for i, object := range bases {
			if found, ok := find(object, f.steps); ok {
				base, at = i, found
				break
			}
		}
		if base < 0 {
			uncovered = append(uncovered, kind+" "+f.name())
			continue
		}
		for _, m := range misuses(f) {
			cases = append(cases, Case{
				Kind: kind, Base: base, Field: f.name(), What: m.what, Wrong: m.wrong, Nearby: kind == "Evidence" && m.what == nextDoor,
				change: func(object map[string]any) map[string]any {
					return replace(object, at, m.value).(map[string]any)
				},
			})
		}
	}
	return cases, uncovered
}

// Sample returns n of the cases, of each field in turn, and always the same ones.
func Sample(cases []Case, n int) []Case {
	if n >= len(cases) {
		return cases
	}
	// Steps of a size that shares no divisor with the number of cases meet each case once.
	step := len(cases)*5/8 + 1
	for gcd(step, len(cases)) != 1 {
		step++
	}
	var sample []Case
	for i, at := 0, 0; i < n; i, at = i+1, (at+step)%len(cases) {
		sample = append(sample, cases[at])
	}
	slices.SortStableFunc(sample, func(a, b Case) int { return strings.Compare(a.Kind, b.Kind) })
	return sample
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
