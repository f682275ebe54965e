// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// completeWithin bounds how long a Tab waits for a cluster that does not answer.
const completeWithin = 3 * time.Second

// kinds by the word that people type, each with an empty list of its type.
var kinds = map[string]func() client.ObjectList{
	"namespace":     func() client.ObjectList { return &corev1.NamespaceList{} },
	"utility":       func() client.ObjectList { return &praxisv1.UtilityList{} },
	"team":          func() client.ObjectList { return &praxisv1.TeamList{} },
	"actionpackage": func() client.ObjectList { return &praxisv1.ActionPackageList{} },
	"keyaction":     func() client.ObjectList { return &praxisv1.KeyActionList{} },
	"weeklycycle":   func() client.ObjectList { return &praxisv1.WeeklyCycleList{} },
	"action":        func() client.ObjectList { return &praxisv1.ActionList{} },
	"evidence":      func() client.ObjectList { return &praxisv1.EvidenceList{} },
	"review":        func() client.ObjectList { return &praxisv1.ReviewList{} },
}

type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeNames completes the names of live objects of one kind.
func (t *Tool) completeNames(kind string) completer {
	return func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		return t.liveNames(kind, begun, args), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeEither completes the names of live objects of several kinds.
func (t *Tool) completeEither(of ...string) completer {
	return func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, kind := range of {
			if len(args) == 0 {
				names = append(names, t.liveNames(kind, begun, nil)...)
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// completePieces completes the names of evidence that a command can do something with.
func (t *Tool) completePieces(fit func(e *praxisv1.Evidence, me string) bool) completer {
	return func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		names := t.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
			me, err := t.whoAmI(ctx, c)
			if err != nil {
				return nil, err
			}
			var all praxisv1.EvidenceList
			err = c.List(ctx, &all, client.InNamespace(namespace))
			fitting := gather.Keep(all.Items, func(e *praxisv1.Evidence) bool { return fit(e, me) })
			return text.NamesOf(fitting, func(e *praxisv1.Evidence) string { return e.Name }), err
		})
		return beginning(names, begun, args), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeOpen completes what Actions of the open weeks are called, of those that a command can
// do something with.
func (t *Tool) completeOpen(fit func(*praxisv1.Action) bool) completer {
	return func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		names := t.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
			open, err := gather.OpenActions(ctx, c, namespace)
			fitting := gather.Keep(open, fit)
			called := text.NamesOf(fitting, view.Objects{Actions: open}.Typed)
			if len(beginning(called, begun, nil)) == 0 { // the name of an object is typed
				called = text.NamesOf(fitting, func(a *praxisv1.Action) string { return a.Name })
			}
			return called, err
		})
		return beginning(names, begun, nil), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeReviews completes the Reviews that wait for somebody or, where none does, all of them.
func (t *Tool) completeReviews(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	names := t.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
		var all praxisv1.ReviewList
		err := c.List(ctx, &all, client.InNamespace(namespace))
		waiting := gather.Keep(all.Items, func(r *praxisv1.Review) bool { return review.AwaitsSignature(r) && r.Spec.SignOff == nil })
		if len(waiting) == 0 {
			waiting = all.Items
		}
		return text.NamesOf(waiting, func(r *praxisv1.Review) string { return r.Name }), err
	})
	return beginning(names, begun, nil), cobra.ShellCompDirectiveNoFileComp
}

// completeMembers completes those who can take over the Action that stands before.
func (t *Tool) completeMembers(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	names := t.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
		if len(args) == 0 {
			return nil, nil
		}
		a, err := gather.Action(ctx, c, namespace, args[0])
		if err != nil {
			return nil, err
		}
		return act.Takers(ctx, c, a, t.Clock.Now())
	})
	return beginning(names, begun, nil), cobra.ShellCompDirectiveNoFileComp
}

// live asks the cluster. If it cannot be reached nothing is completed, and nothing printed into
// the command line.
func (t *Tool) live(ask func(ctx context.Context, c client.Client, namespace string) ([]string, error)) []string {
	ctx, cancel := context.WithTimeout(context.Background(), completeWithin)
	defer cancel()
	*t.Flags.Timeout = completeWithin.String() // for discovery too
	c, err := t.client()
	if err != nil {
		return nil
	}
	namespace, err := t.namespace()
	if err != nil {
		return nil
	}
	names, err := ask(ctx, c, namespace)
	if err != nil {
		return nil
	}
	return names
}

// beginning are the names that can complete what is typed, without those that stand already.
func beginning(names []string, begun string, taken []string) []string {
	return gather.Keep(names, func(name *string) bool { return strings.HasPrefix(*name, begun) && !slices.Contains(taken, *name) })
}

// completeNamespaces completes --namespace.
func (t *Tool) completeNamespaces(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	return t.liveNames("namespace", begun, nil), cobra.ShellCompDirectiveNoFileComp
}

// completeRefs completes KIND/NAME: first the kind, then the names of live objects of it.
func (t *Tool) completeRefs(of ...string) completer {
	return func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		typed, name, slash := strings.Cut(begun, "/")
		if !slash {
			words := make([]string, len(of))
			for i, kind := range of {
				words[i] = kind + "/"
			}
			return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		}
		kind := typed
		if c, err := t.client(); err == nil {
			if gvk, err := c.RESTMapper().KindFor(schema.GroupVersionResource{Group: praxisv1.GroupVersion.Group, Resource: typed}); err == nil {
				kind = strings.ToLower(gvk.Kind)
			}
		}
		names := t.liveNames(kind, name, nil)
		for i := range names {
			names[i] = typed + "/" + names[i]
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// liveNames are the names of objects of a kind that can complete what is typed; of Actions it
// is what those of the open weeks are called.
func (t *Tool) liveNames(kind, begun string, taken []string) []string {
	names := t.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
		if kind == "action" {
			open, err := gather.OpenActions(ctx, c, namespace)
			return text.NamesOf(open, view.Objects{Actions: open}.Typed), err
		}
		empty := kinds[kind]
		if empty == nil {
			return nil, nil
		}
		list := empty()
		err := c.List(ctx, list, client.InNamespace(namespace))
		return gather.Names(list), err
	})
	return beginning(names, begun, taken)
}

// newCompletionInstall puts beside the plugin the script through which kubectl asks it for
// completions.
func newCompletionInstall(t *Tool) *cobra.Command {
	var folder string
	c := &cobra.Command{
		Use:   "install",
		Short: "Let kubectl complete what follows `kubectl praxis`",
		Long: `Write kubectl_complete-praxis, through which kubectl asks the plugin for completions, into the folder of the plugin or
another that is in PATH. The completion of kubectl itself has to be set up: kubectl completion --help.`,
		Example: `  kubectl praxis completion install`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if folder == "" {
				own, err := exec.LookPath("kubectl-praxis") // not where a link in PATH leads
				if err != nil {
					own, err = os.Executable()
				}
				if err != nil {
					return fmt.Errorf("cannot find where the plugin is; say where to write with --folder: %w", err)
				}
				folder = filepath.Dir(own)
			}
			path := filepath.Join(folder, "kubectl_complete-praxis")
			if err := os.WriteFile(path, []byte("#!/bin/sh\n# kubectl calls this to complete what follows `kubectl praxis`.\nexec kubectl praxis __complete \"$@\"\n"), 0o755); err != nil {
				return err
			}
			fmt.Fprintf(t.Out, "%s is written; it has to be in PATH\n", path)
			return nil
		},
	}
	c.Flags().StringVar(&folder, "folder", "", "where to write it (default: the folder of the plugin)")
	return c
}
