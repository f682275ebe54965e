// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// maxListed is how many names are listed where none is like the one that was typed.
const maxListed = 5

// DidYouMean suggests those of the names that are most like the one that was typed, as the end
// of a message; of few names it lists all. Names with dots are compared by their ends as well.
func DidYouMean(asked string, names []string) string {
	if similar := Similar(asked, names); len(similar) > 0 {
		return "; did you mean " + strings.Join(similar, " or ") + "?"
	}
	if len(names) > 0 && len(names) <= maxListed {
		return "; there is " + strings.Join(names, ", ")
	}
	return ""
}

// Similar are the three names that are most like the one that was typed, the nearest first.
func Similar(asked string, names []string) []string {
	type near struct {
		name     string
		distance int
	}
	lower := strings.ToLower(asked)
	var nearest []near
	for _, name := range names {
		end := strings.ToLower(name)
		distance := levenshtein.ComputeDistance(lower, end)
		contained := asked != "" && strings.Contains(end, lower)
		for strings.Contains(end, ".") {
			_, end, _ = strings.Cut(end, ".")
			distance = min(distance, levenshtein.ComputeDistance(lower, end))
		}
		if contained || distance <= max(2, len(asked)/3) && distance < len(asked) {
			nearest = append(nearest, near{name, distance})
		}
	}
	slices.SortStableFunc(nearest, func(a, b near) int { return cmp.Compare(a.distance, b.distance) })
	var similar []string
	for _, n := range nearest[:min(len(nearest), 3)] {
		similar = append(similar, n.name)
	}
	return similar
}
