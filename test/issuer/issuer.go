// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package issuer is an identity provider for tests: OpenID Connect by code with PKCE and with
// renewal, on the loopback interface. It vouches for whom a test says, without asking.
package issuer

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// ClientID and ClientSecret are of the one client that it knows.
const ClientID, ClientSecret = "praxis", "a secret & more"

// Issuer is a provider that runs.
type Issuer struct {
	*httptest.Server
	// CAFile holds its certificate.
	CAFile string

	mu     sync.Mutex
	claims map[string]any
	spoils func(claims map[string]any)
	answer func(w http.ResponseWriter, r *http.Request) bool
	key    *rsa.PrivateKey
	number int
	codes  map[string]url.Values // of a code to how it was asked for
	fresh  map[string]map[string]any
	bare   bool
	now    func() time.Time
	Asked  map[string]int // how often each path was asked for
}

// Start runs a provider until the test ends. Its tokens are of the time that now says.
func Start(t testing.TB, now func() time.Time) *Issuer {
	t.Helper()
	i := &Issuer{codes: map[string]url.Values{}, fresh: map[string]map[string]any{}, Asked: map[string]int{}, now: now}
	i.NewKey(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.discover)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("GET /authorize", i.authorize)
	mux.HandleFunc("POST /token", i.token)
	i.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		i.Asked[r.URL.Path]++
		answer := i.answer
		i.mu.Unlock()
		if answer == nil || !answer(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(i.Close)
	i.CAFile = filepath.Join(t.TempDir(), "ca.crt")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Certificate().Raw})
	if err := os.WriteFile(i.CAFile, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	return i
}

// VouchFor sets what it says of whoever signs in next.
func (i *Issuer) VouchFor(claims map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.claims = claims
}

// Spoil lets a test change what is signed.
func (i *Issuer) Spoil(spoils func(claims map[string]any)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.spoils = spoils
}

// Answer lets a test answer in its place, where it returns true; nil answers nothing.
func (i *Issuer) Answer(answer func(w http.ResponseWriter, r *http.Request) bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = answer
}

// NewKey lets it sign with another key from now on, and publish only that.
func (i *Issuer) NewKey(t testing.TB) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key = key
	i.number++
}

// Forget lets nothing that it gave out be renewed any more.
func (i *Issuer) Forget() {
	i.mu.Lock()
	defer i.mu.Unlock()
	clear(i.fresh)
}

// RenewBare lets it renew without saying whose a session is, as the standard allows.
func (i *Issuer) RenewBare() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.bare = true
}

func (i *Issuer) discover(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
	})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	public := i.key.PublicKey
	write(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": fmt.Sprint("key-", i.number),
		"n": encode(public.N.Bytes()), "e": encode(big.NewInt(int64(public.E)).Bytes()),
	}}})
}

// authorize sends back with a code, as if somebody had signed in.
func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("client_id") != ClientID || query.Get("code_challenge_method") != "S256" || query.Get("nonce") == "" || query.Get("state") == "" {
		http.Error(w, "the request lacks something: "+r.URL.RawQuery, http.StatusBadRequest)
		return
	}
	code := rand.Text()
	i.mu.Lock()
	i.codes[code] = query
	i.mu.Unlock()
	http.Redirect(w, r, query.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {query.Get("state")}}.Encode(), http.StatusFound)
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	} else {
		secret, _ = url.QueryUnescape(secret) // as the standard asks for; the library escapes it
	}
	if id != ClientID || secret != ClientSecret {
		write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	claims := maps.Clone(i.claims)
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		asked, known := i.codes[r.PostFormValue("code")]
		delete(i.codes, r.PostFormValue("code"))
		challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !known || asked.Get("code_challenge") != encode(challenge[:]) || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") {
			write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
			return
		}
		claims["nonce"] = asked.Get("nonce")
	case "refresh_token":
		if _, known := i.fresh[r.PostFormValue("refresh_token")]; !known {
			write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
			return
		}
		delete(i.fresh, r.PostFormValue("refresh_token")) // it serves once
	}
	now := i.now()
	maps.Copy(claims, map[string]any{"iss": i.URL, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()})
	if i.spoils != nil {
		i.spoils(claims)
	}
	refresh := rand.Text()
	i.fresh[refresh] = claims
	answer := map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 300, "refresh_token": refresh, "id_token": i.sign(claims)}
	if i.bare && r.PostFormValue("grant_type") == "refresh_token" {
		delete(answer, "id_token")
	}
	write(w, http.StatusOK, answer)
}

func (i *Issuer) sign(claims map[string]any) string {
	header, _ := json.Marshal(map[string]any{"alg": "RS256", "typ": "JWT", "kid": fmt.Sprint("key-", i.number)})
	body, _ := json.Marshal(claims)
	text := encode(header) + "." + encode(body)
	hash := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, hash[:])
	if err != nil {
		return ""
	}
	return text + "." + encode(signature)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func write(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client is gone
}
