// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"
	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/utils/lru"
)

const (
	// A token that was accepted is asked about again after so long, and one that was refused
	// is refused for so long without asking.
	acceptedHolds, refusedHolds = time.Minute, 10 * time.Second
	keptTokens                  = 10_000
	longestToken                = 16 << 10
	// answersWithin is how long the API server or a provider may take.
	answersWithin = 10 * time.Second
)

// Whose asks the API server whose a token is.
type Whose func(context.Context, string) (authenticationv1.TokenReviewStatus, error)

// Token lets people in by a token that the API server accepts.
type Token struct {
	guarded
	sessions Sessions
	whose    Whose
	render   Render
	limits   *limits
	known    *lru.Cache // of the token's hash to verdict
	harmless []string   // keys of what a token says that narrow nothing
	asking   singleflight.Group
}

// personOf is who the API server says that somebody is.
func personOf(u authenticationv1.UserInfo, harmless []string) *Person {
	p := &Person{User: u.Username, Groups: u.Groups, UID: u.UID, ReadsOnly: readsOnly(u, harmless)}
	if len(u.Extra) > 0 {
		p.Extra = map[string][]string{}
		for key, values := range u.Extra {
			p.Extra[key] = values
		}
	}
	return p
}

type verdict struct {
	person *Person
	why    error // that it is refused
	until  time.Time
}

var _ Mode = &Token{}

// NewToken lets people in by a token, which only their session keeps.
func NewToken(sessions Sessions, whose Whose, render Render) *Token {
	return &Token{sessions: sessions, whose: whose, render: render, limits: newLimits(sessions.Clock), known: lru.New(keptTokens)}
}

func (t *Token) admit(_ http.ResponseWriter, r *http.Request) (*Person, error) {
	// A script sends its token itself, so no other site can have a browser send it.
	if token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); isBearer {
		return t.person(r, token, false)
	}
	kept := t.sessions.of(r)
	if kept == nil || kept.Token == "" {
		return nil, nil
	}
	p, err := t.person(r, kept.Token, true)
	if _, isRefused := errors.AsType[*Refusal](err); isRefused {
		return nil, nil // it has expired: sign in again
	}
	return p, err
}

const (
	errTooManySignIns = said(tooManyTries)
	errNoAnswer       = said(noServer)
)

// person is whose a token is, as the API server said within the last minute. Only what is new
// counts as a sign-in: who has a session, or sent the token before, cannot be kept out by others
// who try theirs from the same address.
func (t *Token) person(r *http.Request, token string, fromSession bool) (*Person, error) {
	if token == "" || len(token) > longestToken || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, refuse(noToken)
	}
	hash := sha256.Sum256([]byte(token))
	known, found := t.known.Get(hash)
	if found && t.sessions.Clock.Now().Before(known.(verdict).until) {
		return known.(verdict).say()
	}
	accepted := found && known.(verdict).person != nil
	if !fromSession && !accepted && !t.limits.allow(r) {
		return nil, errTooManySignIns
	}
	said, err, _ := t.asking.Do(string(hash[:]), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answersWithin)
		defer cancel()
		asked := t.sessions.Clock.Now()
		status, err := t.whose(ctx, token)
		if err != nil {
			return verdict{}, errNoAnswer // what it says could repeat the token
		}
		v := verdict{why: refuse(notAccepted), until: asked.Add(refusedHolds)}
		if status.Authenticated && status.User.Username != "" {
			p := personOf(status.User, t.harmless)
			if v.why = Sendable(*p); v.why == nil {
				v = verdict{person: p, until: asked.Add(acceptedHolds)}
			}
		}
		t.known.Add(hash, v)
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	return said.(verdict).say()
}

func (v verdict) say() (*Person, error) { return v.person, v.why }

// SetRender sets how the page looks on which one signs in. It is called before anybody is served.
func (t *Token) SetRender(render Render) { t.render = render }

// Extras says which keys of what the API server says of a token, beside user and groups, narrow
// nothing, so that who has them can write. One that ends with / is all below it.
func (t *Token) Extras(harmless []string) { t.harmless = harmless }

// Behind says in which header a proxy in front writes the address that a request comes from.
func (t *Token) Behind(header string) { t.limits.header = header }

// Routes serve /auth/login and /auth/logout.
func (t *Token) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /auth/{$}", toSignIn)
	mux.HandleFunc("GET /auth/login", func(w http.ResponseWriter, r *http.Request) {
		t.render(w, r, http.StatusOK, SignIn{Token: true, Next: local(r.URL.Query().Get("next"))})
	})
	mux.HandleFunc("POST /auth/login", t.signIn)
	mux.HandleFunc("POST /auth/logout", signOut(t.sessions, t.render, true))
	return sameOrigin(mux)
}

func (t *Token) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 2*longestToken)
	page := SignIn{Token: true, Next: "/"}
	if err := r.ParseForm(); err != nil {
		page.Message = tooLong
		t.render(w, r, http.StatusBadRequest, page)
		return
	}
	page.Next = local(r.PostForm.Get("next"))
	token := strings.TrimSpace(r.PostForm.Get("token"))
	_, err := t.person(r, token, false)
	if err == nil {
		now := t.sessions.Clock.Now().Unix()
		err = t.sessions.keep(w, r, &session{Began: now, Checked: now, Token: token})
	}
	if err != nil {
		page.Message = err.Error()
		status := http.StatusServiceUnavailable
		if _, isRefused := errors.AsType[*Refusal](err); isRefused {
			status = http.StatusUnauthorized
		} else if errors.Is(err, errTooManySignIns) {
			status = http.StatusTooManyRequests
		}
		t.render(w, r, status, page)
		return
	}
	w.Header().Set("Location", page.Next) // a path of this host, by local
	w.WriteHeader(http.StatusSeeOther)
}
