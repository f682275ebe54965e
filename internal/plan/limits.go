// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What the schema takes at most. What is listed to be read is cut to it; what figures are
// taken from never is, so that it is kept within its limit where it is planned.
const (
	// MaxTeams is how many an enterprise KeyAction is for.
	MaxTeams = 100
	// maxFannedOut is how many the enterprise KeyActions of a Utility are for, all together.
	// With the few that are of one Team it makes a week of less than 100 KiB, which is written
	// with every verdict, leaves room for what joins it, and is of no more Teams than a plan
	// freezes.
	maxFannedOut = 120
	// MaxJoined is how many KeyActions a week holds with those that joined it while it ran.
	MaxJoined = 384
	// maxRows is how many it holds with those that it only has work from before of.
	maxRows = 512
	// MaxOccurrences is how many an Action has.
	MaxOccurrences = 20
	// MaxAmendments is how often an Action is changed.
	MaxAmendments = 20
)

// checkTeams wants an enterprise KeyAction to be for no more Teams than its status can tell of.
func checkTeams(p *Programme, ka *praxisv1.KeyAction) *Problem {
	if teams := len(p.selectedTeams(ka)); teams > MaxTeams {
		return problem(praxisv1.ReasonTooManyTeams, "spec.teamSelector selects %d Teams and may select %d; select fewer, or write a second KeyAction for the rest", teams, MaxTeams).at("spec.teamSelector")
	}
	return nil
}
