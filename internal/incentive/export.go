// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/chain"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
)

// Export is what the statements of one namespace are verified from.
type Export struct {
	utilities  []praxisv1.Utility
	cycles     []praxisv1.WeeklyCycle
	actions    []praxisv1.Action
	evidence   []praxisv1.Evidence
	reviews    []praxisv1.Review
	statements []praxisv1.IncentiveStatement
}

// ReadExport reads what `kubectl get utilities,weeklycycles,actions,evidence,reviews,incentivestatements
// -o json` prints, of one namespace or of all.
func ReadExport(r io.Reader) (map[string]*Export, error) { return chain.ByNamespace(r, (*Export).add) }

func (x *Export) add(kind string, object json.RawMessage) error {
	switch kind {
	case "Utility":
		return into(object, &x.utilities)
	case "WeeklyCycle":
		return into(object, &x.cycles)
	case "Action":
		return into(object, &x.actions)
	case "Evidence":
		return into(object, &x.evidence)
	case "Review":
		return into(object, &x.reviews)
	case "IncentiveStatement":
		return into(object, &x.statements)
	}
	return nil
}

func into[T any](object json.RawMessage, list *[]T) error {
	var o T
	err := json.Unmarshal(object, &o)
	*list = append(*list, o)
	return err
}

// Statements is how many an export has.
func (x *Export) Statements() int { return len(x.statements) }

// Verify recomputes all statements of an export from its weeks. Notes say of which weeks it has nothing but
// what the statements themselves say.
func (x *Export) Verify() (verified int, findings, notes []Finding) {
	of := map[string][]*praxisv1.IncentiveStatement{}
	for i := range x.statements {
		s := &x.statements[i]
		of[s.Spec.PolicyRef.Name] = append(of[s.Spec.PolicyRef.Name], s)
	}
	for _, policy := range slices.Sorted(maps.Keys(of)) {
		slices.SortFunc(of[policy], func(a, b *praxisv1.IncentiveStatement) int { return cmp.Compare(a.Name, b.Name) })
		weeks := x.weeks(of[policy][0].Spec.UtilityRef.Name)
		n, found := Verify(of[policy], weeks)
		verified, findings = verified+n, append(findings, found...)
		for _, s := range of[policy] {
			if missing := NotThere(s, weeks[s.Spec.Quarter]); len(missing) > 0 {
				notes = append(notes, Finding{s.Name, fmt.Sprintf("%s not in the export, so what it says of them is taken as it stands", weeksAre(missing))})
			}
		}
	}
	return verified, findings, notes
}

// weeks are the closed ones of a Utility, by quarter. Where the Utility is not in the export there
// are none, since its calendar says which quarter is whose.
func (x *Export) weeks(utility string) map[string][]ClosedWeek {
	weeks := map[string][]ClosedWeek{}
	i := slices.IndexFunc(x.utilities, func(u praxisv1.Utility) bool { return u.Name == utility })
	if i < 0 {
		return weeks
	}
	calendar, err := cadence.New(x.utilities[i].Spec.Cadence)
	if err != nil {
		return weeks
	}
	for j := range x.cycles {
		c := &x.cycles[j]
		if c.Spec.UtilityRef.Name != utility || !plan.WeekClosed(c) {
			continue
		}
		var actions []praxisv1.Action
		names := map[string]bool{}
		for k := range x.actions {
			if x.actions[k].Spec.CycleRef.Name == c.Name {
				actions, names[x.actions[k].Name] = append(actions, x.actions[k]), true
			}
		}
		var pieces []praxisv1.Evidence
		for k := range x.evidence {
			if names[evidence.ActionOf(&x.evidence[k])] {
				pieces = append(pieces, x.evidence[k])
			}
		}
		var signed *praxisv1.Review
		for k := range x.reviews {
			if x.reviews[k].Name == c.Status.DecidedBy {
				signed = &x.reviews[k]
			}
		}
		quarter := calendar.QuarterOf(calendar.WeekFrom(c.Spec.StartsAt.Time)).Name
		weeks[quarter] = append(weeks[quarter], Closed(c, actions, pieces, review.DecisionsOf(signed)))
	}
	return weeks
}

// weeksAre names weeks as the subject of a sentence.
func weeksAre(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return fmt.Sprintf("%s and %d more weeks are", names[0], len(names)-1)
}
