// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// pages serve who somebody is taken for, and where they may read.
func pages(reads access.Access, who identity.Authenticator) http.Handler {
	mux := http.NewServeMux()
	if routes := who.Routes(); routes != nil {
		mux.Handle("/auth/", routes)
	}
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		person, err := who.Person(r)
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		case person == nil:
			http.Redirect(w, r, "/auth/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		namespaces, err := reads.Namespaces(r.Context(), *person)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"user": person.User, "groups": person.Groups, "namespaces": namespaces}) // the browser is gone
	})
	mux.Handle("GET /{$}", http.RedirectHandler("/me", http.StatusSeeOther))
	return mux
}
