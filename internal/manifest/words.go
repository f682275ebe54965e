// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// author says the errors of one object to whoever wrote it: what is wrong, where, and what to
// write instead, with an example of the field itself.
type author struct {
	schema  *schema.Structural
	content map[string]any
	node    *yaml.Node
}

// fault is an error in words.
type fault struct {
	path, says string
	rank       rank
}

// rank is how much an error explains. Those of lower rank at its path follow from it.
type rank int

const (
	serverWords rank = iota // a rule, and whatever has no words here
	outOfBounds             // too much, too little, twice
	misfit                  // not in the form of its pattern
	wrongType               // of another type; then nothing inside it can be judged either
)

// The messages of a server that tell an author little.
var (
	patternOf = regexp.MustCompile(`(?s)in body should match '(.*)'$`)
	noDate    = regexp.MustCompile(`in body must be of type date: `)
	beyond    = regexp.MustCompile(`in body should be (less|greater) than or equal to (\S+)$`)
	tooFew    = regexp.MustCompile(`in body should (?:be|have) at least \d+ (?:chars long|items|properties)$`)
	checked   = regexp.MustCompile(`^Checked value must be of type .* in (\S+)$`)
	regex     = regexp.MustCompile(`,? \(?(e\.g\. [^)]*?, )?regex used for validation is '[^']*'\)`)
)

// noField is the path of an error about a whole object.
var noField = (*field.Path)(nil).String()

// evaluating is in the message of a rule that could not be evaluated.
const evaluating = "evaluating rule"

// faults are the errors in words, without those that another one brings about.
func (a author) faults(errs field.ErrorList) []fault {
	var all []fault
	best := map[string]rank{}
	for _, e := range errs {
		f := a.fault(e)
		best[f.path] = max(best[f.path], f.rank)
		all = append(all, f)
	}
	said := map[string]bool{}
	return slices.DeleteFunc(all, func(f fault) bool {
		follows := f.rank < best[f.path] || f.rank > serverWords && said[f.path]
		said[f.path] = said[f.path] || !follows
		for path, r := range best {
			switch {
			case r == wrongType && path != f.path && within(f.path, path):
				follows = true
			case r == misfit && strings.Contains(f.says, evaluating) && within(path, f.path):
				follows = true // a rule that could not read the value
			}
		}
		return follows
	})
}

// within reports whether a path is another one, or below it.
func within(path, of string) bool {
	return path == of || of == "" || strings.HasPrefix(path, of+".") || strings.HasPrefix(path, of+"[")
}

// fault says an error, in our words where there are any.
func (a author) fault(e *field.Error) fault {
	f := fault{path: e.Field}
	if e.Field == noField {
		f.path = "metadata.name" // the rule on names is the only one on whole objects
		if found := checked.FindStringSubmatch(e.Detail); found != nil {
			f.path = found[1]
		}
	}
	why := ""
	f.rank, why = a.why(e, f.path)
	if why != "" {
		kind := field.ErrorTypeInvalid
		if e.Type == field.ErrorTypeDuplicate || e.Type == field.ErrorTypeTooLong || e.Type == field.ErrorTypeTooMany {
			kind = e.Type
		}
		f.says = fmt.Sprintf("%s: %s: %s", f.path, kind, why)
		return f
	}
	f.says = regex.ReplaceAllString(e.Error(), "")
	if e.Field == noField {
		f.says = fmt.Sprintf("%s: %s", f.path, e.ErrorBody())
	}
	if e.Type == field.ErrorTypeNotSupported {
		f.says += meant(fmt.Sprint(e.BadValue), enumOf(e.Detail))
	}
	return a.pointed(f)
}

func enumOf(detail string) []string {
	var may []string
	for _, value := range strings.Split(strings.TrimPrefix(detail, "supported values: "), ", ") {
		may = append(may, strings.Trim(value, `"`))
	}
	return may
}

// why says what is wrong with a value and what to write; it is empty where the server's own words
// have to do.
func (a author) why(e *field.Error, path string) (rank, string) {
	at := schemaAt(a.schema, parts(path))
	switch e.Type {
	case field.ErrorTypeTypeInvalid:
		return a.typed(e, path, at)
	case field.ErrorTypeDuplicate:
		return outOfBounds, a.twice(e, path)
	case field.ErrorTypeTooLong, field.ErrorTypeTooMany:
		return outOfBounds, tooMuch(valueAt(a.content, parts(path)), at)
	case field.ErrorTypeInvalid:
		if checked.MatchString(e.Detail) {
			return a.typed(e, path, at)
		}
		if form := a.form(e, path); form != "" {
			return misfit, form
		}
		return outOfBounds, a.bounds(e, path, at)
	}
	return serverWords, ""
}

// form says that a value has not the form that it should have, with an example.
func (a author) form(e *field.Error, path string) string {
	form := ""
	if found := patternOf.FindStringSubmatch(e.Detail); found != nil {
		form = forms[found[1]]
	} else if noDate.MatchString(e.Detail) {
		form = forms[dateForm]
	} else if path == "metadata.name" && regex.MatchString(e.Detail) {
		form = forms[nameForm]
	}
	if form == "" {
		return ""
	}
	value := fmt.Sprint(e.BadValue)
	says := fmt.Sprintf("%q %s", value, form)
	shown := strings.TrimSuffix(path, ".name") + ".displayName"
	if form == forms[nameForm] && foreign(value) && schemaAt(a.schema, parts(shown)) != nil {
		says += fmt.Sprintf(", and %s into displayName, which people read", value)
	}
	return says
}

