// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// ours is the name of the operator as a field manager.
const ours = "praxis"

// everything is every object of the goals, kind by kind.
func (p *play) everything() []unstructured.Unstructured {
	p.Helper()
	var all []unstructured.Unstructured
	for _, kind := range []string{"Utility", "Team", "ActionPackage", "KeyAction", "WeeklyCycle", "Action", "Evidence", "Review"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind + "List"))
		p.must(p.admin.List(p.ctx, list, client.InNamespace(namespace)))
		all = append(all, list.Items...)
	}
	return all
}

func (p *play) versions() map[string]string {
	p.Helper()
	all := map[string]string{}
	for _, o := range p.everything() {
		all[o.GetKind()+"/"+o.GetName()] = o.GetResourceVersion()
	}
	return all
}

// names are those of all objects of the goals, as of now.
func (p *play) names() []string {
	p.Helper()
	return slices.Sorted(maps.Keys(p.versions()))
}

func differing(before, after map[string]string) []string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(after)) {
		if before[key] != after[key] {
			all = append(all, key)
		}
	}
	return all
}

// rules are what keeps a goal in Git from differing from the one in the cluster.
func (p *play) rules() {
	p.Helper()
	closed := p.awaitPruned()
	counts := map[string]int{}
	for _, o := range p.everything() {
		counts[o.GetKind()]++
		made := len(o.GetOwnerReferences()) > 0
		switch o.GetKind() {
		case "Utility", "Team", "ActionPackage", "Evidence":
			if made {
				p.Errorf("%s/%s is a person's and has an owner: %v", o.GetKind(), o.GetName(), o.GetOwnerReferences())
			}
		case "WeeklyCycle", "Action", "Review":
			if !made {
				p.Errorf("%s/%s is generated and has no owner", o.GetKind(), o.GetName())
			}
		}
		if made {
			p.onlyOurLabels(&o)
		} else {
			p.ownsNoSpec(&o)
		}
	}
	p.Logf("rules hold for %v; closed weeks as objects: %v", counts, closed)
	for utility := range closed {
		if history := len(p.utility(utility).Status.History); history < *weeks-1 {
			p.Errorf("the history of %s remembers %d weeks of %d", utility, history, *weeks)
		}
	}
	if len(closed) < 4 {
		p.Errorf("only these Utilities have closed weeks: %v", closed)
	}
}

// awaitPruned waits until no Utility keeps more closed weeks than are asked for, and counts them.
func (p *play) awaitPruned() (closed map[string]int) {
	p.Helper()
	err := wait.PollUntilContextTimeout(p.ctx, 200*time.Millisecond, patience, true, func(context.Context) (bool, error) {
		closed = map[string]int{}
		for _, o := range p.everything() {
			if o.GetKind() == "WeeklyCycle" && hasCondition(&o, praxisv1.ConditionClosed, "True") {
				closed[o.GetLabels()[praxisv1.LabelUtility]]++
			}
		}
		return len(closed) > 0 && slices.Max(slices.Collect(maps.Values(closed))) <= kept, nil
	})
	if err != nil {
		p.Errorf("closed weeks that are kept: %v, and %d of each are asked for", closed, kept)
	}
	return closed
}

// ownsNoSpec checks that the operator writes only the status of objects that it did not make.
func (p *play) ownsNoSpec(o *unstructured.Unstructured) {
	p.Helper()
	status := false
	for _, entry := range o.GetManagedFields() {
		if entry.Manager == ours && entry.Subresource != "status" {
			p.Errorf("%s/%s: we own %s", o.GetKind(), o.GetName(), entry.FieldsV1)
		}
		status = status || entry.Manager == ours
	}
	if !status && o.GetKind() != "ActionPackage" {
		p.Errorf("%s/%s: nothing is signed as %s; by what name do we write?", o.GetKind(), o.GetName(), ours)
	}
}

// onlyOurLabels checks that generated objects inherit nothing by which another tool would take them
// for its own and prune them.
func (p *play) onlyOurLabels(o *unstructured.Unstructured) {
	p.Helper()
	for key := range o.GetLabels() {
		if !strings.HasPrefix(key, "praxis.dev/") {
			p.Errorf("%s/%s has the label %s", o.GetKind(), o.GetName(), key)
		}
	}
	for key := range o.GetAnnotations() {
		if !strings.HasPrefix(key, "praxis.dev/") {
			p.Errorf("%s/%s has the annotation %s", o.GetKind(), o.GetName(), key)
		}
	}
}

func hasCondition(o *unstructured.Unstructured, kind, status string) bool {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	return slices.ContainsFunc(conditions, func(c any) bool {
		condition, ok := c.(map[string]any)
		return ok && condition["type"] == kind && condition["status"] == status
	})
}
