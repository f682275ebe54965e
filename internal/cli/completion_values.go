// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// weeksAhead is how many weeks from the running one on are offered.
const weeksAhead = 14

// wanted reports whether an Action still takes evidence.
func wanted(a *praxisv1.Action) bool {
	return view.Objects{Actions: []praxisv1.Action{*a}}.AsksFor(a)
}

// values completes a flag with what depends on the arguments that stand before it.
func (t *Tool) values(c *cobra.Command, flag string, more cobra.ShellCompDirective, of func(ctx context.Context, c client.Client, namespace string, args []string) ([]string, error)) {
	_ = c.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		found := t.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
			return of(ctx, c, namespace, args)
		})
		return beginning(found, begun, nil), cobra.ShellCompDirectiveNoFileComp | more
	}) // it exists
}

// measures are those of all goals, as --measure takes them.
func measures(ctx context.Context, c client.Client, namespace string, _ []string) ([]string, error) {
	var all praxisv1.UtilityList
	err := c.List(ctx, &all, client.InNamespace(namespace))
	var names []string
	for i := range all.Items {
		for _, m := range all.Items[i].Spec.Measures {
			names = append(names, all.Items[i].Name+"/"+m.Name)
		}
	}
	return names, err
}

// artifacts are the links that an Action asks for, without where they lead.
func artifacts(ctx context.Context, c client.Client, namespace string, args []string) ([]string, error) {
	if len(args) == 0 {
		return nil, nil
	}
	a, err := gather.Action(ctx, c, namespace, args[0])
	if err != nil {
		return nil, err
	}
	var names []string
	for _, r := range a.Spec.Evidence {
		if r.Type != praxisv1.EvidenceFile {
			names = append(names, r.Name+"=")
		}
	}
	return names, nil
}

// workedWeeks are those that there are in a namespace, the latest first.
func workedWeeks(ctx context.Context, c client.Client, namespace string, _ []string) ([]string, error) {
	var all praxisv1.WeeklyCycleList
	err := c.List(ctx, &all, client.InNamespace(namespace))
	names := text.NamesOf(all.Items, func(c *praxisv1.WeeklyCycle) string { return string(c.Spec.Week) })
	slices.Sort(names)
	names = slices.Compact(names)
	slices.Reverse(names)
	return names, err
}

// completeWeeks completes --week with the weeks from the running one on, without a cluster.
func (t *Tool) completeWeeks(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for ahead := range weeksAhead {
		year, week := t.Clock.Now().AddDate(0, 0, 7*ahead).ISOWeek()
		names = append(names, fmt.Sprintf("%d-W%02d", year, week))
	}
	return beginning(names, begun, nil), cobra.ShellCompDirectiveNoFileComp
}

// decisionsOf are what may be decided in a Review of a type.
func decisionsOf(r *praxisv1.Review) []praxisv1.ReviewDecision {
	switch r.Spec.Type {
	case praxisv1.ReviewMidweekCheck:
		return []praxisv1.ReviewDecision{praxisv1.DecideDrop, praxisv1.DecideReassign, praxisv1.DecideReschedule}
	case praxisv1.ReviewWeekly:
		return []praxisv1.ReviewDecision{praxisv1.DecideCarryOver, praxisv1.DecideDrop, praxisv1.DecideReassign, praxisv1.DecideReschedule, praxisv1.DecideEscalate}
	}
	return nil
}

// completeDecide completes --decide: first an Action of the agenda, then what may be decided on it, with
// each person who can take it over.
func (o *reviewOptions) completeDecide(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	_, _, chosen := strings.Cut(begun, "=")
	found := o.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
		if len(args) == 0 {
			return nil, nil
		}
		r := &praxisv1.Review{}
		if err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: gather.Bare("review", args[0])}, r); err != nil {
			return nil, err
		}
		objects, err := gather.Reviewed(ctx, c, r)
		var out []string
		for _, item := range r.Status.Agenda {
			if !act.OfItsWeek(r, item.Action) {
				continue
			}
			called := calledIn(&objects, r.Namespace, item.Action) + "="
			if !chosen {
				out = append(out, called)
				continue
			}
			for _, d := range decisionsOf(r) {
				switch d {
				case praxisv1.DecideReassign:
					for _, member := range item.Candidates {
						out = append(out, called+string(d)+",member="+member+",reason=")
					}
				case praxisv1.DecideReschedule:
					out = append(out, called+string(d)+",dueAt=")
				default:
					out = append(out, called+string(d))
				}
			}
		}
		return out, err
	})
	return beginning(found, begun, nil), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
