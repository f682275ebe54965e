// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAReadingOfAMeasureIsTakenAsItWasSent(t *testing.T) {
	for name, c := range map[string]struct{ sent, want, says string }{
		"a whole number":            {`42`, "42", ""},
		"below zero":                {`-3`, "-3", ""},
		"a fraction":                {`0.25`, "0.25", ""},
		"a fraction as a text":      {`"99.95"`, "99.95", ""},
		"more digits than are kept": {`0.1234567`, "0.123457", ""},
		"no digits are made up":     {`1.0000001`, "1", ""},
		"no number":                 {`"much"`, "", `for.measure.value gives much and must give a number`},
		"nothing":                   {`null`, "", "must give a number"},
		"yes":                       {`true`, "", "must give a number"},
		"an empty text":             {`""`, "", "must give a number"},
		"half of one":               {`"12."`, "", "must give a number"},
		"a text with a sign inside": {`"1-2"`, "", "must give a number"},
		"too large for a Decimal":   {`"1234567890123"`, "", "at most 12 digits before the point"},
		"too fine as a text":        {`"0.1234567"`, "", "6 after it"},
	} {
		t.Run(name, func(t *testing.T) {
			r := praxisv1.SourceRule{Name: "users", When: "true", For: praxisv1.SourceTarget{Measure: &praxisv1.SourceMeasure{Utility: "checkout", Name: "active-users", Value: "event.value"}}}
			s := onGitHub(r)
			drafts, failures := compiledRules(t, s).Evaluate(context.Background(), eventOf(t, "reading", `{"value": `+c.sent+`}`))
			if c.says != "" {
				if len(drafts) != 0 || len(failures) != 1 || !strings.Contains(failures[0].Message, c.says) {
					t.Errorf("it is taken: %+v, %+v, want %q", drafts, failures, c.says)
				}
				return
			}
			if len(drafts) != 1 || len(failures) != 0 {
				t.Fatalf("%+v, %+v", drafts, failures)
			}
			e := Piece(s, &drafts[0], "operator")
			if string(*e.Spec.Value) != c.want || e.Spec.For.Utility != "checkout" || e.Spec.For.Measure != "active-users" || e.Spec.For.KeyAction != "" {
				t.Errorf("it is %s for %+v, want %s", *e.Spec.Value, e.Spec.For, c.want)
			}
		})
	}
}

func TestWhatARuleGivesForAFieldHasToFitIt(t *testing.T) {
	long := `"` + strings.Repeat("a", maxAccount+1) + `"`
	for name, c := range map[string]struct {
		set  func(r *praxisv1.SourceRule, from praxisv1.Expression)
		sent string
		says string
	}{
		"a quantity as a text":          {quantityOf, `"7"`, ""},
		"a quantity that is whole":      {quantityOf, `7.0`, ""},
		"a quantity of a half":          {quantityOf, `0.5`, "quantity gives 0.5 and must give a whole number from 1 to 1000"},
		"a quantity of none":            {quantityOf, `0`, "must give a whole number from 1 to 1000"},
		"a quantity of too many":        {quantityOf, `1001`, "must give a whole number from 1 to 1000"},
		"a quantity that is none":       {quantityOf, `"some"`, "must give a whole number from 1 to 1000"},
		"an ID that is a number":        {idOf, `17`, ""},
		"an ID that is empty":           {idOf, `""`, "id gives an empty text; take what the event is known by"},
		"an ID that is a list":          {idOf, `[1]`, "must give a text or a whole number"},
		"an account that nobody has":    {memberOf, long, "gives an account of more than 253 characters; that is none"},
		"an account that is a number":   {memberOf, `5`, "member gives 5 and must give a text; write string(…) around it"},
		"an account that is null":       {memberOf, `null`, "member gives nobody"},
		"an instant in words":           {occurredOf, `"2026-11-25 10:00:00 UTC"`, ""},
		"an instant that is null":       {occurredOf, `null`, ""},
		"seconds since 1970":            {occurredOf, `1795000000`, ""},
		"an instant that is none":       {occurredOf, `"noon"`, "occurredAt gives noon and must give an instant, like 2026-11-27T12:00:00Z"},
		"an instant that nobody means":  {occurredOf, `0`, "in the year 1970, which nobody means"},
		"an instant that is no instant": {occurredOf, `[1]`, "must give an instant"},
		"when that is no yes and no no": {func(r *praxisv1.SourceRule, from praxisv1.Expression) { r.When = from }, `7`, "when gives a int and must give true or false"},
	} {
		t.Run(name, func(t *testing.T) {
			r := praxisv1.SourceRule{Name: "any", When: "true", For: praxisv1.SourceTarget{KeyAction: "fix", Step: "ship"}}
			c.set(&r, "event.value")
			drafts, failures := compiledRules(t, onGitHub(r)).Evaluate(context.Background(), eventOf(t, "push", `{"value": `+c.sent+`}`))
			said := ""
			if len(failures) > 0 {
				said = failures[0].Message
			}
			if (c.says == "") != (len(drafts) == 1) || !strings.Contains(said, c.says) {
				t.Errorf("it makes %+v and says %q, want %q", drafts, said, c.says)
			}
		})
	}
}

