// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

	"github.com/praxis-dev/praxis/config/crd"
)

const goalOf = `apiVersion: praxis.dev/v1alpha1
kind: Utility
metadata: {name: backups}
spec:
  statement: A lost file is back within an hour
  beneficiaries: [{who: Users, problem: Files are lost, improvement: They are back}]
  organization: Fewer tickets
  owner: {team: ops, member: mira}
  required: 10
  measures: [{name: restored, baseline: "87.5", target: "96"}]
  cadence: {timeZone: Europe/Berlin}
`

func TestAValueThatDoesNotFitItsPatternGetsOneErrorWithAnExample(t *testing.T) {
	for name, c := range map[string]struct{ change, want string }{
		"a decimal comma":           {`"87.5" => "87,5"`, `10: spec.measures[0].baseline: Invalid value: "87,5" is no number; write it with a point and at most six digits after it, like 87.5`},
		"a percent sign":            {`"96" => "96%"`, `10: spec.measures[0].target: Invalid value: "96%" is no number; write it with a point and at most six digits after it, like 87.5`},
		"a name with capitals":      {`name: restored => name: Restored`, `10: spec.measures[0].name: Invalid value: "Restored" is no name; write small letters, digits and hyphens, like ship-fixes`},
		"a week in words":           {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, skip: [W53]`, `11: spec.cadence.skip[0]: Invalid value: "W53" is no week; write the year and the week, like 2026-W48`},
		"an hour of one digit":      {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, review: {day: Friday, time: "9:00"}`, `11: spec.cadence.review.time: Invalid value: "9:00" is no time of day; write hours and minutes with two digits each, like 09:00`},
		"a word that is not known":  {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, workDays: [monday]`, `11: spec.cadence.workDays[0]: Unsupported value: "monday": supported values: "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"; did you mean Monday or Sunday?`},
		"a number as a text":        {`required: 10 => required: "10"`, `9: spec.required: Invalid value: it is a text; write a whole number, like 120`},
		"a decimal comma elsewhere": {`required: 10 => required: 8,5`, `9: spec.required: Invalid value: it is a text; write a whole number, like 120`},
		"a text as a number":        {`"96" => 96`, `10: spec.measures[0].target: Invalid value: it is a whole number; make it a text with quotation marks: "96"`},
		"a fraction":                {`required: 10 => required: 1.5`, `9: spec.required: Invalid value: it is a fraction; write a whole number, like 120`},
		"too much":                  {`required: 10 => required: 9999999`, `9: spec.required: Invalid value: 9999999 is more than 1000000; write 1 to 1000000`},
		"too little":                {`required: 10 => required: 0`, `9: spec.required: Invalid value: 0 is less than 1; write 1 to 1000000`},
		"an empty text":             {`A lost file is back within an hour => ""`, `5: spec.statement: Invalid value: it is empty; write a text, like "Shoppers pay in one try"`},
		"an empty list":             {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, workDays: []`, `11: spec.cadence.workDays: Invalid value: it is empty; write at least one, like ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday"], or leave it out`},
		"a text for fields":         {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, holidays: ["2026-12-25"]`, `11: spec.cadence.holidays[0]: Invalid value: it is a text; write fields of its own, like {date: "2026-12-25"}`},
		"fields for a list":         {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, holidays: {date: "2026-12-25", nme: a}`, `11: spec.cadence.holidays: Invalid value: it is made of fields; write a list, like [{date: "2026-12-25"}]`},
		"the same day twice":        {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, holidays: [{date: "2026-12-25"}, {date: "2026-12-25"}]`, `11: spec.cadence.holidays[1]: Duplicate value: date 2026-12-25 is in the list twice; remove one, or correct its date`},
		"a list as a text":          {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, skip: 2026-W53`, `11: spec.cadence.skip: Invalid value: it is a text; write a list, like ["2026-W53"]`},
		"a name of two words":       {`name: backups => name: Two Words`, `3: metadata.name: Invalid value: "Two Words" is no name; write small letters, digits and hyphens, like ship-fixes`},
		"a label that is none":      {`name: backups => name: backups, labels: {"a b": c}`, `3: metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`},
		"a date from day to year":   {`timeZone: Europe/Berlin => timeZone: Europe/Berlin, holidays: [{date: 25.12.2026}]`, `11: spec.cadence.holidays[0].date: Invalid value: "25.12.2026" is no date; write year, month and day, like 2026-12-25`},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, _ := strings.Cut(c.change, " => ")
			_, found := load(t, strings.Replace(goalOf, from, to, 1))
			if len(found) != 1 || found[0] != c.want {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

const teamOf = `apiVersion: praxis.dev/v1alpha1
kind: Team
metadata: {name: ops}
spec:
  lead: mira
  members:
  - {name: mira, user: mira@example.com, capacity: 20h}
  - {name: kim, user: kim@example.com, capacity: 20h}
`

func TestWhatIsWrongWithATeamIsSaidAtTheMember(t *testing.T) {
	for name, c := range map[string]struct{ change, want string }{
		"a number for an effort":   {"capacity: 20h => capacity: 12", `7: spec.members[0].capacity: Invalid value: 12 is no effort; write hours and minutes, like 1h30m, 12h or 45m`},
		"too many characters":      {"name: kim => name: kim, displayName: " + strings.Repeat("😀", 65), `8: spec.members[1].displayName: Too long: it has 65 characters, more than 64; shorten it`},
		"an empty name to be read": {`name: kim => name: kim, displayName: ""`, `8: spec.members[1].displayName: Invalid value: it is empty; write a text, like "Ana Souza", or leave it out`},
		"a name in another script": {"name: kim => name: 金", `8: spec.members[1].name: Invalid value: "金" is no name; write small letters, digits and hyphens, like ship-fixes, and 金 into displayName, which people read`},
		"one user twice":           {"kim@example.com => mira@example.com", `8: spec.members[1].user: Invalid value: two members have the same user: mira and kim have mira@example.com; whoever is one person is one member, with the roles of both`},
		"a lead who is mistyped":   {"lead: mira => lead: mirra", `5: spec.lead: Invalid value: lead must be one of members, and none is called mirra; did you mean mira?`},
		"one account twice": {
			"kim@example.com => kim@example.com, accounts: {github: mira}, capacity: 20h}\n  - {name: mo, user: mo@example.com, accounts: {github: Mira}",
			`9: spec.members[2].accounts.github: Invalid value: two members have the same account of github: kim and mo have mira; an account belongs to one person, so take it from the other`},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, _ := strings.Cut(c.change, " => ")
			_, found := load(t, strings.Replace(teamOf, from, to, 1))
			if len(found) != 1 || found[0] != c.want {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// A server says of a fraction that it is no whole number of a format, twice and without a value.
func TestOfAStepOnlyWhatIsWrongWithItIsSaid(t *testing.T) {
	for name, c := range map[string]struct{ change, want string }{
		"a fraction of times": {"times: 1 => times: 1.5", `8: spec.package.steps[0].times: Invalid value: it is a fraction; write a whole number, like 5`},
		"one due":             {"times: 1 => times: 1, due: {day: Friday}", `8: spec.package.steps[0].due: Invalid value: it is made of fields; write a list, like [{day: Wednesday, time: "14:00"}]`},
		"a text for a step":   {"{name: look, => a", `8: spec.package.steps[0]: Invalid value: it is a text; write fields of its own, like {assign: {mode: Each}, do: "Invite shoppers from the failed-payment list", duration: 45m, …}`},
	} {
		t.Run(name, func(t *testing.T) {
			const step = "{name: look, tier: Key, do: Look, assign: {mode: Lead}, times: 1, duration: 2h, weight: 100, standard: {statement: Seen}}"
			from, to, _ := strings.Cut(c.change, " => ")
			changed := strings.Replace(step, from, to, 1)
			if to == "a" {
				changed = to
			}
			_, found := load(t, "apiVersion: praxis.dev/v1alpha1\nkind: ActionPackage\nmetadata: {name: fixes}\nspec:\n  package:\n    definition: One\n    steps:\n    - "+changed+"\n    standard: It is live\n")
			if len(found) != 1 || found[0] != c.want {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// The examples are what the fields' own descriptions have, which an author may copy.
func TestEveryExampleIsOfTheTypeOfItsField(t *testing.T) {
	eachFieldOfASpec(t, func(path string, s *schema.Structural) {
		if e := exampleOf(s); e != "" && !strings.Contains(e, "…") && !isOf(e, s.Type) {
			t.Errorf("%s, which is a %s, has the example %s", path, s.Type, e)
		}
	})
}

// eachFieldOfASpec visits the spec of each kind and all fields in it.
func eachFieldOfASpec(t *testing.T, visit func(path string, s *schema.Structural)) {
	t.Helper()
	var walk func(path string, s *schema.Structural)
	walk = func(path string, s *schema.Structural) {
		visit(path, s)
		for name := range s.Properties {
			inner := s.Properties[name]
			walk(path+"."+name, &inner)
		}
		if s.Items != nil {
			walk(path+"[]", s.Items)
		}
	}
	for _, kind := range crd.Kinds() {
		s, err := lookUp(kind)
		if err != nil {
			t.Fatal(err)
		}
		spec := s.structural.Properties["spec"]
		walk(kind+" spec", &spec)
	}
}

// What is wrong beside it is still said.
func TestAnErrorOfAPatternHidesNoOther(t *testing.T) {
	_, found := load(t, strings.NewReplacer(`"87.5"`, `"87,5"`, "required: 10", "required: 0", "Europe/Berlin", `Europe/Berlin, midweek: {day: Friday, time: "12:00"}, review: {day: Monday, time: "12:00"}`).Replace(goalOf))
	all := strings.Join(found, "\n")
	if len(found) != 3 || !strings.Contains(all, "spec.required") || !strings.Contains(all, "midweek must come before review") {
		t.Errorf("found\n%s", all)
	}
}

func TestAnUnknownFieldIsComparedWithThoseThatThereAre(t *testing.T) {
	for name, c := range map[string]struct{ change, want string }{
		"at the top":                {"spec: => sepc:", `4: unknown field "sepc"; did you mean spec?`},
		"in the spec":               {"organization: => organisation:", `7: unknown field "spec.organisation"; did you mean organization?`},
		"in a list":                 {"problem: => problems:", `6: unknown field "spec.beneficiaries[0].problems"; did you mean problem?`},
		"the beginning of the name": {"timeZone: => zone:", `11: unknown field "spec.cadence.zone"; did you mean timeZone?`},
		"in metadata":               {"{name: backups} => {name: backups, lables: {a: b}}", `3: unknown field "metadata.lables"; did you mean labels?`},
		"like no other":             {"required: 10 => required: 10\n  priority: high", `10: unknown field "spec.priority"; remove it or correct its name`},
		"a status":                  {"spec: => stats: {}\nspec:", `4: unknown field "stats"; remove it or correct its name`},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, _ := strings.Cut(c.change, " => ")
			_, found := load(t, strings.Replace(goalOf, from, to, 1))
			if len(found) == 0 || found[0] != c.want {
				t.Errorf("found %q, want first %q", found, c.want)
			}
		})
	}
}

// A pattern without a form of its own would show authors a regular expression.
func TestEveryPatternOfASpecHasAFormWhoseExampleFits(t *testing.T) {
	example := regexp.MustCompile(`like ([^,; ]+)`)
	seen := 0
	eachFieldOfASpec(t, func(path string, s *schema.Structural) {
		if v := s.ValueValidation; v != nil && v.Pattern != "" {
			seen++
			like := example.FindStringSubmatch(forms[v.Pattern])
			if like == nil || !regexp.MustCompile(v.Pattern).MatchString(like[1]) {
				t.Errorf("%s: %q has the form %q", path, v.Pattern, forms[v.Pattern])
			}
		}
	})
	if seen < 20 {
		t.Error(fmt.Sprint("only ", seen, " patterns were looked at"))
	}
}
