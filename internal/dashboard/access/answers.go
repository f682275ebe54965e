// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"crypto/sha256"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

const (
	// keptAnswers is how many answers are kept; some thirty a person and namespace are in use.
	keptAnswers = 100_000
	// keptOfOne is how many of them may be about one person, so that who asks about whatever
	// comes to mind takes no place from others, and no memory.
	keptOfOne = 20_000
	// longestReason is how much of a reason is kept; an authorizer may say as much as it likes.
	longestReason = 300
)

// question is what somebody may do, as hashes of both: neither grows with what is asked.
type question struct{ who, what [sha256.Size]byte }

type answer struct {
	allowed bool
	reason  string
	asked   time.Time
}

// known are the answers that hold. They are kept in two halves, of which the older is forgotten
// when the newer is full or has lasted for as long as any answer holds.
type known struct {
	clock clock.PassiveClock

	mu         sync.Mutex
	began      time.Time // of the newer half
	newer, old map[question]answer
	of         map[[sha256.Size]byte]int // how many in the newer half are about one user
}

func newKnown(c clock.PassiveClock) *known {
	k := &known{clock: c}
	k.turn()
	return k
}

func (k *known) turn() {
	k.old, k.newer = k.newer, map[question]answer{}
	k.of, k.began = map[[sha256.Size]byte]int{}, k.clock.Now()
}

// get is the answer to a question, where one holds: leave for a few seconds, a refusal for as long
// as the reader can do with it.
func (k *known) get(q question, refusedFor time.Duration) (answer, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a, found := k.newer[q]
	if !found {
		a, found = k.old[q]
	}
	hold := refusedFor
	if a.allowed {
		hold = answersHold
	}
	return a, found && k.clock.Since(a.asked) < hold
}

// add keeps an answer, unless too many are about the same person already.
func (k *known) add(of [sha256.Size]byte, q question, a answer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.clock.Since(k.began) >= refusalsHold || len(k.newer) >= keptAnswers/2 {
		k.turn()
	}
	if _, again := k.newer[q]; !again {
		if k.of[of] >= keptOfOne/2 {
			return
		}
		k.of[of]++
	}
	k.newer[q] = a
}
