// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// keyFile is a file with a key of one letter.
func keyFile(t testing.TB, letter string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(strings.Repeat(letter, shortestKey)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func newSessions(t testing.TB) (Sessions, *clocktesting.FakeClock) {
	t.Helper()
	c := clocktesting.NewFakeClock(monday)
	keys, err := NewKeys(keyFile(t, "a"), "", c)
	if err != nil {
		t.Fatal(err)
	}
	return Sessions{Keys: keys, Version: 1, Clock: c}, c
}

// sent is a request with the cookies that an answer set.
func sent(cookies []*http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "https://praxis.example.org/", nil)
	for _, c := range cookies {
		if c.MaxAge >= 0 {
			r.AddCookie(c)
		}
	}
	return r
}

func kept(t testing.TB, s Sessions, value *session) []*http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.keep(w, sent(nil), value); err != nil {
		t.Fatal(err)
	}
	return w.Result().Cookies()
}

func ofBen() *session {
	return &session{Began: monday.Unix(), Checked: monday.Unix(), User: "ben@shop.example", Groups: []string{"shop"}}
}

func TestASessionCountsForAsLongAsItShould(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *Sessions, c *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie
		counts bool
	}{
		"at once": {func(_ *Sessions, _ *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie { return cookies }, true},
		"just before its end": {func(_ *Sessions, c *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			c.Step(sessionLasts - time.Second)
			return cookies
		}, true},
		"at its end": {func(_ *Sessions, c *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			c.Step(sessionLasts)
			return cookies
		}, false},
		"from the future": {func(_ *Sessions, c *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			c.Step(-time.Hour)
			return cookies
		}, false},
		"of an older version": {func(s *Sessions, _ *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			s.Version = 2
			return cookies
		}, false},
		"of another key": {func(s *Sessions, c *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			s.Keys = mustKeys(t, keyFile(t, "b"), "", c)
			return cookies
		}, false},
		"of the key before, which is kept": {func(s *Sessions, c *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			s.Keys = mustKeys(t, keyFile(t, "b"), keyFile(t, "a"), c)
			return cookies
		}, true},
		"with a letter changed": {func(_ *Sessions, _ *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			cookies[0].Value = cookies[0].Value[:10] + swapped(cookies[0].Value[10:11]) + cookies[0].Value[11:]
			return cookies
		}, false},
		"cut short": {func(_ *Sessions, _ *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			cookies[0].Value = cookies[0].Value[:len(cookies[0].Value)-4]
			return cookies
		}, false},
		"with more after it": {func(_ *Sessions, _ *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			cookies[0].Value += "AAAA"
			return cookies
		}, false},
		"said to have another part": {func(_ *Sessions, _ *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			cookies[0].Value = "2" + cookies[0].Value[1:]
			return cookies
		}, false},
		"what was sealed for something else": {func(s *Sessions, _ *clocktesting.FakeClock, cookies []*http.Cookie) []*http.Cookie {
			sealed, err := s.Keys.seal(forSignIn, ofBen())
			if err != nil {
				t.Fatal(err)
			}
			cookies[0].Value = "1." + sealed
			return cookies
		}, false},
		"of no one": {func(*Sessions, *clocktesting.FakeClock, []*http.Cookie) []*http.Cookie { return nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, clock := newSessions(t)
			cookies := c.change(&s, clock, kept(t, s, ofBen()))
			if found := s.of(sent(cookies)); (found != nil) != c.counts || found != nil && (found.User != "ben@shop.example" || !slices.Equal(found.Groups, []string{"shop"})) {
				t.Errorf("it finds %+v", found)
			}
		})
	}
}

