// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package observability

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// dashboard is what is looked at of one.
type dashboard struct {
	UID    string
	Panels []struct {
		ID                 int
		Title, Description string
		Datasource         struct{ UID string }
		GridPos            struct{ X, Y, W, H int }
		Targets            []struct{ RefID, Expr string }
	}
	Templating struct {
		List []struct{ Name, Type, Definition string }
	}
}

func load(t *testing.T, name string) (d dashboard) {
	t.Helper()
	if err := json.Unmarshal(read(t, "config", "grafana", name+".json"), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// chosen are what Grafana puts in the place of variables: everything, or one Utility.
var chosen = map[string]*strings.Replacer{
	"portfolio": strings.NewReplacer("$namespace", ".*", "$utility", ".*", "$__range", "10m"),
	"utility":   strings.NewReplacer("$namespace", "platform", "$utility", "safe-deploys", "$__range", "10m"),
}

var (
	comparison  = regexp.MustCompile(`\s*(==|>|<)\s*[0-9.]+$`)
	absence     = regexp.MustCompile(`^absent\((.*)\)$`)
	together    = regexp.MustCompile(`^(?:and on \([^)]*\)|or|unless)\s+`)
	offset      = regexp.MustCompile(`\s+offset \w+`) // nothing has run for so long
	labelValues = regexp.MustCompile(`^label_values\((.*), (\w+)\)$`)
)

// looksAt are the expressions that an alert compares: they have values whether all is well
// or not, and where one has none the alert can never fire.
func looksAt(expr string) (all []string) {
	for _, part := range operands(expr) {
		part = absence.ReplaceAllString(part, "$1")
		all = append(all, offset.ReplaceAllString(comparison.ReplaceAllString(part, ""), ""))
	}
	return all
}

// operands are what an expression joins by set operators, those within parentheses left alone.
func operands(expr string) (all []string) {
	depth, began := 0, 0
	for i := 0; i < len(expr); i++ {
		switch expr[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ' ':
			if operator := together.FindString(expr[i+1:]); depth == 0 && operator != "" {
				all = append(all, expr[began:i])
				i += len(operator)
				began = i + 1
			}
		}
	}
	return append(all, expr[began:])
}

func TestAnAlertIsStrippedToWhatItLooksAt(t *testing.T) {
	for expr, want := range map[string]string{
		`absent(up{job="a"} == 1)`:                                        `up{job="a"}`,
		`praxis_a > 172800 and on (namespace) praxis_b{c="d"} < 0`:        `praxis_a|praxis_b{c="d"}`,
		`sum(a) > 0 or b > 0 unless last_over_time(b[15m] offset 6h) > 0`: `sum(a)|b|last_over_time(b[15m])`,
		`sum by (a) (b unless on (c) d == 0) > 1000`:                      `sum by (a) (b unless on (c) d == 0)`,
		`sum by (a) (rate(b[5m])) > 0.1`:                                  `sum by (a) (rate(b[5m]))`,
	} {
		if got := strings.Join(looksAt(expr), "|"); got != want {
			t.Errorf("%s: %s", expr, got)
		}
	}
}

// everyQuery has data in Prometheus, of dashboards, of their variables, and of alerts.
func (s *scene) everyQuery(t *testing.T) {
	n := 0
	has := func(what, query string) {
		n++
		if values := s.query(t, query); len(values) == 0 {
			t.Errorf("%s: no data for %s", what, query)
		}
	}
	for name, put := range chosen {
		d := load(t, name)
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				has(name+": "+p.Title, put.Replace(target.Expr))
			}
		}
		for _, v := range d.Templating.List {
			if v.Type != "query" {
				continue
			}
			parts := labelValues.FindStringSubmatch(v.Definition)
			if parts == nil {
				t.Fatalf("%s: %s is no query for values of a label", name, v.Definition)
			}
			has(name+": "+v.Name, "count by ("+parts[2]+") ("+put.Replace(parts[1])+")")
		}
	}
	groups, _ := rules(t)
	for _, group := range groups.Groups {
		for _, r := range group.Rules {
			for _, expr := range looksAt(r.Expr) {
				has(r.Alert, expr)
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d queries were found", n)
	}
	t.Logf("%d queries have data", n)
}
