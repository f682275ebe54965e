// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func (s *stage) checkout(t *testing.T) *praxisv1.Utility {
	t.Helper()
	u := &praxisv1.Utility{}
	if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "checkout"}, u); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAGoalIsEndedWithAWeekAndAReason(t *testing.T) {
	end := []string{"end", "checkout", "-n", "shop", "--week", "2026-W51", "--as", "Achieved", "-m", "Shoppers pay in one try"}
	s := &stage{user: "ana@shop.example"}
	out, _, err := s.run(t, append(end, "--dry-run=client", "-o", "yaml")...)
	const commit = "apiVersion: praxis.dev/v1alpha1\nkind: Utility\nmetadata:\n  name: checkout\n  namespace: shop\nspec:\n  end:\n    as: Achieved\n    because: Shoppers pay in one try\n    week: 2026-W51\n"
	if err != nil || out != commit || s.checkout(t).Spec.End != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, _, err = s.run(t, append(end, "--dry-run=server")...)
	if err != nil || out != "utility/checkout would be ended with 2026-W51: Achieved (server dry run)\n" || s.checkout(t).Spec.End != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, errOut, err := s.run(t, end...)
	if err != nil || out != "utility/checkout is ended with 2026-W51: Achieved\n" || errOut != "" {
		t.Fatalf("%v\n%s%s", err, out, errOut)
	}
	if got := s.checkout(t).Spec.End; got == nil || *got != (praxisv1.UtilityEnd{Week: "2026-W51", As: "Achieved", Because: "Shoppers pay in one try"}) {
		t.Errorf("it is %+v", got)
	}
	if out, _, err = s.run(t, end...); err != nil || out != "utility/checkout left as it was\n" {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestAnEndThatCannotBeSaysWhatToGive(t *testing.T) {
	for args, want := range map[string]string{
		"end checkout -n shop --as Achieved -m Done":                              "say with which week it ends, how and why",
		"end checkout -n shop --week 2026-W51 -m Done":                            "say with which week it ends, how and why",
		"end checkout -n shop --week 2026-W51 --as Done -m Done":                  "say with which week it ends, how and why",
		"end checkout -n shop --week 2026-W51 --as Stopped":                       "say with which week it ends, how and why",
		"end checkout -n shop --week 2026-W60 --as Stopped -m Done":               "--week 2026-W60: ",
		"end checkout -n shop --week 2026-W47 --as Stopped -m Done":               "spec.end.week 2026-W47 is before 2026-W48, which has been planned",
		"end chekout -n shop --week 2026-W51 --as Stopped -m Done":                `Utility "chekout" is not in namespace shop; did you mean checkout?`,
		"end checkout -n shop --week 2026-W51 --as Stopped -m Done -o yaml":       "-o goes with --dry-run=client",
		"end checkout -n shop --week 2026-W51 --as Stopped -m Done --dry-run=yes": `--dry-run=yes is not known; give "server", "client" or "none"`,
		"suspend chekout -n shop":                                                 `there is no Utility or KeyAction "chekout" in namespace shop; did you mean checkout?`,
		"suspend team/payments -n shop":                                           "a Utility or a KeyAction is suspended and resumed, and team/payments is neither",
	} {
		t.Run(args, func(t *testing.T) {
			s := &stage{user: "ana@shop.example"}
			if out, _, err := s.run(t, strings.Fields(args)...); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("it says %v, want %s\n%s", err, want, out)
			}
		})
	}
}

func TestWhoeverEndsAGoalMayActAsSomebody(t *testing.T) {
	s := &stage{user: "ana@shop.example"}
	p := s.toolFor(t)
	root := New(p.Tool)
	root.SetArgs(strings.Fields("end checkout -n shop --as ana@shop.example --week 2026-W51 --as Stopped -m Done"))
	if err := root.ExecuteContext(t.Context()); err != nil || *p.Flags.Impersonate != "ana@shop.example" {
		t.Errorf("%v, as %q", err, *p.Flags.Impersonate)
	}
}

func TestAGoalIsSuspendedAndResumed(t *testing.T) {
	s := &stage{user: "ana@shop.example"}
	for _, step := range []struct {
		args, out string
		suspended bool
	}{
		{"suspend checkout -n shop --dry-run=server", "utility/checkout would be suspended (server dry run)\n", false},
		{"suspend checkout -n shop", "utility/checkout is suspended\n", true},
		{"suspend utility checkout -n shop", "utility/checkout left as it was\n", true},
		{"resume utility/checkout -n shop --dry-run=client -o json", "{\n  \"apiVersion\": \"praxis.dev/v1alpha1\",\n  \"kind\": \"Utility\",\n  \"metadata\": {\n    \"name\": \"checkout\",\n    \"namespace\": \"shop\"\n  },\n  \"spec\": {\n    \"suspend\": false\n  }\n}\n", true},
		{"resume utility/checkout -n shop", "utility/checkout is resumed\n", false},
		{"suspend keyaction/fix-failures -n shop", "keyaction/fix-failures is suspended from the next week on\n", false},
	} {
		out, _, err := s.run(t, strings.Fields(step.args)...)
		if err != nil || out != step.out || s.checkout(t).Spec.Suspend != step.suspended {
			t.Errorf("%s: %v\n%s", step.args, err, out)
		}
	}
}

func fields(text string) *metav1.FieldsV1 { return metav1.NewFieldsV1(text) }

func TestWhatIsKeptInGitIsSaidToBe(t *testing.T) {
	for name, c := range map[string]struct {
		mark  func(*praxisv1.Utility)
		tool  string
		holds bool
	}{
		"by nobody":         {func(*praxisv1.Utility) {}, "", false},
		"by the annotation": {func(u *praxisv1.Utility) { u.Annotations = map[string]string{"argocd.argoproj.io/tracking-id": "x"} }, "Argo CD", true},
		"by the label":      {func(u *praxisv1.Utility) { u.Labels = map[string]string{"kustomize.toolkit.fluxcd.io/name": "goals"} }, "Flux", true},
		"by who wrote it": {func(u *praxisv1.Utility) {
			u.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kustomize-controller"}}
		}, "Flux", true},
		"by who wrote this field": {func(u *praxisv1.Utility) {
			u.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "argocd-controller", FieldsV1: fields(`{"f:spec":{"f:suspend":{},"f:required":{}}}`)}}
		}, "Argo CD", true},
		"by who wrote other fields": {func(u *praxisv1.Utility) {
			u.Labels = map[string]string{"kustomize.toolkit.fluxcd.io/name": "goals"}
			u.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kustomize-controller", FieldsV1: fields(`{"f:spec":{"f:required":{}}}`)}}
		}, "Flux", false},
		"by who wrote a status": {func(u *praxisv1.Utility) {
			u.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "argocd-controller", Subresource: "status"}}
		}, "", false},
		"by who applied by hand": {func(u *praxisv1.Utility) {
			u.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl-client-side-apply"}}
		}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			u := &praxisv1.Utility{}
			c.mark(u)
			if tool, holds := keptBy(u, map[string]any{"suspend": true}); tool != c.tool || holds != c.holds {
				t.Errorf("it is %q, %v, want %q", tool, holds, c.tool)
			}
		})
	}
	s := &stage{user: "ana@shop.example"}
	s.objects = s.fresh(t)
	u := s.checkout(t)
	u.Labels = map[string]string{"kustomize.toolkit.fluxcd.io/name": "goals"}
	if err := s.objects.Update(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	_, errOut, err := s.run(t, "suspend", "checkout", "-n", "shop")
	if want := fmt.Sprintf("note: utility/checkout is kept in Git by %s, which may put it back; commit what --dry-run=client -o yaml prints\n", "Flux"); err != nil || errOut != want {
		t.Errorf("%v\n%s", err, errOut)
	}
}
