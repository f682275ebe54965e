// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func (s *stage) metricsAreForWhoMayReadThem(r *replica) {
	for _, account := range []string{"reader", "stranger"} {
		s.must(s.admin.Create(s.ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: account}}))
	}
	s.must(s.admin.Create(s.ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "reader"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "praxis-metrics-reader"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: systemNamespace, Name: "reader"}},
	}))
	for token, want := range map[string]int{"": 401, s.token("stranger"): 403, s.token("reader"): 200} {
		s.eventually(fmt.Sprintf("%.9q gets %d", token, want), func() (bool, error) {
			status, _, err := r.get("https://"+r.Metrics+"/metrics", token)
			return status == want, err
		})
	}
	// The alerts look at what there is.
	_, metrics, err := r.get("https://"+r.Metrics+"/metrics", s.token("reader"))
	s.must(err)
	for _, metric := range []string{
		`leader_election_master_status{name="praxis.praxis.dev"} 1`, `controller_runtime_reconcile_errors_total{controller="utility"}`, "workqueue_depth{",
	} {
		if name, _, _ := strings.Cut(metric, "{"); !strings.Contains(metrics, metric) || !strings.Contains(s.alerts(), name) {
			s.Errorf("%s is not among the metrics, or no alert looks at it", metric)
		}
	}
}

// givenForSources is what the owner of a namespace lets the operator do for a source.
var givenForSources = []string{"list configmaps", "watch configmaps"}

// aSourceTellsOfWork has an object of the namespace be evidence, by a right in that namespace alone.
func (s *stage) aSourceTellsOfWork() {
	s.Helper()
	meta := metav1.ObjectMeta{Namespace: goals, Name: "praxis-watch-configmaps"}
	s.must(s.admin.Create(s.ctx, &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"get", "list", "watch"}}}}))
	s.must(s.admin.Create(s.ctx, &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: meta.Name},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: systemNamespace, Name: operatorName}},
	}))
	s.must(s.admin.Create(s.ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "report", Labels: map[string]string{"report": "true"}}}))
	s.must(s.gil.Create(s.ctx, &praxisv1.EvidenceSource{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "reports"}, Spec: praxisv1.EvidenceSourceSpec{
		Object: &praxisv1.ObjectSource{APIVersion: "v1", Kind: "ConfigMap", Selector: &praxisv1.SourceSelector{MatchLabels: map[string]praxisv1.SourceLabel{"report": "true"}}},
		Rules:  []praxisv1.SourceRule{{Name: "written", When: "object.metadata.name == 'report'", For: praxisv1.SourceTarget{KeyAction: "watch-new-users", Step: "invite"}}},
	}}))
	s.eventually("a source makes evidence", func() (bool, error) {
		var pieces praxisv1.EvidenceList
		err := s.admin.List(s.ctx, &pieces, client.InNamespace(goals))
		return slices.ContainsFunc(pieces.Items, func(e praxisv1.Evidence) bool { return e.Spec.Source != nil && e.Spec.Source.Ref == "reports" }), err
	})
	s.must(s.gil.Delete(s.ctx, &praxisv1.EvidenceSource{ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "reports"}}))
	s.must(s.admin.Delete(s.ctx, &rbacv1.RoleBinding{ObjectMeta: meta}))
}

func (s *stage) alerts() string {
	s.Helper()
	text, err := template(s.T, "--set", "metrics.rules.enabled=true", "--show-only", "templates/monitoring.yaml")
	s.must(err)
	return text
}

// accountMayNot asks the API server about what an operator that was taken over would try.
func (s *stage) accountMayNot(account string) {
	may := func(verb, group, resource, namespace string) bool {
		resource, subresource, _ := strings.Cut(resource, "/")
		review, err := s.typed.AuthorizationV1().SubjectAccessReviews().Create(s.ctx, &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{
				User: account, Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + systemNamespace, "system:authenticated"},
				ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: verb, Group: group, Resource: resource, Subresource: subresource, Namespace: namespace},
			},
		}, metav1.CreateOptions{})
		s.must(err)
		return review.Status.Allowed
	}
	forbidden := map[string][]string{
		"":                          {"secrets", "configmaps", "pods", "pods/exec", "nodes", "namespaces", "serviceaccounts", "serviceaccounts/token"},
		"rbac.authorization.k8s.io": {"roles", "rolebindings", "clusterroles", "clusterrolebindings"},
		"apps":                      {"deployments"}, "apiextensions.k8s.io": {"customresourcedefinitions"},
		"admissionregistration.k8s.io": {"validatingadmissionpolicies", "validatingadmissionpolicybindings"},
	}
	// It sees whether the policies are there, which is all that it may see of them.
	sees := func(group, verb string) bool {
		return group == "admissionregistration.k8s.io" && (verb == "list" || verb == "watch")
	}
	for group, resources := range forbidden {
		for _, resource := range resources {
			for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete", "impersonate", "escalate", "bind"} {
				for _, namespace := range []string{"", goals, systemNamespace, "kube-system"} {
					if !sees(group, verb) && may(verb, group, resource, namespace) {
						s.Errorf("it may %s %s.%s in %q", verb, resource, group, namespace)
					}
				}
			}
		}
	}
	// People's own words are people's: of these kinds it writes the status alone. Evidence it makes of
	// what a source tells, and changes none.
	for _, resource := range []string{"utilities", "teams", "actionpackages", "evidencesources", "evidence"} {
		for _, verb := range []string{"create", "update", "patch", "delete", "deletecollection"} {
			if may(verb, "praxis.dev", resource, goals) && verb+resource != "createevidence" {
				s.Errorf("it may %s %s", verb, resource)
			}
		}
	}
	if may("get", "coordination.k8s.io", "leases", goals) || may("create", "coordination.k8s.io", "leases", "kube-system") {
		s.Error("leases of others are within its reach")
	}
	if !may("list", "praxis.dev", "evidence", goals) {
		s.Error("these questions prove nothing: even what it does is said to be forbidden")
	}
}

// usesWhatItIsGranted compares the audit log with the roles of the account: nothing was
// refused, and nothing is granted for which there is no use.
func (s *stage) usesWhatItIsGranted(account string) {
	used, refused := requestsOf(s.T, s.audit, account)
	if len(refused) > 0 {
		s.Errorf("it asked for what it may not: %v", slices.Sorted(maps.Keys(refused)))
	}
	var granted []string
	all := rendered(s.T)
	for key, o := range all {
		if key == "ClusterRole "+operatorName || key == "ClusterRole praxis-metrics-auth" || key == "Role praxis-leader-election" {
			granted = append(granted, rights(s.T, o)...)
		}
	}
	for _, r := range granted {
		if used[r] == 0 && !unseen(r) {
			s.Errorf("nothing needs the right to %s", r)
		}
	}
	for r := range used {
		if !slices.Contains(granted, r) && !forEverybody(r) && !slices.Contains(givenForSources, r) {
			s.Errorf("it did %s by a right that it does not ship with", r)
		}
	}
	s.Logf("%d rights are granted, %d of them are in the audit log: %v", len(granted), len(used), used)
}
