// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package install installs Praxis as people do, by the real helm and the chart of this
// checkout, into a real control plane, and shows that it works under the rights it ships with
// and no others; and that chart and kustomization describe the same system.
package install

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/praxis-dev/praxis/test/controlplane"
)

const (
	systemNamespace = "praxis-system"
	operatorName    = "praxis-operator"
	releaseName     = "praxis"
)

var (
	root  = filepath.Join("..", "..")
	chart = filepath.Join(root, "charts", "praxis")
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	os.Exit(m.Run())
}

var buildTools = sync.OnceValue(func() error {
	out, err := exec.Command(filepath.Join(root, "hack", "tools", "build.sh"), "helm", "kustomize").CombinedOutput()
	if err != nil {
		return errors.Join(err, errors.New(string(out)))
	}
	return nil
})

// tool runs helm or kustomize, as pinned by hack/tools, and returns what it printed and what
// it complained of.
func tool(t *testing.T, kubeconfig, name string, args ...string) (string, error) {
	t.Helper()
	if err := buildTools(); err != nil {
		t.Fatal("building the tools: ", err)
	}
	cmd := exec.Command(filepath.Join(root, "bin", "tools", name), args...)
	home := filepath.Join(os.TempDir(), "praxis-test-helm")
	// Nothing of the person's own Helm, and no cluster but the one that is meant.
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig, "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.String(), errors.Join(err, errors.New(strings.TrimSpace(complaint.String())))
	}
	return out.String(), nil
}

// template renders the chart without a cluster.
func template(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return tool(t, os.DevNull, "helm", append([]string{"template", releaseName, chart, "--namespace", systemNamespace}, args...)...)
}

// objects are the objects of a stream of YAML, by kind and name.
func objects(t *testing.T, text string) map[string]*unstructured.Unstructured {
	t.Helper()
	all := map[string]*unstructured.Unstructured{}
	decoded, err := controlplane.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range decoded {
		key := o.GetKind() + " " + o.GetName()
		if all[key] != nil {
			t.Errorf("%s is there twice", key)
		}
		all[key] = o
	}
	return all
}

func rendered(t *testing.T, args ...string) map[string]*unstructured.Unstructured {
	t.Helper()
	text, err := template(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	return objects(t, text)
}

func built(t *testing.T, folder string) map[string]*unstructured.Unstructured {
	t.Helper()
	text, err := tool(t, os.DevNull, "kustomize", "build", filepath.Join(root, "config", folder))
	if err != nil {
		t.Fatal(err)
	}
	return objects(t, text)
}
