// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"strings"
	"unicode"
)

// Printable keeps what people wrote from moving the cursor, breaking a line, or reading as
// something else: marks of the writing direction and other characters that nobody sees are left
// out, but for the two that join letters of some scripts or keep them apart.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner && r != zeroWidthNonJoiner:
			return -1
		}
		return r
	}, text)
}

const (
	zeroWidthNonJoiner = '\u200C'
	zeroWidthJoiner    = '\u200D'
)
