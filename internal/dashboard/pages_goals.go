// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

const (
	// maxGoals is how many goals the map has before it asks to narrow it down.
	maxGoals = 100
	// treeLines is how long the tree of the plugin is.
	treeLines = 39
)

// goalMap is every goal that somebody may read.
type goalMap struct {
	Goals    []mapGoal
	More     int
	Behind   int
	Total    int
	First    *view.Why
	FirstOf  *view.Goal
	Filter   string
	Readable []string
}

// mapGoal folds the KeyActions where all is well.
type mapGoal struct {
	*view.Goal
	Shown, Well []*view.Node
}

func (v *visit) goals() (*page, error) {
	namespaces, err := v.Access.Namespaces(v.ctx(), v.me)
	if err != nil {
		return nil, err
	}
	filter := v.r.URL.Query().Get("namespace")
	objects, err := gather.Read(v.ctx(), v.Client, gather.Scope{Namespace: filter})
	if err != nil {
		return nil, err
	}
	m := goalMap{Filter: filter, Readable: namespaces}
	for _, g := range objects.Goals(v.now) {
		m.Total++
		if g.Troubled() {
			m.Behind++
			if m.First == nil && g.Why != nil {
				m.First, m.FirstOf = g.Why, g
			}
		}
		if len(m.Goals) == maxGoals {
			m.More++
			continue
		}
		row := mapGoal{Goal: g}
		for _, n := range g.KeyActions {
			if n.Kind == "KeyAction" && g.Status != "False" && class(n.State) != "bad" && class(n.State) != "late" || class(n.State) == "good" {
				row.Well = append(row.Well, n)
			} else {
				row.Shown = append(row.Shown, n)
			}
		}
		m.Goals = append(m.Goals, row)
	}
	return &page{Name: "map", Title: v.t("Map"), Nav: "/map", Namespace: filter, Data: m, JSON: func() any { return map[string]any{"items": view.Fold(objects.Forest(), treeLines)} }}, nil
}

// utilityPage is the one page of a goal, and what surrounds it.
type utilityPage struct {
	*view.Goal
	MayReview bool
}

func (v *visit) showUtility() (*page, error) {
	namespace, name := v.of()
	objects, err := gather.Read(v.ctx(), v.Client, gather.Scope{Namespace: namespace, Utility: name})
	if err != nil {
		return nil, err
	}
	g := objects.Goal(view.Ref{Kind: "Utility", Namespace: namespace, Name: name}, v.now)
	if g == nil {
		return nil, gone("utilities", name)
	}
	slices.Reverse(g.Quarters)
	return &page{Name: "utility", Title: name, Nav: "/map", Namespace: namespace, Data: utilityPage{Goal: g}, JSON: g}, nil
}

// gone is that there is no object of a name.
func gone(resource, name string) error {
	return apierrors.NewNotFound(schema.GroupResource{Group: "praxis.dev", Resource: resource}, name)
}

// heatWeeks and heatRows are what a heatmap shows at most.
const heatWeeks, heatRows = 12, 200

func (v *visit) heatmap() (*page, error) {
	filter := v.r.URL.Query().Get("namespace")
	objects, err := gather.Read(v.ctx(), v.Client, gather.Scope{Namespace: filter})
	if err != nil {
		return nil, err
	}
	h := objects.Heatmap(heatWeeks, heatRows)
	return &page{Name: "heatmap", Title: v.t("Heatmap"), Nav: "/heatmap", Namespace: filter, Data: h, JSON: h}, nil
}
