// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/diff"
	"sigs.k8s.io/yaml"

	"github.com/praxis-dev/praxis/internal/provider"
)

// whatKeepsDefinitions is what Helm, and what Flux, is told to leave them by, and all goals with them.
var whatKeepsDefinitions = []string{"helm.sh/resource-policy", "kustomize.toolkit.fluxcd.io/prune"}

func TestDefinitionsStayWhenWhatInstalledThemGoes(t *testing.T) {
	for keep, all := range map[string]map[string]*unstructured.Unstructured{
		"helm.sh/resource-policy: keep": rendered(t), "kustomize.toolkit.fluxcd.io/prune: disabled": built(t, "default"),
	} {
		annotation, value, _ := strings.Cut(keep, ": ")
		count := 0
		for key, o := range all {
			if o.GetKind() != "CustomResourceDefinition" {
				continue
			}
			count++
			if o.GetAnnotations()[annotation] != value {
				t.Errorf("%s does not say %s: it would go, and every object of it", key, keep)
			}
		}
		if count == 0 {
			t.Errorf("there are no definitions that could say %s", keep)
		}
	}
}

// comparable takes off what tells an installer from another.
func comparable(o *unstructured.Unstructured) map[string]any {
	o = o.DeepCopy()
	labels := o.GetLabels()
	for _, l := range []string{"helm.sh/chart", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by"} {
		delete(labels, l)
	}
	o.SetLabels(labels)
	annotations := o.GetAnnotations()
	for _, keep := range whatKeepsDefinitions {
		delete(annotations, keep)
	}
	if len(annotations) == 0 {
		annotations = nil
	}
	o.SetAnnotations(annotations)
	// Both decode numbers differently; JSON makes them alike.
	var plain map[string]any
	text, _ := json.Marshal(o.Object)
	_ = json.Unmarshal(text, &plain)
	return plain
}

func TestTheChartAndTheKustomizationDescribeTheSameSystem(t *testing.T) {
	for _, c := range []struct {
		folder string
		args   []string
	}{
		{"default", []string{"--set", "admission.stamping=always"}},
		{"default", nil}, // without a server Helm takes a recent one for granted
		{"default-unstamped", []string{"--set", "admission.stamping=never"}},
		{"default-unstamped", []string{"--kube-version", "1.35.0"}},
	} {
		folder := c.folder
		byHelm, byKustomize := rendered(t, c.args...), built(t, folder)
		// Helm makes the namespace of a release itself, and only where it is told to.
		delete(byKustomize, "Namespace "+systemNamespace)
		for _, key := range slices.Sorted(maps.Keys(byKustomize)) {
			if byHelm[key] == nil {
				t.Errorf("%s: the chart lacks %s", folder, key)
				continue
			}
			ours, theirs := comparable(byKustomize[key]), comparable(byHelm[key])
			if a, b := fmt.Sprint(ours), fmt.Sprint(theirs); a != b {
				t.Errorf("%s: %s differs, kustomize and helm: %s", folder, key, diff.Diff(ours, theirs))
			}
		}
		for key := range byHelm {
			if byKustomize[key] == nil {
				t.Errorf("%s: the kustomization lacks %s", folder, key)
			}
		}
	}
}

func TestMonitoringIsTheSameByBoth(t *testing.T) {
	byKustomize := built(t, "prometheus")
	maps.Copy(byKustomize, built(t, "grafana"))
	byHelm := rendered(t, "--set", "metrics.serviceMonitor.enabled=true", "--set", "metrics.rules.enabled=true", "--set", "grafana.dashboards.enabled=true")
	for key, o := range byKustomize {
		if byHelm[key] == nil {
			t.Errorf("the chart lacks %s", key)
			continue
		}
		if ours, theirs := fmt.Sprint(comparable(o)), fmt.Sprint(comparable(byHelm[key])); ours != theirs && o.GetKind() == "ConfigMap" {
			t.Errorf("%s:\n%.2000s\n%.2000s", key, ours, theirs)
		}
		if ours, theirs := fmt.Sprint(comparable(o)["spec"]), fmt.Sprint(comparable(byHelm[key])["spec"]); ours != theirs {
			t.Errorf("%s:\n%s\n%s", key, ours, theirs)
		}
	}
}

func TestTheChartAsksTheServerWhetherItStampsNames(t *testing.T) {
	count := func(args ...string) (n int) {
		for key := range rendered(t, args...) {
			if strings.HasPrefix(key, "MutatingAdmissionPolicy ") {
				n++
			}
		}
		return n
	}
	if n := count(); n != 6 {
		t.Errorf("%d policies stamp on a server that can", n)
	}
	for why, args := range map[string][]string{
		"none is wanted":                 {"--set", "admission.stamping=never"},
		"the server is older":            {"--kube-version", "1.35.2"},
		"the server has switched it off": {"--api-versions", "v1/Namespace"},
	} {
		if n := count(args...); n != 0 {
			t.Errorf("%d policies stamp where %s", n, why)
		}
	}
}

