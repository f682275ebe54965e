// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/text"
)

type submitOptions struct {
	*Tool
	artifacts, files        []string
	quantity                int32
	message, measure, value string
	source, dryRun, name    string
}

func newSubmit(t *Tool) *cobra.Command {
	o := &submitOptions{Tool: t}
	c := &cobra.Command{
		Use:   "submit ACTION",
		Short: "Hand in evidence for an Action, or a reading of a measure",
		Long: `Hand in evidence for an Action, as yourself. ACTION is its name or the end of it, like ship.ana. Artifacts are links;
a file stays where it is, and its sha256 is handed in, so that whoever sees it later can tell that it is the same. With
--measure it is a reading of a Utility's measure instead. It says whom the piece waits for, and whether more is handed in
than the Action asks for, or what was handed in for it before.`,
		Example: `  # work that a link shows
  kubectl praxis submit prepare.jonas -n platform --as jonas@example.com --name sheets \
    -q 2 --artifact sheet=https://work.example.com/sheet -m "Both sheets"

  # work that a file shows: its hash is handed in
  kubectl praxis submit collect.jonas -n platform --as jonas@example.com --name timelines --file timelines.csv

  # try it without doing it
  kubectl praxis submit agree.mira -n platform --dry-run=server

  # a reading of a measure
  kubectl praxis submit --measure safe-deploys/minutes-to-undo --value 41 -n platform`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: t.completeOpen(wanted),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	flags := c.Flags()
	flags.StringArrayVar(&o.artifacts, "artifact", nil, "what shows the work, as NAME=URI; may be repeated")
	flags.StringArrayVar(&o.files, "file", nil, "a file that shows the work, as NAME=PATH or PATH; only its hash is sent; may be repeated")
	flags.Int32VarP(&o.quantity, "quantity", "q", 1, "how many times it was done")
	flags.StringVarP(&o.message, "message", "m", "", "what was done, in a sentence")
	flags.StringVar(&o.measure, "measure", "", "hand in a reading of UTILITY/MEASURE instead of work")
	flags.StringVar(&o.value, "value", "", "the reading, a decimal like 91.2")
	flags.StringVar(&o.source, "source-id", "", "the id of the event that this is evidence of; two pieces with the same id count once")
	flags.StringVar(&o.name, "name", "", "a name for the piece (default: generated)")
	addDryRun(c, &o.dryRun)
	t.values(c, "artifact", cobra.ShellCompDirectiveNoSpace, artifacts)
	t.values(c, "measure", cobra.ShellCompDirectiveDefault, measures)
	return c
}

// addDryRun adds --dry-run in kubectl's words.
func addDryRun(c *cobra.Command, value *string) {
	c.Flags().StringVar(value, "dry-run", "none", `"server" lets the API server check it without storing it`)
	_ = c.RegisterFlagCompletionFunc("dry-run", cobra.FixedCompletions([]string{"none", "server"}, cobra.ShellCompDirectiveNoFileComp)) // it exists
}

func (o *submitOptions) run(ctx context.Context, args []string) error {
	if (len(args) == 0) == (o.measure == "") {
		return errors.New("give the Action, like ship.ana, or a measure with --measure UTILITY/MEASURE --value 91.2; kubectl praxis mine lists what you owe")
	}
	if o.quantity < 1 || o.quantity > act.MaxQuantity {
		return fmt.Errorf("-q %d cannot be handed in; say how many times it was done, from 1 to %d", o.quantity, act.MaxQuantity)
	}
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return err
	}
	// A server that writes names itself writes the same; any other requires the name to be
	// there.
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace, Name: o.name},
		Spec:       praxisv1.EvidenceSpec{Quantity: o.quantity, Summary: o.message, SubmittedBy: c.me},
	}
	if o.source != "" {
		e.Spec.Source = &praxisv1.EvidenceOrigin{Kind: "Manual", ID: o.source}
	}
	var a *praxisv1.Action
	if o.measure != "" {
		err = o.reading(ctx, c, e)
	} else if a, err = gather.Action(ctx, c, c.namespace, args[0]); err == nil {
		err = o.work(e, a)
	}
	if err != nil {
		return err
	}
	for _, note := range act.Notes(ctx, c, e, a) {
		fmt.Fprintln(o.ErrOut, "note:", note)
	}
	if err := c.Create(ctx, e); err != nil {
		return err
	}
	return o.tell(ctx, c, e)
}

