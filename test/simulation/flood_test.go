// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// One namespace is flooded, and in another one people go on working.
const (
	flooded   = "flooded"
	neighbour = "neighbour"
)

// worked is a goal of people with one step, of which each owes very many.
type worked struct {
	namespace string
	members   int
	times     int32
	selected  bool // its Team is found by a label
}

// newFlood is a play with a goal in either namespace, whose weeks are planned.
func newFlood(t *testing.T) *play {
	t.Helper()
	monday := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	before := *speed
	*speed = 1
	t.Cleanup(func() { *speed = before })
	p := newPlay(t, monday)
	for _, g := range []worked{
		{namespace: flooded, members: 10, times: 1000, selected: true},
		{namespace: neighbour, members: 1, times: 200},
	} {
		p.settle(g)
	}
	p.operator.args[0] = "-clock-start=" + p.ledger.at(monday, "Tue 09:00").UTC().Format(time.RFC3339)
	p.operator.start()
	t.Cleanup(p.operator.stop)
	p.eventually("the weeks are planned", func() bool { return len(p.actionsOf(flooded)) == 50 && len(p.actionsOf(neighbour)) == 1 })
	p.quiet()
	return p
}

// settle makes a namespace with a goal in it.
func (p *play) settle(g worked) {
	p.Helper()
	p.must(p.admin.Create(p.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: g.namespace}}))
	for _, name := range cast {
		p.must(p.admin.Create(p.ctx, controlplane.RoleBinding(g.namespace, name, name, "ClusterRole", "edit")))
	}
	team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: g.namespace, Name: "crowd", Labels: map[string]string{"shift": "day"}}}
	for i := range g.members {
		m := praxisv1.Member{Name: fmt.Sprintf("m%02d", i), User: fmt.Sprintf("m%02d", i), Roles: []string{"counter"}, Capacity: "40h"}
		for day := range 50 {
			from := time.Date(2027, 1, 1+day*7, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			m.Absences = append(m.Absences, praxisv1.Absence{From: from, To: from})
		}
		team.Spec.Members = append(team.Spec.Members, m)
	}
	team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: "ada", User: "ada", Roles: []string{"reviewer"}, Capacity: "40h"})
	u := &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Namespace: g.namespace, Name: "counted"}}
	u.Spec = praxisv1.UtilitySpec{
		Statement: "Everything is counted", Organization: "Figures", Required: 1000, Owner: praxisv1.Owner{Team: "crowd", Member: "ada"},
		Beneficiaries: []praxisv1.Beneficiary{{Who: "All", Problem: "Nobody knows", Improvement: "Everybody does"}},
		Cadence:       praxisv1.Cadence{TimeZone: "Europe/Zurich"},
	}
	p.must(p.admin.Create(p.ctx, team))
	p.must(p.admin.Create(p.ctx, u))
	weights := []int32{100}
	if g.selected {
		weights = []int32{20, 20, 20, 20, 20}
	}
	for i, weight := range weights {
		p.must(p.admin.Create(p.ctx, g.keyAction(fmt.Sprintf("count-%d", i), weight)))
	}
}

func (g worked) keyAction(name string, weight int32) *praxisv1.KeyAction {
	ka := &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Namespace: g.namespace, Name: name}}
	ka.Spec = praxisv1.KeyActionSpec{
		UtilityRef: praxisv1.LocalReference{Name: "counted"}, Verb: "Count", Object: "everything", Contribution: 1, Weight: &weight,
		Package: &praxisv1.Package{Definition: "Count", Standard: "Counted", Steps: []praxisv1.Step{{
			Name: "count", Tier: praxisv1.TierKey, Do: "Count", Assign: praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "counter"},
			Times: g.times, Duration: "1m", Weight: 100, Standard: praxisv1.Standard{Statement: "Counted"},
		}}},
	}
	if g.selected {
		ka.Spec.TeamSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"shift": "day"}}
	} else {
		ka.Spec.TeamRef = &praxisv1.LocalReference{Name: "crowd"}
	}
	return ka
}

