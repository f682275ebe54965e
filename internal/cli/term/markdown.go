// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Markdown writes the reference of a command: its description, its examples and its own
// flags.
func Markdown(out io.Writer, c *cobra.Command) {
	fmt.Fprintf(out, "\n### %s\n\n%s.\n\n```\n%s\n```\n\n%s\n", strings.TrimPrefix(c.CommandPath(), c.Root().CommandPath()+" "), c.Short, c.UseLine(), c.Long)
	fmt.Fprintf(out, "\n```sh\n%s\n```\n", outdent(c.Example))
	rows := []string{}
	c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		usage := f.Usage
		if !slices.Contains([]string{"", "0", "false", "[]", "none"}, f.DefValue) {
			usage += " (default " + f.DefValue + ")"
		}
		rows = append(rows, fmt.Sprintf("| %s | %s |\n", name, strings.ReplaceAll(usage, "|", `\|`)))
	})
	if len(rows) > 0 {
		fmt.Fprint(out, "\n| Flag | |\n|---|---|\n"+strings.Join(rows, ""))
	}
}

func outdent(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}
