// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package reasons

import "testing"

func TestEveryReasonThatNeedsAFixSaysWhatFixesItAndHow(t *testing.T) {
	passive := map[string]bool{"NotDue": true, "CarriedOver": true, "Dropped": true, "Duplicate": true, "Open": true, "NotYet": true, "SignedOff": true}
	for _, s := range Sections {
		for _, row := range s.Rows {
			if row.Cause == "" || row.Of == "" {
				t.Errorf("%s of %s says neither cause nor kind", row.Reason, row.Condition)
			}
			if (row.Fix == "") != (row.Example == "") {
				t.Errorf("%s of %s has a fix without an example, or an example of nothing", row.Reason, row.Condition)
			}
			if row.Status != "True" && row.Fix == "" && !passive[row.Reason] {
				t.Errorf("%s of %s does not say what fixes it", row.Reason, row.Condition)
			}
		}
	}
}

func TestAReasonIsFoundIgnoringCase(t *testing.T) {
	if rows := Find("awaitingacceptance"); len(rows) != 2 {
		t.Errorf("%d rows, want those of OnTrack and of the gaps", len(rows))
	}
}
