// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What is half done changes hands by a split: what is in stays with whoever handed it in, and
// the rest becomes an Action of the other, so that credit and load are each person's own. The
// amendment says all that the other Action is made from, and both parts add up to what was
// there; that is checked by the API server.

// Open is how much of an Action is neither accepted nor waits for a verdict.
func Open(a *praxisv1.Action) int32 {
	if a.Spec.Dropped {
		return 0
	}
	return max(0, a.Spec.Target-a.Status.Accepted-a.Status.Pending)
}

// Begun reports whether a part of an Action is accepted or waits for a verdict, so that it no
// longer changes hands whole.
func Begun(a *praxisv1.Action) bool { return a.Status.Accepted+a.Status.Pending > 0 }

// Split is an Action that gives a quantity to a member, at least 1 and less than its target:
// what is due last goes, with floor(share·quantity/target) of the share. The amendment says why.
func Split(a *praxisv1.Action, quantity int32, to *praxisv1.Member, because praxisv1.Amendment) *praxisv1.Action {
	stays, goes := cut(a.Spec.Occurrences, a.Spec.Target-quantity)
	because.Split = &praxisv1.Split{
		Member: to.Name, User: to.User, Quantity: quantity, Occurrences: goes,
		Share: int32(int64(a.Spec.Share) * int64(quantity) / int64(a.Spec.Target)),
	}
	out := a.DeepCopy()
	out.Spec.Target, out.Spec.Occurrences = a.Spec.Target-quantity, stays
	out.Spec.Share = a.Spec.Share - because.Split.Share
	out.Spec.Amendments = append(out.Spec.Amendments, because)
	return out
}

// cut divides occurrences after a quantity of them, in the order in which they are due.
func cut(occurrences []praxisv1.Occurrence, after int32) (first, rest []praxisv1.Occurrence) {
	sorted := slices.Clone(occurrences)
	slices.SortStableFunc(sorted, func(a, b praxisv1.Occurrence) int { return a.DueAt.Compare(b.DueAt.Time) })
	for _, o := range sorted {
		stays := min(after, o.Quantity)
		after -= stays
		if stays > 0 {
			first = append(first, praxisv1.Occurrence{DueAt: o.DueAt, Quantity: stays})
		}
		if goes := o.Quantity - stays; goes > 0 {
			rest = append(rest, praxisv1.Occurrence{DueAt: o.DueAt, Quantity: goes})
		}
	}
	return first, rest
}

// MissingParts are the Actions that were split from those of the week of a request and do not
// exist yet, by name, ready to be created except for their owner.
func MissingParts(r Request, actions []praxisv1.Action) []praxisv1.Action {
	missing := Unmade(actions)
	for i := range missing {
		name := missing[i].Name
		missing[i] = named(r, missing[i])
		missing[i].Name = name
	}
	return missing
}

// Unmade are the names and specs of the parts that were split from Actions and do not exist yet,
// by name. Their names say by which amendment, so that each is made once, whatever was done to
// the parts or to the Team since. What no Action can be made of is not among them, see
// Unmakeable: a week would wait for it for ever.
func Unmade(actions []praxisv1.Action) []praxisv1.Action {
	there := map[string]bool{}
	for i := range actions {
		there[actions[i].Name] = true
	}
	var missing []praxisv1.Action
	for i := range actions {
		a := &actions[i]
		for j := range a.Spec.Amendments {
			if split := a.Spec.Amendments[j].Split; split == nil || !namesMember(split) {
				continue
			}
			if p := part(a, j); !there[p.Name] {
				missing = append(missing, p)
			}
		}
	}
	slices.SortFunc(missing, func(a, b praxisv1.Action) int { return cmp.Compare(a.Name, b.Name) })
	return missing
}

// Unmakeable are the Actions of which a part was split for a member whose name no Action can
// have, by name. The API server refuses that by now, and amendments stay as they are.
func Unmakeable(actions []praxisv1.Action) []string {
	var names []string
	for i := range actions {
		if slices.ContainsFunc(actions[i].Spec.Amendments, func(m praxisv1.Amendment) bool { return m.Split != nil && !namesMember(m.Split) }) {
			names = append(names, actions[i].Name)
		}
	}
	slices.Sort(names)
	return names
}

// namesMember reports whether a split names somebody as a Team names its members.
func namesMember(split *praxisv1.Split) bool {
	return len(split.Member) <= maxMember && len(validation.IsDNS1123Label(split.Member)) == 0
}

// maxMember is how long the name of a member is at most.
const maxMember = 30

// part is the Action that an amendment split from another one.
func part(a *praxisv1.Action, amendment int) praxisv1.Action {
	split := a.Spec.Amendments[amendment].Split
	spec := *a.Spec.DeepCopy()
	spec.Member, spec.User = split.Member, split.User
	spec.Target, spec.Share, spec.Occurrences = split.Quantity, split.Share, slices.Clone(split.Occurrences)
	// What carries on with the Action of the week before is the one that it was split from.
	spec.SplitFrom, spec.CarriedFrom, spec.Amendments, spec.Dropped = a.Name, "", nil, false
	out := praxisv1.Action{Spec: spec}
	out.Name = partName(a, amendment)
	return out
}

func partName(a *praxisv1.Action, amendment int) string {
	spec := &a.Spec
	by := shortHash(fmt.Sprintf("%s/%d", a.Name, amendment))
	return ActionName(spec.CycleRef.Name, spec.KeyActionRef.Name, spec.Step, spec.Amendments[amendment].Split.Member+"-"+by, string(spec.OriginWeek))
}

// PartOf reports whether an Action was split from another one.
func PartOf(a, from *praxisv1.Action) bool { return SplitBy(a, from) >= 0 }

// SplitBy is which amendment of an Action split another one from it; -1 where none did.
func SplitBy(a, from *praxisv1.Action) int {
	if a.Spec.SplitFrom != from.Name {
		return -1
	}
	for i := range from.Spec.Amendments {
		if from.Spec.Amendments[i].Split != nil && partName(from, i) == a.Name {
			return i
		}
	}
	return -1
}

// IsCarried reports whether an Action is what an earlier week left over, or was split from that.
func IsCarried(a *praxisv1.Action) bool {
	return a.Spec.CarriedFrom != "" || a.Spec.SplitFrom != "" && a.Spec.OriginWeek != ""
}
