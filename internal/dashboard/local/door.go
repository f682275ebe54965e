// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package local

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"sync"
)

// Door lets in the browsers of whoever started the dashboard. Everybody who has an account on the
// machine can open a connection to it, and would act as that person without one.
type Door struct {
	next http.Handler
	tell func(code string)
	// cookie has the port in its name, since browsers keep cookies by host alone.
	cookie, key string

	mu   sync.Mutex
	code string
}

// NewDoor tells the first code. A code lets one browser in; the next one is told then.
func NewDoor(next http.Handler, port string, tell func(code string)) *Door {
	d := &Door{next: next, tell: tell, cookie: "praxis-local-" + port, key: rand.Text()}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.renew()
	return d
}

func (d *Door) renew() {
	d.code = rand.Text()
	d.tell(d.code)
}

// redeem reports whether a code is the one that was told, which it then no longer is.
func (d *Door) redeem(code string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !same(code, d.code) {
		return false
	}
	d.renew()
	return true
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(d.cookie); r.URL.Path == "/healthz" || err == nil && same(cookie.Value, d.key) {
		d.next.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if r.Method == http.MethodGet && d.redeem(r.URL.Query().Get("code")) {
		http.SetCookie(w, &http.Cookie{Name: d.cookie, Value: d.key, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	http.Error(w, "This dashboard is that of whoever started it. Open the address that was printed last where kubectl praxis dashboard runs; each one lets in one browser. If you did not use it, somebody else on this machine did: end the dashboard and start it again.", http.StatusForbidden)
}