func (o *submitOptions) reading(ctx context.Context, c client.Client, e *praxisv1.Evidence) error {
	utility, measure, ok := strings.Cut(o.measure, "/")
	if !ok || o.value == "" {
		return fmt.Errorf("a reading is --measure UTILITY/MEASURE --value 91.2, not --measure %q --value %q", o.measure, o.value)
	}
	if err := measured(ctx, c, e.Namespace, utility, measure); err != nil {
		return err
	}
	e.Spec.For = &praxisv1.EvidenceTarget{Utility: utility, Measure: measure}
	e.Spec.Value = new(praxisv1.Decimal(o.value))
	if e.Name == "" {
		e.GenerateName = measure + "-"
	}
	return o.attach(e, nil)
}

// measured refuses a measure that there is not, or that the operator reads itself: nobody could
// delete the reading, and nobody would look at it.
func measured(ctx context.Context, c client.Client, namespace, utility, measure string) error {
	var all praxisv1.UtilityList
	if err := gather.List(ctx, c, &all, namespace); apierrors.IsForbidden(err) {
		return nil // the API server and the operator say it then
	} else if err != nil {
		return err
	}
	i := slices.IndexFunc(all.Items, func(u praxisv1.Utility) bool { return u.Name == utility })
	if i < 0 {
		return gather.NotThere("Utility", utility, namespace, gather.Names(&all))
	}
	names := text.NamesOf(all.Items[i].Spec.Measures, func(m *praxisv1.Measure) string { return m.Name })
	if !slices.Contains(names, measure) {
		return fmt.Errorf("utility/%s has no measure %q%s", utility, measure, text.DidYouMean(measure, names))
	}
	if m := evidence.MeasureOf(&all.Items[i], measure); m.Source != nil {
		return fmt.Errorf("utility/%s reads %s from its source, so nobody hands it in; kubectl praxis measure try %s/%s -n %s shows what it gives", utility, measure, utility, measure, namespace)
	}
	return nil
}

func (o *submitOptions) work(e *praxisv1.Evidence, a *praxisv1.Action) error {
	e.Spec.ActionRef = &praxisv1.LocalReference{Name: a.Name}
	if e.Name == "" {
		e.GenerateName = a.Spec.Step + "-"
	}
	if err := o.attach(e, a.Spec.Evidence); err != nil {
		return err
	}
	return act.Complete(e, a)
}

// attach turns the flags into artifacts. Each has the type that the Action asks for under its
// name; a file without a name gets the name of the file that the Action asks for, if it asks
// for one.
func (o *submitOptions) attach(e *praxisv1.Evidence, asked []praxisv1.EvidenceRequirement) error {
	for _, given := range o.artifacts {
		name, uri, ok := strings.Cut(given, "=")
		if !ok || name == "" || uri == "" {
			return fmt.Errorf("--artifact %q names nothing; write NAME=URI, like change=https://git.example/c/42", given)
		}
		e.Spec.Artifacts = append(e.Spec.Artifacts, praxisv1.Artifact{Name: name, Type: act.TypeOf(asked, name, praxisv1.EvidenceLink), URI: uri})
	}
	for _, given := range o.files {
		name, path, ok := strings.Cut(given, "=")
		if _, err := os.Stat(given); !ok || err == nil { // a path may have an equals sign
			name, path = fileName(given, asked, e.Spec.Artifacts), given
		}
		artifact, err := o.hash(path)
		if err != nil {
			return err
		}
		artifact.Name, artifact.Type = name, act.TypeOf(asked, name, praxisv1.EvidenceFile)
		e.Spec.Artifacts = append(e.Spec.Artifacts, artifact)
	}
	return nil
}

// fileName is the first name that the Action asks a file for and that no artifact has yet.
func fileName(path string, asked []praxisv1.EvidenceRequirement, there []praxisv1.Artifact) string {
	for _, r := range asked {
		taken := slices.ContainsFunc(there, func(a praxisv1.Artifact) bool { return a.Name == r.Name })
		if r.Type == praxisv1.EvidenceFile && !taken {
			return r.Name
		}
	}
	return artifactName(filepath.Base(path))
}

// artifactName turns a file's name into a DNS label.
func artifactName(base string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(base))
	clean = strings.Trim(clean, "-")
	if clean == "" {
		return "file"
	}
	return strings.TrimRight(clean[:min(len(clean), 30)], "-")
}

// tell says what happened and who acts next.
func (o *submitOptions) tell(ctx context.Context, c *writer, e *praxisv1.Evidence) error {
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "evidence/%s would be handed in (server dry run)\n", e.Name)
		return nil
	}
	fmt.Fprintf(o.Out, "evidence/%s handed in\n", e.Name)
	return o.Tool.tell(ctx, c, e, func(*praxisv1.Evidence) bool { return false })
}
