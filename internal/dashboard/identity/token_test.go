// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	clocktesting "k8s.io/utils/clock/testing"
)

// server knows some tokens, and how often it was asked.
type server struct {
	users  map[string]string
	silent bool
	asked  int
}

func (s *server) whose(_ context.Context, token string) (authenticationv1.TokenReviewStatus, error) {
	s.asked++
	if s.silent {
		return authenticationv1.TokenReviewStatus{}, errors.New("refused: " + token)
	}
	user := s.users[token]
	return authenticationv1.TokenReviewStatus{Authenticated: user != "", User: authenticationv1.UserInfo{Username: user, Groups: []string{"shop"}}}, nil
}

func newToken(t *testing.T) (*Token, *server, *clocktesting.FakeClock) {
	t.Helper()
	s, c := newSessions(t)
	api := &server{users: map[string]string{"of-ben": "ben@shop.example"}}
	return NewToken(s, api.whose, Plain), api, c
}

// asks sends a request through the guard, and returns the answer: who it is from.
func asks(t testing.TB, mode Mode, r *http.Request) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	Guard(mode, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if routes := mode.Routes(); routes != nil && strings.HasPrefix(r.URL.Path, "/auth/") {
			routes.ServeHTTP(w, r)
			return
		}
		for name := range r.Header {
			if plain := strings.ToLower(name); strings.HasPrefix(plain, "impersonate") || strings.HasPrefix(plain, "x-remote") || plain == "authorization" {
				t.Errorf("the header %s came through", name)
			}
		}
		p, err := mode.Person(r)
		switch {
		case err != nil:
			_, _ = io.WriteString(w, err.Error())
		case p != nil:
			_, _ = io.WriteString(w, p.User+" "+strings.Join(p.Groups, ","))
		default:
			_, _ = io.WriteString(w, "nobody")
		}
	})).ServeHTTP(w, r)
	return w.Result()
}

