// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"strings"
	"unicode"
)

// lookAlikes are letters of other alphabets that are drawn as a Latin one is, after case is
// folded: those of Unicode's confusables that a person can type as a name.
var lookAlikes = map[rune]rune{
	// Cyrillic
	'а': 'a', 'в': 'b', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'һ': 'h', 'і': 'i', 'ј': 'j', 'к': 'k', 'ӏ': 'l', 'м': 'm', 'н': 'h',
	'о': 'o', 'р': 'p', 'ԛ': 'q', 'ѕ': 's', 'т': 't', 'у': 'y', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'ү': 'y', 'ь': 'b', 'г': 'r', 'п': 'n',
	// Greek
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'μ': 'm', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x',
	'γ': 'y', 'ω': 'w', 'ϲ': 'c', 'ϳ': 'j', 'ζ': 'z',
	// Armenian
	'օ': 'o', 'ս': 'u', 'ց': 'g', 'հ': 'h', 'ո': 'n', 'զ': 'q',
	// Latin, and digits
	'ı': 'i', 'ɑ': 'a', 'ɡ': 'g', 'ʏ': 'y', 'ſ': 's', '0': 'o', '1': 'l',
}

// alphabets are those of which no word uses more than one.
var alphabets = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Georgian}

// Skeleton is the same for names that look alike: it has one case, and of letters that are drawn
// alike the Latin one.
func Skeleton(name string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if latin, alike := lookAlikes[r]; alike {
			return latin
		}
		return r
	}, strings.ToUpper(name)) // first to upper case: some letters have two lower ones
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
