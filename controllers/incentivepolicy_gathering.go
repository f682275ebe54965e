// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// incentives is what a policy is reconciled from.
type incentives struct {
	policy  *praxisv1.IncentivePolicy
	problem *plan.Problem
	utility *praxisv1.Utility
	// quarter is the latest that the Utility is in, running that of today, which ends at ends, cycle the
	// latest week, and actions those of it.
	quarter    string
	running    string
	ends       time.Time
	cycle      *praxisv1.WeeklyCycle
	actions    []praxisv1.Action
	statements []*praxisv1.IncentiveStatement
	// ledgers are those of the quarters that have weeks or open statements, oldest first, and unclear
	// the open statements of those whose policy cannot be understood.
	ledgers []*incentive.Ledger
	unclear []*praxisv1.IncentiveStatement
	here    map[string]bool
}

func (in *incentives) status() status.IncentivePolicyInput {
	users, payable := map[string]bool{}, 0
	for _, s := range in.statements {
		users[s.Spec.User] = true
		if !s.Spec.Policy.Shadow {
			payable++
		}
	}
	return status.IncentivePolicyInput{
		Policy: in.policy, Problem: in.problem, Cycle: in.cycle, Actions: in.actions, Quarter: in.quarter,
		Users: slices.Sorted(maps.Keys(users)), Statements: len(in.statements), Payable: payable,
	}
}

// gather reads the policy's statements, and the weeks of its Utility with all that they came to.
func (r *IncentivePolicyReconciler) gather(ctx context.Context, policy *praxisv1.IncentivePolicy) (*incentives, error) {
	in := &incentives{policy: policy, here: map[string]bool{}}
	var err error
	if in.utility, err = getOrNil[praxisv1.Utility](ctx, r.Deps, policy.Namespace, policy.Spec.UtilityRef.Name); err != nil {
		return nil, err
	}
	if err := r.statements(ctx, in); err != nil {
		return nil, err
	}
	if in.problem, err = r.problem(ctx, in); err != nil {
		return nil, err
	}
	of := map[string][]*praxisv1.WeeklyCycle{}
	if err := r.weeks(ctx, in, of); err != nil {
		return nil, err
	}
	return in, r.ledgers(ctx, in, of)
}

// weeks reads the weeks of the Utility by their quarters. One that is being deleted is gone, since
// what it owns may be.
func (r *IncentivePolicyReconciler) weeks(ctx context.Context, in *incentives, of map[string][]*praxisv1.WeeklyCycle) error {
	if in.utility == nil {
		return nil // what was proposed before is approved all the same
	}
	for i := range in.utility.Status.Quarters {
		in.quarter = max(in.quarter, in.utility.Status.Quarters[i].Name)
	}
	if calendar := calendar(in.utility); calendar != nil {
		today := calendar.QuarterOf(calendar.WeekOf(r.Clock.Now()))
		in.running, in.ends, in.quarter = today.Name, today.EndsAt, max(in.quarter, today.Name)
		cycles, err := r.cycles(ctx, in.policy.Namespace, in.utility.Name)
		if err != nil {
			return err
		}
		for _, c := range week.ByStart(cycles) {
			if c.DeletionTimestamp.IsZero() {
				q := calendar.QuarterOf(calendar.WeekFrom(c.Spec.StartsAt.Time)).Name
				of[q] = append(of[q], c)
				in.quarter, in.cycle = max(in.quarter, q), c
			}
		}
	}
	if in.quarter != "" {
		of[in.quarter] = append(of[in.quarter], nil...) // awards are released in a quarter without a week, and after the goal
	}
	return nil
}

// statements reads those of the policy, and who is in a Team.
func (r *IncentivePolicyReconciler) statements(ctx context.Context, in *incentives) error {
	var list praxisv1.IncentiveStatementList
	if err := r.List(ctx, &list, client.InNamespace(in.policy.Namespace), client.MatchingFields{byPolicy: in.policy.Name}, shared); err != nil {
		return fmt.Errorf("listing the statements of IncentivePolicy %s: %w", in.policy.Name, err)
	}
	for i := range list.Items {
		if s := &list.Items[i]; metav1.IsControlledBy(s, in.policy) {
			in.statements = append(in.statements, s)
		}
	}
	slices.SortFunc(in.statements, func(a, b *praxisv1.IncentiveStatement) int {
		return cmp.Or(cmp.Compare(a.Spec.Quarter, b.Spec.Quarter), cmp.Compare(a.Name, b.Name))
	})
	var teams praxisv1.TeamList
	if err := r.List(ctx, &teams, client.InNamespace(in.policy.Namespace), shared); err != nil {
		return fmt.Errorf("listing the Teams of IncentivePolicy %s: %w", in.policy.Name, err)
	}
	for i := range teams.Items {
		for _, m := range teams.Items[i].Spec.Members {
			in.here[m.User] = true
		}
	}
	return nil
}

