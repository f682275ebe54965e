// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

// format is how a command prints: for people where it is empty.
type format string

const (
	asText format = ""
	asJSON format = "json"
	asYAML format = "yaml"
)

// addFormat adds -o to a command; given are what it knows beside the form for people.
func addFormat(c *cobra.Command, f *format, given ...format) {
	if len(given) == 0 {
		given = []format{asJSON, asYAML}
	}
	names := make([]string, len(given))
	for i, g := range given {
		names[i] = string(g)
	}
	usage := "print for people, or as " + strings.Join(slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "text" }), ", ")
	c.Flags().VarP(&formatFlag{f, names}, "output", "o", usage)
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)) // it exists
}

type formatFlag struct {
	value *format
	names []string
}

func (f *formatFlag) String() string { return string(*f.value) }
func (f *formatFlag) Type() string   { return "format" }
func (f *formatFlag) Set(text string) error {
	if text != "" && !slices.Contains(f.names, text) {
		return fmt.Errorf("give one of %s", strings.Join(f.names, ", "))
	}
	*f.value = format(text)
	return nil
}

// encode prints a model as JSON or YAML.
func encode(out io.Writer, f format, model any) error {
	if f == asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(model)
	}
	text, err := yaml.Marshal(model)
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}
