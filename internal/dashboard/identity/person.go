// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package identity says who asks the dashboard for something: what the API server or a
// verified signature proved, never what a request says about itself.
package identity

import "net/http"

// Person is somebody who was identified.
type Person struct {
	// User is the user name that the API server knows the person by.
	User string
	// Groups are the groups of the user, as the API server would see them.
	Groups []string
	// UID and Extra are what the API server says of a token beside these; authorizers may go by it.
	UID   string
	Extra map[string][]string
	// ReadsOnly says why nothing is written as this person; empty is that it may be.
	ReadsOnly string
}

// Authenticator finds out who sent a request.
type Authenticator interface {
	// Person is who sent the request, or nil where nobody has signed in yet. An error means
	// that it could not be found out, and its text is fit for the page.
	Person(r *http.Request) (*Person, error)
	// Routes serve signing in and out below /auth/; nil where there is nothing to sign in to.
	Routes() http.Handler
}
