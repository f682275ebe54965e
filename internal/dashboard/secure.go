// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// MaxBody is how many bytes a form may send: one of the pages is some kilobytes.
const MaxBody = 1 << 20

// policy lets a page load what comes from here, and nothing else; no style and no script stands
// in a page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure sets what every answer says to a browser, and refuses what comes from another site.
func (s *server) secure(next http.Handler) http.Handler {
	guarded := http.NewCrossOriginProtection()
	guarded.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusForbidden, "This form was sent from another site, and nothing was done. Open the page here and send it again.")
	}))
	inner := guarded.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin") // with none at all a form would come from the origin "null"
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		h.Set("Vary", "Accept, Accept-Language, Cookie")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if len(s.Hosts) > 0 && !slices.Contains(s.Hosts, hostOf(r)) {
			http.Error(w, "This dashboard is called by another name; open it at the address that was printed.", http.StatusMisdirectedRequest)
			return
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		}
		inner.ServeHTTP(w, r)
	})
}

// hostOf is the name by which a request calls the server, without its port.
func hostOf(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		return host
	}
	return strings.Trim(r.Host, "[]")
}

// language remembers which language somebody chose, and goes back to the page.
func (s *server) language(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: wordsFor(r, r.FormValue("to")).Tag, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	back := r.FormValue("back")
	if !identity.Local(back) {
		back = "/"
	}
	http.Redirect(w, r, back, http.StatusSeeOther) // a path of this server
}
