// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"reflect"
	"testing"
	"unicode/utf8"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What a KeyAction puts into a package is refused, or makes Actions that the API server takes.
func FuzzParameters(f *testing.F) {
	f.Add("Ask about $(params.product)", "Notes on $(params.product)", "$(params.product)", "checkout")
	f.Add("$(params.product)", "$(params.product)$(params.role)", "notes", "")
	f.Add("$(params.$(params.product))", "$(params.)", "a", "$(params.role)")
	f.Add("$(params.unknown)", "$$(params.product)", "$(params.product)", "notes")
	f.Fuzz(func(t *testing.T, do, statement, artifact, value string) {
		if do == "" || statement == "" || artifact == "" || utf8.RuneCountInString(do) > 500 || utf8.RuneCountInString(statement) > longestStandard || utf8.RuneCountInString(artifact) > longestName {
			return // the schema of the package refuses it
		}
		packages := interviews(func(s *praxisv1.ActionPackageSpec) {
			step := &s.Package.Steps[0]
			step.Do, step.Standard.Statement, step.Evidence = do, statement, []praxisv1.EvidenceRequirement{{Name: artifact}, {Name: "recording"}}
		})
		before := packages["interviews"].DeepCopy()
		got, wrong := resolving(askFor(value), packages)
		if again, other := resolving(askFor(value), packages); !reflect.DeepEqual(got, again) || !reflect.DeepEqual(wrong, other) {
			t.Errorf("it says %+v and %+v", wrong, other)
		}
		if !reflect.DeepEqual(packages["interviews"], before) {
			t.Error("the package itself was changed")
		}
		if wrong != nil {
			if wrong.Reason != praxisv1.ReasonInvalidSpec || wrong.Message == "" {
				t.Errorf("it says %+v", wrong)
			}
			return
		}
		s := got.Steps[0]
		for text, longest := range map[string]int{s.Do: longestDo, s.Standard.Statement: longestStandard, s.Evidence[0].Name: longestName} {
			if n := utf8.RuneCountInString(text); n == 0 || n > longest {
				t.Errorf("%q has %d characters, of 1 to %d", text, n, longest)
			}
		}
		if s.Evidence[0].Name == s.Evidence[1].Name {
			t.Errorf("two artifacts are named %q", s.Evidence[0].Name)
		}
	})
}
