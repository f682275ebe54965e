// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package local

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestACodeLetsInOneBrowserAndNobodyElse(t *testing.T) {
	var codes []string
	d := NewDoor(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("inside " + r.URL.Path)) }), "8088", func(code string) { codes = append(codes, code) })
	ask := func(method, path string, cookies ...*http.Cookie) *http.Response {
		r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		return w.Result()
	}
	first := codes[0]
	for name, answer := range map[string]*http.Response{
		"without a code": ask("GET", "/"), "with an empty one": ask("GET", "/?code="), "with another": ask("GET", "/?code=x"),
		"by a form": ask("POST", "/do/judge?code="+first), "with a made-up cookie": ask("GET", "/", &http.Cookie{Name: "praxis-local-8088", Value: first}),
		"with an empty cookie": ask("GET", "/", &http.Cookie{Name: "praxis-local-8088"}), "into a stream": ask("GET", "/events?of=/"),
	} {
		if answer.StatusCode != http.StatusForbidden || len(answer.Cookies()) > 0 {
			t.Errorf("%s it answers %d", name, answer.StatusCode)
		}
	}
	if len(codes) != 1 {
		t.Fatalf("codes were told for nothing: %d", len(codes))
	}
	in := ask("GET", "/?code="+first)
	if in.StatusCode != http.StatusSeeOther || in.Header.Get("Location") != "/" || len(in.Cookies()) != 1 {
		t.Fatalf("the code is answered with %d %v", in.StatusCode, in.Header)
	}
	cookie := in.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Value == first || cookie.Name != "praxis-local-8088" {
		t.Errorf("the cookie is %v", cookie)
	}
	if answer := ask("POST", "/do/judge", cookie); answer.StatusCode != http.StatusOK {
		t.Errorf("who was let in is answered with %d", answer.StatusCode)
	}
	if answer := ask("GET", "/?code="+first); answer.StatusCode != http.StatusForbidden {
		t.Errorf("the code lets in a second time: %d", answer.StatusCode)
	}
	if len(codes) != 2 || codes[1] == first || len(first) < 20 {
		t.Errorf("the codes are %v", strings.Join(codes, " "))
	}
	if answer := ask("GET", "/?code="+codes[1]); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("the next code is answered with %d", answer.StatusCode)
	}
	if answer := ask("GET", "/healthz"); answer.StatusCode != http.StatusOK {
		t.Errorf("whether it lives is answered with %d", answer.StatusCode)
	}
}
