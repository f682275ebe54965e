// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package chain

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Export holds the objects that a chain is verified from.
type Export struct {
	Cycles   []praxisv1.WeeklyCycle
	Actions  []praxisv1.Action
	Evidence []praxisv1.Evidence
}

// ReadExport reads what `kubectl get weeklycycles,actions,evidence -o json` prints, for one
// namespace or for all; the result is by namespace.
func ReadExport(r io.Reader) (map[string]*Export, error) {
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.NewDecoder(r).Decode(&list); err != nil {
		return nil, fmt.Errorf("the export is not a list in JSON: %w", err)
	}
	exports := map[string]*Export{}
	for i, item := range list.Items {
		var head metav1.PartialObjectMetadata
		if err := json.Unmarshal(item, &head); err != nil {
			return nil, fmt.Errorf("item %d of the export: %w", i, err)
		}
		export := exports[head.Namespace]
		if export == nil {
			export = &Export{}
			exports[head.Namespace] = export
		}
		if err := export.add(head.Kind, item); err != nil {
			return nil, fmt.Errorf("%s %s of the export: %w", head.Kind, head.Name, err)
		}
	}
	return exports, nil
}

func (x *Export) add(kind string, item []byte) error {
	switch kind {
	case "WeeklyCycle":
		return appendItem(&x.Cycles, item)
	case "Action":
		return appendItem(&x.Actions, item)
	case "Evidence":
		return appendItem(&x.Evidence, item)
	}
	return nil // other kinds do not matter
}

func appendItem[T any](to *[]T, item []byte) error {
	var object T
	if err := json.Unmarshal(item, &object); err != nil {
		return err
	}
	*to = append(*to, object)
	return nil
}

// Finding is a place where an export differs from what its weeks were closed with.
type Finding struct {
	Cycle   string
	Message string
}

// Verify recomputes every closed week of an export of one namespace, and follows the chain
// from each to the one before. The first week in the export may follow one that was pruned.
// It returns how many weeks it verified, and what is wrong.
func Verify(x Export) (weeks int, findings []Finding) {
	actions, evidence := x.group()
	cycles := slices.Clone(x.Cycles)
	slices.SortFunc(cycles, func(a, b praxisv1.WeeklyCycle) int {
		return cmp.Or(cmp.Compare(a.Spec.UtilityRef.Name, b.Spec.UtilityRef.Name), a.Spec.StartsAt.Compare(b.Spec.StartsAt.Time), cmp.Compare(a.Name, b.Name))
	})
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

// group sorts Actions and accepted evidence by cycle.
func (x Export) group() (map[string][]praxisv1.Action, map[string][]praxisv1.Evidence) {
	actions, evidence, cycleOf := map[string][]praxisv1.Action{}, map[string][]praxisv1.Evidence{}, map[string]string{}
	for _, a := range x.Actions {
		cycleOf[a.Name] = a.Spec.CycleRef.Name
		actions[a.Spec.CycleRef.Name] = append(actions[a.Spec.CycleRef.Name], a)
	}
	for _, e := range x.Evidence {
		if e.Status.ActionRef != nil && meta.IsStatusConditionTrue(e.Status.Conditions, praxisv1.ConditionAccepted) {
			cycle := cycleOf[e.Status.ActionRef.Name]
			evidence[cycle] = append(evidence[cycle], e)
		}
	}
	return actions, evidence
}

func recompute(c *praxisv1.WeeklyCycle, actions []praxisv1.Action, evidence []praxisv1.Evidence) (wrong []string) {
	was := c.Status.Evidence
	if len(evidence) != int(was.Count) {
		wrong = append(wrong, fmt.Sprintf("%d pieces of accepted evidence are there, and it was closed with %d", len(evidence), was.Count))
	}
	if c.Status.Plan == nil {
		return append(wrong, "it has no plan")
	}
	now := Root(Week{Cycle: c.Name, PlanHash: c.Status.Plan.Hash, Actions: actions, Evidence: evidence, PreviousRoot: was.PreviousRoot})
	if now.Root != was.Root {
		wrong = append(wrong, "its Actions, evidence, verdicts or plan are not those that it was closed with")
	}
	return wrong
}
