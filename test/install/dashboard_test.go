// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/diff"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/config/crd"
	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/test/controlplane"
)

const dashboardName = "praxis-dashboard"

// Values by which the dashboard lets people in, each with all that it needs.
const (
	byOIDC  = "dashboard.enabled=true,dashboard.mode=oidc,dashboard.publicURL=https://praxis.example.org,dashboard.oidc.issuer=https://id.example.org,dashboard.oidc.clientID=praxis"
	byProxy = "dashboard.enabled=true,dashboard.mode=proxy,dashboard.tls.secretName=tls,dashboard.proxy.secretName=ca,dashboard.proxy.names={front}"
	byToken = "dashboard.enabled=true"
)

// withDashboard is what kustomize makes of the default with the dashboard added.
func withDashboard(t *testing.T) map[string]*unstructured.Unstructured {
	t.Helper()
	overlay := t.TempDir()
	within := func(folder string) string {
		path, err := filepath.Abs(filepath.Join(root, "config", folder))
		if err == nil {
			path, err = filepath.Rel(overlay, path)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := fmt.Sprintf("resources: [%s]\ncomponents: [%s]\n", within("default"), within("dashboard"))
	if err := os.WriteFile(filepath.Join(overlay, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := tool(t, os.DevNull, "kustomize", "build", overlay)
	if err != nil {
		t.Fatal(err)
	}
	return objects(t, out)
}

func TestTheDashboardIsTheSameByBoth(t *testing.T) {
	byHelm, byKustomize := rendered(t, "--set", byToken), withDashboard(t)
	delete(byKustomize, "Namespace "+systemNamespace)
	for _, key := range slices.Sorted(maps.Keys(byKustomize)) {
		if byHelm[key] == nil {
			t.Errorf("the chart lacks %s", key)
			continue
		}
		// Labels of all objects come with the overlay that adds the dashboard, which here is a test.
		ours, theirs := comparable(byKustomize[key]), comparable(byHelm[key])
		if !strings.Contains(key, dashboardName) {
			continue // another test compares it
		}
		for _, o := range []map[string]any{ours, theirs} {
			unstructured.RemoveNestedField(o, "metadata", "labels")
		}
		if a, b := fmt.Sprint(ours), fmt.Sprint(theirs); a != b {
			t.Errorf("%s differs, kustomize and helm: %s", key, diff.Diff(ours, theirs))
		}
	}
	for key := range byHelm {
		if byKustomize[key] == nil {
			t.Errorf("the kustomization lacks %s", key)
		}
	}
	for key := range rendered(t) {
		if strings.Contains(key, dashboardName) {
			t.Errorf("%s is there without being asked for", key)
		}
	}
}

func TestEveryValueOfTheDashboardMattersToTheRendering(t *testing.T) {
	for set, shows := range map[string]string{
		byToken + ",dashboard.replicas=3":                                    "replicas: 3",
		byToken + ",dashboard.extraArgs={--zap-devel}":                       `"--zap-devel"`,
		byToken + ",dashboard.session.secretName=mine":                       "secretName: mine",
		byToken + ",dashboard.session.version=7":                             "--session-version=7",
		byToken + ",dashboard.clientAddressHeader=X-Forwarded-For":           "--client-address-header=X-Forwarded-For",
		byToken + ",dashboard.resources.limits.memory=3Gi":                   "memory: 3Gi",
		byToken + ",dashboard.tls.secretName=cert":                           "--tls-dir=/etc/praxis/tls",
		byToken + ",dashboard.service.annotations.team=platform":             "team: platform",
		byToken + ",dashboard.networkPolicy.from[0].ipBlock.cidr=10.0.0.0/8": "cidr: 10.0.0.0/8",
		byToken: "resources: [\"tokenreviews\"]",
		byToken + ",dashboard.ingress.enabled=true,dashboard.ingress.host=praxis.example.org":                                                         "host: praxis.example.org",
		byToken + ",dashboard.ingress.enabled=true,dashboard.ingress.host=a.b,dashboard.ingress.className=nginx":                                      "ingressClassName: nginx",
		byToken + ",dashboard.ingress.enabled=true,dashboard.ingress.host=a.b,dashboard.ingress.annotations.team=platform":                            "team: platform",
		byToken + ",dashboard.ingress.enabled=true,dashboard.ingress.host=a.b,dashboard.ingress.tlsSecretName=cert":                                   "secretName: cert",
		byToken + ",dashboard.httpRoute.enabled=true,dashboard.httpRoute.parentRefs[0].name=front":                                                    "- name: front",
		byToken + ",dashboard.httpRoute.enabled=true,dashboard.httpRoute.parentRefs[0].name=front,dashboard.httpRoute.hostnames={praxis.example.org}": "- praxis.example.org",
		byOIDC: "--public-url=https://praxis.example.org",
		byOIDC + ",dashboard.oidc.issuer=https://other.example.org": `"--oidc-issuer=https://other.example.org"`,
		byOIDC + ",dashboard.oidc.clientID=other":                   `"--oidc-client-id=other"`,
		byOIDC + ",dashboard.oidc.secretName=mine":                  "secretName: mine",
		byOIDC + ",dashboard.oidc.privateCA=true":                   "--oidc-ca-file=/etc/praxis/oidc/ca.crt",
		byOIDC + ",dashboard.oidc.scopes={one,two}":                 "--oidc-scopes=one,two",
		byOIDC + ",dashboard.oidc.user=claims.sub":                  `"--oidc-user=claims.sub"`,
		byOIDC + ",dashboard.oidc.groups=claims.roles":              `"--oidc-groups=claims.roles"`,
		byOIDC + ",dashboard.oidc.refuse=claims.why":                `"--oidc-refuse=claims.why"`,
		byOIDC + ",dashboard.oidc.ports={8444}":                     "port: 8444",
		byProxy + ",dashboard.proxy.secretName=signers":             "secretName: signers",
		byProxy + ",dashboard.proxy.names={one,two}":                "--proxy-names=one,two",
		byProxy + ",dashboard.proxy.userHeader=X-User":              "--proxy-user-header=X-User",
		byProxy + ",dashboard.proxy.groupsHeader=X-Groups":          "--proxy-groups-header=X-Groups",
		byProxy + ",dashboard.proxy.groupsSeparator=;":              `"--proxy-groups-separator=;"`,
	} {
		if text, err := template(t, "--set", set); err != nil || !strings.Contains(strings.ReplaceAll(text, "resources:\n  - tokenreviews", `resources: ["tokenreviews"]`), shows) {
			t.Errorf("with %s there is no %q: %v", set, shows, err)
		}
	}
	old := []string{"--kube-version", "1.35.0", "--set", byToken}
	if text, err := template(t, append(old, "--set", "dashboard.plainImpersonation=true")...); err != nil || !strings.Contains(text, "dashboard-impersonation-plain") {
		t.Errorf("an older server gets no right that it knows: %v", err)
	}
	if text, err := template(t, old...); err != nil || strings.Contains(text, "dashboard-impersonation-plain") {
		t.Errorf("an older server gets a right that nobody has asked for: %v", err)
	}
	if text, err := template(t, "--set", byOIDC); err != nil || strings.Contains(text, "dashboard-tokens") {
		t.Errorf("it may review tokens, and nobody pastes any: %v", err)
	}
}

func TestTheChartSaysWhatTheDashboardLacks(t *testing.T) {
	for set, says := range map[string]string{
		"dashboard.enabled=true,dashboard.mode=oidc":                   "needs dashboard.publicURL, dashboard.oidc.issuer and dashboard.oidc.clientID",
		"dashboard.enabled=true,dashboard.mode=proxy":                  "without them anybody could say who they are",
		"dashboard.enabled=true,dashboard.mode=anonymous":              "value must be one of 'oidc', 'token', 'proxy'",
		"dashboard.enabled=true,dashboard.plainImpersonation=true":     "needs no such thing: set it to false",
		"dashboard.enabled=true,dashboard.ingress.enabled=true":        "set dashboard.ingress.host",
		"dashboard.enabled=true,dashboard.httpRoute.enabled=true":      "dashboard.httpRoute.parentRefs",
		"dashboard.enabled=true,dashboard.publicURL=http://a.b":        "does not match pattern",
		"dashboard.enabled=true,dashboard.replicas=0":                  "minimum: got 0, want 1",
		"dashboard.enabled=true,dashboard.oidc.clientSecret=in-values": "additional properties 'clientSecret' not allowed",
	} {
		if _, err := template(t, "--set", set); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("with %s it says %v, want %q", set, err, says)
		}
	}
}

// S2 of what leaves the dashboard: the role allows what access lets through, and nothing else.
func TestTheDashboardMayWriteForPeopleWhatItWritesAndNothingElse(t *testing.T) {
	all := withDashboard(t)
	var want []string
	for resource, verbs := range access.AsPeople() {
		for _, verb := range verbs {
			want = append(want, right("impersonate-on:user-info:"+verb, "praxis.dev", resource))
		}
	}
	for _, what := range []string{"users", "groups"} {
		want = append(want, right("impersonate:user-info", "authentication.k8s.io", what))
	}
	slices.Sort(want)
	if got := rights(t, all["ClusterRole praxis-dashboard-impersonation"]); !slices.Equal(got, want) {
		t.Errorf("the role grants\n%v\nand the dashboard writes\n%v", got, want)
	}
	var reads []string
	for _, kind := range crd.Kinds() {
		if kind == "IncentiveStatement" { // is read one at a time, of whom it is about
			reads = append(reads, right("get", "praxis.dev", access.Resource(kind)))
			continue
		}
		for _, verb := range []string{"list", "watch"} {
			reads = append(reads, right(verb, "praxis.dev", access.Resource(kind)))
		}
	}
	reads = append(reads, right("create", "authorization.k8s.io", "subjectaccessreviews"))
	slices.Sort(reads)
	if got := rights(t, all["ClusterRole "+dashboardName]); !slices.Equal(got, reads) {
		t.Errorf("its own role grants\n%v\nand it needs\n%v", got, reads)
	}
}

func TestTheInstalledDashboardServesUnderTheRightsItShipsWith(t *testing.T) {
	tokens, audit := filepath.Join(t.TempDir(), "tokens.csv"), filepath.Join(t.TempDir(), "audit.log")
	if err := os.WriteFile(tokens, []byte("token-of-kim,"+kim+",kim\ntoken-of-lou,"+lou+",lou\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newCluster(t, controlplane.Options{ControllerManager: true, AuditLog: audit, APIServerArgs: []string{"--token-auth-file=" + tokens}})
	c.namespace(systemNamespace)
	c.mustHelm("install", releaseName, chart, "--set", byToken)
	c.knowsOurKinds()
	c.namespace(goals)
	c.person(kim, goals, "praxis-view")
	c.apply(c.admin, goals, "minimal.yaml")
	c.paysFor("2026-Q4")
	c.must(c.admin.Create(c.ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: "praxis-dashboard-session"}, StringData: map[string]string{"key": strings.Repeat("k", 48)},
	}))
	c.eventually("the Pods are admitted under the restricted standard", func() (bool, error) {
		var pods corev1.PodList
		err := c.admin.List(c.ctx, &pods, client.InNamespace(systemNamespace), client.MatchingLabels{"app.kubernetes.io/component": "dashboard"})
		return len(pods.Items) == 2, err
	})
	r := c.startDashboard()
	c.eventually("it is ready", func() (bool, error) {
		status, _, err := r.get("http://"+r.Probes+"/readyz", "")
		return status == http.StatusOK, err
	})
	for token, says := range map[string]string{"token-of-kim": kim, "token-of-lou": lou} {
		c.eventually(says+" is known", func() (bool, error) {
			status, body, err := r.get("http://"+r.Serves+"/me", token)
			sees := strings.Contains(body, goals)
			return status == http.StatusOK && strings.Contains(body, says) && sees == (says == kim), err
		})
	}
	if status, body, err := r.get("http://"+r.Serves+"/pay", "token-of-lou"); status != http.StatusOK || err != nil {
		t.Errorf("what lou is paid answers %d %s: %v", status, body, err)
	}
	if _, body, err := r.get("http://"+r.Serves+"/me", "a-made-up-token"); err != nil || strings.Contains(body, kim) || strings.Contains(body, goals) {
		t.Errorf("a token that nobody has shows %q: %v", body, err)
	}
	r.stop()
	c.dashboardUsesWhatItIsGranted(audit)
}

// paysFor leaves a policy as the operator does, so that people are looked for among its statements.
func (c *cluster) paysFor(quarter string) {
	c.Helper()
	c.apply(c.admin, goals, filepath.Join("incentives", "points.yaml"))
	p := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "praxis.dev/v1alpha1", "kind": "IncentivePolicy"}}
	c.must(c.admin.Get(c.ctx, client.ObjectKey{Namespace: goals, Name: "safe-deploys-points"}, p))
	c.must(unstructured.SetNestedField(p.Object, quarter, "status", "quarter"))
	c.must(c.admin.Status().Update(c.ctx, p))
}

func (c *cluster) startDashboard() *replica {
	c.Helper()
	folder := c.TempDir()
	c.must(controlplane.Build(c.ctx, folder, "./cmd/"+dashboardName))
	does, err := c.plane.Replica(c.ctx, systemNamespace, dashboardName, filepath.Join(folder, dashboardName), filepath.Join(c.TempDir(), "dashboard.kubeconfig"))
	c.must(err)
	log, err := os.CreateTemp(c.TempDir(), "dashboard-")
	c.must(err)
	defer log.Close() // the child has its own
	r := &replica{cluster: c, Replica: does, log: log.Name()}
	r.Stdout, r.Stderr = log, log
	c.must(r.Start())
	c.Cleanup(r.stop)
	return r
}

// dashboardUsesWhatItIsGranted compares the audit log with the account's roles. What it writes
// for people other tests try, since the log has those under the people's rights.
func (c *cluster) dashboardUsesWhatItIsGranted(audit string) {
	used, refused := requestsOf(c.T, audit, "system:serviceaccount:"+systemNamespace+":"+dashboardName)
	if len(refused) > 0 {
		c.Errorf("it asked for what it may not: %v", slices.Sorted(maps.Keys(refused)))
	}
	all := rendered(c.T, "--set", byToken)
	granted := rights(c.T, all["ClusterRole "+dashboardName], all["ClusterRole praxis-dashboard-tokens"])
	for _, right := range granted {
		if used[right] == 0 && !unseen(right) {
			c.Errorf("nothing needs the right to %s", right)
		}
	}
	for right := range used {
		if !slices.Contains(granted, right) && !forEverybody(right) && right != "get /readyz" {
			c.Errorf("it did %s by a right that it does not ship with", right)
		}
	}
}
