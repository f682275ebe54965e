// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// The choices that this version knows. The schema refuses any other, unless it is of a newer
// release than the operator; guessing what was meant could plan something else.
var (
	knownTiers        = Tiers
	knownModes        = []praxisv1.AssignMode{praxisv1.AssignEach, praxisv1.AssignRotate, praxisv1.AssignLead, praxisv1.AssignMember}
	knownMissPolicies = []praxisv1.MissPolicy{praxisv1.MissCarryOver, praxisv1.MissDrop, praxisv1.MissEscalate}
)

// Tiers are all tiers, in the order in which work goes through them.
var Tiers = []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey}

// What the schema fills in, and what a week is judged by that was planned before there was such
// a field.
const (
	DefaultSlack       praxisv1.Duration = "4h"
	DefaultJudgeWithin praxisv1.Duration = "48h"
)

// unless is a duration, or nothing where it is the default, which says the same.
func unless(d, usual praxisv1.Duration) praxisv1.Duration {
	if d == usual {
		return ""
	}
	return d
}

// PolicyOf is the deviation policy of a KeyAction with the defaults of the schema
// filled in, for objects that no API server has seen.
func PolicyOf(ka *praxisv1.KeyAction) praxisv1.DeviationPolicy {
	p := *ka.Spec.Deviation.DeepCopy()
	p.Tolerance = cmp.Or(p.Tolerance, new(int32(10)))
	p.Critical = cmp.Or(p.Critical, new(int32(25)))
	p.MaxCarries = cmp.Or(p.MaxCarries, new(int32(2)))
	p.OnMiss = cmp.Or(p.OnMiss, praxisv1.MissCarryOver)
	p.Slack = cmp.Or(p.Slack, DefaultSlack)
	return p
}
