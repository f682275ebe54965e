// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/view"
)

// labelled is a line of a card: what it is about, and a text that is wrapped.
type labelled struct{ label, text string }

// label is as wide for every line, so that the texts line up.
func label(word string) string { return fmt.Sprintf("%-11s", word) }

// toJudge is what a judge looks at: what was done, what shows it, and what it is measured by.
func toJudge(p *view.Piece) []labelled {
	lines := []labelled{{label("handed in"), handedIn(p)}}
	if p.Summary != "" {
		lines = append(lines, labelled{label("summary"), p.Summary})
	}
	for i := range p.Artifacts {
		lines = append(lines, labelled{label("shown by"), artifact(&p.Artifacts[i])})
	}
	if len(p.Artifacts) == 0 {
		lines = append(lines, labelled{label("shown by"), "nothing: no link and no file was handed in"})
	}
	if len(p.Before) > 0 {
		lines = append(lines, labelled{label("beware"), "the same was handed in before, in evidence/" + strings.Join(p.Before, ", evidence/")})
	}
	if p.Standard != nil {
		lines = append(lines, standardLines(p.Standard)...)
	}
	return lines
}

func standardLines(s *praxisv1.Standard) []labelled {
	lines := []labelled{{label("standard"), s.Statement}}
	if s.Check != "" {
		check := s.Check
		if s.AutoAccept {
			check += "  (accepted without a verdict where it holds)"
		}
		lines = append(lines, labelled{label("check"), check})
	}
	return lines
}

func handedIn(p *view.Piece) string {
	out := fmt.Sprintf("%d, by %s", p.Quantity, p.SubmittedBy)
	if p.Measure != "" {
		out = fmt.Sprintf("%s is %s, by %s", p.Measure, p.Value, p.SubmittedBy)
	}
	return out
}

// artifact is where the work can be seen. Of a file only the hash is known.
func artifact(a *praxisv1.Artifact) string {
	where := []string{a.Name}
	if a.URI != "" {
		where = append(where, a.URI)
	}
	if a.Digest != "" {
		where = append(where, a.Digest)
	}
	return strings.Join(where, " ")
}

func printLines(s term.Screen, lines []labelled) {
	for _, line := range lines {
		fmt.Fprintln(s.Out, term.Wrap(line.label, line.text, s.Width))
	}
}
