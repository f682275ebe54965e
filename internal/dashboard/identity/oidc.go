// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-logr/logr"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
	"k8s.io/utils/lru"
)

const (
	// signInWithin is how long somebody may take at the provider.
	signInWithin = 10 * time.Minute
	// keptStates are as many as can come back within that time.
	keptStates = allSignInsAtOnce + allSignInsASecond*int(signInWithin/time.Second)
)

// OIDC lets people in whom an identity provider vouches for.
type OIDC struct {
	guarded
	sessions Sessions
	provider *provider
	claims   *Claims
	render   Render
	log      logr.Logger
	begins   *limits
	returns  *limits // apart, so that nobody who only begins keeps others from coming back
	spent    once    // the states that somebody came back with
	asking   singleflight.Group
	asked    *lru.Cache // of the hash of what a session is renewed by to renewal
}

var _ Mode = &OIDC{}

// NewOIDC lets people in whom a provider vouches for, as whom claims say they are. The provider
// need not be there yet.
func NewOIDC(sessions Sessions, p Provider, claims *Claims, render Render, log logr.Logger) (*OIDC, error) {
	found, err := newProvider(p, sessions.Clock)
	if err != nil {
		return nil, err
	}
	return &OIDC{
		sessions: sessions, provider: found, claims: claims, render: render, log: log,
		begins: newLimits(sessions.Clock), returns: newLimits(sessions.Clock),
		spent: once{seen: lru.New(keptStates)}, asked: lru.New(keptTokens),
	}, nil
}

// begun is what is remembered while somebody is at the provider.
type begun struct {
	State, Nonce, Verifier, Next string
	At                           int64
}

// SetRender sets how the page looks on which one signs in. It is called before anybody is served.
func (o *OIDC) SetRender(render Render) { o.render = render }

// Behind says in which header a proxy in front writes the address that a request comes from.
func (o *OIDC) Behind(header string) { o.begins.header, o.returns.header = header, header }

// Routes serve /auth/login, /auth/callback and /auth/logout.
func (o *OIDC) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /auth/{$}", toSignIn)
	mux.HandleFunc("GET /auth/login", o.begin)
	mux.HandleFunc("GET /auth/callback", o.finish)
	mux.HandleFunc("POST /auth/logout", signOut(o.sessions, o.render, false))
	return sameOrigin(mux)
}

// begin sends somebody to the provider.
func (o *OIDC) begin(w http.ResponseWriter, r *http.Request) {
	next := local(r.URL.Query().Get("next"))
	if !o.begins.allow(r) {
		o.render(w, r, http.StatusTooManyRequests, SignIn{Message: errTooManySignIns.Error(), Next: next})
		return
	}
	_, client, err := o.client()
	if err != nil {
		o.fail(w, r, http.StatusServiceUnavailable, next, noProvider, err)
		return
	}
	b := begun{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: next, At: o.sessions.Clock.Now().Unix()}
	sealed, err := o.sessions.Keys.seal(forSignIn, b)
	if err != nil || len(sealed) > chunk {
		b.Next = "/" // all that can be long
		if sealed, err = o.sessions.Keys.seal(forSignIn, b); err != nil {
			o.fail(w, r, http.StatusInternalServerError, "/", notBegun, err)
			return
		}
	}
	http.SetCookie(w, cookie(signInCookie, sealed, signInWithin))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, client.AuthCodeURL(b.State, oidc.Nonce(b.Nonce), oauth2.S256ChallengeOption(b.Verifier)), http.StatusFound)
}

func (o *OIDC) client() (*oidc.Provider, *oauth2.Config, error) {
	found, err := o.provider.get()
	if err != nil {
		return nil, nil, err
	}
	client, err := o.provider.client(found)
	return found, client, err
}

