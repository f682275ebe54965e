// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

var (
	documented = regexp.MustCompile(`Example: ("[^"]*"|\[[^\]]*\]|\{[^}]*\}|[^\s.]+(?:\.[^\s.]+)*)`)
	formLike   = regexp.MustCompile(`like ([^,; ]+)`)
)

// mostFields are how many fields an example of an object has.
const mostFields = 3

// like is ", like EXAMPLE", or empty where there is no example.
func like(at *schema.Structural) string {
	if e := exampleOf(at); e != "" {
		return ", like " + e
	}
	return ""
}

// exampleOf is a value of a schema in YAML: the one that its description gives, else one that is
// made of its type; empty for a text that may be anything.
func exampleOf(at *schema.Structural) string {
	if found := documented.FindStringSubmatch(strings.Join(strings.Fields(at.Description), " ")); found != nil {
		if e := unquoted(found[1]); isOf(e, at.Type) {
			return e
		}
	}
	v := at.ValueValidation
	if v == nil {
		v = &schema.ValueValidation{}
	}
	switch at.Type {
	case "string":
		if found := formLike.FindStringSubmatch(forms[v.Pattern]); found != nil {
			return quoted(found[1])
		}
		if len(v.Enum) > 0 {
			return quoted(fmt.Sprint(v.Enum[0].Object))
		}
		if v.Format == "date" {
			return "2026-12-25"
		}
	case "integer", "number":
		number := 8.0
		if v.Maximum != nil {
			number = min(number, *v.Maximum)
		}
		if v.Minimum != nil {
			number = max(number, *v.Minimum)
		}
		return strconv.FormatFloat(number, 'f', -1, 64)
	case "boolean":
		return "true"
	case "array":
		if at.Items != nil {
			if item := exampleOf(at.Items); item != "" {
				return "[" + item + "]"
			}
		}
		return "[…]"
	case "object":
		return fieldsExample(at, v.Required)
	}
	return ""
}

// fieldsExample is an object with the fields that it needs.
func fieldsExample(at *schema.Structural, required []string) string {
	var fields []string
	for _, name := range required {
		inner := at.Properties[name]
		e := exampleOf(&inner)
		if e == "" {
			e = "…"
		}
		if len(fields) == mostFields {
			fields = append(fields, "…")
			break
		}
		fields = append(fields, name+": "+e)
	}
	if len(fields) == 0 {
		return ""
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// isOf reports whether a text in YAML is of a type.
func isOf(text, of string) bool {
	var value any
	if yaml.Unmarshal([]byte(text), &value) != nil {
		return false
	}
	switch value.(type) {
	case string:
		return of == "string"
	case int, int64, float64:
		return of == "integer" || of == "number"
	case bool:
		return of == "boolean"
	case []any:
		return of == "array"
	case map[string]any:
		return of == "object"
	}
	return of == "string" // a date
}

// unquoted takes the quotation marks off a text that needs none in YAML.
func unquoted(text string) string {
	if inner, err := strconv.Unquote(text); err == nil {
		return quoted(inner)
	}
	return text
}

// quoted is a text as it is to be written in YAML.
func quoted(text string) string {
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err == nil {
		if plain, is := value.(string); is && plain == text && !strings.ContainsAny(text, ",:{}[] ") {
			return text
		}
	}
	return strconv.Quote(text)
}
