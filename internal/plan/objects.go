// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Objects are what a Utility is planned from.
type Objects struct {
	// Utility is nil where a KeyAction refers to one that is not there.
	Utility *praxisv1.Utility
	// KeyActions are all that refer to the Utility, those made for Teams included.
	KeyActions []praxisv1.KeyAction
	// Packages and Teams of the namespace, by name.
	Packages map[string]*praxisv1.ActionPackage
	Teams    map[string]*praxisv1.Team
}

// Problem is something that only the author of an object can mend.
type Problem struct {
	// Reason is that of the Stalled condition.
	Reason string
	// Message says what is wrong, where, and what to do.
	Message string
	// Field is the path of what is wrong in the object, for a linter to point to; empty
	// where it is no single field.
	Field string
}

func problem(reason, format string, args ...any) *Problem {
	return &Problem{Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// at says which field a Problem is about.
func (p *Problem) at(field string) *Problem {
	p.Field = field
	return p
}

// packageField is the path of where a KeyAction's steps come from.
func packageField(ka *praxisv1.KeyAction) string {
	if ka.Spec.Package == nil {
		return "spec.packageRef"
	}
	return "spec.package.steps"
}

// StepField is the path of a field of a step in its KeyAction; that of the reference
// where the steps stand in an ActionPackage.
func StepField(ka *praxisv1.KeyAction, step, field string) string {
	if ka.Spec.Package == nil {
		return packageField(ka)
	}
	i := slices.IndexFunc(ka.Spec.Package.Steps, func(s praxisv1.Step) bool { return s.Name == step })
	return fmt.Sprintf("%s[%d].%s", packageField(ka), i, field)
}

// IsGenerated tells whether a KeyAction was made for a Team of an enterprise one.
func IsGenerated(ka *praxisv1.KeyAction) bool {
	owner := metav1.GetControllerOf(ka)
	return owner != nil && owner.Kind == "KeyAction" && owner.APIVersion == praxisv1.GroupVersion.String()
}

// hasParent tells whether a KeyAction counts through another one and not by itself.
func hasParent(ka *praxisv1.KeyAction) bool { return ka.Spec.ParentRef != nil || IsGenerated(ka) }

// Rank orders the names of the KeyActions without a parent, heavier first, then by
// name, and splits them at the limit. Suspended ones rank too.
func Rank(keyActions []praxisv1.KeyAction, limit int32) (within, beyond []string) {
	var ranked []*praxisv1.KeyAction
	for i := range keyActions {
		if !hasParent(&keyActions[i]) {
			ranked = append(ranked, &keyActions[i])
		}
	}
	slices.SortFunc(ranked, func(a, b *praxisv1.KeyAction) int {
		return cmp.Or(cmp.Compare(percentOf(b), percentOf(a)), cmp.Compare(a.Name, b.Name))
	})
	for i, ka := range ranked {
		if i < int(limit) {
			within = append(within, ka.Name)
		} else {
			beyond = append(beyond, ka.Name)
		}
	}
	return within, beyond
}

func percentOf(ka *praxisv1.KeyAction) int32 {
	if ka.Spec.Weight == nil {
		return 0
	}
	return *ka.Spec.Weight
}

// WeightOf is a KeyAction's percent of the Utility; one made for a Team has
// parent/teams, an exact fraction, and 0 where the parent is gone or no longer
// selects the Team.
func WeightOf(o Objects, ka *praxisv1.KeyAction) *big.Rat {
	if ka.Spec.ParentRef == nil {
		return new(big.Rat).SetInt64(int64(percentOf(ka)))
	}
	if parent := o.keyAction(ka.Spec.ParentRef.Name); parent != nil {
		children := Children(o, parent)
		if slices.ContainsFunc(children, func(c praxisv1.KeyAction) bool { return c.Name == ka.Name }) {
			return big.NewRat(int64(percentOf(parent)), int64(len(children)))
		}
	}
	return new(big.Rat)
}

func (o Objects) keyAction(name string) *praxisv1.KeyAction {
	for i := range o.KeyActions {
		if o.KeyActions[i].Name == name {
			return &o.KeyActions[i]
		}
	}
	return nil
}

var tierOrder = []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey}

// Policy is the deviation policy of a KeyAction with the defaults of the schema
// filled in, for objects that no API server has seen.
func Policy(ka *praxisv1.KeyAction) praxisv1.DeviationPolicy {
	p := *ka.Spec.Deviation.DeepCopy()
	p.Tolerance = cmp.Or(p.Tolerance, new(int32(10)))
	p.Critical = cmp.Or(p.Critical, new(int32(25)))
	p.MaxCarries = cmp.Or(p.MaxCarries, new(int32(2)))
	p.OnMiss = cmp.Or(p.OnMiss, praxisv1.MissCarryOver)
	if len(p.CheckOrder) == 0 {
		p.CheckOrder = slices.Clone(tierOrder)
	}
	return p
}

// Contributions are the units of an accepted key-tier completion, by the names of
// the KeyActions as they are planned: one for each Team of an enterprise one.
func Contributions(o Objects) map[string]int64 {
	units := map[string]int64{}
	for i := range o.KeyActions {
		ka := &o.KeyActions[i]
		units[ka.Name] = ka.Spec.Contribution
		if hasParent(ka) {
			continue
		}
		for _, child := range Children(o, ka) {
			units[child.Name] = child.Spec.Contribution
		}
	}
	return units
}

// FormatMinutes writes an effort as people write it. Examples: "12h30m", "40h", "45m".
func FormatMinutes(minutes int64) string {
	switch hours, rest := minutes/60, minutes%60; {
	case hours == 0:
		return fmt.Sprintf("%dm", rest)
	case rest == 0:
		return fmt.Sprintf("%dh", hours)
	default:
		return fmt.Sprintf("%dh%dm", hours, rest)
	}
}

// HasMeasure tells whether a Utility has a measure of that name.
func HasMeasure(u *praxisv1.Utility, name string) bool {
	return slices.ContainsFunc(u.Spec.Measures, func(m praxisv1.Measure) bool { return m.Name == name })
}
