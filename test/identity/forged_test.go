// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"testing"
)

// forging sends headers along by which it claims to be the lead.
type forging struct{ next http.RoundTripper }

func (f forging) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for _, name := range []string{"Impersonate-User", "impersonate_user", "X-Remote-User", "X_Remote_User", "x-remote-extra-user", "X-Forwarded-User", "Remote-User"} {
		r.Header[name] = []string{ana}
	}
	r.Header["Impersonate-Group"], r.Header["X-Remote-Group"] = []string{"system:masters"}, []string{"system:masters"}
	r.Header["Impersonate-Uid"], r.Header["Impersonate-Extra-Scopes"] = []string{"1"}, []string{"all"}
	return f.next.RoundTrip(r)
}

func TestForgedHeadersChangeNobody(t *testing.T) {
	for name, w := range map[string]*way{"token": byToken(t), "oidc": byProvider(t)} {
		for user, is := range map[string]string{"": notTold, vic: vic} {
			t.Run(name+"/"+is, func(t *testing.T) {
				b := w.signedIn(t, user)
				b.Transport = forging{b.Transport}
				get(t, b, w.URL+"/who", is)
				says := denied + ` "` + vic + `"`
				if user == "" {
					says = notTold
				}
				post(t, b, w.URL+"/write/hand%20in", nil, says)
			})
		}
	}
	t.Run("proxy", func(t *testing.T) {
		w := byProxy(t)
		b := w.signedIn(t, vic)
		b.Transport = adding{b.Transport}
		get(t, b, w.URL+"/who", vic)
		post(t, b, w.URL+"/write/hand%20in", nil, denied+` "`+vic+`"`)
		unknown := w.Client() // without the certificate of the proxy
		if response, err := unknown.Get(w.URL + "/who"); err == nil {
			response.Body.Close()
			t.Errorf("who is not the proxy gets %s", response.Status)
		}
	})
}

// adding claims more than the proxy says, as one does that leaves other headers as they are.
type adding struct{ next http.RoundTripper }

func (a adding) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header["Impersonate-User"], r.Header["Impersonate-Group"] = []string{ana}, []string{"system:masters"}
	r.Header["X_Remote_User"], r.Header["X-Remote-Uid"] = []string{ana}, []string{"1"}
	return a.next.RoundTrip(r)
}
