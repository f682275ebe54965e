// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
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

func TestEveryValueMattersToTheRendering(t *testing.T) {
	plain, err := template(t)
	if err != nil {
		t.Fatal(err)
	}
	digest := "sha256:" + strings.Repeat("a", 64)
	for set, shows := range map[string]string{
		"image.repository=mirror.example/praxis": "image: mirror.example/praxis:v",
		"image.tag=v9":                           "image: ghcr.io/praxis-dev/praxis:v9",
		"image.digest=" + digest:                 "image: ghcr.io/praxis-dev/praxis@" + digest,
		"image.pullPolicy=Always":                "imagePullPolicy: Always",
		"imagePullSecrets={mirror}":              "- name: mirror",
		"imagePullSecrets[0].name=vault":         "- name: vault",
		"replicas=1":                             "replicas: 1",
		"historyWeeks=4":                         "--history-weeks=4",
		"logLevel=debug":                         "--zap-log-level=debug",
		oneProvider:                              "url: http://prometheus.monitoring:9090",
		oneProvider + ",providers[0].enforceNamespaceLabel=tenant":             "enforceNamespaceLabel: tenant",
		oneProvider + ",providers[0].queriesPerSecond=3":                       "port: 9090",
		oneProvider + ",providersSecret=tokens":                                "secretName: tokens",
		"extraArgs={--clock-speed=60}":                                         `"--clock-speed=60"`,
		"resources.limits.memory=1Gi":                                          "memory: 1Gi",
		"nodeSelector.disk=fast":                                               "disk: fast",
		"tolerations[0].operator=Exists":                                       "operator: Exists",
		"affinity.nodeAffinity.a=b":                                            "nodeAffinity:",
		"topologySpreadConstraints[0].topologyKey=topology.kubernetes.io/zone": "topologyKey: topology.kubernetes.io/zone",
		"deploymentAnnotations.team=platform":                                  "team: platform",
		"priorityClassName=system-cluster-critical":                            "priorityClassName: system-cluster-critical",
		"podAnnotations.team=platform":                                         "team: platform",
		"podLabels.team=platform":                                              "team: platform",
		"serviceAccount.annotations.team=platform":                             "team: platform",
		"networkPolicy.apiServerPorts={8443}":                                  "- port: 8443",
		"networkPolicy.apiServerCIDRs={10.0.0.1/32}":                           "cidr: 10.0.0.1/32",
		oneProvider + ",networkPolicy.providerPorts={9091}":                    "port: 9091",
		"networkPolicy.metricsFrom[0].namespaceSelector.matchExpressions[0].key=team,networkPolicy.metricsFrom[0].namespaceSelector.matchExpressions[0].operator=Exists": "operator: Exists",
		"networkPolicy.metricsFrom[0].podSelector.matchLabels.app=scraper":                                                                                               "app: scraper",
		"metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.labels.a=see":                                                                                        "a: see",
		"metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.interval=90s":                                                                                        "interval: 90s",
		"metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.relabelings[0].action=labeldrop":                                                                     "action: labeldrop",
		"metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.metricRelabelings[0].action=keep":                                                                    "action: keep",
		"metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.tlsConfig.serverName=praxis":                                                                         "serverName: praxis",
		"metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.authorization.credentials.name=prometheus":                                                           "name: prometheus",
		"metrics.rules.enabled=true,metrics.rules.labels.a=see":                                                                                                          "a: see",
		"receiver.enabled=true":                                                                                                               "--receiver-bind-address=:9292",
		"receiver.enabled=true,receiver.maxBytes=4096":                                                                                        "--receiver-max-bytes=4096",
		"receiver.enabled=true,receiver.oidcIssuers={https://issuer.example}":                                                                 "--oidc-issuers=https://issuer.example",
		"receiver.enabled=true,receiver.tls.secretName=hooks":                                                                                 "secretName: hooks",
		"receiver.enabled=true,receiver.service.type=LoadBalancer":                                                                            "type: LoadBalancer",
		"receiver.enabled=true,receiver.service.annotations.team=platform":                                                                    "team: platform",
		"receiver.enabled=true,receiver.from[0].podSelector.matchLabels.app=ingress":                                                          "app: ingress",
		"receiver.enabled=true,receiver.ingress.enabled=true,receiver.ingress.host=hooks.example":                                             `host: "hooks.example"`,
		"receiver.enabled=true,receiver.ingress.enabled=true,receiver.ingress.host=hooks.example,receiver.ingress.className=public":           "ingressClassName: public",
		"receiver.enabled=true,receiver.ingress.enabled=true,receiver.ingress.host=hooks.example,receiver.ingress.annotations.team=platform":  "team: platform",
		"receiver.enabled=true,receiver.ingress.enabled=true,receiver.ingress.host=hooks.example,receiver.ingress.tlsSecretName=hooks":        "secretName: hooks",
		"receiver.enabled=true,receiver.httpRoute.enabled=true,receiver.httpRoute.parentRefs[0].name=public":                                  "name: public",
		"receiver.enabled=true,receiver.httpRoute.enabled=true,receiver.httpRoute.parentRefs[0].name=public,receiver.httpRoute.hostnames={h}": "- h",
		"grafana.dashboards.enabled=true":                                                                                                     `grafana_dashboard: "1"`,
		"grafana.dashboards.enabled=true,grafana.dashboards.labels.a=see":                                                                     "a: see",
	} {
		if text, err := template(t, "--set", set); err != nil || !strings.Contains(text, shows) || text == plain {
			t.Errorf("with %s there is no %q: %v", set, shows, err)
		}
	}
	for set, hides := range map[string]string{
		"crds.enabled=false":                "kind: CustomResourceDefinition",
		"crds.keep=false":                   "helm.sh/resource-policy",
		"podDisruptionBudget.enabled=false": "kind: PodDisruptionBudget",
		"networkPolicy.enabled=false":       "kind: NetworkPolicy",
		"metrics.enabled=false":             "tokenreviews",
		"resources.limits.memory=null":      "GOMEMLIMIT",
		"topologySpreadConstraints=null":    "topologySpreadConstraints",
	} {
		if text, err := template(t, "--set", set); err != nil || strings.Contains(text, hides) || !strings.Contains(plain, hides) {
			t.Errorf("with %s there still is %q: %v", set, hides, err)
		}
	}
}

