// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// interviews is a package with one required and one optional parameter.
func interviews(modify func(*praxisv1.ActionPackageSpec)) map[string]*praxisv1.ActionPackage {
	ask := testStep("ask", praxisv1.TierKey, each("$(params.role)"), 100)
	ask.Do = "Ask about $(params.product)"
	ask.Standard = praxisv1.Standard{Statement: "Notes on $(params.product)", Check: "evidence.summary.contains('$(params.product)')"}
	ask.Evidence = []praxisv1.EvidenceRequirement{{Name: "notes", Type: praxisv1.EvidenceLink}, {Name: "$(params.product)", Type: praxisv1.EvidenceLink}}
	p := &praxisv1.ActionPackage{ObjectMeta: metav1.ObjectMeta{Name: "interviews"}, Spec: praxisv1.ActionPackageSpec{
		Parameters: []praxisv1.Parameter{{Name: "product"}, {Name: "role", Default: new("engineer")}},
		Package: praxisv1.Package{
			Definition: "Interviews about $(params.product)", Standard: "As agreed for $(params.product)",
			Inputs: []string{"a list for $(params.product)"}, Outputs: []string{"what hurts in $(params.product)"},
			Collaborators: []praxisv1.Collaborator{{Team: "$(params.product)-support", Role: "$(params.role)"}},
			Steps:         []praxisv1.Step{ask},
		},
	}}
	modify(&p.Spec)
	return map[string]*praxisv1.ActionPackage{"interviews": p}
}

func askFor(product string) *praxisv1.PackageReference {
	return &praxisv1.PackageReference{Name: "interviews", Parameters: map[string]praxisv1.ParameterValue{"product": praxisv1.ParameterValue(product)}}
}

func asIs(*praxisv1.ActionPackageSpec) {}

func resolving(ref *praxisv1.PackageReference, packages map[string]*praxisv1.ActionPackage) (*praxisv1.Package, *Problem) {
	ka := testKeyAction("ask", 100)
	ka.Spec.Package, ka.Spec.PackageRef = nil, ref
	return Resolve(packages, &ka)
}

func TestParametersGoIntoEveryTextOfAPackage(t *testing.T) {
	got, wrong := resolving(askFor("checkout"), interviews(asIs))
	if wrong != nil {
		t.Fatal(wrong)
	}
	s := got.Steps[0]
	for name, c := range map[string]struct{ got, want string }{
		"definition":   {got.Definition, "Interviews about checkout"},
		"standard":     {got.Standard, "As agreed for checkout"},
		"input":        {got.Inputs[0], "a list for checkout"},
		"output":       {got.Outputs[0], "what hurts in checkout"},
		"collaborator": {got.Collaborators[0].Team + " " + got.Collaborators[0].Role, "checkout-support engineer"},
		"do":           {s.Do, "Ask about checkout"},
		"role":         {s.Assign.Role, "engineer"},
		"statement":    {s.Standard.Statement, "Notes on checkout"},
		"check":        {s.Standard.Check, "evidence.summary.contains('checkout')"},
		"evidence":     {s.Evidence[1].Name, "checkout"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("it is %q, want %q", c.got, c.want)
			}
		})
	}
}

