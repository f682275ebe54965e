// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// sure is in how many of a hundred weeks a first alarm named what was really wrong, by the reason
// of its first gap, as make truth measures it and docs/truth.md has it.
var sure = map[string]int32{
	praxisv1.ReasonNoEvidence: 86, praxisv1.ReasonJudgeLate: 86, praxisv1.ReasonRejected: 16, praxisv1.ReasonOverloaded: 99,
}
