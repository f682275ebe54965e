// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/view"
)

// reviewPage is a Review as it is filled in.
type reviewPage struct {
	*praxisv1.Review
	State   view.State
	Zone    string
	Items   []agendaRow
	Open    bool
	Signed  bool
	MaySign bool
	Goal    *praxisv1.UtilitySpec // of a Calibration
	// Other is set where the goal is another one by now than the page that is, or was, signed.
	Other      bool
	Conclusion string
	Was        string
	Error      string
	// Theirs is what others have saved since the form was made, and Over the name of that state;
	// Yours is a conclusion that came too late.
	Theirs      *praxisv1.Review
	Over, Yours string
	Decisions   []praxisv1.ActionDecision
	Called      map[string]string
	// Next is the week after that of a WeeklyReview which is open; nil for those who may not see it.
	Next *view.NextWeek
}

// agendaRow is a line of the agenda with the decision that is proposed or was made.
type agendaRow struct {
	praxisv1.AgendaItem
	Subject   string
	Decidable bool
	Chosen    praxisv1.ActionDecision
	DecidedBy string
}

// decisions are all that can be decided, in the order in which they are offered.
var decisions = []praxisv1.ReviewDecision{praxisv1.DecideCarryOver, praxisv1.DecideReassign, praxisv1.DecideReschedule, praxisv1.DecideEscalate, praxisv1.DecideDrop}

func (v *visit) showReview() (*page, error) {
	namespace, name := v.of()
	r := &praxisv1.Review{}
	if err := v.Get(v.ctx(), client.ObjectKey{Namespace: namespace, Name: name}, r); err != nil {
		return nil, err
	}
	p, err := v.reviewPage(r)
	if err != nil {
		return nil, err
	}
	return &page{Name: "review", Title: name, Nav: "/map", Namespace: namespace, Data: p, JSON: r}, nil
}

func (v *visit) reviewPage(r *praxisv1.Review) (*reviewPage, error) {
	objects, err := gather.Reviewed(v.ctx(), v.Client, r)
	if err != nil {
		return nil, err
	}
	p := &reviewPage{
		Review: r, Zone: "UTC", Signed: r.Spec.SignOff != nil, Conclusion: r.Spec.Conclusion, Was: specDigest(r), Called: map[string]string{},
		MaySign: slices.Contains(r.Spec.Reviewers, v.me.User) || r.Spec.Reviewer == v.me.User, Open: review.AwaitsSignature(r) && r.Spec.SignOff == nil,
	}
	if why := objects.Why(view.Ref{Kind: "Review", Namespace: r.Namespace, Name: r.Name}, v.now); why != nil {
		p.State = why.State
	}
	if len(objects.Utilities) > 0 {
		p.Zone = objects.Utilities[0].Spec.Cadence.TimeZone
		if r.Spec.Type == praxisv1.ReviewCalibration {
			p.Goal, p.Other = &objects.Utilities[0].Spec, otherPage(r, &objects.Utilities[0])
			p.MaySign = p.MaySign && !p.Other
		}
	}
	for i := range objects.Actions {
		p.Called[objects.Actions[i].Name] = view.Called(&objects.Actions[i])
	}
	proposed := act.WithDefaults(r, objects.Cycles, v.now)
	for _, item := range r.Status.Agenda {
		row := agendaRow{AgendaItem: item, Subject: subject(&item, r, p.Called), Decidable: act.OfItsWeek(r, item.Action)}
		for _, d := range proposed {
			if d.Action == item.Action {
				row.Chosen, row.DecidedBy = d, d.By
			}
		}
		p.Items = append(p.Items, row)
	}
	for _, d := range r.Spec.Decisions {
		if !slices.ContainsFunc(r.Status.Agenda, func(i praxisv1.AgendaItem) bool { return i.Action == d.Action }) {
			p.Decisions = append(p.Decisions, d)
		}
	}
	if p.Open && r.Spec.Type == praxisv1.ReviewWeekly && len(objects.Cycles) > 0 {
		p.Next, err = v.nextWeek(&objects.Cycles[0])
	}
	return p, err
}

// nextWeek is the week after another, for whoever may read the goals.
func (v *visit) nextWeek(cycle *praxisv1.WeeklyCycle) (*view.NextWeek, error) {
	objects, err := gather.Read(v.ctx(), v.Client, gather.Scope{Namespace: cycle.Namespace, Utility: cycle.Spec.UtilityRef.Name, Packages: true})
	if apierrors.IsForbidden(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return objects.After(cycle, v.now)
}

// Carried is how many pieces of work go on in the next week, as it is decided so far.
func (p *reviewPage) Carried() int {
	n := 0
	for i := range p.Items {
		if d := p.Items[i].Chosen.Decision; d == praxisv1.DecideCarryOver || d == praxisv1.DecideReassign {
			n++
		}
	}
	return n
}

// otherPage reports whether the one page of a goal is not that of a Calibration: nobody signs what
// they have not seen.
func otherPage(r *praxisv1.Review, u *praxisv1.Utility) bool {
	return r.Spec.Type == praxisv1.ReviewCalibration && r.Spec.Page != "" && r.Spec.Page != review.Page(u)
}

func subject(item *praxisv1.AgendaItem, r *praxisv1.Review, called map[string]string) string {
	switch {
	case item.Action != "" && called[item.Action] != "":
		return called[item.Action]
	case item.Action != "":
		return item.Action
	case item.KeyAction != "":
		return item.KeyAction
	}
	return r.Spec.UtilityRef.Name
}

// Options are what can be decided.
func (r agendaRow) Options() []praxisv1.ReviewDecision { return decisions }

// Members are whom it can be given to: the candidates, and whoever was chosen besides.
func (r agendaRow) Members() []string {
	if chosen := r.Chosen.Member; chosen != "" && !slices.Contains(r.Candidates, chosen) {
		return append(slices.Clone(r.Candidates), chosen)
	}
	return r.Candidates
}

// Due is until when something is put off, as a form has it.
func (r agendaRow) Due(zone string) string {
	if r.Chosen.DueAt == nil {
		return ""
	}
	in, err := time.LoadLocation(zone)
	if err != nil {
		in = time.UTC
	}
	return r.Chosen.DueAt.In(in).Format("2006-01-02T15:04")
}

// dueOf reads an instant of a form in a zone.
func dueOf(given, zone string) (time.Time, error) {
	in, err := time.LoadLocation(zone)
	if err != nil {
		in = time.UTC
	}
	return time.ParseInLocation("2006-01-02T15:04", strings.TrimSpace(given), in)
}

// DecidableItems are the lines that something is decided on, OtherItems those that are only told.
func (p *reviewPage) DecidableItems() []agendaRow { return p.items(true) }

// OtherItems are the lines without a decision.
func (p *reviewPage) OtherItems() []agendaRow { return p.items(false) }

func (p *reviewPage) items(decidable bool) []agendaRow {
	var out []agendaRow
	for _, item := range p.Items {
		if item.Decidable == decidable {
			out = append(out, item)
		}
	}
	return out
}
