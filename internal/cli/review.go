// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/kubectl/pkg/cmd/util/editor"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/view"
)

type reviewOptions struct {
	*Tool
	decide            []string
	conclude, because string
	sign, show, rest  bool
	dryRun            string
	edit              func(file []byte) ([]byte, error)
	format            format
}

func newReview(t *Tool) *cobra.Command {
	o := &reviewOptions{Tool: t, edit: edit}
	c := &cobra.Command{
		Use:   "review REVIEW",
		Short: "Fill a Review in: decide, conclude and sign",
		Long: `Fill a Review in, as yourself. A decision is ACTION=DECISION, with member, dueAt and reason behind it where they are
needed: ship.ana=Reassign,member=ben,reason=Ana is ill. ACTION may be cut to its end; DECISION is CarryOver, Drop,
Reassign, Reschedule or Escalate. Without flags the Review opens in your editor ($KUBE_EDITOR, $EDITOR or vi), with its
agenda beside it.`,
		Example: `  # what is to be decided
  kubectl praxis review safe-deploys-2026-w48-review -n platform --show

  # decide, conclude and sign
  kubectl praxis review safe-deploys-2026-w48-review -n platform --as mira@example.com \
    --decide "review-failed-deploys.review.mira=Escalate,reason=It is too big for one week" --as-proposed \
    --conclude "Timelines come first" --sign`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: t.completeNames("review"),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	flags := c.Flags()
	flags.StringArrayVar(&o.decide, "decide", nil, "ACTION=DECISION[,member=NAME][,dueAt=TIME][,reason=WHY]; may be repeated")
	flags.BoolVar(&o.rest, "as-proposed", false, "decide the rest of the agenda as it is proposed")
	flags.StringVar(&o.because, "because", "", "the reason of decisions that have none of their own (default: the conclusion)")
	flags.StringVar(&o.conclude, "conclude", "", "the conclusion, in your words")
	flags.BoolVar(&o.sign, "sign", false, "sign it; afterwards it no longer changes")
	flags.BoolVar(&o.show, "show", false, "print the agenda and what is filled in, and change nothing")
	addDryRun(c, &o.dryRun)
	addFormat(c, &o.format)
	return c
}

func (o *reviewOptions) run(ctx context.Context, name string) error {
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return err
	}
	r := &praxisv1.Review{}
	if err := c.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, r); err != nil {
		return err
	}
	if o.show || o.format != asText {
		return o.printReview(r)
	}
	before := r.DeepCopy()
	if len(o.decide) == 0 && o.conclude == "" && !o.sign && !o.rest {
		err = o.inEditor(r)
	} else {
		err = o.byFlags(ctx, c, r)
	}
	if err != nil {
		return err
	}
	if equality.Semantic.DeepEqual(before.Spec, r.Spec) {
		fmt.Fprintf(o.Out, "review/%s left as it was\n", r.Name)
		return nil
	}
	return o.save(ctx, c, before, r)
}

// save writes what was filled in, unless somebody else did meanwhile.
func (o *reviewOptions) save(ctx context.Context, c *writer, before, r *praxisv1.Review) error {
	if r.Spec.SignOff != nil {
		r.Spec.SignOff.By = c.me // as a server that stamps names does
	}
	if err := c.Patch(ctx, r, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
		return err
	}
	did := "filled in"
	if r.Spec.SignOff != nil {
		did = "signed by " + c.me
	}
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "review/%s would be %s (server dry run)\n", r.Name, did)
		return nil
	}
	fmt.Fprintf(o.Out, "review/%s %s\n", r.Name, did)
	if r.Spec.SignOff == nil {
		fmt.Fprintf(o.Out, "next: kubectl praxis review %s -n %s --sign\n", r.Name, r.Namespace)
	}
	return nil
}

