// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestSearchFindsWhatHasEveryWord(t *testing.T) {
	o := recorded(t, "friday.yaml")
	o.Evidence[0].Spec.Summary = "The ledger is reconciled"
	o.Evidence[1].Spec.Artifacts = []praxisv1.Artifact{{Name: "change", URI: "https://git.example/c/4242"}}
	o.Evidence[2].Status.Verdict = &praxisv1.Verdict{Note: "Unreadable handwriting"}
	o.Reviews[0].Spec.Conclusion = "Two causes, one owner"
	o.Reviews[0].Spec.Decisions = []praxisv1.ActionDecision{{Action: "a", Reason: "Vendor strike"}}
	for query, want := range map[string]string{
		"safe-deploys service": "Utility",
		"ROLLBACK rehearse":    "KeyAction",
		"jonas collect":        "Action",
		"reconciled ledger":    "Evidence",
		"4242":                 "Evidence",
		"handwriting":          "Evidence",
		"two causes":           "Review",
		"vendor":               "Review",
		"no such words":        "",
		"   ":                  "",
	} {
		t.Run(query, func(t *testing.T) {
			hits, more := o.Search(query, 50)
			kinds := map[string]bool{}
			for _, h := range hits {
				kinds[h.Kind] = true
			}
			for kind := range strings.FieldsSeq(want) {
				if !kinds[kind] {
					t.Errorf("no %s among %d", kind, len(hits))
				}
			}
			if want == "" && len(hits) > 0 || more != 0 {
				t.Errorf("%d are found, and %d more", len(hits), more)
			}
		})
	}
}

func TestSearchIsBounded(t *testing.T) {
	o := recorded(t, "friday.yaml")
	all, _ := o.Search("e", 1000)
	hits, more := o.Search("e", 3)
	if len(hits) != 3 || more != len(all)-3 || hits[0].Kind != kindUtility {
		t.Errorf("%d are found of %d, and %d more", len(hits), len(all), more)
	}
}