func (p *play) actionsOf(namespace string) []praxisv1.Action {
	p.Helper()
	var actions praxisv1.ActionList
	p.must(p.admin.List(p.ctx, &actions, client.InNamespace(namespace)))
	return actions.Items
}

// handInFor makes so many pieces for an Action as automation; all of one source, or of none.
func (p *play) handInFor(a *praxisv1.Action, name string, pieces, workers int, source string) {
	p.Helper()
	next := make(chan int)
	var busy sync.WaitGroup
	for range workers {
		busy.Go(func() {
			for i := range next {
				e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: a.Namespace, Name: fmt.Sprintf("%s-%04d", name, i)}}
				e.Spec = praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: a.Name}, Quantity: 1}
				if source != "" {
					e.Spec.Source = &praxisv1.EvidenceOrigin{Kind: "Manual", ID: source}
				}
				if err := p.users["robot"].Create(p.ctx, e); err != nil {
					p.Error(err)
				}
			}
		})
	}
	for i := range pieces {
		next <- i
	}
	close(next)
	busy.Wait()
}

// unlooked is how many pieces of a namespace nobody has looked at.
func (p *play) unlooked(namespace string) int {
	p.Helper()
	var pieces praxisv1.EvidenceList
	p.must(p.admin.List(p.ctx, &pieces, client.InNamespace(namespace)))
	return len(slices.DeleteFunc(pieces.Items, func(e praxisv1.Evidence) bool { return evidence.Reflects(&e) }))
}

func (p *play) accept(name string) {
	p.Helper()
	e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: neighbour, Name: name}}
	p.must(p.users["ada"].Status().Patch(p.ctx, e, client.RawPatch("application/merge-patch+json", []byte(`{"status":{"verdict":{"decision":"Accepted","by":"ada"}}}`))))
}

// What has come in while the operator was down is there at once when it starts, so that the
// order alone decides, and not the speed of the machine.
func TestANeighbourIsDoneBeforeAFloodIs(t *testing.T) {
	const flood, judged = 600, 20
	p := newFlood(t)
	work := &p.actionsOf(neighbour)[0]
	p.handInFor(work, "piece", judged, 1, "")
	p.eventually("they are looked at", func() bool { return p.unlooked(neighbour) == 0 })
	p.quiet()
	p.operator.stop()
	hit := p.actionsOf(flooded)
	p.handInFor(&hit[0], "same", flood/2, 16, "one")
	p.handInFor(&hit[1], "own", flood/2, 16, "")
	for i := range judged {
		p.accept(fmt.Sprintf("piece-%04d", i))
	}
	p.operator.start()
	p.eventually("the neighbour's pieces are looked at", func() bool { return p.unlooked(neighbour) == 0 })
	left := p.unlooked(flooded)
	p.eventually("its Action counts them", func() bool { return p.actionsOf(neighbour)[0].Status.Accepted == judged })
	t.Logf("when the %d pieces of the neighbour were looked at, %d of the %d of the flood were left", judged, left, flood)
	if left < flood/2 {
		t.Errorf("the neighbour waited for the flood, of which %d pieces of %d were left", left, flood)
	}
	p.eventually("the flood is looked at", func() bool { return p.unlooked(flooded) == 0 })
}

func TestNeighboursOfAFloodAreSeenAsSoonAsWithoutOne(t *testing.T) {
	if !*measure {
		t.Skip("its figures hang on the machine; make bench prints them")
	}
	const calm, pieces = 50, 200
	p := newFlood(t)
	work := &p.actionsOf(neighbour)[0]
	p.handInFor(work, "piece", pieces, 4, "")
	p.eventually("they are looked at", func() bool { return p.unlooked(neighbour) == 0 })
	p.quiet()
	w := p.watch()
	t.Log("from the verdict to:   watch p50/p99/max        Action p50/p99/max       week p50/p99/max")
	w.judge(0, calm, nil)
	w.report("in peace", 0, calm)
	began := time.Now()
	over := make(chan struct{})
	go func() {
		defer close(over)
		p.flood()
		t.Logf("the flood is handed in after %s", time.Since(began).Round(time.Millisecond))
		p.eventually("the flood is looked at", func() bool { return p.unlooked(flooded) == 0 })
		t.Logf("and looked at after %s", time.Since(began).Round(time.Millisecond))
	}()
	n := w.judge(calm, pieces, over)
	w.report("during the flood", calm, n)
	<-over
}

