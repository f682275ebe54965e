// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// platform is an issuer of tokens on this machine, over HTTPS.
type platform struct {
	*httptest.Server
	key   *rsa.PrivateKey
	asked int
	away  bool
}

func newPlatform(t *testing.T) *platform {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &platform{key: key}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked++
		switch {
		case p.away:
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.URL.Path == "/.well-known/openid-configuration":
			_ = json.NewEncoder(w).Encode(map[string]any{
				"issuer": p.URL, "jwks_uri": p.URL + "/keys", "authorization_endpoint": p.URL, "token_endpoint": p.URL, "id_token_signing_alg_values_supported": []string{"RS256"},
			})
		default:
			_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// token has the claims of a run, changed.
func (p *platform) token(t *testing.T, key any, algorithm jose.SignatureAlgorithm, change map[string]any) string {
	t.Helper()
	claims := map[string]any{"iss": p.URL, "aud": "praxis", "sub": "repo:shop/checkout", "exp": now.Add(5 * time.Minute).Unix(), "iat": now.Unix(), "repository": "shop/checkout", "run_id": 9007199254740993}
	for name, value := range change {
		claims[name] = value
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "1"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATokenProvesWhoSignedItForUsAndIsValidNow(t *testing.T) {
	p := newPlatform(t)
	another, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	tokens := NewTokens([]string{p.URL}, p.Client(), func() time.Time { return now })
	spec := &praxisv1.OIDCSource{Issuer: p.URL, Audience: "praxis"}
	claims, err := tokens.Claims(context.Background(), spec, p.token(t, p.key, jose.RS256, nil))
	if err != nil || claims["repository"] != "shop/checkout" || claims["run_id"] != int64(9007199254740993) {
		t.Fatalf("it says %v (%v)", claims, err)
	}
	for name, token := range map[string]string{
		"signed by another":          p.token(t, another, jose.RS256, nil),
		"signed with the public key": p.token(t, []byte("0123456789abcdef0123456789abcdef"), jose.HS256, nil),
		"for another audience":       p.token(t, p.key, jose.RS256, map[string]any{"aud": "vault"}),
		"of another issuer":          p.token(t, p.key, jose.RS256, map[string]any{"iss": "https://issuer.example"}),
		"that is over":               p.token(t, p.key, jose.RS256, map[string]any{"exp": now.Add(-time.Minute).Unix()}),
		"that is yet to come":        p.token(t, p.key, jose.RS256, map[string]any{"nbf": now.Add(time.Hour).Unix()}),
		"without a signature":        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.",
		"that is none":               "s3",
		"that is empty":              "",
	} {
		t.Run(name, func(t *testing.T) {
			if claims, err := tokens.Claims(context.Background(), spec, token); !isInvalid(err) {
				t.Errorf("a token %s says %v (%v)", name, claims, err)
			}
		})
	}
}

func isInvalid(err error) bool {
	_, is := errors.AsType[*InvalidToken](err)
	return is
}

func TestOnlyIssuersThatAreAllowedAreAsked(t *testing.T) {
	p := newPlatform(t)
	tokens := NewTokens([]string{"https://issuer.example"}, p.Client(), func() time.Time { return now })
	if _, err := tokens.Claims(context.Background(), &praxisv1.OIDCSource{Issuer: p.URL, Audience: "praxis"}, p.token(t, p.key, jose.RS256, nil)); !isInvalid(err) || p.asked != 0 {
		t.Errorf("it was asked %d times: %v", p.asked, err)
	}
}

func TestAnIssuerThatIsAwayIsAskedAgainAfterAPause(t *testing.T) {
	p := newPlatform(t)
	p.away = true
	at := now
	tokens := NewTokens([]string{p.URL}, p.Client(), func() time.Time { return at })
	spec, token := &praxisv1.OIDCSource{Issuer: p.URL, Audience: "praxis"}, p.token(t, p.key, jose.RS256, nil)
	for range 3 {
		if _, err := tokens.Claims(context.Background(), spec, token); err == nil || isInvalid(err) {
			t.Fatalf("it says %v", err)
		}
	}
	if p.asked != 1 {
		t.Errorf("it was asked %d times within the pause", p.asked)
	}
	p.away, at = false, at.Add(pause)
	if _, err := tokens.Claims(context.Background(), spec, token); err != nil {
		t.Errorf("after the pause it says %v", err)
	}
}

func TestAnIssuerMayNotSendUsElsewhere(t *testing.T) {
	elsewhere := newPlatform(t)
	redirects := httptest.NewTLSServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	t.Cleanup(redirects.Close)
	tokens := NewTokens([]string{redirects.URL}, redirects.Client(), func() time.Time { return now })
	if _, err := tokens.Claims(context.Background(), &praxisv1.OIDCSource{Issuer: redirects.URL, Audience: "praxis"}, "x.y.z"); err == nil || elsewhere.asked != 0 {
		t.Errorf("it says %v, and the other was asked %d times", err, elsewhere.asked)
	}
}
