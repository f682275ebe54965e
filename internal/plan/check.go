// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/standard"
)

// checkUtility is what keeps a Utility from being planned at all, or nil.
func checkUtility(p *Programme) *Problem {
	for _, check := range []func(*Programme) *Problem{checkCadence, checkEnd, checkOwner, checkWeights} {
		if wrong := check(p); wrong != nil {
			return wrong
		}
	}
	return nil
}

func checkCadence(p *Programme) *Problem {
	_, err := cadence.New(p.Utility.Spec.Cadence)
	if _, unknown := errors.AsType[*cadence.UnknownZoneError](err); unknown {
		return problem(praxisv1.ReasonUnknownTimeZone, "%v", err).at("spec.cadence.timeZone")
	}
	if err != nil {
		return problem(praxisv1.ReasonInvalidSpec, "spec.cadence: %v", err).at("spec.cadence")
	}
	return nil
}

func checkOwner(p *Programme) *Problem {
	owner := p.Utility.Spec.Owner
	team := p.Teams[owner.Team]
	if team == nil {
		return problem(praxisv1.ReasonReferenceNotFound, "Team %s of spec.owner is not in the namespace; create it or correct the name", owner.Team).at("spec.owner")
	}
	if Member(team, owner.Member) == nil {
		return problem(praxisv1.ReasonReferenceNotFound, "Team %s has no member %s; add the person or correct spec.owner", owner.Team, owner.Member).at("spec.owner")
	}
	return nil
}

// checkWeights requires the weights of the KeyActions without a parent, suspended ones
// included, to add up to a hundred. A Utility without KeyActions is not wrong: they may not
// have been applied yet.
func checkWeights(p *Programme) *Problem {
	var ranked []*praxisv1.KeyAction
	var sum int32
	for i := range p.KeyActions {
		if ka := &p.KeyActions[i]; !hasParent(ka) {
			ranked = append(ranked, ka)
			sum += PercentOf(ka)
		}
	}
	if len(ranked) == 0 || sum == 100 {
		return nil
	}
	slices.SortFunc(ranked, func(a, b *praxisv1.KeyAction) int { return cmp.Compare(a.Name, b.Name) })
	var parts []string
	for _, ka := range ranked {
		parts = append(parts, fmt.Sprintf("%s %d", ka.Name, PercentOf(ka)))
	}
	return problem(praxisv1.ReasonWeightsNotHundred, "The weights of the KeyActions add up to %d, not 100; change them: %s", sum, strings.Join(parts, ", "))
}

// checkKeyAction is what keeps a KeyAction of either level from being planned, or nil.
func checkKeyAction(p *Programme, ka *praxisv1.KeyAction) *Problem {
	for _, check := range []func(*Programme, *praxisv1.KeyAction) *Problem{checkReferences, checkSelector, checkTeams, checkDeviation, checkPackage, checkChildren} {
		if wrong := check(p, ka); wrong != nil {
			return wrong
		}
	}
	return nil
}

func checkReferences(p *Programme, ka *praxisv1.KeyAction) *Problem {
	switch {
	case p.Utility == nil:
		return problem(praxisv1.ReasonReferenceNotFound, "Utility %s is not in the namespace; create it, or recreate the KeyAction for another", ka.Spec.UtilityRef.Name).at("spec.utilityRef")
	case ka.Spec.ParentRef != nil && !IsGenerated(ka):
		return problem(praxisv1.ReasonInvalidSpec, "spec.parentRef is written by the operator only; remove it and set spec.weight").at("spec.parentRef")
	case ka.Spec.TeamRef != nil && p.Teams[ka.Spec.TeamRef.Name] == nil:
		return problem(praxisv1.ReasonReferenceNotFound, "Team %s is not in the namespace; create it or correct spec.teamRef.name", ka.Spec.TeamRef.Name).at("spec.teamRef")
	}
	return nil
}

func checkSelector(_ *Programme, ka *praxisv1.KeyAction) *Problem {
	if ka.Spec.TeamSelector == nil {
		return nil
	}
	if _, err := metav1.LabelSelectorAsSelector(ka.Spec.TeamSelector); err != nil {
		return problem(praxisv1.ReasonInvalidSpec, "spec.teamSelector cannot be read: %v", err).at("spec.teamSelector")
	}
	return nil
}

const unknownChoice = "%s %s is not known to this operator; choose another, or install the operator of the release that has it"

