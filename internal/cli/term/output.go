// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

// Format is how a command prints; empty means for people.
type Format string

// The formats that most commands know.
const (
	Text Format = ""
	JSON Format = "json"
	YAML Format = "yaml"
)

// AddFormat adds -o to a command; given are the formats that it has besides the one for
// people.
func AddFormat(c *cobra.Command, f *Format, given ...Format) {
	if len(given) == 0 {
		given = []Format{JSON, YAML}
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
	value *Format
	names []string
}

func (f *formatFlag) String() string { return string(*f.value) }
func (f *formatFlag) Type() string   { return "format" }
func (f *formatFlag) Set(text string) error {
	if text != "" && !slices.Contains(f.names, text) {
		return fmt.Errorf("give one of %s", strings.Join(f.names, ", "))
	}
	*f.value = Format(text)
	return nil
}

// Encode prints a model as JSON or YAML.
func Encode(out io.Writer, f Format, model any) error {
	if f == JSON {
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
