// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/praxis-dev/praxis/internal/text"
)

// forms say of the patterns of the schemas what is wrong with a value that does not fit, with
// an example, since a regular expression tells an author little.
var forms = map[string]string{
	`^([0-9]{1,3}h([0-5]?[0-9]m)?|[0-9]{1,4}m)$`: "is no effort; write hours and minutes, like 1h30m, 12h or 45m",
	`^([01][0-9]|2[0-3]):[0-5][0-9]$`:            "is no time of day; write hours and minutes with two digits each, like 09:00",
	`^-?[0-9]{1,12}(\.[0-9]{1,6})?$`:             "is no number; write it with a point and at most six digits after it, like 87.5",
	`^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$`:     "is no week; write the year and the week, like 2026-W48",
	`^[0-9]{4}-Q[1-4]$`:                          "is no quarter; write the year and the quarter, like 2026-Q4",
	`^[0-9]{1,9}(\.[0-9]{1,6})?$`:                "is no amount; write it with a point and at most six digits after it, like 12.50",
	`^-?[0-9]{1,9}(\.[0-9]{1,3})?$`:              "is no amount; write it with a point, and a minus for what is taken away, like -12.50",
	`^([A-Z]{3}|points)$`:                        "is no unit; write the code of a currency or points, like EUR",
	dateForm:                                     "is no date; write year, month and day, like 2026-12-25",
	nameForm:                                     "is no name; write small letters, digits and hyphens, like ship-fixes",
	`^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$`:         "is no name of a member; write it as it is in the Team, like ben",
	`^[A-Za-z][A-Za-z0-9_-]*$`:                   "is no name of a parameter; begin with a letter and go on with letters, digits, _ and -, like scanner",
	`^\S+$`:                                      "has white space in it; write one word, like Interview",
}

// dateForm is the form of dates, and nameForm that of names.
const (
	dateForm = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	nameForm = `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
)

// The messages of a server that tell an author little.
var (
	misfit    = regexp.MustCompile(`(?s)in body should match '(.*)'$`)
	noDate    = regexp.MustCompile(`in body must be of type date: `)
	wrongType = regexp.MustCompile(`in body must be of type (\w+): "(\w+)"$`)
	regex     = regexp.MustCompile(`,? \(?(e\.g\. [^)]*?, )?regex used for validation is '[^']*'\)`)
)

// types are what a value is and, after what a value has to be, an example.
var types = map[string][2]string{
	"string":  {"a text", `a text, which "quotation marks" make of anything`},
	"integer": {"a whole number", "a whole number, like 8"},
	"number":  {"a number", "a number, like 8"},
	"boolean": {"true or false", "true or false"},
	"array":   {"a list", "a list, like [a, b]"},
	"object":  {"made of fields", "fields of its own, like {name: a}"},
	"null":    {"empty", "empty"},
}

// formOf says that a value has not the form that it should have, with an example; it is empty
// for any other error.
func formOf(wrong *field.Error) string {
	if wrong.Type != field.ErrorTypeInvalid {
		return ""
	}
	form := ""
	if found := misfit.FindStringSubmatch(wrong.Detail); found != nil {
		form = forms[found[1]]
	} else if noDate.MatchString(wrong.Detail) {
		form = forms[dateForm]
	} else if wrong.Field == "metadata.name" && regex.MatchString(wrong.Detail) {
		form = forms[nameForm]
	}
	if form == "" {
		return ""
	}
	return fmt.Sprintf("%s: Invalid value: %q %s", wrong.Field, fmt.Sprint(wrong.BadValue), form)
}

// words say an error to an author.
func words(wrong *field.Error) string {
	if form := formOf(wrong); form != "" {
		return form
	}
	switch wrong.Type {
	case field.ErrorTypeTypeInvalid:
		if found := wrongType.FindStringSubmatch(wrong.Detail); found != nil {
			return fmt.Sprintf("%s: Invalid value: it is %s; write %s", wrong.Field, types[found[2]][0], types[found[1]][1])
		}
	case field.ErrorTypeNotSupported:
		var may []string
		for _, value := range strings.Split(strings.TrimPrefix(wrong.Detail, "supported values: "), ", ") {
			may = append(may, strings.Trim(value, `"`))
		}
		return wrong.Error() + meant(fmt.Sprint(wrong.BadValue), may)
	}
	says := wrong.Error()
	if wrong.Field == noField {
		says = wrong.ErrorBody()
	}
	return regex.ReplaceAllString(says, "")
}

// meant suggests what is like a value, as the end of a message.
func meant(value string, may []string) string {
	if like := text.Similar(value, may); len(like) > 0 {
		return "; did you mean " + strings.Join(like, " or ") + "?"
	}
	return ""
}

// evaluating is in the message of a rule that could not be evaluated.
const evaluating = "evaluating rule"

// causes are the errors without those that another one brings about: of a value that does not
// fit its pattern only that is said, and not that a rule could not read it.
func causes(errs field.ErrorList) field.ErrorList {
	unfit := map[string]bool{}
	for _, e := range errs {
		if formOf(e) != "" {
			unfit[e.Field] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(errs), func(e *field.Error) bool {
		if unfit[e.Field] {
			return formOf(e) == ""
		}
		if unfit["metadata.name"] && e.Field == noField {
			return true // the rule on names, which is the only one on whole objects
		}
		if !strings.Contains(e.Detail, evaluating) {
			return false
		}
		for path := range unfit {
			if e.Field == noField || strings.HasPrefix(path, e.Field+".") || strings.HasPrefix(path, e.Field+"[") {
				return true
			}
		}
		return false
	})
}

// metaFields are those of metadata that people write; the schemas do not list them.
var metaFields = []string{"name", "namespace", "labels", "annotations"}

// unknownField says that there is no such field, and which one may have been meant.
func (s *schemaOf) unknownField(path string) string {
	names := parts(path)
	last := len(names) - 1
	like := meant(names[last], s.fieldsAt(names[:last]))
	return fmt.Sprintf("unknown field %q%s", path, cmp.Or(like, "; remove it or correct its name"))
}

// fieldsAt are the fields of an object within an object of the kind, sorted.
func (s *schemaOf) fieldsAt(path []string) []string {
	if len(path) == 1 && path[0] == "metadata" {
		return metaFields
	}
	at := s.structural
	for _, part := range path {
		var next *schema.Structural
		if inner, found := at.Properties[part]; found {
			next = &inner
		} else if at.Items != nil {
			next = at.Items
		}
		if next == nil {
			return nil
		}
		at = next
	}
	var names []string
	for name := range at.Properties {
		if len(path) > 0 || name != "status" { // which nobody writes
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