func TestAPackageThatDoesNotFitSaysWhatToChange(t *testing.T) {
	const parameters = "spec.packageRef.parameters"
	for name, c := range map[string]struct {
		ref       *praxisv1.PackageReference
		modify    func(*praxisv1.ActionPackageSpec)
		want      string
		wantField string
	}{
		"a parameter is not given": {&praxisv1.PackageReference{Name: "interviews"}, asIs, "ActionPackage interviews needs parameter product; set spec.packageRef.parameters.product", parameters},
		"an undeclared parameter is given": {
			&praxisv1.PackageReference{Name: "interviews", Parameters: map[string]praxisv1.ParameterValue{"product": "checkout", "zone": "EU", "colour": "red"}}, asIs,
			"ActionPackage interviews has no parameter colour; remove it", parameters, // the first by name
		},
		"an undeclared parameter is used": {
			askFor("checkout"), func(s *praxisv1.ActionPackageSpec) {
				s.Package.Definition, s.Package.Steps[0].Do = "For $(params.whom)", "Ask in $(params.tongue)"
			},
			"ActionPackage interviews uses $(params.tongue) and does not declare it", "", // the smaller of two
		},
		"a value makes a name too long": {
			askFor(strings.Repeat("p", 64)), asIs, `ActionPackage interviews: with its parameters the text "pppppppppppppppppppp"... is too long`, "",
		},
		"a value gives two artifacts one name": {
			askFor("notes"), asIs, `step ask asks for evidence "notes" twice`, "",
		},
		"an empty value leaves an artifact without a name": {
			askFor(""), asIs, "ActionPackage interviews: with its parameters evidence[1].name of step ask is empty; give a value to product", parameters,
		},
		"an override is of no step": {
			&praxisv1.PackageReference{Name: "interviews", Parameters: map[string]praxisv1.ParameterValue{"product": "checkout"}, Overrides: []praxisv1.StepOverride{{Step: "write", Times: new(int32(2))}}}, asIs,
			"ActionPackage interviews has no step write; correct spec.packageRef.overrides", "spec.packageRef.overrides",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, wrong := resolving(c.ref, interviews(c.modify))
			if wrong == nil || wrong.Reason != praxisv1.ReasonInvalidSpec || !strings.Contains(wrong.Message, c.want) || wrong.Field != c.wantField {
				t.Errorf("got %+v, want %q at %q", wrong, c.want, c.wantField)
			}
		})
	}
}

// Only an ActionPackage takes parameters; elsewhere people would read $(params.NAME) in what they
// are to do.
func TestAParameterThatNothingFillsInIsSaid(t *testing.T) {
	const inline = "$(params.x) in %s is not filled in: only an ActionPackage has parameters; write the text itself, or use packageRef"
	for name, c := range map[string]struct {
		of              func(*praxisv1.Package)
		field, expected string
	}{
		"the definition": {func(p *praxisv1.Package) { p.Definition = "For $(params.x)" }, "definition", "spec.package.definition"},
		"an output":      {func(p *praxisv1.Package) { p.Outputs = []string{"a list", "$(params.x)"} }, "outputs[1]", "spec.package.outputs[1]"},
		"what is done":   {func(p *praxisv1.Package) { p.Steps[1].Do = "Ask $(params.x)" }, "do of step write", "spec.package.steps[1].do"},
		"who does it":    {func(p *praxisv1.Package) { p.Steps[0].Assign = only("$(params.x)") }, "assign.member of step ask", "spec.package.steps[0].assign.member"},
		"a check":        {func(p *praxisv1.Package) { p.Steps[0].Standard.Check = "'$(params.x)' == ''" }, "standard.check of step ask", "spec.package.steps[0].standard.check"},
	} {
		t.Run(name, func(t *testing.T) {
			ka := testKeyAction("ask", 100, testStep("ask", praxisv1.TierKey, each("engineer"), 50), testStep("write", praxisv1.TierKey, each("engineer"), 50))
			c.of(ka.Spec.Package)
			_, wrong := Resolve(nil, &ka)
			if wrong == nil || wrong.Reason != praxisv1.ReasonInvalidSpec || wrong.Message != fmt.Sprintf(inline, c.field) || wrong.Field != c.expected {
				t.Errorf("got %+v, want %s at %s", wrong, fmt.Sprintf(inline, c.field), c.expected)
			}
		})
	}
	overridden := askFor("checkout")
	overridden.Overrides = []praxisv1.StepOverride{{Step: "ask", Assign: new(each("$(params.role)"))}}
	for name, c := range map[string]struct {
		ref  *praxisv1.PackageReference
		want string
	}{
		"an override":                {overridden, "$(params.role) in assign.role of step ask comes from a value, a default or an override"},
		"the value of another":       {askFor("the $(params.role)"), "$(params.role) in definition comes from a value, a default or an override"},
		"what only looks like a use": {askFor("$(param.x) $(params.) $PARAMS"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, wrong := resolving(c.ref, interviews(asIs))
			if c.want == "" {
				if wrong != nil {
					t.Errorf("it says %+v", wrong)
				}
				return
			}
			if wrong == nil || wrong.Reason != praxisv1.ReasonInvalidSpec || !strings.Contains(wrong.Message, c.want) || wrong.Field != "spec.packageRef" {
				t.Errorf("got %+v, want %s", wrong, c.want)
			}
		})
	}
}

