// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package chain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// sample is what an export is made of.
type sample struct {
	Cycles   []praxisv1.WeeklyCycle
	Actions  []praxisv1.Action
	Evidence []praxisv1.Evidence
}

func (s sample) export() Export {
	x := Export{Cycles: s.Cycles}
	for _, object := range append(objects("Action", s.Actions), objects("Evidence", s.Evidence)...) {
		if err := x.Add(object); err != nil {
			panic(err)
		}
	}
	return x
}

func (s sample) verify() (int, []Finding) { return Verify(s.export()) }

// objects are what the API server would return.
func objects[T any](kind string, typed []T) []json.RawMessage {
	var out []json.RawMessage
	for i := range typed {
		text, err := json.Marshal(typed[i])
		if err != nil {
			panic(err)
		}
		var object map[string]any
		if err := json.Unmarshal(text, &object); err != nil {
			panic(err)
		}
		object["kind"] = kind
		text, _ = json.Marshal(object)
		out = append(out, text)
	}
	return out
}

func rootOf(w Week) *praxisv1.EvidenceRoot {
	root, err := Root(w)
	if err != nil {
		panic(err)
	}
	return &root
}

// weeks are n closed weeks of two Actions and three pieces of evidence each.
func weeks(n int) sample {
	var x sample
	previous, root := "", ""
	for i := range n {
		name := fmt.Sprintf("u-2026-w%d", 48+i)
		var actions []praxisv1.Action
		var evidence []praxisv1.Evidence
		for _, step := range []string{"a", "b"} {
			actions = append(actions, praxisv1.Action{
				ObjectMeta: metav1.ObjectMeta{Name: name + "." + step},
				Spec:       praxisv1.ActionSpec{CycleRef: praxisv1.LocalReference{Name: name}, Step: step, Target: 3},
			})
		}
		for j, action := range []string{"a", "a", "b"} {
			evidence = append(evidence, praxisv1.Evidence{
				ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-e%d", name, j)},
				Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: name + "." + action}, Quantity: 1, Summary: "done <it> & more", SubmittedBy: "ana"},
				Status: praxisv1.EvidenceStatus{
					ConditionedStatus: praxisv1.ConditionedStatus{Conditions: []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: metav1.ConditionTrue}}},
					ActionRef:         &praxisv1.LocalReference{Name: name + "." + action}, JudgedBy: "ben",
					Verdict: &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: "ben"},
				},
			})
		}
		cycle := praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: name}}
		cycle.Spec.UtilityRef.Name, cycle.Spec.Previous, cycle.Spec.StartsAt = "u", previous, metav1.NewTime(monday.AddDate(0, 0, 7*i))
		cycle.Spec.Week = praxisv1.Week(fmt.Sprintf("2026-W%d", 48+i))
		cycle.Status.Plan = &praxisv1.WeekPlan{Hash: "plan " + name}
		cycle.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionClosed, Status: metav1.ConditionTrue}}
		cycle.Status.Evidence = rootOf(Week{Cycle: name, PlanHash: cycle.Status.Plan.Hash, Actions: objects("Action", actions), Evidence: objects("Evidence", evidence), PreviousRoot: root})
		previous, root = name, cycle.Status.Evidence.Root
		x.Cycles, x.Actions, x.Evidence = append(x.Cycles, cycle), append(x.Actions, actions...), append(x.Evidence, evidence...)
	}
	return x
}

func TestAnUntouchedChainHolds(t *testing.T) {
	x := weeks(4)
	slices.Reverse(x.Cycles) // exports come in any order
	slices.Reverse(x.Evidence)
	if n, findings := x.verify(); n != 4 || len(findings) > 0 {
		t.Errorf("of %d weeks it finds %v", n, findings)
	}
	x.Cycles = x.Cycles[:3] // the oldest was pruned, and its Actions with it
	if n, findings := x.verify(); n != 3 || len(findings) > 0 {
		t.Errorf("without the first of %d weeks it finds %v", n+1, findings)
	}
}

