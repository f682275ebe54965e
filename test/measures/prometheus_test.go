// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measures

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
	"github.com/praxis-dev/praxis/test/programs"
)

// shop is what a Prometheus scrapes: whatever it is told to show.
type shop struct{ shows atomic.Value }

func (s *shop) show(format string, args ...any) { s.shows.Store(fmt.Sprintf(format, args...)) }

func (s *shop) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, s.shows.Load().(string))
}

// door stands between the operator and the Prometheus, counts who comes, and can be shut.
type door struct {
	next     http.Handler
	asked    atomic.Int32
	instead  atomic.Pointer[http.HandlerFunc]
	toOthers atomic.Int32 // requests to where a redirect leads
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/latest") {
		d.toOthers.Add(1)
		return
	}
	d.asked.Add(1)
	if instead := d.instead.Load(); instead != nil {
		(*instead)(w, r)
		return
	}
	d.next.ServeHTTP(w, r)
}

// prometheus runs one that scrapes the shop, and returns the door before it.
func (s *stage) prometheus(of *shop) (*door, string) {
	s.Helper()
	target := httptest.NewServer(of)
	s.Cleanup(target.Close)
	address := s0(free())
	config := filepath.Join(s.folder, "prometheus.yaml")
	s.must(os.WriteFile(config, fmt.Appendf(nil, `
global: {scrape_interval: 500ms}
scrape_configs:
- job_name: shop
  static_configs: [{targets: [%q]}]
`, target.Listener.Addr()), 0o644))
	log, err := os.Create(filepath.Join(s.folder, "prometheus.log"))
	s.must(err)
	defer log.Close() // the child has its own
	cmd := exec.Command("prometheus", "--config.file="+config, "--storage.tsdb.path="+filepath.Join(s.folder, "tsdb"), "--web.listen-address="+address)
	cmd.Stdout, cmd.Stderr = log, log
	s.must(cmd.Start())
	s.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	behind, err := url.Parse("http://" + address)
	s.must(err)
	s.eventually("Prometheus answers", func() error {
		response, err := http.Get(behind.String() + "/-/ready")
		if err != nil {
			return err
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", response.StatusCode)
		}
		return nil
	})
	d := &door{next: httputil.NewSingleHostReverseProxy(behind)}
	front := httptest.NewServer(d)
	s.Cleanup(front.Close)
	return d, front.URL
}

func shut(code int, header ...string) *http.HandlerFunc {
	f := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	})
	return &f
}

