// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// parameterUse matches the use of a parameter in a package's string.
var parameterUse = regexp.MustCompile(`\$\(params\.([^()\s]+)\)`)

// What the schema allows in an Action; a parameter's value can make a string longer than it
// was allowed to be in the step.
const (
	longestDo       = 2000
	longestStandard = 1000
	longestName     = 63
)

// Resolve is the package that a KeyAction is planned from: its own, or the one it refers to,
// with parameters filled in and overrides applied.
func Resolve(packages map[string]*praxisv1.ActionPackage, ka *praxisv1.KeyAction) (*praxisv1.Package, *Problem) {
	ref := ka.Spec.PackageRef
	if ref == nil {
		if ka.Spec.Package == nil {
			return nil, problem(praxisv1.ReasonInvalidSpec, "KeyAction %s has no package; write spec.package or spec.packageRef", ka.Name)
		}
		return ka.Spec.Package, unfilled(ka, ka.Spec.Package)
	}
	found := packages[ref.Name]
	if found == nil {
		return nil, problem(praxisv1.ReasonReferenceNotFound, "ActionPackage %s is not in the namespace; create it or correct spec.packageRef.name", ref.Name).at("spec.packageRef.name")
	}
	values, wrong := parameterValues(found, ref)
	if wrong != nil {
		return nil, wrong
	}
	resolved := found.Spec.Package.DeepCopy()
	if wrong := substitute(found.Name, resolved, values); wrong != nil {
		return nil, wrong
	}
	if wrong := override(found.Name, resolved, ref.Overrides); wrong != nil {
		return nil, wrong
	}
	return resolved, unfilled(ka, resolved)
}

// unfilled finds a parameter that nothing fills in, since only the strings of an ActionPackage
// take parameters: people would read $(params.NAME) in what they are to do.
func unfilled(ka *praxisv1.KeyAction, p *praxisv1.Package) *Problem {
	for _, f := range templatedIn(p) {
		use := parameterUse.FindString(*f.text)
		switch {
		case use == "":
		case ka.Spec.PackageRef != nil:
			return problem(praxisv1.ReasonInvalidSpec, "%s in %s comes from a value, a default or an override, which take no parameters; write the text itself", use, f).at("spec.packageRef")
		default:
			return problem(praxisv1.ReasonInvalidSpec, "%s in %s is not filled in: only an ActionPackage has parameters; write the text itself, or use packageRef", use, f).at(f.fieldIn(ka))
		}
	}
	return nil
}

