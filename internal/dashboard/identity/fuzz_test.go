// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Whoever sends a cookie is nobody unless it was made here.
func FuzzCookie(f *testing.F) {
	s, _ := newSessions(f)
	made := map[string]bool{}
	for _, value := range []*session{ofBen(), {Began: monday.Unix(), User: "ana", Groups: many(300)}} {
		var header []string
		for _, c := range kept(f, s, value) {
			header = append(header, c.Name+"="+c.Value)
		}
		made[value.User] = true
		f.Add(strings.Join(header, "; "))
	}
	f.Add(sessionCookie + "=")
	f.Add(sessionCookie + "=9.AAAA; " + sessionCookie + "-1=AAAA")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest(http.MethodGet, "https://praxis.example.org/", nil)
		r.Header["Cookie"] = []string{header}
		if found := s.of(r); found != nil && !made[found.User] {
			t.Errorf("%q is taken for a session of %q", header, found.User)
		}
	})
}

// Names of headers come as they like; none of those by which somebody is said to be somebody
// gets through.
func FuzzHeaders(f *testing.F) {
	f.Add("X-Remote-User", "ana", "shop")
	f.Add("impersonate_user", "ana\x00", "system:masters")
	f.Add("X-REMOTE_extra-a", "é", "")
	f.Fuzz(func(t *testing.T, name, value, group string) {
		mode := &Proxy{Names: []string{"front"}, UserHeader: "X-Remote-User", GroupsHeader: "X-Remote-Group", Separator: ","}
		r := httptest.NewRequest(http.MethodGet, "https://praxis.example.org/", nil)
		r.Header = http.Header{name: {value}, "X-Remote-Group": {group}}
		r.TLS = &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{{Subject: pkix.Name{CommonName: "front"}}}}}
		Guard(mode, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			for name := range r.Header {
				plain := strings.ReplaceAll(strings.ToLower(name), "_", "-")
				if strings.HasPrefix(plain, "impersonate-") || strings.HasPrefix(plain, "x-remote-") {
					t.Errorf("the header %q came through", name)
				}
			}
			p, err := mode.Person(r)
			if p == nil {
				return
			}
			if name != "X-Remote-User" || p.User != value || err != nil {
				t.Errorf("%q: %q makes a person %+v, %v", name, value, p, err)
			}
			for _, n := range append(p.Groups, p.User) {
				if strings.HasPrefix(n, "system:") || strings.ContainsAny(n, "\r\n\x00") || n == "" {
					t.Errorf("somebody is, or is in, %q", n)
				}
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	})
}

// Wherever somebody is sent after signing in is here, as browsers read it.
func FuzzNext(f *testing.F) {
	for _, next := range []string{"/map?a=b", "//evil.example", "/\\evil.example", "https://evil.example", "/%2f%2fevil.example", "/auth/login"} {
		f.Add(next)
	}
	here, err := url.Parse("https://praxis.example.org/auth/login")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		to := local(next)
		browser := strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "").Replace(strings.TrimSpace(to))
		u, err := here.Parse(browser)
		if err != nil || u.Host != here.Host || u.Scheme != here.Scheme || !strings.HasPrefix(to, "/") {
			t.Errorf("%q leads to %q, %v", next, to, u)
		}
	})
}
