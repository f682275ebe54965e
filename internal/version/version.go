// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package version says which release this is, and which release the definitions of a cluster
// are of.
package version

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// unreleased is the version of a build from a checkout.
const unreleased = "v0.0.0-dev"

// Version is set when a release is built, by
// -ldflags "-X github.com/praxis-dev/praxis/internal/version.Version=v0.1.0".
var Version = unreleased

// Definition is the CustomResourceDefinition whose release stands for that of all.
const Definition = "utilities.praxis.dev"

// Of is the release that an installed object is of, or empty if it was installed from a
// checkout.
func Of(o metav1.Object) string { return o.GetLabels()["app.kubernetes.io/version"] }

// Differ reports whether definitions and a program are of two releases. A checkout, built or
// installed, never differs.
func Differ(definitions, program string) bool {
	return definitions != "" && program != unreleased && definitions != program
}
