// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
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
	admit(t)
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

// admit brings the policies in, and waits until they refuse.
func admit(t *testing.T) {
	t.Helper()
	w := newWorld(t, "2026-11-23T08:30:00Z")
	text, err := os.ReadFile(filepath.Join("..", "config", "admission", "names.yaml"))
	w.must(err)
	objects, err := decode(text)
	w.must(err)
	for _, o := range objects {
		w.must(client.IgnoreAlreadyExists(w.live.Create(t.Context(), o)))
	}
	refused := &praxisv1.Team{}
	refused.Namespace, refused.Name = w.ns, strings.Repeat("t", 41)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		probe := refused.DeepCopy()
		if err := w.live.Create(t.Context(), probe, client.DryRunAll); apierrors.IsInvalid(err) {
			return
		}
	}
	t.Fatal("the policies do not come into force")
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
