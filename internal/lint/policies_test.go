// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAPolicyIsHeldAgainstTheGoalsBesideIt(t *testing.T) {
	read := func(path ...string) string {
		text, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "config", "samples"}, path...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	goals, euros := read("platform.yaml"), read("incentives", "euros.yaml")
	const rate = `    rate: {amount: "25", per: Unit}`
	for name, c := range map[string]struct {
		change []string
		more   string
		want   string
	}{
		"as it is": {},
		"a unit that is no currency": {change: []string{"unit: EUR", "unit: EUX"},
			want: `InvalidSpec: spec.unit: "EUX" is no currency of ISO 4217; write one like EUR, or points`},
		"one without minor digits":              {change: []string{"unit: EUR", "unit: JPY"}},
		"a cap in parts of one":                 {change: []string{"unit: EUR", "unit: JPY", `cap: "2500"`, `cap: "2500.5"`}, want: "InvalidSpec: spec.cap: 2500.5 has more than the 0 decimals of its unit; round it"},
		"one with three":                        {change: []string{"unit: EUR", "unit: KWD", `cap: "2500"`, `cap: "2500.125"`}},
		"bands out of order":                    {change: []string{`{from: 80, factor: "1"}, {from: 100, factor: "1.5"}`, `{from: 100, factor: "1.5"}, {from: 80, factor: "1"}`}, want: "write bands in rising order of from, each from once"},
		"a band twice":                          {change: []string{"{from: 100,", "{from: 80,"}, want: "write bands in rising order of from, each from once"},
		"a band above 100":                      {change: []string{"{from: 100,", "{from: 120,"}, want: "120 is more than 100; write 0 to 100"},
		"a cap of zero":                         {change: []string{`cap: "2500"`, `cap: "0"`}, want: "a cap of zero pays nothing; leave it out for no limit, or set shadow to only show what would be paid"},
		"more approvals than there are":         {change: []string{"count: 2", "count: 4"}, want: "count is more than there are users; name more, or ask for fewer"},
		"approvers who are all paid":            {change: []string{"hr@example.com, cfo@example.com, coo@example.com", "jonas@example.com, priya@example.com"}, want: "TooFewApprovers: Fewer than 2 of the approvers may approve the statement of jonas@example.com, since nobody approves one's own; name more"},
		"a Utility that is not there":           {change: []string{"name: safe-deploys}", "name: safe-deploy}"}, want: "ReferenceNotFound: Utility safe-deploy is not in the namespace; create it, or correct the name"},
		"two policies for one Utility":          {more: strings.Replace(euros, "safe-deploys-eur", "second", 1), want: "InvalidSpec: IncentivePolicy safe-deploys-eur pays for Utility safe-deploys in EUR already, and the same work would be paid twice; add the rules to it"},
		"the basics earn more than the key":     {change: []string{`guarantee: {amount: "30", floor: 80}`, `rate: {amount: "500", per: Completion}`}, want: "KeyPaysLess: An hour of tier "},
		"a KeyAction whose key work earns none": {change: []string{"  - name: drive\n    tiers: [Key]", "  - name: drive\n    level: Enterprise\n    tiers: [Key]", "  - name: stay\n    tiers: [Key]", "  - name: stay\n    level: Enterprise\n    tiers: [Key]"}, want: "KeyActionUnpaid: No rule pays for the key work of KeyAction "},
		"basics that are not secure":            {change: []string{"tiers: [Foundation, Intermediate]", "tiers: [Intermediate]"}, want: "NoSecurity: There are steps of tier Foundation and no guarantee for them; add a rule with guarantee for that tier"},
		"feedback that comes too late":          {change: []string{"rhythm: Quarterly\n" + rate, "rhythm: LongTerm\n    release: {quarters: 2, onLeave: Release}\n" + rate}, want: "FeedbackTooLate: Tier Key has work every week and only rules of rhythm LongTerm; add one that is Weekly or Quarterly"},
		"neither guarantee nor rate":            {change: []string{rate + "\n", ""}, want: "guarantee"},
		"a long term without an end":            {change: []string{"    release: {quarters: 4, onLeave: Forfeit}\n", ""}, want: "release"},
	} {
		t.Run(name, func(t *testing.T) {
			got := lines(lint(t, goals+"---\n"+strings.NewReplacer(c.change...).Replace(euros)+"---\n"+c.more, ""))
			if c.want == "" && strings.Contains(got, "IncentivePolicy") || !strings.Contains(got, c.want) {
				t.Errorf("it finds %q, want %q", got, c.want)
			}
		})
	}
}