func quantityOf(r *praxisv1.SourceRule, from praxisv1.Expression) { r.Quantity = from }
func idOf(r *praxisv1.SourceRule, from praxisv1.Expression)       { r.ID = from }
func memberOf(r *praxisv1.SourceRule, from praxisv1.Expression)   { r.Member = from }
func occurredOf(r *praxisv1.SourceRule, from praxisv1.Expression) { r.OccurredAt = from }

func TestAnIDThatIsTooLongForEvidenceIsItsDigest(t *testing.T) {
	short, long := strings.Repeat("a", maxID), strings.Repeat("a", maxID+1)
	if ID(short) != short {
		t.Errorf("one that fits is changed to %s", ID(short))
	}
	if got := ID(long); !strings.HasPrefix(got, "sha256:") || got == ID(long+"a") {
		t.Errorf("%d characters are %s, and one more %s", len(long), got, ID(long+"a"))
	}
}

func TestASourceIsOfOneType(t *testing.T) {
	signed := &praxisv1.SignedSource{SecretRef: praxisv1.LocalReference{Name: "hook"}}
	for kind, c := range map[string]struct {
		spec   praxisv1.EvidenceSourceSpec
		secret string
	}{
		GitHub:       {praxisv1.EvidenceSourceSpec{GitHub: signed}, "hook"},
		GitLab:       {praxisv1.EvidenceSourceSpec{GitLab: signed}, "hook"},
		Gitea:        {praxisv1.EvidenceSourceSpec{Gitea: signed}, "hook"},
		CloudEvents:  {praxisv1.EvidenceSourceSpec{CloudEvents: signed}, "hook"},
		Alertmanager: {praxisv1.EvidenceSourceSpec{Alertmanager: signed}, "hook"},
		Webhook:      {praxisv1.EvidenceSourceSpec{Webhook: signed}, "hook"},
		OIDC:         {praxisv1.EvidenceSourceSpec{OIDC: &praxisv1.OIDCSource{}}, ""},
		Object:       {praxisv1.EvidenceSourceSpec{Object: &praxisv1.ObjectSource{}}, ""},
		"":           {praxisv1.EvidenceSourceSpec{}, ""},
	} {
		t.Run(kind, func(t *testing.T) {
			if got, secret := TypeOf(&c.spec), SecretOf(&c.spec); got != kind || secret != c.secret {
				t.Errorf("it is %q with Secret %q, want %q and %q", got, secret, kind, c.secret)
			}
		})
	}
}

func TestTheCommandThatGrantsARightNamesNoMoreThanThat(t *testing.T) {
	for name, c := range map[string]struct{ got, want string }{
		"a Secret to the operator": {GrantSecret("system:serviceaccount:praxis-system:praxis", "shop", "hook"),
			"kubectl create role praxis-secret-hook -n shop --verb=get --resource=secrets --resource-name=hook && " +
				"kubectl create rolebinding praxis-secret-hook -n shop --role=praxis-secret-hook --serviceaccount=praxis-system:praxis"},
		"a kind to a user": {GrantWatch("ana", "shop", "jobs.batch"),
			"kubectl create role praxis-watch-jobs.batch -n shop --verb=get,list,watch --resource=jobs.batch && " +
				"kubectl create rolebinding praxis-watch-jobs.batch -n shop --role=praxis-watch-jobs.batch --user=ana"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("it is\n%s\nwant\n%s", c.got, c.want)
			}
		})
	}
}

// However the events are divided into tallies, a status that takes them all in has the same counts.
func TestTalliesThatAreMergedCountWhatOneWould(t *testing.T) {
	outcome := rapid.SampledFrom([]praxisv1.SourceOutcome{praxisv1.SourceMade, praxisv1.SourceDuplicate, praxisv1.SourceNoMatch, praxisv1.SourceRuleFailed, praxisv1.SourceRefused})
	rapid.Check(t, func(t *rapid.T) {
		var one, before, after Tally
		outcomes := rapid.SliceOfN(outcome, 0, 20).Draw(t, "outcomes")
		middle := rapid.IntRange(0, len(outcomes)).Draw(t, "middle")
		made, duplicate := int64(0), int64(0)
		for i, o := range outcomes {
			events := []praxisv1.SourceEvent{{Outcome: o, ID: string(rune('a' + i))}}
			one.Add(events)
			if i < middle {
				before.Add(events)
			} else {
				after.Add(events)
			}
			switch o {
			case praxisv1.SourceMade:
				made++
			case praxisv1.SourceDuplicate:
				duplicate++
			}
		}
		after.Merge(&before)
		var of, merged praxisv1.EvidenceSourceStatus
		one.Into(&of)
		after.Into(&merged)
		if *of.Counts != *merged.Counts || len(of.LastEvents) != len(merged.LastEvents) {
			t.Errorf("one counts %+v, and two %+v", *of.Counts, *merged.Counts)
		}
		if of.Counts.Received != int64(len(outcomes)) || of.Counts.Made != made || of.Counts.Duplicate != duplicate || of.Counts.Matched != made+duplicate {
			t.Errorf("of %v it counts %+v", outcomes, *of.Counts)
		}
		for i := range of.LastEvents {
			if want := outcomes[len(outcomes)-1-i]; of.LastEvents[i].Outcome != want || merged.LastEvents[i].Outcome != want || i >= maxEvents {
				t.Errorf("event %d from the last is %s and %s, want %s", i, of.LastEvents[i].Outcome, merged.LastEvents[i].Outcome, want)
			}
		}
	})
}
