// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// Component is one program of the control plane, by the name of its binary.
type Component string

// The components that Ensure knows how to build.
const (
	Etcd              Component = "etcd"
	APIServer         Component = "kube-apiserver"
	ControllerManager Component = "kube-controller-manager"
	Kubectl           Component = "kubectl"
)

// All is every component, in the order in which they become useful.
var All = []Component{Etcd, APIServer, ControllerManager, Kubectl}

// packages are the main packages, pinned by the tool directives of components/go.mod.
var packages = map[Component]string{
	Etcd:              "go.etcd.io/etcd/server/v3",
	APIServer:         "k8s.io/kubernetes/cmd/kube-apiserver",
	ControllerManager: "k8s.io/kubernetes/cmd/kube-controller-manager",
	Kubectl:           "k8s.io/kubernetes/cmd/kubectl",
}

const rootModule = "github.com/praxis-dev/praxis"

// source is the nested module that the components are built from.
type source struct {
	dir     string // folder of its go.mod
	ldflags string // stamps the Kubernetes version into the binaries
	sum     []byte // changes whenever anything that decides the binaries does
}

var kubernetesVersion = regexp.MustCompile(`(?m)^(?:require)?\s*k8s\.io/kubernetes (v(\d+)\.(\d+)\.\S+)`)

// readSource reads the module under root. The version comes from its go.mod, so
// that a bump there is the only edit an upgrade needs.
func readSource(root string) (source, error) {
	dir := filepath.Join(root, "test", "controlplane", "components")
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return source{}, fmt.Errorf("the module that pins the control plane cannot be read: %w; restore it with: git checkout -- test/controlplane/components", err)
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return source{}, fmt.Errorf("the checksums of the control plane cannot be read: %w; restore them with: git checkout -- test/controlplane/components", err)
	}
	version := kubernetesVersion.FindSubmatch(mod)
	if version == nil {
		return source{}, fmt.Errorf("%s requires no version of k8s.io/kubernetes: add it, the binaries carry that version", filepath.Join(dir, "go.mod"))
	}
	const variable = "k8s.io/component-base/version."
	ldflags := fmt.Sprintf("-s -w -X %[1]sgitVersion=%[2]s -X %[1]sgitMajor=%[3]s -X %[1]sgitMinor=%[4]s",
		variable, version[1], version[2], version[3])
	sum := sha256.New()
	// The platform counts because one checkout may be mounted on two of them.
	fmt.Fprintf(sum, "%s/%s\n%s\n%s\n%s", runtime.GOOS, runtime.GOARCH, ldflags, mod, sums)
	return source{dir: dir, ldflags: ldflags, sum: sum.Sum(nil)}, nil
}

// stamp identifies what a current binary of the component was built from.
func (s source) stamp(c Component) string {
	return hex.EncodeToString(s.sum) + " " + packages[c] + "\n"
}

// Root returns the root of the checkout that the working directory is in.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("the working directory is unknown: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("looking for the root of the checkout: %w", err)
		}
		if module(mod) == rootModule {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("neither %s nor a folder above it is a checkout of %s; run this inside one, or set %s to a folder that has the binaries",
				start, rootModule, assetsVariable)
		}
	}
}

// module returns the module path that a go.mod declares.
func module(mod []byte) string {
	for line := range strings.Lines(string(mod)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			return strings.Trim(strings.TrimSpace(path), `"`)
		}
	}
	return ""
}
