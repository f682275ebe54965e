// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/text"
)

// IncentiveStatementInput is what the status of an IncentiveStatement is decided from.
type IncentiveStatementInput struct {
	Statement *praxisv1.IncentiveStatement
	// Ledger is that of its policy and quarter.
	Ledger *incentive.Ledger
	// Lines are those that the ledger has for its person, and Roots those of its weeks.
	Lines []praxisv1.IncentiveLine
	Roots []praxisv1.WeekRoot
}

// statementPass decides the status of one statement.
type statementPass struct {
	IncentiveStatementInput
	conditions
	spec   *praxisv1.IncentiveStatementSpec
	status *praxisv1.IncentiveStatementStatus
	now    time.Time
}

// ForIncentiveStatement decides the status of an IncentiveStatement, and the next instant at which
// it can change by itself (zero: never). Until the quarter has closed the lines follow the weeks,
// and from then on they stand. Nothing of a final statement changes but whether the work that it
// stands on is as it was.
func ForIncentiveStatement(in IncentiveStatementInput, now time.Time) (praxisv1.IncentiveStatementStatus, time.Time) {
	status := *in.Statement.Status.DeepCopy()
	computed := incentive.Computed(in.Statement)
	final, _ := incentive.Final(in.Statement)
	p := statementPass{in, begin(&status.ConditionedStatus, in.Statement.Generation, now, ofIncentiveStatement), &in.Statement.Spec, &status, now}
	if !computed {
		status.Lines, status.Roots = in.Lines, in.Roots
	}
	if !final {
		p.adjust()
		status.Total = incentive.Format(incentive.Total(status.Lines, in.Ledger.Policy.Digits), in.Ledger.Policy.Digits)
	}
	p.ready(nil, praxisv1.ReasonReconciled, "It is recomputed from the closed weeks of "+p.spec.Quarter)
	p.verified()
	if final {
		return status, time.Time{}
	}
	closed := computed || in.Ledger.Closed
	if !closed {
		p.accruing()
		return status, time.Time{}
	}
	p.setTrue(praxisv1.ConditionComputed, praxisv1.ReasonQuarterClosed, "The last week of the quarter has closed; its lines stand")
	if status.DisputeUntil == nil {
		status.DisputeUntil = new(metav1.NewTime(now.Add(time.Duration(p.spec.Policy.DisputeDays) * 24 * time.Hour).Truncate(time.Second)))
	}
	status.Disputable = now.Before(status.DisputeUntil.Time) && p.spec.Dispute == nil
	p.approved()
	if status.Disputable {
		return status, status.DisputeUntil.Time
	}
	return status, time.Time{}
}

// UnclearStatement is the status of a statement whose policy this release does not understand: it
// says so, and stays as it was.
func UnclearStatement(s *praxisv1.IncentiveStatement, now time.Time) praxisv1.IncentiveStatementStatus {
	status := *s.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, s.Generation, now, ofIncentiveStatement)
	message := "What it is paid by cannot be understood"
	if _, err := incentive.Parse(&s.Spec.Policy); err != nil {
		message += ": spec.policy: " + err.Error()
	}
	c.setFalse(praxisv1.ConditionReady, praxisv1.ReasonInvalidSpec, message+"; run the release of Praxis that made it")
	status.Summary = summarize(message)
	return status
}

// adjust puts the line of the resolution right.
func (p *statementPass) adjust() {
	p.status.Lines = slices.DeleteFunc(slices.Clone(p.status.Lines), func(l praxisv1.IncentiveLine) bool { return l.Kind == praxisv1.LineAdjusted })
	if p.spec.Resolution == nil || p.spec.Resolution.Adjust == "" {
		return
	}
	amount, ok := text.Rational(p.spec.Resolution.Adjust)
	if !ok || amount.Sign() == 0 {
		return
	}
	digits := p.Ledger.Policy.Digits
	p.status.Lines = append(p.status.Lines, praxisv1.IncentiveLine{Kind: praxisv1.LineAdjusted, Amount: incentive.Format(incentive.Round(amount, digits), digits)})
}

