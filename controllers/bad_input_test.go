// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/corpus"
)

func TestBadInputGetsAClearAnswerAndLosesNothing(t *testing.T) {
	for _, c := range corpus.Bad(t, "..") {
		t.Run(c.Name, func(t *testing.T) {
			w := newWorld(t, "2026-11-23T08:30:00Z")
			refused := w.create(c.Text)
			if c.Refused() {
				if refused == nil || !strings.Contains(refused.Error(), c.Expected[0].Message) {
					t.Errorf("refused with %v, want %q", refused, c.Expected[0].Message)
				}
				return
			}
			w.must(refused)
			w.settle()
			for _, e := range c.Expected {
				w.expect(e)
			}
		})
	}
}

func TestEvidenceThatCannotBeIsRefusedWhereItIsHandedIn(t *testing.T) {
	w := planned(t)
	before := w.snapshot()
	artifact := func(change func(*praxisv1.Artifact)) func(*praxisv1.Evidence) {
		return func(e *praxisv1.Evidence) { change(&e.Spec.Artifacts[0]) }
	}
	uri := func(uri string) func(*praxisv1.Evidence) {
		return artifact(func(a *praxisv1.Artifact) { a.URI = uri })
	}
	for name, c := range map[string]struct {
		change func(*praxisv1.Evidence)
		want   string
	}{
		"a million of it":          {quantity(1_000_000), "spec.quantity: Invalid value"},
		"less than nothing":        {quantity(-1), "spec.quantity: Invalid value"},
		"a summary of a mebibyte":  {func(e *praxisv1.Evidence) { e.Spec.Summary = strings.Repeat("x", 1<<20) }, "spec.summary: Too long"},
		"a link to a script":       {uri("javascript:alert(1)"), "the URI must begin with http:, https:, git:, oci: or mailto:"},
		"a link to a file":         {uri("file:///etc/passwd"), "the URI must begin with http:, https:, git:, oci: or mailto:"},
		"a link without a scheme":  {uri("//work.example"), "the URI must begin with http:, https:, git:, oci: or mailto:"},
		"a digest in capitals":     {artifact(func(a *praxisv1.Artifact) { a.Digest = "sha256:" + strings.Repeat("A", 64) }), "spec.artifacts[0].digest"},
		"a digest of another kind": {artifact(func(a *praxisv1.Artifact) { a.Digest = "md5:" + strings.Repeat("a", 32) }), "spec.artifacts[0].digest"},
		"a digest that is cut":     {artifact(func(a *praxisv1.Artifact) { a.Digest = "sha256:abc" }), "spec.artifacts[0].digest"},
		"for nothing":              {func(e *praxisv1.Evidence) { e.Spec.ActionRef = nil }, "actionRef"},
		"for an Action and a step": {func(e *praxisv1.Evidence) { e.Spec.For = &praxisv1.EvidenceTarget{KeyAction: "a", Step: "b"} }, "actionRef"},
		"for a step and a measure": {func(e *praxisv1.Evidence) {
			e.Spec.ActionRef, e.Spec.For = nil, &praxisv1.EvidenceTarget{KeyAction: "a", Step: "b", Utility: "u", Measure: "m"}
		}, "for"},
		"an Action elsewhere":      {func(e *praxisv1.Evidence) { e.Spec.ActionRef.Name = "other/" + prepare }, "a reference is the name of an object of the same namespace"},
		"a reading that is a word": {func(e *praxisv1.Evidence) { measured("many")(e) }, "spec.value"},
		"the same artifact twice":  {func(e *praxisv1.Evidence) { e.Spec.Artifacts = append(e.Spec.Artifacts, e.Spec.Artifacts[0]) }, "Duplicate value"},
		"a hundred and one artifacts": {func(e *praxisv1.Evidence) {
			for i := range 101 {
				e.Spec.Artifacts = append(e.Spec.Artifacts, praxisv1.Artifact{Name: fmt.Sprintf("a%d", i), Type: praxisv1.EvidenceLink})
			}
		}, "spec.artifacts: Too many"},
	} {
		e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: "bad", Namespace: w.ns}, Spec: praxisv1.EvidenceSpec{
			ActionRef: &praxisv1.LocalReference{Name: prepare}, Quantity: 1,
			Artifacts: []praxisv1.Artifact{{Name: "sheet", Type: praxisv1.EvidenceLink, URI: "https://work.example/1"}},
		}}
		c.change(e)
		if err := wants(w.as(priya).Create(t.Context(), e), c.want); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	zero := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"quantity": int64(0), "actionRef": map[string]any{"name": prepare}}}}
	zero.SetGroupVersionKind(praxisv1.GroupVersion.WithKind("Evidence"))
	zero.SetNamespace(w.ns)
	zero.SetName("bad") // unstructured, because a Go client leaves a zero out
	if err := wants(w.as(priya).Create(t.Context(), zero), "spec.quantity: Invalid value: 0"); err != nil {
		t.Error(err)
	}
	if w.settle() != 0 || w.snapshot() != before {
		t.Error("something else changed")
	}
}

func (w *world) expect(e corpus.Expectation) {
	w.Helper()
	switch e.What {
	case corpus.Planned:
		for _, a := range w.actions() {
			if a.Spec.KeyActionRef.Name == e.Name {
				return
			}
		}
		w.Errorf("nothing of %s is planned", e.Name)
		return
	case corpus.Gap:
		w.expectGap(e.Name, e.Reason, e.Message)
		return
	}
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(schema.GroupVersionKind{Group: praxisv1.GroupVersion.Group, Version: praxisv1.GroupVersion.Version, Kind: e.Kind})
	w.must(w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: e.Name}, o))
	conditions, _, err := unstructured.NestedSlice(o.Object, "status", "conditions")
	w.must(err)
	var seen []string
	for _, c := range conditions {
		c := c.(map[string]any)
		if c["type"] == e.Type && c["status"] == e.Status && c["reason"] == e.Reason && strings.Contains(c["message"].(string), e.Message) {
			return
		}
		seen = append(seen, fmt.Sprintf("%s=%s %s: %s", c["type"], c["status"], c["reason"], c["message"]))
	}
	w.Errorf("%s %s says\n%s\nand not %+v", e.Kind, e.Name, strings.Join(seen, "\n"), e)
}

func (w *world) expectGap(keyAction, reason, message string) {
	w.Helper()
	gaps := get[praxisv1.WeeklyCycle](w, "checkout-2026-w48").Status.Gaps
	for _, g := range gaps {
		if g.KeyAction == keyAction && g.Reason == reason && strings.Contains(g.Message, message) {
			return
		}
	}
	w.Errorf("the gaps are %+v, without %s %s: %s", gaps, keyAction, reason, message)
}
