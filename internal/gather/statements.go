// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"cmp"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

// quartersBack is of how many quarters a person's own statements are looked for.
const quartersBack = 5

// StatementNames are those that a person's own statements have, where there are any: of each policy
// the quarter that is being paid and those before it, newest first.
func StatementNames(policies []praxisv1.IncentivePolicy, user string) []client.ObjectKey {
	var keys []client.ObjectKey
	policies = slices.Clone(policies)
	slices.SortFunc(policies, func(a, b praxisv1.IncentivePolicy) int {
		return cmp.Or(cmp.Compare(b.Status.Quarter, a.Status.Quarter), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	for back := range quartersBack {
		for i := range policies {
			p := &policies[i]
			if quarters := incentive.QuartersUpTo(p.Status.Quarter, quartersBack); back < len(quarters) {
				keys = append(keys, client.ObjectKey{Namespace: p.Namespace, Name: incentive.StatementName(p.Name, quarters[back], user)})
			}
		}
	}
	return keys
}
