// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package gitops tests how Argo CD and Flux judge the objects of Praxis: the health scripts and
// expressions for objects as a real operator writes them, and the rules that keep a synced goal
// in sync.
package gitops

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// patience is how long the operator may take to answer, on a busy machine.
const patience = time.Minute

var config = filepath.Join("..", "..", "config")

// stage is a cluster with an operator whose clock stands where a test puts it.
type stage struct {
	*testing.T
	ctx        context.Context
	plane      *controlplane.ControlPlane
	admin      client.Client
	users      map[string]client.Client
	folder     string
	kubeconfig string
	operator   *exec.Cmd
}

func newStage(t *testing.T) *stage {
	t.Helper()
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	s := &stage{T: t, ctx: t.Context(), users: map[string]client.Client{}, folder: t.TempDir()}
	s.must(controlplane.Build(s.ctx, s.folder))
	var err error
	s.plane, err = controlplane.Start(s.ctx, controlplane.Options{
		ControllerManager: true, Out: os.Stderr, CRDDirs: []string{filepath.Join(config, "crd", "bases")},
	})
	s.must(err)
	t.Cleanup(func() { s.must(s.plane.Stop()) })
	s.must(s.plane.Install(s.ctx, filepath.Join(config, "rbac"), filepath.Join(config, "admission"), filepath.Join(config, "admission", "stamping")))
	scheme := runtime.NewScheme()
	s.must(errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)))
	s.admin, err = client.New(s.plane.Config, client.Options{Scheme: scheme, FieldOwner: "argocd-controller"})
	s.must(err)
	for _, name := range []string{"kim", "lou"} {
		user, err := s.plane.AddUser(name + "@example.org")
		s.must(err)
		s.users[name], err = client.New(user, client.Options{Scheme: scheme, Mapper: s.admin.RESTMapper()})
		s.must(err)
	}
	s.kubeconfig = filepath.Join(s.folder, "kubeconfig")
	s.must(s.plane.Kubeconfig(s.kubeconfig))
	t.Cleanup(s.stopOperator)
	return s
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// itIs restarts the operator with a clock that shows a given time.
func (s *stage) itIs(at string) {
	s.Helper()
	s.stopOperator()
	log, err := os.Create(filepath.Join(s.folder, "operator.log"))
	s.must(err)
	defer log.Close()
	s.operator = exec.Command(filepath.Join(s.folder, "praxis"), "-health-probe-bind-address=0", "-clock-start="+at)
	s.operator.Env = append(os.Environ(), "KUBECONFIG="+s.kubeconfig)
	s.operator.Stdout, s.operator.Stderr = log, log
	s.must(s.operator.Start())
}

func (s *stage) stopOperator() {
	if s.operator != nil {
		_ = s.operator.Process.Kill() // it may have died by itself
		_ = s.operator.Wait()         // says that it was killed
	}
	s.operator = nil
}

// apply makes a namespace in which the cast may work, with the objects of a text in it.
func (s *stage) apply(namespace string, text []byte) {
	s.Helper()
	s.must(s.admin.Create(s.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}))
	for _, name := range []string{"kim", "lou"} {
		s.must(controlplane.Grant(s.ctx, s.admin, namespace, name, name+"@example.org", "edit", "create", "evidence"))
	}
	for _, o := range s.objects(text) {
		o.SetNamespace(namespace)
		s.must(s.admin.Create(s.ctx, o))
	}
}

func (s *stage) objects(text []byte) []*unstructured.Unstructured {
	s.Helper()
	all, err := controlplane.Decode(text)
	s.must(err)
	return all
}

func (s *stage) get(kind, namespace, name string) *unstructured.Unstructured {
	s.Helper()
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
	s.must(s.admin.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: name}, o))
	return o
}

// patch changes an object as a sync from Git does.
func (s *stage) patch(kind, namespace, name, change string) {
	s.Helper()
	o := s.get(kind, namespace, name)
	s.must(s.admin.Patch(s.ctx, o, client.RawPatch("application/merge-patch+json", []byte(change))))
}

// await waits until a condition of an object has a reason.
func (s *stage) await(kind, namespace, name, condition, reason string) {
	s.Helper()
	var is string
	err := wait.PollUntilContextTimeout(s.ctx, 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		o := &unstructured.Unstructured{}
		o.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
		err := s.admin.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, o)
		is = reasonOf(o, condition)
		return is == reason, client.IgnoreNotFound(err)
	})
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(s.folder, "operator.log"))
		s.Fatalf("%s/%s: %s is %q and not %q: %v\n%s", kind, name, condition, is, reason, err, log[max(0, len(log)-2000):])
	}
}

func reasonOf(o *unstructured.Unstructured, condition string) string {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == condition {
			return c["reason"].(string)
		}
	}
	return ""
}
