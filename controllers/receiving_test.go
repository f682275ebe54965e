// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certified is a folder with a certificate for this machine, and who trusts it.
func certified(t *testing.T) (string, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	folder, pool := t.TempDir(), x509.NewCertPool()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool.AppendCertsFromPEM(certificate)
	for name, text := range map[string][]byte{"tls.crt": certificate, "tls.key": pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private})} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder, pool
}

func TestTheReceiverIsServedOverHTTPAndHTTPS(t *testing.T) {
	s := fromForge(t).ready()
	folder, pool := certified(t)
	for scheme, certificates := range map[string]string{"http": "", "https": folder} {
		t.Run(scheme, func(t *testing.T) {
			probe, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			s.must(err)
			address := probe.Addr().String()
			s.must(probe.Close())
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				ended <- (&receiving{ReceiverOptions: ReceiverOptions{Address: address, Certificates: certificates}, sources: s.sources}).Start(ctx)
			}()
			client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
			var status int
			s.must(eventually(t.Context(), func(ctx context.Context) (bool, error) {
				request, err := http.NewRequestWithContext(ctx, http.MethodPost, scheme+"://"+address+"/hooks/"+s.ns+"/shop-repo", strings.NewReader("{}"))
				if err != nil {
					return false, err
				}
				response, err := client.Do(request)
				if err != nil {
					return false, nil // it is about to listen
				}
				status = response.StatusCode
				return true, response.Body.Close()
			}))
			if status != http.StatusUnauthorized {
				t.Errorf("an unsigned request is %d", status)
			}
			stop()
			if err := <-ended; err != nil {
				t.Errorf("it ends with %v", err)
			}
		})
	}
	if err := (&receiving{ReceiverOptions: ReceiverOptions{Address: "nowhere:0:0"}, sources: s.sources}).Start(t.Context()); err == nil || !strings.Contains(err.Error(), "-receiver-bind-address=nowhere:0:0") {
		t.Errorf("an address that is none is %v", err)
	}
}
