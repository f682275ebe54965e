// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

func (o *reviewOptions) printReview(ctx context.Context, c *writer, r *praxisv1.Review) error {
	if o.format != term.Text {
		return term.Encode(o.Out, o.format, r)
	}
	objects, err := gather.Reviewed(ctx, c, r)
	if err != nil {
		return err
	}
	s := term.NewScreen(o.Out)
	state := objects.Why(view.Ref{Kind: "Review", Namespace: r.Namespace, Name: r.Name}, o.Clock.Now()).State
	cell := stateCell(state)
	fmt.Fprintf(o.Out, "%s  %s of %s  %s\n", r.Name, r.Spec.Type, r.Spec.UtilityRef.Name, s.Paint(cell.Text, cell.Colours...))
	fmt.Fprintln(o.Out, term.Wrap("", state.Message, s.Width))
	when := fmt.Sprintf("open from %s, due %s; may sign: %s", text.Instant(r.Spec.OpensAt.Time), text.Instant(r.Spec.DueAt.Time), strings.Join(r.Spec.Reviewers, ", "))
	fmt.Fprintln(o.Out, term.Wrap("", when, s.Width)+"\n")
	if lines := onePage(r, &objects); len(lines) > 0 {
		printLines(s, lines)
		fmt.Fprintln(o.Out)
	}
	// What is decided stands below once more, in full.
	agenda := term.Table{Header: []string{"AGENDA", "REASON", "PROPOSED", "DECIDED"}, Spare: []int{3}}
	for _, item := range r.Status.Agenda {
		agenda.Add(term.Plain(subject(&item, r, &objects)), term.Plain(item.Reason), term.Plain(string(item.Proposed)), term.Plain(act.Decided(r, item.Action)))
		agenda.Note("  ", item.Message)
		if item.Proposed == praxisv1.DecideReassign && len(item.Candidates) > 0 {
			agenda.Note("  can go to: ", strings.Join(item.Candidates, ", "))
		}
	}
	if !agenda.Empty() {
		agenda.Print(s)
	} else {
		fmt.Fprintln(o.Out, "Nothing is on the agenda.")
	}
	o.printDecisions(s, r, &objects, c.me)
	return nil
}

func (o *reviewOptions) printDecisions(s term.Screen, r *praxisv1.Review, objects *view.Objects, me string) {
	for _, d := range r.Spec.Decisions {
		due, by := "", ""
		if d.By != "" && d.By != me {
			by = fmt.Sprintf(" (by %s)", d.By)
		}
		if d.DueAt != nil {
			due = " " + text.Instant(d.DueAt.Time)
		}
		what := strings.Join(strings.Fields(fmt.Sprintf("%s %s %s%s%s", calledIn(objects, r.Namespace, d.Action), d.Decision, d.Member, due, by)), " ")
		fmt.Fprintln(o.Out, "\n"+term.Wrap("decided: ", what+": "+d.Reason, s.Width))
	}
	if r.Spec.Conclusion != "" {
		fmt.Fprintln(o.Out, "\n"+term.Wrap("conclusion: ", r.Spec.Conclusion, s.Width))
	}
	if r.Spec.SignOff != nil {
		fmt.Fprintln(o.Out, "\n"+term.Wrap("signed by: ", r.Spec.SignOff.By, s.Width))
	}
}

// subject is what a line of an agenda is about: the Action by its KeyAction, step and member, or
// the KeyAction, or the Utility.
func subject(item *praxisv1.AgendaItem, r *praxisv1.Review, objects *view.Objects) string {
	if item.Action != "" {
		return calledIn(objects, r.Namespace, item.Action)
	}
	return cmp.Or(item.KeyAction, r.Spec.UtilityRef.Name)
}

// calledIn is what people call the Action of an object's name.
func calledIn(objects *view.Objects, namespace, name string) string {
	for i := range objects.Actions {
		if a := &objects.Actions[i]; a.Namespace == namespace && a.Name == name {
			return view.Called(a)
		}
	}
	return text.ActionName(name)
}

// onePage is the page that a Calibration is about; whoever signs it says that it still holds.
func onePage(r *praxisv1.Review, objects *view.Objects) []labelled {
	if r.Spec.Type != praxisv1.ReviewCalibration || len(objects.Utilities) == 0 {
		return nil
	}
	spec := &objects.Utilities[0].Spec
	wide := func(word string) string { return fmt.Sprintf("%-14s", word) }
	lines := []labelled{{wide("statement"), spec.Statement}}
	for _, b := range spec.Beneficiaries {
		lines = append(lines, labelled{wide("for"), fmt.Sprintf("%s: %s; they will notice: %s", b.Who, b.Problem, b.Improvement)})
	}
	lines = append(lines, labelled{wide("organization"), spec.Organization})
	for _, b := range spec.Boundaries {
		lines = append(lines, labelled{wide("boundary"), b.Name + ": " + b.Statement})
	}
	lines = append(lines, labelled{wide("required"), fmt.Sprintf("%d a quarter", spec.Required)})
	for _, m := range spec.Measures {
		lines = append(lines, labelled{wide("measure"), strings.TrimSpace(fmt.Sprintf("%s from %s to %s %s", m.Name, m.Baseline, m.Target, m.Unit))})
	}
	return lines
}
