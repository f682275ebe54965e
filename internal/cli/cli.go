// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cli is the kubectl plugin. A command reads objects, asks internal/view,
// internal/lint or internal/plan what they say, and prints it; it decides nothing
// itself, so that it never says anything else than the operator does.
//
// The files: cli.go (entry and exit codes), tool.go (what every command is given),
// and one file a command. How something is printed is in the package term below.
package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
)

// Exit codes of every command.
const (
	exitClean    = 0
	exitFindings = 1 // it ran, and what it looked at is not as it should be
	exitFailed   = 2 // it could not run
)

// errFindings ends a command that has already said what it found.
var errFindings = errors.New("findings")

// Main runs the plugin and returns its exit code. Called as kubectl-praxis, usage
// reads `kubectl praxis`, since that is what people type.
func Main(program string, args []string, in io.Reader, out, errOut io.Writer) int {
	// What goes wrong is said once, by the command.
	ctrl.SetLogger(logr.Discard())
	klog.SetLogger(logr.Discard())
	streams := genericiooptions.IOStreams{In: in, Out: out, ErrOut: errOut}
	root := New(newTool(streams))
	root.SetArgs(args)
	if !strings.HasPrefix(filepath.Base(program), "kubectl-") {
		delete(root.Annotations, cobra.CommandDisplayNameAnnotation)
	}
	err := root.Execute()
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	}
	fmt.Fprintln(errOut, "Error:", err)
	return exitFailed
}

// New makes the command tree.
func New(t *Tool) *cobra.Command {
	cobra.EnableCommandSorting = false // in the order in which people need them
	root := &cobra.Command{
		Use:   "kubectl-praxis",
		Short: "See how goals are carried out, do what you owe, and check goals before they are applied",
		Annotations: map[string]string{
			cobra.CommandDisplayNameAnnotation: "kubectl praxis",
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(t.In)
	root.SetOut(t.Out)
	root.SetErr(t.ErrOut)
	t.Flags.AddFlags(root.PersistentFlags())
	_ = root.RegisterFlagCompletionFunc("namespace", t.completeNamespaces) // it exists
	t.simulated.add(root.PersistentFlags())
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return t.setClock() }
	root.AddGroup(
		&cobra.Group{ID: "see", Title: "See:"},
		&cobra.Group{ID: "do", Title: "Do:"},
		&cobra.Group{ID: "files", Title: "Without a cluster:"},
		&cobra.Group{ID: "other", Title: "Other:"},
	)
	root.SetHelpCommandGroupID("other")
	root.SetCompletionCommandGroupID("other")
	in := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	in("see", newTree(t), newWeek(t), newMine(t), newWhy(t), newExplain(t))
	in("do", newSubmit(t), newAccept(t), newReject(t), newReview(t))
	in("files", newLint(t), newPreview(t))
	in("other", newCheck(t), newVersion(t))
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.AddCommand(newCompletionInstall(t))
		}
	}
	return root
}