func TestTheChartSaysWhatItCannotDo(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a server too old":         {[]string{"--kube-version", "1.31.14"}, "Praxis needs Kubernetes 1.32 or later"},
		"a server too old to sign": {[]string{"--kube-version", "1.35.0", "--set", "admission.stamping=always"}, "people write their own names"},
		"alerts without metrics":   {[]string{"--set", "metrics.enabled=false", "--set", "metrics.rules.enabled=true"}, "set metrics.enabled as well"},
		"an unknown value":         {[]string{"--set", "replicaCount=3"}, "additional properties 'replicaCount' not allowed"},
		"an unknown inner value":   {[]string{"--set", "metrics.serviceMonitor.scrapeTimeout=3s"}, "additional properties 'scrapeTimeout' not allowed"},
		"an interval without unit": {[]string{"--set-string", "metrics.serviceMonitor.interval=30"}, "does not match pattern"},
		"an address for a range":   {[]string{"--set", "networkPolicy.apiServerCIDRs={10.0.0.1}"}, "does not match pattern"},
		"a bad value":              {[]string{"--set", "historyWeeks=26"}, "maximum: got 26, want 25"},
		"a provider for nobody":    {[]string{"--set", "providers[0].name=main,providers[0].url=http://a"}, "missing property 'namespaces'"},
		"a provider without a URL": {[]string{"--set", "providers[0].name=main,providers[0].url=prometheus:9090,providers[0].namespaces={shop}"}, "does not match pattern"},
		"a word of no meaning":     {[]string{"--set", "admission.stamping=maybe"}, "value must be one of 'auto', 'always', 'never'"},
		"a value of another type":  {[]string{"--set-string", "crds.keep=yes"}, "got string, want boolean"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := template(t, c.args...); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %v", err)
			}
		})
	}
	if _, err := template(t, "--kube-version", "1.32.0", "--set", "admission.stamping=never"); err != nil {
		t.Error("the oldest server that will do is refused: ", err)
	}
}

// oneProvider is a Prometheus that the measures of one namespace may ask.
const oneProvider = "providers[0].name=main,providers[0].url=http://prometheus.monitoring:9090,providers[0].namespaces={shop}"

func TestTheOperatorTakesTheProvidersThatTheChartWrites(t *testing.T) {
	text, err := template(t, "--set", oneProvider+",providers[0].timeout=5s,providers[0].bearerTokenFile=/etc/praxis/files/token")
	if err != nil {
		t.Fatal(err)
	}
	for document := range strings.SplitSeq(text, "\n---\n") {
		var config corev1.ConfigMap
		if err := yaml.Unmarshal([]byte(document), &config); err != nil || config.Name != "praxis-providers" {
			continue
		}
		file, err := provider.Parse([]byte(config.Data["providers.yaml"]))
		if err != nil {
			t.Fatal(err)
		}
		if c := file.Of("main"); c == nil || !c.Serves("shop") || c.Serves("pay") || c.Timeout.Duration != 5*time.Second || c.BearerTokenFile == "" {
			t.Errorf("it reads %+v", c)
		}
		return
	}
	t.Error("there is no ConfigMap praxis-providers")
}

// Where nobody looks at the schema, a rule without ports would let out everything.
func TestWhatIsSetForPrometheusReplacesWhatItReplaces(t *testing.T) {
	monitor := func(args ...string) map[string]any {
		o := rendered(t, append(args, "--set", "metrics.serviceMonitor.enabled=true")...)["ServiceMonitor "+operatorName]
		return o.Object["spec"].(map[string]any)["endpoints"].([]any)[0].(map[string]any)
	}
	plain := monitor()
	if plain["bearerTokenFile"] == nil || plain["tlsConfig"] == nil || plain["authorization"] != nil || plain["interval"] != nil {
		t.Errorf("by itself it is %v", plain)
	}
	set := monitor("--set", "metrics.serviceMonitor.authorization.credentials.name=prometheus", "--set", "metrics.serviceMonitor.tlsConfig.serverName=praxis")
	if set["bearerTokenFile"] != nil || fmt.Sprint(set["tlsConfig"]) != "map[serverName:praxis]" || set["honorLabels"] != true {
		t.Errorf("where both are set it is %v", set)
	}
}

// OpenShift refuses a Pod that asks for a user other than those of its namespace.
func TestTheOperatorAsksForNoUserOfItsOwn(t *testing.T) {
	for name, o := range map[string]*unstructured.Unstructured{
		"chart": rendered(t)["Deployment "+operatorName], "kustomization": built(t, "default")["Deployment "+operatorName],
	} {
		text, err := o.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, asks := range []string{"runAsUser", "runAsGroup", "fsGroup", "supplementalGroups"} {
			if strings.Contains(string(text), asks) {
				t.Errorf("the %s asks for %s", name, asks)
			}
		}
		if !strings.Contains(string(text), `"runAsNonRoot":true`) {
			t.Errorf("the %s lets it be root", name)
		}
	}
}
