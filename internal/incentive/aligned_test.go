// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAPolicyThatRewardsTheWrongThingIsToldSo(t *testing.T) {
	frozen := &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{{Name: "fix", Weight: 60, Parts: 1}, {Name: "roll-out-a", Weight: 40, Parts: 2, Parent: "roll-out"}}}
	step := func(ka string, tier praxisv1.Tier, duration praxisv1.Duration) praxisv1.Action {
		a := praxisv1.Action{Spec: praxisv1.ActionSpec{KeyActionRef: praxisv1.LocalReference{Name: ka}, Tier: tier, Target: 1, Duration: duration, Share: 5000, User: "ana"}}
		if tier == praxisv1.TierKey {
			a.Spec.Contribution = 2
		}
		return a
	}
	week := []praxisv1.Action{step("fix", praxisv1.TierFoundation, "1h"), step("fix", praxisv1.TierKey, "2h"), step("roll-out-a", praxisv1.TierKey, "2h")}
	basics := guarantee("security", praxisv1.RhythmWeekly, "30", 80)
	each := func(amount praxisv1.Amount, tier praxisv1.Tier) praxisv1.IncentiveRule {
		r := rate("each-"+string(amount), praxisv1.RhythmWeekly, amount, praxisv1.PerCompletion)
		r.Tiers = []praxisv1.Tier{tier}
		return r
	}
	enterprise := rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerUnit)
	enterprise.Level = praxisv1.LevelEnterprise
	for name, c := range map[string]struct {
		rules           []praxisv1.IncentiveRule
		reason, message string
	}{
		"what matters more earns more": {[]praxisv1.IncentiveRule{basics, rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerUnit)}, "Aligned", ""},
		"an hour of the basics earns more": {[]praxisv1.IncentiveRule{basics, each("10", praxisv1.TierFoundation), each("12", praxisv1.TierKey)}, "KeyPaysLess",
			"An hour of tier Foundation earns 10.00 EUR by rates and one of tier Key 6.00; raise the rate of Key, or make the other a guarantee"},
		"a KeyAction earns nothing": {[]praxisv1.IncentiveRule{basics, enterprise}, "KeyActionUnpaid",
			"No rule pays for the key work of KeyAction fix; add Key to the tiers of a rule, or one for its level"},
		"the basics are not secure": {[]praxisv1.IncentiveRule{rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerUnit)}, "NoSecurity",
			"There are steps of tier Foundation and no guarantee for them; add a rule with guarantee for that tier"},
		"feedback comes too late": {[]praxisv1.IncentiveRule{basics, rate("stay", praxisv1.RhythmLongTerm, "25", praxisv1.PerUnit)}, "FeedbackTooLate",
			"Tier Key has work every week and only rules of rhythm LongTerm; add one that is Weekly or Quarterly"},
	} {
		t.Run(name, func(t *testing.T) {
			reason, message := understood(t, "EUR", c.rules...).Alignment(frozen, week)
			if reason != c.reason || c.message != "" && message != c.message {
				t.Errorf("it is %s: %s\nwant %s: %s", reason, message, c.reason, c.message)
			}
		})
	}
}

func TestSomebodyWhomTooFewMayApproveIsNamed(t *testing.T) {
	spec := &praxisv1.IncentivePolicySpec{Approvers: praxisv1.Approvers{Users: []string{"ana", "ben", "hr"}, Count: 2}, AuthoredBy: "author"}
	for name, c := range map[string]struct {
		author string
		users  []string
		want   string
	}{
		"two others may":             {"author", []string{"ana", "cem"}, ""},
		"the author is one of three": {"hr", []string{"cem", "ana"}, "ana"},
		"nobody is paid":             {"hr", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			spec.AuthoredBy = c.author
			if got := TooFewApprovers(spec, c.users); got != c.want {
				t.Errorf("it names %q, want %q", got, c.want)
			}
		})
	}
}
