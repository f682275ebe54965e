// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

// maxGranted is for how many quarters a right is printed at most.
const maxGranted = 12

type payGrant struct {
	*Tool
	from     string
	quarters int
}

func newPayGrant(t *Tool) *cobra.Command {
	o := &payGrant{Tool: t}
	c := &cobra.Command{
		Use:   "grant USER...",
		Short: "Print the Roles by which persons read and dispute their own statements, and no others",
		Long: `Print a Role and its RoleBinding for each person, and a binding of praxis-incentives-own: the right
to read and dispute the person's own statements, named one by one, of every IncentivePolicy of the
namespace and some quarters ahead. Names are known beforehand, so nothing has to be there yet.
Nothing is written to the cluster; keep the output with your other RBAC, or pipe it to kubectl apply.`,
		Example: `  kubectl praxis pay grant ben@shop.example ana@shop.example -n shop --from 2026-Q4 | kubectl apply -f -`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(c *cobra.Command, users []string) error { return o.print(c.Context(), users) },
	}
	c.Flags().StringVar(&o.from, "from", "", "the first quarter, like 2026-Q4; without it the one that each policy pays now")
	c.Flags().IntVar(&o.quarters, "quarters", 4, "for how many quarters, 1 to 12")
	return c
}

func (o *payGrant) print(ctx context.Context, users []string) error {
	if o.quarters < 1 || o.quarters > maxGranted {
		return fmt.Errorf("--quarters=%d is out of range; give 1 to %d", o.quarters, maxGranted)
	}
	namespace, err := o.namespace()
	if err != nil {
		return err
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	var policies praxisv1.IncentivePolicyList
	if err := c.List(ctx, &policies, client.InNamespace(namespace)); err != nil {
		return err
	}
	if len(policies.Items) == 0 {
		return fmt.Errorf("namespace %s has no IncentivePolicy, so that there is no statement to read; write one first", namespace)
	}
	quarters := map[string][]string{}
	for i := range policies.Items {
		p := &policies.Items[i]
		from := o.from
		if from == "" {
			from = p.Status.Quarter
		}
		if quarters[p.Name], err = incentive.QuartersFrom(from, o.quarters); err != nil {
			return fmt.Errorf("IncentivePolicy %s: --from: %w", p.Name, err)
		}
	}
	for _, user := range users {
		if err := writeGrant(o.Out, namespace, user, quarters); err != nil {
			return err
		}
	}
	return nil
}

// writeGrant writes what a person needs to see one's own statements of the quarters of policies.
func writeGrant(out io.Writer, namespace, user string, quarters map[string][]string) error {
	var names []string
	for policy, of := range quarters {
		for _, quarter := range of {
			names = append(names, incentive.StatementName(policy, quarter, user))
		}
	}
	slices.Sort(names)
	name := incentive.PersonName("praxis-incentives-own", user)
	of := metav1.ObjectMeta{Namespace: namespace, Name: name}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}}
	whole := of
	whole.Name += "-policies"
	for _, object := range []any{
		rbacv1.Role{TypeMeta: rbacType("Role"), ObjectMeta: of, Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{praxisv1.GroupVersion.Group}, Resources: []string{"incentivestatements"}, ResourceNames: names, Verbs: []string{"get", "patch"}},
		}},
		rbacv1.RoleBinding{TypeMeta: rbacType("RoleBinding"), ObjectMeta: of, Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}},
		rbacv1.RoleBinding{TypeMeta: rbacType("RoleBinding"), ObjectMeta: whole, Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "praxis-incentives-own"}},
	} {
		text, err := yaml.Marshal(object)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "---\n%s", text); err != nil {
			return err
		}
	}
	return nil
}

func rbacType(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: kind}
}
