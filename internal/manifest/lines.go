// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// lineOf is the line of a field path, like "spec.package.steps[1].due". If the field does not
// exist, it is the line of the last part of the path that does, since that is where the
// missing one belongs. The root's own line is where it begins.
func lineOf(root *yaml.Node, path string) int {
	line, at := root.Line, root
	for _, part := range parts(path) {
		next, where := child(at, part)
		if next == nil {
			return line
		}
		at, line = next, where
	}
	return line
}

// parts splits a path: "a.b[0][x/y.z]" into a, b, 0, x/y.z.
func parts(path string) []string {
	var parts []string
	for path != "" {
		switch end := strings.IndexAny(path, ".["); {
		case path[0] == '[':
			inside, rest, _ := strings.Cut(path[1:], "]")
			parts, path = append(parts, strings.Trim(inside, "\"")), rest
		case path[0] == '.':
			path = path[1:]
		case end < 0:
			parts, path = append(parts, path), ""
		default:
			parts, path = append(parts, path[:end]), path[end:]
		}
	}
	return parts
}

// child is a part of a node, and the line on which it begins: that of its key, or of the item
// itself.
func child(node *yaml.Node, part string) (*yaml.Node, int) {
	node = resolved(node)
	switch node.Kind {
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(part); err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i], node.Content[i].Line
		}
	case yaml.MappingNode:
		// Of two keys with the same name the last one counts.
		for i := len(node.Content) - 2; i >= 0; i -= 2 {
			if node.Content[i].Value == part {
				return node.Content[i+1], node.Content[i].Line
			}
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Tag == "!!merge" {
				return child(node.Content[i+1], part)
			}
		}
	}
	return nil, 0
}

func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		return node.Alias
	}
	return node
}

// repeated calls with each key that a mapping has twice, and its line.
func repeated(node *yaml.Node, path string, found func(path string, line int)) {
	switch node.Kind {
	case yaml.DocumentNode, yaml.SequenceNode:
		for i, item := range node.Content {
			at := path
			if node.Kind == yaml.SequenceNode {
				at += "[" + strconv.Itoa(i) + "]"
			}
			repeated(item, at, found)
		}
	case yaml.MappingNode:
		seen := map[string]bool{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			at := strings.TrimPrefix(path+"."+key.Value, ".")
			if seen[key.Value] {
				found(at, key.Line)
			}
			seen[key.Value] = true
			repeated(node.Content[i+1], at, found)
		}
	}
}

// writtenAt is the text of a scalar as its author wrote it, or empty.
func writtenAt(root *yaml.Node, path string) string {
	at := root
	for _, part := range parts(path) {
		next, _ := child(at, part)
		if next == nil {
			return ""
		}
		at = next
	}
	return resolved(at).Value
}

// valueAt is the value at a path, or nil.
func valueAt(in any, path []string) any {
	for _, part := range path {
		switch inside := in.(type) {
		case map[string]any:
			in = inside[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(inside) {
				return nil
			}
			in = inside[i]
		default:
			return nil
		}
	}
	return in
}