func checkDeviation(_ *Programme, ka *praxisv1.KeyAction) *Problem {
	if onMiss := PolicyOf(ka).OnMiss; !slices.Contains(knownMissPolicies, onMiss) {
		return problem(praxisv1.ReasonInvalidSpec, unknownChoice, "spec.deviation.onMiss", onMiss).at("spec.deviation.onMiss")
	}
	return nil
}

func checkPackage(p *Programme, ka *praxisv1.KeyAction) *Problem {
	resolved, wrong := Resolve(p.Packages, ka)
	if wrong != nil {
		return wrong
	}
	var sum int32
	known := map[string]bool{}
	for i := range resolved.Steps {
		known[resolved.Steps[i].Name] = true
		sum += resolved.Steps[i].Weight
	}
	for i := range resolved.Steps {
		if wrong := checkStep(p, ka, &resolved.Steps[i], known); wrong != nil {
			return wrong
		}
	}
	if circle := findCycle(resolved.Steps); circle != nil {
		return problem(praxisv1.ReasonDependencyCycle, "The steps wait for each other: %s; remove one dependsOn", arrows(circle)).at(StepField(ka, circle[0], "dependsOn"))
	}
	if sum != 100 {
		return problem(praxisv1.ReasonWeightsNotHundred, "The weights of the steps add up to %d, not 100; change them", sum).at(packageField(ka))
	}
	return nil
}

func checkStep(p *Programme, ka *praxisv1.KeyAction, s *praxisv1.Step, known map[string]bool) *Problem {
	if !slices.Contains(knownTiers, s.Tier) {
		return problem(praxisv1.ReasonInvalidSpec, unknownChoice, "tier of step "+s.Name+":", s.Tier).at(StepField(ka, s.Name, "tier"))
	}
	if !slices.Contains(knownModes, s.Assign.Mode) {
		return problem(praxisv1.ReasonInvalidSpec, unknownChoice, "assign.mode of step "+s.Name+":", s.Assign.Mode).at(StepField(ka, s.Name, "assign"))
	}
	for _, name := range s.DependsOn {
		if !known[name] {
			return problem(praxisv1.ReasonInvalidSpec, "Step %s depends on %s, which is not a step of the package; correct dependsOn", s.Name, name).at(StepField(ka, s.Name, "dependsOn"))
		}
	}
	if _, err := s.Duration.Minutes(); err != nil {
		return problem(praxisv1.ReasonInvalidSpec, "Step %s: %v", s.Name, err).at(StepField(ka, s.Name, "duration"))
	}
	if s.Standard.Check != "" {
		if _, err := standard.Compile(s.Standard.Check); err != nil {
			return problem(praxisv1.ReasonInvalidCheck, "The check of step %s cannot be used: %v; correct standard.check", s.Name, err).at(StepField(ka, s.Name, "standard.check"))
		}
	}
	if s.Assign.Mode != praxisv1.AssignMember || ka.Spec.TeamRef == nil {
		return nil
	}
	// checkReferences came first, so the Team exists.
	if Member(p.Teams[ka.Spec.TeamRef.Name], s.Assign.Member) == nil {
		return problem(praxisv1.ReasonReferenceNotFound, "Step %s is for %s, who is not in Team %s; add the person or change assign.member", s.Name, s.Assign.Member, ka.Spec.TeamRef.Name).at(StepField(ka, s.Name, "assign"))
	}
	return nil
}

// checkChildren finds KeyActions that have the name of one to be made for a Team.
func checkChildren(p *Programme, ka *praxisv1.KeyAction) *Problem {
	for _, child := range p.Children(ka) {
		taken := p.keyAction(child.Name)
		if taken != nil && !IsChild(taken, ka) {
			return problem(praxisv1.ReasonNameTaken, "KeyAction %s for Team %s cannot be made: that name is another KeyAction's; rename one of them", child.Name, child.Spec.TeamRef.Name).at("metadata.name")
		}
	}
	return nil
}

// ProblemOf is what keeps a KeyAction of either level from being planned, or nil.
func (p *Programme) ProblemOf(ka *praxisv1.KeyAction) *Problem {
	p.mu.Lock()
	wrong, known := p.problems[ka.Name]
	p.mu.Unlock()
	if !known {
		wrong = checkKeyAction(p, ka) // asks for children, which locks too
		p.mu.Lock()
		p.problems[ka.Name] = wrong
		p.mu.Unlock()
	}
	return wrong
}
