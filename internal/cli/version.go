// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/version"
)

func newVersion(t *Tool) *cobra.Command {
	var f term.Format
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the plugin",
		Long:  `Print the version of the plugin.`,
		Example: `  kubectl praxis version

  kubectl praxis version -o json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info := map[string]string{"version": version.Version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
			if f != term.Text {
				return term.Encode(t.Out, f, info)
			}
			_, err := fmt.Fprintf(t.Out, "praxis %s (%s, %s)\n", info["version"], info["go"], info["platform"])
			return err
		},
	}
	term.AddFormat(c, &f)
	return c
}
