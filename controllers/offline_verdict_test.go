// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/lint"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/test/corpus"
)

// What lint says about a week is exactly what the operator says in that week.
func TestLintSaysWhatTheOperatorSays(t *testing.T) {
	const now = "2026-11-23T15:05:00Z"
	texts := map[string][]byte{}
	for _, name := range []string{"minimal", "platform", "product", "enterprise"} {
		text, err := os.ReadFile(sample(name))
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = text
	}
	for _, c := range corpus.Bad(t, "..") {
		if !c.Refused() {
			texts[c.Name] = c.Text
		}
	}
	verdicts := 0
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, now)
			w.must(w.create(text))
			w.settle()
			set, err := manifest.Load(t.Context(), []string{manifest.Stdin}, bytes.NewReader(text), w.ns)
			w.must(err)
			instant, err := time.Parse(time.RFC3339, now)
			w.must(err)
			found, err := lint.Run(set, "2026-W48", instant)
			w.must(err)
			operator := w.verdicts()
			verdicts += len(operator)
			for _, v := range operator {
				if !slices.ContainsFunc(found, v.isFinding) {
					t.Errorf("the operator alone says %+v", v)
				}
			}
			for _, f := range found {
				// A delegate matters to the operator once somebody is away.
				ahead := f.Kind == "Team" && f.Severity == manifest.Warning && f.Reason == praxisv1.ReasonReferenceNotFound && strings.Contains(f.Message, "the delegate of ")
				if !ahead && !slices.ContainsFunc(operator, func(v verdict) bool { return v.isFinding(f) || v.shows(f) }) {
					t.Errorf("lint alone says %+v", f)
				}
			}
		})
	}
	if verdicts < 25 {
		t.Errorf("the operator said no more than %d things", verdicts)
	}
}

// verdict is what the operator says about an object in a condition.
type verdict struct {
	kind, name string
	condition  metav1.Condition
}

func (v verdict) isFinding(f manifest.Finding) bool {
	return f.Kind == v.kind && f.Name == v.name && f.Reason == v.condition.Reason && f.Message == v.condition.Message
}

// shows reports whether a condition has room for one of several findings, and shows another.
func (v verdict) shows(f manifest.Finding) bool {
	of := map[string]string{
		praxisv1.ReasonAbstractVerb: praxisv1.ConditionActionable, praxisv1.ReasonNoKeyStep: praxisv1.ConditionActionable,
		praxisv1.ReasonUnassigned: praxisv1.ConditionFeasible,
	}
	return f.Kind == v.kind && f.Name == v.name && v.condition.Type == of[f.Reason]
}

// verdicts returns everything that the operator finds wrong with what people wrote.
func (w *world) verdicts() []verdict {
	w.Helper()
	var out []verdict
	add := func(kind string, o metav1.Object, conditions []metav1.Condition) {
		if len(o.GetOwnerReferences()) > 0 {
			return
		}
		for _, c := range conditions {
			switch {
			case c.Type == praxisv1.ConditionStalled && c.Status == metav1.ConditionTrue:
			case slices.Contains(asked, c.Type) && c.Status == metav1.ConditionFalse:
			default:
				continue
			}
			out = append(out, verdict{kind, o.GetName(), c})
		}
	}
	var utilities praxisv1.UtilityList
	var keyActions praxisv1.KeyActionList
	var teams praxisv1.TeamList
	for _, list := range []client.ObjectList{&utilities, &keyActions, &teams} {
		w.must(w.live.List(w.Context(), list, client.InNamespace(w.ns)))
	}
	for _, u := range utilities.Items {
		add("Utility", &u, u.Status.Conditions)
	}
	for _, ka := range keyActions.Items {
		add("KeyAction", &ka, ka.Status.Conditions)
	}
	for _, team := range teams.Items {
		add("Team", &team, team.Status.Conditions)
	}
	return out
}

var asked = strings.Fields("Focused Covered Actionable Feasible Distinct")
