// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"go.yaml.in/yaml/v3"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAFileThatCannotBeReadIsNotCalledClean(t *testing.T) {
	folder := t.TempDir()
	locked := filepath.Join(folder, "a.yaml")
	if err := os.Symlink(filepath.Join(folder, "gone"), locked); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"a file that is not there":     filepath.Join(folder, "nothing.yaml"),
		"a link that leads nowhere":    locked,
		"a folder with such a link":    folder,
		"a standard input that breaks": Stdin,
	} {
		t.Run(name, func(t *testing.T) {
			set, err := Load(t.Context(), []string{path}, iotest.ErrReader(errors.New("broken pipe")), "shop")
			if err == nil {
				t.Errorf("read %+v", set)
			}
		})
	}
}

func TestAnErrorOfTheStandardInputIsReported(t *testing.T) {
	_, err := readAll([]string{Stdin}, iotest.ErrReader(errors.New("broken pipe")))
	if want := "reading the standard input: broken pipe"; err == nil || err.Error() != want {
		t.Errorf("it says %v, want %s", err, want)
	}
}

func TestAFindingOfTheLinterIsOnTheLineOfItsField(t *testing.T) {
	set, _ := load(t, "# A comment\n"+team)
	got := set.Objects[0].Finding("spec.members[0].capacity", Warning, "OverCapacity", "ana has too much")
	want := Finding{
		File: "stdin", Line: 7, Kind: "Team", Namespace: "shop", Name: "payments",
		Severity: Warning, Reason: "OverCapacity", Message: "ana has too much",
	}
	if got != want {
		t.Errorf("it is %+v, want %+v", got, want)
	}
}

func TestATextThatIsNotYAMLIsReportedInTheParsersWords(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want syntaxError
	}{
		"where the parser says it":    {"\n\na: b: c\n", syntaxError{3, "this is not YAML: mapping values are not allowed in this context"}},
		"an anchor that is not there": {"\nkind: Team\nspec: *x\n", syntaxError{2, "this is not YAML: unknown anchor 'x' referenced"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse([]byte(c.text))
			got, is := errors.AsType[*syntaxError](err)
			if !is || *got != c.want || got.Error() != c.want.message {
				t.Errorf("it says %+v, want %+v", err, c.want)
			}
		})
	}
	if got := asSyntaxError(errors.New("something else"), []byte("\n\nkind: Team\n")); got.Error() != "something else" {
		t.Errorf("of another error it says %s", got)
	}
}

func TestAListWithoutItemsHoldsNothing(t *testing.T) {
	for name, text := range map[string]string{
		"no items":                        "apiVersion: v1\nkind: List\n",
		"empty items":                     "apiVersion: v1\nkind: List\nitems: []\n",
		"items that are not objects":      "apiVersion: v1\nkind: List\nitems: [7, a, [b]]\n",
		"objects of other API groups":     "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap}]\n",
		"an alias that repeats an anchor": "apiVersion: v1\nkind: List\nitems: &a [7]\nmore: *a\n",
	} {
		t.Run(name, func(t *testing.T) {
			if set, found := load(t, text); len(set.Objects) > 0 || len(found) > 0 {
				t.Errorf("read %d objects, found %q", len(set.Objects), found)
			}
		})
	}
}

// Lines are those of the text that people edit, even where YAML repeats a part through an
// alias.
func TestAFieldBehindAnAnchorIsFoundWhereItIsWritten(t *testing.T) {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(`base: &base
  day: Friday
  time: "12:00"
due:
  <<: *base
  time: "17:00"
again: *base
days: [one, two]
`), &root); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"due.time": 6, "due.day": 2, "due.month": 4, "again.time": 3, "again": 7, "days[1]": 8, "days[2]": 8, "days.first": 8, "base.day.hour": 2,
	} {
		t.Run(path, func(t *testing.T) {
			if got := lineOf(root.Content[0], path); got != want {
				t.Errorf("it is found on line %d, want %d", got, want)
			}
		})
	}
}