func (o *reviewOptions) byFlags(ctx context.Context, c client.Client, r *praxisv1.Review) error {
	if o.conclude != "" {
		r.Spec.Conclusion = o.conclude
	}
	known, err := o.decidable(ctx, c, r)
	if err != nil {
		return err
	}
	for _, text := range o.decide {
		d, err := o.decision(text, r, known)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(r.Spec.Decisions, func(x praxisv1.ActionDecision) bool { return x.Action == d.Action })
		if i < 0 {
			r.Spec.Decisions = append(r.Spec.Decisions, d)
		} else {
			r.Spec.Decisions[i] = d
		}
	}
	if o.rest {
		r.Spec.Decisions = withProposed(r)
	}
	if o.sign {
		if r.Spec.Conclusion == "" {
			return fmt.Errorf("%s has no conclusion yet; add --conclude \"…\", then it can be signed", r.Name)
		}
		r.Spec.SignOff = &praxisv1.SignOff{}
	}
	return nil
}

// decidable are the names of the Actions that a decision can be about: those of the
// agenda and of the week.
func (o *reviewOptions) decidable(ctx context.Context, c client.Client, r *praxisv1.Review) ([]string, error) {
	if len(o.decide) == 0 || r.Spec.CycleRef == nil {
		return nil, nil
	}
	var actions praxisv1.ActionList
	err := listIn(ctx, c, &actions, r.Namespace, client.MatchingFields{"spec.cycleRef.name": r.Spec.CycleRef.Name})
	names := namesOf(actions.Items, func(a *praxisv1.Action) string { return a.Name })
	for _, item := range r.Status.Agenda {
		if item.Action != "" && !slices.Contains(names, item.Action) {
			names = append(names, item.Action) // left by the week before
		}
	}
	return names, err
}

// decision reads ACTION=DECISION and what follows it. A reason goes to the end of the
// text, since people write commas.
func (o *reviewOptions) decision(text string, r *praxisv1.Review, known []string) (praxisv1.ActionDecision, error) {
	const form = "write ACTION=DECISION[,member=NAME][,dueAt=2026-11-27T12:00:00Z][,reason=WHY]"
	text, reason, _ := strings.Cut(text, ",reason=")
	asked, rest, ok := strings.Cut(text, "=")
	if !ok {
		return praxisv1.ActionDecision{}, fmt.Errorf("--decide %q decides nothing; %s", text, form)
	}
	parts := strings.Split(rest, ",")
	i, err := byEnd(known, "Action", r.Namespace, asked)
	if err != nil {
		return praxisv1.ActionDecision{}, err
	}
	d := praxisv1.ActionDecision{Action: known[i], Decision: praxisv1.ReviewDecision(parts[0]), Reason: reason}
	for _, part := range parts[1:] {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "member":
			d.Member = value
		case "dueAt":
			at, err := parseTime(value)
			if err != nil {
				return d, err
			}
			d.DueAt = at
		default:
			return d, fmt.Errorf("--decide %q: %q is not known; %s", text, key, form)
		}
	}
	for _, otherwise := range []string{o.because, r.Spec.Conclusion, agendaMessage(r, d.Action), "Decided in the review"} {
		if d.Reason == "" {
			d.Reason = otherwise
		}
	}
	return d, nil
}

// withProposed are the decisions of a Review with those that its agenda proposes where
// there is none yet.
func withProposed(r *praxisv1.Review) []praxisv1.ActionDecision {
	decisions := slices.Clone(r.Spec.Decisions)
	for _, item := range r.Status.Agenda {
		if item.Action != "" && item.Proposed != "" && decided(r, item.Action) == "" {
			decisions = append(decisions, praxisv1.ActionDecision{Action: item.Action, Decision: item.Proposed, Reason: item.Message})
		}
	}
	return decisions
}

func agendaMessage(r *praxisv1.Review, action string) string {
	for _, item := range r.Status.Agenda {
		if item.Action == action {
			return item.Message
		}
	}
	return ""
}

// form is what the editor shows of a Review.
type form struct {
	Conclusion string                    `json:"conclusion"`
	Decisions  []praxisv1.ActionDecision `json:"decisions"`
	Sign       bool                      `json:"sign"`
}

