// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import (
	"fmt"
	"math"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apimachinery/pkg/runtime"
)

// misuse is what becomes of the value of a field.
type misuse struct {
	what  string
	wrong bool
	value func(before any) any
}

func to(what string, value any) misuse {
	return misuse{what: what, value: func(any) any { return value }}
}

func wrongly(m misuse) misuse {
	m.wrong = true
	return m
}

// misuses returns the ways to misuse a field, by its schema and by what its name refers to.
func misuses(f field) []misuse {
	all := []misuse{{what: "missing", wrong: f.required && f.schema.Default == nil, value: func(any) any { return gone{} }}, to("null", nil)}
	switch f.schema.Type {
	case "string":
		all = append(all, strange(f.schema)...)
		all = append(all, meant(f)...)
	case "integer":
		all = append(all, numbers(f.schema)...)
	case "boolean":
		all = append(all, misuse{what: "the opposite", value: func(v any) any { b, _ := v.(bool); return !b }},
			wrongly(to("a word", "true")), wrongly(to("a number", int64(1))))
	case "array":
		all = append(all, lists(f)...)
	case "object":
		all = append(all, objects(f.schema)...)
	}
	return all
}

// huge is more than any field may hold, and less than a request may.
var huge = strings.Repeat("x", 1_400_000)

// strange are texts that a program may stumble over.
func strange(s *apiextensions.JSONSchemaProps) []misuse {
	all := []misuse{
		wrongly(to("a number", int64(7))), wrongly(to("a list", []any{"x"})), wrongly(to("an object", map[string]any{"x": "y"})),
		to("empty", ""), to("a space", " "), to("spaces around it", " x "), to("lines", "a\nb\r\n\tc"), to("a zero byte", "a\x00b"),
		to("from right to left", "\u202eעברית عربى\u202c"), to("combining marks", "e\u0301"+strings.Repeat("\u0335", 15)),
		to("an emoji of several", "👩‍👩‍👧‍👦"), to("four bytes a letter", "𝔘𝔫𝔦"), to("no width", "a\u200bb\ufeff"), to("in capitals", "SOME-NAME"),
		wrongly(to("1.4 MB", huge)),
	}
	if s.MaxLength != nil {
		n := int(*s.MaxLength)
		all = append(all, wrongly(to("one longer than the longest", strings.Repeat("a", n+1))), to("the longest", strings.Repeat("a", n)),
			to("the longest in letters of four bytes", strings.Repeat("𝔘", n)))
	}
	if len(s.Enum) > 0 {
		all = append(all, wrongly(to("none of the words", "Nonsense")),
			wrongly(misuse{what: "a word in capitals", value: func(v any) any { return strings.ToUpper(fmt.Sprint(v)) }}))
		for _, word := range s.Enum {
			all = append(all, to(fmt.Sprintf("the word %v", word), word))
		}
	}
	return all
}

func numbers(s *apiextensions.JSONSchemaProps) []misuse {
	all := []misuse{
		wrongly(to("a word", "5")), wrongly(to("a fraction", 1.5)), wrongly(to("a list", []any{int64(1)})),
		to("zero", int64(0)), to("less than zero", int64(-1)), to("the most of 32 bits", int64(math.MaxInt32)),
		to("the most of 64 bits", int64(math.MaxInt64)), to("the least of 64 bits", int64(math.MinInt64)),
	}
	if s.Minimum != nil {
		all = append(all, wrongly(to("one below the least", int64(*s.Minimum)-1)), to("the least", int64(*s.Minimum)))
	}
	if s.Maximum != nil {
		all = append(all, wrongly(to("one above the most", int64(*s.Maximum)+1)), to("the most", int64(*s.Maximum)))
	}
	return all
}

func lists(f field) []misuse {
	all := []misuse{
		wrongly(to("a word", "x")), wrongly(to("an object", map[string]any{"x": "y"})), to("empty", []any{}),
		misuse{what: "an item that is null", value: func(v any) any { return append(items(v), nil) }},
		{what: "an item of another type", value: func(v any) any { return append(items(v), []any{}) }},
		{what: "its first item twice", wrong: f.schema.XListType != nil && *f.schema.XListType != "atomic", value: func(v any) any {
			list := items(v)
			return append(list, list[:min(1, len(list))]...)
		}},
		{what: "the other way round", value: func(v any) any {
			list := items(v)
			var turned []any
			for i := len(list) - 1; i >= 0; i-- {
				turned = append(turned, list[i])
			}
			return turned
		}},
	}
	if most := f.schema.MaxItems; most != nil {
		all = append(all, wrongly(many("one more than the most", f.schema, int(*most)+1)), many("the most", f.schema, int(*most)))
	}
	return all
}

func items(v any) []any {
	list, _ := runtime.DeepCopyJSONValue(v).([]any)
	return list
}

// many is a list of the same item n times, with a key of its own each.
func many(what string, s *apiextensions.JSONSchemaProps, n int) misuse {
	return misuse{what: what, value: func(v any) any {
		list := items(v)
		if len(list) == 0 {
			return v
		}
		for i := len(list); i < n; i++ {
			switch item := runtime.DeepCopyJSONValue(list[0]).(type) {
			case map[string]any:
				for _, key := range s.XListMapKeys {
					item[key] = fmt.Sprintf("%.20v%d", item[key], i)
				}
				list = append(list, item)
			case string:
				if s.XListType != nil && *s.XListType == "set" && len(s.Items.Schema.Enum) == 0 {
					item = numbered(item, i)
				}
				list = append(list, item)
			default:
				list = append(list, item)
			}
		}
		return list
	}}
}

// numbered is another text of the same form.
func numbered(text string, i int) string {
	if strings.Contains(text, "-W") { // a week
		return fmt.Sprintf("%d-W%02d", 2030+i/50, 1+i%50)
	}
	return fmt.Sprintf("%.20s%d", text, i)
}

func objects(s *apiextensions.JSONSchemaProps) []misuse {
	all := []misuse{
		wrongly(to("a word", "x")), wrongly(to("a number", int64(1))), wrongly(to("a list", []any{})),
		{what: "empty", wrong: len(s.Required) > 0, value: func(any) any { return map[string]any{} }},
		{what: "with a field that is not there", value: func(v any) any {
			object, _ := runtime.DeepCopyJSONValue(v).(map[string]any)
			if object != nil {
				object["noSuchField"] = "x"
			}
			return object
		}},
	}
	if s.AdditionalProperties != nil {
		more := func(n int) func(any) any {
			return func(v any) any {
				object, _ := runtime.DeepCopyJSONValue(v).(map[string]any)
				for i := len(object); i < n; i++ {
					object[fmt.Sprintf("key%d", i)] = "x"
				}
				return object
			}
		}
		all = append(all, misuse{what: "a hundred more keys", value: more(100)}, to("an empty key", map[string]any{"": "x"}),
			to("a key in another script", map[string]any{"ключ 🔑": "x"}), to("a key that is long", map[string]any{strings.Repeat("k", 5000): "x"}))
	}
	return all
}