// foreign reports whether a text has letters that no name may have in any case.
func foreign(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) })
}

// typed says that a value is of another type than its field.
func (a author) typed(e *field.Error, path string, at *schema.Structural) (rank, string) {
	if noDate.MatchString(e.Detail) { // a text that is no date
		return misfit, a.form(e, path)
	}
	if at == nil {
		return wrongType, ""
	}
	value := valueAt(a.content, parts(path))
	if at.Type == "string" {
		return wrongType, a.noText(value, writtenAt(a.node, path), at)
	}
	wanted := map[string]string{"integer": "a whole number", "number": "a number", "boolean": "true or false", "array": "a list", "object": "fields of its own"}[at.Type]
	is := kindOf(value)
	if wanted == "" || is == "" {
		return wrongType, ""
	}
	if at.Type == "boolean" {
		return wrongType, fmt.Sprintf("it is %s; write %s", is, wanted)
	}
	return wrongType, fmt.Sprintf("it is %s; write %s%s", is, wanted, like(at))
}

// noText says of a value that should be a text how it becomes one.
func (a author) noText(value any, written string, at *schema.Structural) string {
	is := kindOf(value)
	switch value.(type) {
	case map[string]any, []any, nil:
		return fmt.Sprintf("it is %s; write a text%s", is, like(at))
	}
	if v := at.ValueValidation; v != nil {
		pattern := v.Pattern
		if v.Format == "date" {
			pattern = dateForm
		}
		if fits, err := regexp.Compile(pattern); forms[pattern] != "" && err == nil && !fits.MatchString(written) {
			return fmt.Sprintf("%s %s", written, forms[pattern])
		}
	}
	return fmt.Sprintf("it is %s; make it a text with quotation marks: %q", is, written)
}

// kindOf is what a value is.
func kindOf(value any) string {
	switch v := value.(type) {
	case string:
		return "a text"
	case int64:
		return "a whole number"
	case float64:
		if v == float64(int64(v)) {
			return "a whole number"
		}
		return "a fraction"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "made of fields"
	}
	return "empty"
}

// bounds says how far a number, a text or a list may go.
func (a author) bounds(e *field.Error, path string, at *schema.Structural) string {
	if at == nil {
		return ""
	}
	if found := beyond.FindStringSubmatch(e.Detail); found != nil {
		than := map[string]string{"less": "more", "greater": "less"}[found[1]]
		return fmt.Sprintf("%v is %s than %s; write %s", e.BadValue, than, found[2], spanOf(at.ValueValidation))
	}
	if tooFew.MatchString(e.Detail) {
		says := fmt.Sprintf("it is empty; write %s%s", map[string]string{"string": "a text", "array": "at least one", "object": "at least one"}[at.Type], like(at))
		if a.optional(path) {
			says += ", or leave it out"
		}
		return says
	}
	return ""
}

func spanOf(v *schema.ValueValidation) string {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	switch {
	case v.Minimum == nil:
		return number(*v.Maximum) + " or less"
	case v.Maximum == nil:
		return number(*v.Minimum) + " or more"
	}
	return number(*v.Minimum) + " to " + number(*v.Maximum)
}

// optional reports whether a field may be left out.
func (a author) optional(path string) bool {
	names := parts(path)
	last := len(names) - 1
	around := schemaAt(a.schema, names[:last])
	return around != nil && around.Items == nil && (around.ValueValidation == nil || !slices.Contains(around.ValueValidation.Required, names[last]))
}

// tooMuch says how long a text or a list is, and may be. A server counts characters and calls
// them bytes.
func tooMuch(value any, at *schema.Structural) string {
	if at == nil || at.ValueValidation == nil {
		return ""
	}
	v := at.ValueValidation
	has, most, what := 0, (*int64)(nil), ""
	switch value := value.(type) {
	case string:
		has, most, what = utf8.RuneCountInString(value), v.MaxLength, "characters"
	case []any:
		has, most, what = len(value), v.MaxItems, "items"
	case map[string]any:
		has, most, what = len(value), v.MaxProperties, "entries"
	}
	if most == nil {
		return ""
	}
	return fmt.Sprintf("it has %d %s, more than %d; shorten it", has, what, *most)
}

// twice says what a list has two of.
func (a author) twice(e *field.Error, path string) string {
	list := schemaAt(a.schema, parts(path[:max(strings.LastIndex(path, "["), 0)]))
	item, _ := valueAt(a.content, parts(path)).(map[string]any)
	if list == nil || item == nil {
		return fmt.Sprintf("%q is in the list twice; remove one", fmt.Sprint(e.BadValue))
	}
	var keys []string
	for _, key := range list.XListMapKeys {
		keys = append(keys, fmt.Sprintf("%s %v", key, item[key]))
	}
	return fmt.Sprintf("%s is in the list twice; remove one, or correct its %s", strings.Join(keys, " and "), strings.Join(list.XListMapKeys, " or "))
}
