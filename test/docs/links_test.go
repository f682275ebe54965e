// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// published is what a link to a file of this repository begins with where it is read elsewhere.
const published = "https://github.com/praxis-dev/praxis/blob/main/"

var (
	fenced   = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	code     = regexp.MustCompile("`(?:[^`\n]|\n[^`\n])*`")
	link     = regexp.MustCompile(`\]\(\s*<?([^()\s<>]+)>?[^()]*\)`)
	heading  = regexp.MustCompile(`(?m)^#{1,6} +(.*?) *$`)
	linked   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	unspoken = regexp.MustCompile(`[^\p{L}\p{N}\p{M}_ -]`)
)

// anchors are the names that GitHub gives the headings of a page.
func anchors(page string) map[string]bool {
	names := map[string]bool{}
	for _, h := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(page, ""), -1) {
		said := linked.ReplaceAllString(h[1], "$1")
		name := strings.ReplaceAll(unspoken.ReplaceAllString(strings.ToLower(said), ""), " ", "-")
		again := name
		for i := 1; names[again]; i++ {
			again = fmt.Sprintf("%s-%d", name, i)
		}
		names[again] = true
	}
	return names
}

// pages are all Markdown files of a checkout, but those of what was built or fetched.
func pages(checkout fs.FS) (map[string]string, error) {
	found := map[string]string{}
	err := fs.WalkDir(checkout, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "bin" || name == ".git" || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".md":
			return nil
		}
		text, err := fs.ReadFile(checkout, name)
		found[name] = string(text)
		return err
	})
	return found, err
}

// broken says of each link that leads to no file, or to no heading of a page, where it is.
func broken(checkout fs.FS) ([]string, error) {
	all, err := pages(checkout)
	if err != nil {
		return nil, err
	}
	headings := map[string]map[string]bool{}
	for name, page := range all {
		headings[name] = anchors(page)
	}
	var found []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text := code.ReplaceAllString(fenced.ReplaceAllString(all[name], ""), "")
		for _, l := range link.FindAllStringSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(l[1], "#")
			if inside, ok := strings.CutPrefix(target, published); ok {
				target = "/" + inside
			}
			switch {
			case strings.Contains(target, ":"): // another site
				continue
			case target == "":
				target = name
			case strings.HasPrefix(target, "/"):
				target = path.Clean(target[1:])
			default:
				target = path.Join(path.Dir(name), target)
			}
			if strings.HasPrefix(target, "..") { // a page of GitHub, above its files
				continue
			}
			if _, err := fs.Stat(checkout, target); err != nil {
				found = append(found, fmt.Sprintf("%s: %s: there is no %s", name, l[1], target))
			} else if anchor != "" && headings[target] != nil && !headings[target][anchor] {
				found = append(found, fmt.Sprintf("%s: %s: %s has no such heading", name, l[1], target))
			}
		}
	}
	return found, nil
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	found, err := broken(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

func TestALinkThatLeadsNowhereIsFound(t *testing.T) {
	for name, tt := range map[string]struct {
		page, want string
	}{
		"a file":                    {"[a](other.md)", ""},
		"a file from the root":      {"[a](/docs/other.md)", ""},
		"a folder":                  {"[a](../docs)", ""},
		"a heading":                 {"[a](other.md#what-kubectl-does-its-way)", ""},
		"a heading with a link":     {"[a](other.md#see-more)", ""},
		"the second of a name":      {"[a](other.md#example-1)", ""},
		"a heading of its own":      {"# Here\n[a](#here)", ""},
		"another site":              {"[a](https://example.com/x.md#y)", ""},
		"in a block of code":        {"```\n[a](gone.md)\n```", ""},
		"in code":                   {"`[a](gone.md)`", ""},
		"after code on two lines":   {"`a\nb` [a](gone.md) `c`", "docs/page.md: gone.md: there is no docs/gone.md"},
		"no file":                   {"[a](gone.md)", "docs/page.md: gone.md: there is no docs/gone.md"},
		"no file for a picture":     {"![a](images/gone.png)", "docs/page.md: images/gone.png: there is no docs/images/gone.png"},
		"no file, read elsewhere":   {"[a](" + published + "docs/gone.md)", "docs/page.md: " + published + "docs/gone.md: there is no docs/gone.md"},
		"no heading":                {"[a](other.md#gone)", "docs/page.md: other.md#gone: docs/other.md has no such heading"},
		"no third of a name":        {"[a](other.md#example-2)", "docs/page.md: other.md#example-2: docs/other.md has no such heading"},
		"a heading in code is none": {"[a](other.md#a-comment)", "docs/page.md: other.md#a-comment: docs/other.md has no such heading"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := broken(fstest.MapFS{
				"docs/page.md":  {Data: []byte(tt.page)},
				"docs/other.md": {Data: []byte("# What `kubectl` does: its way\n\n## Example\n\n## Example\n\n```sh\n# A comment\n```\n\n## See [more](page.md)\n")},
				"bin/built.md":  {Data: []byte("[a](gone.md)")},
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(found, "\n"); got != tt.want {
				t.Errorf("found %q, not %q", got, tt.want)
			}
		})
	}
}
