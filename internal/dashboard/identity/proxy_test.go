// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http"
	"strings"
	"testing"
)

func TestOnlyTheProxySaysWhoSomebodyIs(t *testing.T) {
	certificate := func(name string, dns ...string) *tls.ConnectionState {
		return &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{{Subject: pkix.Name{CommonName: name}, DNSNames: dns}}}}
	}
	ben := http.Header{"X-Remote-User": {"ben@shop.example"}, "X-Remote-Group": {"shop", "cn=a,ou=b"}}
	for name, c := range map[string]struct {
		tls       *tls.ConnectionState
		header    http.Header
		separator string
		says      string
	}{
		"by its name":                          {certificate("front"), ben, "", "ben@shop.example shop,cn=a,ou=b"},
		"by a DNS name":                        {certificate("", "any", "front"), ben, "", "ben@shop.example shop,cn=a,ou=b"},
		"with groups in one header":            {certificate("front"), http.Header{"X-Remote-User": {"ben"}, "X-Remote-Group": {"a| b |"}}, "|", "ben a,b"},
		"who has not signed in there":          {certificate("front"), http.Header{"X-Remote-Group": {"shop"}}, "", "nobody"},
		"without HTTPS":                        {nil, ben, "", "this address is for the proxy"},
		"without a certificate":                {&tls.ConnectionState{}, ben, "", "this address is for the proxy"},
		"with one that nobody verified":        {&tls.ConnectionState{PeerCertificates: certificate("front").VerifiedChains[0]}, ben, "", "this address is for the proxy"},
		"with another name":                    {certificate("frontier"), ben, "", "this address is for the proxy"},
		"without a name":                       {certificate(""), ben, "", "this address is for the proxy"},
		"with two users":                       {certificate("front"), http.Header{"X-Remote-User": {"ana", "ben"}}, "", "2 user names"},
		"with an empty user":                   {certificate("front"), http.Header{"X-Remote-User": {""}}, "", "you have no user name"},
		"as an administrator of the server":    {certificate("front"), http.Header{"X-Remote-User": {"ben"}, "X-Remote-Group": {"system:masters"}}, "", "the API server's own"},
		"as an account":                        {certificate("front"), http.Header{"X-Remote-User": {"system:serviceaccount:a:b"}}, "", "the API server's own"},
		"with a name of two lines":             {certificate("front"), http.Header{"X-Remote-User": {"ben\r\nX: y"}}, "", "cannot be the name"},
		"with a name without end":              {certificate("front"), http.Header{"X-Remote-User": {strings.Repeat("x", 2000)}}, "", "cannot be the name"},
		"with more groups than anybody has":    {certificate("front"), http.Header{"X-Remote-User": {"ben"}, "X-Remote-Group": many(mostGroups + 1)}, "", "1001 groups"},
		"with a group without a name":          {certificate("front"), http.Header{"X-Remote-User": {"ben"}, "X-Remote-Group": {""}}, "", "ben "},
		"with what only looks like its header": {certificate("front"), http.Header{"X_remote_user": {"ana"}, "X-Remote-User-Extra": {"ana"}}, "", "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			mode := &Proxy{Names: []string{"front"}, UserHeader: "X-Remote-User", GroupsHeader: "X-Remote-Group", Separator: c.separator}
			r := sent(nil)
			r.TLS, r.Header = c.tls, c.header.Clone()
			if got := says(t, asks(t, mode, r)); !strings.Contains(got, c.says) || strings.HasPrefix(c.says, "nobody") && got != "nobody" {
				t.Errorf("it is from %q, want %q", got, c.says)
			}
		})
	}
}
