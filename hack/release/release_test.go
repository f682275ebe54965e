// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

func TestAVersionIsWrittenAsOne(t *testing.T) {
	for _, version := range []string{"", "0.1.0", "v1", "v1.2.3/../x"} {
		if err := run(version, t.TempDir(), false); err == nil || !strings.Contains(err.Error(), "write it like v0.1.0") {
			t.Errorf("%q: %v", version, err)
		}
	}
}

func TestWhatIsInstalledFromGitIsOfTheReleaseToo(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	chart, err := os.ReadFile("charts/praxis/Chart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var says struct{ AppVersion string }
	if err := yaml.Unmarshal(chart, &says); err != nil {
		t.Fatal(err)
	}
	if err := (release{version: says.AppVersion}).stated(); err != nil {
		t.Errorf("the checkout is not of one version: %v", err)
	}
	err = release{version: "v9.9.9"}.stated()
	for _, part := range []string{`Chart.yaml says "version: `, `Chart.yaml says "appVersion: `, `kustomization.yaml says "newTag: `, `praxis.yaml says "targetRevision: `, "write v9.9.9"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("another version is released, and it does not say %q: %v", part, err)
		}
	}
}

// staged is a release whose operators are a few bytes.
func staged(t *testing.T) release {
	t.Helper()
	r := release{version: "v1.2.3", commit: "0123abc", out: t.TempDir(), stage: t.TempDir()}
	for _, platform := range platforms {
		for _, name := range imaged {
			path := r.binary(name, platform)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(name+" for "+platform), 0o755)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return r
}

func TestTheImageHoldsTogether(t *testing.T) {
	r := staged(t)
	if err := r.image(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(r.out, "praxis-image_v1.2.3.tar"))
	if err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, text)
	// follow reads what a descriptor says, which has to be what is there.
	follow := func(d descriptor) []byte {
		content := files["blobs/"+strings.Replace(d.Digest, ":", "/", 1)]
		if sum := fmt.Sprintf("sha256:%x", sha256.Sum256(content)); sum != d.Digest || len(content) != d.Size {
			t.Fatalf("%+v has %d bytes of %s", d, len(content), sum)
		}
		return content
	}
	type node struct {
		Manifests, Layers []descriptor
		Config            descriptor
	}
	read := func(content []byte) (n node) {
		if err := json.Unmarshal(content, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	seen := map[string]string{}
	for _, manifest := range read(follow(read(files["index.json"]).Manifests[0])).Manifests {
		image := read(follow(manifest))
		var config struct {
			Architecture string
			Config       struct {
				User   string
				Labels map[string]string
			}
			RootFS struct {
				DiffIDs []string `json:"diff_ids"`
			}
		}
		if err := json.Unmarshal(follow(image.Config), &config); err != nil {
			t.Fatal(err)
		}
		if revision := config.Config.Labels["org.opencontainers.image.revision"]; revision != "0123abc" {
			t.Errorf("it says to be of the commit %q", revision)
		}
		zip, err := gzip.NewReader(bytes.NewReader(follow(image.Layers[0])))
		if err != nil {
			t.Fatal(err)
		}
		layer, err := io.ReadAll(zip)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("sha256:%x", sha256.Sum256(layer)); sum != config.RootFS.DiffIDs[0] || config.Config.User != "65532:65532" {
			t.Errorf("the layer is %s, and the config says %+v", sum, config)
		}
		seen[config.Architecture+" "+manifest.Platform["architecture"]] = string(unpacked(t, layer)["praxis"]) + ", " + string(unpacked(t, layer)["praxis-dashboard"])
	}
	if len(seen) != 2 || seen["amd64 amd64"] != "praxis for linux/amd64, praxis-dashboard for linux/amd64" || seen["arm64 arm64"] != "praxis for linux/arm64, praxis-dashboard for linux/arm64" {
		t.Errorf("the machines get %v", seen)
	}
}

func unpacked(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	files, entries := map[string][]byte{}, tar.NewReader(bytes.NewReader(archive))
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err == nil {
			files[entry.Name], err = io.ReadAll(entries)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheSameFilesMakeTheSameArchiveWheneverTheyAreMade(t *testing.T) {
	r := staged(t)
	program := r.binary("praxis", "linux/amd64")
	var made [2][]byte
	for i := range made {
		later := time.Now().Add(time.Duration(i) * time.Hour)
		packed, again := filepath.Join(r.out, "a.tgz"), filepath.Join(r.out, "b.tgz")
		err := errors.Join(os.Chtimes(program, later, later), pack(packed, program), repack(again, packed), r.image(), r.checksums())
		if err != nil {
			t.Fatal(err)
		}
		if made[i], err = os.ReadFile(filepath.Join(r.out, "SHA256SUMS")); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(r.out, "SHA256SUMS")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(made[0], made[1]) {
		t.Errorf("once\n%s\nand then\n%s", made[0], made[1])
	}
}

func TestTheManifestForKrewNamesTheArchivesThatWereMade(t *testing.T) {
	r := release{version: "v1.2.3", out: t.TempDir()}
	for _, platform := range platforms {
		name := "kubectl-praxis_v1.2.3_" + strings.ReplaceAll(platform, "/", "_") + ".tar.gz"
		if err := os.WriteFile(filepath.Join(r.out, name), []byte(platform), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join("..", ".."))
	if err := r.krew(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(r.out, "krew.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Spec struct {
			Version   string
			Platforms []struct{ URI, SHA256 string }
		}
	}
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Spec.Version != "v1.2.3" || len(manifest.Spec.Platforms) != len(platforms) {
		t.Errorf("version %s, %d platforms", manifest.Spec.Version, len(manifest.Spec.Platforms))
	}
	for i, p := range manifest.Spec.Platforms {
		sum := fmt.Sprintf("%x", sha256.Sum256([]byte(platforms[i])))
		if p.SHA256 != sum || !strings.HasSuffix(p.URI, "/v1.2.3/kubectl-praxis_v1.2.3_"+strings.ReplaceAll(platforms[i], "/", "_")+".tar.gz") {
			t.Errorf("%s: %s %s", platforms[i], p.URI, p.SHA256)
		}
	}
}