// problem is why a policy pays nothing.
func (r *IncentivePolicyReconciler) problem(ctx context.Context, in *incentives) (*plan.Problem, error) {
	if in.utility == nil {
		return &plan.Problem{Reason: praxisv1.ReasonReferenceNotFound, Message: fmt.Sprintf("Utility %s is not in the namespace; create it, or make a policy for another", in.policy.Spec.UtilityRef.Name), Field: "spec.utilityRef.name"}, nil
	}
	if _, wrong := understand(&in.policy.Spec); wrong != nil {
		return wrong, nil
	}
	others, err := r.policies(ctx, in.policy.Namespace, in.utility.Name)
	for i := range others {
		o := &others[i]
		first := cmp.Or(o.CreationTimestamp.Compare(in.policy.CreationTimestamp.Time), cmp.Compare(o.Name, in.policy.Name)) < 0
		if o.Spec.Unit == in.policy.Spec.Unit && first {
			return &plan.Problem{Reason: praxisv1.ReasonInvalidSpec, Message: fmt.Sprintf("IncentivePolicy %s pays for Utility %s in %s already, and the same work would be paid twice; add the rules to it", o.Name, in.utility.Name, o.Spec.Unit), Field: "spec.utilityRef"}, err
		}
	}
	return nil, err
}

// understand is a policy, or what is wrong with its spec.
func understand(spec *praxisv1.IncentivePolicySpec) (*incentive.Policy, *plan.Problem) {
	policy, err := incentive.Parse(spec)
	if err != nil {
		return nil, &plan.Problem{Reason: praxisv1.ReasonInvalidSpec, Message: err.Error()}
	}
	return policy, nil
}

// ledgers are made of the quarters that have weeks, or statements that are not final.
func (r *IncentivePolicyReconciler) ledgers(ctx context.Context, in *incentives, of map[string][]*praxisv1.WeeklyCycle) error {
	for _, s := range in.statements {
		if final, _ := incentive.Final(s); !final {
			of[s.Spec.Quarter] = append(of[s.Spec.Quarter], nil...)
		}
	}
	for _, quarter := range slices.Sorted(maps.Keys(of)) {
		ledger, err := r.ledger(ctx, in, quarter, of[quarter])
		if err != nil {
			return err
		}
		if ledger != nil {
			in.ledgers = append(in.ledgers, ledger)
		}
	}
	if in.cycle == nil {
		return nil
	}
	var err error
	in.actions, err = r.actions(ctx, in.policy.Namespace, byCycle, in.cycle.Name)
	return err
}

