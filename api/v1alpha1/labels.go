// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Labels that generated objects carry where they apply. A value that is too long for a label
// is cut and ends in a hash; the full name is in the spec.
const (
	LabelUtility   = "praxis.dev/utility"
	LabelKeyAction = "praxis.dev/key-action"
	LabelCycle     = "praxis.dev/cycle"
	LabelWeek      = "praxis.dev/week"
	LabelTeam      = "praxis.dev/team"
	LabelMember    = "praxis.dev/member"
	LabelTier      = "praxis.dev/tier"
	LabelStep      = "praxis.dev/step"
)
