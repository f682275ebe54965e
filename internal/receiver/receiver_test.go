// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
)

// cluster is what the receiver needs, in memory.
type cluster struct {
	mu       sync.Mutex
	sources  map[string]*praxisv1.EvidenceSource
	secrets  [][]byte
	broken   error // of the API server
	panics   bool
	unusable bool     // the Secret is not there, or may not be read
	last     [][]byte // what it had until then
	pieces   map[string]int
	recorded []praxisv1.SourceEvent
	observed map[string]int
	hold     chan struct{} // closed to let Take go on; nil holds nothing
}

func (c *cluster) Find(_ context.Context, namespace, name string) (*praxisv1.EvidenceSource, error) {
	return c.sources[namespace+"/"+name], nil
}

func (c *cluster) Secrets(context.Context, *praxisv1.EvidenceSource, bool) ([][]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unusable {
		return nil, &Unreadable{Last: c.last}
	}
	if c.secrets == nil {
		return nil, errors.New("the Secret is not there")
	}
	return c.secrets, nil
}

func (c *cluster) Claims(context.Context, *praxisv1.OIDCSource, string) (map[string]any, error) {
	return nil, &InvalidToken{errors.New("not here")}
}

func (c *cluster) Store(_ context.Context, s *praxisv1.EvidenceSource, _ string, made *source.Outcome) ([]praxisv1.SourceEvent, error) {
	if c.hold != nil {
		<-c.hold
	}
	if c.panics {
		panic("a rule that nobody has thought of")
	}
	drafts, failures := made.Drafts, made.Failures
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken != nil {
		return nil, c.broken
	}
	var events []praxisv1.SourceEvent
	for i := range drafts {
		name, outcome := source.Name(s, drafts[i].Rule, drafts[i].ID), praxisv1.SourceMade
		if c.pieces[name]++; c.pieces[name] > 1 {
			outcome = praxisv1.SourceDuplicate
		}
		events = append(events, praxisv1.SourceEvent{Outcome: outcome, Evidence: name})
	}
	for _, f := range failures {
		events = append(events, praxisv1.SourceEvent{Outcome: praxisv1.SourceRuleFailed, Message: f.Message})
	}
	if len(events) == 0 {
		events = []praxisv1.SourceEvent{{Outcome: praxisv1.SourceNoMatch}}
	}
	return events, nil
}

func (c *cluster) Record(_ *praxisv1.EvidenceSource, events []praxisv1.SourceEvent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recorded = append(c.recorded, events...)
}

func (c *cluster) Observed(outcome string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(source.Outcomes, outcome) {
		panic(outcome + " is no outcome that the metrics know")
	}
	c.observed[outcome]++
}

var now = time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC)

const (
	body = `{"action": "closed", "pull_request": {"id": 7, "merged": true}}`
	path = "/hooks/shop/shop-repo"
)

func newCluster() *cluster {
	signed := &praxisv1.SignedSource{SecretRef: praxisv1.LocalReference{Name: "hook"}}
	s := &praxisv1.EvidenceSource{Spec: praxisv1.EvidenceSourceSpec{GitHub: signed, Rules: []praxisv1.SourceRule{
		{Name: "merged", When: "type == 'pull_request' && event.pull_request.merged", For: praxisv1.SourceTarget{KeyAction: "fix", Step: "ship"}, ID: "event.pull_request.id"},
	}}}
	s.Namespace, s.Name, s.UID, s.Generation = "shop", "shop-repo", "1", 1
	objects := s.DeepCopy()
	objects.UID, objects.Spec.GitHub, objects.Spec.Object = "2", nil, &praxisv1.ObjectSource{APIVersion: "batch/v1", Kind: "Job"}
	suspended := s.DeepCopy()
	suspended.UID, suspended.Spec.Suspend = "3", true
	broken := s.DeepCopy()
	broken.UID, broken.Spec.Rules[0].When = "4", "no CEL at all"
	failing := s.DeepCopy()
	failing.UID, failing.Spec.Rules[0].Quantity = "5", "event.action"
	return &cluster{
		sources: map[string]*praxisv1.EvidenceSource{"shop/shop-repo": s, "shop/jobs": objects, "shop/suspended": suspended, "shop/broken": broken, "shop/failing": failing},
		secrets: [][]byte{[]byte("new"), []byte("s3")}, pieces: map[string]int{}, observed: map[string]int{},
	}
}

func (c *cluster) serve(change func(*Limits)) *Receiver {
	limits := DefaultLimits()
	if change != nil {
		change(&limits)
	}
	return New(c, limits, func() time.Time { return now }, logr.Discard())
}