func TestAMeasureFollowsAPrometheus(t *testing.T) {
	programs.Need(t, "prometheus")
	s := newStage(t)
	of := &shop{}
	of.show(`first_try{namespace="shop"} 91.2` + "\n" + `first_try{namespace="others"} 13` + "\n")
	d, address := s.prometheus(of)
	providers := fmt.Sprintf("providers:\n- {name: main, url: %q, namespaces: [shop], enforceNamespaceLabel: namespace, timeout: 1s}\n", address)
	s.goal(`{prometheus: {provider: main, query: first_try}, interval: 1m, staleAfter: 10m, resolution: "0.5"}`)
	s.run(providers)

	s.comes("91.2 True Reading 56%", "") // and not the series of others
	s.Run("it moves", func(t *testing.T) {
		before, began := s.utility(), time.Now()
		of.show(`first_try{namespace="shop"} 93` + "\n")
		s.comes("93 True Reading 65%", "")
		// What Argo CD and Flux compare is as it was, so that they stay Synced.
		if after := s.utility(); after.Generation != before.Generation || !equality.Semantic.DeepEqual(after.Spec, before.Spec) || !equality.Semantic.DeepEqual(after.Annotations, before.Annotations) || !equality.Semantic.DeepEqual(after.Labels, before.Labels) {
			t.Errorf("the goal that people wrote became %+v", after)
		}
		writes := s.writes(began)
		if len(writes) == 0 {
			t.Error("the audit log has nothing of it")
		}
		for _, w := range writes {
			if strings.Contains(w, " utilities ") {
				t.Errorf("it wrote more than the status: %s", w)
			}
		}
	})
	s.Run("what trembles costs no write, and is asked for all the same", func(t *testing.T) {
		version, began, asked := s.utility().ResourceVersion, time.Now(), d.asked.Load()
		for i := range 20 {
			of.show(`first_try{namespace="shop"} %g`+"\n", 93+float64(i%5)/10)
			time.Sleep(250 * time.Millisecond)
		}
		if after := s.utility().ResourceVersion; after != version || len(s.writes(began)) > 0 {
			t.Errorf("the operator wrote %v", s.writes(began))
		}
		if n := d.asked.Load() - asked; n < 2 {
			t.Errorf("it asked %d times in 5 minutes of its clock", n)
		}
	})
	s.Run("what is shown is in the metrics", func(t *testing.T) {
		s.scraped(t, `praxis_measure_value{measure="first-try",namespace="shop",utility="checkout"} 93`, `praxis_utility_measured{namespace="shop",status="true",utility="checkout"} 1`, "praxis_measure_reading_age_seconds{", `praxis_measure_reads_total{outcome="Reading"}`)
	})
	s.Run("bad data keeps the value and says so", func(t *testing.T) {
		for _, c := range []struct{ shows, want, says string }{
			{"first_try{namespace=\"shop\"} NaN\n", "93 False NotANumber 65%", `first-try: the source gives "NaN", which is no number`},
			{"first_try{namespace=\"shop\"} +Inf\n", "93 False NotANumber 65%", `"+Inf"`},
			{"first_try{namespace=\"shop\"} 1e300\n", "93 False NotANumber 65%", `more than 12 digits`},
			{"first_try{namespace=\"shop\",a=\"1\"} 1\nfirst_try{namespace=\"shop\",a=\"2\"} 2\n", "93 False TooManySeries 65%", "gives 2 samples"},
			{"other 1\n", "93 False NoData 65%", "which is not taken for 0"},
			{"first_try{namespace=\"shop\"} 93\n", "93 True Reading 65%", "read from the source"},
		} {
			of.show("%s", c.shows)
			s.comes(c.want, c.says)
		}
	})
	s.Run("a provider that fails keeps the value and says so", func(t *testing.T) {
		hangs := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		})
		for _, c := range []struct {
			instead    *http.HandlerFunc
			want, says string
		}{
			{shut(302, "Location", address+"/latest/meta-data"), "93 False SourceFailing 65%", "a redirect, which is not followed"},
			{shut(401), "93 False Unauthorized 65%", "correct bearerTokenFile of the provider"},
			{shut(500), "93 False SourceFailing 65%", "status 500"},
			{shut(429, "Retry-After", "2"), "93 False RateLimited 65%", "make the interval longer"},
			{nil, "93 True Reading 65%", "read from the source"},
			{&hangs, "93 False Timeout 65%", "did not answer within 1s"},
			{nil, "93 True Reading 65%", "read from the source"},
		} {
			d.instead.Store(c.instead)
			s.comes(c.want, c.says)
		}
		if d.toOthers.Load() > 0 {
			t.Error("a redirect was followed")
		}
	})
	s.Run("a provider that stays away makes it stale, and back it is read", func(t *testing.T) {
		d.instead.Store(shut(500))
		if said := s.comes("93 False Stale 65% (stale)", "SourceFailing: provider main answers with status 500"); !strings.HasPrefix(said, "first-try: no reading since 2026-11-23 ") {
			t.Errorf("it says %s", said)
		}
		began := time.Now()
		time.Sleep(3 * time.Second)
		if w := s.writes(began); len(w) > 0 {
			t.Errorf("while it stays stale the operator wrote %v", w)
		}
		d.instead.Store(nil)
		s.comes("93 True Reading 65%", "")
	})
	s.Run("nobody hands in what is read", func(t *testing.T) { s.handsIn(t) })
	s.Run("a restart writes nothing", func(t *testing.T) {
		s.rests()
		asked := d.asked.Load()
		s.stop()
		began := time.Now()
		s.run(providers)
		s.eventually("the operator has started and read", func() error {
			requests, err := controlplane.Requests(s.audit, operatorUser, began)
			if err != nil {
				return err
			}
			if writes, done := controlplane.Restarted(requests, began); len(writes) > 0 {
				t.Fatalf("it wrote %v", writes)
			} else if !done || d.asked.Load() < asked+2 {
				return fmt.Errorf("it asked %d times", d.asked.Load()-asked)
			}
			return nil
		})
		if measured(s.utility()) != "93 True Reading 65%" {
			t.Errorf("it says %s", measured(s.utility()))
		}
	})
	s.Run("another query is another value", func(t *testing.T) {
		u := s.utility()
		u.Spec.Measures[0].Source.Prometheus.Query = `first_try{namespace="others"}`
		s.must(s.admin.Update(t.Context(), u))
		s.comes(" False Unauthorized -", "the query selects by namespace, which provider main sets to shop")
	})
}

// rests waits until the operator writes nothing more.
func (s *stage) rests() {
	s.Helper()
	s.eventually("the operator rests", func() error {
		if w := s.writes(time.Now().Add(-2 * time.Second)); len(w) > 0 {
			return fmt.Errorf("it wrote %v", w)
		}
		return nil
	})
}

// handsIn hands in a reading of what the operator reads itself.
func (s *stage) handsIn(t *testing.T) {
	t.Helper()
	value := praxisv1.Decimal("99")
	e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "by-hand"}, Spec: praxisv1.EvidenceSpec{
		For: &praxisv1.EvidenceTarget{Utility: goal, Measure: "first-try"}, Value: &value, SubmittedBy: "admin",
	}}
	if err := s.admin.Create(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	s.eventually("the reading is refused", func() error {
		if err := s.admin.Get(t.Context(), client.ObjectKeyFromObject(e), e); err != nil {
			return err
		}
		c := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionValid)
		if c == nil || c.Status != metav1.ConditionFalse || c.Reason != praxisv1.ReasonReadFromSource {
			return fmt.Errorf("it is %+v", c)
		}
		return nil
	})
	if got := measured(s.utility()); got != "93 True Reading 65%" {
		t.Errorf("with it the goal says %s", got)
	}
}

// scraped looks for lines in the metrics of the operator.
func (s *stage) scraped(t *testing.T, lines ...string) {
	t.Helper()
	s.eventually("the metrics have it", func() error {
		response, err := http.Get("http://" + s.metrics + "/metrics")
		if err != nil {
			return err
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		for _, line := range lines {
			if err == nil && !strings.Contains(string(text), line) {
				err = fmt.Errorf("there is no %s", line)
			}
		}
		return err
	})
}
