// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mode is a way to find out who sends requests. Guard asks it once for each.
type Mode interface {
	Authenticator
	// admit looks at a request as it came in, and may renew what it was sent by a cookie.
	admit(w http.ResponseWriter, r *http.Request) (*Person, error)
}

type foundKey struct{}

type found struct {
	person *Person
	err    error
}

// Guard finds out who sent each request before anything else sees it, and takes off every
// header by which it could claim to be from somebody.
func Guard(mode Mode, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		person, err := mode.admit(w, r)
		Strip(r.Header)
		r.Header.Del("Authorization")
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), foundKey{}, found{person, err})))
	})
}

// guarded is what every mode is where it answers who Guard found.
type guarded struct{}

func (guarded) Person(r *http.Request) (*Person, error) {
	f, guarded := r.Context().Value(foundKey{}).(found)
	if !guarded {
		return nil, fmt.Errorf("the request for %s did not come in through the guard, so nobody knows who sent it", r.URL.Path)
	}
	return f.person, f.err
}

// Refusal is why somebody who was identified is not let in, fit for the page.
type Refusal struct{ Message string }

func (r *Refusal) Error() string { return r.Message }

func refuse(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

const (
	// mostGroups is how many groups somebody may have: each is sent along with every write.
	mostGroups  = 1000
	longestName = 1024
)

// checked refuses names that only the API server itself gives: whoever could bring one along
// would be what no identity provider may make of anybody.
func checked(p Person) (*Person, error) {
	p.Groups = slices.DeleteFunc(p.Groups, func(g string) bool { return g == "" })
	if p.User == "" {
		return nil, refuse("you have no user name: who runs the dashboard should look at how it is found")
	}
	if len(p.Groups) > mostGroups {
		return nil, refuse("%s is in %d groups, and %d are the most: who runs the dashboard should narrow those that it takes", p.User, len(p.Groups), mostGroups)
	}
	if err := Sendable(p); err != nil {
		return nil, err
	}
	for _, name := range append([]string{p.User}, p.Groups...) {
		if strings.HasPrefix(name, "system:") {
			return nil, refuse("%q cannot be the name of a user or a group: those that begin with system: are the API server's own", name)
		}
	}
	return &p, nil
}

// Sendable refuses names that would be another's once they stand in a header, which loses
// spaces at its edges, or that look like another's to who reads them.
func Sendable(p Person) error {
	for _, name := range append([]string{p.User}, p.Groups...) {
		if len(name) > longestName || !utf8.ValidString(name) || strings.TrimSpace(name) != name || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			return refuse("%.100q cannot be the name of a user or a group: it has spaces at its edge or signs that nobody sees, or is longer than %d bytes; who runs the cluster has to give another", name, longestName)
		}
	}
	return nil
}
