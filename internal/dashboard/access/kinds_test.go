// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/crd"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/gather"
)

func TestEachKindIsFoundUnderTheNameOfItsDefinition(t *testing.T) {
	var plurals, fields []string
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := crd.Bases.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(text, &d); err != nil {
			t.Fatal(err)
		}
		plurals = append(plurals, d.Spec.Names.Plural)
		if got := Resource(d.Spec.Names.Kind); got != d.Spec.Names.Plural {
			t.Errorf("%s is taken for %s", d.Spec.Names.Kind, got)
		}
		if d.Spec.Names.Kind == secretKind { // is in no cache that would find it by a field
			continue
		}
		for _, version := range d.Spec.Versions {
			for _, f := range version.SelectableFields {
				fields = append(fields, d.Spec.Names.Kind+f.JSONPath)
			}
		}
	}
	var ours, indexed []string
	all := runtime.NewScheme()
	if err := praxisv1.AddToScheme(all); err != nil {
		t.Fatal(err)
	}
	for _, kind := range kindsOf(all) {
		ours = append(ours, Resource(kind))
	}
	for _, s := range gather.Selectable {
		indexed = append(indexed, strings.TrimPrefix(fmt.Sprintf("%T", s.Of), "*v1alpha1.")+"."+s.Field)
	}
	for _, both := range [][2][]string{{plurals, ours}, {fields, indexed}} {
		slices.Sort(both[0])
		slices.Sort(both[1])
		if !slices.Equal(both[0], both[1]) {
			t.Errorf("the definitions have\n%v\nand the dashboard\n%v", both[0], both[1])
		}
	}
}

// reached is an access to a server that notes what reaches it.
func reached(t *testing.T) (*Cluster, *[]string) {
	t.Helper()
	var all []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all = append(all, fmt.Sprintf("%s %s as %s %s", r.Method, r.URL.Path, r.Header.Get("Impersonate-User"), strings.Join(r.Header.Values("Impersonate-Group"), ",")))
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(s.Close)
	c, err := NewCluster(&rest.Config{Host: s.URL}, clock.RealClock{})
	if err != nil {
		t.Fatal(err)
	}
	return c, &all
}

func TestOnlyWhatTheDashboardIsForLeavesIt(t *testing.T) {
	c, requests := reached(t)
	c.synced.Store(true)
	p := c.Client(identity.Person{User: "ben@shop.example", Groups: []string{"shop", "system:authenticated", ""}})
	metadata := metav1.ObjectMeta{Namespace: "shop", Name: "a"}
	empty := client.RawPatch("application/merge-patch+json", []byte("{}"))
	for kind := range maps.Values(map[string]client.Object{
		"": &praxisv1.Utility{ObjectMeta: metadata}, "t": &praxisv1.Team{ObjectMeta: metadata}, "p": &praxisv1.ActionPackage{ObjectMeta: metadata}, "k": &praxisv1.KeyAction{ObjectMeta: metadata},
		"w": &praxisv1.WeeklyCycle{ObjectMeta: metadata}, "a": &praxisv1.Action{ObjectMeta: metadata}, "e": &praxisv1.Evidence{ObjectMeta: metadata}, "r": &praxisv1.Review{ObjectMeta: metadata},
		"i": &praxisv1.IncentivePolicy{ObjectMeta: metadata}, "m": &praxisv1.IncentiveStatement{ObjectMeta: metadata},
		"s": &corev1.Secret{ObjectMeta: metadata}, "u": &unstructured.Unstructured{Object: map[string]any{"apiVersion": "praxis.dev/v1alpha1", "kind": "Evidence"}},
	}) {
		for name, do := range map[string]func() error{
			"create": func() error { return p.Create(t.Context(), kind, client.DryRunAll) },
			"update": func() error { return p.Update(t.Context(), kind) },
			"patch":  func() error { return p.Patch(t.Context(), kind, empty, client.DryRunAll) },
			"delete": func() error { return p.Delete(t.Context(), kind, client.DryRunAll) },
			"all":    func() error { return p.DeleteAllOf(t.Context(), kind, client.InNamespace("shop")) },
			"status": func() error {
				return p.Status().Patch(t.Context(), kind, empty, &client.SubResourcePatchOptions{PatchOptions: client.PatchOptions{DryRun: []string{metav1.DryRunAll}}})
			},
			"whole": func() error { return p.Status().Update(t.Context(), kind) },
			"made":  func() error { return p.Status().Create(t.Context(), kind, kind) },
			"scale": func() error { return p.SubResource("scale").Patch(t.Context(), kind, empty) },
			"read":  func() error { return p.SubResource("status").Get(t.Context(), kind, kind) },
			"apply": func() error { return p.Apply(t.Context(), nil) },
			"part":  func() error { return p.Status().Apply(t.Context(), nil) },
		} {
			if err := do(); err == nil {
				t.Errorf("%s of %T is let through", name, kind)
			}
		}
	}
	slices.Sort(*requests)
	as := " as ben@shop.example shop"
	const path = "/apis/praxis.dev/v1alpha1/namespaces/shop/"
	want := []string{
		"DELETE " + path + "evidence/a" + as, "PATCH " + path + "actions/a" + as, "PATCH " + path + "evidence/a/status" + as, "PATCH " + path + "incentivestatements/a" + as, "PATCH " + path + "reviews/a" + as, "POST " + path + "evidence" + as,
	}
	if !slices.Equal(*requests, want) {
		t.Errorf("what left is\n%s\nwant\n%s", strings.Join(*requests, "\n"), strings.Join(want, "\n"))
	}
}

