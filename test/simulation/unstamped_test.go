// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// Before Kubernetes 1.36 no policy can write a name, so config/admission/stamping is not
// installed there.
func TestWhereNothingStampsNamesPeopleWriteTheirOwn(t *testing.T) {
	config := filepath.Join("..", "..", "config")
	plane, err := controlplane.Start(t.Context(), controlplane.Options{CRDDirs: []string{filepath.Join(config, "crd", "bases")}, Out: os.Stderr})
	p := &play{T: t, ctx: t.Context(), plane: plane}
	p.must(err)
	t.Cleanup(func() { p.must(plane.Stop()) })
	p.must(plane.Install(t.Context(), filepath.Join(config, "rbac"), filepath.Join(config, "admission")))
	scheme := runtime.NewScheme()
	p.must(clientgoscheme.AddToScheme(scheme))
	p.must(praxisv1.AddToScheme(scheme))
	p.admin, err = client.New(plane.Config, client.Options{Scheme: scheme})
	p.must(err)
	p.must(p.admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}))
	user, err := plane.AddUser("bob")
	p.must(err)
	bob, err := client.New(user, client.Options{Scheme: scheme})
	p.must(err)
	p.must(p.admin.Create(t.Context(), controlplane.ClusterRoleBinding("bob", "bob", "praxis-edit")))
	handIn := func(by string) error {
		return bob.Create(t.Context(), &praxisv1.Evidence{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "piece-by-" + by + "x"},
			Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "any"}, Quantity: 1, SubmittedBy: by},
		}, client.DryRunAll)
	}
	const refusal = "spec.submittedBy has to be your own name: set it to bob"
	var last error
	if err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		last = handIn("ada")
		return last != nil && strings.Contains(last.Error(), refusal), nil
	}); err != nil {
		t.Fatal(err, last)
	}
	if err := handIn(""); err == nil || !strings.Contains(err.Error(), refusal) {
		t.Errorf("without a name: %v", err)
	}
	if err := handIn("bob"); err != nil {
		t.Error(err)
	}
	// The same holds for signatures, on a Review that is there.
	opens := metav1.NewTime(time.Date(2026, 1, 9, 14, 0, 0, 0, time.UTC))
	review := &praxisv1.Review{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "calibration"}, Spec: praxisv1.ReviewSpec{
		Type: praxisv1.ReviewCalibration, UtilityRef: praxisv1.LocalReference{Name: "answers"}, OpensAt: opens, DueAt: opens,
		Reviewer: "bob", Reviewers: []string{"bob"},
	}}
	p.must(p.admin.Create(t.Context(), review))
	review.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionOpen, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonOpen, LastTransitionTime: opens}}
	p.must(p.admin.Status().Update(t.Context(), review))
	sign := func(by string, options ...client.PatchOption) error {
		patch := fmt.Sprintf(`{"spec":{"conclusion":"Seen","signOff":{"by":%q}}}`, by)
		return bob.Patch(t.Context(), review.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch)), options...)
	}
	// Each policy comes into force by itself.
	p.must(wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		return sign("ada", client.DryRunAll) != nil, nil
	}))
	if err := sign(""); err == nil {
		t.Error("it was signed by nobody")
	}
	if err := sign("ada"); err == nil {
		t.Error("it was signed in another's name")
	}
	if err := sign("bob"); err != nil {
		t.Error(err)
	}
}
