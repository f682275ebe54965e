// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"

	"github.com/praxis-dev/praxis/internal/simclock"
)

// What an operator writes after a restart that changes nothing is something that the one
// before should have written: a change that it did not hear of, or a decision that differs by
// who takes it.

// restingKinds are the kinds that an operator watches once it looks at everything.
var restingKinds = []string{"actionpackages", "actions", "evidence", "keyactions", "reviews", "teams", "utilities", "weeklycycles"}

const (
	restingTime = 1500 * time.Millisecond // without a write the operator is at rest
	watchedTime = 2 * time.Second         // of a restarted one in which it may write nothing
)

// restarts stops the clock and the operator, and starts the operator twice: the first has the
// time to finish what the one before was killed in, the second may write nothing. Then the
// clock goes on from where it was stopped.
func (p *play) restarts() {
	p.Helper()
	p.operator.mu.Lock()
	defer p.operator.mu.Unlock()
	if p.operator.cmd == nil {
		return // it is down, and meant to be
	}
	p.restarted++
	stopped := p.clock.Now()
	args := p.operator.args
	p.operator.kill()

	began := p.setClock(stopped, 1)
	p.operator.run()
	p.eventually("the operator comes to rest", func() bool {
		_, watched := p.written(began)
		recent, _ := p.written(time.Now().Add(-restingTime))
		return watched && len(recent) == 0 && time.Since(began) > restingTime
	})
	p.operator.kill()

	began = p.setClock(stopped, 1)
	p.operator.run()
	var writes []string
	p.eventually("the restarted operator has looked at everything", func() bool {
		var watched bool
		writes, watched = p.written(began)
		return len(writes) > 0 || watched && time.Since(began) > watchedTime
	})
	p.operator.kill()
	if len(writes) > 0 {
		p.Errorf("restarted at %s, with nothing changed, the operator writes %s", stopped.In(p.ledger.zone).Format("Mon 2006-01-02 15:04"), strings.Join(writes, ", "))
	}

	p.operator.args = args
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
		"-clock-start=" + at.UTC().Format(time.RFC3339Nano), "-clock-epoch=" + now.UTC().Format(time.RFC3339Nano), clockSpeed(speed),
	}, p.operator.args[3:])
	return now
}

// written are the objects that the operator wrote since a moment, and whether it watches all
// kinds by now.
func (p *play) written(since time.Time) (writes []string, watched bool) {
	p.Helper()
	file, err := os.Open(p.audit)
	p.must(err)
	defer file.Close()
	kinds := map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct {
			Verb                     string
			RequestReceivedTimestamp metav1.MicroTime
			User                     struct{ Username string }
			ObjectRef                struct{ Resource, Subresource, Name string }
		}
		if json.Unmarshal(lines.Bytes(), &event) != nil || event.User.Username != operatorUser || event.RequestReceivedTimestamp.Time.Before(since) {
			continue
		}
		of := event.ObjectRef
		switch event.Verb {
		case "watch":
			kinds[of.Resource] = true
		case "get", "list":
		default:
			if of.Resource != "leases" && of.Resource != "selfsubjectreviews" {
				writes = append(writes, strings.TrimSuffix(event.Verb+" "+of.Resource+" "+of.Name+"/"+of.Subresource, "/"))
			}
		}
	}
	p.must(lines.Err())
	watching := slices.Sorted(maps.Keys(kinds))
	for _, kind := range restingKinds {
		if !slices.Contains(watching, kind) {
			return writes, false
		}
	}
	return writes, true
}
