// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"cmp"
	"maps"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/plan"
)

// World is the objects of one namespace.
type World struct {
	Namespace  string
	utilities  []*praxisv1.Utility
	keyActions []praxisv1.KeyAction
	packages   map[string]*praxisv1.ActionPackage
	teams      map[string]*praxisv1.Team
	sources    []*praxisv1.EvidenceSource
	policies   []*praxisv1.IncentivePolicy
	// files are the objects as they were read, by kind and name.
	files map[[2]string]*manifest.Object
}

// Worlds groups objects by namespace.
func Worlds(set *manifest.Set) []*World {
	byName := map[string]*World{}
	for _, o := range set.Objects {
		if o.Ignored || o.Name == "" {
			continue
		}
		w := byName[o.Namespace]
		if w == nil {
			w = &World{
				Namespace: o.Namespace, files: map[[2]string]*manifest.Object{},
				packages: map[string]*praxisv1.ActionPackage{}, teams: map[string]*praxisv1.Team{},
			}
			byName[o.Namespace] = w
		}
		w.add(o)
	}
	worlds := slices.SortedFunc(maps.Values(byName), func(a, b *World) int { return cmp.Compare(a.Namespace, b.Namespace) })
	for _, w := range worlds {
		w.complete()
	}
	return worlds
}

// add reads an object. Of a refused one that cannot be read at all it keeps the name, since
// others refer to that.
func (w *World) add(o *manifest.Object) {
	w.files[[2]string{o.Kind, o.Name}] = o
	switch o.Kind {
	case "Utility":
		u := &praxisv1.Utility{}
		_ = o.Into(u)
		u.Name, u.Namespace = o.Name, o.Namespace
		w.utilities = append(w.utilities, u)
	case "KeyAction":
		ka := praxisv1.KeyAction{}
		_ = o.Into(&ka)
		ka.Name, ka.Namespace = o.Name, o.Namespace
		// It still has a rank and counts towards the hundred percent, but nobody works on it.
		ka.Spec.Suspend = ka.Spec.Suspend || o.Refused
		w.keyActions = append(w.keyActions, ka)
	case "ActionPackage":
		p := &praxisv1.ActionPackage{}
		_ = o.Into(p)
		p.Name, p.Namespace = o.Name, o.Namespace
		w.packages[o.Name] = p
	case "EvidenceSource":
		s := &praxisv1.EvidenceSource{}
		_ = o.Into(s)
		s.Name, s.Namespace = o.Name, o.Namespace
		w.sources = append(w.sources, s)
	case "IncentivePolicy":
		p := &praxisv1.IncentivePolicy{}
		if o.Into(p) == nil && !o.Refused {
			p.Name, p.Namespace = o.Name, o.Namespace
			w.policies = append(w.policies, p)
		}
	case "Team":
		t := &praxisv1.Team{}
		_ = o.Into(t)
		t.Name, t.Namespace = o.Name, o.Namespace
		w.teams[o.Name] = t
	}
}

// refused reports whether an object is in the files and would not get into a cluster.
func (w *World) refused(kind, name string) bool {
	o := w.files[[2]string{kind, name}]
	return o != nil && o.Refused
}

// complete lets refused Teams and ActionPackages stand in for what their authors meant: a
// member looked for in such a Team is found, and a reference to such a package finds a sound
// one. What depends on them is not planned, since it is unknown how.
func (w *World) complete() {
	for _, u := range w.utilities {
		w.meanMember(u.Spec.Owner.Team, u.Spec.Owner.Member)
	}
	for i := range w.keyActions {
		ka := &w.keyActions[i]
		ka.Spec.Suspend = ka.Spec.Suspend || w.leansOnRefused(ka)
		if ref := ka.Spec.PackageRef; ref != nil && w.refused("ActionPackage", ref.Name) {
			ka.Spec.PackageRef, ka.Spec.Package = nil, soundPackage()
		}
		resolved, wrong := plan.Resolve(w.packages, ka)
		if wrong != nil {
			continue
		}
		for _, s := range resolved.Steps {
			for _, team := range w.teamsOf(ka) {
				w.meanMember(team, s.Assign.Member)
			}
		}
	}
}

