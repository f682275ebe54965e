// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// Objects are what a Utility is planned from.
type Objects struct {
	// Utility is nil if a KeyAction refers to one that does not exist.
	Utility *praxisv1.Utility
	// KeyActions are all that refer to the Utility, those made for Teams included.
	KeyActions []praxisv1.KeyAction
	// Packages and Teams of the namespace, by name.
	Packages map[string]*praxisv1.ActionPackage
	Teams    map[string]*praxisv1.Team
}

// keyAction is the one of that name, or nil.
func (o Objects) keyAction(name string) *praxisv1.KeyAction {
	for i := range o.KeyActions {
		if o.KeyActions[i].Name == name {
			return &o.KeyActions[i]
		}
	}
	return nil
}

// Programme is what a goal's objects ask for in any week: which KeyActions can be planned,
// one for each Team, with their packages resolved, and what keeps the others from being
// planned. It is made once for a goal and passed to all that need it, also concurrently; what
// it returns is shared and must not be changed.
type Programme struct {
	Objects
	// Problem is what keeps the Utility from being planned at all, or nil.
	Problem *Problem
	// Within and Beyond are the names of the KeyActions without a parent, by rank, up to
	// maxKeyActions and after it.
	Within, Beyond []string

	entries []entry
	gaps    []Gap
	*found
}

// found is what a Programme was asked and has answered; it answers the same again.
type found struct {
	mu       sync.Mutex
	children map[string][]praxisv1.KeyAction // by the name of their parent
	problems map[string]*Problem             // by the name of the KeyAction
	targets  map[span]map[string]int64
	surveys  map[surveyed]survey
}

// span is a week, and the instant from which it counts.
type span struct {
	number             int
	starts, ends, from int64
}

func spanOf(w cadence.Week, from time.Time) span {
	return span{w.Number, w.StartsAt.Unix(), w.EndsAt.Unix(), from.UnixNano()}
}

// surveyed is a span, and whose turn it was when it was looked at.
type surveyed struct {
	span
	turns string
}

// maxSpans is how many weeks' answers are kept; a quarter has fourteen.
const maxSpans = 32

// remember keeps an answer, and forgets all where they have become many.
func remember[K comparable, T any](answers map[K]T, of K, answer T) {
	if len(answers) >= maxSpans {
		clear(answers)
	}
	answers[of] = answer
}

// survey is the answer of Survey.
type survey struct {
	gaps  []Gap
	loads []MemberLoad
}

// entry is a KeyAction of one Team.
type entry struct {
	keyAction *praxisv1.KeyAction
	weight    int32 // percent of the Utility: its own, or its parent's
	parts     int32 // number of parts that the weight is split into
	team      *praxisv1.Team
	steps     []praxisv1.Step
}

// Gap is something that the planner could not plan, or that its author should know.
type Gap struct {
	// KeyAction by its name; empty if the gap is the Utility's or a person's.
	KeyAction string
	Step      string
	Tier      praxisv1.Tier
	Team      string
	Member    string
	// Reason of the condition that says the same.
	Reason string
	// Message says what is wrong and what to do.
	Message string
}

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

func overLimit(name string, limit int32) string {
	return fmt.Sprintf("KeyAction %s ranks beyond maxKeyActions (%d) and is not planned; give it more weight or merge it", name, limit)
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

// piece is a step of a KeyAction that is planned in a week, and who does it.
type piece struct {
	step        *praxisv1.Step
	occurrences []praxisv1.Occurrence
	people      []*praxisv1.Member
	whyNobody   string
}

// pieces are the steps of a KeyAction that are planned in a week, less what is due before an
// instant. turns are those of the week.
func (e *entry) pieces(w cadence.Week, from time.Time, turns rotation) []piece {
	var pieces []piece
	for i := range e.steps {
		s := &e.steps[i]
		if !plannedIn(s, w) {
			continue
		}
		occurrences := deal(s, w, from)
		if len(occurrences) == 0 {
			continue
		}
		people, whyNobody := assigned(s, e.team, w, turns[turnKey{e.keyAction.Name, s.Name}])
		pieces = append(pieces, piece{step: s, occurrences: occurrences, people: people, whyNobody: whyNobody})
	}
	return pieces
}

// asksSomebody reports whether a week has an Action of a KeyAction, less what is due before
// an instant.
func (e *entry) asksSomebody(w cadence.Week, from time.Time) bool {
	for i := range e.steps {
		s := &e.steps[i]
		if !plannedIn(s, w) || len(deal(s, w, from)) == 0 {
			continue
		}
		if e.headcount(s, w) > 0 {
			return true
		}
	}
	return false
}

// headcount is how many people do a step in a week; of one that rotates it is one, whose turn
// ever it is.
func (e *entry) headcount(s *praxisv1.Step, w cadence.Week) int {
	if s.Assign.Mode != praxisv1.AssignRotate {
		people, _ := assigned(s, e.team, w, nil)
		return len(people)
	}
	if slices.ContainsFunc(WithRole(e.team, s.Assign.Role), func(m *praxisv1.Member) bool { return !isAbsent(m, w) }) {
		return 1
	}
	return 0
}

// KeyTargets are the key-tier completions of a week that is planned whole, by KeyAction.
func (p *Programme) KeyTargets(w cadence.Week) map[string]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	of := spanOf(w, w.StartsAt)
	if targets, counted := p.targets[of]; counted {
		return targets
	}
	targets := map[string]int64{}
	for i := range p.entries {
		e := &p.entries[i]
		for j := range e.steps {
			s := &e.steps[j]
			if s.Tier == praxisv1.TierKey && plannedIn(s, w) {
				targets[e.keyAction.Name] += int64(quantity(deal(s, w, w.StartsAt))) * int64(e.headcount(s, w))
			}
		}
	}
	remember(p.targets, of, targets)
	return targets
}
