// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

func teamSummary(members []praxisv1.MemberLoad) string {
	var open, overdue int32
	for _, m := range members {
		open, overdue = open+m.OpenActions, overdue+m.OverdueActions
	}
	switch {
	case len(members) == 0:
		return "Nobody is in the Team; add members"
	case open == 0:
		return "Nothing is owed"
	case overdue == 0:
		return text.Actions(open) + " owed, none overdue"
	}
	return fmt.Sprintf("%s owed, %d overdue", text.Actions(open), overdue)
}
