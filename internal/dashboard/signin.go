// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// looks is a way to know people that has a page on which they sign in.
type looks interface{ Look(identity.Render) }

// signInPage is that page, in the look and the languages of the others.
func (s *server) signInPage(w http.ResponseWriter, r *http.Request, status int, says identity.SignIn) {
	v := &visit{server: s, r: r, words: wordsFor(r, "")}
	if slices.Contains(identity.Says, says.Message) { // anything else may have any sign in it
		says.Message = v.t(says.Message)
	}
	data := struct {
		identity.SignIn
		Link string
	}{says, "/auth/login?next=" + url.QueryEscape(says.Next)}
	v.answer(w, &page{Name: "signin", Title: v.t("Sign in"), Status: status, Still: true, Data: data, JSON: map[string]any{"error": says.Message}})
}
