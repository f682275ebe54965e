// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "observability.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, metrics, found := strings.Cut(string(text), "\n## Metrics\n")
	metrics, _, ended := strings.Cut(metrics, "\n## ")
	if !found || !ended {
		t.Fatal("docs/observability.md has no section Metrics")
	}
	return metrics
}

var (
	described = regexp.MustCompile(`fqName: "(\w+)".*variableLabels: \{([\w,]*)\}`)
	row       = regexp.MustCompile("(?m)^\\| (`praxis_[^|]*) \\| ([^|]*)\\|")
	quoted    = regexp.MustCompile("`([^`]*)`")
)

// The first table is of what belongs to a goal, the second of all else.
func TestThePageNamesEveryMetricWithItsLabels(t *testing.T) {
	o, err := NewObserved(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	descriptions := make(chan *prometheus.Desc, 100)
	Describe(descriptions)
	for _, c := range []prometheus.Collector{o.closeLag, o.verdict, o.missingPolicies, o.alteredPolicies, o.definitions, o.panics, o.reads, o.sourceEvents} {
		c.Describe(descriptions)
	}
	close(descriptions)
	have := map[string][]string{}
	for d := range descriptions {
		m := described.FindStringSubmatch(d.String())
		if m == nil {
			t.Fatalf("%s cannot be read", d)
		}
		have[m[1]] = slices.Sorted(strings.SplitSeq(m[2], ","))
	}
	ofGoals, others, found := strings.Cut(page(t), "no `namespace` and no `utility`")
	if !found {
		t.Fatal("the page does not say which metrics have no namespace")
	}
	said := map[string][]string{}
	for i, table := range []string{ofGoals, others} {
		for _, r := range row.FindAllStringSubmatch(table, -1) {
			var labels []string
			for _, l := range quoted.FindAllStringSubmatch(r[2], -1) {
				if l[1] != "le" { // of the buckets of a histogram
					labels = append(labels, l[1])
				}
			}
			if i == 0 {
				labels = append(labels, "namespace", "utility")
			}
			if len(labels) == 0 {
				labels = []string{""}
			}
			slices.Sort(labels)
			names := quoted.FindAllStringSubmatch(r[1], -1)
			for _, n := range names {
				said[strings.Replace(n[1], "…", "praxis_key_action", 1)] = labels
			}
		}
	}
	for name, labels := range have {
		if !slices.Equal(said[name], labels) {
			t.Errorf("%s has the labels %q, and the page says %q", name, labels, said[name])
		}
		delete(said, name)
	}
	for name := range said {
		t.Errorf("the page has %s, which is no metric", name)
	}
}

func TestThePageSaysHowManySeriesThereAre(t *testing.T) {
	count := func(change func(*State)) int {
		s := state()
		s.Utilities, s.KeyActions = s.Utilities[:1], s.KeyActions[:1]
		change(&s)
		return testutil.CollectAndCount(fixed{s, start})
	}
	all := count(func(*State) {})
	goal := count(func(s *State) { s.KeyActions, s.Utilities[0].Status.Measures = nil, nil })
	keyAction := all - count(func(s *State) { s.KeyActions = nil })
	measure := count(func(s *State) {
		m := &s.Utilities[0].Status.Measures[0]
		m.Current, m.Source = "87.5", &praxisv1.MeasureSourceStatus{FailingSince: new(metav1.NewTime(start))}
		s.Utilities[0].Status.Measures = s.Utilities[0].Status.Measures[:1]
	}) - count(func(s *State) { s.Utilities[0].Status.Measures = nil })
	histograms := 2 * (len(latencies) + 3) // with the bucket +Inf, the sum and the count
	want := fmt.Sprintf("%d series for each Utility, %d for each KeyAction, up to %d for each measure", goal+histograms, keyAction, measure)
	if !strings.Contains(strings.Join(strings.Fields(page(t)), " "), want) {
		t.Errorf("the page does not say %q", want)
	}
}
