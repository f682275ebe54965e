// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/praxis-dev/praxis/internal/chain"
)

// exported is one closed week without any work.
func exported(t *testing.T) (text, root string) {
	t.Helper()
	closed, err := chain.Root(chain.Week{Cycle: "checkout-2026-w48", PlanHash: "5e1f"})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"items": [{
		"kind": "WeeklyCycle", "metadata": {"namespace": "shop", "name": "checkout-2026-w48"},
		"spec": {"utilityRef": {"name": "checkout"}, "week": "2026-W48"},
		"status": {"conditions": [{"type": "Closed", "status": "True"}], "plan": {"hash": "5e1f"}, "evidence": {"count": 0, "root": %q, "version": 1}}}]}`, closed.Root), closed.Root
}

func TestWhatIsVerifiedIsSaidAndWhatIsNotFails(t *testing.T) {
	text, root := exported(t)
	another := strings.Repeat("0", 64)
	for name, c := range map[string]struct {
		args []string
		in   string
		code int
		says string
	}{
		"nothing is kept elsewhere":       {nil, text, 0, "shop/checkout: 2026-W48 to 2026-W48, its chain begins with 2026-W48; root " + root + "\n1 closed week verified\n"},
		"the root that was kept":          {[]string{"--expect", "shop/checkout=" + root}, text, 0, "1 closed week verified"},
		"and its week":                    {[]string{"--expect", "shop/checkout=" + root + "@2026-W48"}, text, 0, "1 closed week verified"},
		"another root":                    {[]string{"--expect", "shop/checkout=" + another}, text, 1, "shop/checkout: its chain begins anew with 2026-W48, and no week of it has the root that was kept"},
		"a goal that is gone":             {[]string{"--expect", "desk/answers=" + root}, text, 1, "desk/answers: it has no closed week"},
		"a plan that was changed":         {nil, strings.Replace(text, "5e1f", "5e1e", 1), 1, "shop/checkout-2026-w48: its Actions, evidence, verdicts or plan are not those that it was closed with"},
		"what is no export":               {nil, "items: []", 2, "praxis-verify: the export is not a list in JSON"},
		"an expectation without a root":   {[]string{"--expect", "shop/checkout"}, text, 2, `--expect "shop/checkout" is not NAMESPACE/UTILITY=ROOT[@WEEK]`},
		"an expectation with half a root": {[]string{"--expect", "shop/checkout=" + root[:10]}, text, 2, "with a root of 64 hex digits"},
		"an unknown flag":                 {[]string{"--expected"}, text, 2, "unknown flag: --expected"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if code := run(c.args, strings.NewReader(c.in), &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
				t.Errorf("it exits with %d and says %q, want %d and %q", code, out.String(), c.code, c.says)
			}
		})
	}
}
