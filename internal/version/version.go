// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package version says which Praxis this is, and which the definitions of a cluster are of.
package version

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// unreleased is the version of what was built from a checkout.
const unreleased = "v0.0.0-dev"

// Version is set when a release is built, by
// -ldflags "-X github.com/praxis-dev/praxis/internal/version.Version=v0.1.0".
var Version = unreleased

// Definition is the CustomResourceDefinition that stands for all when their release is told.
const Definition = "utilities.praxis.dev"

// Of is the release that an installed object is of, or empty where it was installed from a
// checkout.
func Of(o metav1.Object) string { return o.GetLabels()["app.kubernetes.io/version"] }

// Differ reports whether definitions and a program are of two releases. What was built or
// installed from a checkout is compared with nothing.
func Differ(definitions, program string) bool {
	return definitions != "" && program != unreleased && definitions != program
}
