// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"strings"
	"testing"
	"unicode/utf8"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestWhatIsTooLongForAStatusDoesNotKeepTheCountsFromBeingWritten(t *testing.T) {
	long := strings.Repeat("ü", 1000)
	event := praxisv1.SourceEvent{Outcome: praxisv1.SourceRefused, ID: long, Rule: long, Evidence: long, Message: long}
	tally, status := Tally{}, praxisv1.EvidenceSourceStatus{}
	tally.Add([]praxisv1.SourceEvent{event})
	tally.Into(&status)
	e := status.LastEvents[0]
	for most, has := range map[int][]string{300: {e.Message}, 253: {e.ID, e.Evidence}, 30: {e.Rule}} {
		for _, text := range has {
			if n := utf8.RuneCountInString(text); n != most {
				t.Errorf("%d characters are kept, of %d", n, most)
			}
		}
	}
	if event.Message != long || status.Counts.Refused != 1 {
		t.Errorf("it counts %+v", status.Counts)
	}
}
