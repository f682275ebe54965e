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

	"sigs.k8s.io/yaml"
)

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
