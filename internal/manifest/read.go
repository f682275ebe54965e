// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stdin is the path that stands for the standard input.
const Stdin = "-"

// file is the text of one file, and the name that findings give it.
type file struct {
	name string
	text []byte
}

// readAll reads files and folders, each file once, however often it is named. A file that
// cannot be read is an error: a linter that skipped it would call it clean.
func readAll(paths []string, stdin io.Reader) ([]file, error) {
	var files []file
	seen := map[string]bool{}
	for _, path := range paths {
		if path == Stdin {
			if seen[path] {
				continue
			}
			seen[path] = true
			text, err := io.ReadAll(stdin)
			if err != nil {
				return nil, fmt.Errorf("reading the standard input: %w", err)
			}
			files = append(files, file{"stdin", text})
			continue
		}
		found, err := under(path)
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			if seen[name] {
				continue
			}
			seen[name] = true
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			files = append(files, file{name, text})
		}
	}
	return files, nil
}

// under are the manifests in a folder and its subfolders, sorted; for a file it is the file
// itself, whatever its name. Hidden folders are skipped, since they belong to tools, like
// .git.
func under(path string) ([]string, error) {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	var found []string
	// Walk it as a file system of its own, so that a link to a folder is that folder.
	err = fs.WalkDir(os.DirFS(path), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && isManifest(entry.Name()):
			found = append(found, filepath.Join(path, filepath.FromSlash(name)))
		}
		return nil
	})
	slices.Sort(found)
	return found, err
}

func isManifest(name string) bool {
	switch name {
	case "kustomization.yaml", "kustomization.yml":
		return false
	}
	return slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
}
