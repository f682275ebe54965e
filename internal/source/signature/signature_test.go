// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package signature

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// request has the headers that are given as name and value in turn.
func request(headers ...string) *http.Request {
	r := &http.Request{Header: http.Header{}}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func signed(secret, body string) string {
	return hex.EncodeToString(digest([]byte(secret), []byte(body)))
}

// sent is when the example of Standard Webhooks was.
var sent = time.Unix(1614265330, 0)

const (
	// The examples that the senders' own documentation gives.
	githubSecret    = "It's a Secret to Everybody"
	githubBody      = "Hello, World!"
	githubSignature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
	webhookSecret   = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	webhookID       = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	webhookBody     = `{"test": 2432232314}`
	webhookSigned   = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func TestTheExamplesThatSendersDocumentAreValid(t *testing.T) {
	standard := []string{"webhook-id", webhookID, "webhook-timestamp", "1614265330", "webhook-signature", webhookSigned}
	for name, c := range map[string]struct {
		kind, secret, body string
		headers            []string
	}{
		"GitHub":                             {"github", githubSecret, githubBody, []string{"X-Hub-Signature-256", githubSignature}},
		"Gitea":                              {"gitea", "s3", "{}", []string{"X-Gitea-Signature", signed("s3", "{}")}},
		"Forgejo":                            {"gitea", "s3", "{}", []string{"X-Forgejo-Signature", signed("s3", "{}")}},
		"Gitea in the form of GitHub":        {"gitea", githubSecret, githubBody, []string{"X-Hub-Signature-256", githubSignature}},
		"GitLab with its token":              {"gitlab", "s3", "{}", []string{"X-Gitlab-Token", "s3"}},
		"GitLab with its signature":          {"gitlab", webhookSecret, webhookBody, standard},
		"Standard Webhooks":                  {"webhook", webhookSecret, webhookBody, standard},
		"CloudEvents with a signature":       {"cloudEvents", webhookSecret, webhookBody, standard},
		"CloudEvents with a token":           {"cloudEvents", "s3", "{}", []string{"Authorization", "Bearer s3"}},
		"Alertmanager with a token":          {"alertmanager", "s3", "{}", []string{"Authorization", "bearer s3"}},
		"Alertmanager with a password":       {"alertmanager", "s3", "{}", []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("praxis:s3"))}},
		"a sender that rotates its own key":  {"webhook", webhookSecret, webhookBody, append(standard[:4:4], "webhook-signature", "v1,AAAA "+webhookSigned)},
		"a header whose name is in capitals": {"github", githubSecret, githubBody, []string{"X-HUB-SIGNATURE-256", githubSignature}},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(c.headers...)
			if !Valid(c.kind, r, []byte(c.body), [][]byte{[]byte(c.secret)}, sent) {
				t.Error("it is refused")
			}
			if !Valid(c.kind, r, []byte(c.body), [][]byte{[]byte("new"), []byte(c.secret)}, sent) {
				t.Error("it is refused while the secret is rotated")
			}
			for _, secrets := range [][][]byte{nil, {nil}, {[]byte("")}, {[]byte(c.secret + "x")}, {[]byte(c.secret[:len(c.secret)-1])}} {
				if Valid(c.kind, r, []byte(c.body), secrets, sent) {
					t.Errorf("it is valid with the secrets %q", secrets)
				}
			}
		})
	}
}

func TestWhatShowsNoSecretIsRefused(t *testing.T) {
	hub := "X-Hub-Signature-256"
	at := func(seconds string) []string {
		return []string{"webhook-id", webhookID, "webhook-timestamp", seconds, "webhook-signature", webhookSigned}
	}
	for name, c := range map[string]struct {
		kind    string
		headers []string
	}{
		"no header":          {"github", nil},
		"an empty signature": {"github", []string{hub, ""}},
		"only the prefix":    {"github", []string{hub, "sha256="}},
		"no prefix":          {"github", []string{hub, strings.TrimPrefix(githubSignature, "sha256=")}},
		"the weaker digest that GitHub sends beside": {"github", []string{"X-Hub-Signature", "sha1=3dca279e731c97c38e3019a075dee9ebbd0a99f0"}},
		"the same signature twice":                   {"github", []string{hub, githubSignature, hub, githubSignature}},
		"a wrong one before the right one":           {"github", []string{hub, "sha256=00", hub, githubSignature}},
		"one digit less":                             {"github", []string{hub, githubSignature[:len(githubSignature)-1]}},
		"one digit changed":                          {"github", []string{hub, strings.Replace(githubSignature, "757", "758", 1)}},
		"another sender's header":                    {"gitlab", []string{hub, githubSignature}},
		"a wrong signature beside the right token":   {"gitlab", []string{"webhook-signature", "v1,AAAA", "X-Gitlab-Token", githubSecret}},
		"an empty token":                             {"gitlab", []string{"X-Gitlab-Token", ""}},
		"a password for a token":                     {"cloudEvents", []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("a:"+githubSecret))}},
		"a token without its scheme":                 {"alertmanager", []string{"Authorization", githubSecret}},
		"a signature without a time":                 {"webhook", []string{"webhook-id", webhookID, "webhook-signature", webhookSigned}},
		"a time that is none":                        {"webhook", at("soon")},
		"a time beyond all times":                    {"webhook", at("99999999999999999999")},
		"a type of source that is none":              {"nobody", []string{hub, githubSignature}},
	} {
		t.Run(name, func(t *testing.T) {
			if Valid(c.kind, request(c.headers...), []byte(githubBody), [][]byte{[]byte(githubSecret)}, sent) {
				t.Error("it is valid")
			}
		})
	}
}

