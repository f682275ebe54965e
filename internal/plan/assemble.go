// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// NewProgramme finds out which KeyActions can be planned. With a Problem of the Utility there
// are none; a Problem of a KeyAction leaves out that one, and a Problem of a Team's part of
// an enterprise KeyAction only that part.
func NewProgramme(o Objects) *Programme {
	p := &Programme{Objects: o, found: &found{
		children: map[string][]praxisv1.KeyAction{}, problems: map[string]*Problem{}, targets: map[span]map[string]int64{}, surveys: map[surveyed]survey{},
	}}
	if o.Utility == nil {
		return p
	}
	p.Within, p.Beyond = rank(o.KeyActions, o.Utility.Spec.MaxKeyActions)
	if p.Problem = checkUtility(p); p.Problem != nil {
		p.gaps = append(p.gaps, Gap{Reason: p.Problem.Reason, Message: p.Problem.Message})
		return p
	}
	for _, name := range p.Beyond {
		p.gaps = append(p.gaps, Gap{KeyAction: name, Reason: praxisv1.ReasonOverFocusLimit, Message: overLimit(name, o.Utility.Spec.MaxKeyActions)})
	}
	p.limitTeams()
	for _, name := range p.Within {
		if ka := o.keyAction(name); !ka.Spec.Suspend {
			p.addKeyAction(ka)
		}
	}
	slices.SortFunc(p.entries, func(a, b entry) int { return cmp.Compare(a.keyAction.Name, b.keyAction.Name) })
	return p
}

func (p *Programme) addKeyAction(ka *praxisv1.KeyAction) {
	if wrong := p.ProblemOf(ka); wrong != nil {
		p.gaps = append(p.gaps, Gap{KeyAction: ka.Name, Reason: wrong.Reason, Message: wrong.Message})
		return
	}
	resolved, _ := Resolve(p.Packages, ka) // ProblemOf has seen it resolve
	for _, warning := range Warnings(ka, resolved) {
		p.gaps = append(p.gaps, Gap{KeyAction: ka.Name, Reason: warning.Reason, Message: warning.Message})
	}
	if ka.Spec.TeamSelector == nil {
		p.addEntry(ka, resolved.Steps, PercentOf(ka), 1)
		return
	}
	children := p.Children(ka)
	if len(children) == 0 {
		p.gaps = append(p.gaps, Gap{KeyAction: ka.Name, Reason: praxisv1.ReasonUnassigned, Message: "spec.teamSelector selects no Team; label the Teams or change the selector"})
	}
	for i := range children {
		p.addEntry(&children[i], resolved.Steps, PercentOf(ka), int32(len(children)))
	}
}

func (p *Programme) addEntry(ka *praxisv1.KeyAction, steps []praxisv1.Step, weight, parts int32) {
	team := p.Teams[ka.Spec.TeamRef.Name]
	for i := range steps {
		// For a Team that a selector selects, its members have not been checked before.
		if wrong := checkStep(p, ka, &steps[i], stepNames(steps)); wrong != nil {
			p.gaps = append(p.gaps, Gap{KeyAction: ka.Name, Team: team.Name, Reason: wrong.Reason, Message: wrong.Message})
			return
		}
	}
	p.entries = append(p.entries, entry{keyAction: ka, weight: weight, parts: parts, team: team, steps: steps})
}

func stepNames(steps []praxisv1.Step) map[string]bool {
	names := map[string]bool{}
	for i := range steps {
		names[steps[i].Name] = true
	}
	return names
}

// Warnings are what keeps a sound KeyAction from being actionable; it is planned
// nevertheless.
func Warnings(ka *praxisv1.KeyAction, resolved *praxisv1.Package) []Problem {
	var warnings []Problem
	if AbstractVerb(ka.Spec.Verb) {
		warnings = append(warnings, *problem(praxisv1.ReasonAbstractVerb, "%q is a wish, not something a person can do; say what is done, like \"Interview\"", ka.Spec.Verb).at("spec.verb"))
	}
	if !slices.ContainsFunc(resolved.Steps, func(s praxisv1.Step) bool { return s.Tier == praxisv1.TierKey }) {
		warnings = append(warnings, *problem(praxisv1.ReasonNoKeyStep, "No step has tier Key, so nothing can be delivered; make the step that users notice a Key step").at(packageField(ka)))
	}
	return warnings
}

func overLimit(name string, limit int32) string {
	return fmt.Sprintf("KeyAction %s ranks beyond maxKeyActions (%d) and is not planned; give it more weight or merge it", name, limit)
}

// Contributions are the units of an accepted key-tier completion, by the names of
// the KeyActions as they are planned: one for each Team of an enterprise one.
func (p *Programme) Contributions() map[string]int64 {
	units := map[string]int64{}
	for i := range p.KeyActions {
		ka := &p.KeyActions[i]
		units[ka.Name] = ka.Spec.Contribution
		if hasParent(ka) {
			continue
		}
		for _, child := range p.Children(ka) {
			units[child.Name] = child.Spec.Contribution
		}
	}
	return units
}

// limitTeams stalls the enterprise KeyActions whose Teams are more than a week has room for
// beside those of heavier ones: none of their Teams is planned, since the figures of some
// would pass for those of all.
func (p *Programme) limitTeams() {
	taken := 0
	for _, name := range p.Within {
		ka := p.keyAction(name)
		if ka.Spec.TeamSelector == nil || ka.Spec.Suspend || p.ProblemOf(ka) != nil {
			continue
		}
		teams := len(p.Children(ka))
		if taken+teams > maxFannedOut {
			p.problems[name] = problem(praxisv1.ReasonTooManyTeams, "Its %d Teams and the %d of heavier KeyActions are more than the %d of a Utility; select fewer, or divide the Utility",
				teams, taken, maxFannedOut).at("spec.teamSelector")
			continue
		}
		taken += teams
	}
}
