// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package observability

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/praxis-dev/praxis/internal/cli"
	"github.com/praxis-dev/praxis/test/programs"
)

func promtool(t *testing.T, args ...string) {
	t.Helper()
	programs.Need(t, "prometheus")
	if out, err := exec.Command("promtool", args...).CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestPromtoolAcceptsTheAlertsAndTheyFireWhenTheyShould(t *testing.T) {
	folder := t.TempDir()
	_, text := rules(t)
	promtool(t, "check", "rules", write(t, text, filepath.Join(folder, "rules.yaml")))
	promtool(t, "test", "rules", write(t, read(t, "test", "observability", "testdata", "alerts.yaml"), filepath.Join(folder, "alerts.yaml")))
}

func TestEveryAlertIsTried(t *testing.T) {
	tried := string(read(t, "test", "observability", "testdata", "alerts.yaml"))
	groups, _ := rules(t)
	for _, group := range groups.Groups {
		for _, r := range group.Rules {
			if !strings.Contains(tried, r.Alert) {
				t.Errorf("no test lets %s fire", r.Alert)
			}
			if group.Name != "praxis-operator" && !strings.Contains(r.Annotations["description"], "`kub") {
				t.Errorf("%s does not say what to do next", r.Alert)
			}
		}
	}
}

func TestEveryAlertLinksToItsOwnRunbook(t *testing.T) {
	const page = "https://github.com/praxis-dev/praxis/blob/main/docs/observability.md#"
	runbooks := map[string]string{} // what stands below each heading of an alert
	for _, part := range strings.Split(string(read(t, "docs", "observability.md")), "\n### ")[1:] {
		heading, text, _ := strings.Cut(part, "\n")
		text, _, _ = strings.Cut(text, "\n## ")
		runbooks[heading] = strings.TrimSpace(text)
	}
	groups, _ := rules(t)
	for _, group := range groups.Groups {
		for _, r := range group.Rules {
			if want := page + strings.ToLower(r.Alert); r.Annotations["runbook_url"] != want {
				t.Errorf("%s has its runbook at %q, not at %s", r.Alert, r.Annotations["runbook_url"], want)
			}
			if runbooks[r.Alert] == "" {
				t.Errorf("docs/observability.md says nothing below a heading %s", r.Alert)
			}
			delete(runbooks, r.Alert)
		}
	}
	for heading := range runbooks {
		if strings.HasPrefix(heading, "Praxis") {
			t.Errorf("docs/observability.md has a runbook of %s, which is no alert", heading)
		}
	}
}

func TestThePageSaysHowManyAlertsThereAre(t *testing.T) {
	groups, _ := rules(t)
	alerts := 0
	for _, group := range groups.Groups {
		alerts += len(group.Rules)
	}
	if says := fmt.Sprintf("dashboards and %d alerts", alerts); !strings.Contains(string(read(t, "docs", "observability.md")), says) {
		t.Errorf("docs/observability.md does not say %q", says)
	}
}

func TestEveryCommandThatAnAlertNamesExists(t *testing.T) {
	groups, _ := rules(t)
	named := map[string]bool{}
	for _, group := range groups.Groups {
		for _, r := range group.Rules {
			for _, found := range regexp.MustCompile("`kubectl praxis ([a-z]+)").FindAllStringSubmatch(r.Annotations["description"], -1) {
				named[found[1]] = true
			}
		}
	}
	for command := range named {
		var out bytes.Buffer
		code := cli.Main("kubectl-praxis", []string{command, "--help"}, strings.NewReader(""), &out, &out)
		if code != 0 || !strings.Contains(out.String(), "kubectl praxis "+command) {
			t.Errorf("kubectl praxis %s: %d\n%.300s", command, code, out.String())
		}
	}
	if len(named) < 6 {
		t.Errorf("only %v are named", named)
	}
}

func TestDashboardsAreOrderly(t *testing.T) {
	for _, name := range []string{"portfolio", "utility"} {
		text := read(t, "config", "grafana", name+".json")
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, bytes.TrimSpace(text), "", "  "); err != nil {
			t.Fatal(err)
		}
		if pretty.String()+"\n" != string(text) {
			t.Errorf("%s.json is not indented by two spaces", name)
		}
		d := load(t, name)
		ids, cells := map[int]bool{}, map[string]string{}
		for _, p := range d.Panels {
			if ids[p.ID] || p.Datasource.UID != "${datasource}" || p.Description == "" {
				t.Errorf("%s: panel %d %q: its number is taken, its data source is fixed, or it is not described", name, p.ID, p.Title)
			}
			ids[p.ID] = true
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					cell := fmt.Sprint(x, " ", y)
					if cells[cell] != "" || x >= 24 {
						t.Errorf("%s: %q and %q overlap", name, p.Title, cells[cell])
					}
					cells[cell] = p.Title
				}
			}
		}
	}
}

