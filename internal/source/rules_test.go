// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// merged is a rule about pull requests that are merged.
func merged() praxisv1.SourceRule {
	return praxisv1.SourceRule{
		Name: "merged", When: "type == 'pull_request' && event.action == 'closed' && event.pull_request.merged",
		For:    praxisv1.SourceTarget{KeyAction: "fix", Step: "ship"},
		Member: "event.pull_request.user.login", VerifiedBy: "event.pull_request.merged_by.login", ID: "event.pull_request.id",
		Summary: "event.pull_request.title", OccurredAt: "event.pull_request.merged_at",
		Artifacts: []praxisv1.SourceArtifact{{Name: "change", Type: praxisv1.EvidenceLink, URI: "event.pull_request.html_url"}},
	}
}

func onGitHub(rules ...praxisv1.SourceRule) *praxisv1.EvidenceSource {
	s := &praxisv1.EvidenceSource{Spec: praxisv1.EvidenceSourceSpec{GitHub: &praxisv1.SignedSource{SecretRef: praxisv1.LocalReference{Name: "hook"}}, Rules: rules}}
	s.Name, s.Namespace, s.UID = "shop-repo", "shop", types.UID("0b5a")
	return s
}

const pullRequest = `{"action": "closed", "pull_request": {"id": 1234567890123, "merged": true, "title": "Retry once", "user": {"login": "ana-gh"},
	"merged_by": {"login": "ben-gh"}, "merged_at": "2026-11-25T10:00:00Z", "html_url": "https://github.com/shop/checkout/pull/42"}}`

func eventOf(t *testing.T, kind, body string) *Event {
	t.Helper()
	parsed, err := Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return &Event{Type: kind, Headers: map[string]string{}, Body: parsed, ID: Digest([]byte(body))}
}

