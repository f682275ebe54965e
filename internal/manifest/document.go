// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/json"
	values "sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/crd"
)

// document is one object as it is written: its fields, and the lines they are on. The fields
// are read by the library that kubectl uses, which knows an older YAML than the parser that
// knows the lines.
type document struct {
	content map[string]any
	node    *yaml.Node
}

// syntaxError reports a text that is not YAML.
type syntaxError struct {
	line    int
	message string
}

func (e *syntaxError) Error() string { return e.message }

// pieces splits a text at the separators of documents, as kubectl does. Each piece is
// preceded by as many empty lines as it takes for its lines to have the same numbers as in
// the file.
func pieces(text []byte) [][]byte {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var out [][]byte
	var piece []byte
	for n, line := range bytes.SplitAfter(text, []byte("\n")) {
		if rest, is := bytes.CutPrefix(line, []byte("---")); is {
			if rest = bytes.TrimSpace(rest); len(rest) == 0 || rest[0] == '#' {
				out = append(out, piece)
				piece = bytes.Repeat([]byte("\n"), n+1)
				continue
			}
		}
		piece = append(piece, line...)
	}
	return append(out, piece)
}

// surrogate is half of a surrogate pair, which JSON can escape and YAML cannot. The parser is
// only asked for lines, so any other character will do.
var surrogate = regexp.MustCompile(`\\u[dD][89a-fA-F][0-9a-fA-F]{2}`)

// parse reads the objects of one piece; of a List, those in it. It ignores what is not an
// object of Praxis.
func parse(piece []byte) ([]document, error) {
	raw := bytes.TrimSpace(piece)
	isJSON := stdjson.Valid(raw)
	lines := piece
	if isJSON {
		lines = surrogate.ReplaceAll(piece, []byte(`\ufffd`))
	}
	var root yaml.Node
	if err := yaml.Unmarshal(lines, &root); err != nil {
		return nil, asSyntaxError(err, piece)
	}
	if len(root.Content) != 1 || root.Content[0].Kind != yaml.MappingNode {
		return nil, nil
	}
	node := root.Content[0]
	if !ours(node) && !mayHoldOurs(node) {
		return nil, nil
	}
	if !isJSON {
		var err error
		if raw, err = values.YAMLToJSON(piece); err != nil {
			return nil, asSyntaxError(err, piece)
		}
	}
	var content map[string]any
	if err := json.Unmarshal(raw, &content); err != nil {
		return nil, &syntaxError{node.Line, err.Error()}
	}
	if ours(node) && !isList(node) {
		return []document{{content, node}}, nil
	}
	items, _ := content["items"].([]any)
	list, _ := child(node, "items")
	if list == nil {
		return nil, nil
	}
	var out []document
	for i, item := range resolved(list).Content {
		if i >= len(items) || !ours(resolved(item)) {
			continue
		}
		if content, is := items[i].(map[string]any); is {
			out = append(out, document{content, resolved(item)})
		}
	}
	return out, nil
}

func scalar(node *yaml.Node, key string) string {
	if value, _ := child(node, key); value != nil {
		return resolved(value).Value
	}
	return ""
}

// ours reports whether a mapping is meant to be an object of Praxis: by its group, or by its
// kind if the group was forgotten.
func ours(node *yaml.Node) bool {
	if node.Kind != yaml.MappingNode {
		return false
	}
	apiVersion, kind := scalar(node, "apiVersion"), scalar(node, "kind")
	group, _, _ := strings.Cut(apiVersion, "/")
	return group == praxisv1.GroupVersion.Group || apiVersion == "" && isKind(kind)
}

func isKind(kind string) bool {
	return slices.Contains(crd.Kinds(), kind)
}

func isList(node *yaml.Node) bool {
	list, _ := child(node, "items")
	return list != nil && strings.HasSuffix(scalar(node, "kind"), "List")
}

func mayHoldOurs(node *yaml.Node) bool {
	return scalar(node, "apiVersion") == "v1" && scalar(node, "kind") == "List"
}

var yamlError = regexp.MustCompile(`(?s)yaml: (?:unmarshal errors:\s*)?(?:line (\d+): )?(.*)$`)

func asSyntaxError(err error, piece []byte) error {
	// If the parser does not say, it is the first line with something on it.
	first := 1 + len(piece) - len(bytes.TrimLeft(piece, "\n"))
	found := yamlError.FindStringSubmatch(err.Error())
	if found == nil {
		return &syntaxError{first, err.Error()}
	}
	line, _ := strconv.Atoi(found[1])
	if strings.HasPrefix(found[2], "did not find expected") {
		line++ // such errors of the parser count lines from 0, others from 1
	}
	last := 1 + bytes.Count(piece, []byte("\n"))
	return &syntaxError{min(max(line, first), last), fmt.Sprintf("this is not YAML: %s", found[2])}
}