func TestValuesOfTheWrongTypeAreDroppedAndTheRestStays(t *testing.T) {
	for path, want := range map[string]any{
		"a":           map[string]any{"list": []any{"x", map[string]any{"b": "y", "c": "z"}}},
		"list[0]":     map[string]any{"a": "w", "list": []any{nil, map[string]any{"b": "y", "c": "z"}}},
		"list[1].b":   map[string]any{"a": "w", "list": []any{"x", map[string]any{"c": "z"}}},
		"list[2]":     map[string]any{"a": "w", "list": []any{"x", map[string]any{"b": "y", "c": "z"}}},
		"list.second": map[string]any{"a": "w", "list": []any{"x", map[string]any{"b": "y", "c": "z"}}},
		"a.b.c":       map[string]any{"a": "w", "list": []any{"x", map[string]any{"b": "y", "c": "z"}}},
		"":            map[string]any{"a": "w", "list": []any{"x", map[string]any{"b": "y", "c": "z"}}},
	} {
		t.Run(path, func(t *testing.T) {
			got := map[string]any{"a": "w", "list": []any{"x", map[string]any{"b": "y", "c": "z"}}}
			drop(got, parts(path))
			if !reflect.DeepEqual(got, want) {
				t.Errorf("left is %v, want %v", got, want)
			}
		})
	}
}

func TestAnObjectWithInvalidMetadataIsRefusedAtItsLine(t *testing.T) {
	for name, text := range map[string]string{
		"metadata that is a text": "apiVersion: praxis.dev/v1alpha1\nkind: Team\nmetadata: payments\nspec: {members: []}\n",
		"labels that are a list":  "apiVersion: praxis.dev/v1alpha1\nkind: Team\nmetadata: {name: a, labels: [b]}\nspec: {members: []}\n",
	} {
		t.Run(name, func(t *testing.T) {
			set, found := load(t, text)
			if len(set.Objects) != 1 || !set.Objects[0].Refused || len(found) == 0 || !strings.HasPrefix(found[0], "3: ") {
				t.Errorf("found %q", found)
			}
		})
	}
}

// rule is a policy with one rule on new Teams.
func rule(v admissionregistrationv1.Validation, modify ...func(*admissionregistrationv1.ValidatingAdmissionPolicySpec)) admissionregistrationv1.ValidatingAdmissionPolicySpec {
	spec := admissionregistrationv1.ValidatingAdmissionPolicySpec{
		Validations: []admissionregistrationv1.Validation{v},
		MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
			RuleWithOperations: admissionregistrationv1.RuleWithOperations{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{"praxis.dev"}, APIVersions: []string{"*"}, Resources: []string{"teams"}},
			},
		}}},
	}
	for _, m := range modify {
		m(&spec)
	}
	return spec
}

func aTeam(name string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"lead": "ana"}}}
	u.SetAPIVersion(praxisv1.GroupVersion.String())
	u.SetKind("Team")
	u.SetNamespace("shop")
	u.SetName(name)
	return u
}

func TestAPolicyRefusesWithItsOwnMessage(t *testing.T) {
	for name, c := range map[string]struct {
		rule    admissionregistrationv1.Validation
		refused string
		fails   bool
	}{
		"a rule that holds": {admissionregistrationv1.Validation{Expression: "object.spec.lead == 'ana'", Message: "no"}, "[]", false},
		"a literal message": {
			admissionregistrationv1.Validation{Expression: "object.spec.lead == 'ben'", Message: "spec.lead is not ben"}, "[spec.lead is not ben]", false},
		"a message from an expression": {
			admissionregistrationv1.Validation{Expression: "object.spec.lead == 'ben'", Message: "no", MessageExpression: "' spec.lead is ' + object.spec.lead"}, "[spec.lead is ana]", false},
		"an empty message from an expression": {
			admissionregistrationv1.Validation{Expression: "object.spec.lead == 'ben'", Message: "no", MessageExpression: "' '"}, "[no]", false},
		"a message whose expression fails": {
			admissionregistrationv1.Validation{Expression: "object.spec.lead == 'ben'", Message: "no", MessageExpression: "string(object.spec.other)"}, "[no]", false},
		"no message at all": {
			admissionregistrationv1.Validation{Expression: " object.spec.lead == 'ben' "}, "[failed expression: object.spec.lead == 'ben']", false},
		"a rule that cannot be evaluated": {
			admissionregistrationv1.Validation{Expression: "object.spec.other == 'ben'", Message: "no"}, "[]", true},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := newPolicy(rule(c.rule))
			if err != nil {
				t.Fatal(err)
			}
			refusals, err := p.refusals(t.Context(), "teams", aTeam("payments"))
			if got := fmt.Sprint(refusals); got != c.refused || (err != nil) != c.fails {
				t.Errorf("it refuses by %s, %v; want %s", got, err, c.refused)
			}
		})
	}
}

