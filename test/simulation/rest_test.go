// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"slices"
	"strings"
	"time"

	"k8s.io/utils/clock"

	"github.com/praxis-dev/praxis/internal/simclock"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// What an operator writes after a restart that changes nothing is something that the one
// before should have written: a change that it did not hear of, an instant that it slept through,
// or a decision that differs by who takes it.

// untilQuiet lets the clock of the play, and of the operator that is started next, run until the
// first quiet point after an instant, and from there on as fast as real time.
func (p *play) untilQuiet(after time.Time) {
	p.Helper()
	until := ""
	if i := slices.IndexFunc(p.restartsAt, func(at time.Time) bool { return at.After(after) }); i >= 0 {
		until = p.restartsAt[i].UTC().Format(time.RFC3339)
	}
	var err error
	p.clock, err = p.clock.Until(until)
	p.must(err)
	p.operator.args[3] = "-clock-until=" + until
}

// restarts waits until an operator that has run for a while has nothing more to do, while the
// clock hardly moves, and starts another in its place, which may write nothing. Then the clock goes
// on from there.
func (p *play) restarts() {
	p.Helper()
	p.operator.mu.Lock()
	defer p.operator.mu.Unlock()
	if p.operator.cmd == nil {
		p.setClock(p.clock.Now(), *speed) // it is down, and meant to be
		return
	}
	p.restarted++
	p.eventually("the operator comes to rest", func() bool {
		return controlplane.AtRest(p.asked(p.operator.began), p.operator.began)
	})
	p.operator.kill()

	stopped := p.clock.Now()
	began := p.setClock(stopped, 1)
	p.operator.run()
	var writes []string
	p.eventually("the restarted operator has looked at everything", func() bool {
		var done bool
		writes, done = controlplane.Restarted(p.asked(began), began)
		return done
	})
	p.operator.kill()
	if len(writes) > 0 {
		p.Errorf("restarted at %s, with nothing changed, the operator writes %s", stopped.In(p.ledger.zone).Format("Mon 2006-01-02 15:04"), strings.Join(writes, ", "))
	}

	p.setClock(stopped, *speed)
	p.operator.run()
}

// setClock lets the clock of the play, and of the operator that is started next, show an
// instant from now on. It returns the real time.
func (p *play) setClock(at time.Time, speed float64) time.Time {
	p.Helper()
	now := time.Now()
	var err error
	p.clock, err = simclock.New(clock.RealClock{}, at, now, speed)
	p.must(err)
	p.operator.args = slices.Concat([]string{
		"-clock-start=" + at.UTC().Format(time.RFC3339Nano), "-clock-epoch=" + now.UTC().Format(time.RFC3339Nano), clockSpeed(speed), "",
	}, p.operator.args[4:])
	p.untilQuiet(at)
	return now
}
