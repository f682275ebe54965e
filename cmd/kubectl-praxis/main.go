// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command kubectl-praxis is the plugin for kubectl: `kubectl praxis`. Its commands are
// described in docs/cli.md.
package main

import (
	"os"
	_ "time/tzdata" // so that time zones load on hosts without zone files

	"github.com/praxis-dev/praxis/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[0], os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