func signed(body string) string {
	mac := hmac.New(sha256.New, []byte("s3"))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// delivery is a signed one, with more headers that are given as name and value in turn.
func delivery(path, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("X-GitHub-Event", "pull_request")
	r.Header.Set("X-Hub-Signature-256", signed(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func answerTo(r *Receiver, request *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w
}

func zipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.String()
}

func TestARequestGetsTheAnswerThatItsSenderCanUse(t *testing.T) {
	long := `{"a": "` + strings.Repeat("x", 2<<20) + `"}`
	for name, c := range map[string]struct {
		request *http.Request
		change  func(*cluster)
		want    int
		says    string
	}{
		"a signed delivery":                 {request: delivery(path, body), want: 202, says: "Made: shop-repo-"},
		"one that no rule is about":         {request: delivery(path, `{"zen": "x"}`, "X-GitHub-Event", "ping"), want: 202, says: "NoMatch"},
		"one that is compressed":            {request: delivery(path, zipped(body), "Content-Encoding", "gzip"), want: 202, says: "Made"},
		"a body of two MiB":                 {request: delivery(path, long), want: 413},
		"a bomb":                            {request: delivery(path, zipped(long), "Content-Encoding", "gzip"), want: 422, says: "longer than 1048576 bytes once it is decompressed"},
		"no gzip":                           {request: delivery(path, body, "Content-Encoding", "gzip"), want: 422, says: "is gzip, and is not"},
		"half a gzip":                       {request: delivery(path, zipped(body)[:40], "Content-Encoding", "gzip"), want: 422, says: "broken"},
		"an encoding that nobody asked for": {request: delivery(path, body, "Content-Encoding", "br"), want: 422, says: "as gzip"},
		"no JSON":                           {request: delivery(path, "<xml/>"), want: 422, says: "no JSON"},
		"a form":                            {request: delivery(path, "payload=1", "Content-Type", "application/x-www-form-urlencoded"), want: 422, says: "set the content type"},
		"a rule that fails":                 {request: delivery("/hooks/shop/failing", body), want: 422, says: "quantity gives closed"},
		"a rule that is no CEL":             {request: delivery("/hooks/shop/broken", body), want: 503, says: "condition Stalled"},
		"a source that is suspended":        {request: delivery("/hooks/shop/suspended", body), want: 202, says: "Suspended"},
		"the API server is away":            {request: delivery(path, body), change: func(c *cluster) { c.broken = errors.New("away") }, want: 503},
		"the Secret is away":                {request: delivery(path, body), change: func(c *cluster) { c.secrets = nil }, want: 503},
		"the Secret cannot be read since":   {request: delivery(path, body), change: func(c *cluster) { c.unusable, c.last = true, c.secrets }, want: 503},
		"it is signed with another then":    {request: delivery(path, body), change: func(c *cluster) { c.unusable, c.last = true, [][]byte{[]byte("another")} }, want: 401},
		"it never could be read":            {request: delivery(path, body), change: func(c *cluster) { c.unusable = true }, want: 401},
		"something that panics":             {request: delivery(path, body), change: func(c *cluster) { c.panics = true }, want: 503},
		"no POST":                           {request: httptest.NewRequest(http.MethodGet, path, nil), want: 405},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := newCluster()
			if c.change != nil {
				c.change(cluster)
			}
			w := answerTo(cluster.serve(nil), c.request)
			if w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("it is %d %q, want %d %q", w.Code, w.Body, c.want, c.says)
			}
			if c.want == 503 && w.Header().Get("Retry-After") == "" {
				t.Error("it does not say when to try again")
			}
		})
	}
}

