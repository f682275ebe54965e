// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"time"

	"k8s.io/utils/clock"
)

// sessionLasts is when somebody has to sign in again, whatever they do.
const sessionLasts = 12 * time.Hour

// session is what is remembered of somebody who signed in. It stands in the cookie alone, so
// that any replica can answer, and nothing has to be kept.
type session struct {
	Version int      `json:"v"`
	Began   int64    `json:"b"`           // seconds since 1970, as all times
	Checked int64    `json:"c"`           // when the provider last said who it is of
	Asked   int64    `json:"a,omitempty"` // when it was last asked, where it only renewed
	User    string   `json:"u,omitempty"` // and its groups, as the claims gave them
	Groups  []string `json:"g,omitempty"`
	Subject string   `json:"s,omitempty"` // whom the provider means
	Refresh string   `json:"r,omitempty"` // by which the provider is asked again
	Token   string   `json:"t,omitempty"` // that was pasted
}

// Sessions read and write sessions.
type Sessions struct {
	Keys *Keys
	// Version is of the sessions that count. With the next one everybody has to sign in again.
	Version int
	Clock   clock.Clock
}

const forSession, forSignIn = "session", "signin"

// of is the session of a request; nil where there is none that counts.
func (s Sessions) of(r *http.Request) *session {
	sealed, err := sessionOf(r)
	if err != nil || sealed == "" {
		return nil
	}
	kept := &session{}
	if err := s.Keys.open(forSession, sealed, kept); err != nil {
		return nil
	}
	if now := s.Clock.Now(); kept.Version != s.Version || !now.Before(kept.ends()) || now.Before(time.Unix(kept.Began, 0).Add(-time.Minute)) {
		return nil
	}
	return kept
}

func (s *session) ends() time.Time { return time.Unix(s.Began, 0).Add(sessionLasts) }

// keep sends a session to the browser.
func (s Sessions) keep(w http.ResponseWriter, r *http.Request, kept *session) error {
	current := *kept // others may send the same one at this moment
	current.Version = s.Version
	sealed, err := s.Keys.seal(forSession, current)
	if err != nil {
		return err
	}
	return setSession(w, r, sealed, kept.ends().Sub(s.Clock.Now()))
}

// end takes the session away from the browser.
func (s Sessions) end(w http.ResponseWriter, r *http.Request) { _ = setSession(w, r, "", 0) } // nothing always fits
