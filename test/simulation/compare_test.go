// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// differences are where the API says something else than the ledger.
type differences []string

func (d *differences) want(what string, got, want any) {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		*d = append(*d, fmt.Sprintf("%s is %s, and %s in the ledger", what, g, w))
	}
}

// compare reads everything and compares it. The work of the running week is all due.
func (p *play) compare(ctx context.Context) differences {
	var d differences
	var cycles praxisv1.WeeklyCycleList
	var actions praxisv1.ActionList
	var evidence praxisv1.EvidenceList
	var keyActions praxisv1.KeyActionList
	var reviews praxisv1.ReviewList
	for _, list := range []client.ObjectList{&cycles, &actions, &evidence, &keyActions, &reviews} {
		p.must(p.admin.List(ctx, list, client.InNamespace(namespace)))
	}
	var u praxisv1.Utility
	p.must(p.admin.Get(ctx, client.ObjectKey{Namespace: namespace, Name: "answers"}, &u))
	var team praxisv1.Team
	p.must(p.admin.Get(ctx, client.ObjectKey{Namespace: namespace, Name: "desk"}, &team))

	kept := p.ledger.kept()
	var names, want []string
	for i := range cycles.Items {
		names = append(names, cycles.Items[i].Name)
	}
	for _, w := range kept {
		want = append(want, w.cycle)
	}
	slices.Sort(want)
	d.want("the weeks that are there", names, want)
	for _, w := range kept {
		if i := slices.Index(names, w.cycle); i >= 0 {
			d.cycle(p.ledger, w, &cycles.Items[i])
			d.actions(w, actions.Items)
		}
	}
	d.utility(p.ledger, &u)
	for _, ka := range p.ledger.goal {
		i := slices.IndexFunc(keyActions.Items, func(o praxisv1.KeyAction) bool { return o.Name == ka.name })
		if i < 0 {
			d = append(d, "KeyAction "+ka.name+" is gone")
			continue
		}
		d.keyAction(p.ledger, ka, &keyActions.Items[i])
	}
	d.team(p.ledger, &team)
	d.reviews(p.ledger, reviews.Items)
	d.paid(p.ledger, p.statements(p.ctx))
	seen, err := controlplane.Export(ctx, p.admin, namespace)
	p.must(err)
	if _, findings := chain.Verify(seen); len(findings) > 0 {
		d = append(d, fmt.Sprintf("the chain does not verify: %v", findings))
	}
	return d
}

func (d *differences) cycle(l *ledger, w *week, c *praxisv1.WeeklyCycle) {
	of := func(what string) string { return w.cycle + " " + what }
	s := &c.Status
	d.want(of("closed"), status(s.Conditions, "Closed"), map[bool]string{true: "True Closed", false: "False Open"}[w.closed])
	if s.Plan == nil || s.Counts == nil {
		*d = append(*d, of("is not planned"))
		return
	}
	d.want(of("spec.startsAt"), c.Spec.StartsAt.UTC(), w.starts.UTC())
	d.want(of("spec.midweekAt"), c.Spec.MidweekAt.UTC(), w.midweek.UTC())
	d.want(of("spec.reviewAt"), c.Spec.ReviewAt.UTC(), w.review.UTC())
	d.want(of("spec.endsAt"), c.Spec.EndsAt.UTC(), w.ends.UTC())
	d.want(of("plan"), fmt.Sprint(s.Plan.Actions, s.Plan.Carried, s.Plan.Minutes, s.Plan.Units), fmt.Sprint(w.planned, w.carried, w.minutes, w.units))
	counts := map[string]int{}
	tiers := map[string][2]int{}
	for _, j := range w.jobs {
		state := j.state()
		counts[state]++
		t := tiers[j.tier]
		t[0]++
		if state == "Accepted" {
			t[1]++
		}
		tiers[j.tier] = t
	}
	d.want(of("counts"), *s.Counts, praxisv1.ActionCounts{
		Submitted: int32(counts["AwaitingAcceptance"]), Accepted: int32(counts["Accepted"]), Missed: int32(counts["Missed"]),
		CarriedOver: int32(counts["CarriedOver"]), Dropped: int32(counts["Dropped"]),
	})
	for _, t := range s.Tiers {
		d.want(of("tier "+string(t.Tier)), [2]int{int(t.Planned), int(t.Accepted)}, tiers[string(t.Tier)])
	}
	all := w.all()
	d.want(of("delivery"), numbers(s.Delivery), all.numbers())
	d.want(of("OnTrack"), reason(s.Conditions, "OnTrack"), all.onTrack(l.someJudgeLate(w, "")))
	var got, want []string
	for _, g := range l.gaps(w, l.clock(), w.plan...) {
		want = append(want, fmt.Sprint(g.action, g.reason, g.impact, len(g.jobs)))
	}
	for _, g := range s.Gaps {
		got = append(got, fmt.Sprint(g.Action, g.Reason, g.Impact, g.Group.Pieces))
	}
	d.want(of("gaps"), got, want)
	d.want(of("MidweekChecked"), reason(s.Conditions, "MidweekChecked"), map[bool]string{true: "Checked", false: "ReviewMissed"}[w.checked])
	reviewed := "NotYet"
	switch {
	case w.signed:
		reviewed = "SignedOff"
	case w.reviewMissed:
		reviewed = "ReviewMissed"
	}
	d.want(of("Reviewed"), reason(s.Conditions, "Reviewed"), reviewed)
	if w.closed && s.Evidence != nil {
		d.want(of("evidence.count"), s.Evidence.Count, w.pieces)
	}
}