func TestEveryChangeOfAClosedWeekIsFoundAndItsPlaceNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*sample)
		cycle  string
		says   string
	}{
		"a summary changed":         {func(x *sample) { x.Evidence[0].Spec.Summary = "done" }, "u-2026-w48", "are not those"},
		"a verdict changed":         {func(x *sample) { x.Evidence[4].Status.Verdict.By = "eve" }, "u-2026-w49", "are not those"},
		"a verdict taken back":      {func(x *sample) { x.Evidence[4].Status.Verdict.Decision = praxisv1.DecisionRejected }, "u-2026-w49", "are not those"},
		"evidence deleted":          {func(x *sample) { x.Evidence = x.Evidence[1:] }, "u-2026-w48", "2 pieces of accepted evidence are there, and it was closed with 3"},
		"evidence added":            {func(x *sample) { e := x.Evidence[0]; e.Name = "new"; x.Evidence = append(x.Evidence, e) }, "u-2026-w48", "4 pieces"},
		"evidence doubled":          {func(x *sample) { x.Evidence = append(x.Evidence, x.Evidence[3]) }, "u-2026-w49", "4 pieces"},
		"evidence moved":            {func(x *sample) { x.Evidence[0].Status.ActionRef.Name = "u-2026-w48.b" }, "u-2026-w48", "are not those"},
		"evidence swapped":          {func(x *sample) { x.Evidence[0].Name, x.Evidence[2].Name = x.Evidence[2].Name, x.Evidence[0].Name }, "u-2026-w48", "are not those"},
		"an Action amended":         {func(x *sample) { x.Actions[2].Spec.Amendments = []praxisv1.Amendment{{Reason: "x", By: "eve"}} }, "u-2026-w49", "are not those"},
		"an Action deleted":         {func(x *sample) { x.Actions = x.Actions[:7] }, "u-2026-w51", "are not those"},
		"the plan exchanged":        {func(x *sample) { x.Cycles[1].Status.Plan.Hash = "another" }, "u-2026-w49", "are not those"},
		"a root exchanged":          {func(x *sample) { x.Cycles[1].Status.Evidence.Root = "00" }, "u-2026-w50", "previousRoot is not the root of u-2026-w49"},
		"a week cut out":            {func(x *sample) { x.Cycles = slices.Delete(x.Cycles, 1, 2) }, "u-2026-w50", "u-2026-w49, is missing"},
		"a week that forks":         {func(x *sample) { x.Cycles[2].Spec.Previous = "u-2026-w48" }, "u-2026-w50", "u-2026-w49 follows u-2026-w48 as well"},
		"a week that begins anew":   {func(x *sample) { x.Cycles[2].Spec.Previous = "" }, "u-2026-w50", "it follows no week, and u-2026-w49 was before it"},
		"a week in it twice":        {func(x *sample) { x.Cycles = append(x.Cycles, x.Cycles[0]) }, "u-2026-w48", "twice"},
		"a root rolled back":        {func(x *sample) { x.Cycles[3].Status.Evidence = nil }, "u-2026-w51", "it must have a root if it is closed"},
		"a root of another version": {func(x *sample) { x.Cycles[1].Status.Evidence.Version = 2 }, "u-2026-w49", "its root is of version 2"},
		"a week closed by another":  {func(x *sample) { x.Cycles[0].Status.Evidence = weeks(2).Cycles[1].Status.Evidence }, "u-2026-w48", "are not those"},
	} {
		t.Run(name, func(t *testing.T) {
			x := weeks(4)
			c.change(&x)
			_, findings := x.verify()
			if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Cycle == c.cycle && strings.Contains(f.Message, c.says) }) {
				t.Errorf("it finds %v, want %s: %s", findings, c.cycle, c.says)
			}
		})
	}
}

// Computed by hand, from the package comment only.
func TestTheRootIsWhatThePackageCommentSays(t *testing.T) {
	hash := func(parts ...string) string {
		sum := sha256.Sum256([]byte(strings.Join(parts, "")))
		return string(sum[:])
	}
	leaf := func(text string) string { return hash("\x00", text) }
	node := func(a, b string) string { return hash("\x01", a, b) }
	evidence := func(i int, action string) string {
		return leaf(fmt.Sprintf(`{"action":"u-2026-w48.%s","judgedBy":"ben","name":"u-2026-w48-e%d","spec":{"actionRef":{"name":"u-2026-w48.%s"},"quantity":1,"submittedBy":"ana","summary":"done <it> & more"},"verdict":{"by":"ben","decision":"Accepted"}}`, action, i, action))
	}
	x := weeks(1)
	var actions []string
	for i := range x.Actions {
		spec, err := json.Marshal(x.Actions[i].Spec)
		if err != nil {
			t.Fatal(err)
		}
		var sorted map[string]any
		if err := json.Unmarshal(spec, &sorted); err != nil {
			t.Fatal(err)
		}
		spec, _ = json.Marshal(sorted)
		actions = append(actions, leaf(fmt.Sprintf(`{"name":%q,"spec":%s}`, x.Actions[i].Name, spec)))
	}
	header := fmt.Sprintf(`{"actions":"%x","count":3,"cycle":"u-2026-w48","evidence":"%x","planHash":"plan u-2026-w48","previousRoot":"","version":1}`,
		node(actions[0], actions[1]), node(node(evidence(0, "a"), evidence(1, "a")), evidence(2, "b")))
	if want := hex.EncodeToString([]byte(hash("\x02", header))); x.Cycles[0].Status.Evidence.Root != want {
		t.Errorf("the root is %s, want %s", x.Cycles[0].Status.Evidence.Root, want)
	}
}

func FuzzReadExport(f *testing.F) {
	f.Add([]byte(`{"items":[{"kind":"WeeklyCycle","metadata":{"name":"a","namespace":"b"}},{"kind":"Evidence"}]}`))
	x := weeks(2)
	text, _ := json.Marshal(map[string]any{"items": []any{
		map[string]any{"kind": "WeeklyCycle", "metadata": x.Cycles[0].ObjectMeta, "spec": x.Cycles[0].Spec, "status": x.Cycles[0].Status},
		map[string]any{"kind": "Evidence", "metadata": x.Evidence[0].ObjectMeta, "spec": x.Evidence[0].Spec, "status": x.Evidence[0].Status},
	}})
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		exports, err := ReadExport(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		for _, export := range exports {
			Verify(*export) // whatever it says, it ends
		}
	})
}