func compiledRules(t *testing.T, s *praxisv1.EvidenceSource) *Rules {
	t.Helper()
	rules, err := Compile(&s.Spec)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestARuleMakesEvidenceOfWhatItMatches(t *testing.T) {
	s := onGitHub(merged())
	drafts, failures := compiledRules(t, s).Evaluate(context.Background(), eventOf(t, "pull_request", pullRequest))
	if len(drafts) != 1 || len(failures) != 0 {
		t.Fatalf("%+v, %+v", drafts, failures)
	}
	e := Piece(s, &drafts[0], "operator")
	from := e.Spec.Source
	if from.Kind != "github" || from.Ref != "shop-repo" || from.ID != "1234567890123" || from.Account != "ana-gh" || from.VerifiedBy != "ben-gh" {
		t.Errorf("its source is %+v", from)
	}
	if e.Spec.Summary != "Retry once" || e.Spec.Quantity != 1 || e.Spec.OccurredAt.UTC().Format("15:04") != "10:00" || e.Spec.SubmittedBy != "operator" {
		t.Errorf("it is %+v", e.Spec)
	}
	if e.Spec.For.KeyAction != "fix" || e.Spec.For.Step != "ship" || e.Spec.For.Member != "" || e.Spec.Artifacts[0].URI != "https://github.com/shop/checkout/pull/42" {
		t.Errorf("it is for %+v with %+v", e.Spec.For, e.Spec.Artifacts)
	}
	if e.Namespace != "shop" || !strings.HasPrefix(e.Name, "shop-repo-") || len(e.Name) != len("shop-repo-")+12 {
		t.Errorf("it is called %s/%s", e.Namespace, e.Name)
	}
}

func TestARuleIsHeldAgainstAnEvent(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*praxisv1.SourceRule)
		body   string
		want   string // of the failure; "made" or "nothing" where there is none
	}{
		"it is about another action":          {body: `{"action": "opened", "pull_request": {"merged": false}}`, want: "nothing"},
		"the event lacks what it looks at":    {body: `{"zen": "Keep it logically awesome."}`, want: "nothing"},
		"the event is a list":                 {body: `[]`, want: "when"},
		"a member that is null":               {body: strings.Replace(pullRequest, `{"login": "ana-gh"}`, `{"login": null}`, 1), want: "member gives nobody; take a field"},
		"a member that is empty":              {body: strings.Replace(pullRequest, `"ana-gh"`, `" "`, 1), want: "member gives nobody"},
		"a member that is a number":           {body: strings.Replace(pullRequest, `"ana-gh"`, `7`, 1), want: "member gives 7 and must give a text"},
		"a member that is not there":          {body: strings.Replace(pullRequest, `"login": "ana-gh"`, ``, 1), want: "member: no such key: login"},
		"a condition that gives no truth":     {change: func(r *praxisv1.SourceRule) { r.When = "event.action" }, want: "when gives a string and must give true or false"},
		"a quantity that is a text":           {change: func(r *praxisv1.SourceRule) { r.Quantity = "'3'" }, want: "made"},
		"a quantity that is none":             {change: func(r *praxisv1.SourceRule) { r.Quantity = "event.action" }, want: "quantity gives closed and must give a whole number from 1 to 1000"},
		"a quantity beyond all work":          {change: func(r *praxisv1.SourceRule) { r.Quantity = "event.pull_request.id" }, want: "quantity gives 1234567890123"},
		"half a quantity":                     {change: func(r *praxisv1.SourceRule) { r.Quantity = "1.5" }, want: "quantity gives 1.5"},
		"an instant that is none":             {change: func(r *praxisv1.SourceRule) { r.OccurredAt = "event.action" }, want: "occurredAt gives closed and must give an instant"},
		"an instant that GitLab writes":       {change: func(r *praxisv1.SourceRule) { r.OccurredAt = "'2026-11-25 10:00:00 UTC'" }, want: "made"},
		"an instant before computers":         {change: func(r *praxisv1.SourceRule) { r.OccurredAt = "'0001-01-01T00:00:00Z'" }, want: "which nobody means"},
		"an empty id":                         {change: func(r *praxisv1.SourceRule) { r.ID = "''" }, want: "id gives an empty text"},
		"an id that is a truth":               {change: func(r *praxisv1.SourceRule) { r.ID = "event.pull_request.merged" }, want: "id gives true and must give a text or a whole number"},
		"a text that doubles again and again": {change: func(r *praxisv1.SourceRule) { r.Summary = doubled("string(event.action)", 3) }, want: "made"},
		"a text that doubles beyond all bounds": {change: func(r *praxisv1.SourceRule) {
			r.Summary = praxisv1.Expression("event.action + " + strings.TrimSuffix(strings.Repeat("event.pull_request.title + ", 30), " + "))
		}, body: strings.Replace(pullRequest, "Retry once", strings.Repeat("x", 200_000), 1), want: "summary takes too long"},
	} {
		t.Run(name, func(t *testing.T) {
			rule, body := merged(), pullRequest
			if c.change != nil {
				c.change(&rule)
			}
			if c.body != "" {
				body = c.body
			}
			drafts, failures := compiledRules(t, onGitHub(rule)).Evaluate(context.Background(), eventOf(t, "pull_request", body))
			got := "nothing"
			switch {
			case len(failures) > 0:
				got = failures[0].Message
			case len(drafts) > 0:
				got = "made"
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("it comes to %s, want %s", got, c.want)
			}
		})
	}
}

// doubled adds a value to itself, nested so many times.
func doubled(value string, times int) praxisv1.Expression {
	for range times {
		value = "[" + value + "].map(y, y + y)[0]"
	}
	return praxisv1.Expression(value)
}