func (d *differences) actions(w *week, there []praxisv1.Action) {
	var names, want []string
	for i := range there {
		if there[i].Spec.CycleRef.Name == w.cycle {
			names = append(names, there[i].Name)
		}
	}
	for _, j := range w.jobs {
		want = append(want, j.name)
		i := slices.IndexFunc(there, func(a praxisv1.Action) bool { return a.Name == j.name })
		if i < 0 {
			continue
		}
		a := &there[i]
		d.want(j.name+" spec", fmt.Sprint(a.Spec.Member, a.Spec.Target, a.Spec.Share, a.Spec.Contribution, a.Spec.Carries, a.Spec.CarriedFrom),
			fmt.Sprint(j.member, j.target, j.share, j.contribution, j.carries, j.from))
		var dueAt, dues []string
		for _, o := range a.Spec.Occurrences {
			dueAt = append(dueAt, fmt.Sprint(o.DueAt.UTC().Format(time.RFC3339), " ", o.Quantity))
		}
		for _, o := range j.due {
			dues = append(dues, fmt.Sprint(o.at.UTC().Format(time.RFC3339), " ", o.n))
		}
		d.want(j.name+" due", dueAt, dues)
		d.want(j.name+" counts", fmt.Sprint(a.Status.Accepted, a.Status.Pending, a.Status.Rejected), fmt.Sprint(j.accepted, j.pending, j.rejected))
		d.want(j.name+" state", reason(a.Status.Conditions, "OnTrack"), j.state())
	}
	slices.Sort(names)
	slices.Sort(want)
	d.want("the Actions of "+w.cycle, names, want)
}

func (d *differences) team(l *ledger, t *praxisv1.Team) {
	now := l.now()
	over := false
	for _, m := range t.Status.Members {
		open, overdue := 0, 0
		for _, j := range now.jobs {
			if j.member != m.Name || j.dropped || j.accepted == j.target {
				continue
			}
			open++
			if j.accepted+j.pending < j.target {
				overdue++
			}
		}
		load, capacity := now.load(m.Name), l.capacityOf(m.Name, now)
		over = over || load > capacity
		d.want("load of "+m.Name, fmt.Sprint(m.PlannedMinutes, m.CapacityMinutes, m.OpenActions, m.OverdueActions), fmt.Sprint(load, capacity, open, overdue))
	}
	d.want("members", len(t.Status.Members), len(l.capacity))
	d.want("Team Feasible", reason(t.Status.Conditions, "Feasible"), map[bool]string{true: "OverCapacity", false: "WithinCapacity"}[over])
}

func (d *differences) reviews(l *ledger, there []praxisv1.Review) {
	gone := map[string]bool{} // with the weeks that own them
	for _, w := range l.weeks[:len(l.weeks)-len(l.kept())] {
		gone[w.cycle+"-midweek"], gone[w.cycle+"-review"] = true, true
	}
	var got, want []string
	line := func(name, kind string, due time.Time, complete bool) string {
		if kind == "Calibration" { // it opens when the operator finds it due
			due = time.Time{}
		}
		return fmt.Sprint(name, " ", kind, " ", due.UTC().Format(time.RFC3339), " complete ", complete)
	}
	for i := range there {
		spec := &there[i].Spec
		got = append(got, line(there[i].Name, string(spec.Type), spec.DueAt.Time, meta.IsStatusConditionTrue(there[i].Status.Conditions, "Complete")))
	}
	for _, r := range l.reviews {
		if !gone[r.name] {
			want = append(want, line(r.name, r.kind, r.due, r.complete))
		}
	}
	slices.Sort(want)
	d.want("the Reviews", got, want)
}

func numbers(d praxisv1.Delivery) [3]int {
	return [3]int{int(d.ProgressPercent), int(d.ExpectedPercent), int(d.Deviation)}
}

func status(conditions []metav1.Condition, kind string) string {
	if c := meta.FindStatusCondition(conditions, kind); c != nil {
		return string(c.Status) + " " + c.Reason
	}
	return ""
}

func reason(conditions []metav1.Condition, kind string) string {
	_, r, _ := strings.Cut(status(conditions, kind), " ")
	return r
}
