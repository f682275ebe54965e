// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/plan"
)

// policies checks the incentives of a Utility: what the operator would be Stalled by, and whether
// what matters more earns more, by the plan of the chosen week.
func (l *utilityLinter) policies() []manifest.Finding {
	var found []manifest.Finding
	units := map[string]string{}
	for _, p := range l.world.policies {
		if p.Spec.UtilityRef.Name != l.programme.Utility.Name {
			continue
		}
		finding := func(field string, severity manifest.Severity, reason, message string) {
			found = append(found, l.world.finding("IncentivePolicy", p.Name, field, severity, reason, message))
		}
		parsed, err := incentive.Parse(&p.Spec)
		if err != nil {
			finding("spec", manifest.Error, praxisv1.ReasonInvalidSpec, err.Error())
			continue
		}
		if other := units[p.Spec.Unit]; other != "" {
			finding("spec.unit", manifest.Error, praxisv1.ReasonInvalidSpec, fmt.Sprintf("IncentivePolicy %s pays for Utility %s in %s already, and the same work would be paid twice; add the rules to it", other, p.Spec.UtilityRef.Name, p.Spec.Unit))
		}
		units[p.Spec.Unit] = p.Name
		if l.week.cycle == nil || l.week.cycle.Status.Plan == nil {
			continue
		}
		if reason, message := parsed.Alignment(l.week.cycle.Status.Plan, l.week.made.Actions()); reason != praxisv1.ReasonAligned {
			finding("spec.rules", manifest.Warning, reason, message)
		}
		if user := incentive.TooFewApprovers(&p.Spec, l.paid()); user != "" {
			finding("spec.approvers", manifest.Warning, praxisv1.ReasonTooFewApprovers,
				fmt.Sprintf("Fewer than %d of the approvers may approve the statement of %s, since nobody approves one's own; name more", p.Spec.Approvers.Count, user))
		}
	}
	return found
}

// paid are the users who have work in the chosen week.
func (l *utilityLinter) paid() []string {
	var users []string
	for _, a := range l.week.made.Actions() {
		users = append(users, a.Spec.User)
	}
	slices.Sort(users)
	return slices.Compact(users)
}

// strayPolicies are those whose Utility is not in the files.
func (w *World) strayPolicies() []manifest.Finding {
	var found []manifest.Finding
	for _, p := range w.policies {
		if !slices.ContainsFunc(w.utilities, func(u *praxisv1.Utility) bool { return u.Name == p.Spec.UtilityRef.Name }) {
			found = append(found, w.finding("IncentivePolicy", p.Name, "spec.utilityRef.name", manifest.Error, praxisv1.ReasonReferenceNotFound,
				fmt.Sprintf("Utility %s is not in the namespace; create it, or correct the name", p.Spec.UtilityRef.Name)))
		}
	}
	return found
}

// Incentive is a policy, and what its Utility is planned from.
type Incentive struct {
	Policy    *praxisv1.IncentivePolicy
	Programme *plan.Programme
}

// Incentives are the policies of the namespace whose Utility is in the files.
func (w *World) Incentives() []Incentive {
	var all []Incentive
	for _, p := range w.policies {
		if programme := w.programmeOf(p.Spec.UtilityRef.Name); programme.Utility != nil && !w.refused("Utility", programme.Utility.Name) {
			all = append(all, Incentive{p, programme})
		}
	}
	return all
}