// inEditor shows the agenda above a form, with a proposed decision for each item that
// has none yet.
func (o *reviewOptions) inEditor(r *praxisv1.Review) error {
	if r.Spec.SignOff != nil {
		return fmt.Errorf("%s is signed by %s and no longer changes; see it with --show", r.Name, r.Spec.SignOff.By)
	}
	filled := form{Conclusion: r.Spec.Conclusion, Decisions: withProposed(r)}
	body, err := yaml.Marshal(filled)
	if err != nil {
		return err
	}
	text := append([]byte(agendaComment(r)), body...)
	edited, err := o.edit(text)
	if err != nil {
		return err
	}
	if bytes.Equal(bytes.TrimSpace(edited), bytes.TrimSpace(text)) || len(bytes.TrimSpace(edited)) == 0 {
		return nil // left as it was
	}
	var answer form
	if err := yaml.UnmarshalStrict(edited, &answer); err != nil {
		return fmt.Errorf("what you wrote cannot be read, and nothing was changed: %w", err)
	}
	r.Spec.Conclusion, r.Spec.Decisions = answer.Conclusion, answer.Decisions
	if answer.Sign {
		if answer.Conclusion == "" {
			return errors.New("a Review is signed with a conclusion; write one")
		}
		r.Spec.SignOff = &praxisv1.SignOff{}
	}
	return nil
}

func agendaComment(r *praxisv1.Review) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s of %s: write a conclusion, decide, and set sign to true when you are done.\n", r.Spec.Type, r.Spec.UtilityRef.Name)
	b.WriteString("# Decisions: CarryOver, Drop, Reassign (with member), Reschedule (with dueAt), Escalate. Save nothing new to leave it as it is.\n#\n")
	for i, item := range r.Status.Agenda {
		fmt.Fprintf(&b, "# %d. %s %s: %s\n", i+1, item.Reason, item.Action, item.Message)
	}
	if len(r.Status.Agenda) == 0 {
		b.WriteString("# Nothing is on the agenda.\n")
	}
	return b.String() + "\n"
}

// edit opens a text in the editor that kubectl edit opens.
func edit(text []byte) ([]byte, error) {
	edited, file, err := editor.NewDefaultEditor([]string{"KUBE_EDITOR", "EDITOR"}).LaunchTempFile("praxis-review-", ".yaml", bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("the editor did not end well, and nothing was changed (your text is in %s): %w", file, err)
	}
	removeQuietly(file)
	return edited, nil
}

func (o *reviewOptions) printReview(r *praxisv1.Review) error {
	if o.format != asText {
		return encode(o.Out, o.format, r)
	}
	s := newScreen(o.Out)
	state := view.Objects{Reviews: []praxisv1.Review{*r}}.Why(view.Ref{Kind: "Review", Namespace: r.Namespace, Name: r.Name}).State
	c := stateCell(state)
	fmt.Fprintf(o.Out, "%s  %s of %s  %s\n", r.Name, r.Spec.Type, r.Spec.UtilityRef.Name, s.paint(c.text, c.colours...))
	fmt.Fprintln(o.Out, state.Message)
	fmt.Fprintf(o.Out, "open from %s, due %s; may sign: %s\n\n", r.Spec.OpensAt.UTC().Format("2006-01-02 15:04 MST"), r.Spec.DueAt.UTC().Format("2006-01-02 15:04 MST"), strings.Join(r.Spec.Reviewers, ", "))
	agenda := table{header: []string{"AGENDA", "REASON", "PROPOSED", "DECIDED", "MESSAGE"}}
	for _, item := range r.Status.Agenda {
		agenda.add(plain(item.Action), plain(item.Reason), plain(string(item.Proposed)), plain(decided(r, item.Action)), plain(item.Message))
	}
	if len(agenda.rows) > 0 {
		agenda.print(s)
	} else {
		fmt.Fprintln(o.Out, "Nothing is on the agenda.")
	}
	if r.Spec.Conclusion != "" {
		fmt.Fprintln(o.Out, "\n"+wrap("conclusion: ", r.Spec.Conclusion, s.width))
	}
	return nil
}

func decided(r *praxisv1.Review, action string) string {
	for _, d := range r.Spec.Decisions {
		if d.Action == action {
			return strings.TrimSpace(string(d.Decision) + " " + d.Member)
		}
	}
	return ""
}
