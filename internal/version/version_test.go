// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package version

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestABuildFromACheckoutHasItsOwnVersion(t *testing.T) {
	if Version != "v0.0.0-dev" {
		t.Errorf("it is called %s", Version)
	}
}

func TestTheReleaseOfAnObjectIsOnItsLabel(t *testing.T) {
	for name, c := range map[string]struct {
		labels map[string]string
		want   string
	}{
		"of a release":                {map[string]string{"app.kubernetes.io/version": "v0.1.0"}, "v0.1.0"},
		"of a checkout":               {map[string]string{"app.kubernetes.io/name": "praxis"}, ""},
		"of what has no label at all": {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Of(&metav1.ObjectMeta{Labels: c.labels}); got != c.want {
				t.Errorf("it is of %q, want %q", got, c.want)
			}
		})
	}
}

func TestOnlyTwoReleasesCanDiffer(t *testing.T) {
	for name, c := range map[string]struct {
		definitions, program string
		want                 bool
	}{
		"the same":                   {"v0.1.0", "v0.1.0", false},
		"older definitions":          {"v0.1.0", "v0.2.0", true},
		"newer definitions":          {"v0.2.0", "v0.1.0", true},
		"definitions of a checkout":  {"", "v0.1.0", false},
		"a program of a checkout":    {"v0.1.0", "v0.0.0-dev", false},
		"both of them of a checkout": {"", "v0.0.0-dev", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Differ(c.definitions, c.program); got != c.want {
				t.Errorf("definitions %q and program %q differ: %t", c.definitions, c.program, got)
			}
		})
	}
}
