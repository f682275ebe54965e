// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package act

import (
	"fmt"
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestADecisionIsInTheNameOfWhoMadeItUntilSomebodySigns(t *testing.T) {
	decided := func(texts ...string) (all []praxisv1.ActionDecision) { // ACTION=DECISION[/BY]
		for _, text := range texts {
			what, by, _ := strings.Cut(text, "/")
			action, decision, _ := strings.Cut(what, "=")
			all = append(all, praxisv1.ActionDecision{Action: action, Decision: praxisv1.ReviewDecision(decision), Reason: "why", By: by})
		}
		return all
	}
	for name, c := range map[string]struct {
		before, after []string
		signs         bool
		want, taken   string
	}{
		"a new one":                              {nil, []string{"a=Drop"}, false, "a=Drop/me", ""},
		"another's, left as it is":               {[]string{"a=Drop/eve"}, []string{"a=Drop/eve"}, false, "a=Drop/eve", ""},
		"another's, said again":                  {[]string{"a=Drop/eve"}, []string{"a=Drop"}, false, "a=Drop/eve", ""},
		"another's, changed":                     {[]string{"a=Drop/eve"}, []string{"a=Escalate/eve"}, false, "a=Escalate/me", ""},
		"a name that somebody typed":             {nil, []string{"a=Drop/eve"}, false, "a=Drop/me", ""},
		"another's, signed":                      {[]string{"a=Drop/eve"}, []string{"a=Drop/eve"}, true, "a=Drop/me", "a=Drop/eve"},
		"another's, changed and signed":          {[]string{"a=Drop/eve"}, []string{"a=Escalate"}, true, "a=Escalate/me", ""},
		"one's own and another's, signed":        {[]string{"a=Drop/me", "b=Drop/eve"}, []string{"a=Drop/me", "b=Drop/eve"}, true, "a=Drop/me b=Drop/me", "b=Drop/eve"},
		"one from before there were names":       {[]string{"a=Drop"}, []string{"a=Drop"}, false, "a=Drop/", ""},
		"one from before there were, and signed": {[]string{"a=Drop"}, []string{"a=Drop"}, true, "a=Drop/me", "a=Drop/"},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := &praxisv1.Review{}, &praxisv1.Review{}
			before.Spec.Decisions, after.Spec.Decisions = decided(c.before...), decided(c.after...)
			if c.signs {
				after.Spec.SignOff = &praxisv1.SignOff{}
			}
			say := func(all []praxisv1.ActionDecision) string {
				var texts []string
				for _, d := range all {
					texts = append(texts, fmt.Sprintf("%s=%s/%s", d.Action, d.Decision, d.By))
				}
				return strings.Join(texts, " ")
			}
			taken := WriteNames(before, after, "me")
			if got := say(after.Spec.Decisions); got != c.want {
				t.Errorf("they are %s, want %s", got, c.want)
			}
			if got := say(taken); got != c.taken {
				t.Errorf("taken over is %q, want %q", got, c.taken)
			}
			if c.signs && after.Spec.SignOff.By != "me" {
				t.Errorf("it is signed by %q", after.Spec.SignOff.By)
			}
		})
	}
}