func TestAPolicyAppliesOnlyToWhatItMatches(t *testing.T) {
	type spec = admissionregistrationv1.ValidatingAdmissionPolicySpec
	first := func(s *spec) *admissionregistrationv1.NamedRuleWithOperations {
		return &s.MatchConstraints.ResourceRules[0]
	}
	for name, c := range map[string]struct {
		modify func(*spec)
		want   bool
	}{
		"new Teams":            {func(*spec) {}, true},
		"all operations":       {func(s *spec) { first(s).Operations = []admissionregistrationv1.OperationType{"*"} }, true},
		"all resources":        {func(s *spec) { first(s).Resources = []string{"*"} }, true},
		"updates alone":        {func(s *spec) { first(s).Operations = []admissionregistrationv1.OperationType{"UPDATE"} }, false},
		"other resources":      {func(s *spec) { first(s).Resources = []string{"utilities"} }, false},
		"another group":        {func(s *spec) { first(s).APIGroups = []string{"apps"} }, false},
		"another version":      {func(s *spec) { first(s).APIVersions = []string{"v2"} }, false},
		"no match constraints": {func(s *spec) { s.MatchConstraints = nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := newPolicy(rule(admissionregistrationv1.Validation{Expression: "false", Message: "no"}, c.modify))
			if err != nil {
				t.Fatal(err)
			}
			refusals, err := p.refusals(t.Context(), "teams", aTeam("payments"))
			if got := len(refusals) == 1; err != nil || got != c.want || p.matches(praxisv1.GroupVersion.WithResource("teams")) != c.want {
				t.Errorf("it refuses by %q, %v", refusals, err)
			}
		})
	}
}

func TestAPolicyThatCannotBeUsedIsAnError(t *testing.T) {
	const head = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\n"
	for name, c := range map[string]struct{ text, want string }{
		"an empty file":                  {"", "there is no ValidatingAdmissionPolicy"},
		"another kind":                   {"apiVersion: v1\nkind: ConfigMap\n", "there is no ValidatingAdmissionPolicy"},
		"a text that is not YAML":        {"a: b: c\n", "error converting YAML to JSON: "},
		"parameters":                     {head + "spec: {paramKind: {apiVersion: v1, kind: ConfigMap}}\n", "parameters and match conditions need a cluster"},
		"conditions":                     {head + "spec: {matchConditions: [{name: a, expression: 'true'}]}\n", "parameters and match conditions need a cluster"},
		"a rule that does not compile":   {head + "spec: {validations: [{expression: 'object.'}]}\n", "compilation failed: "},
		"a message that is not a string": {head + "spec: {validations: [{expression: 'true', messageExpression: '7'}]}\n", "must evaluate to string"},
		"a rule that is not boolean":     {head + "spec: {validations: [{expression: '7'}]}\n", "must evaluate to bool"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := compilePolicy([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}

func TestVariablesOfAPolicyAreKnownToItsRules(t *testing.T) {
	p, err := compilePolicy([]byte(`apiVersion: v1
kind: ConfigMap
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
spec:
  matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [praxis.dev], apiVersions: [v1alpha1], resources: [teams]}]}
  variables: [{name: long, expression: "size(object.metadata.name) > 8"}]
  validations: [{expression: "!variables.long", message: metadata.name is long}]
`))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"payments": "[]", "payments2": "[metadata.name is long]"} {
		t.Run(name, func(t *testing.T) {
			refusals, err := p.refusals(t.Context(), "teams", aTeam(name))
			if got := fmt.Sprint(refusals); err != nil || got != want {
				t.Errorf("it refuses by %s, %v; want %s", got, err, want)
			}
		})
	}
}

func TestOnlyAKeyActionOwnedByAKeyActionIsMadeByTheOperator(t *testing.T) {
	owned := func(kind, version string, controls bool) *unstructured.Unstructured {
		u := aTeam("a")
		u.SetKind("KeyAction")
		u.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: version, Kind: kind, Name: "b", Controller: &controls}})
		return u
	}
	for name, c := range map[string]struct {
		object *unstructured.Unstructured
		want   bool
	}{
		"made for a Team of an enterprise one": {owned("KeyAction", "praxis.dev/v1alpha1", true), true},
		"owned but not controlled":             {owned("KeyAction", "praxis.dev/v1alpha1", false), false},
		"made by another tool":                 {owned("Application", "argoproj.io/v1alpha1", true), false},
		"of a kind of the same name":           {owned("KeyAction", "other.dev/v1", true), false},
		"a Team":                               {aTeam("a"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := generated(c.object); got != c.want {
				t.Errorf("it is the operator's: %t", got)
			}
		})
	}
}