// ledger is that of one quarter: paid by what its statements say, else by the policy as it is now.
// It is nil where that cannot be understood.
func (r *IncentivePolicyReconciler) ledger(ctx context.Context, in *incentives, quarter string, cycles []*praxisv1.WeeklyCycle) (*incentive.Ledger, error) {
	l := &incentive.Ledger{Quarter: quarter, Spec: &in.policy.Spec, Statements: slices.Clip(in.statements), Here: in.here, Closed: in.closed(quarter, cycles)}
	for _, s := range in.statements {
		if s.Spec.Quarter == quarter {
			l.Spec = &s.Spec.Policy
			break
		}
	}
	var wrong *plan.Problem
	if l.Policy, wrong = understand(l.Spec); wrong != nil {
		for _, s := range in.statements {
			if final, _ := incentive.Final(s); s.Spec.Quarter == quarter && !final {
				in.unclear = append(in.unclear, s)
			}
		}
		return nil, nil // the policy's status says it where it is by the policy as it is now
	}
	for _, cycle := range cycles {
		if err := r.weekOf(ctx, l, cycle); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// weekOf adds what a week came to, or what it has planned.
func (r *IncentivePolicyReconciler) weekOf(ctx context.Context, l *incentive.Ledger, cycle *praxisv1.WeeklyCycle) error {
	actions, err := r.actions(ctx, cycle.Namespace, byCycle, cycle.Name)
	if err != nil {
		return err
	}
	if !plan.WeekClosed(cycle) {
		for i := range actions {
			if a := &actions[i]; !a.Spec.Dropped {
				l.Planned = append(l.Planned, incentive.Planned(string(cycle.Spec.Week), plan.PlannedAs(cycle, a.Spec.KeyActionRef.Name), a, 100))
			}
		}
		return nil
	}
	decisions, err := r.decisions(ctx, cycle)
	if err != nil {
		return err
	}
	pieces, err := r.evidence(ctx, cycle.Namespace, byWeek, cycle.Name)
	if err != nil {
		return err
	}
	if !incentive.Whole(cycle, actions, pieces) {
		// Somebody erased a part of it, or all of it is being pruned, which the cache has yet to hear.
		if there, err := r.stays(ctx, cycle); !there || err != nil {
			return err
		}
	}
	l.Weeks = append(l.Weeks, incentive.Closed(cycle, actions, pieces, decisions))
	return nil
}

// stays reports whether the API server has a week, and is not about to delete it.
func (r *IncentivePolicyReconciler) stays(ctx context.Context, cycle *praxisv1.WeeklyCycle) (bool, error) {
	var there praxisv1.WeeklyCycleList
	err := r.Live.List(ctx, &there, client.InNamespace(cycle.Namespace), client.MatchingFields{"metadata.name": cycle.Name})
	if err != nil || len(there.Items) == 0 {
		return false, err
	}
	return there.Items[0].UID == cycle.UID && there.Items[0].DeletionTimestamp.IsZero(), nil
}

// closed reports whether the last week of a quarter has closed. One that the Utility knows nothing of
// and that has no week, such as after its goal, closes when it is over.
func (in *incentives) closed(quarter string, cycles []*praxisv1.WeeklyCycle) bool {
	if in.utility == nil {
		return false
	}
	quarters := in.utility.Status.Quarters
	if i := slices.IndexFunc(quarters, func(q praxisv1.QuarterResult) bool { return q.Name == quarter }); i >= 0 {
		return quarters[i].ClosedAt != nil
	}
	return len(cycles) == 0 && quarter < in.running
}

// policies are those of a Utility.
func (d Deps) policies(ctx context.Context, namespace, utility string) ([]praxisv1.IncentivePolicy, error) {
	var list praxisv1.IncentivePolicyList
	if err := d.List(ctx, &list, client.InNamespace(namespace), client.MatchingFields{byUtility: utility}, shared); err != nil {
		return nil, fmt.Errorf("listing the IncentivePolicies of Utility %s: %w", utility, err)
	}
	return list.Items, nil
}

// policyOf names the policy of a statement.
func policyOf(o client.Object) []string {
	return []string{o.(*praxisv1.IncentiveStatement).Spec.PolicyRef.Name}
}

func policyNames(policies []praxisv1.IncentivePolicy) []string {
	return text.NamesOf(policies, func(p *praxisv1.IncentivePolicy) string { return p.Name })
}

// toPolicies enqueues the policies of the Utility of an object.
func (d Deps) toPolicies() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		policies, err := d.policies(ctx, o.GetNamespace(), utilityOf(o)[0])
		return policyNames(policies), err
	})
}

// toPoliciesHere enqueues all policies of the namespace.
func (d Deps) toPoliciesHere() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		var list praxisv1.IncentivePolicyList
		err := d.List(ctx, &list, client.InNamespace(o.GetNamespace()), shared)
		return policyNames(list.Items), err
	})
}

// toPoliciesOfClosed enqueues the policies of the Utility of a piece of evidence whose week is closed.
func (d Deps) toPoliciesOfClosed() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		ref := o.(*praxisv1.Evidence).Status.CycleRef
		if ref == nil {
			return nil, nil
		}
		cycle, err := getOrNil[praxisv1.WeeklyCycle](ctx, d, o.GetNamespace(), ref.Name)
		if err != nil || cycle == nil || !plan.WeekClosed(cycle) {
			return nil, err
		}
		policies, err := d.policies(ctx, o.GetNamespace(), cycle.Spec.UtilityRef.Name)
		return policyNames(policies), err
	})
}
