// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/plan"
)

// goalOptions are those of the commands that change a goal, which may be kept in Git.
type goalOptions struct {
	*Tool
	dryRun string
	format term.Format
}

func (o *goalOptions) add(c *cobra.Command) {
	c.Flags().StringVar(&o.dryRun, "dry-run", "none", `"server" lets the API server check it without storing it, "client" prints what to commit`)
	_ = c.RegisterFlagCompletionFunc("dry-run", cobra.FixedCompletions([]string{"none", "server", "client"}, cobra.ShellCompDirectiveNoFileComp)) // it exists
	term.AddFormat(c, &o.format)
	c.PreRunE = func(*cobra.Command, []string) error {
		if o.format != term.Text && o.dryRun != "client" {
			return errors.New("-o goes with --dry-run=client, which prints what to commit")
		}
		return nil
	}
}

// writer reads only, where what to commit is printed.
func (o *goalOptions) writer(ctx context.Context) (*writer, error) {
	switch o.dryRun {
	case "client":
		return o.Tool.writer(ctx, "none")
	case "server", "none":
		return o.Tool.writer(ctx, o.dryRun)
	}
	return nil, fmt.Errorf(`--dry-run=%s is not known; give "server", "client" or "none"`, o.dryRun)
}

// write stores a change, says so, and warns where a tool may put it back. part is the change
// alone, as it is to be committed.
func (o *goalOptions) write(ctx context.Context, c *writer, before, after client.Object, part map[string]any, did string) error {
	kind, err := c.GroupVersionKindFor(after)
	if err != nil {
		return err
	}
	name := strings.ToLower(kind.Kind) + "/" + after.GetName()
	if equality.Semantic.DeepEqual(before, after) {
		fmt.Fprintf(o.Out, "%s left as it was\n", name)
		return nil
	}
	if o.dryRun == "client" {
		f := o.format
		if f == term.Text {
			f = term.YAML
		}
		return term.Encode(o.Out, f, map[string]any{
			"apiVersion": praxisv1.GroupVersion.String(), "kind": kind.Kind,
			"metadata": map[string]string{"name": after.GetName(), "namespace": after.GetNamespace()}, "spec": part,
		})
	}
	if tool, holds := keptBy(before, part); holds {
		fmt.Fprintf(o.ErrOut, "note: %s is kept in Git by %s, which may put it back; commit what --dry-run=client -o yaml prints\n", name, tool)
	} else if tool != "" {
		fmt.Fprintf(o.ErrOut, "note: %s is kept in Git by %s, which leaves this field as it is; commit what --dry-run=client -o yaml prints, so that Git says it too\n", name, tool)
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := c.Patch(ctx, after, patch, client.FieldOwner("kubectl-praxis")); err != nil {
		return err
	}
	if o.dryRun == "server" {
		did = strings.Replace(did, "is ", "would be ", 1) + " (server dry run)"
	}
	fmt.Fprintf(o.Out, "%s %s\n", name, did)
	return nil
}

// gitTools are known by the names under which they write, and by what they write on an object
// to find it again.
var gitTools = []struct{ tool, manager, key string }{
	{"Argo CD", "argocd-controller", "argocd.argoproj.io/tracking-id"},
	{"Argo CD", "argocd-application-controller", "argocd.argoproj.io/instance"},
	{"Flux", "kustomize-controller", "kustomize.toolkit.fluxcd.io/name"},
	{"Flux", "helm-controller", "helm.toolkit.fluxcd.io/name"},
}

// keptBy is the tool that keeps an object as it is in Git, or empty, and whether it puts back what
// of the spec is changed: a tool that never wrote a field leaves it alone. Where the server does not
// say who wrote what, a tool that has marked the object may have written all of it.
func keptBy(o client.Object, part map[string]any) (tool string, holds bool) {
	for _, g := range gitTools {
		for _, f := range o.GetManagedFields() {
			if f.Manager == g.manager && f.Subresource == "" {
				tool, holds = g.tool, holds || wrote(f, part)
			}
		}
	}
	if tool != "" {
		return tool, holds
	}
	for _, g := range gitTools {
		_, annotated := o.GetAnnotations()[g.key]
		_, labelled := o.GetLabels()[g.key]
		if annotated || labelled {
			return g.tool, true
		}
	}
	return "", false
}

// wrote reports whether somebody wrote any of some fields of a spec.
func wrote(by metav1.ManagedFieldsEntry, part map[string]any) bool {
	if by.FieldsV1 == nil {
		return true // it is not said
	}
	var fields struct {
		Spec map[string]any `json:"f:spec"`
	}
	if json.Unmarshal(by.FieldsV1.GetRawBytes(), &fields) != nil {
		return true
	}
	for name := range part {
		if _, is := fields.Spec["f:"+name]; is {
			return true
		}
	}
	return false
}

type endOptions struct {
	goalOptions
	week, as, because string
}

func newEnd(t *Tool) *cobra.Command {
	o := &endOptions{goalOptions: goalOptions{Tool: t}}
	c := &cobra.Command{
		Use:   "end UTILITY --week WEEK --as Achieved|Stopped -m WHY",
		Short: "End a goal with a week: it was achieved, or is given up",
		Long: `End a goal with a week, by writing spec.end of the Utility. That week ends as planned; after it nothing is planned, and
nobody is asked for anything. Where the goal is kept in Git, commit what --dry-run=client -o yaml prints instead.`,
		Example: `  # what to commit
  kubectl praxis end safe-deploys -n platform --week 2026-W51 --as Achieved -m "Deploys are undone in a minute" --dry-run=client -o yaml

  # try it without doing it
  kubectl praxis end safe-deploys -n platform --week 2026-W51 --as Stopped -m "Another goal matters more" --dry-run=server`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: t.completeNames("utility"),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	c.Flags().StringVar(&o.week, "week", "", "the last week, like 2026-W51")
	c.Flags().Var(&outcomeFlag{outcome: &o.as, user: t.Flags.Impersonate}, "as", "Achieved or Stopped; anything else is the user to act as, as everywhere, so that it may be given twice")
	_ = c.RegisterFlagCompletionFunc("week", t.completeWeeks)                                                    // it exists
	_ = c.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(outcomes, cobra.ShellCompDirectiveNoFileComp)) // it exists
	c.Flags().StringVarP(&o.because, "message", "m", "", "why, in a sentence")
	o.add(c)
	return c
}

// outcomes are how a goal ends.
var outcomes = []string{string(praxisv1.EndedAchieved), string(praxisv1.EndedStopped)}

// outcomeFlag is --as, which kubectl has for a user: no user is called like an outcome.
type outcomeFlag struct{ outcome, user *string }

func (f *outcomeFlag) String() string { return "" }
func (f *outcomeFlag) Type() string   { return "outcome" }
func (f *outcomeFlag) Set(text string) error {
	if slices.Contains(outcomes, text) {
		*f.outcome = text
	} else {
		*f.user = text
	}
	return nil
}

func (o *endOptions) run(ctx context.Context, name string) error {
	as := praxisv1.UtilityEndReason(o.as)
	if o.week == "" || as == "" || !strings.ContainsFunc(o.because, unicode.IsLetter) {
		return errors.New(`say with which week it ends, how and why: --week 2026-W51 --as Achieved (or Stopped) -m "Shoppers pay in one try"`)
	}
	c, err := o.writer(ctx)
	if err != nil {
		return err
	}
	u, err := utility(ctx, c, c.namespace, name)
	if err != nil {
		return err
	}
	before := u.DeepCopy()
	u.Spec.End = &praxisv1.UtilityEnd{Week: praxisv1.Week(o.week), As: as, Because: o.because}
	if err := o.check(ctx, c, u); err != nil {
		return err
	}
	did := fmt.Sprintf("is ended with %s: %s", o.week, as)
	return o.write(ctx, c, before, u, map[string]any{"end": u.Spec.End}, did)
}

// check refuses a week with which the goal would be stalled.
func (o *endOptions) check(ctx context.Context, c *writer, u *praxisv1.Utility) error {
	calendar, err := cadence.New(u.Spec.Cadence)
	if err != nil {
		return fmt.Errorf("the cadence of utility/%s is wrong, see kubectl praxis why utility/%s -n %s: %w", u.Name, u.Name, u.Namespace, err)
	}
	if _, err := calendar.WeekNamed(o.week); err != nil {
		return fmt.Errorf("--week %s: %w; name the last week that is worked", o.week, err)
	}
	var all praxisv1.WeeklyCycleList
	if err := gather.List(ctx, c, &all, u.Namespace); err != nil {
		return err
	}
	own := gather.Keep(all.Items, func(w *praxisv1.WeeklyCycle) bool { return w.Spec.UtilityRef.Name == u.Name })
	if problem := plan.EndProblem(u, calendar, own, o.Clock.Now()); problem != nil {
		return errors.New(problem.Message)
	}
	return nil
}

// utility is that of a name, with its kind before it or not.
func utility(ctx context.Context, c client.Client, namespace, name string) (*praxisv1.Utility, error) {
	u := &praxisv1.Utility{}
	name = gather.Bare("utility", name)
	err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, u)
	if !apierrors.IsNotFound(err) {
		return u, err
	}
	var all praxisv1.UtilityList
	_ = gather.List(ctx, c, &all, namespace) // who may not list them gets no suggestion
	return nil, gather.NotThere("Utility", name, namespace, gather.Names(&all))
}
