// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// By these prefixes browsers take cookies over HTTPS and for this one host only, so no
// neighbour of its domain can set them.
const (
	sessionCookie = "__Host-praxis-session"
	signInCookie  = "__Host-praxis-signin"
)

const (
	// chunk is how much of a session one cookie holds; browsers take 4,096 bytes with its name.
	chunk = 3800
	// mostChunks is how many cookies a session may take.
	mostChunks = 8
)

const errTooLarge = said(tooManyGroups)

func cookie(name, value string, lasts time.Duration) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(lasts.Seconds())}
	if value == "" || lasts <= 0 {
		c.Value, c.MaxAge = "", -1
	}
	return c
}

func nth(i int) string {
	if i == 0 {
		return sessionCookie
	}
	return sessionCookie + "-" + strconv.Itoa(i)
}

// setSession writes a sealed session as cookies, and takes away those of a longer one before
// it; an empty one is signed out. The first says how many there are.
func setSession(w http.ResponseWriter, r *http.Request, sealed string, lasts time.Duration) error {
	count := (len(sealed) + chunk - 1) / chunk
	if count > mostChunks {
		return errTooLarge
	}
	for i := range count {
		part := sealed[i*chunk : min((i+1)*chunk, len(sealed))]
		if i == 0 {
			part = strconv.Itoa(count) + "." + part
		}
		http.SetCookie(w, cookie(nth(i), part, lasts))
	}
	for i := count; i < mostChunks; i++ {
		if _, err := r.Cookie(nth(i)); err == nil {
			http.SetCookie(w, cookie(nth(i), "", 0))
		}
	}
	return nil
}

// sessionOf joins the cookies of a session; empty is none.
func sessionOf(r *http.Request) (string, error) {
	var first string
	if c, err := r.Cookie(sessionCookie); err == nil {
		first = c.Value
	}
	if first == "" {
		return "", nil
	}
	number, text, _ := strings.Cut(first, ".")
	count, err := strconv.Atoi(number)
	if err != nil || count < 1 || count > mostChunks {
		return "", errNotOurs
	}
	var joined strings.Builder
	joined.WriteString(text)
	for i := 1; i < count; i++ {
		part, err := r.Cookie(nth(i))
		if err != nil {
			return "", errNotOurs
		}
		joined.WriteString(part.Value)
	}
	return joined.String(), nil
}
