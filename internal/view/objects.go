// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// Objects are those that were read, from one or several namespaces. Nothing is said about
// what was not read.
type Objects struct {
	Utilities  []praxisv1.Utility
	Teams      []praxisv1.Team
	Packages   []praxisv1.ActionPackage
	KeyActions []praxisv1.KeyAction
	Cycles     []praxisv1.WeeklyCycle
	Actions    []praxisv1.Action
	Evidence   []praxisv1.Evidence
	Reviews    []praxisv1.Review
}

// Ref names an object.
type Ref struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// String is how kubectl names it. Example: "action/checkout-2026-w48.fix.ship.ana".
func (r Ref) String() string { return strings.ToLower(r.Kind) + "/" + r.Name }

// find is the object of that name, or nil.
func find[T any, O interface {
	*T
	metav1.Object
}](list []T, namespace, name string) O {
	for i := range list {
		if o := O(&list[i]); o.GetName() == name && o.GetNamespace() == namespace {
			return o
		}
	}
	return nil
}

// current is the latest planned week of a Utility that is not closed, or the one being
// planned, or nil.
func (o Objects) current(u *praxisv1.Utility) *praxisv1.WeeklyCycle {
	var own []praxisv1.WeeklyCycle
	for _, c := range o.Cycles {
		if c.Namespace == u.Namespace && c.Spec.UtilityRef.Name == u.Name {
			own = append(own, c)
		}
	}
	if len(own) == 0 {
		return nil
	}
	if latest := week.Latest(own); latest != nil {
		return latest
	}
	last := slices.MaxFunc(own, func(a, b praxisv1.WeeklyCycle) int { return a.Spec.StartsAt.Compare(b.Spec.StartsAt.Time) })
	return &last
}

// keyActionsOf are the KeyActions of a Utility that have no parent, heaviest first.
func (o Objects) keyActionsOf(u *praxisv1.Utility) []*praxisv1.KeyAction {
	var own []*praxisv1.KeyAction
	for i := range o.KeyActions {
		ka := &o.KeyActions[i]
		if ka.Namespace == u.Namespace && ka.Spec.UtilityRef.Name == u.Name && ka.Spec.ParentRef == nil {
			own = append(own, ka)
		}
	}
	slices.SortStableFunc(own, func(a, b *praxisv1.KeyAction) int {
		if c := weight(b) - weight(a); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return own
}

func weight(ka *praxisv1.KeyAction) int {
	if ka.Spec.Weight == nil {
		return 0
	}
	return int(*ka.Spec.Weight)
}

// childrenOf are the KeyActions that were made for the Teams of an enterprise one.
func (o Objects) childrenOf(parent *praxisv1.KeyAction) []*praxisv1.KeyAction {
	var children []*praxisv1.KeyAction
	for i := range o.KeyActions {
		ka := &o.KeyActions[i]
		if ka.Namespace == parent.Namespace && ka.Spec.ParentRef != nil && ka.Spec.ParentRef.Name == parent.Name {
			children = append(children, ka)
		}
	}
	return children
}

// Called is what people call an Action: by its KeyAction, its step and whoever has it now. The
// name of the object keeps whoever had it first. Example: "fix.ship.ana".
func Called(a *praxisv1.Action) string {
	return a.Spec.KeyActionRef.Name + "." + a.Spec.Step + "." + plan.Holder(a) + origin(a)
}

// person is how people read who has an Action: by the display name and the name to type, or by
// the name alone.
func (o Objects) person(a *praxisv1.Action) string {
	return plan.Called(plan.Holder(a), plan.DisplayName(find(o.Teams, a.Namespace, a.Spec.Team), a.Spec.Member))
}

// Typed is how to name an Action in a command: as it is called, or by the name of the object
// where another one of an open week is called the same.
func (o Objects) Typed(a *praxisv1.Action) string {
	called := Called(a)
	for i := range o.Actions {
		other := &o.Actions[i]
		if other.Spec.Step != a.Spec.Step || other.Name == a.Name {
			continue // most are another step, and are told apart quickly
		}
		of := find(o.Cycles, other.Namespace, other.Spec.CycleRef.Name)
		if other.Namespace == a.Namespace && Called(other) == called && (of == nil || !plan.WeekClosed(of)) {
			return a.Name
		}
	}
	return called
}

// called is what people call the Action of an object's name, as far as it was read.
func (o Objects) called(namespace, name string) string {
	if a := find(o.Actions, namespace, name); a != nil {
		return Called(a)
	}
	return text.ActionName(name)
}

// evidenceFor is what was handed in for an Action, the latest first.
func (o Objects) evidenceFor(a *praxisv1.Action) []*praxisv1.Evidence {
	var pieces []*praxisv1.Evidence
	for i := range o.Evidence {
		if e := &o.Evidence[i]; e.Namespace == a.Namespace && evidence.ActionOf(e) == a.Name {
			pieces = append(pieces, e)
		}
	}
	slices.SortStableFunc(pieces, func(a, b *praxisv1.Evidence) int {
		return b.CreationTimestamp.Compare(a.CreationTimestamp.Time)
	})
	return pieces
}
