// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"regexp"
	"slices"
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
		return ka.Spec.Package, nil
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
	return resolved, override(found.Name, resolved, ref.Overrides)
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

// templated are the strings of a package that take parameters, and the most characters that
// each may have afterwards (0: unlimited, since it is copied to no other object).
func templated(p *praxisv1.Package) map[*string]int {
	fields := map[*string]int{&p.Definition: 0, &p.Standard: 0}
	for i := range p.Inputs {
		fields[&p.Inputs[i]] = 0
	}
	for i := range p.Outputs {
		fields[&p.Outputs[i]] = 0
	}
	for i := range p.Collaborators {
		fields[&p.Collaborators[i].Team], fields[&p.Collaborators[i].Role] = longestName, longestName
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		fields[&s.Do] = longestDo
		fields[&s.Assign.Role], fields[&s.Assign.Member] = longestName, longestName
		fields[&s.Standard.Statement], fields[&s.Standard.Check] = longestStandard, longestStandard
		for j := range s.Evidence {
			fields[&s.Evidence[j].Name] = longestName
		}
	}
	return fields
}

func substitute(name string, p *praxisv1.Package, values map[string]string) *Problem {
	var unknown, tooLong string
	for field, longest := range templated(p) {
		*field = parameterUse.ReplaceAllStringFunc(*field, func(use string) string {
			parameter := parameterUse.FindStringSubmatch(use)[1]
			value, known := values[parameter]
			if !known {
				// Take the smallest, so that the message does not depend on the order of a
				// map.
				unknown = smallest(unknown, parameter)
			}
			return value
		})
		if longest > 0 && utf8.RuneCountInString(*field) > longest {
			tooLong = smallest(tooLong, string([]rune(*field)[:20]))
		}
	}
	switch {
	case unknown != "":
		return problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s uses $(params.%s) and does not declare it; add it to its spec.parameters", name, unknown)
	case tooLong != "":
		return problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s: with its parameters the text %q... is too long; give shorter values", name, tooLong)
	}
	for i := range p.Steps {
		seen := map[string]bool{}
		for _, e := range p.Steps[i].Evidence {
			if seen[e.Name] || e.Name == "" {
				return problem(praxisv1.ReasonInvalidSpec, "ActionPackage %s: with its parameters step %s asks for evidence %q twice or without a name; give other values", name, p.Steps[i].Name, e.Name)
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
