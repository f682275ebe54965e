// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"strings"
	"unicode"

	"github.com/mtibben/confusables"
	"golang.org/x/text/cases"
)

// alphabets are those of which no word uses more than one.
var alphabets = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Georgian}

// Skeleton is the same for names that look alike, by the confusables of Unicode (UTS 39), and for
// those that differ by case alone. A letter of another alphabet may look like a Latin one in
// upper case only, so case is folded in between.
func Skeleton(name string) string {
	lower := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII {
			return unicode.ToLower(r)
		}
		return r
	}, name)
	return confusables.Skeleton(cases.Fold().String(confusables.Skeleton(lower)))
}

// MixesAlphabets reports whether a word of a name has letters of more than one alphabet. That
// one word is of another than the next, such as a domain, is usual.
func MixesAlphabets(name string) bool {
	var seen *unicode.RangeTable
	for _, r := range name {
		if !unicode.IsLetter(r) {
			seen = nil
			continue
		}
		for _, alphabet := range alphabets {
			if !unicode.Is(alphabet, r) {
				continue
			}
			if seen != nil && seen != alphabet {
				return true
			}
			seen = alphabet
		}
	}
	return false
}
