// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package observability

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// watch runs a Prometheus that reads the operator, as the ServiceMonitor has it read.
func (s *scene) watch(t *testing.T) {
	t.Helper()
	_, text := rules(t)
	write(t, text, filepath.Join(s.folder, "rules.yaml"))
	config := write(t, fmt.Appendf(nil, `
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yaml]
scrape_configs:
- job_name: praxis-operator-metrics
  honor_labels: true
  static_configs:
  - targets: [%q]
    labels: {namespace: %s}
`, s.metrics, systemNamespace), filepath.Join(s.folder, "prometheus.yaml"))
	promtool(t, "check", "config", config)
	log, err := os.Create(filepath.Join(s.folder, "prometheus.log"))
	must(t, err)
	defer log.Close() // the child has its own
	cmd := exec.Command("prometheus", "--config.file="+config, "--storage.tsdb.path="+filepath.Join(s.folder, "tsdb"), "--web.listen-address="+s.prometheus)
	cmd.Stdout, cmd.Stderr = log, log
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have died by itself
		_ = cmd.Wait()         // says that it was killed
	})
	eventually(t, "Prometheus answers", func() (bool, error) {
		response, err := http.Get("http://" + s.prometheus + "/-/ready")
		if err != nil {
			return false, err
		}
		return response.StatusCode == http.StatusOK, response.Body.Close()
	})
}

// value is a sample that a query found.
type value struct {
	Metric map[string]string
	Value  [2]any
}

// number is it, as Prometheus sends it.
func (v value) number(t *testing.T) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(v.Value[1].(string), 64)
	must(t, err)
	return n
}

// query returns what there is now, and nothing of what is no number.
func (s *scene) query(t *testing.T, query string) (found []value) {
	t.Helper()
	var answer struct {
		Status, Error string
		Data          struct{ Result []value }
	}
	s.get(t, "/api/v1/query?query="+url.QueryEscape(query), &answer)
	if answer.Status != "success" {
		t.Errorf("%s: %s", query, answer.Error)
	}
	for _, v := range answer.Data.Result {
		if !math.IsNaN(v.number(t)) {
			found = append(found, v)
		}
	}
	return found
}

func (s *scene) get(t *testing.T, path string, into any) {
	t.Helper()
	response, err := http.Get("http://" + s.prometheus + path)
	must(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v: %.200s", path, err, text)
	}
}

// sees waits until a query has one value, which is this.
func (s *scene) sees(t *testing.T, query string, want float64) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s is %g", query, want), func() (bool, error) {
		values := s.query(t, query)
		if len(values) != 1 {
			return false, fmt.Errorf("it has %d values", len(values))
		}
		if got := values[0].number(t); got != want {
			return false, fmt.Errorf("it is %g", got)
		}
		return true, nil
	})
}

// rulesWork tells that Prometheus could evaluate every rule.
func (s *scene) rulesWork(t *testing.T) {
	t.Helper()
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError string }
			}
		}
	}
	s.get(t, "/api/v1/rules", &answer)
	n := 0
	for _, group := range answer.Data.Groups {
		for _, r := range group.Rules {
			n++
			if r.Health != "ok" {
				t.Errorf("%s is %s: %s", r.Name, r.Health, r.LastError)
			}
		}
	}
	if n < 17 {
		t.Errorf("Prometheus has only %d rules", n)
	}
}
