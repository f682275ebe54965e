// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// JudgesOf tells of the Actions of a week which members may judge what waits of one, sorted: by
// the rules by which a verdict counts, so that nobody is asked who would be refused. Who handed in is
// known only of the pieces that are given; without any, whoever had the work is left out.
// Without a Programme, which has the Teams as they are, those of the plan are asked.
func JudgesOf(frozen *praxisv1.WeekPlan, p *plan.Programme, actions []praxisv1.Action, pieces []praxisv1.Evidence) func(*praxisv1.Action) []string {
	if p == nil {
		p = plan.NewProgramme(plan.Objects{})
	}
	w := waiting{frozen: frozen, programme: p, actions: map[string]*praxisv1.Action{}, pieces: map[string][]*praxisv1.Evidence{}, known: map[string][]string{}}
	for i := range actions {
		w.actions[actions[i].Name] = &actions[i]
	}
	for i := range pieces {
		if e := &pieces[i]; Pending(e) {
			w.pieces[ActionOf(e)] = append(w.pieces[ActionOf(e)], e)
		}
	}
	return w.judgesOf
}

type waiting struct {
	frozen    *praxisv1.WeekPlan
	programme *plan.Programme
	actions   map[string]*praxisv1.Action
	pieces    map[string][]*praxisv1.Evidence // those that wait, by the name of their Action
	known     map[string][]string             // what has been asked, by Team and who had the work
}

func (w waiting) judgesOf(a *praxisv1.Action) []string {
	in := Input{Action: a, Planned: plan.PlannedTeam(w.frozen, a.Spec.Team), Team: w.programme.Teams[a.Spec.Team], Before: w.splitFrom(a)}
	key := fmt.Sprint(a.Spec.Team, in.had())
	if in.Team == nil {
		if in.Heir = w.programme.TeamOf(a); in.Heir != nil {
			key += in.Heir.Name
		}
	}
	if pieces := w.pieces[a.Name]; len(pieces) > 0 {
		p, users := in.panel(), sets.New[string]()
		for _, e := range pieces {
			users.Insert(p.judgesOf(e)...)
		}
		return p.membersOf(users)
	}
	if _, asked := w.known[key]; !asked {
		p := in.panel()
		w.known[key] = p.membersOf(sets.New(p.judges...).Difference(p.owners))
	}
	return w.known[key]
}

// splitFrom are the Actions of the week that one was split from, oldest first.
func (w waiting) splitFrom(a *praxisv1.Action) []*praxisv1.Action {
	var before []*praxisv1.Action
	for range len(w.actions) {
		origin := w.actions[a.Spec.SplitFrom]
		if origin == nil {
			break
		}
		before = append([]*praxisv1.Action{origin}, before...)
		a = origin
	}
	return before
}

// membersOf are the members of the Team that judges who have these users, by name.
func (p *panel) membersOf(users sets.Set[string]) []string {
	names := sets.New[string]()
	for _, m := range judges(p.team) {
		if users.Has(m.User) {
			names.Insert(m.Name)
		}
	}
	return sets.List(names)
}
