// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// maxEvents is how many of the last events of a chain are shown.
const maxEvents = 5

type whyOptions struct {
	*Tool
	format term.Format
	at     string
}

func newWhy(t *Tool) *cobra.Command {
	o := &whyOptions{Tool: t}
	c := &cobra.Command{
		Use:   "why KIND/NAME",
		Short: "Say what keeps an object from being as it should be: the one cause first",
		Long: `Say what keeps an object from being as it should be. The first line is the cause, with the object where it is to be
fixed; then comes the command that fixes it, the way from the object to the cause, the evidence, and the last events. Of a
piece of evidence it shows what shows the work, and the standard that it is judged by.
Where the cause is the first gap of a week, it also shows what the week says of it, since when it could be seen, how much of
the goal hangs on it, whom to ask, and how often a first alarm of its kind was right in weeks that were made up.
The name of an Action may be cut to its end, like ship.ana, where only one Action of the open weeks ends so.
With --at it says how things stood at an earlier instant, as far as the weeks are kept that ran then. What has no date is
taken as it is today: goals, Teams, and whose an Action is.`,
		Example: `  # why a goal is behind
  kubectl praxis why utility/safe-deploys -n platform

  # why an Action is where it is
  kubectl praxis why action/collect.jonas -n platform

  # what could be known on Wednesday at noon
  kubectl praxis why utility/safe-deploys -n platform --at "2026-11-25 12:00 UTC"`,
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: t.completeRefs("utility", "keyaction", "weeklycycle", "action", "evidence", "review", "team", "actionpackage"),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	term.AddFormat(c, &o.format)
	c.Flags().StringVar(&o.at, "at", "", "an earlier instant, like 2026-11-25T12:00:00Z or \"2026-11-25 12:00 UTC\"")
	return c
}

// explained is what why prints as data.
type explained struct {
	*view.Why `json:",inline"`
	Events    []happened `json:"events"`
}

type happened struct {
	At     time.Time `json:"at"`
	Object view.Ref  `json:"object"`
	Reason string    `json:"reason"`
	Note   string    `json:"note"`
}

func (o *whyOptions) run(ctx context.Context, args []string) error {
	ref, err := o.ref(args)
	if err != nil {
		return err
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	if ref.Kind == "Action" {
		a, err := gather.Action(ctx, c, ref.Namespace, ref.Name)
		if err != nil {
			return err
		}
		ref.Name = a.Name
	}
	now := o.Clock.Now()
	events := []happened{}
	objects, err := o.read(ctx, c, ref, &now)
	if err != nil {
		return err
	}
	why := objects.Why(ref, now)
	if why == nil {
		return notFound(ref, objects)
	}
	if o.at == "" { // events are kept for an hour, and are of today
		if events, err = lastEvents(ctx, c, why); err != nil {
			return err
		}
	}
	if o.format != term.Text {
		return term.Encode(o.Out, o.format, explained{why, events})
	}
	o.print(term.NewScreen(o.Out), why, events, now)
	return nil
}

// read reads what explains an object, as of now or of the instant that was asked for, which is put
// in the place of now.
func (o *whyOptions) read(ctx context.Context, c client.Client, ref view.Ref, now *time.Time) (view.Objects, error) {
	if o.at == "" {
		return gather.Namespace(ctx, c, ref)
	}
	then, err := instantOf(o.at)
	if err != nil {
		return view.Objects{}, err
	}
	if then.After(*now) {
		return view.Objects{}, fmt.Errorf("--at %s is still to come; give an instant before %s", o.at, text.Instant(*now))
	}
	*now = then
	objects, err := gather.Past(ctx, c, ref.Namespace, then)
	if err != nil {
		return objects, err
	}
	past := objects.AsOf(then)
	if u := past.UtilityOf(ref); u != nil {
		return past, objects.NotKept(u, then)
	}
	return past, nil
}

// instantOf reads an instant as people write it, or as it is printed.
func instantOf(at string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04 MST", "2006-01-02T15:04Z07:00"} {
		if then, err := time.Parse(layout, at); err == nil && (layout != "2006-01-02 15:04 MST" || strings.HasSuffix(at, " UTC")) {
			return then, nil
		}
	}
	return time.Time{}, fmt.Errorf("--at %q is no instant; write it like 2026-11-25T12:00:00Z or \"2026-11-25 12:00 UTC\"", at)
}

// lastEvents are those of the objects in a chain, the latest first. A user who may not read
// events still gets the cause.
func lastEvents(ctx context.Context, c client.Client, why *view.Why) ([]happened, error) {
	events := []happened{}
	var list eventsv1.EventList
	err := c.List(ctx, &list, client.InNamespace(why.Subject.Namespace))
	if apierrors.IsForbidden(err) {
		return events, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing events: %w", err)
	}
	for i := range list.Items {
		e := &list.Items[i]
		of := view.Ref{Kind: e.Regarding.Kind, Namespace: e.Regarding.Namespace, Name: e.Regarding.Name}
		if !slices.ContainsFunc(why.Chain, func(n *view.Node) bool { return n.Ref == of }) {
			continue
		}
		at := e.EventTime.Time
		if e.Series != nil {
			at = e.Series.LastObservedTime.Time
		}
		events = append(events, happened{At: at, Object: of, Reason: e.Reason, Note: e.Note})
	}
	slices.SortFunc(events, func(a, b happened) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Object.Name, b.Object.Name)) })
	return events[:min(len(events), maxEvents)], nil
}

