// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"cmp"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/view"
)

// payPage is what somebody's own work came to, and what waits for them as an approver. It shows
// the amounts of nobody else but to who is to decide on them.
type payPage struct {
	Own, Waiting []statementCard
	// More is how many more wait, Readable how many of other people the person may read.
	More, Readable int
}

// statementCard is a statement with the forms of whoever looks at it.
type statementCard struct {
	*praxisv1.IncentiveStatement
	State view.State
	Zone  string
	// Paid are the lines with an amount, Counted those without.
	Paid, Counted            []praxisv1.IncentiveLine
	Dispute, Answer, Approve bool
	Shadow                   bool
	Version, Error           string
	Reason, Note, Adjust     string
}

func (v *visit) pay() (*page, error) {
	own, err := v.Access.Own(v.ctx(), v.me)
	if err != nil {
		return nil, err
	}
	others, err := v.Access.Others(v.ctx(), v.me)
	if err != nil {
		return nil, err
	}
	p := payPage{Own: []statementCard{}, Readable: len(others)}
	slices.SortStableFunc(own, func(a, b praxisv1.IncentiveStatement) int { return cmp.Compare(b.Spec.Quarter, a.Spec.Quarter) })
	for i := range own {
		p.Own = append(p.Own, v.statementCard(&own[i]))
	}
	slices.SortStableFunc(others, func(a, b praxisv1.IncentiveStatement) int {
		return cmp.Or(cmp.Compare(a.Spec.Quarter, b.Spec.Quarter), cmp.Compare(a.Spec.PolicyRef.Name, b.Spec.PolicyRef.Name), cmp.Compare(a.Spec.User, b.Spec.User))
	})
	for i := range others {
		if answer, approval := act.Awaits(&others[i], v.me.User); !answer && !approval {
			continue
		}
		if len(p.Waiting) >= maxDuties {
			p.More++
			continue
		}
		p.Waiting = append(p.Waiting, v.statementCard(&others[i]))
	}
	items := append([]praxisv1.IncentiveStatement{}, own...)
	return &page{Name: "pay", Title: v.t("Pay"), Nav: "/", Still: true, Data: p, JSON: map[string]any{"items": items}}, nil
}

// statementCard is a statement as the person sees it.
func (v *visit) statementCard(s *praxisv1.IncentiveStatement) statementCard {
	reason, status := incentive.StateOf(s)
	c := statementCard{IncentiveStatement: s, State: view.State{Status: status, Reason: reason}, Zone: "UTC", Version: s.ResourceVersion, Shadow: s.Spec.Policy.Shadow}
	for _, line := range s.Status.Lines {
		if line.Kind == praxisv1.LineCounted {
			c.Counted = append(c.Counted, line)
		} else {
			c.Paid = append(c.Paid, line)
		}
	}
	c.Dispute = s.Spec.User == v.me.User && s.Status.Disputable && s.Spec.Dispute == nil
	c.Answer, c.Approve = act.Awaits(s, v.me.User)
	return c
}
