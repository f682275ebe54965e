// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
)

// Proxy believes headers of a proxy that proves who it is by a client certificate.
type Proxy struct {
	guarded
	// Names are the common names or DNS names of the certificates that are believed.
	Names []string
	// UserHeader and GroupsHeader name the headers.
	UserHeader, GroupsHeader string
	// Separator stands between the groups of one header; where it is empty, each group has a
	// header of its own, since names of groups may have commas in them.
	Separator string
}

var _ Mode = &Proxy{}

func (p *Proxy) admit(_ http.ResponseWriter, r *http.Request) (*Person, error) {
	users, groups := r.Header.Values(p.UserHeader), r.Header.Values(p.GroupsHeader)
	r.Header.Del(p.UserHeader)
	r.Header.Del(p.GroupsHeader)
	if !p.believed(r) {
		return nil, refuse("this address is for the proxy in front of it: open the one that your administrator gave you")
	}
	if len(users) == 0 {
		return nil, nil
	}
	if len(users) > 1 {
		return nil, refuse("the proxy sent %d user names, so nobody knows which of them you are: it has to replace %s of what comes in", len(users), p.UserHeader)
	}
	if p.Separator != "" {
		var all []string
		for _, g := range groups {
			for one := range strings.SplitSeq(g, p.Separator) {
				if one = strings.TrimSpace(one); one != "" {
					all = append(all, one)
				}
			}
		}
		groups = all
	}
	return checked(Person{User: users[0], Groups: groups})
}

// believed says whether a verified certificate of the allowed names sent a request.
func (p *Proxy) believed(r *http.Request) bool {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 || len(r.TLS.VerifiedChains[0]) == 0 {
		return false
	}
	return slices.ContainsFunc(namesOf(r.TLS.VerifiedChains[0][0]), func(name string) bool { return slices.Contains(p.Names, name) })
}

func namesOf(c *x509.Certificate) []string {
	if c.Subject.CommonName == "" {
		return c.DNSNames
	}
	return append([]string{c.Subject.CommonName}, c.DNSNames...)
}

// Routes are none: the proxy signs in and out.
func (p *Proxy) Routes() http.Handler { return nil }