func (o *whyOptions) print(s term.Screen, why *view.Why, events []happened, now time.Time) {
	if o.at != "" {
		fmt.Fprintf(o.Out, "As it was at %s; what has no date is as it is today.\n\n", text.Instant(now))
	}
	cause := why.Cause
	glyph, colour := term.Mark(why.State.Status)
	first := fmt.Sprintf("%s: %s", cause.Reason, cause.Message)
	if cause.Of != why.Subject {
		first = fmt.Sprintf("%s of %s: %s", cause.Reason, titleIn(why, cause.Of), cause.Message)
	}
	fmt.Fprintln(o.Out, s.Paint(term.Wrap(glyph+" ", first, s.Width), colour))
	if cause.Next != "" && o.at == "" {
		fmt.Fprintf(o.Out, "  %s\n", s.Paint(cause.Next, color.Bold))
	}
	if why.Gap != nil {
		fmt.Fprintln(o.Out)
		printLines(s, ofGap(why.Gap, now))
	}
	if why.Piece != nil {
		fmt.Fprintln(o.Out)
		printLines(s, toJudge(why.Piece))
	}
	fmt.Fprintln(o.Out)
	chain := term.Table{Header: []string{"FROM HERE TO THE CAUSE", "STATE", "DONE", "SINCE"}}
	if o.at != "" {
		chain.Header = chain.Header[:3] // since when it was so is not kept
	}
	for i, n := range why.Chain {
		branch := ""
		if i > 0 {
			branch = strings.Repeat("   ", i-1) + "└─ "
		}
		cells := []term.Cell{term.Plain(branch + n.Title()), stateCell(n.State), term.Plain(n.Done), term.Plain(since(n, now))}
		chain.Add(cells[:len(chain.Header)]...)
	}
	chain.Print(s)
	if len(why.Evidence) > 0 {
		fmt.Fprintln(o.Out)
		pieces(why.Evidence).Print(s)
	}
	if len(events) > 0 {
		fmt.Fprintln(o.Out)
		// Events carry the API server's time, which a simulated clock does not share.
		real := clock.RealClock{}.Now()
		recent := term.Table{Header: []string{"AGO", "EVENT", "OBJECT", "NOTE"}}
		for _, e := range events {
			recent.Add(term.Plain(duration.HumanDuration(max(real.Sub(e.At), 0))), term.Plain(e.Reason), term.Plain(titleIn(why, e.Object)), term.Plain(e.Note))
		}
		recent.Print(s)
	}
}

// titleIn is what people call an object of the chain.
func titleIn(why *view.Why, of view.Ref) string {
	for _, n := range why.Chain {
		if n.Ref == of {
			return n.Title()
		}
	}
	return of.String()
}

// ofGap is what the week knows of the cause.
func ofGap(g *view.GapFacts, now time.Time) []labelled {
	lines := []labelled{{label("gap"), g.Said}}
	if g.Since != nil {
		lines = append(lines, labelled{label("since"), fmt.Sprintf("%s, %s ago", text.Instant(g.Since.Time), duration.HumanDuration(max(now.Sub(g.Since.Time), 0)))})
	}
	weighs := basisPoints(g.Impact) + " of the goal"
	if g.Pieces > 1 {
		weighs += fmt.Sprintf(", on %d pieces of work", g.Pieces)
	}
	lines = append(lines, labelled{label("weighs"), weighs})
	if len(g.Ask) > 0 {
		lines = append(lines, labelled{label("ask"), strings.Join(g.Ask, " or ")})
	}
	if g.Sure > 0 {
		lines = append(lines, labelled{label("sure"), fmt.Sprintf("a first alarm of this kind names what is wrong in %d of 100 made-up weeks", g.Sure)})
	}
	return lines
}