// aggregated is before a figure where leaders are one; a counter adds up over them.
var (
	figure     = regexp.MustCompile(`praxis_\w+`)
	aggregated = regexp.MustCompile(`(\b(max|min)( by \([^)]*\))? \(|\b(max|min)\(|\bincrease\()$`)
	unwrapped  = regexp.MustCompile(`last_over_time\($`)
)

// Each leader has series of its own, and for minutes those of two are there: a plain query
// draws two lines, and a sum counts twice.
func TestNoQueryCountsTwoLeaders(t *testing.T) {
	queries := map[string]string{}
	for _, name := range []string{"portfolio", "utility"} {
		for _, p := range load(t, name).Panels {
			for _, target := range p.Targets {
				queries[name+": "+p.Title+" "+target.RefID] = target.Expr
			}
		}
	}
	groups, _ := rules(t)
	for _, group := range groups.Groups {
		for _, r := range group.Rules {
			if !strings.HasPrefix(r.Expr, "absent(") {
				queries[r.Alert] = r.Expr
			}
		}
	}
	figures := 0
	for what, expr := range queries {
		for _, at := range figure.FindAllStringIndex(expr, -1) {
			figures++
			before := expr[:at[0]]
			if before = unwrapped.ReplaceAllString(before, ""); !aggregated.MatchString(before) {
				t.Errorf("%s: %s is of every leader in %s", what, expr[at[0]:at[1]], expr)
			}
		}
	}
	if figures < 50 {
		t.Errorf("only %d figures are asked for", figures)
	}
}

// stateMetrics is the file for kube-state-metrics.
type stateMetrics struct {
	Spec struct {
		Resources []struct {
			GroupVersionKind struct{ Group, Version, Kind string }
			LabelsFromPath   map[string][]string
			Metrics          []struct {
				Name, Help string
				Each       struct {
					Type                  string
					Gauge, StateSet, Info *struct {
						Path, ValueFrom []string
						LabelsFromPath  map[string][]string
						LabelName       string
						List            []string
						NilIsZero       bool
					}
				}
			}
		}
	}
}

func TestKubeStateMetricsFindsEveryPath(t *testing.T) {
	var file stateMetrics
	if err := yaml.UnmarshalStrict(read(t, "config", "kube-state-metrics", "custom-resource-state.yaml"), &file); err != nil && !strings.Contains(err.Error(), `unknown field "kind"`) {
		t.Fatal(err)
	}
	paths := 0
	for _, r := range file.Spec.Resources {
		schema := schemaOf(t, r.GroupVersionKind.Kind)
		check := func(what string, from *apiextensionsv1.JSONSchemaProps, path []string) *apiextensionsv1.JSONSchemaProps {
			paths++
			found := follow(from, path)
			if found == nil {
				t.Errorf("%s has no %s, which %s shows", r.GroupVersionKind.Kind, strings.Join(path, "."), what)
				return &apiextensionsv1.JSONSchemaProps{}
			}
			return found
		}
		for label, path := range r.LabelsFromPath {
			check(label, schema, path)
		}
		for _, m := range r.Metrics {
			for _, each := range []*struct {
				Path, ValueFrom []string
				LabelsFromPath  map[string][]string
				LabelName       string
				List            []string
				NilIsZero       bool
			}{m.Each.Gauge, m.Each.StateSet, m.Each.Info} {
				if each == nil {
					continue
				}
				at := check(m.Name, schema, each.Path)
				check(m.Name, at, each.ValueFrom)
				for label, path := range each.LabelsFromPath {
					check(label, at, path)
				}
			}
		}
	}
	if paths < 40 {
		t.Errorf("only %d paths were looked at", paths)
	}
}

func schemaOf(t *testing.T, kind string) *apiextensionsv1.JSONSchemaProps {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "config", "crd", "bases", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(read(t, "config", "crd", "bases", filepath.Base(file)), &crd); err != nil {
			t.Fatal(err)
		}
		if crd.Spec.Names.Kind == kind {
			return crd.Spec.Versions[0].Schema.OpenAPIV3Schema
		}
	}
	t.Fatalf("there is no kind %s", kind)
	return nil
}

// follow is what a path leads to; what a list holds stands for the list.
func follow(schema *apiextensionsv1.JSONSchemaProps, path []string) *apiextensionsv1.JSONSchemaProps {
	if len(path) > 0 && path[0] == "metadata" {
		return schema // the API server's own
	}
	for _, name := range path {
		next, ok := schema.Properties[name]
		if !ok {
			return nil
		}
		if schema = &next; schema.Items != nil {
			schema = schema.Items.Schema
		}
	}
	return schema
}
