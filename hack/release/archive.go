// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// moment is the time of every file in every archive, whoever makes it and whenever.
var moment = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// write makes an archive of what add puts into it.
func write(target string, add func(*tar.Writer) error) error {
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	zip := gzip.NewWriter(file) // its header has no name and no time unless told
	archive := tar.NewWriter(zip)
	if err := errors.Join(add(archive), archive.Close(), zip.Close(), file.Close()); err != nil {
		return fmt.Errorf("making %s: %w", target, err)
	}
	return nil
}

// put adds a file to an archive.
func put(archive *tar.Writer, name string, mode int64, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(content)), ModTime: moment}); err != nil {
		return err
	}
	_, err = archive.Write(content)
	return err
}

// pack archives files, all in its root.
func pack(target string, files ...string) error {
	return write(target, func(archive *tar.Writer) error {
		for _, file := range files {
			mode := int64(0o644)
			if !strings.Contains(filepath.Base(file), "LICENSE") {
				mode = 0o755
			}
			if err := put(archive, filepath.Base(file), mode, file); err != nil {
				return err
			}
		}
		return nil
	})
}

// beside is what the pages tell to apply or to point a tool at, besides what is installed.
var beside = []string{
	"config/argocd/argocd-cm.yaml", "config/argocd/goals.yaml", "config/argocd/praxis.yaml", "config/crd/schemas", "config/dashboard", "config/flux", "config/grafana",
	"config/kube-state-metrics", "config/prometheus", "config/receiver", "config/samples",
}

// config archives that under the very paths that the pages name.
func (r release) config() error {
	return write(filepath.Join(r.out, "praxis-config_"+r.version+".tar.gz"), func(archive *tar.Writer) error {
		for _, path := range beside {
			if err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error { // in the order of names
				if err != nil || entry.IsDir() {
					return err
				}
				return put(archive, filepath.ToSlash(file), 0o644, file)
			}); err != nil {
				return err
			}
		}
		return put(archive, "LICENSE", 0o644, "LICENSE")
	})
}

// repack copies an archive without the times that its maker wrote into it.
func repack(target, source string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	return write(target, func(archive *tar.Writer) error {
		entries := tar.NewReader(zip)
		for {
			entry, err := entries.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := archive.WriteHeader(&tar.Header{Name: entry.Name, Mode: 0o644, Size: entry.Size, ModTime: moment}); err != nil {
				return err
			}
			if _, err := io.Copy(archive, entries); err != nil {
				return err
			}
		}
	})
}

// checksums lists all artefacts as sha256sum -c reads it.
func (r release) checksums() error {
	entries, err := os.ReadDir(r.out) // sorted by name
	if err != nil {
		return err
	}
	var list strings.Builder
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(r.out, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(content), entry.Name())
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(list.String()), 0o644)
}
