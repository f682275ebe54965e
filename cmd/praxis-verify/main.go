// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command praxis-verify reports whether closed weeks are unchanged since they were closed:
//
//	kubectl get weeklycycles,actions,evidence -A -o json | praxis-verify
//
// With utilities, reviews and incentivestatements in the export it also recomputes what was paid,
// and says which line differs.
//
// It prints where each chain begins and ends, with its root. A root that was kept elsewhere
// is compared with --expect NAMESPACE/UTILITY=ROOT or NAMESPACE/UTILITY=ROOT@WEEK, as often
// as there are roots. It exits with 1 where something is not as it was, and with 2 where it
// cannot tell.
package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/praxis-dev/praxis/internal/chain"
	"github.com/praxis-dev/praxis/internal/incentive"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, in io.Reader, out, errs io.Writer) int {
	flags := pflag.NewFlagSet("praxis-verify", pflag.ContinueOnError)
	flags.SetOutput(errs)
	expect := flags.StringArray("expect", nil, "a root that was kept, `NAMESPACE/UTILITY=ROOT[@WEEK]`; fails where the chain does not reach it")
	if err := flags.Parse(args); err != nil {
		fmt.Fprintln(errs, "praxis-verify:", err)
		return 2
	}
	code, err := verify(*expect, in, out)
	if err != nil {
		fmt.Fprintln(errs, "praxis-verify:", err)
		return 2
	}
	return code
}

// verify returns 1 where something is not as it was, and an error where that cannot be said.
func verify(expect []string, in io.Reader, out io.Writer) (code int, err error) {
	kept, err := read(expect)
	if err != nil {
		return 0, err
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return 0, err
	}
	exports, err := chain.ReadExport(bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	weeks, changed := closedWeeks(exports, out)
	missed := unreached(kept, exports, out)
	wrong, err := statements(text, out)
	if err != nil {
		return 0, err
	}
	noun := "weeks"
	if weeks == 1 {
		noun = "week"
	}
	fmt.Fprintf(out, "%d closed %s verified\n", weeks, noun)
	if changed || missed || wrong {
		return 1, nil
	}
	return 0, nil
}

// closedWeeks verifies those of all namespaces, and says how far each chain goes.
func closedWeeks(exports map[string]*chain.Export, out io.Writer) (weeks int, wrong bool) {
	for _, namespace := range slices.Sorted(maps.Keys(exports)) {
		verified, findings := chain.Verify(*exports[namespace])
		weeks += verified
		for _, f := range findings {
			fmt.Fprintf(out, "%s/%s: %s\n", namespace, f.Cycle, f.Message)
			wrong = true
		}
		for _, c := range chain.Chains(*exports[namespace]) {
			begins := "goes on from a week before"
			if c.Anew {
				begins = "begins with " + c.First
			}
			fmt.Fprintf(out, "%s/%s: %s to %s, its chain %s; root %s\n", namespace, c.Utility, c.First, c.Last, begins, c.Root)
		}
	}
	return weeks, wrong
}

// unreached says which chains do not reach a root that was kept.
func unreached(kept []expected, exports map[string]*chain.Export, out io.Writer) (missed bool) {
	for _, k := range kept {
		var x chain.Export
		if there := exports[k.namespace]; there != nil {
			x = *there
		}
		if wrong := chain.Reaches(x, k.Kept); wrong != "" {
			fmt.Fprintf(out, "%s/%s: %s\n", k.namespace, k.Utility, wrong)
			missed = true
		}
	}
	return missed
}

// statements verifies those of an export that has any.
func statements(text []byte, out io.Writer) (wrong bool, err error) {
	exports, err := incentive.ReadExport(bytes.NewReader(text))
	if err != nil {
		return false, err
	}
	verified, there := 0, 0
	for _, namespace := range slices.Sorted(maps.Keys(exports)) {
		there += exports[namespace].Statements()
		n, findings, notes := exports[namespace].Verify()
		verified += n
		for _, note := range notes {
			fmt.Fprintf(out, "%s/%s: %s\n", namespace, note.Statement, note.Message)
		}
		for _, f := range findings {
			fmt.Fprintf(out, "%s/%s: %s\n", namespace, f.Statement, f.Message)
			wrong = true
		}
	}
	if there > 0 {
		fmt.Fprintf(out, "%d of %d statements verified\n", verified, there)
	}
	return wrong, nil
}

type expected struct {
	namespace string
	chain.Kept
}

// read reads NAMESPACE/UTILITY=ROOT[@WEEK].
func read(values []string) ([]expected, error) {
	var kept []expected
	for _, value := range values {
		of, root, found := strings.Cut(value, "=")
		namespace, utility, both := strings.Cut(of, "/")
		root, week, _ := strings.Cut(root, "@")
		if !found || !both || namespace == "" || utility == "" || len(root) != 64 {
			return nil, fmt.Errorf("--expect %q is not NAMESPACE/UTILITY=ROOT[@WEEK], with a root of 64 hex digits as it is printed", value)
		}
		kept = append(kept, expected{namespace, chain.Kept{Utility: utility, Root: root, Week: week}})
	}
	return kept, nil
}
