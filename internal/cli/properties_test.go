// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What is typed behind --decide is refused, or is a decision with a reason on a known Action.
// These are no fuzz targets, since all that kubectl is made of would be compiled for them.
func TestWhateverIsTypedAsADecisionIsRefusedOrOneOnAKnownAction(t *testing.T) {
	known := []string{"checkout-2026-w48.fix.ship.ben", "checkout-2026-w48.fix.call.ben.w47"}
	actions := make([]praxisv1.Action, len(known))
	for i := range actions {
		actions[i].Name = known[i]
	}
	part := rapid.OneOf(rapid.SampledFrom([]string{"ship.ben", "call.ben", "=", ",", "Drop", "Reassign", "member=ana", "reason=", "dueAt=2026-12-01T12:00:00Z", ".w47"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "parts"), "")
		d, err := (&reviewOptions{}).decision(text, &praxisv1.Review{}, actions)
		if err == nil && (d.Action != known[0] && d.Action != known[1] || d.Reason == "") {
			t.Fatalf("%q decides %+v", text, d)
		}
	})
}

func TestAnyNameOfAFileBecomesOneThatAnArtifactMayHave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.String().Draw(t, "base")
		name := artifactName(base)
		if name == "" || len(name) > 30 || strings.Trim(name, "-") != name || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Fatalf("%q becomes %q", base, name)
		}
	})
}
