// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/crd"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// cluster is a control plane that Praxis is installed into.
type cluster struct {
	*testing.T
	ctx        context.Context
	plane      *controlplane.ControlPlane
	scheme     *runtime.Scheme
	admin      client.Client
	typed      *kubernetes.Clientset
	kubeconfig string
}

func (c *cluster) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func newCluster(t *testing.T, options controlplane.Options) *cluster {
	t.Helper()
	c := &cluster{T: t, ctx: t.Context(), scheme: runtime.NewScheme(), kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	c.must(errors.Join(clientgoscheme.AddToScheme(c.scheme), praxisv1.AddToScheme(c.scheme), apiextensionsv1.AddToScheme(c.scheme)))
	options.Out = os.Stderr
	var err error
	c.plane, err = controlplane.Start(c.ctx, options)
	c.must(err)
	t.Cleanup(func() { c.must(c.plane.Stop()) })
	c.must(c.plane.Kubeconfig(c.kubeconfig))
	c.admin, err = client.New(c.plane.Config, client.Options{Scheme: c.scheme})
	c.must(err)
	c.typed, err = kubernetes.NewForConfig(c.plane.Config)
	c.must(err)
	return c
}

func (c *cluster) helm(args ...string) (string, error) {
	c.Helper()
	return tool(c.T, c.kubeconfig, "helm", append(args, "--namespace", systemNamespace)...)
}

func (c *cluster) kubectl(args ...string) error {
	c.Helper()
	cmd := exec.CommandContext(c.ctx, filepath.Join(root, "bin", "kubectl"), args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.kubeconfig)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return errors.Join(err, errors.New(string(out)))
	}
	return nil
}

func (c *cluster) mustHelm(args ...string) string {
	c.Helper()
	out, err := c.helm(args...)
	c.must(err)
	return out
}

// eventually waits for what the cluster does in its own time, or for an error that says one of
// the given things.
func (c *cluster) eventually(what string, done func() (bool, error), says ...string) {
	c.Helper()
	var last error
	if err := wait.PollUntilContextTimeout(c.ctx, 50*time.Millisecond, 2*time.Minute, true, func(context.Context) (bool, error) {
		ok, err := done()
		last = err
		said := err != nil && slices.ContainsFunc(says, func(s string) bool { return strings.Contains(err.Error(), s) })
		return said || ok && err == nil, nil
	}); err != nil {
		c.Fatalf("it never came about that %s: %v", what, errors.Join(err, last))
	}
}

// namespace makes one, as an administrator who holds it to the strictest standard for Pods.
func (c *cluster) namespace(name string) {
	c.Helper()
	c.must(c.admin.Create(c.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}}))
}

// person is a user with the given roles in a namespace, and no other right.
func (c *cluster) person(user, namespace string, roles ...string) client.Client {
	c.Helper()
	config, err := c.plane.AddUser(user)
	c.must(err)
	for _, role := range roles {
		name := strings.NewReplacer("@", "-", ".", "-").Replace(user) + "-" + role
		c.must(c.admin.Create(c.ctx, controlplane.RoleBinding(namespace, name, user, "ClusterRole", role)))
	}
	theirs, err := client.New(config, client.Options{Scheme: c.scheme})
	c.must(err)
	return theirs
}

// knowsOurKinds waits until the API server serves every definition, a moment after they are
// installed; clients that ask before remember what they were told.
func (c *cluster) knowsOurKinds() {
	c.Helper()
	c.eventually("all kinds are served", func() (bool, error) {
		kinds := map[string]bool{}
		served, err := c.typed.Discovery().ServerResourcesForGroupVersion(praxisv1.GroupVersion.String())
		if err != nil {
			return false, err
		}
		for _, resource := range served.APIResources {
			kinds[resource.Kind] = true
		}
		return len(kinds) == len(crd.Kinds()), nil
	})
	var err error
	c.admin, err = client.New(c.plane.Config, client.Options{Scheme: c.scheme})
	c.must(err)
}

// apply creates a sample as a person, once the person's roles have reached the API server.
func (c *cluster) apply(as client.Client, namespace, sample string) {
	c.Helper()
	text, err := os.ReadFile(filepath.Join(root, "config", "samples", sample))
	c.must(err)
	for _, o := range objects(c.T, string(text)) {
		o.SetNamespace(namespace)
		c.eventually("the sample "+o.GetName()+" is applied", func() (bool, error) {
			err := as.Create(c.ctx, o)
			return err == nil || apierrors.IsAlreadyExists(err), err
		})
	}
}
