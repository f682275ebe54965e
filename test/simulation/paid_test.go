// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/paid"
)

// pay is what the ledger keeps of the policy.
type pay struct {
	policy *praxisv1.IncentivePolicySpec
}

// paying lets the policy pay from the first week on.
func (p *play) paying() {
	p.Helper()
	path := filepath.Join("testdata", "policy.yaml")
	text, err := os.ReadFile(path)
	p.must(err)
	var policy praxisv1.IncentivePolicy
	p.must(yaml.Unmarshal(text, &policy))
	p.ledger.pay = &pay{policy: &policy.Spec}
	p.sync(path)
}

// life are the quarters so far, as the ledger knows them.
func (l *ledger) life() *paid.Life {
	life := &paid.Life{Spec: l.pay.policy}
	for _, w := range l.weeks {
		name := l.quarter(w)
		if n := len(life.Quarters); n == 0 || life.Quarters[n-1].Name != name {
			life.Quarters = append(life.Quarters, &paid.Quarter{Name: name, Left: map[string]bool{}})
		}
		q := life.Quarters[len(life.Quarters)-1]
		if w.closed {
			q.Weeks = append(q.Weeks, l.pay.week(w))
			q.Closed = l.lastOfQuarter(w)
		}
	}
	return life
}

// week is one that has closed.
func (pay *pay) week(w *week) *paid.Week {
	out := &paid.Week{Name: strings.ToUpper(w.name), Plan: map[string]praxisv1.PlannedKeyAction{}, Decided: map[string]praxisv1.ReviewDecision{}}
	for _, ka := range w.plan {
		out.Plan[ka.name] = praxisv1.PlannedKeyAction{Name: ka.name, Weight: int32(ka.weight), Parts: 1, OnMiss: praxisv1.MissPolicy(ka.onMiss), MaxCarries: 2}
	}
	for _, j := range w.jobs {
		a := praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Name: j.name}, Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: j.ka}, User: j.member, Tier: praxisv1.Tier(j.tier), Target: int32(j.target),
			Share: int32(j.share), Contribution: int64(j.contribution), Carries: int32(j.carries), Dropped: j.dropped,
		}}
		a.Status.Accepted = int32(j.accepted)
		out.Actions = append(out.Actions, a)
		if d := w.decided[j.name]; w.signed && d != "" {
			out.Decided[j.name] = praxisv1.ReviewDecision(d)
		}
	}
	return out
}

// paid compares all statements with what the ledger says that work is worth.
func (d *differences) paid(l *ledger, statements []praxisv1.IncentiveStatement) {
	if l.pay == nil {
		return // nobody is paid in this play
	}
	life := l.life()
	for n, q := range life.Quarters {
		want := life.Statements(n)
		for _, user := range cast {
			if want[user] == nil {
				want[user] = &paid.Statement{}
			}
			got := &paid.Statement{}
			if s := statementOf(statements, user, q.Name); s != nil {
				for _, line := range s.Status.Lines {
					if line.Kind != praxisv1.LineCounted {
						got.Add(line.Kind, line.Of, line.Rule, string(line.Week), line.Acc, line.Due, cents(line.Amount))
					}
				}
				d.want(q.Name+" total of "+user, cents(s.Status.Total), want[user].Total)
				d.want(q.Name+" Computed of "+user, reason(s.Status.Conditions, "Computed"), map[bool]string{true: "QuarterClosed", false: "Accruing"}[q.Closed])
			}
			d.want(q.Name+" of "+user, strings.Join(got.Lines, ", "), strings.Join(want[user].Lines, ", "))
		}
	}
}

// cents reads an amount in euros.
func cents(amount string) int64 {
	n, err := strconv.ParseInt(strings.Replace(amount, ".", "", 1), 10, 64)
	if err != nil && amount != "" {
		return -1
	}
	return n
}

func statementOf(statements []praxisv1.IncentiveStatement, user, quarter string) *praxisv1.IncentiveStatement {
	i := slices.IndexFunc(statements, func(s praxisv1.IncentiveStatement) bool {
		return s.Spec.User == user && s.Spec.Quarter == quarter
	})
	if i < 0 {
		return nil
	}
	return &statements[i]
}

func (p *play) statements(ctx context.Context) []praxisv1.IncentiveStatement {
	var list praxisv1.IncentiveStatementList
	p.must(p.admin.List(ctx, &list, client.InNamespace(namespace)))
	return list.Items
}
