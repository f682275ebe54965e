// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

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

// meant suggests what is like a value, as the end of a message.
func meant(value string, may []string) string {
	if like := text.Similar(value, may); len(like) > 0 {
		return "; did you mean " + strings.Join(like, " or ") + "?"
	}
	return ""
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
	at := schemaAt(s.structural, path)
	if at == nil {
		return nil
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

// schemaAt is that of a value within a value of a schema, or nil.
func schemaAt(at *schema.Structural, path []string) *schema.Structural {
	for _, part := range path {
		inner, found := at.Properties[part]
		switch {
		case found:
			at = &inner
		case at.Items != nil:
			at = at.Items
		case at.AdditionalProperties != nil && at.AdditionalProperties.Structural != nil:
			at = at.AdditionalProperties.Structural
		default:
			return nil
		}
	}
	return at
}
