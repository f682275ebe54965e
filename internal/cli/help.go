// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/praxis-dev/praxis/internal/cli/term"
)

// Where output is no terminal, help is as wide as a common one; on a wide one, lines end where
// they are still easy to read.
const (
	helpWidth    = 80
	maxHelpWidth = 100
)

// The help of a command: what it does, the exit codes, and how it is used. The flags that every
// command takes are not repeated below each.
const (
	helpTemplate = `{{with (or .Long .Short)}}{{prose $ .}}

{{end}}{{if .Runnable}}{{prose $ exitWords}}

{{end}}{{if or .Runnable .HasSubCommands}}{{.UsageString}}{{end}}`

	usageTemplate = `Usage:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [command]{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}{{$cmds := .Commands}}{{range $group := .Groups}}

{{$group.Title}}{{range $cmds}}{{if (and (eq .GroupID $group.ID) (or .IsAvailableCommand (eq .Name "help")))}}
{{listed .}}{{end}}{{end}}{{end}}{{if not .AllChildCommandsHaveGroup}}

Commands:{{range $cmds}}{{if (and (eq .GroupID "") .IsAvailableCommand)}}
{{listed .}}{{end}}{{end}}{{end}}{{end}}{{with ownFlags .}}

Flags:
{{.}}{{end}}{{if .HasAvailableSubCommands}}

{{prose . (printf "See %s COMMAND --help for more about one of them." .CommandPath)}}{{end}}

{{prose . (printf "See %s options for the flags that every command takes, such as -n and --as." .Root.DisplayName)}}
`
)

func init() { // cobra keeps the functions of its templates for all commands
	cobra.AddTemplateFuncs(map[string]any{
		"prose":     prose,
		"exitWords": func() string { return exitWords },
		"listed": func(c *cobra.Command) string {
			return term.Wrap("  "+c.Name()+strings.Repeat(" ", max(c.NamePadding()-len(c.Name()), 0)+1), c.Short, widthOf(c))
		},
		"ownFlags": func(c *cobra.Command) string {
			return strings.TrimRight(c.LocalNonPersistentFlags().FlagUsagesWrapped(widthOf(c)), "\n")
		},
	})
}

// widthOf is the width of the help of a command.
func widthOf(c *cobra.Command) int {
	if width := term.NewScreen(c.OutOrStdout()).Width; width > 0 {
		return min(width, maxHelpWidth)
	}
	return helpWidth
}

// prose breaks paragraphs at the edge of the screen, wherever they were broken in the source. What
// is indented is to be typed, and stays as it is.
func prose(c *cobra.Command, says string) string {
	var out []string
	for paragraph := range strings.SplitSeq(strings.TrimSpace(says), "\n\n") {
		if strings.HasPrefix(paragraph, "\t") {
			out = append(out, paragraph)
			continue
		}
		out = append(out, term.Wrap("", strings.Join(strings.Fields(paragraph), " "), widthOf(c)))
	}
	return strings.Join(out, "\n\n")
}

// newOptions prints the flags that every command takes.
func newOptions(t *Tool) *cobra.Command {
	return &cobra.Command{
		Use:   "options",
		Short: "Print the flags that every command takes",
		Long: `Print the flags that every command takes: which cluster is asked, which namespace is meant, and as whom. They are those
of kubectl.`,
		Example: `  kubectl praxis options`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(t.Out, c.InheritedFlags().FlagUsagesWrapped(widthOf(c)))
			return err
		},
	}
}

// speaking lets a command, and those below it, say what it wants where it is given something else.
func speaking(c *cobra.Command) {
	if fits := c.Args; fits != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if fits(c, args) == nil {
				return nil
			}
			return wrongArgs(c, args)
		}
	}
	for _, below := range c.Commands() {
		speaking(below)
	}
}

// wrongArgs says what is missing, or is too much, by how a command is used.
func wrongArgs(c *cobra.Command, args []string) error {
	var needed []string
	for _, word := range strings.Fields(c.Use)[1:] {
		if strings.HasPrefix(word, "[") || strings.HasPrefix(word, "-") {
			break
		}
		needed = append(needed, strings.TrimSuffix(word, "..."))
	}
	if len(args) < len(needed) {
		return fmt.Errorf("%s is missing; write %s", needed[len(args)], c.UseLine())
	}
	return fmt.Errorf("%q is more than it takes; write %s", args[len(args)-1], c.UseLine())
}

// wrongFlag says what a flag takes.
func wrongFlag(c *cobra.Command, err error) error {
	if wrong, is := errors.AsType[*pflag.InvalidValueError](err); is {
		wants := map[string]string{
			"int": "a whole number", "int32": "a whole number", "int64": "a whole number", "ints": "whole numbers with commas between them", "intSlice": "whole numbers with commas between them",
			"float64": "a number", "bool": "true or false", "duration": "a duration like 90s", "time": "an instant",
		}[wrong.GetFlag().Value.Type()]
		if wants != "" {
			return fmt.Errorf("--%s takes %s, and not %q; see %s --help", wrong.GetFlag().Name, wants, wrong.GetValue(), c.CommandPath())
		}
		return err
	}
	return fmt.Errorf("%w; see %s --help", err, c.CommandPath())
}
