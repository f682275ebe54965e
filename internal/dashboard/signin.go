// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// looks is a way to know people that has a page on which they sign in.
type looks interface{ SetRender(identity.Render) }

// signInPage is that page, in the look and the languages of the others.
func (s *server) signInPage(w http.ResponseWriter, r *http.Request, status int, says identity.SignIn) {
	v := &visit{server: s, r: r, words: wordsFor(r, "")}
	says.Message = v.known(says.Message)
	data := struct {
		identity.SignIn
		Link string
	}{says, "/auth/login?next=" + url.QueryEscape(says.Next)}
	v.answer(w, &page{Name: "signin", Title: v.t("Sign in"), Status: status, Still: true, Data: data, JSON: map[string]any{"error": says.Message}})
}

// unknown says why nobody knows who somebody is, or why they are not let in.
func (s *server) unknown(w http.ResponseWriter, r *http.Request, why error) {
	status := http.StatusServiceUnavailable
	if _, refused := errors.AsType[*identity.Refusal](why); refused {
		status = http.StatusForbidden
	}
	v := &visit{server: s, r: r, words: wordsFor(r, "")}
	title := v.t("That did not work")
	v.answer(w, &page{Name: "failure", Title: title, Status: status, Still: true, Data: failure{Title: title, Says: v.known(why.Error())}, JSON: map[string]any{"error": why.Error()}})
}

// known is a text of identity in the language of the person. Any other may have names and signs
// in it, and stays as it is.
func (v *visit) known(text string) string {
	if slices.Contains(identity.Says, text) {
		return v.t(text)
	}
	return text
}
