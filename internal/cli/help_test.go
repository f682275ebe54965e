// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/praxis-dev/praxis/internal/cli/term"
)

// everyCommand are all commands of ours, with what they print for help.
func everyCommand(t *testing.T) map[*cobra.Command]string {
	t.Helper()
	t.Setenv("COLUMNS", "80")
	all := map[*cobra.Command]string{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Name() == "help" || c.Parent() != nil && c.Parent().Name() == "completion" && c.Name() != "install" {
			return // cobra's own
		}
		var out bytes.Buffer
		c.SetOut(&out)
		c.InitDefaultHelpFlag() // as when it is run
		if err := c.Help(); err != nil {
			t.Fatal(err)
		}
		all[c] = out.String()
		for _, below := range c.Commands() {
			walk(below)
		}
	}
	walk(New(newTool(genericiooptions.NewTestIOStreamsDiscard())))
	if len(all) < 35 {
		t.Fatalf("only %d commands were looked at", len(all))
	}
	return all
}

// One sentence says what a script can rely on, in every help and in the docs.
func TestEveryHelpSaysTheExitCodes(t *testing.T) {
	for c, help := range everyCommand(t) {
		if c.Runnable() && strings.Count(strings.Join(strings.Fields(help), " "), exitWords) != 1 {
			t.Errorf("%s\n%s", c.CommandPath(), help)
		}
	}
	var docs strings.Builder
	Markdown(&docs)
	if !strings.Contains(docs.String(), exitWords) {
		t.Error("the docs do not say it")
	}
}

func TestTheExitCodesNameEveryCommandThatFindsSomething(t *testing.T) {
	for _, command := range []string{"lint", "preview", "check", "source test", "measure try"} {
		if !strings.Contains(exitWords, command) {
			t.Errorf("%s is not named", command)
		}
	}
}

// What is to be typed is not broken, since it could not be copied then.
func TestHelpFitsACommonTerminal(t *testing.T) {
	for c, help := range everyCommand(t) {
		before, after, _ := strings.Cut(help, "\nUsage:\n")
		_, after, hasFlags := strings.Cut(after, "\nFlags:\n")
		if !hasFlags {
			t.Errorf("%s has no flags, not even --help:\n%s", c.CommandPath(), help)
		}
		for line := range strings.Lines(before + after) {
			if w := term.Columns(strings.TrimRight(line, "\n")); w > 80 {
				t.Errorf("%s has %d columns: %s", c.CommandPath(), w, line)
			}
		}
	}
}

func TestTheFlagsOfEveryCommandArePrintedOnce(t *testing.T) {
	for c, help := range everyCommand(t) {
		if strings.Contains(help, "--kubeconfig") || !strings.Contains(help, "options for the flags") {
			t.Errorf("%s\n%s", c.CommandPath(), help)
		}
	}
	s := &stage{user: "ana@shop.example"}
	out, _, err := s.run(t, "options")
	if err != nil || !strings.Contains(out, "--kubeconfig") || !strings.Contains(out, "--as ") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestWhatIsTypedWrongIsAnsweredWithWhatToType(t *testing.T) {
	for args, want := range map[string]string{
		"accept":                      "EVIDENCE is missing; write kubectl praxis accept EVIDENCE... [flags]",
		"lint":                        "PATH is missing; write kubectl praxis lint PATH... [flags]",
		"why":                         "KIND/NAME is missing; write kubectl praxis why KIND/NAME [flags]",
		"review a b":                  `"b" is more than it takes; write kubectl praxis review REVIEW [flags]`,
		"check all":                   `"all" is more than it takes; write kubectl praxis check [flags]`,
		"end":                         "UTILITY is missing; write kubectl praxis end UTILITY --week WEEK",
		"source test":                 "SOURCE is missing; write kubectl praxis source test SOURCE [flags]",
		"holidays CH --year next":     `--year takes whole numbers with commas between them, and not "next"; see kubectl praxis holidays --help`,
		"submit ship.ben -q two":      `--quantity takes a whole number, and not "two"; see kubectl praxis submit --help`,
		"tree --all=perhaps":          `--all takes true or false, and not "perhaps"; see kubectl praxis tree --help`,
		"tree --every":                "unknown flag: --every; see kubectl praxis tree --help",
		"week --week":                 "flag needs an argument: --week; see kubectl praxis week --help",
		"explain Blocked -o markdown": "",
	} {
		t.Run(args, func(t *testing.T) {
			s := &stage{user: "ana@shop.example"}
			if _, _, err := s.run(t, strings.Fields(args)...); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("it says %v, want %s", err, want)
			}
		})
	}
}

func TestAnEmptyStandardInputIsCalledSo(t *testing.T) {
	if _, _, err := offline(t, "", "lint", "-"); err == nil || !strings.HasPrefix(err.Error(), "no object of Praxis is in the standard input; ") {
		t.Errorf("it says %v", err)
	}
}

// Nothing of cobra's is said where a command has Args of its own.
func TestEveryCommandSaysWhatItTakes(t *testing.T) {
	for c := range everyCommand(t) {
		if c.Args == nil {
			continue
		}
		err := c.Args(c, slices.Repeat([]string{"x"}, 9))
		if err != nil && strings.Contains(err.Error(), "arg(s)") {
			t.Errorf("%s says %v", c.CommandPath(), err)
		}
	}
}
