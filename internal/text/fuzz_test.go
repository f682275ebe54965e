// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// What people write stands in messages, and the API server refuses one that is too long.
func FuzzClip(f *testing.F) {
	for _, text := range []string{"", "a", "Two causes found", strings.Repeat("ü", MaxMessage+1), "\xff\xfe", "a\u0301e\u0301"} {
		f.Add(text, uint8(MaxSummary))
		f.Add(text, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		longest := int(n) + 1
		clipped := Clip(text, longest)
		if utf8.RuneCountInString(clipped) > longest {
			t.Errorf("%q has more than %d characters", clipped, longest)
		}
		if kept, cut := strings.CutSuffix(clipped, "…"); clipped != text && (!cut || utf8.ValidString(text) && !strings.HasPrefix(text, kept)) {
			t.Errorf("%q is no beginning of %q", clipped, text)
		}
		if Clip(clipped, longest) != clipped {
			t.Errorf("%q is clipped once more", clipped)
		}
		ActionName(text)
	})
}
