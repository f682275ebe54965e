// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"fmt"
	"slices"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/view"
)

// maxBoard is how many Actions of a person the board has before it folds.
const maxBoard = 40

// weekPage is the board of a week.
type weekPage struct {
	*view.Board
	Rows  []boardRow
	Loads []memberLoad
	// Weeks are those of the goal that there still are, the latest first.
	Weeks  []string
	Closed bool
}

// boardRow is a person with what they owe.
type boardRow struct {
	*view.Node
	Actions []boardAction
	More    int
}

type boardAction struct {
	*view.Node
	// HandOver is set where it can be handed over.
	HandOver *handOverForm
}

func (v *visit) showWeek() (*page, error) {
	namespace, name := v.of()
	objects, err := gather.Read(v.ctx(), v.Client, gather.Scope{Namespace: namespace, Utility: name})
	if err != nil {
		return nil, err
	}
	if len(objects.Utilities) == 0 {
		return nil, gone("utilities", name)
	}
	cycle, err := v.cycleOf(&objects, v.r.PathValue("week"))
	if err != nil {
		return nil, err
	}
	if cycle == nil {
		return &page{Name: "noweek", Title: name, Nav: "/map", Namespace: namespace, Data: objects.Utilities[0], JSON: map[string]any{"items": []any{}}}, nil
	}
	w := weekPage{Board: objects.Board(cycle), Closed: plan.WeekClosed(cycle)}
	for i := range objects.Cycles {
		w.Weeks = append(w.Weeks, string(objects.Cycles[i].Spec.Week))
	}
	actions := map[string]*praxisv1.Action{}
	for i := range objects.Actions {
		actions[objects.Actions[i].Name] = &objects.Actions[i]
	}
	teams := map[string]bool{}
	for _, person := range w.People {
		row := boardRow{Node: person}
		team, _, _ := strings.Cut(person.Name, "/")
		teams[team] = true
		for _, n := range person.Children {
			if len(row.Actions) == maxBoard {
				row.More++
				continue
			}
			row.Actions = append(row.Actions, boardAction{n, v.handOverForm(objects.Teams, actions[n.Name], team, w.Closed)})
		}
		w.Rows = append(w.Rows, row)
	}
	if !w.Closed {
		for i := range objects.Teams {
			if t := &objects.Teams[i]; teams[t.Name] {
				w.Loads = append(w.Loads, loads(t, dayIn(v.now, w.TimeZone), func(*praxisv1.Member) bool { return true })...)
			}
		}
	}
	return &page{Name: "week", Title: fmt.Sprintf("%s %s", name, w.Week), Nav: "/map", Namespace: namespace, Data: w, JSON: map[string]any{"items": []*view.Board{w.Board}}}, nil
}

// cycleOf is the week of that name with its Actions read, the running one where none is named, or
// nil where none has begun.
func (v *visit) cycleOf(o *view.Objects, name string) (*praxisv1.WeeklyCycle, error) {
	if name == "" {
		boards := o.Boards()
		if len(boards) == 0 {
			return nil, nil
		}
		name = string(boards[0].Week)
	}
	for i := range o.Cycles {
		c := &o.Cycles[i]
		if string(c.Spec.Week) != strings.ToUpper(name) {
			continue
		}
		if slices.ContainsFunc(o.Actions, func(a praxisv1.Action) bool { return a.Spec.CycleRef.Name == c.Name }) {
			return c, nil
		}
		actions, err := gather.Actions(v.ctx(), v.Client, gather.Scope{Namespace: c.Namespace, Cycle: c.Name}, []praxisv1.WeeklyCycle{*c})
		o.Actions = actions
		return c, err
	}
	return nil, gone("weeklycycles", name)
}

// handOverForm gives work to another member.
type handOverForm struct {
	Namespace, Action, Called, Back string
	Members                         []string
	Open                            int32
	To, Because                     string
	Quantity                        int32
	// Seen is how many amendments the Action had when the form was made.
	Seen  int
	Error string
}

// handOverForm is there where an Action can go to somebody else, and it is not one's own.
func (v *visit) handOverForm(teams []praxisv1.Team, a *praxisv1.Action, team string, closed bool) *handOverForm {
	if closed || a == nil || a.Spec.User == v.me.User || a.Spec.Dropped || plan.Open(a) == 0 {
		return nil
	}
	f := &handOverForm{Namespace: a.Namespace, Action: a.Name, Called: view.Called(a), Back: v.r.URL.Path, Open: plan.Open(a), Quantity: plan.Open(a), Seen: len(a.Spec.Amendments)}
	for i := range teams {
		if t := &teams[i]; t.Namespace == a.Namespace && t.Name == team {
			for _, m := range t.Spec.Members {
				if m.Name != plan.Holder(a) {
					f.Members = append(f.Members, m.Name)
				}
			}
		}
	}
	if len(f.Members) == 0 {
		return nil
	}
	return f
}
