// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// writes are all that leaves the dashboard, by resource: what somebody who owes, judges or
// leads has to write. The role praxis-dashboard-impersonation grants the same and no more.
var writes = map[string][]string{
	"evidence":        {"create", "delete"},
	"evidence/status": {"patch"},
	"reviews":         {"patch"},
	"actions":         {"patch"},
	// Dispute, answer, approve.
	statements: {"patch"},
}

// lists are what the API server lists for people in their own name, and not from the cache.
var lists = map[string][]string{statements: {"list"}}

// secretKind is what no cache holds: what the work of each person comes to. Everybody may read
// their own, and nobody that of another but by a right of theirs.
const secretKind, statements = "IncentiveStatement", "incentivestatements"

// cachedKinds are those that are read once for all.
func cachedKinds(scheme *runtime.Scheme) []string {
	return slices.DeleteFunc(kindsOf(scheme), func(kind string) bool { return kind == secretKind })
}

func writable(resource, verb string) bool { return slices.Contains(writes[resource], verb) }

// Resource is the plural of a kind of Praxis, as it stands in roles and in addresses.
func Resource(kind string) string {
	switch plural := strings.ToLower(kind); {
	case plural == "evidence":
		return plural
	case strings.HasSuffix(plural, "y"):
		return strings.TrimSuffix(plural, "y") + "ies"
	default:
		return plural + "s"
	}
}

// kindsOf are the kinds of Praxis that a scheme knows, in order.
func kindsOf(scheme *runtime.Scheme) []string {
	known := scheme.KnownTypes(praxisv1.GroupVersion)
	var kinds []string
	for kind := range known {
		if _, isListed := known[kind+"List"]; isListed {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// mapperOf maps the kinds of Praxis to their resources without asking a server, so that the
// dashboard starts while there is none, and so that no other kind can be reached.
func mapperOf(scheme *runtime.Scheme) meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{praxisv1.GroupVersion})
	for _, kind := range kindsOf(scheme) {
		gv, plural := praxisv1.GroupVersion, Resource(kind)
		mapper.AddSpecific(gv.WithKind(kind), gv.WithResource(plural), gv.WithResource(strings.ToLower(kind)), meta.RESTScopeNamespace)
	}
	return mapper
}

// kindOf is the kind of an object or of the items of a list. Only typed objects of Praxis have
// one: any other form would begin a cache of its own.
func kindOf(scheme *runtime.Scheme, o runtime.Object) (string, error) {
	if _, isUnstructured := o.(runtime.Unstructured); isUnstructured {
		return "", fmt.Errorf("the dashboard handles typed objects only, and not %T", o)
	}
	gvk, err := apiutil.GVKForObject(o, scheme)
	if err != nil {
		return "", err
	}
	kind := gvk.Kind
	if _, isList := o.(client.ObjectList); isList {
		kind = strings.TrimSuffix(kind, "List")
	}
	if gvk.GroupVersion() != praxisv1.GroupVersion || !slices.Contains(kindsOf(scheme), kind) {
		return "", fmt.Errorf("the dashboard handles objects of %s only, and not %s", praxisv1.GroupVersion.Group, gvk)
	}
	return kind, nil
}

// AsPeople are the verbs that leave the dashboard in the name of people, by resource.
func AsPeople() map[string][]string {
	all := maps.Clone(writes)
	for resource, verbs := range lists {
		all[resource] = append(slices.Clone(verbs), all[resource]...)
	}
	return all
}