func mustKeys(t testing.TB, current, previous string, c *clocktesting.FakeClock) *Keys {
	t.Helper()
	keys, err := NewKeys(current, previous, c)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func swapped(letter string) string {
	if letter == "A" {
		return "B"
	}
	return "A"
}

func TestCookiesGoToThisHostByHTTPSAndToNoScript(t *testing.T) {
	s, _ := newSessions(t)
	for _, c := range kept(t, s, ofBen()) {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != int(sessionLasts.Seconds()) {
			t.Errorf("the cookie is %s", c)
		}
		if strings.Contains(c.Value, "ben") {
			t.Errorf("it says who it is of: %s", c.Value)
		}
	}
}

// many are names of groups that pack badly, as those of some providers do.
func many(n int) []string {
	groups := make([]string, n)
	for i := range groups {
		sum := uint64(i+1) * 0x9e3779b97f4a7c15
		groups[i] = fmt.Sprintf("%08x-%04x-%04x-%016x", sum>>32, sum>>16&0xffff, sum&0xffff, sum*0xbf58476d1ce4e5b9)
	}
	return groups
}

func TestALargeSessionIsSpreadOverCookies(t *testing.T) {
	s, _ := newSessions(t)
	large := ofBen()
	large.Groups = many(500)
	cookies := kept(t, s, large)
	if len(cookies) < 2 {
		t.Fatalf("500 groups are in %d cookies", len(cookies))
	}
	for _, c := range cookies {
		if size := len(c.Name) + len(c.Value); size > 4096 {
			t.Errorf("%s has %d bytes", c.Name, size)
		}
	}
	if found := s.of(sent(cookies)); found == nil || !slices.Equal(found.Groups, large.Groups) {
		t.Errorf("it finds %+v", found)
	}
	if found := s.of(sent(cookies[:len(cookies)-1])); found != nil {
		t.Error("a session counts of which a part is missing")
	}
	mixed := slices.Clone(cookies)
	other := ofBen()
	other.Groups = many(501)[1:]
	mixed[1] = kept(t, s, other)[1]
	if found := s.of(sent(mixed)); found != nil {
		t.Error("a session counts that is put together from two")
	}
	// A smaller one takes the further cookies away.
	w := httptest.NewRecorder()
	if err := s.keep(w, sent(cookies), ofBen()); err != nil {
		t.Fatal(err)
	}
	gone := 0
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			gone++
		}
	}
	if gone != len(cookies)-1 {
		t.Errorf("%d of %d cookies are taken away", gone, len(cookies)-1)
	}
	large.Groups = many(4000)
	if err := s.keep(httptest.NewRecorder(), sent(nil), large); !errors.Is(err, errTooLarge) {
		t.Errorf("a session that is too large says %v", err)
	}
}

func TestTwoHundredGroupsFitIntoWhatServersTakeAsAHeader(t *testing.T) {
	s, _ := newSessions(t)
	large := ofBen()
	large.Groups = many(200)
	total := 0
	for _, c := range kept(t, s, large) {
		total += len(c.Name) + len(c.Value) + 3
	}
	if total > 8<<10 {
		t.Errorf("the header has %d bytes, and servers in front take 8 KiB", total)
	}
}

func TestAKeyIsReplacedWithoutARestart(t *testing.T) {
	c := clocktesting.NewFakeClock(monday)
	folder := t.TempDir()
	current, previous := filepath.Join(folder, "key"), filepath.Join(folder, "previous-key")
	write := func(path, letter string) {
		if err := os.WriteFile(path, []byte(strings.Repeat(letter, shortestKey)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(current, "a")
	s := Sessions{Keys: mustKeys(t, current, previous, c), Version: 1, Clock: c}
	first := kept(t, s, ofBen())
	write(previous, "a")
	write(current, "b")
	c.Step(keysReadEvery)
	second := kept(t, s, ofBen())
	if s.of(sent(first)) == nil || s.of(sent(second)) == nil {
		t.Error("a session does not go on while a key is replaced")
	}
	if err := os.Remove(previous); err != nil {
		t.Fatal(err)
	}
	c.Step(keysReadEvery)
	if s.of(sent(first)) != nil || s.of(sent(second)) == nil {
		t.Error("a session of the key that is gone still counts, or one of the new key does not")
	}
	write(current, "") // while somebody edits it
	c.Step(keysReadEvery)
	if s.of(sent(second)) == nil {
		t.Error("a broken file signs everybody out")
	}
}

func TestABadKeyIsRefusedWithWhatToDo(t *testing.T) {
	c := clocktesting.NewFakeClock(monday)
	short := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(short, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{short: "has 5 bytes and needs 32: make one by `openssl rand -base64 48`", filepath.Join(t.TempDir(), "none"): "no such file"} {
		if _, err := NewKeys(path, "", c); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestNothingLeadsToAnotherHostAfterSigningIn(t *testing.T) {
	for next, want := range map[string]string{
		"": "/", "/": "/", "/map?team=a#b": "/map?team=a#b", "/week/shop/checkout": "/week/shop/checkout",
		"//evil.example": "/", "https://evil.example/": "/", "/\\evil.example": "/", "\\/evil.example": "/", "/%5cevil": "/%5cevil", "javascript:alert(1)": "/",
		"/\tevil": "/", "/a\nb": "/", "map": "/", "/auth/logout": "/", "///evil.example": "/", "/%2f/evil.example": "/", "?a": "/", "@evil.example": "/",
	} {
		if got := local(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}
