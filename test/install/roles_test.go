// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"maps"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// rights are the pairs of verb and resource that roles grant, as "verb resource.group".
func rights(t *testing.T, roles ...*unstructured.Unstructured) []string {
	t.Helper()
	all := map[string]bool{}
	for _, o := range roles {
		var role rbacv1.ClusterRole // a Role has the same rules
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &role); err != nil {
			t.Fatal(err)
		}
		for _, rule := range role.Rules {
			for _, verb := range rule.Verbs {
				for _, path := range rule.NonResourceURLs {
					all[verb+" "+path] = true
				}
				for _, resource := range rule.Resources {
					for _, group := range rule.APIGroups {
						all[right(verb, group, resource)] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func right(verb, group, resource string) string {
	return strings.TrimSuffix(verb+" "+resource+"."+group, ".")
}

// incentives is in the names of all roles that have to do with pay.
const incentives = "praxis-incentives-"

// What docs/install.md says of these roles. None may write a statement without reading it: that would
// tell its amounts.
func TestOnlyTheRolesOfIncentivesGrantWhatIsPaid(t *testing.T) {
	want := map[string][]string{
		"own":      {"get incentivepolicies", "list incentivepolicies", "watch incentivepolicies"},
		"viewer":   {"get incentivepolicies", "get incentivestatements", "list incentivepolicies", "list incentivestatements", "watch incentivepolicies", "watch incentivestatements"},
		"approver": {"get incentivepolicies", "get incentivestatements", "list incentivepolicies", "list incentivestatements", "patch incentivestatements", "update incentivestatements", "watch incentivepolicies", "watch incentivestatements"},
		"author":   {"create incentivepolicies", "delete incentivepolicies", "get incentivepolicies", "list incentivepolicies", "patch incentivepolicies", "update incentivepolicies", "watch incentivepolicies"},
	}
	found := 0
	for key, o := range built(t, "default") {
		if !strings.HasSuffix(o.GetKind(), "Role") || o.GetName() == operatorName {
			continue
		}
		grants := rights(t, o)
		if role, of := strings.CutPrefix(o.GetName(), incentives); of {
			found++
			for i := range grants {
				grants[i] = strings.TrimSuffix(grants[i], ".praxis.dev")
			}
			if !slices.Equal(grants, want[role]) {
				t.Errorf("%s grants %v, want %v", key, grants, want[role])
			}
			if len(o.GetLabels()) > 0 && strings.Contains(strings.Join(slices.Sorted(maps.Keys(o.GetLabels())), " "), "aggregate") {
				t.Errorf("%s is added to another role", key)
			}
		} else if i := slices.IndexFunc(grants, func(r string) bool { return strings.Contains(r, "incentive") }); i >= 0 {
			t.Errorf("%s grants %s", key, grants[i])
		}
	}
	if found != len(want) {
		t.Errorf("there are %d roles of incentives, want %d", found, len(want))
	}
}

// The aggregated roles are written out, so that they hold where no controller adds them up.
func TestTheRolesOfSingleKindsAreTheAggregatedOnesTogether(t *testing.T) {
	all := built(t, "default")
	for suffix, whole := range map[string]string{"-viewer": "praxis-view", "-editor": "praxis-edit"} {
		var single []*unstructured.Unstructured
		for key, o := range all {
			if strings.HasSuffix(key, suffix) && o.GetKind() == "ClusterRole" && !strings.Contains(key, incentives) {
				single = append(single, o)
			}
		}
		if ours, theirs := rights(t, single...), rights(t, all["ClusterRole "+whole]); !slices.Equal(ours, theirs) {
			t.Errorf("the %d roles praxis-<kind>%s grant\n%v\nand %s grants\n%v", len(single), suffix, ours, whole, theirs)
		}
	}
}

func TestNoRoleGrantsMoreThanItNames(t *testing.T) {
	for key, o := range built(t, "default") {
		if !strings.HasSuffix(o.GetKind(), "Role") {
			continue
		}
		for _, r := range rights(t, o) {
			verb, resource, _ := strings.Cut(r, " ")
			if strings.Contains(r, "*") || slices.Contains([]string{"escalate", "bind", "impersonate", "deletecollection"}, verb) ||
				strings.HasPrefix(resource, "secrets") || strings.HasPrefix(resource, "pods") || strings.HasSuffix(resource, "rbac.authorization.k8s.io") {
				t.Errorf("%s grants %q", key, r)
			}
			if verb == "operate" && o.GetName() != operatorName {
				t.Errorf("%s makes an operator of a person: %q", key, r)
			}
			if verb == "erase" {
				t.Errorf("%s lets goals be deleted with their record: %q", key, r)
			}
		}
	}
}
