// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// stage is a server that is a provider, which says what it is told.
type stage struct {
	*Set
	t        *testing.T
	clock    *clocktesting.FakePassiveClock
	config   Config
	requests atomic.Int32
	mu       sync.Mutex
	forms    []string // the queries that came, with their times
	tokens   []string
}

func vector(values ...string) string {
	var samples []string
	for i, v := range values {
		samples = append(samples, fmt.Sprintf(`{"metric":{"a":"%d"},"value":[1,%q]}`, i, v))
	}
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(samples, ",") + `]}}`
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte("the secrets of whoever listens there"))
	}
}

func open(t *testing.T, answer http.HandlerFunc, with ...func(*Config)) *stage {
	s := &stage{t: t, clock: clocktesting.NewFakePassiveClock(noon)}
	server := httptest.NewServer(s.recorded(answer))
	t.Cleanup(server.Close)
	s.config = Config{Name: "main", URL: server.URL, Namespaces: []string{"shop", "pay"}, Timeout: metav1.Duration{Duration: time.Second}, QueriesPerSecond: 10}
	for _, f := range with {
		f(&s.config)
	}
	s.start()
	return s
}

func (s *stage) recorded(answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		w.Header().Set("Date", noon.Format(http.TimeFormat))
		_ = r.ParseForm()
		s.mu.Lock()
		s.forms, s.tokens = append(s.forms, r.Form.Get("query")+" at "+r.Form.Get("time")), append(s.tokens, r.Header.Get("Authorization"))
		s.mu.Unlock()
		answer(w, r)
	})
}

func (s *stage) start() {
	set, err := New(&File{Providers: []Config{s.config}}, s.clock)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Set = set
}

func asked(query string) Query {
	return Query{Namespace: "shop", PrometheusQuery: praxisv1.PrometheusQuery{Provider: "main", Query: query}, AsOf: noon, At: noon}
}

func texts(samples []measure.Sample) string {
	var all []string
	for _, s := range samples {
		all = append(all, s.Text)
	}
	return strings.Join(all, " ")
}