func says(t testing.TB, response *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func pasted(token, next string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "https://praxis.example.org/auth/login", strings.NewReader(url.Values{"token": {token}, "next": {next}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestWhoPastesATokenIsKnownUntilItIsTakenBack(t *testing.T) {
	mode, api, clock := newToken(t)
	answer := asks(t, mode, pasted(" of-ben\n", "/map"))
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/map" {
		t.Fatalf("it answers %s to %s: %s", answer.Status, answer.Header.Get("Location"), says(t, answer))
	}
	cookies := answer.Cookies()
	for range 5 {
		if got := says(t, asks(t, mode, sent(cookies))); got != "ben@shop.example shop" {
			t.Errorf("it is from %s", got)
		}
	}
	if api.asked != 1 {
		t.Errorf("the API server was asked %d times", api.asked)
	}
	delete(api.users, "of-ben")
	clock.Step(acceptedHolds)
	if got := says(t, asks(t, mode, sent(cookies))); got != "nobody" {
		t.Errorf("after it was taken back it is from %s", got)
	}
}

func TestATokenThatIsNoneIsRefusedInWords(t *testing.T) {
	for token, want := range map[string]struct {
		status int
		says   string
	}{
		"of-nobody":                           {http.StatusUnauthorized, "does not accept this token"},
		"":                                    {http.StatusUnauthorized, "This is not a token"},
		"of ben":                              {http.StatusUnauthorized, "This is not a token"},
		"of-bén":                              {http.StatusUnauthorized, "This is not a token"},
		strings.Repeat("x", longestToken+1):   {http.StatusUnauthorized, "This is not a token"},
		strings.Repeat("x", 2*longestToken+1): {http.StatusBadRequest, "too long for a token"},
	} {
		mode, _, _ := newToken(t)
		answer := asks(t, mode, pasted(token, "/"))
		if text := says(t, answer); answer.StatusCode != want.status || !strings.Contains(text, want.says) || len(answer.Cookies()) > 0 || token != "" && strings.Contains(text, token) {
			t.Errorf("%.20q gets %s: %s", token, answer.Status, text)
		}
	}
}

func TestASilentServerSignsNobodyInAndRepeatsNoToken(t *testing.T) {
	mode, api, clock := newToken(t)
	cookies := asks(t, mode, pasted("of-ben", "/")).Cookies()
	api.silent = true
	if got := says(t, asks(t, mode, sent(cookies))); got != "ben@shop.example shop" {
		t.Errorf("within a minute it is from %s", got)
	}
	clock.Step(acceptedHolds)
	if got := says(t, asks(t, mode, sent(cookies))); got != errNoAnswer.Error() {
		t.Errorf("it says %s", got)
	}
	answer := asks(t, mode, pasted("secret-token", "/"))
	if text := says(t, answer); answer.StatusCode != http.StatusServiceUnavailable || strings.Contains(text, "secret-token") {
		t.Errorf("it answers %s: %s", answer.Status, text)
	}
	api.silent = false
	if got := says(t, asks(t, mode, sent(cookies))); got != "ben@shop.example shop" {
		t.Errorf("when it speaks again it is from %s", got)
	}
}

func TestAScriptSendsItsTokenItself(t *testing.T) {
	mode, _, _ := newToken(t)
	for token, want := range map[string]string{"of-ben": "ben@shop.example shop", "of-nobody": notAccepted} {
		r := sent(nil)
		r.Header.Set("Authorization", "Bearer "+token)
		if got := says(t, asks(t, mode, r)); got != want {
			t.Errorf("%s is %s", token, got)
		}
	}
}

func TestNobodyHasTheAPIServerTryTokensWithoutEnd(t *testing.T) {
	mode, api, clock := newToken(t)
	from := func(address, token string) int {
		r := pasted(token, "/")
		r.RemoteAddr = address
		return asks(t, mode, r).StatusCode
	}
	refused := 0
	for i := range 500 {
		if from("192.0.2.1:1234", "guess-"+strings.Repeat("x", i+1)) == http.StatusTooManyRequests {
			refused++
		}
	}
	if api.asked != signInsAtOnce || refused != 500-signInsAtOnce {
		t.Errorf("of 500 guesses %d were asked about and %d refused", api.asked, refused)
	}
	if status := from("192.0.2.2:1234", "of-ben"); status != http.StatusSeeOther {
		t.Errorf("somebody else gets %d", status)
	}
	clock.Step(time.Second)
	if status := from("192.0.2.1:1234", "another"); status != http.StatusUnauthorized {
		t.Errorf("a second later it answers %d", status)
	}
	// Who has a network of addresses is one.
	before := api.asked
	for i := range 200 {
		from("[2001:db8::"+string(rune('a'+i%6))+"]:1234", "six-"+strings.Repeat("x", i+1))
	}
	if asked := api.asked - before; asked > signInsAtOnce {
		t.Errorf("of one network %d guesses were asked about", asked)
	}
}

// odd are names that are another's once they are sent, or that look like another's.
func odd() map[string]string {
	return map[string]string{
		"a space behind": "admin ", "a space in front": " admin", "a tab": "admin\t", "a wide space": "admin\u2003", "a space that breaks nothing": "\u00a0admin",
		"a line": "ad\nmin", "a null": "ad\x00min", "an escape": "ad\x1bmin", "one of the second row of controls": "ad\u0085min", "half a letter": "adm\xc3", "what turns a text around": "\u202eadmin",
		"a joiner that nobody sees": "ad\u200bmin", "a mark of order": "\ufeffadmin", "a line of its own": "ad\u2028min",
	}
}

func TestANameThatWouldBeAnothersIsRefused(t *testing.T) {
	for name, user := range odd() {
		t.Run(name, func(t *testing.T) {
			mode, api, _ := newToken(t)
			api.users["odd"] = user
			if answer := asks(t, mode, pasted("odd", "/")); answer.StatusCode != http.StatusUnauthorized || len(answer.Cookies()) > 0 || !strings.Contains(says(t, answer), "cannot be the name") {
				t.Errorf("with a token it gets %s", answer.Status)
			}
			for _, p := range []Person{{User: user}, {User: "ben", Groups: []string{"shop", user}}} {
				if found, err := checked(p); found != nil || err == nil {
					t.Errorf("%q is taken", p)
				}
			}
		})
	}
	for _, p := range []Person{{User: "Zoë Ångström", Groups: []string{"Ops Team", "研发", "cn=a,ou=b"}}, {User: "ben@shop.example"}} {
		if _, err := checked(p); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
}

// tried signs in from an address, with headers of whoever stands in front.
func tried(t *testing.T, mode Mode, token, address string, forwarded ...string) int {
	t.Helper()
	r := pasted(token, "/")
	r.RemoteAddr = address
	for _, f := range forwarded {
		r.Header.Add("X-Forwarded-For", f)
	}
	return asks(t, mode, r).StatusCode
}

func TestWhoIsSignedInIsNotKeptOutByOthersWhoTry(t *testing.T) {
	mode, api, clock := newToken(t)
	cookies := asks(t, mode, pasted("of-ben", "/")).Cookies()
	script := sent(nil)
	script.Header.Set("Authorization", "Bearer of-ben")
	for minute := range 3 {
		for i := range 2 * signInsAtOnce { // sent() and pasted() come from one address
			tried(t, mode, "guess-"+strings.Repeat("x", i+1), script.RemoteAddr)
		}
		for name, r := range map[string]*http.Request{"session": sent(cookies), "script": script.Clone(t.Context())} {
			if got := says(t, asks(t, mode, r)); got != "ben@shop.example shop" {
				t.Errorf("after %d minutes the %s gets %s", minute, name, got)
			}
		}
		clock.Step(acceptedHolds)
	}
	if api.asked == 0 {
		t.Error("nobody was asked")
	}
}

func TestAProxyInFrontSaysWhoTries(t *testing.T) {
	const proxy = "10.0.0.1:1234"
	mode, _, _ := newToken(t)
	exhaust := func(forwarded ...string) {
		for i := range 2 * signInsAtOnce {
			tried(t, mode, "guess-"+strings.Repeat("x", i+1), proxy, forwarded...)
		}
	}
	exhaust("192.0.2.1")
	if got := tried(t, mode, "of-ben", proxy, "192.0.2.2"); got != http.StatusTooManyRequests {
		t.Errorf("a header that nobody trusts is believed: %d", got)
	}
	mode, _, _ = newToken(t)
	mode.Behind("X-Forwarded-For")
	exhaust("192.0.2.1")
	for name, c := range map[string]struct {
		forwarded []string
		want      int
	}{
		"somebody else":              {[]string{"192.0.2.2"}, http.StatusSeeOther},
		"the same":                   {[]string{"192.0.2.1"}, http.StatusTooManyRequests},
		"the same, who made one up":  {[]string{"192.0.2.9, 192.0.2.1"}, http.StatusTooManyRequests},
		"in a header of its own":     {[]string{"192.0.2.9", "192.0.2.1"}, http.StatusTooManyRequests},
		"the same, written for IPv6": {[]string{"::ffff:192.0.2.1"}, http.StatusTooManyRequests},
		"with no address in it":      {[]string{"unknown"}, http.StatusSeeOther}, // the proxy itself
	} {
		if got := tried(t, mode, "new-"+strings.ReplaceAll(name, " ", "-"), proxy, c.forwarded...); (got == http.StatusTooManyRequests) != (c.want == http.StatusTooManyRequests) {
			t.Errorf("%s gets %d", name, got)
		}
	}
}

func TestAnotherSiteSignsNobodyInOrOut(t *testing.T) {
	mode, _, _ := newToken(t)
	for _, path := range []string{"/auth/login", "/auth/logout"} {
		r := pasted("of-ben", "/")
		r.URL.Path = path
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if answer := asks(t, mode, r); answer.StatusCode != http.StatusForbidden || len(answer.Cookies()) > 0 {
			t.Errorf("%s answers %s", path, answer.Status)
		}
	}
}

func TestSigningOutTakesTheSessionAway(t *testing.T) {
	mode, _, _ := newToken(t)
	r := sent(asks(t, mode, pasted("of-ben", "/")).Cookies())
	r.Method, r.URL.Path = http.MethodPost, "/auth/logout"
	for _, c := range asks(t, mode, r).Cookies() {
		if c.MaxAge >= 0 || c.Value != "" {
			t.Errorf("it leaves %s", c)
		}
	}
}

func TestThePageToSignInLoadsAndRepeatsNothing(t *testing.T) {
	mode, _, _ := newToken(t)
	r := httptest.NewRequest(http.MethodGet, "https://praxis.example.org/auth/login?next="+url.QueryEscape(`/map?q="><script>x</script>`), nil)
	answer := asks(t, mode, r)
	if text := says(t, answer); strings.Contains(text, "<script") || !strings.Contains(answer.Header.Get("Content-Security-Policy"), "default-src 'none'") || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("it answers %v: %s", answer.Header, text)
	}
}

func TestWithoutTheGuardNobodyIsKnown(t *testing.T) {
	mode, _, _ := newToken(t)
	if p, err := mode.Person(sent(nil)); p != nil || err == nil {
		t.Errorf("it is %v: %v", p, err)
	}
}

func TestThePagesFindWhereOneSignsIn(t *testing.T) {
	mode, _, _ := newToken(t)
	for to, want := range map[string]string{"/map?a=b": "/auth/login?next=%2Fmap%3Fa%3Db", "//evil.example": "/auth/login?next=%2F", "": "/auth/login?next=%2F"} {
		r := httptest.NewRequest(http.MethodGet, "https://praxis.example.org/auth/?to="+url.QueryEscape(to), nil)
		if got := asks(t, mode, r).Header.Get("Location"); got != want {
			t.Errorf("%q goes on to %s", to, got)
		}
	}
}
