// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// writeNames puts names under a signature and decisions, as a server that stamps names does:
// under what is new or was changed, and under every decision where it is signed. It returns
// what others had decided and the signer takes over.
func writeNames(before, r *praxisv1.Review, me string) (taken []praxisv1.ActionDecision) {
	signs := r.Spec.SignOff != nil
	if signs {
		r.Spec.SignOff.By = me
	}
	for i := range r.Spec.Decisions {
		d := &r.Spec.Decisions[i]
		d.By = me
		j := slices.IndexFunc(before.Spec.Decisions, func(b praxisv1.ActionDecision) bool { return sameDecision(b, *d) })
		if j < 0 {
			continue
		}
		if was := before.Spec.Decisions[j]; !signs {
			d.By = was.By
		} else if was.By != me {
			taken = append(taken, was)
		}
	}
	return taken
}

// sameDecision tells of decisions that are the same whoever decided so.
func sameDecision(a, b praxisv1.ActionDecision) bool {
	return a.Action == b.Action && a.Decision == b.Decision && a.Member == b.Member && a.DueAt.Equal(b.DueAt) && a.Reason == b.Reason
}
