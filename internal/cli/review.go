// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

type reviewOptions struct {
	*Tool
	decide            []string
	conclude, because string
	sign, show, rest  bool
	dryRun            string
	edit              func(text []byte) (edited []byte, file string, err error)
	format            term.Format
}

func newReview(t *Tool) *cobra.Command {
	o := &reviewOptions{Tool: t, edit: edit}
	c := &cobra.Command{
		Use:   "review REVIEW",
		Short: "Fill in a Review: decide, conclude and sign",
		Long: `Fill in a Review, as yourself. A decision is ACTION=DECISION, followed by member, dueAt and reason where they are
needed: ship.ana=Reassign,member=ben,reason=Ana is ill. ACTION may be cut to its end; DECISION is CarryOver, Drop,
Reassign, Reschedule or Escalate. --show names who decided what, and of a Calibration the page that is signed; whoever
signs takes over what others decided. Without flags the Review opens in your editor ($KUBE_EDITOR, $EDITOR or vi), with
its agenda beside it and a proposal for each line.`,
		Example: `  # what is to be decided
  kubectl praxis review safe-deploys-2026-w48-review -n platform --show

  # decide, conclude and sign
  kubectl praxis review safe-deploys-2026-w48-review -n platform --as mira@example.com \
    --decide "review-failed-deploys.review.mira=Escalate,reason=It is too big for one week" --as-proposed \
    --conclude "Timelines come first" --sign`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: t.completeReviews,
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	flags := c.Flags()
	flags.StringArrayVar(&o.decide, "decide", nil, "what becomes of an Action: ACTION=DECISION, with ,member=NAME or ,dueAt=TIME, and with ,reason=WHY; may be repeated")
	flags.BoolVar(&o.rest, "as-proposed", false, "decide the rest of the agenda as proposed")
	flags.StringVar(&o.because, "because", "", "the reason for decisions that have none of their own (default: the conclusion)")
	flags.StringVar(&o.conclude, "conclude", "", "the conclusion, in your words")
	flags.BoolVar(&o.sign, "sign", false, "sign it; afterwards it no longer changes")
	flags.BoolVar(&o.show, "show", false, "print the agenda and what is filled in; change nothing")
	_ = c.RegisterFlagCompletionFunc("decide", o.completeDecide) // it exists
	addDryRun(c, &o.dryRun)
	term.AddFormat(c, &o.format)
	return c
}

func (o *reviewOptions) run(ctx context.Context, name string) error {
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return err
	}
	r := &praxisv1.Review{}
	name = gather.Bare("review", name)
	err = c.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, r)
	if apierrors.IsNotFound(err) {
		err = gather.NoReview(ctx, c, c.namespace, name)
	}
	if err != nil {
		return err
	}
	if o.show || o.format != term.Text {
		return o.printReview(ctx, c, r)
	}
	before := r.DeepCopy()
	file := ""
	if len(o.decide) == 0 && o.conclude == "" && o.because == "" && !o.sign && !o.rest {
		file, err = o.inEditor(ctx, c, r)
	} else {
		err = o.byFlags(ctx, c, r)
	}
	if err == nil {
		err = o.saveChanges(ctx, c, before, r)
	}
	if file == "" {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w\nwhat you wrote is in %s", err, file)
	}
	return os.Remove(file)
}

func (o *reviewOptions) saveChanges(ctx context.Context, c *writer, before, r *praxisv1.Review) error {
	if err := act.TakesOver(ctx, c, before, r); err != nil {
		return err
	}
	taken := act.WriteNames(before, r, c.me)
	if equality.Semantic.DeepEqual(before.Spec, r.Spec) {
		fmt.Fprintf(o.Out, "review/%s left as it was\n", r.Name)
		return nil
	}
	if err := act.SaveReview(ctx, c, before, r); err != nil {
		return err
	}
	o.printSaved(c, r, taken)
	return nil
}

// printSaved says what was written, and what of others the signer took over.
func (o *reviewOptions) printSaved(c *writer, r *praxisv1.Review, taken []praxisv1.ActionDecision) {
	took := "taken over"
	if o.dryRun == "server" {
		took = "would be taken over"
	}
	for _, d := range taken {
		fmt.Fprintf(o.Out, "%s: %s %s, decided by %s\n", took, d.Action, d.Decision, cmp.Or(d.By, "somebody unnamed"))
	}
	did := "filled in"
	if r.Spec.SignOff != nil {
		did = "signed by " + c.me
	}
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "review/%s would be %s (server dry run)\n", r.Name, did)
		return
	}
	fmt.Fprintf(o.Out, "review/%s %s\n", r.Name, did)
	if r.Spec.SignOff == nil {
		fmt.Fprintf(o.Out, "next: kubectl praxis review %s -n %s --sign\n", r.Name, r.Namespace)
	}
}

func (o *reviewOptions) byFlags(ctx context.Context, c *writer, r *praxisv1.Review) error {
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
		act.Set(r, d)
	}
	if o.rest {
		r.Spec.Decisions = act.WithProposed(r, o.because)
	}
	if o.sign {
		if r.Spec.Conclusion == "" {
			return fmt.Errorf("%s has no conclusion yet; add --conclude \"…\", then it can be signed", r.Name)
		}
		r.Spec.SignOff = &praxisv1.SignOff{}
	}
	return nil
}

// decidable are the Actions that can be decided on: those of the week.
func (o *reviewOptions) decidable(ctx context.Context, c *writer, r *praxisv1.Review) ([]praxisv1.Action, error) {
	if len(o.decide) == 0 {
		return nil, nil
	}
	if r.Spec.CycleRef == nil || r.Spec.Type == praxisv1.ReviewQuarterly {
		return nil, fmt.Errorf("a %s takes no decisions on Actions; conclude and sign it", r.Spec.Type)
	}
	var actions praxisv1.ActionList
	err := gather.List(ctx, c, &actions, r.Namespace, client.MatchingLabels{praxisv1.LabelCycle: plan.LabelValue(r.Spec.CycleRef.Name)})
	return actions.Items, err
}

// decision reads ACTION=DECISION and what follows it. A reason extends to the end of the
// text, since people write commas in it.
func (o *reviewOptions) decision(given string, r *praxisv1.Review, known []praxisv1.Action) (praxisv1.ActionDecision, error) {
	const form = "write ACTION=DECISION[,member=NAME][,dueAt=2026-11-27T12:00:00Z][,reason=WHY]"
	given, reason, _ := strings.Cut(given, ",reason=")
	asked, rest, ok := strings.Cut(given, "=")
	if !ok {
		return praxisv1.ActionDecision{}, fmt.Errorf("--decide %q decides nothing; %s", given, form)
	}
	parts := strings.Split(rest, ",")
	i, err := gather.ActionIn(known, r.Namespace, asked)
	if err != nil {
		return praxisv1.ActionDecision{}, err
	}
	d := praxisv1.ActionDecision{Action: known[i].Name, Decision: praxisv1.ReviewDecision(parts[0]), Reason: reason}
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
			return d, fmt.Errorf("--decide %q: %q is not known; %s", given, key, form)
		}
	}
	d.Reason = cmp.Or(d.Reason, o.because, text.Clip(r.Spec.Conclusion, act.MaxReason), agendaMessage(r, d.Action), "Decided in the review")
	return d, nil
}

func agendaMessage(r *praxisv1.Review, action string) string {
	for _, item := range r.Status.Agenda {
		if item.Action == action {
			return item.Message
		}
	}
	return ""
}