func TestNothingIsWrittenAsNobody(t *testing.T) {
	c, requests := reached(t)
	c.synced.Store(true)
	piece := func() client.Object {
		return &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "a"}}
	}
	for name, err := range map[string]error{
		"without a name":       c.Client(identity.Person{Groups: []string{"shop"}}).Create(t.Context(), piece(), client.DryRunAll),
		"with a space behind":  c.Client(identity.Person{User: "ben "}).Create(t.Context(), piece(), client.DryRunAll),
		"in a group with one":  c.Client(identity.Person{User: "ben", Groups: []string{" shop"}}).Create(t.Context(), piece(), client.DryRunAll),
		"past the person":      c.shared.Create(t.Context(), piece(), client.DisableReadYourWritesConsistency),
		"by a key of somebody": c.shared.Create(context.WithValue(t.Context(), otherKey{}, ben), piece(), client.DisableReadYourWritesConsistency),
	} {
		if says := "nobody is signed in, so nothing is written"; err == nil || !strings.Contains(err.Error(), says) && !strings.Contains(err.Error(), "cannot be the name") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(*requests) > 0 {
		t.Errorf("what left is %v", *requests)
	}
}

func TestNothingIsWrittenAsWhoOnlyReads(t *testing.T) {
	c, requests := reached(t)
	c.synced.Store(true)
	p := identity.Person{User: "system:serviceaccount:ci:robot", ReadsOnly: "this account only reads"}
	piece := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "a"}}
	for name, err := range map[string]error{
		"as the person":     c.Client(p).Create(t.Context(), piece, client.DryRunAll),
		"past its refusals": c.shared.Create(as(t.Context(), p), piece, client.DisableReadYourWritesConsistency),
	} {
		if err == nil || !strings.Contains(err.Error(), p.ReadsOnly) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if allowed, why, err := c.May(t.Context(), p, attributes("create", "Evidence", "shop")); allowed || why != p.ReadsOnly || err != nil {
		t.Errorf("it says that it may write: %s, %v", why, err)
	}
	if len(*requests) > 0 {
		t.Errorf("what left is %v", *requests)
	}
	_, _, _ = c.May(t.Context(), p, attributes("list", "Evidence", "shop")) // which is asked
	if len(*requests) != 1 || !strings.Contains((*requests)[0], "subjectaccessreviews") {
		t.Errorf("what left is %v", *requests)
	}
}

func TestWhatARequestBroughtAlongDoesNotLeave(t *testing.T) {
	var got http.Header
	i := impersonator{roundTripper(func(r *http.Request) (*http.Response, error) {
		got = r.Header
		return nil, http.ErrServerClosed
	})}
	r := httptest.NewRequestWithContext(as(t.Context(), ben), http.MethodPost, "/", nil)
	r.Header = http.Header{"Impersonate-User": {"ana"}, "Impersonate-Group": {"system:masters"}, "Impersonate-Uid": {"1"}, "Impersonate-Extra-Scopes": {"all"}, "X-Remote-User": {"ana"}, "Accept": {"x"}}
	if _, err := i.RoundTrip(r); err == nil {
		t.Error("it was sent elsewhere")
	}
	if want := (http.Header{"Impersonate-User": {ben.User}, "Impersonate-Group": {"shop"}, "Accept": {"x"}}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("what leaves is %v", got)
	}
	if r.Header.Get("Impersonate-User") != "ana" {
		t.Error("the request of the caller was changed")
	}
}

// otherKey is not that of access, whatever stands under it.
type otherKey struct{}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestBeforeEverythingWasReadNothingIsShown(t *testing.T) {
	c, _ := reached(t)
	p := c.Client(ben)
	if err := p.List(t.Context(), &praxisv1.UtilityList{}); err == nil || !strings.Contains(err.Error(), "for the first time") {
		t.Errorf("a list says %v", err)
	}
	if err := p.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "a"}, &praxisv1.Utility{}); err == nil || !strings.Contains(err.Error(), "for the first time") {
		t.Errorf("an object says %v", err)
	}
	if err := p.Create(t.Context(), &praxisv1.Evidence{}); err == nil || !strings.Contains(err.Error(), "for the first time") {
		t.Errorf("a write says %v", err)
	}
	if _, err := c.Namespaces(t.Context(), ben); err == nil || c.Synced(nil) == nil || c.Healthy() == nil {
		t.Errorf("its namespaces say %v", err)
	}
	for _, list := range []client.ObjectList{&corev1.SecretList{}, &unstructured.UnstructuredList{}, &metav1.PartialObjectMetadataList{}} {
		if err := p.List(t.Context(), list); err == nil || strings.Contains(err.Error(), "first time") {
			t.Errorf("%T: %v", list, err)
		}
	}
	all := runtime.NewScheme()
	if err := scheme.AddToScheme(all); err != nil {
		t.Fatal(err)
	}
	if _, err := kindOf(all, &corev1.Secret{}); err == nil || !strings.Contains(err.Error(), "objects of praxis.dev only") {
		t.Errorf("a Secret says %v", err)
	}
}
