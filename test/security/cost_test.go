// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// BenchmarkWeeks measures what it costs that each week of the namespace is asked whether a
// piece or an Action is its own: requests beside few and beside many weeks, none of them kept.
func BenchmarkWeeks(b *testing.B) {
	s := stamped
	requests := map[string]attempt{
		"status by the operator": {who: operator, asks: patchStatus("Evidence", "waiting", `{"status":{"summary":"Looked at"}}`)},
		"verdict":                {who: ana, asks: judge(ana, "waiting")},
		"amendment":              {who: gil, asks: patch("Action", ship, lowered)},
	}
	there := 2
	for _, weeks := range []int{2, 50, 200} {
		for ; there < weeks; there++ {
			if err := s.addWeek(b.Context(), there); err != nil {
				b.Fatal(err)
			}
		}
		for name, a := range requests {
			b.Run(fmt.Sprintf("%s/%d", name, weeks), func(b *testing.B) {
				c := client.NewDryRunClient(s.clients[a.who])
				for b.Loop() {
					if err := a.on(b.Context(), c); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// addWeek copies a closed week under another name.
func (s *stage) addWeek(ctx context.Context, n int) error {
	week := &praxisv1.WeeklyCycle{}
	if err := s.admin.Get(ctx, client.ObjectKey{Namespace: shop, Name: "checkout-2026-w47"}, week); err != nil {
		return err
	}
	status := week.Status
	week.ObjectMeta = metav1.ObjectMeta{Namespace: shop, Name: fmt.Sprintf("other-%d-2026-w47", n)}
	if err := s.admin.Create(ctx, week); err != nil {
		return err
	}
	week.Status = status
	return s.admin.Status().Update(ctx, week)
}