func (w *World) meanMember(team, name string) {
	t := w.teams[team]
	if name == "" || !w.refused("Team", team) || slices.ContainsFunc(t.Spec.Members, func(m praxisv1.Member) bool { return m.Name == name }) {
		return
	}
	t.Spec.Members = append(t.Spec.Members, praxisv1.Member{Name: name, Capacity: "0m"})
}

func soundPackage() *praxisv1.Package {
	return &praxisv1.Package{Steps: []praxisv1.Step{{
		Name: "all", Tier: praxisv1.TierKey, Times: 1, Duration: "1m", Weight: 100,
		Assign: praxisv1.Assignment{Mode: praxisv1.AssignLead},
	}}}
}

// teamsOf are the names of the Teams that a KeyAction is for.
func (w *World) teamsOf(ka *praxisv1.KeyAction) []string {
	if ka.Spec.TeamRef != nil {
		return []string{ka.Spec.TeamRef.Name}
	}
	var names []string
	for _, child := range plan.NewProgramme(plan.Objects{Teams: w.teams}).Children(ka) {
		names = append(names, child.Spec.TeamRef.Name)
	}
	return names
}

// Sources are the EvidenceSources of the namespace that would get into a cluster.
func (w *World) Sources() []*praxisv1.EvidenceSource {
	return slices.DeleteFunc(slices.Clone(w.sources), func(s *praxisv1.EvidenceSource) bool { return w.refused("EvidenceSource", s.Name) })
}

// TeamOf is the Team of a KeyAction, or nil.
func (w *World) TeamOf(keyAction string) *praxisv1.Team {
	for i := range w.keyActions {
		if ka := &w.keyActions[i]; ka.Name == keyAction && ka.Spec.TeamRef != nil {
			return w.teams[ka.Spec.TeamRef.Name]
		}
	}
	return nil
}

// programmeOf is what a Utility is planned from; its Utility is nil if none has that name.
func (w *World) programmeOf(utility string) *plan.Programme {
	o := plan.Objects{Packages: w.packages, Teams: w.teams}
	for _, u := range w.utilities {
		if u.Name == utility {
			o.Utility = u
		}
	}
	for _, ka := range w.keyActions {
		if ka.Spec.UtilityRef.Name == utility {
			o.KeyActions = append(o.KeyActions, ka)
		}
	}
	return plan.NewProgramme(o)
}

// Programmes are what the Utilities of the namespace are planned from, by name of the
// Utility; those that are refused are left out.
func (w *World) Programmes() []*plan.Programme {
	var all []*plan.Programme
	for _, u := range w.utilities {
		if !w.refused("Utility", u.Name) {
			all = append(all, w.programmeOf(u.Name))
		}
	}
	slices.SortFunc(all, func(a, b *plan.Programme) int { return cmp.Compare(a.Utility.Name, b.Utility.Name) })
	return all
}

// lacksKeyActions reports whether a refused KeyAction is, or may be, one of the Utility's.
func (w *World) lacksKeyActions(utility string) bool {
	return slices.ContainsFunc(w.keyActions, func(ka praxisv1.KeyAction) bool {
		ref := ka.Spec.UtilityRef.Name
		return w.refused("KeyAction", ka.Name) && (ref == "" || ref == utility)
	})
}

// leansOnRefused reports whether the work of a KeyAction depends on a refused Team or
// package.
func (w *World) leansOnRefused(ka *praxisv1.KeyAction) bool {
	file := w.files[[2]string{"KeyAction", ka.Name}]
	asWritten := &praxisv1.KeyAction{}
	if file == nil || file.Into(asWritten) != nil {
		return true
	}
	if ref := asWritten.Spec.PackageRef; ref != nil && w.refused("ActionPackage", ref.Name) {
		return true
	}
	return slices.ContainsFunc(w.teamsOf(ka), func(team string) bool { return w.refused("Team", team) })
}
