// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestAMemberIsCalledByANameThatIsWhatItLooksLike(t *testing.T) {
	for name, c := range map[string]struct{ displayName, refused string }{
		"in Latin letters":                  {"Ana Souza-Möller", ""},
		"in Chinese":                        {"王小明", ""},
		"in Arabic":                         {"محمد علي", ""},
		"in Persian, with a non-joiner":     {"می\u200cخواهم", ""},
		"64 emoji":                          {strings.Repeat("🦊", 64), ""},
		"a family of emoji":                 {"👨\u200d👩\u200d👧", ""},
		"65 characters":                     {strings.Repeat("a", 65), "may not be more than 64"},
		"nothing":                           {"", "at least 1"},
		"white space at an end":             {"Ana ", "begins or ends with white space"},
		"white space alone":                 {"\u3000", "begins or ends with white space"},
		"joiners alone":                     {"\u200d\u200c", "a character that nobody sees"},
		"a letter that fills a syllable":    {"A\u3164", "a character that nobody sees"},
		"a soft hyphen":                     {"A\u00adna", "a character that nobody sees"},
		"a control character":               {"An\u0007a", "a character that nobody sees"},
		"a line break":                      {"Ana\nleads", "a character that nobody sees"},
		"a mark that turns what follows":    {"Ana \u202eazuoS", "a character that nobody sees"},
		"a mark of right to left":           {"\u200fAna", "a character that nobody sees"},
		"a space that takes no room":        {"An\u200ba", "a character that nobody sees"},
		"an isolate that is never closed":   {"Ana \u2067S", "a character that nobody sees"},
		"a mark of the order of the bytes":  {"A\ufeffna", "a character that nobody sees"},
		"a pattern of Braille without dots": {"\u2800", "a character that nobody sees"},
		"a letter with a tag":               {"A\U000E0041", "a character that nobody sees"},
		"a mark of annotations":             {"A\ufff9na", "a character that nobody sees"},
		"a joiner of marks":                 {"A\u034fna", "a character that nobody sees"},
		"a letter under 63 marks":           {"A" + strings.Repeat("\u0301", 63), "eight marks on one letter"},
		"in Vietnamese, decomposed":         {"Nguye\u0302\u0303n Thi\u0323", ""},
		"in Thai":                           {"น้ำทิพย์", ""},
		"in Tibetan":                        {"བསྒྲུབས", ""},
		"an emoji with a selector":          {"❤\ufe0f Ana", ""},
	} {
		t.Run(name, func(t *testing.T) {
			refused, err := Refusals(context.Background(), &unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "praxis.dev/v1alpha1", "kind": "Team", "metadata": map[string]any{"name": "shop", "namespace": "shop"},
				"spec": map[string]any{"members": []any{map[string]any{"name": "ana", "displayName": c.displayName, "user": "ana@shop.example", "capacity": "20h"}}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			got := refused.ToAggregate()
			switch {
			case c.refused == "" && got != nil:
				t.Errorf("it is refused: %v", got)
			case c.refused != "" && (got == nil || !strings.Contains(got.Error(), c.refused)):
				t.Errorf("it says %v, want %s", got, c.refused)
			}
		})
	}
}
