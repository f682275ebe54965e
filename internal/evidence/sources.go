// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// What an EvidenceSource says of people: by which account it knows who did the work, and by which
// who checked it. A Team says whose account it is.

// FromSource reports whether the operator made a piece by an EvidenceSource.
func FromSource(e *praxisv1.Evidence) bool { return e.Spec.Source != nil && e.Spec.Source.Ref != "" }

// foldsCase are the types of sources in which two accounts that differ by case alone are one.
var foldsCase = map[string]bool{"github": true, "gitlab": true, "gitea": true}

// MemberOf is the member of a Team who has an account at a type of source, or nil. An account that
// two members have, by case alone, is nobody's.
func MemberOf(team *praxisv1.Team, kind, account string) *praxisv1.PlannedMember {
	return memberOf(plan.AsItIs(team), kind, account)
}

func memberOf(team *praxisv1.PlannedTeam, kind, account string) *praxisv1.PlannedMember {
	if team == nil || account == "" {
		return nil
	}
	var found *praxisv1.PlannedMember
	for i := range team.Members {
		m := &team.Members[i]
		has := string(m.Accounts[kind])
		if has == account {
			return m
		}
		if has == "" || !same(kind, has, account) {
			continue
		}
		if found != nil {
			return nil
		}
		found = m
	}
	return found
}

// same reports whether two accounts at a type of source are one.
func same(kind, a, b string) bool { return a == b || foldsCase[kind] && strings.EqualFold(a, b) }

// OutsideWeek says why what a source tells of is no work of a week: it was done before or after. It
// is empty where it was done within, or the source does not say when.
func OutsideWeek(e *praxisv1.Evidence, cycle *praxisv1.WeeklyCycle) string {
	if !FromSource(e) || e.Spec.OccurredAt == nil || plan.WeekRunning(cycle, e.Spec.OccurredAt.Time) {
		return ""
	}
	return fmt.Sprintf("It was done at %s, and the week in which it came runs from %s to %s; hand in a piece of the work by name where it still counts",
		e.Spec.OccurredAt.UTC().Format(time.RFC3339), cycle.Spec.StartsAt.UTC().Format(time.RFC3339), cycle.Spec.EndsAt.UTC().Format(time.RFC3339))
}

// UnknownAccount says that no member of a Team has the account by which a source names who did the
// work, and what to write into the Team.
func UnknownAccount(team string, from *praxisv1.EvidenceOrigin) string {
	return fmt.Sprintf("No member of Team %s has the account %s; if it is one of them, add to that member: accounts: {%s: %q}", team, from.Account, from.Kind, from.Account)
}

// checkedInSource reports whether the standard takes the word of the source for a piece: its check
// holds, and who checked it there is another member than anybody who has the Action or ever had it.
// Whose account that is the plan of the week says: what is written into a Team since, a member or an
// account, counts from the next week on, as for a judge. A piece accepted like this stays accepted
// when the Action passes to who checked it, or the Team changes.
func (p *panel) checkedInSource(e *praxisv1.Evidence) bool {
	if p.Action == nil || !p.Action.Spec.Standard.AutoAccept || !FromSource(e) || e.Spec.Source.VerifiedBy == "" {
		return false
	}
	checker := p.checker(e.Spec.Source)
	if checker == nil || Machine(checker.User) {
		return acceptedBySource(e)
	}
	users := p.usersOf(praxisv1.Assignee{Member: checker.Name, User: checker.User})
	if users.HasAny(p.first.UnsortedList()...) {
		return false
	}
	return !users.HasAny(p.owners.UnsortedList()...) || acceptedBySource(e)
}

// checker is the member who checked the work of a source, or nil: nobody checks their own, and who
// has left the Team speaks for it no more.
func (p *panel) checker(from *praxisv1.EvidenceOrigin) *praxisv1.PlannedMember {
	if same(from.Kind, from.Account, from.VerifiedBy) {
		return nil
	}
	today := plan.AsItIs(p.Team)
	if today == nil {
		today = plan.AsItIs(p.Heir)
	}
	if p.Planned == nil {
		return memberOf(today, from.Kind, from.VerifiedBy)
	}
	found := memberOf(p.Planned, from.Kind, from.VerifiedBy)
	if found == nil || p.Team != nil && !slices.ContainsFunc(today.Members, func(m praxisv1.PlannedMember) bool { return m.Name == found.Name }) {
		return nil
	}
	return found
}

func acceptedBySource(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return accepted != nil && accepted.Reason == praxisv1.ReasonAcceptedBySource
}

// AwaitsAccount reports whether a piece is for nobody until a Team says whose account it is.
func AwaitsAccount(e *praxisv1.Evidence) bool {
	valid := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionValid)
	return valid != nil && valid.Reason == praxisv1.ReasonUnknownAccount
}
