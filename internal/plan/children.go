// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// selectedTeams are the Teams that an enterprise KeyAction is for, by name. A
// selector that cannot be read selects none; CheckKeyAction reports it.
func (o Objects) selectedTeams(ka *praxisv1.KeyAction) []*praxisv1.Team {
	if ka.Spec.TeamSelector == nil {
		return nil
	}
	selector, err := metav1.LabelSelectorAsSelector(ka.Spec.TeamSelector)
	if err != nil {
		return nil
	}
	var teams []*praxisv1.Team
	for _, team := range o.Teams {
		if selector.Matches(labels.Set(team.Labels)) {
			teams = append(teams, team)
		}
	}
	slices.SortFunc(teams, func(a, b *praxisv1.Team) int { return cmp.Compare(a.Name, b.Name) })
	return teams
}

// Children are the KeyActions that an enterprise KeyAction wants, one for each
// selected Team, by Team name; none for a KeyAction with a teamRef. They have no
// weight of their own and no owner yet.
func (p *Programme) Children(parent *praxisv1.KeyAction) []praxisv1.KeyAction {
	p.mu.Lock()
	defer p.mu.Unlock()
	if children, made := p.children[parent.Name]; made {
		return children
	}
	var children []praxisv1.KeyAction
	for _, team := range p.selectedTeams(parent) {
		spec := *parent.Spec.DeepCopy()
		spec.TeamSelector, spec.Weight = nil, nil
		spec.TeamRef = &praxisv1.LocalReference{Name: team.Name}
		spec.ParentRef = &praxisv1.LocalReference{Name: parent.Name}
		children = append(children, praxisv1.KeyAction{
			ObjectMeta: metav1.ObjectMeta{
				Name: childName(parent.Name, team.Name), Namespace: parent.Namespace,
				Labels: map[string]string{
					praxisv1.LabelUtility:   LabelValue(parent.Spec.UtilityRef.Name),
					praxisv1.LabelKeyAction: LabelValue(parent.Name),
					praxisv1.LabelTeam:      LabelValue(team.Name),
				},
			},
			Spec: spec,
		})
	}
	p.children[parent.Name] = children
	return children
}

// IsGenerated reports whether a KeyAction was made for a Team of an enterprise one.
func IsGenerated(ka *praxisv1.KeyAction) bool {
	owner := metav1.GetControllerOf(ka)
	return owner != nil && owner.Kind == "KeyAction" && owner.APIVersion == praxisv1.GroupVersion.String()
}

// IsChild reports whether a KeyAction was made for a Team of an enterprise one. One that has
// lost its owner is known by its parentRef, which only the operator writes.
func IsChild(ka, parent *praxisv1.KeyAction) bool {
	orphaned := metav1.GetControllerOf(ka) == nil && ka.Spec.ParentRef != nil && ka.Spec.ParentRef.Name == parent.Name
	return orphaned || metav1.IsControlledBy(ka, parent)
}

// hasParent reports whether a KeyAction counts through another one and not by itself.
func hasParent(ka *praxisv1.KeyAction) bool { return ka.Spec.ParentRef != nil || IsGenerated(ka) }

// Parts are the KeyActions that carry the figures of one: itself, or those of its Teams.
func (p *Programme) Parts(ka *praxisv1.KeyAction) []praxisv1.KeyAction {
	if ka.Spec.TeamSelector == nil {
		return []praxisv1.KeyAction{*ka}
	}
	return p.Children(ka)
}

// PartNames are the names of the parts; none of an enterprise KeyAction without Teams.
func (p *Programme) PartNames(ka *praxisv1.KeyAction) sets.Set[string] {
	names := sets.New[string]()
	for _, part := range p.Parts(ka) {
		names.Insert(part.Name)
	}
	return names
}
