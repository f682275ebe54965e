// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/misuse"
)

// Whatever people write into the fields of their objects is refused by the API server, or the
// operator says in a condition what is wrong with it, or it is right. It harms no neighbour,
// and once it is taken back, all is as it was.

var (
	misuseAll  = flag.Bool("misuse-all", false, "try every misuse of every field, and not a sample of them (make test-misuse)")
	misuseOnly = flag.String("misuse-only", "", "try the misuses whose names contain this")
)

const (
	misuseSample = 300
	misuseShards = 4
	// misuseThrowaways is how many worlds the sample spends on what cannot be taken back.
	misuseThrowaways = 3
)

func TestEveryFieldThatPeopleWriteIsMisused(t *testing.T) {
	cases, uncovered := misuses(t)
	for _, name := range uncovered {
		t.Errorf("no object in test/misuse/goals sets %s, so that nothing is known of its misuse; set it there", name)
	}
	if len(cases) < 3000 {
		t.Errorf("there are only %d cases", len(cases))
	}
}

// misuses returns all cases, and the fields without any.
func misuses(t *testing.T) ([]misuse.Case, []string) {
	t.Helper()
	bases := newMisused(t).bases()
	cases, uncovered, err := misuse.Cases(bases)
	if err != nil {
		t.Fatal(err)
	}
	// The same decisions of a Review that is signed at once.
	signed, _, err := misuse.Cases(misuse.Bases{"Review": bases["Review"][1:2]})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range signed {
		if strings.HasPrefix(c.Field, "spec.decisions") || strings.HasPrefix(c.Field, "spec.conclusion") {
			c.Base, c.What = 1, c.What+", signed"
			cases = append(cases, c)
		}
	}
	return cases, uncovered
}

func TestMisuseIsRefusedOrSaidHarmsNoNeighbourAndCanBeTakenBack(t *testing.T) {
	cases, _ := misuses(t)
	cases = slices.DeleteFunc(cases, func(c misuse.Case) bool { return !strings.Contains(c.String(), *misuseOnly) })
	spare := len(cases)
	if !*misuseAll && *misuseOnly == "" {
		cases, spare = misuse.Sample(cases, misuseSample), misuseThrowaways
	}
	tallies := make([]tally, misuseShards)
	t.Run("shards", func(t *testing.T) {
		for shard := range misuseShards {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				tallies[shard].throwaways = spare / misuseShards
				tallies[shard].try(t, cases[shard*len(cases)/misuseShards:(shard+1)*len(cases)/misuseShards])
			})
		}
	})
	var all tally
	for _, of := range tallies {
		all.add(of)
	}
	t.Logf("%d cases: %d refused by the API server, %d said in a condition, %d right, %d not tried because they cannot be taken back; %d known faults, %d new",
		len(cases), all.refused, all.told, all.right, all.left, all.known, all.findings)
}

// tally is what became of cases.
type tally struct {
	refused, told, right, left, known, findings int
	// throwaways is for how many cases a world may be thrown away.
	throwaways int
}

func (t *tally) add(more tally) {
	t.refused += more.refused
	t.told += more.told
	t.right += more.right
	t.left += more.left
	t.known += more.known
	t.findings += more.findings
}

// try tries cases one after the other, in a world that is replaced where one leaves traces.
func (t *tally) try(tt *testing.T, cases []misuse.Case) {
	m := newMisused(tt)
	for _, c := range cases {
		m.at = c.String()
		outcome, wrong := m.try(c, t.throwaways > 0)
		switch outcome {
		case refused:
			t.refused++
		case told:
			t.told++
		case right:
			t.right++
		case left:
			t.left++
		}
		if m.spent {
			t.throwaways--
		}
		if len(wrong) > 0 {
			if why := known(c, wrong); why != "" {
				t.known++
				tt.Logf("known: %s: %s", c, why)
			} else {
				t.findings++
				tt.Errorf("%s\n\t%s", c, strings.Join(wrong, "\n\t"))
			}
		}
		if m.spent || len(wrong) > 0 {
			m = newMisused(tt)
		}
	}
}

type outcome int

const (
	refused outcome = iota
	told            // in a condition
	right
	left // untried
)

