// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"cmp"
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

// maxDuties is how many things a page lists before it folds.
const maxDuties = 60

// mine is what somebody owes.
type mine struct {
	User, Name string
	Groups     []dutyGroup
	Count      int
	Overdue    int
	More       int
	// Waiting are one's own pieces that nobody has judged yet.
	Waiting []view.Piece
	Loads   []memberLoad
	// Readable is how many namespaces the person may read.
	Readable int
	Goals    int
}

type dutyGroup struct {
	When   view.When
	Duties []duty
}

// duty is a thing that is owed, with the form that does it.
type duty struct {
	view.Duty
	Submit *submitForm
	Judge  *judgeForm
	// Sign is the Review that is to be signed.
	Sign *praxisv1.Review
}

type memberLoad struct {
	Team, Namespace, Name, Display string
	praxisv1.MemberLoad
	Away string
}

func (v *visit) mine() (*page, error) {
	user := v.me.User
	namespaces, err := v.Access.Namespaces(v.ctx(), v.me)
	if err != nil {
		return nil, err
	}
	objects, err := gather.Concerns(v.ctx(), v.Client, "", user)
	if err != nil {
		return nil, err
	}
	own, err := v.ownPieces(&objects)
	if err != nil {
		return nil, err
	}
	duties := objects.Owed(user, v.now)
	m := mine{User: user, Name: nameOf(objects.Teams, user), Count: len(duties), Readable: len(namespaces), Goals: len(objects.Utilities), Waiting: []view.Piece{}}
	for i := range duties {
		if duties[i].When == view.Overdue {
			m.Overdue++
		}
		if i >= maxDuties {
			m.More++
			continue
		}
		m.add(v.duty(&objects, duties[i]))
	}
	for _, e := range own {
		if view.Pending(&e) {
			m.Waiting = append(m.Waiting, *objects.Piece(view.Ref{Kind: "Evidence", Namespace: e.Namespace, Name: e.Name}))
		}
	}
	m.Waiting = m.Waiting[:min(len(m.Waiting), maxDuties)]
	for i := range objects.Teams {
		m.Loads = append(m.Loads, loads(&objects.Teams[i], v.today(&objects, &objects.Teams[i]), func(member *praxisv1.Member) bool { return member.User == user })...)
	}
	return &page{Name: "mine", Title: v.t("Mine"), Nav: "/", Data: m, JSON: map[string]any{"user": user, "items": duties}}, nil
}

func (m *mine) add(d duty) {
	if last := len(m.Groups) - 1; last < 0 || m.Groups[last].When != d.When {
		m.Groups = append(m.Groups, dutyGroup{When: d.When})
	}
	last := &m.Groups[len(m.Groups)-1]
	last.Duties = append(last.Duties, d)
}

// ownPieces are those that somebody handed in for the work of open weeks. They say why a piece
// came back.
func (v *visit) ownPieces(o *view.Objects) ([]praxisv1.Evidence, error) {
	var list praxisv1.EvidenceList
	err := gather.List(v.ctx(), v.Client, &list, "", client.MatchingFields{"spec.submittedBy": v.me.User})
	known := map[client.ObjectKey]bool{}
	for i := range o.Evidence {
		known[client.ObjectKeyFromObject(&o.Evidence[i])] = true
	}
	own := gather.Keep(list.Items, func(e *praxisv1.Evidence) bool {
		name := evidence.ActionOf(e)
		return view.Pending(e) || slices.ContainsFunc(o.Actions, func(a praxisv1.Action) bool { return a.Namespace == e.Namespace && a.Name == name })
	})
	for _, e := range own {
		if !known[client.ObjectKeyFromObject(&e)] {
			o.Evidence = append(o.Evidence, e)
		}
	}
	return own, err
}

func (v *visit) duty(o *view.Objects, d view.Duty) duty {
	out := duty{Duty: d}
	switch d.Verb {
	case view.VerbSubmit:
		out.Submit = newSubmitForm(o.Work(d.Ref))
	case view.VerbJudge:
		out.Judge = v.judged(o, d.Ref)
		out.Judge.Piece = *d.Piece
	case view.VerbSign:
		for i := range o.Reviews {
			if r := &o.Reviews[i]; r.Namespace == d.Namespace && r.Name == d.Name {
				out.Sign = r
			}
		}
	}
	return out
}

// judged is the form for a piece as it is shown.
func (v *visit) judged(o *view.Objects, of view.Ref) *judgeForm {
	for i := range o.Evidence {
		if e := &o.Evidence[i]; e.Namespace == of.Namespace && e.Name == of.Name {
			return newJudgeForm(e)
		}
	}
	return &judgeForm{}
}

// today is the day of a Team: that in the zone of a week that it works in.
func (v *visit) today(o *view.Objects, t *praxisv1.Team) string {
	for i := range o.Actions {
		a := &o.Actions[i]
		for j := range o.Cycles {
			if c := &o.Cycles[j]; a.Namespace == t.Namespace && a.Spec.Team == t.Name && c.Namespace == a.Namespace && c.Name == a.Spec.CycleRef.Name {
				return dayIn(v.now, c.Spec.TimeZone)
			}
		}
	}
	return dayIn(v.now, "UTC")
}

// dayIn is the day in a zone.
func dayIn(now time.Time, zone string) string {
	in, err := time.LoadLocation(zone)
	if err != nil {
		in = time.UTC
	}
	return now.In(in).Format(time.DateOnly)
}

// nameOf is what a Team calls a user.
func nameOf(teams []praxisv1.Team, user string) string {
	for i := range teams {
		for _, m := range teams[i].Spec.Members {
			if m.User == user {
				return cmp.Or(m.DisplayName, m.Name)
			}
		}
	}
	return user
}

// loads are the hours of members of a Team, and who of them is away on a day.
func loads(t *praxisv1.Team, today string, wanted func(*praxisv1.Member) bool) []memberLoad {
	var out []memberLoad
	for i := range t.Spec.Members {
		m := &t.Spec.Members[i]
		if !wanted(m) {
			continue
		}
		load := memberLoad{Team: t.Name, Namespace: t.Namespace, Name: m.Name, Display: cmp.Or(m.DisplayName, m.Name)}
		for _, l := range t.Status.Members {
			if l.Name == m.Name {
				load.MemberLoad = l
			}
		}
		load.Name = m.Name
		for _, a := range m.Absences {
			if a.From <= today && today <= a.To {
				load.Away = a.To
			}
		}
		out = append(out, load)
	}
	return out
}
