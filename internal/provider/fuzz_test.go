// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"slices"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"k8s.io/utils/clock"
)

// Whatever a tenant asks, each selector of it asks for the tenant's own series alone.
func FuzzEnforce(f *testing.F) {
	for _, query := range []string{
		`sum(rate(http_requests_total{namespace="other"}[5m]))`, `up or on() vector(1)`, `{__name__=~".+"}`, `a{namespace!="x"} offset 1h @ end()`,
		`max_over_time(sum by (namespace) (a)[1h:5m])`, `label_replace(a, "namespace", "$1", "b", "(.*)")`, `"text"`, `-a`, `a{"namespace"="b"}`,
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		enforced, err := Enforce(query, "namespace", "shop")
		if err != nil {
			return
		}
		expression, err := parser.ParseExpr(enforced)
		if err != nil {
			return // a Prometheus refuses it, too
		}
		parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
			selector, is := node.(*parser.VectorSelector)
			if is && !slices.ContainsFunc(selector.LabelMatchers, func(m *labels.Matcher) bool {
				return m.Name == "namespace" && m.Type == labels.MatchEqual && m.Value == "shop"
			}) {
				t.Errorf("%q becomes %q, whose selector %s asks for the series of others", query, enforced, selector)
			}
			return nil
		})
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("providers:\n- {name: shop, url: 'https://prometheus.example', label: namespace, namespaces: [shop], timeout: 5s}\n"))
	f.Add([]byte("providers: [{name: a, url: 'http://[::1]:9090/x?y', rate: -1}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse(text)
		if err != nil {
			return
		}
		if _, err := New(file, clock.RealClock{}); err != nil {
			t.Errorf("what is right by itself cannot be used: %v\n%s", err, text)
		}
	})
}
