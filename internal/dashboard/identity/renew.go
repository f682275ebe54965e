// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

const (
	// renewedEvery is how often the provider is asked whether it still vouches for somebody, and
	// so how long somebody stays in a group who was taken out of it there.
	renewedEvery = 10 * time.Minute
	// vouchedFor is how long a session goes on where the provider does not answer, or where it
	// gave nothing by which it could be asked again, or answers without saying who somebody is.
	vouchedFor = time.Hour
	// renewalHolds is how long the answer to one renewal serves further requests with the
	// session from before: a page asks for several things at once.
	renewalHolds = 2 * time.Minute
	// refusedServes is how long a session still serves that the provider first refuses to renew.
	// What it is renewed by serves once at many providers, and another replica may have used it
	// for a request that came at the same time; the browser has the session from that one then.
	refusedServes = 2 * time.Minute
	// renewalFails is how long a provider that does not answer is not asked about the same
	// session again, and renewalWithin how long somebody waits for it.
	renewalFails, renewalWithin = 30 * time.Second, 3 * time.Second
)

// renewal is what came of asking the provider about a session.
type renewal struct {
	session *session  // nil where it did not answer, or no longer vouches
	gone    error     // why it no longer vouches
	refused time.Time // when that was said first, where another replica may have got more
	until   time.Time
}

// serves says whether a session from before may serve for the moment.
func (n renewal) serves(now time.Time, age time.Duration) bool {
	return age < vouchedFor && (n.gone == nil || !n.refused.IsZero() && now.Before(n.refused.Add(refusedServes)))
}

func (o *OIDC) admit(w http.ResponseWriter, r *http.Request) (*Person, error) {
	kept := o.sessions.of(r)
	if kept == nil || kept.User == "" {
		return nil, nil
	}
	age := o.sessions.Clock.Since(time.Unix(kept.Checked, 0))
	if o.sessions.Clock.Since(time.Unix(max(kept.Checked, kept.Asked), 0)) < renewedEvery && age < vouchedFor {
		return &Person{User: kept.User, Groups: kept.Groups}, nil
	}
	if kept.Refresh == "" {
		if age < vouchedFor {
			return &Person{User: kept.User, Groups: kept.Groups}, nil
		}
		o.sessions.end(w, r)
		return nil, nil
	}
	renewed := o.renew(r.Context(), kept)
	switch {
	case renewed.session == nil && renewed.serves(o.sessions.Clock.Now(), age):
		return &Person{User: kept.User, Groups: kept.Groups}, nil
	case renewed.gone != nil && !renewed.refused.IsZero():
		return nil, nil // its cookies stay: they may be newer ones by now
	case renewed.gone != nil:
		o.sessions.end(w, r)
		return nil, renewed.gone
	case renewed.session != nil && !o.sessions.Clock.Now().Before(time.Unix(renewed.session.Checked, 0).Add(vouchedFor)):
		o.sessions.end(w, r) // it renews, and has not said for too long who somebody is
		return nil, nil
	case renewed.session != nil:
		if err := o.sessions.keep(w, r, renewed.session); err != nil {
			return nil, err
		}
		return &Person{User: renewed.session.User, Groups: renewed.session.Groups}, nil
	}
	return nil, fmt.Errorf("your identity provider has not answered since %s, so nobody knows whether you are still who you were: try again in a moment",
		time.Unix(kept.Checked, 0).UTC().Format(time.RFC3339))
}

// renew asks the provider about a session, once for all who ask at the same time or soon after.
func (o *OIDC) renew(ctx context.Context, kept *session) renewal {
	key := sha256.Sum256([]byte(kept.Refresh))
	answer := func() (renewal, bool) {
		known, found := o.asked.Get(key)
		if !found {
			return renewal{}, false
		}
		return known.(renewal), o.sessions.Clock.Now().Before(known.(renewal).until)
	}
	if known, found := answer(); found {
		return known
	}
	// What it is renewed by serves once at some providers, so the answer is not lost with who
	// asked first.
	answered := o.asking.DoChan(string(key[:]), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answersWithin)
		defer cancel()
		known, found := answer() // one who asked before may have got it just now
		if !found {
			before := known
			known = o.ask(ctx, kept)
			if !before.refused.IsZero() && (known.gone == nil || !known.refused.IsZero()) {
				known.refused = before.refused
			}
			o.asked.Add(key, known)
		}
		return known, nil
	})
	select {
	case result := <-answered:
		return result.Val.(renewal)
	case <-o.sessions.Clock.After(renewalWithin):
		return renewal{}
	}
}

func (o *OIDC) ask(ctx context.Context, kept *session) renewal {
	now := o.sessions.Clock.Now()
	renewed, err := o.refresh(o.provider.context(ctx), kept)
	if err == nil {
		return renewal{session: renewed, until: now.Add(renewalHolds)}
	}
	o.log.Info("a session could not be renewed", "of", kept.User, "because", speakable(err))
	answered, is := errors.AsType[*oauth2.RetrieveError](err)
	if _, isRefused := errors.AsType[*Refusal](err); isRefused {
		return renewal{gone: err, until: now.Add(renewalHolds)}
	}
	if is && answered.ErrorCode == "invalid_grant" {
		return renewal{gone: err, refused: now, until: now.Add(renewalHolds)}
	}
	return renewal{until: now.Add(renewalFails)}
}

func (o *OIDC) refresh(ctx context.Context, kept *session) (*session, error) {
	found, client, err := o.client()
	if err != nil {
		return nil, err
	}
	token, err := client.TokenSource(ctx, &oauth2.Token{RefreshToken: kept.Refresh}).Token()
	if err != nil {
		return nil, err
	}
	id, err := o.verified(ctx, found, token)
	if err != nil {
		return nil, err
	}
	renewed, now := *kept, o.sessions.Clock.Now().Unix()
	if token.RefreshToken != "" {
		renewed.Refresh = token.RefreshToken
	}
	if id == nil {
		renewed.Asked = now // it may have other groups by now, which the provider did not say
		return &renewed, nil
	}
	renewed.Checked, renewed.Asked = now, 0
	if id.Subject != kept.Subject {
		return nil, refuse("your identity provider now takes you for somebody else: sign in again")
	}
	return &renewed, o.describe(&renewed, id)
}
