// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// What the operator asks of the API server is counted there, by its audit log.

// asked is what the operator asked since a moment.
func (p *play) asked(since time.Time) []controlplane.Request {
	p.Helper()
	requests, err := controlplane.Requests(p.audit, operatorUser, since)
	p.must(err)
	return requests
}

// requests are those of the operator since a moment, watches aside, by verb and resource.
func (p *play) requests(since time.Time) map[string]int {
	p.Helper()
	counts := map[string]int{}
	for _, r := range p.asked(since) {
		if r.Verb != "watch" {
			counts[r.Verb+" "+r.ObjectRef.Of()]++
		}
	}
	return counts
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

func TestADayOnWhichNothingChangesCostsNoRequest(t *testing.T) {
	monday := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	p := newPlay(t, monday)
	p.operator.start()
	defer p.operator.stop()
	p.at(monday, "Fri 18:00") // all that was due is missed, and told
	p.at(monday, "Sat 08:00")
	began := time.Now()
	p.at(monday, "Sun 08:00")
	if counts := p.requests(began); len(counts) > 0 {
		t.Errorf("it made %v", counts)
	}
	if total := p.requests(time.Time{}); sum(total) < 30 {
		t.Errorf("the audit log misses what came before: %v", total)
	}
}

// at waits for a local moment of a week.
func (p *play) at(monday time.Time, dayAndTime string) {
	p.Helper()
	select {
	case <-p.ctx.Done():
		p.Fatal(p.ctx.Err())
	case <-time.After(p.clock.Wait(p.ledger.at(monday, dayAndTime))):
	}
}

const (
	burstActions = 50
	burstPieces  = 1000
)

// writesOf are the requests that change something.
func writesOf(counts map[string]int) int {
	writes := 0
	for what, n := range counts {
		if verb, _, _ := strings.Cut(what, " "); verb != "get" && verb != "list" {
			writes += n
		}
	}
	return writes
}

// What has come in while the operator was down is counted when it starts, so that it has
// all of it before it however fast or slow the machine is.
func TestAThousandPiecesOfEvidenceCostHardlyMoreThanTheirOwnVerdicts(t *testing.T) {
	p, actions := newCrowd(t)
	p.operator.stop()
	p.handInAll(actions)
	began := time.Now()
	p.operator.start()
	p.countedAll(began)
}

func TestAThousandPiecesOfEvidenceThatComeInAsFastAsTheyCan(t *testing.T) {
	if !*measure {
		t.Skip("its figures hang on the machine; make bench prints them")
	}
	p, actions := newCrowd(t)
	t.Logf("one piece alone is seen in the Utility after %s", p.handInOne(&actions[0]).Round(time.Millisecond))
	p.quiet()
	began := time.Now()
	p.handInAll(actions)
	t.Logf("handed in within %s", time.Since(began).Round(time.Millisecond))
	p.countedAll(began)
}

// newCrowd is a play whose week of a thousand completions is planned.
func newCrowd(t *testing.T) (*play, []praxisv1.Action) {
	t.Helper()
	monday := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	before := *speed
	*speed = 1
	t.Cleanup(func() { *speed = before })
	p := newPlay(t, monday)
	p.crowd()
	p.operator.args[0] = "-clock-start=" + p.ledger.at(monday, "Tue 09:00").UTC().Format(time.RFC3339)
	p.operator.start()
	t.Cleanup(p.operator.stop)
	var actions praxisv1.ActionList
	p.eventually("the week is planned", func() bool {
		p.must(p.admin.List(p.ctx, &actions, client.InNamespace(namespace), client.MatchingLabels{praxisv1.LabelKeyAction: "count"}))
		return len(actions.Items) == burstActions && p.crowded() == 0
	})
	p.quiet()
	return p, actions.Items
}

// quiet waits until nothing was written for a second.
func (p *play) quiet() {
	p.Helper()
	p.eventually("the operator comes to rest", func() bool { return len(p.requests(time.Now().Add(-time.Second))) == 0 })
}

// countedAll waits until all that a crowd handed in counts, and says what that cost.
func (p *play) countedAll(began time.Time) {
	p.Helper()
	p.eventually("everything is accepted", func() bool { return p.crowded() == 100 })
	took := time.Since(began)
	p.quiet()
	counts := p.requests(began)
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		p.Logf("%5d %s", counts[what], what)
	}
	writes := writesOf(counts)
	p.Logf("seen in the Utility after %s, with %d writes", took.Round(time.Millisecond), writes)
	if writes > burstPieces+100 {
		p.Errorf("it cost %d writes", writes)
	}
}