// A null takes a default away, and its key with it before the schema looks.
func TestAValueThatIsTakenAwayIsRefusedOrNeedsNone(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := yaml.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	// Without these it would say what nobody asked for, or less than it has to.
	needed := map[string]bool{
		"image": true, "image.repository": true, "image.pullPolicy": true, "replicas": true, "historyWeeks": true, "logLevel": true,
		"crds": true, "crds.enabled": true, "crds.keep": true, "admission": true, "admission.stamping": true, "resources": true,
		"serviceAccount": true, "podDisruptionBudget": true, "podDisruptionBudget.enabled": true,
		"networkPolicy": true, "networkPolicy.enabled": true, "networkPolicy.apiServerPorts": true,
		"metrics": true, "metrics.enabled": true, "metrics.serviceMonitor": true, "metrics.serviceMonitor.enabled": true,
		"metrics.rules": true, "metrics.rules.enabled": true,
		"dashboard": true, "dashboard.enabled": true, "dashboard.replicas": true, "dashboard.mode": true, "dashboard.plainImpersonation": true,
		"dashboard.session": true, "dashboard.session.secretName": true, "dashboard.session.version": true,
		"dashboard.oidc": true, "dashboard.oidc.secretName": true, "dashboard.oidc.scopes": true, "dashboard.oidc.user": true, "dashboard.oidc.groups": true,
		"dashboard.oidc.refuse": true, "dashboard.oidc.ports": true,
		"dashboard.proxy": true, "dashboard.proxy.names": true, "dashboard.proxy.userHeader": true, "dashboard.proxy.groupsHeader": true, "dashboard.proxy.groupsSeparator": true,
		"dashboard.tls": true, "dashboard.service": true, "dashboard.networkPolicy": true,
		"dashboard.ingress": true, "dashboard.ingress.enabled": true, "dashboard.httpRoute": true, "dashboard.httpRoute.enabled": true,
		"receiver": true, "receiver.enabled": true, "receiver.maxBytes": true, "receiver.oidcIssuers": true, "receiver.tls": true, "receiver.tls.secretName": true,
		"receiver.service": true, "receiver.service.type": true, "receiver.ingress": true, "receiver.ingress.enabled": true,
		"receiver.httpRoute": true, "receiver.httpRoute.enabled": true,
		"grafana": true, "grafana.dashboards": true, "grafana.dashboards.enabled": true, "grafana.dashboards.labels": true,
	}
	shown := []string{"--set", "metrics.serviceMonitor.enabled=true,metrics.rules.enabled=true,grafana.dashboards.enabled=true,dashboard.enabled=true"}
	var look func(prefix string, values map[string]any)
	look = func(prefix string, values map[string]any) {
		for key, value := range values {
			path := prefix + strings.ReplaceAll(key, ".", `\.`)
			_, err := template(t, append(shown, "--set", path+"=null")...)
			switch {
			case needed[path] && (err == nil || !strings.Contains(err.Error(), fmt.Sprintf("missing property '%s'", key))):
				t.Errorf("without %s it says %v", path, err)
			case !needed[path] && err != nil:
				t.Errorf("without %s it cannot be rendered: %v", path, err)
			}
			delete(needed, path)
			if inner, ok := value.(map[string]any); ok {
				look(path+".", inner)
			}
		}
	}
	look("", values)
	if len(needed) > 0 {
		t.Errorf("there are no values %v", slices.Collect(maps.Keys(needed)))
	}
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

func TestNoObjectOfTheSchemaOfTheValuesIsOpen(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(chart, "values.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	// What others define, Helm itself and the kinds that it goes into, they hold to be right as well.
	others := []string{
		"/properties/global", "/properties/affinity", "/properties/topologySpreadConstraints/items",
		"/properties/metrics/properties/serviceMonitor/properties/relabelings/items", "/properties/metrics/properties/serviceMonitor/properties/metricRelabelings/items",
		"/properties/dashboard/properties/httpRoute/properties/parentRefs/items",
		"/properties/metrics/properties/serviceMonitor/properties/tlsConfig", "/properties/metrics/properties/serviceMonitor/properties/authorization",
	}
	var look func(path string, node any)
	look = func(path string, node any) {
		switch node := node.(type) {
		case []any:
			for i, n := range node {
				look(fmt.Sprint(path, "/", i), n)
			}
		case map[string]any:
			if additional := node["additionalProperties"]; node["type"] == "object" && !slices.Contains(others, path) {
				if typed, isMap := additional.(map[string]any); additional != false && (!isMap || typed["type"] != "string") {
					t.Errorf("%s lets in anything", path)
				}
			}
			for key, n := range node {
				look(path+"/"+key, n)
			}
		}
	}
	look("", schema)
}