func TestARuleThatCannotBeUsedSaysWhere(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*praxisv1.SourceRule)
		want   string
	}{
		"no CEL":                       {func(r *praxisv1.SourceRule) { r.When = "event.action ==" }, "spec.rules[0].when: column"},
		"a name that is unknown":       {func(r *praxisv1.SourceRule) { r.When = "evnt.action == 'x'" }, "undeclared reference to 'evnt'"},
		"an object of a webhook":       {func(r *praxisv1.SourceRule) { r.Member = "object.metadata.name" }, "spec.rules[0].member: column 1: undeclared reference to 'object'"},
		"a text for a truth":           {func(r *praxisv1.SourceRule) { r.When = "'yes'" }, "must return a bool"},
		"a number for a time":          {func(r *praxisv1.SourceRule) { r.OccurredAt = "2026-11-26" }, "spec.rules[0].occurredAt: it returns a int"},
		"a truth for a text":           {func(r *praxisv1.SourceRule) { r.Summary = "true" }, "spec.rules[0].summary: it returns a bool"},
		"replacing":                    {func(r *praxisv1.SourceRule) { r.Summary = "string(event.a).replace('', 'b')" }, "it calls replace"},
		"joining":                      {func(r *praxisv1.SourceRule) { r.Summary = "event.labels.map(l, string(l)).join(',')" }, "it calls join"},
		"formatting":                   {func(r *praxisv1.SourceRule) { r.Summary = "'%.1000000f'.format([1.5])" }, "it calls format"},
		"a pattern out of the event":   {func(r *praxisv1.SourceRule) { r.When = "'x'.matches(event.pattern)" }, "has to be a literal"},
		"loops in loops":               {func(r *praxisv1.SourceRule) { r.When = "event.a.all(a, a.all(b, b.all(c, c.all(d, d))))" }, "loop in more than"},
		"a list that is nested deeply": {func(r *praxisv1.SourceRule) { r.When = "size([" + doubled("event.a", 4) + "]) > 0" }, "loop in more than"},
		"a word that nobody gave":      {func(r *praxisv1.SourceRule) { r.VerifiedBy = "'ben-gh'" }, "spec.rules[0].verifiedBy: it names neither event"},
		"a word of a header":           {func(r *praxisv1.SourceRule) { r.VerifiedBy = "headers['User-Agent']" }, "it names neither event"},
		"a map":                        {func(r *praxisv1.SourceRule) { r.When = "{'a': event}.a == event" }, "it makes a map"},
		"an artifact":                  {func(r *praxisv1.SourceRule) { r.Artifacts[0].Digest = "1" }, "spec.rules[0].artifacts[0].digest"},
	} {
		t.Run(name, func(t *testing.T) {
			rule := merged()
			c.change(&rule)
			if _, err := Compile(&onGitHub(rule).Spec); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}

func TestOneEventMatchesManyRules(t *testing.T) {
	var rules []praxisv1.SourceRule
	for i := range 16 {
		rule := merged()
		rule.Name = "r" + string(rune('a'+i))
		rules = append(rules, rule)
	}
	s := onGitHub(rules...)
	drafts, failures := compiledRules(t, s).Evaluate(context.Background(), eventOf(t, "pull_request", pullRequest))
	names := map[string]bool{}
	for i := range drafts {
		names[Piece(s, &drafts[i], "operator").Name] = true
	}
	if len(names) != 16 || len(failures) != 0 {
		t.Errorf("%d pieces, failures %v", len(names), failures)
	}
}

func TestTheNameOfAPieceHangsOnSourceRuleAndIDAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := onGitHub(merged())
		rule, id := rapid.String().Draw(t, "rule"), rapid.String().Draw(t, "id")
		name := Name(s, rule, id)
		s.Spec.Suspend, s.ResourceVersion = true, "7"
		if Name(s, rule, id) != name {
			t.Fatal("it hangs on more")
		}
		if Name(s, rule+"x", id) == name || Name(s, rule, id+"x") == name {
			t.Fatal("it hangs on less")
		}
		s.UID += "x"
		if Name(s, rule, id) == name {
			t.Fatal("another source of the same name makes the same pieces")
		}
	})
}

func TestAPipelineIsKnownByTheClaimsOfItsToken(t *testing.T) {
	spec := &praxisv1.EvidenceSourceSpec{OIDC: &praxisv1.OIDCSource{Issuer: "https://i", Audience: "praxis", Claims: "claims.repository == 'shop/checkout'"}, Rules: []praxisv1.SourceRule{
		{Name: "passed", When: "event.passed && claims.ref == 'refs/heads/main'", For: praxisv1.SourceTarget{KeyAction: "fix", Step: "test"}, Member: "claims.actor"},
	}}
	rules, err := Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	for repository, want := range map[string]bool{"shop/checkout": true, "shop/other": false} {
		if holds, err := rules.Claims(context.Background(), map[string]any{"repository": repository}); err != nil || holds != want {
			t.Errorf("%s: %v, %v", repository, holds, err)
		}
	}
	if holds, err := rules.Claims(context.Background(), map[string]any{}); err == nil || holds {
		t.Error("a token without the claim is taken")
	}
	e := eventOf(t, "", `{"passed": true}`)
	e.Claims = map[string]any{"ref": "refs/heads/main", "actor": "ana-gh"}
	if drafts, failures := rules.Evaluate(context.Background(), e); len(drafts) != 1 || drafts[0].Account != "ana-gh" {
		t.Errorf("%+v, %+v", drafts, failures)
	}
}

