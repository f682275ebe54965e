// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/text"
)

// lookAlikes are users of one Team who are written almost like those of another. Within a Team
// its condition says so; over several Teams nobody else looks, and one person who is two would
// get the verdicts, and the list of what is owed, of half a person.
func (w *World) lookAlikes() []manifest.Finding {
	type who struct{ team, member, user string }
	first := map[string]who{}
	var found []manifest.Finding
	for _, name := range slices.Sorted(maps.Keys(w.teams)) {
		if w.refused("Team", name) {
			continue
		}
		for i, m := range w.teams[name].Spec.Members {
			like, seen := first[text.Skeleton(m.User)]
			switch {
			case !seen:
				first[text.Skeleton(m.User)] = who{name, m.Name, m.User}
			case like.user != m.User && like.team != name:
				differ := "look alike"
				if strings.EqualFold(like.user, m.User) {
					differ = "differ by case alone"
				}
				found = append(found, w.finding("Team", name, fmt.Sprintf("spec.members[%d].user", i), manifest.Warning, praxisv1.ReasonLookAlike,
					fmt.Sprintf("The users of %s and of %s in Team %s %s, %s and %s, and are two people; write both as the API server knows them", m.Name, like.member, like.team, differ, m.User, like.user)))
			}
		}
	}
	return found
}

// delegates are those of absences that are not over who cannot stand in: an absence is looked at
// by nobody before it begins, and then the work has nobody.
func (w *World) delegates(now time.Time) []manifest.Finding {
	var found []manifest.Finding
	for _, name := range slices.Sorted(maps.Keys(w.teams)) {
		if w.refused("Team", name) {
			continue
		}
		members := w.teams[name].Spec.Members
		names := text.NamesOf(members, func(m *praxisv1.Member) string { return m.Name })
		for i, m := range members {
			for j, a := range m.Absences {
				path := fmt.Sprintf("spec.members[%d].absences[%d].delegate", i, j)
				switch {
				case a.Delegate == "" || a.To < now.UTC().Format(time.DateOnly):
				case a.Delegate == m.Name:
					found = append(found, w.finding("Team", name, path, manifest.Warning, praxisv1.ReasonUnassigned,
						fmt.Sprintf("%s is away from %s to %s and cannot stand in for themselves; name somebody else as the delegate", m.Name, a.From, a.To)))
				case !slices.Contains(names, a.Delegate):
					found = append(found, w.finding("Team", name, path, manifest.Warning, praxisv1.ReasonReferenceNotFound,
						fmt.Sprintf("%s, the delegate of %s, is no member of Team %s%s", a.Delegate, m.Name, name, text.DidYouMean(a.Delegate, names))))
				}
			}
		}
	}
	return found
}