// flood hands in what one contributor can, while an author gives a Team other labels.
func (p *play) flood() {
	hit := p.actionsOf(flooded)
	var all sync.WaitGroup
	all.Go(func() { p.handInFor(&hit[0], "same", 2000, 16, "one") })
	all.Go(func() { p.handInFor(&hit[1], "own", 1000, 8, "") })
	all.Go(func() {
		for i := range 5 {
			patch := fmt.Sprintf(`{"metadata":{"labels":{"shift":%q}}}`, []string{"night", "day"}[i%2])
			team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: flooded, Name: "crowd"}}
			p.must(p.users["bob"].Patch(p.ctx, team, client.RawPatch("application/merge-patch+json", []byte(patch))))
			time.Sleep(500 * time.Millisecond)
		}
	})
	all.Wait()
}

// watched are the moments at which verdicts were given in the neighbour's namespace, and at
// which they were seen.
type watched struct {
	*play
	mu                       sync.Mutex
	given, seen, done, known []time.Time // by the number of the piece; known is the week's
}

// watch sees what changes in the neighbour's namespace.
func (p *play) watch() *watched {
	p.Helper()
	w := &watched{play: p}
	watcher, err := client.NewWithWatch(p.plane.Config, client.Options{Scheme: p.admin.Scheme()})
	p.must(err)
	for _, list := range []client.ObjectList{&praxisv1.EvidenceList{}, &praxisv1.ActionList{}, &praxisv1.WeeklyCycleList{}} {
		events, err := watcher.Watch(p.ctx, list, client.InNamespace(neighbour))
		p.must(err)
		p.Cleanup(events.Stop)
		go func() {
			for e := range events.ResultChan() {
				w.note(e.Object)
			}
		}()
	}
	return w
}

func (w *watched) note(o any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	switch o := o.(type) {
	case *praxisv1.Evidence:
		var n int
		if _, err := fmt.Sscanf(o.Name, "piece-%d", &n); err == nil && o.Status.Verdict != nil {
			w.seen = upTo(w.seen, n+1, now)
		}
	case *praxisv1.Action:
		w.done = upTo(w.done, int(o.Status.Accepted), now)
	case *praxisv1.WeeklyCycle:
		if len(o.Status.KeyActions) > 0 {
			w.known = upTo(w.known, int(o.Status.KeyActions[0].UnitsDelivered), now)
		}
	}
}

// upTo says of what is new up to a number when it was seen.
func upTo(times []time.Time, n int, now time.Time) []time.Time {
	for len(times) < n {
		times = append(times, now)
	}
	return times
}

// judge accepts pieces in turn, one every tenth of a second, until all are or a flood is over,
// and waits until the week counts them. It returns the number of the next one.
func (w *watched) judge(from, to int, over <-chan struct{}) int {
	w.Helper()
	n := from
	for ; n < to; n++ {
		select {
		case <-over:
			to = n
		case <-time.After(100 * time.Millisecond):
		}
		if n < to {
			w.mu.Lock()
			w.given = append(w.given, time.Now())
			w.mu.Unlock()
			w.accept(fmt.Sprintf("piece-%04d", n))
		}
	}
	w.eventually("the week counts them", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.known) >= to
	})
	return to
}

func (w *watched) report(what string, from, to int) {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	line := fmt.Sprintf("%-16s (%3d)", what, to-from)
	for _, times := range [][]time.Time{w.seen, w.done, w.known} {
		var took []time.Duration
		for n := from; n < to; n++ {
			took = append(took, times[n].Sub(w.given[n]))
		}
		slices.Sort(took)
		line += fmt.Sprintf("   %s", []time.Duration{took[len(took)/2].Round(time.Millisecond), took[len(took)*99/100].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond)})
	}
	w.Log(line)
}
