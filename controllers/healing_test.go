// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// sampled is one of how many scribbles is tried in the ordinary run; with -exhaustive all are.
const sampled = 12

// kept are fields that are no more than what is written in them, with who writes them.
var kept = []struct{ kind, path, why string }{
	{"Evidence", "Status.Verdict", "people write it"},
	{"Evidence", "Status.JudgedBy", "a verdict that counted stands, whatever becomes of roles"},
}

func isKept(o client.Object, path string) bool {
	for _, k := range kept {
		if k.kind == kindOf(o) && strings.HasPrefix(path, k.path) {
			return true
		}
	}
	return false
}

// said is what an object says of itself, whenever it came to say so.
func said(o client.Object) any {
	status := o.DeepCopyObject().(praxisv1.Conditioned)
	for i := range status.GetConditioned().Conditions {
		status.GetConditioned().Conditions[i].LastTransitionTime = metav1.Time{}
	}
	slices.SortFunc(status.GetConditioned().Conditions, func(a, b metav1.Condition) int { return cmp.Compare(a.Type, b.Type) })
	same := status.(client.Object)
	same.SetResourceVersion("")
	same.SetManagedFields(nil)
	return same
}

// inARunningWeek is a world whose week runs, with something of everything.
func inARunningWeek(t *testing.T) *world {
	w := planned(t)
	w.must(w.apply(sample("enterprise")))
	w.settle()
	w.accept(prepare, 1)
	w.submit("waits", prepare)
	w.must(w.judge(mira, w.submit("refused", prepare).Name, praxisv1.DecisionRejected))
	w.submit("nowhere", "no-such-action", by(priya))
	w.settleAt(wednesday)
	return w
}

func TestAStatusThatSomebodyOverwroteIsPutRightWithinSeconds(t *testing.T) {
	w := inARunningWeek(t)
	w.run(nil)
	seen, healed := map[string]bool{}, 0
	for _, o := range w.held() {
		if _, ok := o.(praxisv1.Conditioned); !ok {
			continue
		}
		for _, s := range scribbles(o, "Status") {
			key := fmt.Sprintf("%s %s %s", kindOf(o), conditionsBefore(o), s.path)
			if seen[key] || isKept(o, s.path) {
				continue
			}
			seen[key] = true
			if len(seen)%sampled != 0 && !*exhaustive {
				continue
			}
			if err := w.scribbles(o, s); err != nil {
				t.Errorf("%s %s with %s: %v", kindOf(o), o.GetName(), s.path, err)
			} else {
				healed++
			}
		}
	}
	t.Logf("%d scribbles", healed)
}

// scribbles spoils an object, and waits until it is what it was.
func (w *world) scribbles(o client.Object, s scribble) error {
	before, spoiled := w.now(o), w.now(o)
	s.spoil(spoiled)
	if equality.Semantic.DeepEqual(before, spoiled) {
		return nil
	}
	if err := w.live.Status().Update(w.Context(), spoiled); apierrors.IsInvalid(err) || apierrors.IsForbidden(err) {
		return nil // the schema does not let it through
	} else if err != nil {
		return err
	}
	want := said(before)
	var got any
	err := w.within(ample, "", func() bool { got = said(w.now(o)); return equality.Semantic.DeepEqual(got, want) })
	if err != nil {
		w.must(w.live.Status().Update(w.Context(), again(before, w.now(o))))
		w.rest()
		return fmt.Errorf("it stays\n%s\nand was\n%s", shown(got), shown(want))
	}
	return nil
}

func again(o, at client.Object) client.Object {
	o.SetResourceVersion(at.GetResourceVersion())
	return o
}

// now is what the API server has of an object.
func (w *world) now(o client.Object) client.Object {
	w.Helper()
	there := o.DeepCopyObject().(client.Object)
	w.must(w.live.Get(w.Context(), client.ObjectKeyFromObject(o), there))
	return there
}