func (p *statementPass) accruing() {
	message := fmt.Sprintf("%d weeks of the quarter have closed; until its last has, amounts are as they are before cap and pool", len(p.status.Roots))
	p.setFalse(praxisv1.ConditionComputed, praxisv1.ReasonAccruing, message)
	p.setFalse(praxisv1.ConditionApproved, praxisv1.ReasonNotYet, "It is proposed once the quarter has closed")
	p.payable(praxisv1.ReasonNotYet, "It is accruing")
	p.status.Summary = summarize(fmt.Sprintf("Accruing: %d weeks closed", len(p.status.Roots)))
}

// approved decides whether enough approvers have agreed, and what follows.
func (p *statementPass) approved() {
	have, need := len(Approvers(p.spec)), int(cmp.Or(p.spec.Policy.Approvers.Count, 1))
	switch {
	case p.spec.Dispute != nil && p.spec.Resolution == nil:
		p.setFalse(praxisv1.ConditionApproved, praxisv1.ReasonDisputed, "Its person disputes it; an approver answers in spec.resolution")
		p.payable(praxisv1.ReasonNotYet, "It is disputed")
		p.status.Summary = "Disputed; an approver answers in spec.resolution"
	case p.status.Disputable:
		until := text.Instant(p.status.DisputeUntil.Time)
		p.setUnknown(praxisv1.ConditionApproved, praxisv1.ReasonProposed, fmt.Sprintf("Its person may dispute it until %s; approvers agree to it from then on", until))
		p.payable(praxisv1.ReasonNotYet, "It may be disputed")
		p.status.Summary = summarize("Proposed; it may be disputed until " + until)
	case have < need:
		p.setUnknown(praxisv1.ConditionApproved, praxisv1.ReasonProposed, fmt.Sprintf("%d of %d approvals are there; an approver adds one to spec.approvals", have, need))
		p.payable(praxisv1.ReasonNotYet, "It is not approved")
		p.status.Summary = summarize(fmt.Sprintf("Proposed; %d of %d approvals", have, need))
	default:
		p.setTrue(praxisv1.ConditionApproved, praxisv1.ReasonApproved, fmt.Sprintf("%d approvers have agreed to it", have))
		p.payable(praxisv1.ReasonFinal, "It is final and never changes")
		p.status.Summary = "Final"
		if p.spec.Policy.Shadow {
			p.status.Summary = "Final, in shadow: it is never paid"
		}
	}
}

func (p *statementPass) payable(reason, message string) {
	switch {
	case p.spec.Policy.Shadow:
		p.setFalse(praxisv1.ConditionPayable, praxisv1.ReasonShadow, "The policy was in shadow: it is computed and shown, and never paid")
	case reason == praxisv1.ReasonFinal:
		p.setTrue(praxisv1.ConditionPayable, reason, message)
	default:
		p.setFalse(praxisv1.ConditionPayable, reason, message)
	}
}

// verified says whether the work that the lines stand on is as it was when its weeks closed.
func (p *statementPass) verified() {
	p.status.Changes = p.Ledger.Changes(&praxisv1.IncentiveStatement{Spec: *p.spec, Status: *p.status})
	if len(p.status.Changes) == 0 {
		p.setTrue(praxisv1.ConditionVerified, praxisv1.ReasonVerified, "The work that it stands on is as it was when its weeks closed")
		return
	}
	var what []string
	for _, c := range p.status.Changes {
		what = append(what, fmt.Sprintf("%s by rule %s", c.Week, c.Rule))
	}
	p.setFalse(praxisv1.ConditionVerified, praxisv1.ReasonWorkChanged, "Work was changed after its week had closed: "+strings.Join(what, ", ")+"; the next statement corrects it")
}

// Approvers are those who have agreed to a statement and may: each once, never its person, nor who
// changed the policy last.
func Approvers(spec *praxisv1.IncentiveStatementSpec) []string {
	var have []string
	for _, a := range spec.Approvals {
		if slices.Contains(spec.Policy.Approvers.Users, a.By) && a.By != spec.User && a.By != spec.Policy.AuthoredBy && !slices.Contains(have, a.By) {
			have = append(have, a.By)
		}
	}
	return have
}
