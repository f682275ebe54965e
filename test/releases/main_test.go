// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package releases has what we install validated by the code of one release of Kubernetes:
// definitions by its apiextensions-apiserver, and the expressions of admission policies by
// its apiserver, as the API server of that release does when they are written.
//
// The release is that of the Kubernetes modules it is built with. go.mod has those of the
// newest, and beside it is a file for each older one, such as 1.32.mod with 1.32.sum, for
// go test -modfile=1.32.mod; make test-releases does so. It is a module of its own, since
// the rest of Praxis is built with the newest alone.
package releases

import (
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/util/version"
	kubernetes "k8s.io/component-base/version"
)

// release is the one whose code this is built with.
var release = version.MustParseGeneric(kubernetes.DefaultKubeBinaryVersion)

// read has the files of a folder of the repository by name, but not what kustomize reads.
func read(t *testing.T, folder string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", folder, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		name := filepath.Base(path)
		if name == "kustomization.yaml" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	if len(texts) == 0 {
		t.Fatalf("%s has no files", folder)
	}
	return texts
}
