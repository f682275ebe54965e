// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command release makes everything that a release consists of, without the network once the
// modules are there, and the same bytes from the same commit each time: archives of the
// programs, an image, the chart, the manifests, what the pages tell to apply beside them, a bill
// of materials for each program and checksums.
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// programs are main packages by the name of what is built from them.
var programs = map[string]string{
	"praxis":           ".",
	"praxis-dashboard": "./cmd/praxis-dashboard",
	"kubectl-praxis":   "./cmd/kubectl-praxis",
	"praxis-verify":    "./cmd/praxis-verify",
}

var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"}

var semver = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// versionVariable is the variable that holds the version of the programs.
const versionVariable = "github.com/praxis-dev/praxis/internal/version.Version"

// release is one on its way: parts are made in stage and end in out.
type release struct{ version, commit, out, stage string }

func main() {
	version := flag.String("version", "", "the version, like v0.1.0")
	out := flag.String("out", filepath.Join("bin", "release"), "where a folder of the version's name is made")
	dirty := flag.Bool("dirty", false, "release what is not committed as well, which nobody can make again")
	flag.Parse()
	if err := run(*version, *out, *dirty); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(version, out string, dirty bool) error {
	if !semver.MatchString(version) {
		return fmt.Errorf("%q is no version: write it like v0.1.0 (make release VERSION=v0.1.0)", version)
	}
	commit, err := revision(dirty)
	if err != nil {
		return err
	}
	r := release{version: version, commit: commit, out: filepath.Join(out, version), stage: filepath.Join(out, ".stage")}
	if err := r.stated(); err != nil && !dirty {
		return err
	}
	for _, dir := range []string{r.out, r.stage} { // what an earlier run left must not be published
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	defer os.RemoveAll(r.stage)
	if err := command("hack/tools/build.sh"); err != nil {
		return err
	}
	for _, step := range []func() error{r.binaries, r.image, r.chart, r.manifests, r.config, r.materials, r.krew, r.checksums} {
		if err := step(); err != nil {
			return err
		}
	}
	fmt.Println("made", r.out)
	return nil
}

// revision is the commit that is checked out, and nothing but that unless dirty is meant.
func revision(dirty bool) (string, error) {
	commit, err := output("git", "rev-parse", "HEAD")
	if err != nil {
		return "", err
	}
	changes, err := output("git", "status", "--porcelain")
	switch {
	case err != nil || changes == "":
		return commit, err
	case dirty:
		return commit + "-dirty", nil
	}
	return "", fmt.Errorf("this is not committed, so nobody could make the same again: commit it, or add -dirty\n%s", changes)
}

func output(args ...string) (string, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(text)), nil
}

// command runs a program in the root of the checkout, with more variables in front.
func command(args ...string) error {
	env := os.Environ()
	for strings.Contains(args[0], "=") {
		env, args = append(env, args[0]), args[1:]
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env, cmd.Stderr = env, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}

func tool(name string) string { return filepath.Join("bin", "tools", name) }

// binary is where a program for a platform is staged.
func (r release) binary(name, platform string) string {
	return filepath.Join(r.stage, strings.ReplaceAll(platform, "/", "_"), name)
}

func (r release) binaries() error {
	for _, platform := range platforms {
		system, machine, _ := strings.Cut(platform, "/")
		for name, pkg := range programs {
			fmt.Println("building", name, "for", platform)
			if err := r.build(name, platform, pkg); err != nil {
				return err
			}
			archive := fmt.Sprintf("%s_%s_%s_%s.tar.gz", name, r.version, system, machine)
			if err := pack(filepath.Join(r.out, archive), r.binary(name, platform), "LICENSE"); err != nil {
				return err
			}
		}
	}
	return nil
}

// build makes a program that does not depend on paths, the time, the state of the checkout or the Go
// settings of the environment, so the bytes are the same everywhere. Only the settings that say where
// modules come from are kept.
func (r release) build(name, platform, pkg string) error {
	system, machine, _ := strings.Cut(platform, "/")
	args := []string{
		"GOENV=off", "GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GOFIPS140=off",
		"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + machine, "GOAMD64=v1", "GOARM64=v8.0",
	}
	for _, name := range []string{"GOMODCACHE", "GOPROXY", "GONOPROXY", "GOSUMDB", "GONOSUMDB"} {
		value, err := output("go", "env", name)
		if err != nil {
			return err
		}
		args = append(args, name+"="+value)
	}
	return command(append(args, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags=-s -w -buildid= -X "+versionVariable+"="+r.version, "-o", r.binary(name, platform), pkg)...)
}

// chart packages a copy of the chart that has the version of the release.
func (r release) chart() error {
	chart := filepath.Join(r.stage, "chart", "praxis")
	if err := os.CopyFS(chart, os.DirFS(filepath.Join("charts", "praxis"))); err != nil {
		return err
	}
	file := filepath.Join(chart, "Chart.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text = regexp.MustCompile(`(?m)^version: .*$`).ReplaceAll(text, []byte("version: "+strings.TrimPrefix(r.version, "v")))
	text = regexp.MustCompile(`(?m)^appVersion: .*$`).ReplaceAll(text, []byte("appVersion: "+r.version))
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return err
	}
	if err := command("hack/chart.sh", chart); err != nil {
		return err
	}
	if err := command(tool("helm"), "package", chart, "--destination", r.stage); err != nil {
		return err
	}
	name := "praxis-" + strings.TrimPrefix(r.version, "v") + ".tgz"
	return repack(filepath.Join(r.out, name), filepath.Join(r.stage, name))
}

// manifests are what kustomize makes, with the image of the release.
func (r release) manifests() error {
	for file, folder := range map[string]string{
		"install.yaml": "default", "install-unstamped.yaml": "default-unstamped", "crds.yaml": "crd",
	} {
		overlay := filepath.Join(r.stage, "overlay", folder)
		if err := os.MkdirAll(overlay, 0o755); err != nil {
			return err
		}
		base, err := between(overlay, filepath.Join("config", folder))
		if err != nil {
			return err
		}
		text := fmt.Sprintf(`resources: [%s]
images: [{name: ghcr.io/praxis-dev/praxis, newTag: %[2]s}]
labels: [{pairs: {app.kubernetes.io/version: %[2]s}}]
`, base, r.version)
		if err := os.WriteFile(filepath.Join(overlay, "kustomization.yaml"), []byte(text), 0o644); err != nil {
			return err
		}
		if err := command(tool("kustomize"), "build", overlay, "--output", filepath.Join(r.out, file)); err != nil {
			return err
		}
	}
	return nil
}

// between returns the relative path from one folder to another, as kustomize needs it.
func between(from, to string) (string, error) {
	from, err := filepath.Abs(from)
	if err != nil {
		return "", err
	}
	to, err = filepath.Abs(to)
	if err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}

// krew is the manifest of the plugin for krew, with the hashes of its archives.
func (r release) krew() error {
	text, err := os.ReadFile(filepath.Join("hack", "krew.yaml"))
	if err != nil {
		return err
	}
	filled := strings.ReplaceAll(string(text), "{{version}}", r.version)
	for _, platform := range platforms {
		name := strings.ReplaceAll(platform, "/", "_")
		archive, err := os.ReadFile(filepath.Join(r.out, fmt.Sprintf("kubectl-praxis_%s_%s.tar.gz", r.version, name)))
		if err != nil {
			return err
		}
		filled = strings.ReplaceAll(filled, "{{sha256 "+name+"}}", fmt.Sprintf("%x", sha256.Sum256(archive)))
	}
	if strings.Contains(filled, "{{") {
		return fmt.Errorf("hack/krew.yaml asks for what a release does not make:\n%s", filled)
	}
	return os.WriteFile(filepath.Join(r.out, "krew.yaml"), []byte(filled), 0o644)
}

// materials says which modules each program is made of, by its build for one platform: it is the
// same wherever the release is made, and the builds for the others are of the same modules.
func (r release) materials() error {
	for name := range programs {
		if err := r.sameModules(name); err != nil {
			return err
		}
		if err := command(tool("cyclonedx-gomod"), "bin", "-json", "-noserial", "-notimestamp", "-std", "-version", r.version,
			"-output", filepath.Join(r.out, name+"_"+r.version+".cdx.json"), r.binary(name, platforms[0])); err != nil {
			return err
		}
	}
	return nil
}

func (r release) sameModules(program string) error {
	var first string
	for _, platform := range platforms {
		info, err := buildinfo.ReadFile(r.binary(program, platform))
		if err != nil {
			return err
		}
		var modules strings.Builder
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			fmt.Fprintln(&modules, m.Path, m.Version, m.Sum)
		}
		if first == "" {
			first = modules.String()
		}
		if first != modules.String() {
			return fmt.Errorf("%s is of other modules on %s than on %s, so one bill of materials is not enough:\n%s\n%s", program, platform, platforms[0], modules.String(), first)
		}
	}
	return nil
}
