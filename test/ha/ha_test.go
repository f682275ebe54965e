// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package ha

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/praxis-dev/praxis/test/controlplane"
)

func TestAWeekComesToTheSameHoweverOftenItsLeaderDies(t *testing.T) {
	if *weeks == 0 {
		t.Skip("a week has to keep time, which it cannot beside other tests; run make test-ha-short or make test-ha")
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d", *seed)
	binary := build(t)
	var inPeace, killed map[string]string
	t.Run("runs", func(t *testing.T) { // both at once: they wait most of the time
		if *weeks > 1 {
			t.Run("in peace", func(t *testing.T) {
				t.Parallel()
				inPeace = livePeacefully(newStage(t, binary))
			})
		}
		t.Run("killed", func(t *testing.T) {
			t.Parallel()
			killed = liveDangerously(newStage(t, binary))
		})
	})
	if t.Failed() || *weeks == 1 {
		return
	}
	if a, b := slices.Sorted(maps.Keys(inPeace)), slices.Sorted(maps.Keys(killed)); !slices.Equal(a, b) {
		t.Errorf("in peace there are\n%v\nand otherwise\n%v", a, b)
	}
	for key, want := range inPeace {
		if got := killed[key]; got != want {
			t.Errorf("%s in peace:\n%s\nand with a leader that dies:\n%s", key, want, got)
		}
	}
	t.Logf("%d objects are the same", len(inPeace))
}

func livePeacefully(s *stage) map[string]string {
	s.begin()
	replicas := s.start(1)
	s.week(func() func() { return func() {} })
	picture := s.picture()
	s.countsWhatWasAccepted()
	s.nothingTwice()
	s.restartWritesNothing(replicas)
	return picture
}

func liveDangerously(s *stage) map[string]string {
	s.begin()
	replicas := s.start(3)
	s.week(func() func() {
		ctx, cancel := context.WithCancel(s.ctx)
		done := make(chan []time.Duration)
		go func() { done <- killAtRandom(ctx, s, replicas, rand.New(rand.NewPCG(*seed, 0))) }()
		return func() {
			cancel()
			takeovers := <-done
			if len(takeovers) < 5 {
				s.Fatalf("the leader was killed only %d times", len(takeovers))
			}
			s.Log(told(takeovers))
		}
	})
	picture := s.picture()
	s.countsWhatWasAccepted()
	s.nothingTwice()
	for round := range *pauses {
		s.pause(replicas, round)
	}
	s.nothingTwice()
	s.restartWritesNothing(replicas)
	for _, line := range s.panics() {
		s.Error(line)
	}
	return picture
}

// restartWritesNothing stops all replicas, and starts one twice with a clock that hardly moves: the
// first finishes what the last leader was stopped in, the second may write nothing.
func (s *stage) restartWritesNothing(replicas []*replica) {
	s.Helper()
	for _, r := range replicas {
		r.stop()
	}
	s.clockIs(s.clock.Now(), 1)
	for slot, silent := range []bool{false, true} {
		started := time.Now()
		r := &replica{stage: s, slot: len(replicas) + slot}
		r.run()
		s.eventually("it leads", func() bool { _, leads := r.leads(); return leads })
		leads := time.Now()
		s.eventually("it has looked at everything", func() bool {
			requests, err := controlplane.Requests(s.audit, operatorUser, started)
			s.must(err)
			if !silent {
				return controlplane.AtRest(requests, leads)
			}
			writes, done := controlplane.Restarted(requests, leads)
			if len(writes) > 0 {
				s.Errorf("restarted with nothing changed, it writes %v", writes)
			}
			return done
		})
		r.stop()
	}
}

// pause stops the leader until another leads, lets work come in before and after it resumes,
// and checks that it wrote nothing from then on and exited.
func (s *stage) pause(replicas []*replica, round int) {
	s.Helper()
	var old *replica
	var life int
	s.eventually("there is a leader", func() bool {
		old, life = leader(replicas, nil)
		return old != nil
	})
	name := old.name()
	old.signal(life, syscall.SIGSTOP)
	began := time.Now()
	s.eventually("another leads", func() bool {
		r, _ := leader(replicas, old)
		return r != nil
	})
	takeover := time.Since(began)
	actions := make([]string, 0, people)
	for i := range people { // the paused leader finds these events in its sockets
		actions = append(actions, fmt.Sprintf("%s.call-back.list.m%02d", next, i))
	}
	s.judgeOthers(actions, round)
	woken := time.Now()
	old.signal(life, syscall.SIGCONT)
	s.eventually("the old leader ends", func() bool {
		now, _ := old.leads()
		return now != life
	})
	ended := time.Since(woken)
	for _, r := range s.writes() {
		if r.RequestReceivedTimestamp.After(woken) && len(r.UserAgent) > len(name) && r.UserAgent[:len(name)+1] == name+"/" {
			s.Errorf("the old leader wrote: %s %s/%s %s (%d)", r.Verb, r.ObjectRef.Resource, r.ObjectRef.Subresource, r.ObjectRef.Name, r.ResponseStatus.Code)
		}
	}
	s.Logf("%s was paused; another led after %s; woken, it wrote nothing and ended after %s", name, takeover.Round(10*time.Millisecond), ended.Round(time.Millisecond))
}

// judgeOthers hands in what a round has not handed in before.
func (s *stage) judgeOthers(actions []string, round int) {
	s.Helper()
	for i, action := range actions {
		s.must(s.users["robot"].Create(s.ctx, piece(fmt.Sprintf("round-%d-%d", round, i), action)))
	}
}
