// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// SignIn is what the page says on which somebody signs in.
type SignIn struct {
	// Token asks for a token to be pasted; otherwise the page links to the provider.
	Token bool
	// Message is what went wrong, or why the page is shown.
	Message string
	// Next is the path to go on to.
	Next string
}

// What the page says, in so many words, for who translates them.
const (
	signedOut     = "You are signed out."
	beginAgain    = "This sign-in was begun elsewhere, or too long ago: begin again."
	noProvider    = "Your identity provider does not answer, so you cannot sign in: try again in a moment."
	notConfirmed  = "Your identity provider did not confirm this sign-in: try again, and if that does not help, show who runs the dashboard its log."
	notBegun      = "Signing in could not be begun."
	tooLong       = "This is too long for a token, or no form: paste the token and nothing else."
	noToken       = "This is not a token: paste it whole, and nothing else."
	notAccepted   = "The API server does not accept this token: it may have expired, or be of another cluster."
	tooManyTries  = "There are too many sign-ins at the moment: try again in a few seconds."
	noServer      = "The API server does not say whose your token is: try again in a moment."
	tooManyGroups = "What is known of you does not fit into cookies: who runs the dashboard should narrow the groups that it takes."
)

// said is one of them as an error.
type said string

func (s said) Error() string { return string(s) }

// Says are all of them.
var Says = []string{signedOut, beginAgain, noProvider, notConfirmed, notBegun, tooLong, noToken, notAccepted, tooManyTries, noServer, tooManyGroups, ofAProgram, narrowed}

// Render writes the page on which somebody signs in.
type Render func(w http.ResponseWriter, r *http.Request, status int, page SignIn)

var plainPage = template.Must(template.New("signin").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in · Praxis</title></head>
<body><main><h1>Praxis</h1>
{{with .Message}}<p role="alert">{{.}}</p>{{end}}
{{if .Token}}<form method="post" action="/auth/login"><input type="hidden" name="next" value="{{.Next}}">
<p><label for="token">A token of yours for the API server</label></p>
<p><input id="token" name="token" type="password" autocomplete="off" required> <button>Sign in</button></p></form>
<p>For example what your kubeconfig runs to sign in prints.</p>
{{else}}<p><a href="/auth/login?next={{.Next}}">Sign in</a></p>{{end}}
</main></body></html>
`))

// Plain is a page without anything to load.
func Plain(w http.ResponseWriter, _ *http.Request, status int, page SignIn) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = plainPage.Execute(w, page) // the browser is gone
}

// Local reports whether an address is a path of this host, so that a link leads nowhere else.
func Local(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && u.Opaque == "" &&
		strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !strings.HasPrefix(u.Path, "//") &&
		!strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
}

// local is a path of this host to go on to after signing in, and never another host.
func local(next string) string {
	if u, err := url.Parse(next); err != nil || !Local(next) || strings.HasPrefix(u.Path, "/auth/") {
		return "/"
	}
	return next
}

// sameOrigin refuses forms that another site sends.
func sameOrigin(next http.Handler) http.Handler { return http.NewCrossOriginProtection().Handler(next) }

// signOut is what every mode with sessions does with /auth/logout.
func signOut(sessions Sessions, render Render, token bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sessions.end(w, r)
		w.Header().Set("Clear-Site-Data", `"cache"`)
		render(w, r, http.StatusOK, SignIn{Token: token, Message: signedOut, Next: "/"})
	}
}

// toSignIn goes on from /auth/, alone or with ?to=PATH, to where one signs in.
func toSignIn(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/auth/login?next="+url.QueryEscape(local(r.URL.Query().Get("to"))), http.StatusSeeOther)
}
