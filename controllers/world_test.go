// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"encoding/json"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func extract(list client.ObjectList) ([]client.Object, error) {
	items, err := meta.ExtractList(list)
	var objects []client.Object
	for _, item := range items {
		objects = append(objects, item.(client.Object))
	}
	// The cache lists in any order, and what is announced between two passes depends on it.
	slices.SortFunc(objects, func(a, b client.Object) int { return strings.Compare(a.GetName(), b.GetName()) })
	return objects, err
}

// snapshot returns everything in the namespace, without what differs from run to run.
func (w *world) snapshot() string {
	w.Helper()
	var lines []string
	for _, k := range append(w.reconcilers[:len(w.reconcilers):len(w.reconcilers)], kind{list: &praxisv1.IncentiveStatementList{}}) {
		w.must(w.live.List(w.Context(), k.list, client.InNamespace(w.ns)))
		w.must(eachItem(k.list, func(o client.Object) {
			owners := o.GetOwnerReferences()
			for i := range owners {
				owners[i].UID = ""
			}
			o.SetOwnerReferences(owners)
			o.SetUID("")
			o.SetResourceVersion("")
			o.SetCreationTimestamp(metav1.Time{})
			o.SetManagedFields(nil)
			o.SetNamespace("")
			line, err := json.Marshal(o)
			w.must(err)
			lines = append(lines, string(line))
		}))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// actions of the namespace by name.
func (w *world) actions() map[string]*praxisv1.Action {
	w.Helper()
	var list praxisv1.ActionList
	w.must(w.live.List(w.Context(), &list, client.InNamespace(w.ns)))
	actions := map[string]*praxisv1.Action{}
	for i := range list.Items {
		actions[list.Items[i].Name] = &list.Items[i]
	}
	return actions
}

// state returns the reason of an Action's OnTrack condition.
func state(a *praxisv1.Action) string {
	_, state, _ := strings.Cut(reason(a.Status.Conditions, praxisv1.ConditionOnTrack), " ")
	return state
}

// edit changes an object as a person does.
func edit[T any, O interface {
	*T
	client.Object
}](w *world, name string, change func(O)) {
	w.Helper()
	o := get[T, O](w, name)
	change(o)
	w.must(w.Update(w.Context(), o))
}
