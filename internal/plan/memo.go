// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/lru"
)

// Memo keeps the programmes of goals from one pass to the next. Each write of a week brings
// back every KeyAction of its Utility, and each of them asks what all of them plan in all weeks
// of the quarter: with a hundred Teams it is worth asking once.
type Memo struct {
	mu         sync.Mutex
	programmes *lru.Cache // of kept, by the UID of the Utility
}

// kept is a programme and the objects that it was made from, as fingerprint tells them.
type kept struct {
	fingerprint [sha256.Size]byte
	programme   *Programme
}

// NewMemo keeps those of so many goals, the ones that were asked for last.
func NewMemo(goals int) *Memo { return &Memo{programmes: lru.New(goals)} }

// Programme is that of objects: the one that is kept, where nothing that is planned from has
// changed, else a new one. Its objects are always those given.
func (m *Memo) Programme(o Objects) *Programme {
	if o.Utility == nil {
		return NewProgramme(o)
	}
	fingerprint := o.fingerprint()
	m.mu.Lock()
	found, _ := m.programmes.Get(o.Utility.UID)
	m.mu.Unlock()
	if k, ok := found.(kept); ok && k.fingerprint == fingerprint {
		same := *k.programme
		same.Objects = o
		return &same
	}
	programme := NewProgramme(o)
	m.mu.Lock()
	m.programmes.Add(o.Utility.UID, kept{fingerprint, programme})
	m.mu.Unlock()
	return programme
}

// fingerprint tells objects apart by all that is planned from: their specs, by generation, and
// of their metadata who made a KeyAction and how a Team is labelled. Of a status, which changes
// with every verdict, only whose turn it is matters, and that is asked each time.
func (o Objects) fingerprint() [sha256.Size]byte {
	var lines []string
	add := func(what string, meta *metav1.ObjectMeta, more string) {
		lines = append(lines, what+" "+meta.Name+" "+string(meta.UID)+" "+strconv.FormatInt(meta.Generation, 10)+" "+more)
	}
	add("utility", &o.Utility.ObjectMeta, "")
	for i := range o.KeyActions {
		ka := &o.KeyActions[i]
		maker := ""
		if owner := metav1.GetControllerOf(ka); owner != nil {
			maker = owner.APIVersion + " " + owner.Kind + " " + string(owner.UID)
		}
		add("keyaction", &ka.ObjectMeta, maker)
	}
	for _, team := range o.Teams {
		add("team", &team.ObjectMeta, labels.FormatLabels(team.Labels))
	}
	for _, p := range o.Packages {
		add("package", &p.ObjectMeta, "")
	}
	slices.Sort(lines) // lists come in any order
	sum := sha256.New()
	for _, line := range lines {
		sum.Write([]byte(line + "\n")) // nothing in it has a line of its own
	}
	return [sha256.Size]byte(sum.Sum(nil))
}
