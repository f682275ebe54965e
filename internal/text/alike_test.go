// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import "testing"

func TestWhichNamesLookAlike(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"by case alone":                {"Ana@shop.example", "ana@shop.example", true},
		"one letter is Cyrillic":       {"ana@shop.example", "аna@shop.example", true},
		"all letters are Cyrillic":     {"cop", "сор", true},
		"one is Greek":                 {"mona", "mοna", true},
		"an upper-case one is Greek":   {"Bea", "Βea", true},
		"a digit for a letter":         {"otto", "ott0", true},
		"an i without its dot":         {"nina", "nına", true},
		"by the case of an i":          {"INA", "ina", true},
		"an upper-case Mu is Greek":    {"Mona", "Μona", true},
		"two letters for one":          {"mona", "rnona", true},
		"another letter":               {"ana", "ann", false},
		"another domain":               {"ana@shop.example", "ana@work.example", false},
		"an accent is seen":            {"ana", "aná", false},
		"two that are Cyrillic differ": {"анна", "анка", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Skeleton(c.a) == Skeleton(c.b); got != c.want {
				t.Errorf("%q and %q look alike: %v (%q, %q)", c.a, c.b, got, Skeleton(c.a), Skeleton(c.b))
			}
		})
	}
}

func TestWhichNamesMixAlphabets(t *testing.T) {
	for name, want := range map[string]bool{
		"ana@shop.example": false, "анна": false, "аna@shop.example": true, "анна@shop.example": false, "αna": true, "佐藤 taro": false, "joão-2": false, "": false,
	} {
		t.Run("of "+name, func(t *testing.T) {
			if MixesAlphabets(name) != want {
				t.Errorf("%q mixes: %v", name, !want)
			}
		})
	}
}
