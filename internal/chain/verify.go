// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package chain

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Finding is a place where an export is not what its weeks were closed with.
type Finding struct {
	Cycle   string
	Message string
}

// Verify recomputes every closed week of an export of one namespace, and follows the chain
// from each to the one before. The first week in the export may follow one that was pruned.
// It returns how many weeks it verified, and what is wrong.
func Verify(x Export) (weeks int, findings []Finding) {
	actions, evidence := x.byCycle()
	cycles := x.sorted()
	byName, followed := map[string]*praxisv1.WeeklyCycle{}, map[string]string{}
	for i := range cycles {
		c := &cycles[i]
		add := func(format string, args ...any) {
			findings = append(findings, Finding{c.Name, fmt.Sprintf(format, args...)})
		}
		if byName[c.Name] != nil {
			add("it is in the export twice")
		}
		first := i == 0 || cycles[i-1].Spec.UtilityRef != c.Spec.UtilityRef
		switch before := byName[c.Spec.Previous]; {
		case c.Spec.Previous == "" && !first:
			add("it follows no week, and %s was before it", cycles[i-1].Name)
		case c.Spec.Previous != "" && before == nil && !first:
			add("the week that it follows, %s, is missing", c.Spec.Previous)
		case c.Spec.Previous != "" && followed[c.Spec.Previous] != "":
			add("%s follows %s as well", followed[c.Spec.Previous], c.Spec.Previous)
		case before != nil && before.Status.Evidence != nil && c.Status.Evidence != nil && before.Status.Evidence.Root != c.Status.Evidence.PreviousRoot:
			add("its previousRoot is not the root of %s", c.Spec.Previous)
		}
		byName[c.Name], followed[c.Spec.Previous] = c, c.Name
		if closed := meta.IsStatusConditionTrue(c.Status.Conditions, praxisv1.ConditionClosed); closed != (c.Status.Evidence != nil) {
			add("it must have a root if it is closed, and none if it is not")
		}
		if c.Status.Evidence == nil {
			continue
		}
		weeks++
		for _, wrong := range recompute(c, actions[c.Name], evidence[c.Name]) {
			add("%s", wrong)
		}
	}
	return weeks, findings
}

// sorted are the cycles by Utility and start.
func (x *Export) sorted() []praxisv1.WeeklyCycle {
	cycles := slices.Clone(x.Cycles)
	slices.SortFunc(cycles, func(a, b praxisv1.WeeklyCycle) int {
		return cmp.Or(cmp.Compare(a.Spec.UtilityRef.Name, b.Spec.UtilityRef.Name), a.Spec.StartsAt.Compare(b.Spec.StartsAt.Time), cmp.Compare(a.Name, b.Name))
	})
	return cycles
}

func recompute(c *praxisv1.WeeklyCycle, actions, evidence []json.RawMessage) (wrong []string) {
	was := c.Status.Evidence
	if was.Version != Version {
		return []string{fmt.Sprintf("its root is of version %d, and this command knows version %d; verify it with the release that closed it", was.Version, Version)}
	}
	if len(evidence) != int(was.Count) {
		wrong = append(wrong, fmt.Sprintf("%d pieces of accepted evidence are there, and it was closed with %d", len(evidence), was.Count))
	}
	if c.Status.Plan == nil {
		return append(wrong, "it has no plan")
	}
	now, err := Root(Week{Cycle: c.Name, PlanHash: c.Status.Plan.Hash, Actions: actions, Evidence: evidence, PreviousRoot: was.PreviousRoot})
	switch {
	case err != nil:
		wrong = append(wrong, fmt.Sprintf("its root cannot be computed: %v", err))
	case now.Root != was.Root:
		wrong = append(wrong, "its Actions, evidence, verdicts or plan are not those that it was closed with")
	}
	return wrong
}

// Kept is a root that was kept outside of the cluster.
type Kept struct {
	Utility, Root string
	// Week that it was the root of; empty where that is not known.
	Week string
}

// Reaches finds whether the chain of a Utility still leads to a root that was kept: as
// that of the week it was kept for, or of any where that is not known, or as the
// previousRoot of the first week that is there, where the week itself was pruned. It
// returns what is wrong, or nothing.
func Reaches(x Export, kept Kept) string {
	var closed []praxisv1.WeeklyCycle
	for _, c := range x.sorted() {
		if c.Spec.UtilityRef.Name == kept.Utility && c.Status.Evidence != nil {
			closed = append(closed, c)
		}
	}
	if len(closed) == 0 {
		return "it has no closed week, and a root of it was kept; it was deleted, or begun anew"
	}
	for i := range closed {
		of := string(closed[i].Spec.Week)
		switch root := closed[i].Status.Evidence.Root; {
		case root == kept.Root && (kept.Week == "" || kept.Week == of):
			return ""
		case root == kept.Root:
			return fmt.Sprintf("the root that was kept of %s is that of %s", kept.Week, of)
		case kept.Week == of:
			return fmt.Sprintf("the root of %s is %s, and another was kept", of, root)
		}
	}
	first := &closed[0]
	switch {
	case first.Status.Evidence.PreviousRoot == kept.Root:
		return ""
	case first.Spec.Previous == "":
		return fmt.Sprintf("its chain begins anew with %s, and no week of it has the root that was kept", first.Spec.Week)
	}
	return fmt.Sprintf("no week from %s on has the root that was kept; verify with an export that reaches further back", first.Spec.Week)
}

// Chain is where the chain of a Utility begins and ends.
type Chain struct {
	Utility string
	// First and Last are the first and the last closed week that are there.
	First, Last string
	// Anew tells that the chain begins with the first: it follows no week.
	Anew bool
	// Root is that of the last.
	Root string
}

// Chains are those of an export, by Utility.
func Chains(x Export) []Chain {
	var chains []Chain
	for _, c := range x.sorted() {
		if c.Status.Evidence == nil {
			continue
		}
		if n := len(chains); n == 0 || chains[n-1].Utility != c.Spec.UtilityRef.Name {
			chains = append(chains, Chain{Utility: c.Spec.UtilityRef.Name, First: string(c.Spec.Week), Anew: c.Spec.Previous == ""})
		}
		last := &chains[len(chains)-1]
		last.Last, last.Root = string(c.Spec.Week), c.Status.Evidence.Root
	}
	return chains
}
