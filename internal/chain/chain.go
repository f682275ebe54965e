// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package chain makes the results of a closed week tamper-evident. It is pure.
//
// The root of a week is
//
//	root   = sha256(0x02 ‖ header)
//	header = {"actions":…,"count":…,"cycle":…,"evidence":…,"planHash":…,"previousRoot":…,"version":1}
//
// where actions and evidence are the Merkle roots, in hex, over
//
//	{"name":…,"spec":…}                                         each Action of the week, amendments included
//	{"action":…,"judgedBy":…,"name":…,"spec":…,"verdict":…}     each piece of evidence that was accepted
//
// by name. The values are those that the API server returns, as kubectl get -o json prints
// them: name is metadata.name; spec is all of spec, fields included that this version knows
// nothing of; action, judgedBy and verdict are status.actionRef.name, status.judgedBy and
// status.verdict, and null where there is none. A leaf is sha256(0x00 ‖ text) and a node
// sha256(0x01 ‖ left ‖ right), with the larger half to the left as in RFC 6962; no leaves at
// all are sha256 of nothing. Texts are JSON in the canonical form of RFC 8785. previousRoot is
// the root of the cycle that spec.previous names, and empty for the first. version is that of
// this rule, which status.evidence.version repeats.
package chain

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/gowebpki/jcs"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Version is that of the rule by which a root is computed.
const Version = 1

const (
	leafPrefix   = 0x00
	nodePrefix   = 0x01
	headerPrefix = 0x02
)

// Week holds the results of a closed week.
type Week struct {
	Cycle string
	// PlanHash is that of the frozen plan.
	PlanHash string
	// Actions of the week, and the evidence that was accepted for them, as the API server
	// returns them in JSON.
	Actions, Evidence []json.RawMessage
	// PreviousRoot is the root of the cycle before, or empty.
	PreviousRoot string
}

// Root closes a week. It fails on what is no object in JSON, or has no canonical form.
func Root(w Week) (praxisv1.EvidenceRoot, error) {
	actions, err := leaves(w.Actions, func(d *document) any {
		return map[string]any{"name": d.Metadata.Name, "spec": d.Spec}
	})
	if err != nil {
		return praxisv1.EvidenceRoot{}, fmt.Errorf("the Actions of %s: %w", w.Cycle, err)
	}
	evidence, err := leaves(w.Evidence, func(d *document) any {
		return map[string]any{
			"action": d.Status.ActionRef.Name, "judgedBy": d.Status.JudgedBy, "name": d.Metadata.Name, "spec": d.Spec, "verdict": d.Status.Verdict,
		}
	})
	if err != nil {
		return praxisv1.EvidenceRoot{}, fmt.Errorf("the evidence of %s: %w", w.Cycle, err)
	}
	header, err := canonical(map[string]any{
		"actions": merkle(actions), "count": len(w.Evidence), "cycle": w.Cycle,
		"evidence": merkle(evidence), "planHash": w.PlanHash, "previousRoot": w.PreviousRoot, "version": Version,
	})
	if err != nil {
		return praxisv1.EvidenceRoot{}, fmt.Errorf("the header of %s: %w", w.Cycle, err)
	}
	sum := sha256.Sum256(append([]byte{headerPrefix}, header...))
	return praxisv1.EvidenceRoot{
		Count: int32(min(len(w.Evidence), 1<<31-1)), Root: hex.EncodeToString(sum[:]), PreviousRoot: w.PreviousRoot, Version: Version,
	}, nil
}

// document is what of an object in JSON a chain hangs on.
type document struct {
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec   json.RawMessage `json:"spec"`
	Status struct {
		ActionRef struct {
			Name *string `json:"name"`
		} `json:"actionRef"`
		JudgedBy *string         `json:"judgedBy"`
		Verdict  json.RawMessage `json:"verdict"`
	} `json:"status"`
}

// leaves are the canonical texts of objects, by name.
func leaves(objects []json.RawMessage, text func(*document) any) ([][]byte, error) {
	documents := make([]document, len(objects))
	for i, object := range objects {
		if err := json.Unmarshal(object, &documents[i]); err != nil {
			return nil, fmt.Errorf("object %d is not one in JSON: %w", i, err)
		}
	}
	slices.SortFunc(documents, func(a, b document) int { return cmp.Compare(a.Metadata.Name, b.Metadata.Name) })
	texts := make([][]byte, len(documents))
	for i := range documents {
		var err error
		if texts[i], err = canonical(text(&documents[i])); err != nil {
			return nil, fmt.Errorf("%s: %w", documents[i].Metadata.Name, err)
		}
	}
	return texts, nil
}

// canonical is the one text of a value.
func canonical(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return jcs.Transform(text)
}

// merkle is the Merkle root over texts in the given order, in hex.
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