// The server refuses an Action without a statement, and nobody can do one that says nothing.
func TestAnEmptyValueLeavesNoTextEmptyThatIsNeeded(t *testing.T) {
	const param = "$(params.product)"
	for name, c := range map[string]struct {
		empty func(*praxisv1.Package)
		want  string // empty where it is fine
	}{
		"the definition":            {func(p *praxisv1.Package) { p.Definition = param }, "definition"},
		"the standard":              {func(p *praxisv1.Package) { p.Standard = param }, "standard"},
		"an input":                  {func(p *praxisv1.Package) { p.Inputs = []string{"a list", param} }, "inputs[1]"},
		"an output":                 {func(p *praxisv1.Package) { p.Outputs[0] = param }, "outputs[0]"},
		"a collaborator's Team":     {func(p *praxisv1.Package) { p.Collaborators[0].Team = param }, "collaborators[0].team"},
		"a collaborator's role":     {func(p *praxisv1.Package) { p.Collaborators[0].Role = param }, "collaborators[0].role"},
		"what is done":              {func(p *praxisv1.Package) { p.Steps[0].Do = param }, "do of step ask"},
		"the same twice":            {func(p *praxisv1.Package) { p.Steps[0].Do = param + param }, "do of step ask"},
		"whose role does it":        {func(p *praxisv1.Package) { p.Steps[0].Assign.Role = param }, "assign.role of step ask"},
		"who does it":               {func(p *praxisv1.Package) { p.Steps[0].Assign = only(param) }, "assign.member of step ask"},
		"the statement":             {func(p *praxisv1.Package) { p.Steps[0].Standard.Statement = param }, "standard.statement of step ask"},
		"what there is no need of":  {func(p *praxisv1.Package) { p.Steps[0].Standard.Check = param }, ""},
		"what was empty before it":  {func(p *praxisv1.Package) { p.Collaborators[0].Role = "" }, ""},
		"a part of a text alone":    {func(p *praxisv1.Package) { p.Steps[0].Do = "Ask" + param }, ""},
		"the first of two is named": {func(p *praxisv1.Package) { p.Steps[0].Do, p.Standard = param, param }, "standard"},
	} {
		t.Run(name, func(t *testing.T) {
			_, wrong := resolving(askFor(""), interviews(func(s *praxisv1.ActionPackageSpec) {
				s.Package.Steps[0].Evidence = nil
				c.empty(&s.Package)
			}))
			if c.want == "" {
				if wrong != nil {
					t.Errorf("it says %+v", wrong)
				}
				return
			}
			want := "ActionPackage interviews: with its parameters " + c.want + " is empty; give a value to product"
			if wrong == nil || wrong.Reason != praxisv1.ReasonInvalidSpec || wrong.Message != want || wrong.Field != "spec.packageRef.parameters" {
				t.Errorf("got %+v, want %s", wrong, want)
			}
		})
	}
}

// 63 characters are allowed, whatever bytes they take.
func TestANameAsLongAsTheSchemaAllowsIsNotTooLong(t *testing.T) {
	short := func(s *praxisv1.ActionPackageSpec) { s.Package.Collaborators = nil }
	got, wrong := resolving(askFor(strings.Repeat("ü", 63)), interviews(short))
	if wrong != nil || got.Steps[0].Evidence[1].Name != strings.Repeat("ü", 63) {
		t.Errorf("got %+v and %+v", got, wrong)
	}
}

func TestAnOverrideChangesWhatItNamesAndNothingElse(t *testing.T) {
	tuesday := []praxisv1.WeekMoment{{Day: praxisv1.Tuesday, Time: "12:00"}}
	ref := askFor("checkout")
	ref.Overrides = []praxisv1.StepOverride{{Step: "ask", Every: new(int32(2)), Assign: new(only("ben")), Due: tuesday}}
	got, wrong := resolving(ref, interviews(asIs))
	if wrong != nil {
		t.Fatal(wrong)
	}
	s := got.Steps[0]
	if s.Every != 2 || s.Assign != only("ben") || len(s.Due) != 1 || s.Due[0] != tuesday[0] {
		t.Errorf("overridden is %+v", s)
	}
	if s.Times != 1 || s.Duration != "1h" || s.Do != "Ask about checkout" {
		t.Errorf("something else was changed: %+v", s)
	}
	if s.Due[0].Day = praxisv1.Friday; tuesday[0].Day != praxisv1.Tuesday {
		t.Error("the override and the step share their due times")
	}
}
