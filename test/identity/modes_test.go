// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/test/issuer"
)

// way is a dashboard with one way to find out who people are.
type way struct {
	*httptest.Server
	// signedIn is a browser of somebody; of nobody where the name is empty.
	signedIn func(t *testing.T, user string) *http.Client
}

func browser(t *testing.T, s *httptest.Server) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: s.Client().Transport, Jar: jar, Timeout: 30 * time.Second}
}

func sessions(t *testing.T) identity.Sessions {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(rand.Text()+rand.Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := identity.NewKeys(file, "", clock.RealClock{})
	if err != nil {
		t.Fatal(err)
	}
	return identity.Sessions{Keys: keys, Version: 1, Clock: clock.RealClock{}}
}

func ways(t *testing.T) map[string]*way {
	t.Helper()
	return map[string]*way{"token": byToken(t), "oidc": byProvider(t), "proxy": byProxy(t)}
}

func byToken(t *testing.T) *way {
	t.Helper()
	mode := identity.NewToken(sessions(t), here.access.Whose, identity.Plain)
	s := httptest.NewTLSServer(whole(t, mode))
	t.Cleanup(s.Close)
	return &way{Server: s, signedIn: func(t *testing.T, user string) *http.Client {
		t.Helper()
		b := browser(t, s)
		if user != "" {
			post(t, b, s.URL+"/auth/login", url.Values{"token": {tokenOf(user)}, "next": {"/who"}}, user)
		}
		return b
	}}
}

func byProvider(t *testing.T) *way {
	t.Helper()
	provider := issuer.Start(t, time.Now)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(issuer.ClientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(nil)
	claims, err := identity.NewClaims("claims.email", "has(claims.groups) ? claims.groups : []", `claims.email_verified ? "" : "verify it first"`)
	if err != nil {
		t.Fatal(err)
	}
	mode, err := identity.NewOIDC(sessions(t), identity.Provider{
		Issuer: provider.URL, ClientID: issuer.ClientID, SecretFile: secret, CAFile: provider.CAFile,
		PublicURL: "https://" + s.Listener.Addr().String(), Scopes: []string{"email", "groups"},
	}, claims, identity.Plain, logr.Discard())
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = whole(t, mode)
	s.StartTLS()
	t.Cleanup(s.Close)
	return &way{Server: s, signedIn: func(t *testing.T, user string) *http.Client {
		t.Helper()
		b := browser(t, s)
		if user != "" {
			provider.VouchFor(map[string]any{"sub": "id-of-" + user, "email": user, "email_verified": true, "groups": groupsOf[user]})
			get(t, b, s.URL+"/auth/login?next=/who", user)
		}
		return b
	}}
}

func byProxy(t *testing.T) *way {
	t.Helper()
	ca, certificate := signed(t, "front-proxy")
	mode := &identity.Proxy{Names: []string{"front-proxy"}, UserHeader: "X-Remote-User", GroupsHeader: "X-Remote-Group"}
	s := httptest.NewUnstartedServer(whole(t, mode))
	s.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca}
	s.StartTLS()
	t.Cleanup(s.Close)
	return &way{Server: s, signedIn: func(t *testing.T, user string) *http.Client {
		t.Helper()
		transport := s.Client().Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.Certificates = []tls.Certificate{certificate}
		t.Cleanup(transport.CloseIdleConnections)
		return &http.Client{Timeout: 30 * time.Second, Transport: proxied{transport, user}}
	}}
}

// proxied is a browser behind the proxy, which says who it is.
type proxied struct {
	next http.RoundTripper
	user string
}

func (p proxied) RoundTrip(r *http.Request) (*http.Response, error) {
	if r = r.Clone(r.Context()); p.user != "" {
		r.Header.Set("X-Remote-User", p.user)
		r.Header["X-Remote-Group"] = groupsOf[p.user]
	}
	return p.next.RoundTrip(r)
}

// signed is a client certificate with a name, and who signed it.
func signed(t *testing.T, name string) (*x509.CertPool, tls.Certificate) {
	t.Helper()
	make := func(template, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if parent == nil {
			parent, by = template, key
		}
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := x509.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		return certificate, key
	}
	ca, caKey := make(&x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ca"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, nil)
	leaf, key := make(&x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, ca, caKey)
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return pool, tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}
}

// tries lets whoever a request is from read and write what its address says.
func tries(who identity.Authenticator) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, do func(context.Context, identity.Person, *http.Request) (string, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			p, err := who.Person(r)
			if err != nil || p == nil {
				http.Error(w, "nobody is signed in", http.StatusUnauthorized)
				return
			}
			said, err := do(context.WithValue(r.Context(), expectedKey{}, p.User), *p, r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusForbidden)
				return
			}
			_, _ = io.WriteString(w, said)
		})
	}
	handle("GET /who", func(_ context.Context, p identity.Person, _ *http.Request) (string, error) { return p.User, nil })
	handle("GET /namespaces", func(ctx context.Context, p identity.Person, _ *http.Request) (string, error) {
		found, err := here.access.Namespaces(ctx, p)
		return strings.Join(found, " "), err
	})
	handle("GET /read/{what}", func(ctx context.Context, p identity.Person, r *http.Request) (string, error) {
		return reads[r.PathValue("what")](ctx, here.access.Client(p), r.URL.Query().Get("namespace"))
	})
	handle("POST /write/{what}", func(ctx context.Context, p identity.Person, r *http.Request) (string, error) {
		return "done", writes[r.PathValue("what")](ctx, here.access.Client(p))
	})
	return mux
}

func answered(t *testing.T, response *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// get asks for an address, and fails where the answer lacks a text.
func get(t *testing.T, b *http.Client, address, says string) {
	t.Helper()
	response, err := b.Get(address)
	if text := answered(t, response, err); says == "" && text != "" || !strings.Contains(text, says) {
		t.Errorf("GET %s says %.400q, want %q", address, text, says)
	}
}

func post(t *testing.T, b *http.Client, address string, form url.Values, says string) {
	t.Helper()
	response, err := b.PostForm(address, form)
	if text := answered(t, response, err); !strings.Contains(text, says) {
		t.Errorf("POST %s says %.400q, want %q", address, text, says)
	}
}
