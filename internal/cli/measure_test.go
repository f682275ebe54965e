// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// sourced is a goal whose measures are read from a Prometheus, by a query that is none, and by
// people.
func sourced() *praxisv1.Utility {
	from := func(query string) *praxisv1.MeasureSource {
		return &praxisv1.MeasureSource{Prometheus: &praxisv1.PrometheusQuery{Provider: "main", Query: query}, Interval: "5m", StaleAfter: "24h"}
	}
	u := &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "pay"}}
	u.Spec.Measures = []praxisv1.Measure{
		{Name: "first-try", Baseline: "80", Target: "90", Source: from("first_try")},
		{Name: "broken", Baseline: "80", Target: "90", Source: from("sum(")},
		{Name: "tickets", Baseline: "80", Target: "90"},
	}
	u.Status.Measures = []praxisv1.MeasureStatus{{
		Name: "first-try", Baseline: "80", Target: "90", Current: "84", Source: &praxisv1.MeasureSourceStatus{Of: "x", Reason: praxisv1.ReasonReading},
	}}
	return u
}

func TestTryingAMeasureShowsWhatItGivesBesideWhatTheOperatorSays(t *testing.T) {
	result := `{"metric":{},"value":[1,"85.04"]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, result)
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "providers.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, "providers: [{name: main, url: %q, namespaces: [shop]}]\n", server.URL), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args, result, want string
		findings           bool
		fails              string
	}{
		"a number":                     {"first-try --providers " + file, result, "now     85\n", false, ""},
		"what the operator says":       {"first-try --providers " + file, result, "status  84 Reading\n", false, ""},
		"a number close to the status": {"first-try --providers " + file, `{"metric":{},"value":[1,"84.01"]}`, "now     84, which is not further from what the status has than the resolution", false, ""},
		"nothing":                      {"first-try --providers " + file, "", "now     NoData: the source has no sample", true, ""},
		"without an address":           {"first-try", result, "now     not asked from here; the query can be read", false, ""},
		"a query that is none":         {"broken", result, "now     SourceFailing: the query cannot be read: 1:5: parse error", true, ""},
		"as data":                      {"first-try -o json --providers " + file, result, `"now": "85"`, false, ""},
		"one that people read":         {"tickets", result, "", false, "tickets of utility/pay has no source; people hand in its readings"},
		"one that there is not":        {"fist-try", result, "", false, `utility/pay has no measure "fist-try"; did you mean first-try?`},
		"a file that is not there":     {"first-try --providers /nowhere", result, "", false, "the providers cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			result = c.result
			s := &stage{user: "ana@shop.example", extra: []client.Object{sourced()}}
			out, _, err := s.run(t, strings.Fields("measure try -n shop pay/"+c.args)...)
			switch {
			case c.fails != "":
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("it says %v, want %s", err, c.fails)
				}
			case !strings.Contains(out, c.want) || errors.Is(err, errFindings) != c.findings || !c.findings && err != nil:
				t.Errorf("it ends with %v and says:\n%s\nwant %s", err, out, c.want)
			}
		})
	}
}

func TestNobodyHandsInWhatTheOperatorReads(t *testing.T) {
	s := &stage{user: "ana@shop.example", extra: []client.Object{sourced()}}
	_, _, err := s.run(t, strings.Fields("submit -n shop --measure pay/first-try --value 91.2")...)
	if err == nil || err.Error() != "utility/pay reads first-try from its source, so nobody hands it in; kubectl praxis measure try pay/first-try -n shop shows what it gives" {
		t.Error(err)
	}
}
