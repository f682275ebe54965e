// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/source"
	"github.com/praxis-dev/praxis/internal/source/signature"
)

// connected is an EvidenceSource of the demo, with its rules.
func connected(t *testing.T, name string) (*praxisv1.EvidenceSource, *source.Rules) {
	t.Helper()
	set, err := manifest.Load(t.Context(), []string{"connected/sources.yaml"}, nil, stageNamespace)
	if err != nil || len(set.Findings) > 0 {
		t.Fatalf("%v: %+v", err, set.Findings)
	}
	for _, o := range set.Objects {
		s := &praxisv1.EvidenceSource{}
		if o.Name != name || o.Into(s) != nil {
			continue
		}
		rules, err := source.Compile(&s.Spec)
		if err != nil {
			t.Fatal(err)
		}
		return s, rules
	}
	t.Fatalf("there is no EvidenceSource %s", name)
	return nil, nil
}

func TestWhatTheForgeSendsIsSignedAndBecomesEvidenceOnceMerged(t *testing.T) {
	s, rules := connected(t, "forge")
	f := newForge("127.0.0.1:1")
	f.requests, f.now = 7, func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		repository string
		merged     bool
		want       string
	}{
		"a sheet":               {"runbooks", true, "sheet rehearse-rollback/prepare jonas-gh mira-gh sheet"},
		"a step":                {"pipeline", true, "step remove-manual-step/automate jonas-gh mira-gh change"},
		"what is not merged":    {"runbooks", false, ""},
		"some other repository": {"website", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(f.delivery(change{c.repository, "Undo a deploy of checkout", "jonas-gh", "mira-gh"}, c.merged))
			if err != nil {
				t.Fatal(err)
			}
			request, err := f.signed(t.Context(), body)
			if err != nil {
				t.Fatal(err)
			}
			if kind := source.TypeOf(&s.Spec); !signature.Valid(kind, request, body, [][]byte{[]byte(f.secret)}, time.Time{}) || signature.Valid(kind, request, append(body, ' '), [][]byte{[]byte(f.secret)}, time.Time{}) {
				t.Error("the signature is none")
			}
			event, err := source.FromRequest(source.GitHub, request, body)
			if err != nil {
				t.Fatal(err)
			}
			drafts, failures := rules.Evaluate(t.Context(), event)
			var got []string
			for _, d := range drafts {
				got = append(got, strings.Join([]string{d.Rule, d.Target.KeyAction + "/" + d.Target.Step, d.Account, d.VerifiedBy, d.Artifacts[0].Name}, " "))
				if d.ID != "2790000007" || !d.OccurredAt.Time.Equal(f.now()) {
					t.Errorf("it is %s at %s", d.ID, d.OccurredAt)
				}
			}
			if strings.Join(got, "\n") != c.want || len(failures) > 0 {
				t.Errorf("it makes %q and fails with %+v, want %q", got, failures, c.want)
			}
		})
	}
}

func TestAJobThatIsCompleteIsEvidence(t *testing.T) {
	_, rules := connected(t, "jobs")
	for name, c := range map[string]struct{ object, want string }{
		"a dry run":       {`{"metadata": {"name": "a", "labels": {"does": "dry-run", "by": "tomas"}}, "status": {"conditions": [{"type": "Complete", "status": "True"}]}}`, "dry-run tomas "},
		"a rehearsal":     {`{"metadata": {"name": "a", "labels": {"does": "rehearsal", "by": "priya"}, "annotations": {"recording": "https://a"}}, "status": {"conditions": [{"type": "Complete", "status": "True"}]}}`, "rehearsal priya https://a"},
		"one that failed": {`{"metadata": {"name": "a", "labels": {"does": "dry-run", "by": "tomas"}}, "status": {"conditions": [{"type": "Failed", "status": "True"}]}}`, ""},
		"one that runs":   {`{"metadata": {"name": "a", "labels": {"does": "dry-run", "by": "tomas"}}, "status": {}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			object, err := source.Parse([]byte(c.object))
			if err != nil {
				t.Fatal(err)
			}
			drafts, failures := rules.Evaluate(t.Context(), &source.Event{Object: object, ID: "uid"})
			got := ""
			for _, d := range drafts {
				got += d.Rule + " " + d.Account + " "
				for _, a := range d.Artifacts {
					got += a.URI
				}
			}
			if got != c.want || len(failures) > 0 {
				t.Errorf("it makes %q and fails with %+v, want %q", got, failures, c.want)
			}
		})
	}
}
