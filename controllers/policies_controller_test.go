// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/config/admission"
	"github.com/praxis-dev/praxis/internal/metrics"
)

func TestAPolicyThatIsMissingOrAlteredIsSaidOnceInAnEventAndInAMetric(t *testing.T) {
	live, err := client.New(plane.Config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	wanted, stamping, err := admission.Objects()
	if err != nil {
		t.Fatal(err)
	}
	other := wanted[0].DeepCopy()
	other.SetName("praxis-not-there")
	for i := range wanted {
		if wanted[i].GetName() == "praxis-names" && wanted[i].GetKind() == "ValidatingAdmissionPolicyBinding" {
			// Instead of extending the installed policy, reduce the expected one: they differ either way.
			wanted[i].Object["spec"].(map[string]any)["validationActions"] = []any{"Audit"}
		}
	}
	registry := prometheus.NewRegistry()
	observed, err := metrics.NewObserved(registry)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 10)
	r := &PoliciesReconciler{Deps: Deps{Client: live, Events: &events.FakeRecorder{Events: told}, Observed: observed}, wanted: append(append(wanted, stamping...), *other)}
	for range 2 {
		if _, err := r.Reconcile(t.Context(), all); err != nil {
			t.Fatal(err)
		}
	}
	if len(told) != 2 {
		t.Fatalf("%d events, want 2", len(told))
	}
	for _, part := range []string{"PolicyDiffers praxis-names or its binding was edited or is of another release", "PolicyMissing praxis-not-there is not installed or not bound"} {
		if event := <-told; !strings.Contains(event, part) {
			t.Errorf("%q does not say %q", event, part)
		}
	}
	differs := `# HELP praxis_admission_policy_differs 1 for each admission policy that is installed and differs from the operator's release: it was edited, or is of another release.
# TYPE praxis_admission_policy_differs gauge
`
	missing := `# HELP praxis_admission_policy_missing 1 for each admission policy that is not installed or not bound: what it refuses is allowed to everybody.
# TYPE praxis_admission_policy_missing gauge
`
	names := []string{
		"amendments", "amendments-of-team", "amendments-of-week", "closed-verdicts", "decisions", "deletion", "evidence", "final-statements", "finalizers",
		"generated", "incentive-policies", "incentives", "names", "signatures", "sizes", "status", "verdicts",
		"stamp-amendments", "stamp-decisions", "stamp-evidence", "stamp-incentive-policies", "stamp-incentives", "stamp-signatures", "not-there",
	}
	count := map[bool]int{true: 1}
	for _, name := range names {
		differs += fmt.Sprintf("praxis_admission_policy_differs{policy=\"praxis-%s\"} %d\n", name, count[name == "names"])
		missing += fmt.Sprintf("praxis_admission_policy_missing{policy=\"praxis-%s\"} %d\n", name, count[name == "not-there"])
	}
	if err := testutil.GatherAndCompare(registry, strings.NewReader(differs+missing), "praxis_admission_policy_missing", "praxis_admission_policy_differs"); err != nil {
		t.Error(err)
	}
}
