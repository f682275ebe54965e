// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/config/admission"
	"github.com/praxis-dev/praxis/config/crd"
)

// installedPolicies are ours, as a server has them.
func installedPolicies(t *testing.T) []client.Object {
	t.Helper()
	everywhere, _, err := admission.Objects()
	if err != nil {
		t.Fatal(err)
	}
	var objects []client.Object
	for i := range everywhere {
		objects = append(objects, &everywhere[i])
	}
	return objects
}

func leaseOf(holder string, renewed time.Time) *coordinationv1.Lease {
	return &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: leaseName, Namespace: "praxis-system"}, Spec: coordinationv1.LeaseSpec{
		HolderIdentity: &holder, LeaseDurationSeconds: new(int32(15)), RenewTime: new(metav1.NewMicroTime(renewed)),
	}}
}

func TestCheckSaysWhatAClusterLacks(t *testing.T) {
	resources := crd.Plurals()
	far := time.Date(2999, time.January, 1, 0, 0, 0, 0, time.UTC) // leases are compared with the real time
	for name, c := range map[string]struct {
		user    string
		release string
		served  []string
		objects func(*testing.T) []client.Object
		refuse  func(string, any) error
		lacks   bool
	}{
		"nothing": {user: "admin", release: "v1.34.1", served: resources, objects: func(t *testing.T) []client.Object {
			return append(installedPolicies(t), leaseOf("praxis-0", far))
		}},
		"all":              {user: "admin", release: "v1.34.1", lacks: true},
		"a newer server":   {user: "admin", release: "v1.29.3", lacks: true},
		"some kinds":       {user: "admin", release: "v1.34.1", served: resources[:7], objects: installedPolicies, lacks: true},
		"rights, and more": {user: "ben@shop.example", release: "v1.34.1", served: resources, refuse: policiesForbidden},
		"an altered policy": {user: "admin", release: "v1.34.1", served: resources, lacks: true, objects: func(t *testing.T) []client.Object {
			objects := installedPolicies(t)
			policy := objects[0].(*unstructured.Unstructured)
			if err := unstructured.SetNestedField(policy.Object, "Ignore", "spec", "failurePolicy"); err != nil {
				t.Fatal(err)
			}
			return objects
		}},
		"an operator that runs": {user: "admin", release: "v1.34.1", served: resources, lacks: true, objects: func(t *testing.T) []client.Object {
			return append(installedPolicies(t), leaseOf("praxis-0", thursday.AddDate(-1, 0, 0)))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: c.user, columns: "400", discovery: serving(c.release, c.served...), refuse: c.refuse}
			if c.objects != nil {
				s.extra = c.objects(t)
			}
			out, errOut, err := s.run(t, "check")
			if errors.Is(err, errFindings) != c.lacks || !c.lacks && err != nil || errOut != "" {
				t.Errorf("it ends with %v, %s", err, errOut)
			}
			// Which policies there are is no matter of this command.
			out = regexp.MustCompile(`(praxis-[a-z]+, )+praxis-[a-z]+`).ReplaceAllString(out, "praxis-…")
			golden(t, "check lacks "+name, regexp.MustCompile(`all \d+ policies`).ReplaceAllString(out, "all … policies"))
		})
	}
}

func policiesForbidden(verb string, obj any) error {
	if u, ok := obj.(*unstructured.Unstructured); ok && verb == "get" && strings.HasPrefix(u.GetKind(), "ValidatingAdmission") {
		return apierrors.NewForbidden(resource("validatingadmissionpolicies"), "", nil)
	}
	return nil
}
