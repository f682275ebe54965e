// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/source"
)

// checkSources checks the EvidenceSources: the rules compile, and what they are for is there.
func (w *World) checkSources() []manifest.Finding {
	var found []manifest.Finding
	for _, s := range w.sources {
		if w.refused("EvidenceSource", s.Name) {
			continue
		}
		if _, err := source.Compile(&s.Spec); err != nil {
			if invalid, is := errors.AsType[*source.Invalid](err); is {
				found = append(found, w.finding("EvidenceSource", s.Name, invalid.Field, manifest.Error, praxisv1.ReasonInvalidRule, invalid.Message))
			}
		}
		for i := range s.Spec.Rules {
			found = append(found, w.checkRule(s, i)...)
		}
	}
	return found
}

func (w *World) checkRule(s *praxisv1.EvidenceSource, i int) []manifest.Finding {
	rule, at := &s.Spec.Rules[i], fmt.Sprintf("spec.rules[%d].for", i)
	lacks := func(field, format string, args ...any) []manifest.Finding {
		return []manifest.Finding{w.finding("EvidenceSource", s.Name, at+field, manifest.Error, praxisv1.ReasonReferenceNotFound, fmt.Sprintf(format, args...))}
	}
	if m := rule.For.Measure; m != nil {
		u := w.programmeOf(m.Utility).Utility
		switch {
		case u == nil:
			return lacks(".measure.utility", "There is no Utility %s; correct the name", m.Utility)
		case evidence.MeasureOf(u, m.Name) == nil && !w.refused("Utility", m.Utility):
			return lacks(".measure.name", "Utility %s has no measure %s; correct the name", m.Utility, m.Name)
		}
		return w.checkMeasure(s, i, evidence.MeasureOf(u, m.Name))
	}
	k := slices.IndexFunc(w.keyActions, func(ka praxisv1.KeyAction) bool { return ka.Name == rule.For.KeyAction })
	if k < 0 {
		return lacks(".keyAction", "There is no KeyAction %s; correct the name", rule.For.KeyAction)
	}
	ka := &w.keyActions[k]
	if w.refused("KeyAction", ka.Name) {
		return nil
	}
	resolved, wrong := plan.Resolve(w.packages, ka)
	if wrong == nil && !slices.ContainsFunc(resolved.Steps, func(step praxisv1.Step) bool { return step.Name == rule.For.Step }) {
		return lacks(".step", "KeyAction %s has no step %s; correct the name", ka.Name, rule.For.Step)
	}
	if ka.Spec.TeamRef == nil {
		return lacks(".keyAction", "KeyAction %s is for several Teams; name the one that is made for a Team", ka.Name)
	}
	return append(w.checkWork(s, i, ka), w.checkAccounts(s, i, ka.Spec.TeamRef.Name)...)
}

// checkMeasure says that nothing counts for a measure which the operator reads itself.
func (w *World) checkMeasure(s *praxisv1.EvidenceSource, i int, m *praxisv1.Measure) []manifest.Finding {
	if m == nil || m.Source == nil {
		return nil
	}
	of := s.Spec.Rules[i].For.Measure
	return []manifest.Finding{w.finding("EvidenceSource", s.Name, fmt.Sprintf("spec.rules[%d].for.measure.name", i), manifest.Error, praxisv1.ReasonReadFromSource,
		fmt.Sprintf("Measure %s of Utility %s is read from its source, so what the rule makes does not count; remove the rule, or the source of the measure", of.Name, of.Utility))}
}

// checkWork warns where nobody gets an Action of the step that a rule is for: what the rule makes
// would be for nothing.
func (w *World) checkWork(s *praxisv1.EvidenceSource, i int, ka *praxisv1.KeyAction) []manifest.Finding {
	of, u := "", w.programmeOf(ka.Spec.UtilityRef.Name).Utility
	written := &praxisv1.KeyAction{}
	switch {
	case w.files[[2]string{"KeyAction", ka.Name}].Into(written) == nil && written.Spec.Suspend:
		of = "KeyAction " + ka.Name
	case u != nil && u.Spec.Suspend:
		of = "Utility " + u.Name
	default:
		return nil
	}
	return []manifest.Finding{w.finding("EvidenceSource", s.Name, fmt.Sprintf("spec.rules[%d].for.keyAction", i), manifest.Warning, praxisv1.ReasonActionNotFound,
		fmt.Sprintf("%s is suspended, so step %s has no Action and what the rule makes does not count; suspend the source as well, or resume", of, s.Spec.Rules[i].For.Step))}
}

// checkMeasures finds the measures that ask a provider which does not serve the namespace.
func (w *World) checkMeasures(providers []string) []manifest.Finding {
	var found []manifest.Finding
	for _, u := range w.utilities {
		for i, m := range u.Spec.Measures {
			if w.refused("Utility", u.Name) || m.Source == nil || m.Source.Prometheus == nil || slices.Contains(providers, m.Source.Prometheus.Provider) {
				continue
			}
			others := "none may"
			if len(providers) > 0 {
				others = strings.Join(providers, ", ") + " may"
			}
			found = append(found, w.finding("Utility", u.Name, fmt.Sprintf("spec.measures[%d].source.prometheus.provider", i), manifest.Error, praxisv1.ReasonReferenceNotFound,
				fmt.Sprintf("No provider %s may be asked by goals of namespace %s; %s: correct the name, or have the administrators add the namespace", m.Source.Prometheus.Provider, w.Namespace, others)))
		}
	}
	return found
}

// checkAccounts warns where a rule names people by accounts that no member of the Team has.
func (w *World) checkAccounts(s *praxisv1.EvidenceSource, i int, name string) []manifest.Finding {
	rule, kind, team := &s.Spec.Rules[i], source.TypeOf(&s.Spec), w.teams[name]
	if team == nil || w.refused("Team", name) || rule.Member == "" && rule.VerifiedBy == "" {
		return nil
	}
	if slices.ContainsFunc(team.Spec.Members, func(m praxisv1.Member) bool { return m.Accounts[kind] != "" }) {
		return nil
	}
	return []manifest.Finding{w.finding("EvidenceSource", s.Name, fmt.Sprintf("spec.rules[%d]", i), manifest.Warning, praxisv1.ReasonUnknownAccount,
		fmt.Sprintf("No member of Team %s has an account of %s, so nobody is known by it; add accounts: {%s: …} to the members", name, kind, kind))}
}