func TestLabelsAndOwnersThatSomebodyTookAwayComeBackWithinSeconds(t *testing.T) {
	w := inARunningWeek(t)
	w.run(nil)
	for _, o := range []client.Object{
		get[praxisv1.Action](w, prepare), get[praxisv1.WeeklyCycle](w, w48), get[praxisv1.Review](w, midweek),
		get[praxisv1.Review](w, "safe-deploys-calibration-2026-w48"), get[praxisv1.KeyAction](w, "move-workloads-search"),
	} {
		for what, spoil := range map[string]func(client.Object){
			"no labels":                func(o client.Object) { o.SetLabels(nil) },
			"another label":            func(o client.Object) { o.SetLabels(map[string]string{praxisv1.LabelUtility: "another"}) },
			"no owner":                 func(o client.Object) { o.SetOwnerReferences(nil) },
			"neither labels nor owner": func(o client.Object) { o.SetOwnerReferences(nil); o.SetLabels(nil) },
		} {
			t.Run(kindOf(o)+" "+o.GetName()+" with "+what, func(t *testing.T) {
				before := w.now(o)
				if err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
					spoiled := w.now(o)
					spoil(spoiled)
					return w.live.Update(w.Context(), spoiled)
				}); err != nil {
					t.Fatal(err)
				}
				err := w.within(ample, "", func() bool {
					now := w.now(o)
					return equality.Semantic.DeepEqual(now.GetLabels(), before.GetLabels()) && equality.Semantic.DeepEqual(now.GetOwnerReferences(), before.GetOwnerReferences())
				})
				if err != nil {
					t.Errorf("it has %v, %v", w.now(o).GetLabels(), w.now(o).GetOwnerReferences())
				}
			})
		}
	}
	w.rest()
	if counts := get[praxisv1.WeeklyCycle](w, w48).Status.Counts; counts.Dropped != 0 {
		t.Errorf("the week counts %+v", counts)
	}
}

// What a week is judged by stands in its plan alone. An operator that has seen it puts it back;
// another one takes it as it is, but for the hash.
func TestAPlanThatSomebodyOverwroteIsPutBack(t *testing.T) {
	for name, spoil := range map[string]func(*praxisv1.WeeklyCycleStatus){
		"the hash":      func(s *praxisv1.WeeklyCycleStatus) { s.Plan.Hash = strings.Repeat("0", 64) },
		"a tolerance":   func(s *praxisv1.WeeklyCycleStatus) { s.Plan.KeyActions[0].Tolerance = 100 },
		"a miss":        func(s *praxisv1.WeeklyCycleStatus) { s.Plan.KeyActions[0].OnMiss = praxisv1.MissDrop },
		"the Teams":     func(s *praxisv1.WeeklyCycleStatus) { s.Plan.Teams = nil },
		"a reviewer":    func(s *praxisv1.WeeklyCycleStatus) { s.Plan.Teams[0].Members[0].Reviewer = false },
		"a KeyAction":   func(s *praxisv1.WeeklyCycleStatus) { s.Plan.KeyActions = s.Plan.KeyActions[1:] },
		"the sums":      func(s *praxisv1.WeeklyCycleStatus) { s.Plan.Actions, s.Plan.Minutes, s.Plan.Units = 1, 1, 1 },
		"the plan":      func(s *praxisv1.WeeklyCycleStatus) { s.Plan = nil },
		"all of status": func(s *praxisv1.WeeklyCycleStatus) { *s = praxisv1.WeeklyCycleStatus{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := planned(t)
			before := w.traces()
			spoiled := get[praxisv1.WeeklyCycle](w, w48)
			spoil(&spoiled.Status)
			w.must(w.live.Status().Update(w.Context(), spoiled))
			if name == "the hash" {
				w.restart()
			} else {
				w.seenAt(spoiled)
			}
			w.settle()
			for _, found := range differences("once it is looked at", before, w.traces()) {
				t.Error(found)
			}
		})
	}
}

func TestAnActionThatSomebodyDeletedCountsAsDroppedWithinSeconds(t *testing.T) {
	w := planned(t)
	w.run(nil)
	w.must(w.Delete(w.Context(), get[praxisv1.Action](w, prepare)))
	if err := w.within(ample, "it is dropped", func() bool { return get[praxisv1.WeeklyCycle](w, w48).Status.Counts.Dropped == 1 }); err != nil {
		t.Error(err)
	}
}

func shown(o any) string {
	text, err := json.Marshal(o)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