func parameterValues(p *praxisv1.ActionPackage, ref *praxisv1.PackageReference) (map[string]string, *Problem) {
	values := map[string]string{}
	for _, parameter := range p.Spec.Parameters {
		switch given, isGiven := ref.Parameters[parameter.Name]; {
		case isGiven:
			values[parameter.Name] = string(given)
		case parameter.Default != nil:
			values[parameter.Name] = *parameter.Default
		default:
			return nil, problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s needs parameter %s; set spec.packageRef.parameters.%s", p.Name, parameter.Name, parameter.Name).at("spec.packageRef.parameters")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ref.Parameters)) {
		if _, known := values[name]; !known {
			return nil, problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s has no parameter %s; remove it from spec.packageRef.parameters", p.Name, name).at("spec.packageRef.parameters")
		}
	}
	return values, nil
}

// templated is a string of a package that takes parameters.
type templated struct {
	step    string // that has the field; empty if the package itself has it
	field   string
	text    *string
	longest int  // characters that it may have afterwards; 0: it goes no further
	needed  bool // it may not be empty afterwards
}

// String names the field for a message.
func (t templated) String() string {
	if t.step == "" {
		return t.field
	}
	return t.field + " of step " + t.step
}

// fieldIn is the path of the field in the KeyAction that has the package in itself.
func (t templated) fieldIn(ka *praxisv1.KeyAction) string {
	if t.step == "" {
		return "spec.package." + t.field
	}
	return StepField(ka, t.step, t.field)
}

// templatedIn are the strings of a package that take parameters, as they stand in it.
func templatedIn(p *praxisv1.Package) []templated {
	fields := []templated{{"", "definition", &p.Definition, 0, true}, {"", "standard", &p.Standard, 0, true}}
	for i := range p.Inputs {
		fields = append(fields, templated{"", fmt.Sprintf("inputs[%d]", i), &p.Inputs[i], 0, true})
	}
	for i := range p.Outputs {
		fields = append(fields, templated{"", fmt.Sprintf("outputs[%d]", i), &p.Outputs[i], 0, true})
	}
	for i := range p.Collaborators {
		c, name := &p.Collaborators[i], fmt.Sprintf("collaborators[%d]", i)
		fields = append(fields, templated{"", name + ".team", &c.Team, longestName, true}, templated{"", name + ".role", &c.Role, longestName, true})
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		fields = append(fields,
			templated{s.Name, "do", &s.Do, longestDo, true},
			templated{s.Name, "assign.role", &s.Assign.Role, longestName, true},
			templated{s.Name, "assign.member", &s.Assign.Member, longestName, true},
			templated{s.Name, "standard.statement", &s.Standard.Statement, longestStandard, true},
			templated{s.Name, "standard.check", &s.Standard.Check, longestStandard, false}, // without one all is judged by people
		)
		for j := range s.Evidence {
			fields = append(fields, templated{s.Name, fmt.Sprintf("evidence[%d].name", j), &s.Evidence[j].Name, longestName, true})
		}
	}
	return fields
}

func substitute(name string, p *praxisv1.Package, values map[string]string) *Problem {
	var unknown, tooLong string
	var empty *Problem
	for _, f := range templatedIn(p) {
		used := parametersOf(*f.text)
		for _, parameter := range used {
			if _, known := values[parameter]; !known {
				unknown = smallest(unknown, parameter)
			}
		}
		*f.text = parameterUse.ReplaceAllStringFunc(*f.text, func(use string) string { return values[parameterUse.FindStringSubmatch(use)[1]] })
		switch {
		case f.longest > 0 && utf8.RuneCountInString(*f.text) > f.longest:
			tooLong = smallest(tooLong, string([]rune(*f.text)[:20]))
		case f.needed && len(used) > 0 && *f.text == "" && empty == nil:
			empty = problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s: with its parameters %s is empty; give a value to %s", name, f, strings.Join(used, " or ")).at("spec.packageRef.parameters")
		}
	}
	switch {
	case unknown != "":
		return problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s uses $(params.%s) and does not declare it; add it to its spec.parameters", name, unknown)
	case tooLong != "":
		return problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s: with its parameters the text %q... is too long; give shorter values", name, tooLong)
	case empty != nil:
		return empty
	}
	return sameNames(name, p)
}

// parametersOf are the parameters that a text takes, each once.
func parametersOf(text string) []string {
	var names []string
	for _, use := range parameterUse.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, use[1]) {
			names = append(names, use[1])
		}
	}
	return names
}

// sameNames finds artifacts of a step that parameters gave one name.
func sameNames(name string, p *praxisv1.Package) *Problem {
	for i := range p.Steps {
		seen := map[string]bool{}
		for _, e := range p.Steps[i].Evidence {
			if seen[e.Name] {
				return problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s: with its parameters step %s asks for evidence %q twice; give other values", name, p.Steps[i].Name, e.Name)
			}
			seen[e.Name] = true
		}
	}
	return nil
}

func smallest(a, b string) string {
	if a == "" {
		return b
	}
	return min(a, b)
}

func override(name string, p *praxisv1.Package, overrides []praxisv1.StepOverride) *Problem {
	for i := range overrides {
		o := &overrides[i]
		at := slices.IndexFunc(p.Steps, func(s praxisv1.Step) bool { return s.Name == o.Step })
		if at < 0 {
			return problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s has no step %s; correct spec.packageRef.overrides", name, o.Step).at("spec.packageRef.overrides")
		}
		s := &p.Steps[at]
		if o.Times != nil {
			s.Times = *o.Times
		}
		if o.Every != nil {
			s.Every = *o.Every
		}
		if o.Duration != nil {
			s.Duration = *o.Duration
		}
		if o.Assign != nil {
			s.Assign = *o.Assign
		}
		if len(o.Due) > 0 {
			s.Due = slices.Clone(o.Due)
		}
	}
	return nil
}
