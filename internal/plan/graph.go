// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// findCycle names the steps of a circle in the dependencies, the first one again at its end,
// or nil. Steps that do not exist are ignored; they are a problem of their own.
func findCycle(steps []praxisv1.Step) []string {
	dependsOn := map[string][]string{}
	for i := range steps {
		dependsOn[steps[i].Name] = steps[i].DependsOn
	}
	done := map[string]bool{}
	var path []string
	var walk func(step string) []string
	walk = func(step string) []string {
		for i, on := range path {
			if on == step {
				return append(path[i:len(path):len(path)], step)
			}
		}
		if done[step] {
			return nil
		}
		path = append(path, step)
		for _, next := range dependsOn[step] {
			if circle := walk(next); circle != nil {
				return circle
			}
		}
		path, done[step] = path[:len(path)-1], true
		return nil
	}
	for i := range steps {
		if circle := walk(steps[i].Name); circle != nil {
			return circle
		}
	}
	return nil
}

func arrows(steps []string) string { return strings.Join(steps, " -> ") }
