// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

type showOptions struct {
	*Tool
	format term.Format
}

func newShow(t *Tool) *cobra.Command {
	o := &showOptions{Tool: t}
	c := &cobra.Command{
		Use:   "show EVIDENCE|ACTION",
		Short: "Show a piece of evidence or an Action with all that one has to know to judge or to do it",
		Long: `Show a piece of evidence: what was done, what shows it, the standard and the check that it is judged by, for which Action
and week it is, who handed it in, who may judge it, and the verdict. Of an Action it is what is to be done, the standard,
when it is due, what is accepted and waits, the artifacts that are asked for and that were handed in, and who changed it.
The name may have its kind before it, like evidence/sheets; an Action may be cut to its end, like ship.ana.`,
		Example: `  # what I am to do
  kubectl praxis show collect.jonas -n platform

  # the same as data
  kubectl praxis show action/collect.jonas -n platform -o yaml`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: t.completeEither("evidence", "action"),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	term.AddFormat(c, &o.format)
	return c
}

func (o *showOptions) run(ctx context.Context, asked string) error {
	kind, name, slash := strings.Cut(asked, "/")
	ref := view.Ref{Name: asked}
	var err error
	if slash {
		if ref, err = o.ref([]string{kind + "/" + name}); err != nil {
			return err
		}
	} else if ref.Namespace, err = o.namespace(); err != nil {
		return err
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	e, a, err := evidenceOrAction(ctx, c, ref)
	if err != nil {
		return err
	}
	objects, err := gather.Around(ctx, c, ref.Namespace, e, a)
	if err != nil {
		return err
	}
	if e != nil {
		p := objects.Piece(view.Ref{Kind: "Evidence", Namespace: e.Namespace, Name: e.Name})
		if o.format != term.Text {
			return term.Encode(o.Out, o.format, p)
		}
		o.piece(term.NewScreen(o.Out), p)
		return nil
	}
	w := objects.Work(view.Ref{Kind: "Action", Namespace: a.Namespace, Name: a.Name})
	if o.format != term.Text {
		return term.Encode(o.Out, o.format, w)
	}
	o.work(term.NewScreen(o.Out), w)
	return nil
}

// evidenceOrAction finds what is meant: of a name without a kind, evidence goes first, since
// the names of Actions have dots.
func evidenceOrAction(ctx context.Context, c client.Client, ref view.Ref) (*praxisv1.Evidence, *praxisv1.Action, error) {
	if ref.Kind != "" && ref.Kind != "Action" && ref.Kind != "Evidence" {
		return nil, nil, fmt.Errorf("show is for an Action or a piece of evidence; see kubectl praxis why %s -n %s", ref, ref.Namespace)
	}
	if ref.Kind != "Action" {
		e := &praxisv1.Evidence{}
		err := c.Get(ctx, client.ObjectKey{Namespace: ref.Namespace, Name: ref.Name}, e)
		if err == nil {
			return e, nil, nil
		}
		if !apierrors.IsNotFound(err) {
			return nil, nil, err
		}
		if ref.Kind == "Evidence" {
			return nil, nil, gather.NoEvidence(ctx, c, ref.Namespace, ref.Name)
		}
	}
	a, err := gather.Action(ctx, c, ref.Namespace, ref.Name)
	if _, unknown := errors.AsType[*gather.NotThereError](err); !unknown || ref.Kind == "Action" {
		return nil, a, err
	}
	names := gather.EvidenceNames(ctx, c, ref.Namespace)
	open, _ := gather.OpenActions(ctx, c, ref.Namespace) // for a suggestion
	names = append(names, text.NamesOf(open, view.Called)...)
	return nil, nil, fmt.Errorf("there is neither evidence nor an Action %q in namespace %s%s", ref.Name, ref.Namespace, text.DidYouMean(ref.Name, names))
}

func (o *showOptions) piece(s term.Screen, p *view.Piece) {
	state := stateCell(p.State)
	fmt.Fprintf(o.Out, "%s  %s\n", s.Paint(p.Ref.String(), color.Bold), s.Paint(state.Text, state.Colours...))
	if p.Message != "" {
		fmt.Fprintln(o.Out, term.Wrap("", p.Message, s.Width))
	}
	fmt.Fprintln(o.Out)
	var lines []labelled
	if p.Of != "" {
		lines = append(lines, labelled{label("for"), fmt.Sprintf("action/%s of %s", p.Of, p.Week)}, labelled{label("do"), p.Do})
	} else if p.Action != "" {
		lines = append(lines, labelled{label("for"), "action/" + p.Action + ", which is gone"})
	}
	lines = append(lines, toJudge(p)...)
	if p.SubmittedAt != nil {
		lines = append(lines, labelled{label("at"), text.Instant(p.SubmittedAt.Time)})
	}
	if v := p.Verdict; v != nil {
		lines = append(lines, labelled{label("verdict"), fmt.Sprintf("%s by %s: %s", v.Decision, v.By, cmp.Or(v.Note, "without a word"))})
	}
	if len(p.Judges) > 0 {
		lines = append(lines, labelled{label("judged by"), strings.Join(p.Judges, " or ")})
	}
	printLines(s, lines)
}

func (o *showOptions) work(s term.Screen, w *view.Work) {
	state := stateCell(w.State)
	fmt.Fprintf(o.Out, "%s  %s  %s\n", s.Paint("action/"+w.Called, color.Bold), w.Week, s.Paint(state.Text, state.Colours...))
	if w.Message != "" {
		fmt.Fprintln(o.Out, term.Wrap("", w.Message, s.Width))
	}
	fmt.Fprintln(o.Out)
	zone := zoneOf(w.Zone)
	lines := append([]labelled{{label("do"), w.Do}}, standardLines(&w.Standard)...)
	lines = append(lines, labelled{label("by"), owner(w)},
		labelled{label("takes"), string(w.Duration) + " each time"})
	for _, due := range w.Due {
		lines = append(lines, labelled{label("due"), fmt.Sprintf("%d by %s", due.Quantity, moment(due.DueAt.Time, zone))})
	}
	lines = append(lines, labelled{label("done"), fmt.Sprintf("%d of %d accepted, %d waiting for a verdict, %d rejected", w.Accepted, w.Target, w.Pending, w.Rejected)})
	for _, a := range w.Asked {
		lines = append(lines, labelled{label("asks for"), asked(a)})
	}
	if len(w.DependsOn) > 0 {
		lines = append(lines, labelled{label("after"), strings.Join(w.DependsOn, ", ")})
	}
	if len(w.BlockedBy) > 0 {
		lines = append(lines, labelled{label("waits for"), strings.Join(w.BlockedBy, ", ")})
	}
	if w.PartOf != "" {
		lines = append(lines, labelled{label("part of"), w.PartOf})
	}
	for _, m := range w.Amendments {
		lines = append(lines, labelled{label("changed"), amendment(&m)})
	}
	lines = append(lines, labelled{label("object"), w.Name})
	printLines(s, lines)
	if len(w.Evidence) > 0 {
		fmt.Fprintln(o.Out)
		pieces(w.Evidence).Print(s)
	}
	if w.Next != "" {
		fmt.Fprintf(o.Out, "\nnext: %s\n", w.Next)
	}
}

func owner(w *view.Work) string {
	if w.Member == "" {
		return "nobody of team/" + w.Team
	}
	return fmt.Sprintf("%s, %s, of team/%s", w.Person(), w.User, w.Team)
}

func asked(a view.Asked) string {
	kind := fmt.Sprintf("%s, a %s", a.Name, a.Type)
	if !a.Required {
		kind += ", which may be left out"
	}
	if len(a.HandedIn) > 0 {
		return kind + "; in " + strings.Join(a.HandedIn, ", ")
	}
	return kind + "; not handed in yet"
}

func amendment(m *praxisv1.Amendment) string {
	out := cmp.Or(m.By, "somebody unnamed")
	if m.Review != "" {
		out += ", by review/" + m.Review
	}
	if m.From != nil {
		out += ", taken over from " + m.From.Member
	}
	if m.Split != nil {
		out += fmt.Sprintf(", %d given to %s", m.Split.Quantity, m.Split.Member)
	}
	return out + ": " + m.Reason
}

// pieces is a table of evidence.
func pieces(all []view.Piece) *term.Table {
	t := &term.Table{Header: []string{"EVIDENCE", "STATE", "BY", "QUANTITY", "SUMMARY", "MESSAGE"}, Spare: []int{4}}
	for _, p := range all {
		t.Add(term.Plain(p.Name), stateCell(p.State), term.Plain(p.SubmittedBy), term.Plain(fmt.Sprint(p.Quantity)), term.Plain(p.Summary), term.Plain(p.State.Message))
	}
	return t
}
