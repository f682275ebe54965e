// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package signature tells whether a sender knows the secret of an EvidenceSource: one table of the
// headers and forms in which senders show it. It is pure. Everything is compared in constant time,
// and each secret is tried whatever the others came to, so that nothing is learnt from how long an
// answer takes.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Window is how far the time that a sender signed may be from ours.
const Window = 5 * time.Minute

// mostSignatures is how many signatures of one header are looked at; a sender that rotates its
// secret sends two.
const mostSignatures = 8

// form is one way to show a secret: a header, and whether its value shows that secret.
type form struct {
	header string
	shows  func(value string, r *http.Request, body, secret []byte, now time.Time) bool
}

// forms are those of each type of source, by the name of its field. The first header that a
// request has decides: a signature that is wrong is not made good by a token beside it.
var forms = map[string][]form{
	"github":       {{"X-Hub-Signature-256", hexDigest("sha256=")}},
	"gitea":        {{"X-Gitea-Signature", hexDigest("")}, {"X-Forgejo-Signature", hexDigest("")}, {"X-Hub-Signature-256", hexDigest("sha256=")}},
	"gitlab":       {{"Webhook-Signature", standardWebhook}, {"X-Gitlab-Token", plain}},
	"webhook":      {{"Webhook-Signature", standardWebhook}},
	"cloudEvents":  {{"Webhook-Signature", standardWebhook}, {"Authorization", bearer}},
	"alertmanager": {{"Authorization", bearerOrBasic}},
}

// Valid reports whether a request of a type of source shows one of the secrets. Empty secrets show
// nothing. A request without any known header, or with one of them twice, is never valid.
func Valid(kind string, r *http.Request, body []byte, secrets [][]byte, now time.Time) bool {
	valid := 0
	for _, f := range forms[kind] {
		values := r.Header.Values(f.header)
		if len(values) == 0 {
			continue
		}
		for _, secret := range secrets {
			if f.shows(values[0], r, body, secret, now) && len(secret) > 0 && len(values) == 1 {
				valid |= 1
			}
		}
		break
	}
	return valid == 1
}

// Known reports whether there is a form for a type of source.
func Known(kind string) bool { return len(forms[kind]) > 0 }

func digest(secret []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, secret)
	for _, part := range parts {
		mac.Write(part) // never fails
	}
	return mac.Sum(nil)
}

// hexDigest is the digest of the body in hexadecimal digits, after a prefix.
func hexDigest(prefix string) func(string, *http.Request, []byte, []byte, time.Time) bool {
	return func(value string, _ *http.Request, body, secret []byte, _ time.Time) bool {
		digits, found := strings.CutPrefix(value, prefix)
		said, err := hex.DecodeString(digits)
		return hmac.Equal(said, digest(secret, body)) && found && err == nil
	}
}

// plain is the secret itself. Digests are compared, so that not even its length is learnt.
func plain(value string, _ *http.Request, _, secret []byte, _ time.Time) bool {
	said, is := sha256.Sum256([]byte(value)), sha256.Sum256(secret)
	return subtle.ConstantTimeCompare(said[:], is[:]) == 1
}

func bearer(value string, r *http.Request, body, secret []byte, now time.Time) bool {
	scheme, token, _ := strings.Cut(value, " ")
	return plain(token, r, body, secret, now) && strings.EqualFold(scheme, "Bearer")
}

// bearerOrBasic takes the secret as a bearer token, or as the password of any user.
func bearerOrBasic(value string, r *http.Request, body, secret []byte, now time.Time) bool {
	if _, password, basic := r.BasicAuth(); basic {
		return plain(password, r, body, secret, now)
	}
	return bearer(value, r, body, secret, now)
}

// standardWebhook is a signature of the ID, the time and the body, as
// https://www.standardwebhooks.com says it. It is the only one that covers when it was sent.
func standardWebhook(value string, r *http.Request, body, secret []byte, now time.Time) bool {
	id, sent := r.Header.Values("Webhook-Id"), r.Header.Values("Webhook-Timestamp")
	if len(id) != 1 || len(sent) != 1 || id[0] == "" {
		return false
	}
	is := digest(webhookKey(secret), []byte(id[0]+"."+sent[0]+"."), body)
	valid := 0
	for i, signature := range strings.Fields(value) {
		if i == mostSignatures {
			break
		}
		version, encoded, _ := strings.Cut(signature, ",")
		said, err := base64.StdEncoding.DecodeString(encoded)
		if hmac.Equal(said, is) && version == "v1" && err == nil {
			valid |= 1
		}
	}
	seconds, err := strconv.ParseInt(sent[0], 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return false
	}
	return valid == 1 && now.Sub(time.Unix(seconds, 0)).Abs() <= Window
}

// webhookKey is the key that a secret stands for: whsec_ and base64, or the secret as it is.
func webhookKey(secret []byte) []byte {
	if encoded, found := strings.CutPrefix(string(secret), "whsec_"); found {
		if key, err := base64.StdEncoding.DecodeString(encoded); err == nil && len(key) > 0 {
			return key
		}
	}
	return secret
}