// finish takes what the provider sends somebody back with.
func (o *OIDC) finish(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	query := r.URL.Query()
	var b begun
	kept, err := r.Cookie(signInCookie)
	if err == nil {
		err = o.sessions.Keys.open(forSignIn, kept.Value, &b)
	}
	late := o.sessions.Clock.Since(time.Unix(b.At, 0)) > signInWithin
	if err != nil || late || b.State == "" || subtle.ConstantTimeCompare([]byte(b.State), []byte(query.Get("state"))) != 1 {
		o.fail(w, r, http.StatusBadRequest, "/", beginAgain, err)
		return
	}
	if !o.returns.allow(r) {
		o.render(w, r, http.StatusTooManyRequests, SignIn{Message: errTooManySignIns.Error(), Next: b.Next})
		return
	}
	http.SetCookie(w, cookie(signInCookie, "", 0)) // it serves once, also for who keeps the cookie
	if !o.spent.first(b.State) {
		o.fail(w, r, http.StatusBadRequest, "/", beginAgain, nil)
		return
	}
	if code := query.Get("error"); code != "" {
		o.fail(w, r, http.StatusForbidden, b.Next, fmt.Sprintf("Your identity provider did not let you in: %.60q.", code), nil)
		return
	}
	signedIn, err := o.exchange(r.Context(), query.Get("code"), b)
	if err == nil {
		err = o.sessions.keep(w, r, signedIn)
	}
	if refusal, isRefused := errors.AsType[*Refusal](err); isRefused {
		o.fail(w, r, http.StatusForbidden, b.Next, refusal.Message, nil)
		return
	}
	if err != nil {
		message := notConfirmed
		if errors.Is(err, errTooLarge) {
			message = err.Error()
		}
		o.fail(w, r, http.StatusBadGateway, b.Next, message, err)
		return
	}
	http.Redirect(w, r, b.Next, http.StatusSeeOther)
}

// fail shows what went wrong; the cause is for the log.
func (o *OIDC) fail(w http.ResponseWriter, r *http.Request, status int, next, message string, cause error) {
	if cause != nil {
		o.log.Info("a sign-in failed", "because", speakable(cause))
	}
	o.render(w, r, status, SignIn{Message: message, Next: next})
}

// speakable is an error without what a provider or a person sent, which may hold a secret.
func speakable(err error) string {
	if answered, is := errors.AsType[*oauth2.RetrieveError](err); is {
		if answered.Response != nil {
			return fmt.Sprintf("the provider answered %s, %.60q", answered.Response.Status, answered.ErrorCode)
		}
		return fmt.Sprintf("the provider answered %.60q", answered.ErrorCode)
	}
	return err.Error()
}

// exchange turns a code into a session.
func (o *OIDC) exchange(ctx context.Context, code string, b begun) (*session, error) {
	ctx, cancel := context.WithTimeout(o.provider.context(ctx), answersWithin)
	defer cancel()
	found, client, err := o.client()
	if err != nil {
		return nil, err
	}
	token, err := client.Exchange(ctx, code, oauth2.VerifierOption(b.Verifier))
	if err != nil {
		return nil, err
	}
	id, err := o.verified(ctx, found, token)
	if err != nil {
		return nil, err
	}
	if id == nil {
		return nil, errors.New("the provider sent no ID token: is the client allowed the scope openid?")
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(b.Nonce)) != 1 {
		return nil, errors.New("the ID token is for another sign-in")
	}
	now := o.sessions.Clock.Now().Unix()
	s := &session{Began: now, Checked: now, Subject: id.Subject, Refresh: token.RefreshToken}
	return s, o.describe(s, id)
}

// verified is the ID token that came with a token; nil where none did.
func (o *OIDC) verified(ctx context.Context, from *oidc.Provider, token *oauth2.Token) (*oidc.IDToken, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, nil
	}
	id, err := from.Verifier(&oidc.Config{ClientID: o.provider.ClientID, Now: o.sessions.Clock.Now}).Verify(ctx, raw)
	if err != nil {
		return nil, errors.New(strings.ReplaceAll(fmt.Sprintf("the ID token does not hold: %v", err), raw, "…"))
	}
	return id, nil
}

// describe sets who a session is of.
func (o *OIDC) describe(s *session, id *oidc.IDToken) error {
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return fmt.Errorf("reading the claims: %w", err)
	}
	p, err := o.claims.Person(claims)
	if err != nil {
		return err
	}
	s.User, s.Groups = p.User, p.Groups
	return nil
}
