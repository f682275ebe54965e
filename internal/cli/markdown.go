// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"strings"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/cli/term"
)

// Markdown writes the reference of all commands, from the commands themselves.
func Markdown(out io.Writer) {
	root := New(newTool(genericiooptions.NewTestIOStreamsDiscard()))
	fmt.Fprint(out, `# kubectl praxis

<!-- Made from the commands by make generate; the examples run in a test. -->

The plugin is one program, `+"`kubectl-praxis`"+`; put it into a folder of your PATH and kubectl finds it:

`+"```sh"+`
go build -o /usr/local/bin/kubectl-praxis ./cmd/kubectl-praxis
kubectl praxis completion install
`+"```"+`

It acts as the user of your kubeconfig, or of `+"`--as`"+`, and takes the flags of kubectl: `+"`-n`, `--context`, `--kubeconfig`"+`. What you may
not do with kubectl you may not do with it. Where it prints for people, columns fit the terminal, colours are used only on a terminal and
not with `+"`NO_COLOR`"+`, and `+"`-o json`"+` or `+"`-o yaml`"+` print the same as data. `+exitWords+`

Where the operator runs in simulated time, `+"`PRAXIS_CLOCK_START`, `PRAXIS_CLOCK_EPOCH`, `PRAXIS_CLOCK_SPEED` and `PRAXIS_CLOCK_UNTIL`"+` tell the plugin
how its clock runs, in the form that the operator's flags take.
`)
	for _, group := range root.Groups() {
		fmt.Fprintf(out, "\n## %s\n", strings.TrimSuffix(group.Title, ":"))
		for _, c := range root.Commands() {
			if c.GroupID != group.ID || c.Name() == "help" {
				continue
			}
			if c.Name() == "completion" { // it is cobra's own and describes nothing of ours
				c, _, _ = c.Find([]string{"install"}) // it exists
			}
			for _, c := range runnable(c) {
				term.Markdown(out, c)
			}
		}
	}
}

// runnable are a command and those below it that do something.
func runnable(c *cobra.Command) (all []*cobra.Command) {
	if c.Runnable() && !c.HasSubCommands() || c.RunE != nil && c.Example != "" {
		all = append(all, c)
	}
	for _, below := range c.Commands() {
		all = append(all, runnable(below)...)
	}
	return all
}
