// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/preflight"
)

// CacheOptions say what the operator's cache keeps: of the definitions those of Praxis, the only
// ones that the operator may read, and of each object what a decision can need.
//
// Because of that no object that was read from the cache is ever written back whole. Writes are
// patches, which say only what changes.
func CacheOptions() cache.Options {
	d := preflight.Definition()
	return cache.Options{
		DefaultTransform: strip,
		ByObject:         map[client.Object]cache.ByObject{d: {Field: fields.OneTermEqualSelector("metadata.name", d.Name)}},
	}
}

// strip drops what no decision needs, before an object gets into the cache: who wrote which
// field, and of our kinds the labels and annotations that are not ours. Anybody who may write
// an object can put some KiB of those on each of thousands.
func strip(in any) (any, error) {
	o, is := in.(metav1.Object)
	if !is {
		return in, nil // it only tells that an object is gone
	}
	o.SetManagedFields(nil)
	switch in.(type) {
	case *praxisv1.Team: // selectors look at its labels
		dropForeign(o, false)
	case *praxisv1.Utility, *praxisv1.KeyAction, *praxisv1.ActionPackage, *praxisv1.WeeklyCycle, *praxisv1.Action, *praxisv1.Evidence, *praxisv1.EvidenceSource, *praxisv1.Review,
		*praxisv1.IncentivePolicy, *praxisv1.IncentiveStatement:
		dropForeign(o, true)
	}
	return in, nil
}

func dropForeign(o metav1.Object, labels bool) {
	o.SetAnnotations(ours(o.GetAnnotations()))
	if labels {
		o.SetLabels(ours(o.GetLabels()))
	}
}

// ours are the entries whose names are in the domain of Praxis.
func ours(all map[string]string) map[string]string {
	var kept map[string]string
	for name, value := range all {
		if isOurs(name) {
			if kept == nil {
				kept = map[string]string{}
			}
			kept[name] = value
		}
	}
	return kept
}

func isOurs(name string) bool { return strings.HasPrefix(name, praxisv1.GroupVersion.Group+"/") }