func TestWhatWasSignedLongAgoOrIsYetToComeIsRefused(t *testing.T) {
	r := request("webhook-id", webhookID, "webhook-timestamp", "1614265330", "webhook-signature", webhookSigned)
	for late, want := range map[time.Duration]bool{0: true, Window: true, -Window: true, Window + time.Second: false, -Window - time.Second: false, 24 * time.Hour: false} {
		t.Run(late.String(), func(t *testing.T) {
			if got := Valid("webhook", r, []byte(webhookBody), [][]byte{[]byte(webhookSecret)}, sent.Add(late)); got != want {
				t.Errorf("it is valid: %v", got)
			}
		})
	}
}

func TestOneChangedBitMakesAnyDeliveryInvalid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOfN(rapid.Byte(), 1, 64).Draw(t, "secret")
		body := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "body")
		r := request("X-Hub-Signature-256", "sha256="+hex.EncodeToString(digest(secret, body)))
		if !Valid("github", r, body, [][]byte{secret}, sent) {
			t.Fatal("it is refused as it was sent")
		}
		bit := rapid.IntRange(0, len(body)*8-1).Draw(t, "bit")
		body[bit/8] ^= 1 << (bit % 8)
		if Valid("github", r, body, [][]byte{secret}, sent) {
			t.Fatal("it is valid with a bit changed")
		}
	})
}

func FuzzNoHeaderMakesASecretThatIsNotKnownValid(f *testing.F) {
	for _, value := range []string{githubSignature, webhookSigned, "Bearer x", "Basic eDp4", "", "v1, v1, v1,", "sha256=zz"} {
		f.Add("github", value, []byte("{}"))
		f.Add("gitlab", value, []byte(nil))
	}
	secrets := [][]byte{[]byte("a secret that no input has in it: 8f0c2b6a")}
	f.Fuzz(func(t *testing.T, kind, value string, body []byte) {
		for _, k := range []string{kind, "github", "gitea", "gitlab", "webhook", "cloudEvents", "alertmanager"} {
			r := request("X-Hub-Signature-256", value, "X-Gitea-Signature", value, "X-Gitlab-Token", value, "Authorization", value,
				"Webhook-Id", value, "Webhook-Timestamp", "1614265330", "Webhook-Signature", value)
			if Valid(k, r, body, secrets, sent) {
				t.Fatalf("%q is taken for the secret of %s", value, k)
			}
		}
	})
}

// A body is read before a request is known to be somebody's only where the signature is over it.
func TestOnlyWhatIsSignedOverTheBodyHasItRead(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		headers []string
		want    bool
	}{
		"a digest of the body":              {"github", []string{"X-Hub-Signature-256", "sha256=00"}, true},
		"a signature of ID, time and body":  {"gitlab", []string{"Webhook-Signature", "v1,AA=="}, true},
		"the secret itself":                 {"gitlab", []string{"X-Gitlab-Token", "hook"}, false},
		"a bearer token":                    {"alertmanager", []string{"Authorization", "Bearer hook"}, false},
		"nothing":                           {"github", nil, false},
		"a header of another type's sender": {"github", []string{"X-Gitea-Signature", "00"}, false},
		"a type that nobody signs for":      {"oidc", []string{"Authorization", "Bearer hook"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Hashes(c.kind, request(c.headers...)); got != c.want {
				t.Errorf("its body is read: %v", got)
			}
			if Known(c.kind) == (c.kind == "oidc") {
				t.Errorf("%s is known: %v", c.kind, Known(c.kind))
			}
		})
	}
}