func (p *play) eventually(what string, so func() bool) {
	p.Helper()
	if err := wait.PollUntilContextTimeout(p.ctx, 50*time.Millisecond, 5*time.Minute, true, func(context.Context) (bool, error) { return so(), nil }); err != nil {
		p.Fatalf("waiting until %s: %v\n%s", what, err, p.operator.said())
	}
}

// crowd makes a goal that many people carry, whose check accepts what automation hands in.
func (p *play) crowd() {
	team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "crowd"}}
	for i := range burstActions {
		name := fmt.Sprintf("m%02d", i)
		team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: name, User: name, Roles: []string{"counter"}, Capacity: "40h"})
	}
	u := &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "counted"}}
	u.Spec = praxisv1.UtilitySpec{
		Statement: "Everything is counted", Organization: "Figures", Required: 1000, Owner: praxisv1.Owner{Team: "crowd", Member: "m00"},
		Beneficiaries: []praxisv1.Beneficiary{{Who: "All", Problem: "Nobody knows", Improvement: "Everybody does"}},
		Cadence:       praxisv1.Cadence{TimeZone: "Europe/Zurich"},
	}
	ka := &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "count"}}
	ka.Spec = praxisv1.KeyActionSpec{
		UtilityRef: praxisv1.LocalReference{Name: "counted"}, TeamRef: &praxisv1.LocalReference{Name: "crowd"},
		Verb: "Count", Object: "everything", Contribution: 1, Weight: new(int32(100)),
		Package: &praxisv1.Package{Definition: "Count", Standard: "Counted", Steps: []praxisv1.Step{{
			Name: "count", Tier: praxisv1.TierKey, Do: "Count", Assign: praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "counter"},
			Times: burstPieces / burstActions, Duration: "30m", Weight: 100,
			Standard: praxisv1.Standard{Statement: "Counted", AutoAccept: true},
		}}},
	}
	for _, o := range []client.Object{team, u, ka} {
		p.must(p.admin.Create(p.ctx, o))
	}
}

// crowded is how much of the crowd's work the Utility shows, in percent; −1 is nothing yet.
func (p *play) crowded() int32 {
	var u praxisv1.Utility
	p.must(p.admin.Get(p.ctx, client.ObjectKey{Namespace: namespace, Name: "counted"}, &u))
	if u.Status.Delivery == nil {
		return -1
	}
	return u.Status.Delivery.ProgressPercent
}

// handInOne hands a piece in as automation, and tells after how long the Utility shows it.
func (p *play) handInOne(a *praxisv1.Action) time.Duration {
	p.Helper()
	e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "first"}}
	e.Spec = praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: a.Name}, Quantity: 1}
	p.must(p.users["robot"].Create(p.ctx, e))
	began := time.Now()
	var u praxisv1.Utility
	p.must(wait.PollUntilContextTimeout(p.ctx, 2*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		err := p.admin.Get(ctx, client.ObjectKey{Namespace: namespace, Name: "counted"}, &u)
		return err == nil && u.Status.Coverage.Delivered == 1, err
	}))
	return time.Since(began)
}

// handInAll hands in more pieces than are owed by one, as automation with 16 workers.
func (p *play) handInAll(actions []praxisv1.Action) {
	p.Helper()
	next := make(chan int)
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			for i := range next {
				e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("piece-%04d", i)}}
				e.Spec = praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: actions[i%len(actions)].Name}, Quantity: 1}
				if err := p.users["robot"].Create(p.ctx, e); err != nil {
					p.Error(err)
				}
			}
		})
	}
	for i := range burstPieces {
		next <- i
	}
	close(next)
	workers.Wait()
}