func TestAnObjectIsSeenBeforeAndAfterAChange(t *testing.T) {
	spec := &praxisv1.EvidenceSourceSpec{Object: &praxisv1.ObjectSource{APIVersion: "batch/v1", Kind: "Job"}, Rules: []praxisv1.SourceRule{
		{Name: "done", When: "object.status.succeeded > 0 && (oldObject == null || !has(oldObject.status.succeeded))", For: praxisv1.SourceTarget{KeyAction: "fix", Step: "test"}},
	}}
	rules, err := Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	done, running := map[string]any{"status": map[string]any{"succeeded": int64(1)}}, map[string]any{"status": map[string]any{}}
	for name, c := range map[string]struct {
		is, was any
		want    int
	}{"it is done": {done, running, 1}, "it was done already": {done, done, 0}, "it runs": {running, running, 0}, "it is seen first": {done, nil, 1}} {
		t.Run(name, func(t *testing.T) {
			drafts, failures := rules.Evaluate(context.Background(), &Event{Object: c.is, Old: c.was, ID: "uid"})
			if len(drafts) != c.want || len(failures) != 0 {
				t.Errorf("%+v, %+v", drafts, failures)
			}
		})
	}
}

func TestWhatIsOlderThanItsSourceIsNoWorkOfToday(t *testing.T) {
	made := time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		occurred praxisv1.Expression
		made     time.Time
		since    time.Time
		want     int
	}{
		"an object that is older":                 {made: made.Add(-time.Second), since: made, want: 0},
		"an object that came after":               {made: made, since: made, want: 1},
		"an old object whose work was done after": {occurred: "event.pull_request.merged_at", made: made.AddDate(-1, 0, 0), since: made, want: 1},
		"a new object whose work was done before": {occurred: "event.pull_request.merged_at", made: made.AddDate(0, 0, 9), since: made.AddDate(0, 0, 8), want: 0},
		"an event": {want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			rule := merged()
			rule.OccurredAt = c.occurred
			e := eventOf(t, "pull_request", pullRequest)
			e.Made, e.NotBefore = c.made, c.since
			drafts, failures := compiledRules(t, onGitHub(rule)).Evaluate(context.Background(), e)
			if len(drafts) != c.want || len(failures) != 0 {
				t.Errorf("%d pieces are made of it, and %v", len(drafts), failures)
			}
		})
	}
}

func TestLabelsThatNoObjectCanHaveAreNoSelector(t *testing.T) {
	for name, c := range map[string]struct {
		labels map[string]praxisv1.SourceLabel
		want   string
	}{
		"a label":                 {map[string]praxisv1.SourceLabel{"example.org/run": "dry"}, ""},
		"an empty value":          {map[string]praxisv1.SourceLabel{"run": ""}, ""},
		"an empty key":            {map[string]praxisv1.SourceLabel{"": "dry"}, `spec.object.selector.matchLabels: "": "dry" can be no label of an object`},
		"a key in another script": {map[string]praxisv1.SourceLabel{"ключ": "dry"}, "can be no label of an object"},
		"a value of two lines":    {map[string]praxisv1.SourceLabel{"run": "a\nb"}, "can be no label of an object"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile(&praxisv1.EvidenceSourceSpec{
				Object: &praxisv1.ObjectSource{APIVersion: "batch/v1", Kind: "Job", Selector: &praxisv1.SourceSelector{MatchLabels: c.labels}},
				Rules:  []praxisv1.SourceRule{{Name: "done", When: "true", For: merged().For}},
			})
			if got := fmt.Sprint(err); c.want == "" && err != nil || !strings.Contains(got, c.want) {
				t.Errorf("it says %v, want %q", err, c.want)
			}
		})
	}
}
