// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package chain makes what a closed week came to tamper-evident. It is pure.
//
// The root of a week is
//
//	root   = sha256(0x02 ‖ header)
//	header = {"actions":…,"count":…,"cycle":…,"evidence":…,"planHash":…,"previousRoot":…}
//
// where actions and evidence are the Merkle roots, in hex, over
//
//	{"name":…,"spec":…}                                         each Action of the week, amendments included
//	{"action":…,"judgedBy":…,"name":…,"spec":…,"verdict":…}     each piece of evidence that was accepted
//
// by name. A leaf is sha256(0x00 ‖ text) and a node sha256(0x01 ‖ left ‖ right), with the
// larger half to the left as in RFC 6962; no leaves at all are sha256 of nothing. Texts
// are JSON in UTF-8 with sorted keys, no spaces, and only what JSON demands escaped, and
// U+2028 and U+2029; the values are those of kubectl get -o json. previousRoot is the
// root of the cycle that spec.previous names, and empty for the first.
package chain

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	leafPrefix   = 0x00
	nodePrefix   = 0x01
	headerPrefix = 0x02
)

// Week is what a closed week came to.
type Week struct {
	Cycle string
	// PlanHash is that of the frozen plan.
	PlanHash string
	Actions  []praxisv1.Action
	// Evidence that was accepted for them.
	Evidence []praxisv1.Evidence
	// PreviousRoot is the root of the cycle before, or empty.
	PreviousRoot string
}

// Root closes a week.
func Root(w Week) praxisv1.EvidenceRoot {
	header := map[string]any{
		"actions": merkle(actionLeaves(w.Actions)), "count": len(w.Evidence), "cycle": w.Cycle,
		"evidence": merkle(evidenceLeaves(w.Evidence)), "planHash": w.PlanHash, "previousRoot": w.PreviousRoot,
	}
	sum := sha256.Sum256(append([]byte{headerPrefix}, canonical(header)...))
	return praxisv1.EvidenceRoot{Count: int32(len(w.Evidence)), Root: hex.EncodeToString(sum[:]), PreviousRoot: w.PreviousRoot, Version: 1}
}

func actionLeaves(actions []praxisv1.Action) [][]byte {
	sorted := slices.Clone(actions)
	slices.SortFunc(sorted, func(a, b praxisv1.Action) int { return cmp.Compare(a.Name, b.Name) })
	var texts [][]byte
	for i := range sorted {
		texts = append(texts, canonical(map[string]any{"name": sorted[i].Name, "spec": sorted[i].Spec}))
	}
	return texts
}

func evidenceLeaves(evidence []praxisv1.Evidence) [][]byte {
	sorted := slices.Clone(evidence)
	slices.SortFunc(sorted, func(a, b praxisv1.Evidence) int { return cmp.Compare(a.Name, b.Name) })
	var texts [][]byte
	for i := range sorted {
		e := &sorted[i]
		texts = append(texts, canonical(map[string]any{
			"action": e.Status.ActionRef.Name, "judgedBy": e.Status.JudgedBy, "name": e.Name, "spec": e.Spec, "verdict": e.Status.Verdict,
		}))
	}
	return texts
}

// canonical is the one text of a value; see the package comment.
func canonical(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("the API's types are JSON: %v", err))
	}
	// Once more through a map, which sorts the fields of structs too.
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var generic any
	if err := decoder.Decode(&generic); err != nil {
		panic(fmt.Sprintf("reading what was just written: %v", err))
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(generic); err != nil {
		panic(fmt.Sprintf("writing what was just read: %v", err))
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// merkle is the root over texts in their order, in hex.
func merkle(texts [][]byte) string {
	if len(texts) == 0 {
		sum := sha256.Sum256(nil)
		return hex.EncodeToString(sum[:])
	}
	level := make([][]byte, len(texts))
	for i, text := range texts {
		sum := sha256.Sum256(append([]byte{leafPrefix}, text...))
		level[i] = sum[:]
	}
	return hex.EncodeToString(tree(level))
}

func tree(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	split := 1
	for split*2 < len(leaves) {
		split *= 2
	}
	sum := sha256.Sum256(slices.Concat([]byte{nodePrefix}, tree(leaves[:split]), tree(leaves[split:])))
	return sum[:]
}
