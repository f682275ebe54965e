// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// newAction is the Action for what one member owes of one step in the week.
func (e *entry) newAction(r Request, p piece, m *praxisv1.Member, share int32) praxisv1.Action {
	s := p.step
	a := praxisv1.Action{Spec: praxisv1.ActionSpec{
		UtilityRef:   e.keyAction.Spec.UtilityRef,
		KeyActionRef: praxisv1.LocalReference{Name: e.keyAction.Name},
		CycleRef:     praxisv1.LocalReference{Name: r.Cycle},
		Step:         s.Name, Tier: s.Tier, Do: s.Do,
		Team: e.team.Name, Member: m.Name, User: m.User,
		Target: quantity(p.occurrences), Occurrences: p.occurrences, Duration: s.Duration,
		Standard: s.Standard, Evidence: s.Evidence, DependsOn: s.DependsOn, Share: share,
	}}
	if s.Tier == praxisv1.TierKey {
		a.Spec.Contribution = e.keyAction.Spec.Contribution
	}
	return named(r, a)
}

// named gives an Action the name and labels that follow from its spec.
func named(r Request, a praxisv1.Action) praxisv1.Action {
	spec := &a.Spec
	a.ObjectMeta = metav1.ObjectMeta{
		Name:      ActionName(r.Cycle, spec.KeyActionRef.Name, spec.Step, Holder(&a), string(spec.OriginWeek)),
		Namespace: r.Programme.Utility.Namespace,
		Labels:    ActionLabels(spec, r.Week.Name),
	}
	return a
}

// ActionLabels are the labels that follow from the spec of an Action and its week.
func ActionLabels(spec *praxisv1.ActionSpec, week string) map[string]string {
	return map[string]string{
		praxisv1.LabelUtility:   LabelValue(spec.UtilityRef.Name),
		praxisv1.LabelKeyAction: LabelValue(spec.KeyActionRef.Name),
		praxisv1.LabelCycle:     LabelValue(spec.CycleRef.Name),
		praxisv1.LabelWeek:      week,
		praxisv1.LabelTeam:      LabelValue(spec.Team),
		praxisv1.LabelMember:    spec.Member,
		praxisv1.LabelTier:      string(spec.Tier),
		praxisv1.LabelStep:      spec.Step,
	}
}

// hashActions are the first 32 hex digits of sha256 over the names and specs of Actions. Their
// order counts; plans keep them by name. A week has one for each KeyAction, so they are short.
func hashActions(actions []praxisv1.Action) string {
	sum := sha256.New()
	encoder := json.NewEncoder(sum)
	for i := range actions {
		// A spec holds nothing that JSON cannot represent.
		if err := encoder.Encode(struct {
			Name string              `json:"name"`
			Spec praxisv1.ActionSpec `json:"spec"`
		}{actions[i].Name, actions[i].Spec}); err != nil {
			panic(fmt.Sprintf("hashing Action %s: %v", actions[i].Name, err))
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// hashPlan is sha256 over the hashes of the KeyActions of a plan, in hex.
func hashPlan(planned []praxisv1.PlannedKeyAction) string {
	sum := sha256.New()
	for i := range planned {
		fmt.Fprintf(sum, "%s %s\n", planned[i].Name, planned[i].Hash)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
