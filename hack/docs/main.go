// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command docs writes the parts of the documentation that are generated from the code: docs/cli.md from
// the commands of the plugin, the tables of docs/reference.md from internal/reasons, and
// the schemas for editors from the definitions. docs/api.md is made by crd-ref-docs.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/praxis-dev/praxis/internal/cli"
	"github.com/praxis-dev/praxis/internal/reasons"
)

// The tables stand between these lines of docs/reference.md.
const (
	begin = "<!-- reasons: made from internal/reasons by make generate -->\n"
	end   = "<!-- end of reasons -->\n"
)

func main() {
	docs, schemas := "docs", filepath.Join("config", "crd", "schemas")
	if len(os.Args) > 2 { // elsewhere, to compare
		docs, schemas = os.Args[1], os.Args[2]
	}
	if err := errors.Join(write(docs), writeSchemas(schemas)); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	var commands bytes.Buffer
	cli.Markdown(&commands)
	if err := os.WriteFile(filepath.Join(folder, "cli.md"), commands.Bytes(), 0o644); err != nil {
		return err
	}
	reference, err := os.ReadFile(filepath.Join("docs", "reference.md"))
	if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(reference, []byte(begin))
	_, after, ended := bytes.Cut(rest, []byte(end))
	if !found || !ended {
		return fmt.Errorf("docs/reference.md does not say where the reasons stand: %q and %q", begin, end)
	}
	text := bytes.Join([][]byte{before, []byte(begin), []byte("\n" + reasons.Markdown() + "\n"), []byte(end), after}, nil)
	return os.WriteFile(filepath.Join(folder, "reference.md"), text, 0o644)
}
