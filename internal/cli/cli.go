// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cli is the kubectl plugin. A command reads objects, asks internal/view,
// internal/lint or internal/plan what they mean, and prints that; it decides nothing itself,
// so that it never contradicts the operator.
//
// The files: cli.go (entry and exit codes), help.go (what commands say of themselves), tool.go (what
// every command is given), and one file for each command. Package term, below this one, does the printing.
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
	exitFindings = 1 // it ran, and found something wrong
	exitFailed   = 2 // it could not run
)

// exitWords say so in the help of each command and in the docs.
const exitWords = "The exit code is 0 where all is well, 1 where lint, preview, check, source test or measure try found something, and 2 where a command could not do what it was asked."

// errFindings ends a command that has already said what it found.
var errFindings = errors.New("findings")

// Main runs the plugin and returns its exit code. When it is called as kubectl-praxis, the
// usage text says `kubectl praxis`, since that is what people type.
func Main(program string, args []string, in io.Reader, out, errOut io.Writer) int {
	// Errors are reported once, by the command.
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
	cobra.EnableCommandSorting = false // keep the order in which people need them
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
	root.SetHelpTemplate(helpTemplate)
	root.SetUsageTemplate(usageTemplate)
	root.SetFlagErrorFunc(wrongFlag)
	root.SetHelpCommandGroupID("other")
	root.SetCompletionCommandGroupID("other")
	in := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	in("see", newTree(t), newWeek(t), newMine(t), newShow(t), newWhy(t), newQuarter(t), newPay(t), newReport(t), newMeasure(t), newDashboard(t), newExplain(t))
	in("do", newSubmit(t), newRetract(t), newAccept(t), newReject(t), newReview(t), newReassign(t), newSplit(t), newEnd(t), newSuspend(t), newResume(t))
	in("files", newLint(t), newPreview(t), newSource(t), newHolidays(t))
	in("other", newCheck(t), newOptions(t), newVersion(t))
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.AddCommand(newCompletionInstall(t))
		}
	}
	speaking(root)
	return root
}
