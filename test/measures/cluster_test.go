// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measures

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/metrics/pkg/apis/external_metrics/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// given runs the commands that the condition has, as somebody who may give the right.
func (s *stage) given(said string) {
	s.Helper()
	_, commands, ok := strings.Cut(said, "; run: ")
	if !ok {
		s.Fatalf("there are no commands in %s", said)
	}
	bin, err := filepath.Abs(filepath.Join(root, "bin"))
	s.must(err)
	shell := exec.Command("sh", "-ec", commands)
	shell.Env = append(os.Environ(), "KUBECONFIG="+s.kubeconfig, "PATH="+bin+":"+os.Getenv("PATH"))
	if out, err := shell.CombinedOutput(); err != nil {
		s.Fatalf("%s: %v: %s", commands, err, out)
	}
}

// taken deletes the binding that gave the right.
func (s *stage) taken() {
	s.Helper()
	s.must(s.admin.Delete(s.Context(), &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "praxis-first-try"}}))
}

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: servicelevelobjectives.pyrra.dev}
spec:
  group: pyrra.dev
  scope: Namespaced
  names: {kind: ServiceLevelObjective, listKind: ServiceLevelObjectiveList, plural: servicelevelobjectives, singular: servicelevelobjective}
  versions:
  - name: v1alpha1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`

func TestAMeasureFollowsAnObject(t *testing.T) {
	s := newStage(t)
	s.goal(`{object: {apiVersion: pyrra.dev/v1alpha1, kind: ServiceLevelObjective, name: pay, value: "100.0 * double(object.status.good) / double(object.status.all)"}, interval: 1m, staleAfter: 1h}`)
	s.run("")
	s.comes(" False SourceFailing -", "the cluster knows no ServiceLevelObjective of pyrra.dev/v1alpha1; install its definition")
	s.apply(definition)
	said := s.comes(" False Unauthorized -", "the operator may not read it; run: kubectl create role praxis-first-try -n shop --verb=get --resource=servicelevelobjectives.pyrra.dev --resource-name=pay && ")
	s.given(said)
	s.comes(" False NoData -", "ServiceLevelObjective pay is not in shop; create it")
	s.apply("apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: pay}\n")
	s.comes(" False NoData -", "see whether the object has the field by now")
	slo := &unstructured.Unstructured{}
	slo.SetAPIVersion("pyrra.dev/v1alpha1")
	slo.SetKind("ServiceLevelObjective")
	set := func(good, all any) {
		t.Helper()
		s.must(s.admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "pay"}, slo))
		slo.Object["status"] = map[string]any{"good": good, "all": all}
		s.must(s.admin.Update(t.Context(), slo))
	}
	set(182.0, 200.0)
	s.comes("91 True Reading 55%", "")
	set(190.0, 200.0)
	s.comes("95 True Reading 75%", "")
	set("many", 200.0)
	s.comes("95 False NotANumber 75%", "source.object.value of ServiceLevelObjective pay: ")
	set(0.0, 0.0)
	s.comes("95 False NotANumber 75%", `"NaN"`)
	set(190.0, 200.0)
	s.comes("95 True Reading 75%", "")
	s.taken()
	s.comes("95 False Unauthorized 75%", "kubectl create rolebinding praxis-first-try -n shop --role=praxis-first-try --user=praxis-operator")
	s.must(s.admin.Delete(t.Context(), &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "praxis-first-try"}}))
	s.given(said)
	s.comes("95 True Reading 75%", "")
	s.rests()
	began := time.Now()
	time.Sleep(5 * time.Second)
	if w := s.writes(began); len(w) > 0 {
		t.Errorf("while nothing moves the operator wrote %v", w)
	}
}

// adapter serves external.metrics.k8s.io, as KEDA and prometheus-adapter do.
type adapter struct {
	mu     sync.Mutex
	values []v1beta1.ExternalMetricValue
	status int
	old    time.Duration // of the values
	asked  string
}

func (a *adapter) says(status int, values ...v1beta1.ExternalMetricValue) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status, a.values = status, values
}

func value(text string) v1beta1.ExternalMetricValue {
	return v1beta1.ExternalMetricValue{MetricName: "first_try_ratio", Value: resource.MustParse(text)}
}

func (a *adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	var answer any
	switch r.URL.Path {
	case "/apis/external.metrics.k8s.io/v1beta1":
		answer = metav1.APIResourceList{
			TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: "external.metrics.k8s.io/v1beta1",
			APIResources: []metav1.APIResource{{Name: "externalmetrics", Namespaced: true, Kind: "ExternalMetricValueList", Verbs: []string{"get"}}},
		}
	case "/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/first_try_ratio":
		a.asked = r.URL.Query().Get("labelSelector")
		if a.status != http.StatusOK {
			w.WriteHeader(a.status)
			answer = metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Code: int32(a.status), Message: "secret"}
			break
		}
		for i := range a.values {
			a.values[i].Timestamp = metav1.NewTime(time.Now().Add(-a.old))
		}
		answer = v1beta1.ExternalMetricValueList{TypeMeta: metav1.TypeMeta{Kind: "ExternalMetricValueList", APIVersion: "external.metrics.k8s.io/v1beta1"}, Items: a.values}
	default:
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func TestAMeasureFollowsAnExternalMetric(t *testing.T) {
	s := newStage(t)
	a := &adapter{status: http.StatusOK}
	server := httptest.NewTLSServer(a)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	s.must(err)
	s.goal(`{externalMetric: {name: first_try_ratio, selector: {matchLabels: {shop: a}}}, interval: 1m, staleAfter: 1h}`)
	s.run("")
	said := s.comes(" False Unauthorized -", "kubectl create role praxis-first-try -n shop --verb=list --resource='*.external.metrics.k8s.io' && ")
	s.given(said)
	s.comes(" False SourceFailing -", "has no metric first_try_ratio in shop, or nothing serves it; see kubectl get apiservice v1beta1.external.metrics.k8s.io")
	s.apply(fmt.Sprintf(`
apiVersion: v1
kind: Service
metadata: {name: adapter, namespace: praxis-system}
spec: {type: ExternalName, externalName: localhost}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.external.metrics.k8s.io}
spec:
  group: external.metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: adapter, namespace: praxis-system, port: %s}
`, port))
	s.comes(" False NoData -", "see that something serves the metric in this namespace, and its selector")
	a.says(http.StatusOK, value("91250m"))
	s.comes("91.3 True Reading 57%", "")
	a.mu.Lock()
	if a.asked != "shop=a" {
		t.Errorf("it was asked with %q", a.asked)
	}
	a.mu.Unlock()
	a.says(http.StatusOK, value("95"))
	s.comes("95 True Reading 75%", "")
	a.says(http.StatusOK, value("95"), value("96"))
	s.comes("95 False TooManySeries 75%", "choose one with the selector")
	a.says(http.StatusOK)
	s.comes("95 False NoData 75%", "")
	a.says(http.StatusTooManyRequests)
	s.comes("95 False RateLimited 75%", "make the interval longer")
	a.says(http.StatusInternalServerError)
	if said := s.comes("95 False SourceFailing 75%", "external.metrics.k8s.io"); strings.Contains(said, "secret") {
		t.Errorf("it says %s", said)
	}
	a.mu.Lock()
	a.old = 2 * time.Minute // two hours of the operator's clock
	a.mu.Unlock()
	a.says(http.StatusOK, value("90"))
	s.comes("95 False Stale 75% (stale)", "the newest sample is from 2026-11-23 ")
	a.mu.Lock()
	a.old = 0
	a.mu.Unlock()
	s.comes("90 True Reading 50%", "")
}
