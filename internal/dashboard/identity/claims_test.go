// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"fmt"
	"strings"
	"testing"
)

func TestClaimsSayWhoSomebodyIs(t *testing.T) {
	type claims = map[string]any
	verified := `has(claims.email_verified) && claims.email_verified == true ? "" : "verify your address first"`
	for name, c := range map[string]struct {
		user, groups, refusal string
		claims                claims
		says                  string
	}{
		"by an address":              {"claims.email", "claims.groups", "", claims{"email": "ben@shop.example", "groups": []any{"a", "b"}}, "ben@shop.example [a b]"},
		"with a prefix":              {`"id:" + claims.sub`, `claims.groups.map(g, "id:" + g)`, "", claims{"sub": "7", "groups": []any{"a"}}, "id:7 [id:a]"},
		"without groups":             {"claims.sub", "", "", claims{"sub": "7"}, "7 []"},
		"with groups that are null":  {"claims.sub", "claims.groups", "", claims{"sub": "7", "groups": nil}, "7 []"},
		"with one group as a text":   {"claims.sub", "claims.groups", "", claims{"sub": "7", "groups": "a"}, "7 [a]"},
		"let in":                     {"claims.sub", "", verified, claims{"sub": "7", "email_verified": true}, "7 []"},
		"not let in":                 {"claims.sub", "", verified, claims{"sub": "7", "email_verified": false}, "verify your address first"},
		"of whom too little is said": {"claims.sub", "", verified, claims{"sub": "7"}, "verify your address first"},
		"with a text for true":       {"claims.sub", "", verified, claims{"sub": "7", "email_verified": "true"}, "verify your address first"},
		"whose claim is not there":   {"claims.email", "", "", claims{"sub": "7"}, "your user name cannot be told from what your provider says of you: no such key: email"},
		"whose name is a number":     {"claims.sub", "", "", claims{"sub": 7.0}, "gives a double and must give a string"},
		"whose name is empty":        {"claims.sub", "", "", claims{"sub": ""}, "you have no user name"},
		"whose groups are numbers":   {"claims.sub", "claims.groups", "", claims{"sub": "7", "groups": []any{1.0}}, "must give a list of strings"},
		"whose groups are a map":     {"claims.sub", "claims.groups", "", claims{"sub": "7", "groups": claims{"a": "b"}}, "must give a list of strings"},
		"as the API server's own":    {"claims.sub", "claims.groups", "", claims{"sub": "7", "groups": []any{"system:masters"}}, "the API server's own"},
		"as an account":              {"claims.sub", "", "", claims{"sub": "system:serviceaccount:a:b"}, "the API server's own"},
		"of 200 groups":              {"claims.sub", "claims.groups.size() > 150 ? ['many'] : []", "", claims{"sub": "7", "groups": anys(many(200))}, "7 [many]"},
		"of too many":                {"claims.sub", "claims.groups", "", claims{"sub": "7", "groups": anys(many(1001))}, "in 1001 groups"},
		"by an endless expression":   {"claims.sub", "claims.groups.filter(a, claims.groups.exists(b, claims.groups.exists(c, a + b == c)))", "", claims{"sub": "7", "groups": anys(many(900))}, "cost limit"},
	} {
		t.Run(name, func(t *testing.T) {
			compiled, err := NewClaims(c.user, c.groups, c.refusal)
			if err != nil {
				t.Fatal(err)
			}
			p, err := compiled.Person(c.claims)
			got := fmt.Sprint(err)
			if err == nil {
				got = fmt.Sprint(p.User, " ", p.Groups)
			}
			if !strings.Contains(got, c.says) {
				t.Errorf("it says %q, want %q", got, c.says)
			}
		})
	}
}

func anys(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

func TestAnExpressionThatIsNoneIsRefusedAtTheStart(t *testing.T) {
	for _, c := range []struct{ user, groups, says string }{
		{"claims.", "", "the expression for user, claims.:"},
		{"claim.sub", "", "undeclared reference to 'claim'"},
		{"", "", "there is no expression for the user"},
		{"claims.sub", "claims.groups.", "the expression for groups"},
	} {
		if _, err := NewClaims(c.user, c.groups, ""); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q and %q: %v", c.user, c.groups, err)
		}
	}
}
