// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command kubectl-praxis is the plugin for kubectl: `kubectl praxis`. docs/cli.md
// tells what it can do.
package main

import (
	"os"
	_ "time/tzdata" // zones are known on hosts that have no zone files

	"github.com/praxis-dev/praxis/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[0], os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
