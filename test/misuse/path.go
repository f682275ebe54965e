// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import (
	"slices"
	"strings"
)

// A step of a schema path is the name of a property, or one of these.
const (
	anyItem  = "[]"
	anyValue = "{}"
)

// path leads to a value of an object: names of properties, and indexes of items.
type path []any

// find returns the way to the first value of an object that a schema path is of.
func find(value any, steps []string) (path, bool) {
	if len(steps) == 0 {
		return nil, true
	}
	switch v := value.(type) {
	case map[string]any:
		names := []string{steps[0]}
		if steps[0] == anyValue {
			names = sortedKeys(v)
		}
		for _, name := range names {
			if inner, there := v[name]; there {
				if rest, ok := find(inner, steps[1:]); ok {
					return append(path{name}, rest...), true
				}
			}
		}
	case []any:
		for i, inner := range v {
			if rest, ok := find(inner, steps[1:]); ok && steps[0] == anyItem {
				return append(path{i}, rest...), true
			}
		}
	}
	return nil, false
}

// gone replaces a value that is taken away.
type gone struct{}

// replace returns a copy of a value in which what is at a path is replaced.
func replace(value any, at path, by func(any) any) any {
	if len(at) == 0 {
		return by(value)
	}
	switch v := value.(type) {
	case map[string]any:
		name := at[0].(string)
		out := make(map[string]any, len(v))
		for k, inner := range v {
			out[k] = inner
		}
		if out[name] = replace(v[name], at[1:], by); out[name] == any(gone{}) {
			delete(out, name)
		}
		return out
	case []any:
		i := at[0].(int)
		out := slices.Clone(v)
		if out[i] = replace(v[i], at[1:], by); out[i] == any(gone{}) {
			out = slices.Delete(out, i, i+1)
		}
		return out
	}
	return value
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// written is a schema path as people write it: spec.members[].user.
func written(steps []string) string {
	text := strings.Join(steps, ".")
	return strings.NewReplacer("."+anyItem, anyItem, "."+anyValue, anyValue).Replace(text)
}