func TestWhoeverIsNotTheSenderLearnsNothing(t *testing.T) {
	reference := answerTo(newCluster().serve(nil), delivery("/hooks/shop/nothing", body))
	if reference.Code != http.StatusUnauthorized || reference.Body.Len() != 0 {
		t.Fatalf("an unknown source is %d %q", reference.Code, reference.Body)
	}
	unsigned := delivery(path, body)
	unsigned.Header.Del("X-Hub-Signature-256")
	twice := delivery(path, body)
	twice.Header.Add("X-Hub-Signature-256", signed(body))
	for name, request := range map[string]*http.Request{
		"a wrong signature":                delivery(path, body, "X-Hub-Signature-256", signed(body+" ")),
		"no signature":                     unsigned,
		"two signatures":                   twice,
		"an empty signature":               delivery(path, body, "X-Hub-Signature-256", ""),
		"another namespace":                delivery("/hooks/other/shop-repo", body),
		"a source of objects":              delivery("/hooks/shop/jobs", body),
		"a rule that is no CEL":            delivery("/hooks/shop/broken", body, "X-Hub-Signature-256", "sha256=00"),
		"a suspended source":               delivery("/hooks/shop/suspended", body, "X-Hub-Signature-256", "sha256=00"),
		"a path that is none":              delivery("/hooks/shop", body),
		"a path that goes on":              delivery(path+"/more", body),
		"a path outside":                   delivery("/metrics", body),
		"a bomb that nobody signed":        delivery(path, zipped(strings.Repeat(" ", 1<<21)), "Content-Encoding", "gzip", "X-Hub-Signature-256", "sha256=00"),
		"a bearer token for a signed body": delivery(path, body, "X-Hub-Signature-256", "sha256=00", "Authorization", "Bearer s3"),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster()
			w := answerTo(c.serve(nil), request)
			if w.Code != reference.Code || w.Body.String() != reference.Body.String() || !sameHeaders(w.Header(), reference.Header()) {
				t.Errorf("it is %d %q %v", w.Code, w.Body, w.Header())
			}
			if len(c.recorded) != 0 || len(c.pieces) != 0 || c.observed[source.Unauthorized] != 1 {
				t.Errorf("it left %v, %v, %v", c.recorded, c.pieces, c.observed)
			}
		})
	}
}

func sameHeaders(a, b http.Header) bool {
	for name := range a {
		if a.Get(name) != b.Get(name) {
			return false
		}
	}
	return len(a) == len(b)
}

func TestWithoutItsSecretASourceIsAsIfItWereNotThere(t *testing.T) {
	c := newCluster()
	c.unusable = true
	if w := answerTo(c.serve(nil), delivery(path, body)); w.Code != http.StatusUnauthorized || w.Body.Len() != 0 || len(c.pieces) != 0 {
		t.Errorf("it is %d %q", w.Code, w.Body)
	}
}

func TestADeliveryCountsOnceHoweverOftenItComes(t *testing.T) {
	c := newCluster()
	r := c.serve(func(l *Limits) { l.PerSecond, l.Burst = 1e6, 1e6 })
	var senders sync.WaitGroup
	for i := range 1000 {
		senders.Go(func() {
			if w := answerTo(r, delivery(path, body, "X-GitHub-Delivery", strings.Repeat("x", i%7))); w.Code != http.StatusAccepted {
				t.Errorf("it is %d", w.Code)
			}
		})
	}
	senders.Wait()
	if len(c.pieces) != 1 || c.observed["Made"] != 1 || c.observed["Duplicate"] != 999 {
		t.Errorf("%d pieces; %v", len(c.pieces), c.observed)
	}
}

func TestAFloodIsSentAwayBeforeItIsRead(t *testing.T) {
	c := newCluster()
	r := c.serve(func(l *Limits) { l.PerSecond, l.Burst = 1, 3 })
	for _, of := range []string{path, "/hooks/shop/nothing"} {
		var codes []int
		for range 5 {
			codes = append(codes, answerTo(r, delivery(of, body)).Code)
		}
		if codes[0] == 429 || codes[2] == 429 || codes[3] != 429 || codes[4] != 429 {
			t.Errorf("%s gets %v", of, codes)
		}
	}
}

func TestWhatDoesNotFitIsToComeAgain(t *testing.T) {
	c := newCluster()
	c.hold = make(chan struct{})
	r := c.serve(func(l *Limits) { l.Bytes, l.Queue = 8<<10, 16<<10 })
	var waiting sync.WaitGroup
	codes := make(chan int, 20)
	for range 20 {
		waiting.Go(func() { codes <- answerTo(r, delivery(path, body)).Code })
	}
	for range 16 { // all but the four that fit
		if code := <-codes; code != http.StatusServiceUnavailable {
			t.Fatalf("one of those that do not fit is %d", code)
		}
	}
	close(c.hold)
	waiting.Wait()
	for range 4 {
		if code := <-codes; code != http.StatusAccepted {
			t.Errorf("one of those that fit is %d", code)
		}
	}
}

func FuzzNoRequestMakesAPanic(f *testing.F) {
	f.Add(path, body, "gzip", "pull_request")
	f.Add("/hooks/", zipped(body), "gzip", "")
	f.Fuzz(func(t *testing.T, at, text, encoding, kind string) {
		c := newCluster()
		delete(c.sources, "shop/broken") // which is unavailable by itself
		r := delivery(path, text)
		r.URL.Path = at
		r.Header["Content-Encoding"], r.Header["X-Github-Event"] = []string{encoding}, []string{kind}
		if w := answerTo(c.serve(nil), r); w.Code < 200 || w.Code > 599 || c.observed[source.Unavailable] > 0 {
			t.Fatalf("it is %d", w.Code)
		}
	})
}