// try lets a person write something, and returns what came of it and what should not have.
func (m *misused) try(c misuse.Case, mayThrowAway bool) (outcome, []string) {
	m.drain()
	object := &unstructured.Unstructured{Object: c.Applied(m.base(c.Kind, c.Base))}
	before := m.before(object)
	who := m.people[c.Kind]
	if final(c, object.Object) {
		if err := write(m, who, object, client.DryRunAll); err != nil {
			return refused, badRefusal(err)
		}
		if !mayThrowAway {
			return left, nil
		}
		m.spent = true
	}
	if err := write(m, who, object); err != nil {
		return refused, badRefusal(err)
	}
	m.cached(object)
	wrong := m.calm("with it")
	said := m.said()
	wrong = append(wrong, m.harmed(c)...)
	if !m.looked(object) {
		wrong = append(wrong, "the operator has not looked at it: its observedGeneration is older than its generation")
	}
	if c.Wrong && len(said) == 0 {
		wrong = append(wrong, "it is wrong, and neither refused nor said in a condition")
	}
	if !m.spent {
		m.takeBack(who, before, object)
		wrong = append(wrong, m.calm("without it again")...)
		wrong = append(append(wrong, m.harmed(c)...), m.traces()...)
	}
	if len(said) > 0 {
		return told, wrong
	}
	return right, wrong
}

// write makes or changes an object as kubectl does.
func write(m *misused, who client.Client, o *unstructured.Unstructured, options ...client.UpdateOption) error {
	strict := client.WithFieldValidation(who, "Strict")
	try := func() error {
		if o.GetResourceVersion() != "" {
			return strict.Update(m.Context(), o, options...)
		}
		return strict.Create(m.Context(), o)
	}
	err := try()
	if err != nil && strings.Contains(err.Error(), "stream error") {
		return try() // the server ends some connections after a large request
	}
	return err
}

// badRefusal says what is wrong with a refusal: it has to be about what was written.
func badRefusal(err error) []string {
	about := apierrors.IsInvalid(err) || apierrors.IsForbidden(err) || apierrors.IsBadRequest(err) || apierrors.IsRequestEntityTooLargeError(err)
	if !about || strings.Contains(err.Error(), "resulted in error") || strings.Contains(err.Error(), "evaluation error") {
		return []string{fmt.Sprintf("the refusal says %.500v", err)}
	}
	return nil
}

// takeBack applies what was there before.
func (m *misused) takeBack(who client.Client, before, object *unstructured.Unstructured) {
	m.Helper()
	if before == nil {
		m.must(m.live.Delete(m.Context(), object))
		m.gone(object)
		return
	}
	before.SetResourceVersion(m.read(object.GetKind(), object.GetName()).GetResourceVersion())
	m.must(write(m, who, before))
	m.cached(before)
}

// before is what an object was before it was changed, and nil where it is made.
func (m *misused) before(o *unstructured.Unstructured) *unstructured.Unstructured {
	m.Helper()
	if o.GetName() == misuse.Misused {
		return nil
	}
	return m.read(o.GetKind(), o.GetName())
}

// calm lets the operator settle, and returns what keeps it from that.
func (m *misused) calm(when string) []string {
	for range 20 {
		writes := m.gate.count()
		err := m.round()
		if m.gate.count() > writes {
			continue
		}
		if err != nil {
			return []string{fmt.Sprintf("%s the operator fails: %.500v", when, err)}
		}
		return nil
	}
	return []string{fmt.Sprintf("%s it does not come to rest; last written: %v", when, m.gate.writes[max(0, len(m.gate.writes)-5):])}
}

// looked reports whether the operator has seen what was written.
func (m *misused) looked(o *unstructured.Unstructured) bool {
	typed := m.typed(o)
	m.must(m.Get(m.Context(), client.ObjectKeyFromObject(o), typed))
	conditioned, ok := typed.(praxisv1.Conditioned)
	return !ok || conditioned.GetConditioned().ObservedGeneration == typed.GetGeneration()
}

// knownFaults are what is found and is not put right yet, by what the names of their cases and
// what is found contain.
var knownFaults = []struct{ of, found, why string }{
	{"EvidenceSource spec.rules[].for.", "neither refused nor said", "lint says that there is no such step; in the cluster the piece does, ActionNotFound, when an event comes"},
	{"KeyAction spec.packageRef.overrides", `"turns":`, "the queue of a step that rotated for a while is kept, so that nobody loses a turn where it does again"},
}

// known explains findings where all of them are known.
func known(c misuse.Case, findings []string) string {
	var why string
	for _, found := range findings {
		i := slices.IndexFunc(knownFaults, func(k struct{ of, found, why string }) bool {
			return strings.Contains(c.String(), k.of) && strings.Contains(found, k.found)
		})
		if i < 0 {
			return ""
		}
		why = knownFaults[i].why
	}
	return why
}
