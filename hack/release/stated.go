// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// statements are where the checkout itself says its version: who installs a tag from Git, by
// Argo CD, Flux or kustomize, gets what it says there and nothing that a release fills in.
var statements = map[string]*regexp.Regexp{
	"charts/praxis/Chart.yaml":            regexp.MustCompile(`(?m)^(?:version|appVersion): (.*)$`),
	"config/manager/kustomization.yaml":   regexp.MustCompile(`(?m)^\s+newTag: (.*)$`),
	"config/dashboard/kustomization.yaml": regexp.MustCompile(`(?m)(?:newTag: |\?ref=)([^]\n]*)`),
	"config/flux/praxis.yaml":             regexp.MustCompile(`(?m)^  ref: \{tag: (.*)\}$`),
	"config/argocd/praxis.yaml":           regexp.MustCompile(`(?m)^\s+targetRevision: (.*)$`),
}

// stated is an error where the checkout says another version than that of the release.
func (r release) stated() error {
	var all []error
	for file, statement := range statements {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		found := statement.FindAllStringSubmatch(string(text), -1)
		if len(found) == 0 {
			all = append(all, fmt.Errorf("%s no longer says its version as %s", file, statement))
		}
		for _, match := range found {
			if "v"+strings.TrimPrefix(match[1], "v") != r.version {
				all = append(all, fmt.Errorf("%s says %q, which is what whoever installs the tag from Git gets: write %s, run make generate chart, and commit", file, strings.TrimSpace(match[0]), r.version))
			}
		}
	}
	return errors.Join(all...)
}
