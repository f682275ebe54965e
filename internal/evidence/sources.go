// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What an EvidenceSource says of people: by which account it knows who did the work, and by which
// who checked it. A Team says whose account it is.

// FromSource reports whether the operator made a piece by an EvidenceSource.
func FromSource(e *praxisv1.Evidence) bool { return e.Spec.Source != nil && e.Spec.Source.Ref != "" }

// foldsCase are the types of sources in which two accounts that differ by case alone are one.
var foldsCase = map[string]bool{"github": true, "gitlab": true, "gitea": true}

// MemberOf is the member of a Team who has an account at a type of source, or nil. An account that
// two members have, by case alone, is nobody's.
func MemberOf(team *praxisv1.Team, kind, account string) *praxisv1.Member {
	if team == nil || account == "" {
		return nil
	}
	var found *praxisv1.Member
	for i := range team.Spec.Members {
		m := &team.Spec.Members[i]
		has := string(m.Accounts[kind])
		if has == account {
			return m
		}
		if has == "" || !foldsCase[kind] || !strings.EqualFold(has, account) {
			continue
		}
		if found != nil {
			return nil
		}
		found = m
	}
	return found
}

// UnknownAccount says that no member of a Team has the account by which a source names who did the
// work, and what to write into the Team.
func UnknownAccount(team string, from *praxisv1.EvidenceOrigin) string {
	return fmt.Sprintf("No member of Team %s has the account %s; if it is one of them, add to that member: accounts: {%s: %q}", team, from.Account, from.Kind, from.Account)
}

// checkedInSource reports whether the standard takes the word of the source for a piece: its check
// holds, and who checked it there is another member than anybody who has the Action or ever had it.
// As for a judge, being in the Team counts from the next week on. A piece accepted like this stays
// accepted when the Action passes to who checked it, or the Team changes.
func (b *bench) checkedInSource(e *praxisv1.Evidence) bool {
	if b.Action == nil || !b.Action.Spec.Standard.AutoAccept || !FromSource(e) || e.Spec.Source.VerifiedBy == "" {
		return false
	}
	checker := b.member(e.Spec.Source.Kind, e.Spec.Source.VerifiedBy)
	if checker == nil || Machine(checker.User) || !b.wasPlanned(checker) {
		return acceptedBySource(e)
	}
	users := b.usersOf(praxisv1.Assignee{Member: checker.Name, User: checker.User})
	if users.HasAny(b.first.UnsortedList()...) {
		return false
	}
	return !users.HasAny(b.owners.UnsortedList()...) || acceptedBySource(e)
}

// member is who has an account in the Team of the Action, or in the one that took its place.
func (b *bench) member(kind, account string) *praxisv1.Member {
	if b.Team != nil {
		return MemberOf(b.Team, kind, account)
	}
	return MemberOf(b.Heir, kind, account)
}

// wasPlanned reports whether a member was in the Team when the week was planned.
func (b *bench) wasPlanned(m *praxisv1.Member) bool {
	return b.Planned == nil || b.Team == nil || slices.ContainsFunc(b.Planned.Members, func(p praxisv1.PlannedMember) bool { return p.Name == m.Name })
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
