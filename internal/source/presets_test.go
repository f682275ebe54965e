// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/source"
)

const samples = "../../config/samples/sources"

// presets are the samples, by name.
func presets(t *testing.T) map[string]*praxisv1.EvidenceSource {
	t.Helper()
	set, err := manifest.Load(t.Context(), []string{samples}, nil, "shop")
	if err != nil || len(set.Findings) > 0 {
		t.Fatalf("%v: %+v", err, set.Findings)
	}
	all := map[string]*praxisv1.EvidenceSource{}
	for _, o := range set.Objects {
		s := &praxisv1.EvidenceSource{}
		if err := o.Into(s); err != nil || o.Refused {
			t.Fatalf("%s is refused: %v", o.Name, err)
		}
		s.Name, s.Namespace, s.UID = o.Name, "shop", "uid"
		all[o.Name] = s
	}
	return all
}

// TestEverySampleMakesEvidenceOfWhatItsSenderDocuments has a payload for each sample in the form
// that the sender's own documentation gives, with other values.
func TestEverySampleMakesEvidenceOfWhatItsSenderDocuments(t *testing.T) {
	want := map[string]string{ // rule, id, account, who checked it, summary
		"github-pull-request":        "merged|279147437|sofia-gh|dan-gh|Retry a failed payment once",
		"github-workflow":            "passed|289782451|sofia-gh||CI",
		"github-release":             "published|17372790|sofia-gh||Release v1.4.0",
		"github-issue":               "closed|444500041|sofia-gh|dan-gh|A failed payment is not tried again",
		"gitea-pull-request":         "merged|59|sofia|dan|Retry a failed payment once",
		"gitlab-merge-request":       "merged|99|sofia|dan|Retry a failed payment once",
		"gitlab-pipeline":            "passed|31|sofia||Pipeline 31 of shop/checkout",
		"pipeline-oidc":              "passed|289782451|sofia-gh||All 412 tests pass",
		"alertmanager":               "resolved|8e1a9f0d2b3c4d5e/2026-11-25T09:00:00.000Z|||PaymentsFailing is resolved",
		"cdevents-change-merged":     "merged|/event/source/123/A234-1234-1234|||Change mySubject123 is merged",
		"cdevents-service-deployed":  "deployed|/event/source/123/A234-1234-1234|||Service mySubject123 is deployed",
		"cdevents-incident-resolved": "resolved|/event/source/123/A234-1234-1234|||Incident incident-123 is resolved",
		"job":                        "succeeded|3f0c8f9e-8f5a-4a57-9d3b-0d7e1d0c2a11|||Job rehearsal succeeded",
		"deployment":                 "rolled-out|3f0c8f9e-8f5a-4a57-9d3b-0d7e1d0c2a11/2|||Deployment checkout runs registry.example/checkout:v1.4.0",
		"analysisrun":                "successful|3f0c8f9e-8f5a-4a57-9d3b-0d7e1d0c2a11|||Analysis checkout-6d5f-2 was successful",
		"argocd-application":         "deployed|3f0c8f9e-8f5a-4a57-9d3b-0d7e1d0c2a11/c4295bd74fb0f4fda03689c3df3f2803b658fd85|||checkout is healthy at c4295bd74fb0f4fda03689c3df3f2803b658fd85",
		"flux-kustomization":         "deployed|3f0c8f9e-8f5a-4a57-9d3b-0d7e1d0c2a11/main@sha1:c4295bd74fb0f4fda03689c3df3f2803b658fd85|||checkout is ready at main@sha1:c4295bd74fb0f4fda03689c3df3f2803b658fd85",
	}
	sources, tried := presets(t), map[string]bool{}
	for name, wanted := range want {
		t.Run(name, func(t *testing.T) {
			of := name
			if strings.HasPrefix(name, "cdevents") {
				of = "cdevents"
			}
			tried[of] = true
			s := sources[of]
			rules, err := source.Compile(&s.Spec)
			if err != nil {
				t.Fatal(err)
			}
			drafts, failures := rules.Evaluate(context.Background(), documented(t, source.TypeOf(&s.Spec), name))
			if len(drafts) != 1 || len(failures) != 0 {
				t.Fatalf("it makes %+v, and fails with %+v", drafts, failures)
			}
			d := drafts[0]
			if got := strings.Join([]string{d.Rule, d.ID, d.Account, d.VerifiedBy, d.Summary}, "|"); got != wanted {
				t.Errorf("it is %s, want %s", got, wanted)
			}
		})
	}
	for name := range sources {
		if !tried[name] {
			t.Errorf("%s is tried with no payload", name)
		}
	}
}

// documented is the event that a payload stands for.
func documented(t *testing.T, kind, name string) *source.Event {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "presets", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var payload struct {
		Headers              map[string]string
		Body, Object, Claims json.RawMessage
	}
	if err := json.Unmarshal(text, &payload); err != nil {
		t.Fatal(err)
	}
	parse := func(raw json.RawMessage) any {
		value, err := source.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	if kind == source.Object {
		object := parse(payload.Object)
		uid := object.(map[string]any)["metadata"].(map[string]any)["uid"].(string)
		return &source.Event{Object: object, ID: uid}
	}
	r := &http.Request{Header: http.Header{}}
	for name, value := range payload.Headers {
		r.Header.Set(name, value)
	}
	e, err := source.FromRequest(kind, r, payload.Body)
	if err != nil {
		t.Fatal(err)
	}
	if payload.Claims != nil {
		e.Claims = parse(payload.Claims)
	}
	return e
}
