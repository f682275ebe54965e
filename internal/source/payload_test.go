// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestABodyThatTwoReadersCouldUnderstandDifferentlyIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"nothing":                       {"", "empty"},
		"white space":                   {" \n", "empty"},
		"no JSON":                       {"<xml/>", "no JSON"},
		"half an object":                {`{"a": `, "no JSON"},
		"an object that does not end":   {`{"a": 1`, "no JSON"},
		"two documents":                 {`{} {}`, "goes on"},
		"a key twice":                   {`{"a": {"b": 1, "b": 2}}`, `key "b" twice`},
		"a key twice, written apart":    {`{"a": 1, "\u0061": 2}`, `key "a" twice`},
		"ten thousand lists":            {strings.Repeat("[", 10_000), "nested more than 64"},
		"ten thousand objects":          {strings.Repeat(`{"a":`, 10_000), "nested more than 64"},
		"not UTF-8":                     {"{\"a\": \"\xff\"}", "not UTF-8"},
		"very many values":              {"[" + strings.Repeat("1,", maxValues) + "1]", "more than 100000 values"},
		"a number beyond all numbers":   {`{"a": 1e999}`, "too large"},
		"a number that nothing is":      {`{"a": NaN}`, "no JSON"},
		"a comment":                     {`{"a": 1 /* b */}`, "no JSON"},
		"a comma at the end":            {`{"a": 1,}`, "no JSON"},
		"a byte order mark":             {"\xef\xbb\xbf{}", "no JSON"},
		"a key that is not in quotes":   {`{a: 1}`, "no JSON"},
		"a control character in a text": {"{\"a\": \"\x01\"}", "no JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte(c.body)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}

func TestNumbersStayAsTheyWereSent(t *testing.T) {
	got, err := Parse([]byte(`{"id": 9007199254740993, "big": 123456789012345678901234567890, "part": 1.5, "exp": 1e3, "neg": -4, "no": null, "yes": true}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"id": int64(9007199254740993), "big": 1.2345678901234568e29, "part": 1.5, "exp": 1000.0, "neg": int64(-4), "no": nil, "yes": true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("it is %v", got)
	}
}

func TestWhatIsParsedIsWhatOthersParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.MapOf(rapid.String(), rapid.OneOf(rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.SliceOf(rapid.String()).AsAny())).Draw(t, "value")
		body, err := json.Marshal(value)
		if err != nil {
			t.Skip(err)
		}
		var others any
		if err := json.Unmarshal(body, &others); err != nil {
			t.Skip(err)
		}
		if got, err := Parse(body); err != nil || !reflect.DeepEqual(got, others) {
			t.Fatalf("%s is %v (%v)", body, got, err)
		}
	})
}

// requestOf has the headers that are given as name and value in turn.
func requestOf(headers ...string) *http.Request {
	r := &http.Request{Method: http.MethodPost, Header: http.Header{}}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestTheTypeOfAnEventIsWhatItsBodySays(t *testing.T) {
	for name, c := range map[string]struct {
		kind, body string
		headers    []string
		want       string // the type, or what the error says
	}{
		"GitHub":                             {GitHub, pullRequest, []string{"X-GitHub-Event", "pull_request"}, "pull_request"},
		"GitHub, another type than the body": {GitHub, pullRequest, []string{"X-GitHub-Event", "release"}, "the body has no release"},
		"GitHub, a ping":                     {GitHub, `{"zen": "x"}`, []string{"X-GitHub-Event", "ping"}, "ping"},
		"GitHub, as a form":                  {GitHub, "payload=%7B%7D", []string{"Content-Type", "application/x-www-form-urlencoded"}, "set the content type"},
		"GitLab":                             {GitLab, `{"object_kind": "merge_request"}`, []string{"X-Gitlab-Event", "Note Hook"}, "merge_request"},
		"Forgejo":                            {Gitea, `{}`, []string{"X-Gitea-Event", "push", "X-Forgejo-Event", "push"}, "push"},
		"Alertmanager":                       {Alertmanager, `{"status": "resolved"}`, nil, "resolved"},
		"Standard Webhooks":                  {Webhook, `{"type": "invoice.paid"}`, nil, "invoice.paid"},
		"a CloudEvent in its body": {CloudEvents, `{"specversion": "1.0", "id": "1", "source": "/ci", "type": "dev.cdevents.change.merged.0.2.0", "data": {"a": 1}}`,
			[]string{"Content-Type", "application/cloudevents+json"}, "dev.cdevents.change.merged.0.2.0"},
		"a CloudEvent in headers":     {CloudEvents, `{"a": 1}`, []string{"Content-Type", "application/json", "Ce-Specversion", "1.0", "Ce-Id", "1", "Ce-Source", "/ci", "Ce-Type", "x.y"}, "x.y"},
		"a CloudEvent without its id": {CloudEvents, `{"a": 1}`, []string{"Content-Type", "application/json", "Ce-Specversion", "1.0", "Ce-Source", "/ci", "Ce-Type", "x.y"}, "no valid CloudEvent"},
		"no CloudEvent":               {CloudEvents, `{"a": 1}`, []string{"Content-Type", "application/json"}, "no CloudEvent"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := FromRequest(c.kind, requestOf(c.headers...), []byte(c.body))
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				got = e.Type
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("it is %s, want %s", got, c.want)
			}
		})
	}
}

func TestARuleSeesTheDataOfACloudEvent(t *testing.T) {
	body := `{"specversion": "1.0", "id": "271069a8", "source": "/event/source/123", "type": "dev.cdevents.service.deployed.0.2.0", "time": "2026-11-25T10:00:00Z", "data": {"subject": {"id": "mySubject123"}}}`
	e, err := FromRequest(CloudEvents, requestOf("Content-Type", "application/cloudevents+json"), []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	spec := &praxisv1.EvidenceSourceSpec{CloudEvents: &praxisv1.SignedSource{}, Rules: []praxisv1.SourceRule{{
		Name: "deployed", When: "type.startsWith('dev.cdevents.service.deployed.')", For: praxisv1.SourceTarget{KeyAction: "a", Step: "b"},
		ID: "event.source + '/' + event.id", Summary: "event.data.subject.id", OccurredAt: "event.time",
	}}}
	rules, err := Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	drafts, failures := rules.Evaluate(context.Background(), e)
	if len(drafts) != 1 || drafts[0].ID != "/event/source/123/271069a8" || drafts[0].Summary != "mySubject123" || !drafts[0].OccurredAt.Equal(at("2026-11-25T10:00:00Z")) {
		t.Errorf("%+v, %+v", drafts, failures)
	}
}

func FuzzNoBodyMakesAPanicOrMoreThanItMay(f *testing.F) {
	for _, body := range []string{pullRequest, "[]", `{"a": [{"b": 1e9}]}`, strings.Repeat("[", 100), `{"a":1,"a":2}`, `"\ud800"`} {
		f.Add([]byte(body), "pull_request", "application/json")
		f.Add([]byte(body), "x", "application/cloudevents+json")
	}
	rule := merged()
	rule.When = "true"
	sources := map[string]*Rules{}
	for kind, spec := range map[string]*praxisv1.EvidenceSourceSpec{
		GitHub:      {GitHub: &praxisv1.SignedSource{}, Rules: []praxisv1.SourceRule{rule, {Name: "all", When: "event.a.all(x, x == event.a)", For: rule.For}}},
		CloudEvents: {CloudEvents: &praxisv1.SignedSource{}, Rules: []praxisv1.SourceRule{{Name: "ce", When: "event.data != null", For: rule.For, Summary: "string(event.data)"}}},
	} {
		compiled, err := Compile(spec)
		if err != nil {
			f.Fatal(err)
		}
		sources[kind] = compiled
	}
	s := onGitHub(rule)
	f.Fuzz(func(t *testing.T, body []byte, kind, media string) {
		for of, rules := range sources {
			e, err := FromRequest(of, requestOf("Content-Type", media, "X-GitHub-Event", kind, "Ce-Id", kind, "Ce-Type", kind, "Ce-Source", kind, "Ce-Specversion", "1.0"), body)
			if err != nil {
				continue
			}
			drafts, _ := rules.Evaluate(context.Background(), e)
			for i := range drafts {
				if p := Piece(s, &drafts[i], "operator"); len(p.Name) > 253 || len(p.Spec.Source.ID) > maxID || len([]rune(p.Spec.Summary)) > maxSummary {
					t.Fatalf("it makes %+v", p)
				}
			}
		}
	})
}

func at(instant string) *metav1.Time {
	parsed, _ := time.Parse(time.RFC3339, instant)
	return &metav1.Time{Time: parsed}
}
