// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Each file of the corpus begins with what a person sees of it:
//
//	admission: words of the refusal
//	stalled: Kind/name Reason: words of the message
//	condition: Kind/name Type=Status Reason: words of the message
//	gap: keyAction Reason: words of the message, in the week's gaps
//	planned: keyAction that goes on as if nothing were wrong
var expectation = regexp.MustCompile(`(?m)^# (admission|stalled|condition|gap|planned): (.*)$`)

func TestBadInputGetsAClearAnswerAndLosesNothing(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "test", "testdata", "bad", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := newWorld(t, "2026-11-23T08:30:00Z")
			refused := w.apply(file)
			found := expectation.FindAllStringSubmatch(string(text), -1)
			if len(found) == 0 {
				t.Fatal("the file does not say what to expect")
			}
			if found[0][1] == "admission" {
				if refused == nil || !strings.Contains(refused.Error(), found[0][2]) {
					t.Errorf("refused with %v, want %q", refused, found[0][2])
				}
				return
			}
			w.must(refused)
			w.settle()
			for _, f := range found {
				w.expect(f[1], f[2])
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

func (w *world) expect(what, text string) {
	w.Helper()
	subject, rest, _ := strings.Cut(text, " ")
	if what == "planned" {
		for _, a := range w.actions() {
			if a.Spec.KeyActionRef.Name == subject {
				return
			}
		}
		w.Errorf("nothing of %s is planned", subject)
		return
	}
	reason, message, _ := strings.Cut(rest, ": ")
	if what == "gap" {
		w.expectGap(subject, reason, message)
		return
	}
	if what == "stalled" {
		reason = "Stalled=True " + reason
	}
	kind, name, _ := strings.Cut(subject, "/")
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(schema.GroupVersionKind{Group: praxisv1.GroupVersion.Group, Version: praxisv1.GroupVersion.Version, Kind: kind})
	w.must(w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: name}, o))
	conditions, _, err := unstructured.NestedSlice(o.Object, "status", "conditions")
	w.must(err)
	var seen []string
	for _, c := range conditions {
		c := c.(map[string]any)
		line := c["type"].(string) + "=" + c["status"].(string) + " " + c["reason"].(string)
		if line == reason && strings.Contains(c["message"].(string), message) {
			return
		}
		seen = append(seen, line+": "+c["message"].(string))
	}
	w.Errorf("%s says\n%s\nand not %s: %s", subject, strings.Join(seen, "\n"), reason, message)
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