func TestAnAnswerIsTakenForWhatItIs(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"one sample":          {vector("91.2"), "91.2"},
		"no sample":           {vector(), ""},
		"two":                 {vector("1", "2"), "1 2"},
		"very many":           {vector(strings.Split(strings.Repeat("1 ", 999)+"1", " ")...), "1 1 1 1 1 1 1 1 1 1"},
		"no number":           {vector("NaN"), "NaN"},
		"infinity":            {vector("+Inf"), "+Inf"},
		"a large number":      {vector("1e300"), "1e+300"},
		"a scalar":            {`{"status":"success","data":{"resultType":"scalar","result":[1,"7"]}}`, "7"},
		"a range":             {`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2,"3"]]}]}}`, "3"},
		"a histogram":         {`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"1","sum":"2","buckets":[]}]}]}}`, "a histogram"},
		"with warnings":       {strings.Replace(vector("5"), `"data"`, `"warnings":["careful"],"data"`, 1), "5"},
		"a range of nothing":  {`{"status":"success","data":{"resultType":"matrix","result":[]}}`, ""},
		"an empty result set": {`{"status":"success","data":{"resultType":"vector","result":null}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			samples, failure := open(t, says(c.body)).Read(context.Background(), asked("a"))
			if failure != nil || texts(samples) != c.want {
				t.Errorf("it is %q, %v; want %q", texts(samples), failure, c.want)
			}
		})
	}
}

func TestAProviderThatGivesNoAnswerSaysWhatToDo(t *testing.T) {
	hangs := func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		select {
		case <-r.Context().Done():
		case <-t.Context().Done():
		}
	}
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, _ = zip.Write(make([]byte, 50<<20))
	_ = zip.Close()
	for name, c := range map[string]struct {
		answer       http.HandlerFunc
		reason, want string
	}{
		"it hangs":                            {hangs, "Timeout", "provider main did not answer within 1s; make the query cheaper"},
		"it says that it took too long":       {says(`{"status":"error","errorType":"timeout","error":"x"}`), "Timeout", "did not answer"},
		"it wants another token":              {status(401), "Unauthorized", "refuses the operator (401); its administrators correct bearerTokenFile"},
		"it refuses":                          {status(403), "Unauthorized", "(403)"},
		"it asks for less":                    {status(429, "Retry-After", "60"), "RateLimited", "asks for fewer queries; make the interval longer"},
		"it breaks":                           {status(500), "SourceFailing", "answers with status 500"},
		"it is being restarted":               {status(503), "SourceFailing", "answers with status 503"},
		"it is not there":                     {status(404), "SourceFailing", "answers with status 404"},
		"it sends to the metadata of a cloud": {status(302, "Location", "http://169.254.169.254/latest/meta-data"), "SourceFailing", "answers with a redirect, which is not followed"},
		"it does not understand": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			says(`{"status":"error","errorType":"bad_data","error":"secret"}`)(w, nil)
		}, "SourceFailing", "does not understand the query"},
		"it cannot evaluate": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(422)
			says(`{"status":"error","errorType":"execution","error":"secret"}`)(w, nil)
		}, "SourceFailing", "cannot evaluate the query"},
		"it is another page":       {says("<html>secret</html>"), "SourceFailing", "something else than a result"},
		"a result of another sort": {says(`{"status":"success","data":{"resultType":"secret","result":7}}`), "SourceFailing", "something else than a result"},
		"an answer of 2 MiB":       {says(vector(strings.Repeat("1", 2<<20))), "SourceFailing", "more than 1 MiB"},
		"a small answer that grows": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		}, "SourceFailing", "more than 1 MiB"},
		"its clock is another": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", noon.Add(-time.Hour).Format(http.TimeFormat))
			says(vector())(w, nil)
		}, "NoData", "its clock is not that of the operator"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, c.answer)
			samples, failure := s.Read(context.Background(), asked("a"))
			if failure == nil || failure.Reason != c.reason || !strings.Contains(failure.Message, c.want) {
				t.Fatalf("it is %q, %+v; want %s, %s", texts(samples), failure, c.reason, c.want)
			}
			if strings.Contains(failure.Message, "secret") {
				t.Errorf("it tells what only the provider may: %s", failure.Message)
			}
		})
	}
	t.Run("nothing listens", func(t *testing.T) {
		s := open(t, says(""), func(c *Config) { c.URL = "http://127.0.0.1:1" })
		if _, failure := s.Read(context.Background(), asked("a")); failure == nil || failure.Message != "provider main cannot be reached: nothing listens there; look whether it runs" {
			t.Error(failure)
		}
	})
	t.Run("no such host", func(t *testing.T) {
		s := open(t, says(""), func(c *Config) { c.URL = "http://prometheus.invalid" })
		if _, failure := s.Read(context.Background(), asked("a")); failure == nil || !strings.Contains(failure.Message, "there is no host prometheus.invalid") {
			t.Error(failure)
		}
	})
}

func TestAQuerySeesWhatItsNamespaceMay(t *testing.T) {
	enforcing := func(c *Config) { c.EnforceNamespaceLabel = "namespace" }
	for name, c := range map[string]struct {
		query        Query
		with         func(*Config)
		sent         string
		reason, want string
	}{
		"as it is where nothing is enforced": {asked("sum(a)"), func(*Config) {}, "sum(a) at 1795694400", "", ""},
		"every selector gets the namespace":  {asked(`sum(a) / sum(rate(b{x="y"}[5m]))`), enforcing, `sum(a{namespace="shop"}) / sum(rate(b{namespace="shop",x="y"}[5m])) at 1795694400`, "", ""},
		"a name by a pattern too":            {asked(`count({__name__=~".+"})`), enforcing, `count({__name__=~".+",namespace="shop"}) at 1795694400`, "", ""},
		"a subquery too":                     {asked(`max_over_time(a[1h:1m])`), enforcing, `max_over_time(a{namespace="shop"}[1h:1m]) at 1795694400`, "", ""},
		"its own by name":                    {asked(`a{namespace="shop"}`), enforcing, `a{namespace="shop"} at 1795694400`, "", ""},
		"not another by name":                {asked(`a{namespace="pay"}`), enforcing, "", "Unauthorized", "the query selects by namespace, which provider main sets to shop"},
		"nor more than that by a pattern":    {asked(`a{namespace=~".+"}`), enforcing, `a{namespace="shop"} at 1795694400`, "", ""},
		"a text":                             {asked(`"seven"`), func(*Config) {}, "", "NotANumber", "the query gives a text"},
		"what is no query":                   {asked(`sum(`), func(*Config) {}, "", "SourceFailing", "the query cannot be read: 1:5: parse error"},
		"what breaks out of a query":         {asked(`a} or b{x="1"`), enforcing, "", "SourceFailing", "the query cannot be read"},
		"no provider of that name":           {Query{Namespace: "shop", PrometheusQuery: praxisv1.PrometheusQuery{Provider: "other", Query: "a"}}, enforcing, "", "SourceFailing", "there is no provider other; this namespace may ask main"},
		"a namespace that may not":           {Query{Namespace: "crowd", PrometheusQuery: praxisv1.PrometheusQuery{Provider: "main", Query: "a"}}, enforcing, "", "Unauthorized", "provider main does not serve namespace crowd; no provider serves this namespace"},
		"the provider's own now on a demo":   {Query{Namespace: "shop", PrometheusQuery: praxisv1.PrometheusQuery{Provider: "main", Query: "a"}, AsOf: noon}, func(*Config) {}, "a at ", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, says(vector("1")), c.with)
			_, failure := s.Read(context.Background(), c.query)
			if got := strings.Join(s.forms, "; "); got != c.sent {
				t.Errorf("the provider was asked %q, want %q", got, c.sent)
			}
			if (failure == nil) != (c.reason == "") || failure != nil && (failure.Reason != c.reason || !strings.Contains(failure.Message, c.want)) {
				t.Errorf("it says %+v, want %s, %s", failure, c.reason, c.want)
			}
		})
	}
}

func TestEqualQuestionsAreOne(t *testing.T) {
	begun, answer := make(chan struct{}, 100), make(chan struct{})
	s := open(t, func(w http.ResponseWriter, _ *http.Request) {
		begun <- struct{}{}
		<-answer
		says(vector("7"))(w, nil)
	})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if samples, failure := s.Read(context.Background(), asked("a")); failure != nil || texts(samples) != "7" {
				t.Errorf("%q, %v", texts(samples), failure)
			}
		})
	}
	<-begun
	close(answer)
	all.Wait()
	_, _ = s.Read(context.Background(), asked("a"))
	if n := s.requests.Load(); n != 1 {
		t.Errorf("%d requests for one question", n)
	}
	later := asked("a")
	later.AsOf = noon.Add(measure.Grid)
	_, _ = s.Read(context.Background(), later)
	_, _ = s.Read(context.Background(), asked("b"))
	if n := s.requests.Load(); n != 3 {
		t.Errorf("%d requests for three questions", n)
	}
}

func TestAProviderThatFailsIsLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		rests  time.Duration
	}{
		"it asks for a minute":          {status(429, "Retry-After", "60"), time.Minute},
		"it asks for less, and no more": {status(429), firstRest},
		"until an instant":              {status(503, "Retry-After", noon.Add(2*time.Minute).Format(http.TimeFormat)), 2 * time.Minute},
		"it asks for a year":            {status(429, "Retry-After", "31536000"), longestAsked},
		"it does not answer":            {func(_ http.ResponseWriter, r *http.Request) { _ = r.ParseForm(); <-r.Context().Done() }, firstRest},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, c.answer)
			_, first := s.Read(context.Background(), asked("a"))
			s.clock.SetTime(noon.Add(c.rests - time.Millisecond))
			_, again := s.Read(context.Background(), asked("b"))
			if n := s.requests.Load(); n != 1 || again == nil || again.Reason != first.Reason {
				t.Errorf("%d requests; first %v, then %v", n, first, again)
			}
			s.clock.SetTime(noon.Add(c.rests))
			if _, _ = s.Read(context.Background(), asked("b")); s.requests.Load() != 2 {
				t.Error("it is never asked again")
			}
		})
	}
}

func TestAProviderThatStaysAwayIsAskedOnceAMinute(t *testing.T) {
	s := open(t, says(""), func(c *Config) { c.URL = "http://127.0.0.1:1" })
	h := s.of["main"].host
	var last time.Time
	tries := 0
	for now := noon; now.Before(noon.Add(time.Hour)); now = now.Add(time.Second) {
		s.clock.SetTime(now)
		if h.resting(now) == nil {
			_, _ = s.Read(context.Background(), asked("a"))
			tries, last = tries+1, now
		}
	}
	if tries < 60 || tries > 66 || noon.Add(time.Hour).Sub(last) > time.Minute {
		t.Errorf("%d tries in an hour, the last at %s", tries, last)
	}
}

func TestAProviderIsAskedNoMoreOftenThanItMayBe(t *testing.T) {
	s := open(t, says(vector("1")))
	var waits []time.Duration
	for range 5 {
		waits = append(waits, s.Turn("main"))
	}
	if fmt.Sprint(waits) != "[0s 100ms 200ms 300ms 400ms]" || s.Turn("nobody") != 0 {
		t.Errorf("the turns are after %v", waits)
	}
}

func TestATokenAndACertificateComeFromFiles(t *testing.T) {
	s := &stage{t: t, clock: clocktesting.NewFakePassiveClock(noon)}
	server := httptest.NewTLSServer(s.recorded(says(vector("1"))))
	t.Cleanup(server.Close)
	token, ca := filepath.Join(t.TempDir(), "token"), filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(token, []byte("sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	s.config = Config{Name: "main", URL: server.URL, Namespaces: []string{"*"}, Timeout: metav1.Duration{Duration: time.Second}, QueriesPerSecond: 10, BearerTokenFile: token}
	s.start()
	if _, failure := s.Read(context.Background(), asked("a")); failure == nil || !strings.Contains(failure.Message, "its certificate is not trusted; its administrators correct caFile") {
		t.Errorf("without its certificate: %v", failure)
	}
	s.config.CAFile = ca
	s.start()
	if _, failure := s.Read(context.Background(), asked("a")); failure != nil || len(s.tokens) != 1 || s.tokens[0] != "Bearer sesame" {
		t.Errorf("%v, with %v", failure, s.tokens)
	}
}

func TestAProviderWhoseFilesAreMissingIsToldAtTheStart(t *testing.T) {
	for name, config := range map[string]Config{
		"a token":       {Name: "main", URL: "http://a", BearerTokenFile: "/nowhere/token"},
		"a certificate": {Name: "main", URL: "https://a", CAFile: "/nowhere/ca.crt"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(&File{Providers: []Config{config}}, clocktesting.NewFakePassiveClock(noon)); err == nil || !strings.Contains(err.Error(), "provider main: ") || !strings.Contains(err.Error(), "/nowhere/") {
				t.Error(err)
			}
		})
	}
}

func TestWithoutAFileThereIsNoProvider(t *testing.T) {
	s, err := New(nil, clocktesting.NewFakePassiveClock(noon))
	if err != nil {
		t.Fatal(err)
	}
	if _, failure := s.Read(context.Background(), asked("a")); failure == nil || failure.Reason != praxisv1.ReasonSourceFailing || !strings.Contains(failure.Message, "no provider serves this namespace") {
		t.Error(failure)
	}
}
