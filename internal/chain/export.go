// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package chain

import (
	"encoding/json"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Export is what the chains of one namespace are verified from.
type Export struct {
	Cycles []praxisv1.WeeklyCycle
	// Actions by their cycle, and accepted evidence by the cycle of its Action, as they were
	// exported.
	actions, evidence []record
}

// record is an exported object, and what it belongs to: the cycle of an Action, the Action
// of a piece of evidence.
type record struct {
	name, of string
	object   json.RawMessage
}

// ReadExport reads what `kubectl get weeklycycles,actions,evidence -o json` prints, of
// one namespace or of all.
func ReadExport(r io.Reader) (map[string]*Export, error) {
	return ByNamespace(r, func(x *Export, _ string, object json.RawMessage) error { return x.Add(object) })
}

// ByNamespace reads a list that kubectl prints as JSON, and has what is kept of a namespace take in
// each object of it, with its kind.
func ByNamespace[T any](r io.Reader, takeIn func(of *T, kind string, object json.RawMessage) error) (map[string]*T, error) {
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.NewDecoder(r).Decode(&list); err != nil {
		return nil, fmt.Errorf("the export is not a list in JSON: %w", err)
	}
	exports := map[string]*T{}
	for i, item := range list.Items {
		var head metav1.PartialObjectMetadata
		if err := json.Unmarshal(item, &head); err != nil {
			return nil, fmt.Errorf("item %d of the export: %w", i, err)
		}
		if exports[head.Namespace] == nil {
			exports[head.Namespace] = new(T)
		}
		if err := takeIn(exports[head.Namespace], head.Kind, item); err != nil {
			return nil, fmt.Errorf("%s %s of the export: %w", head.Kind, head.Name, err)
		}
	}
	return exports, nil
}

// Add takes in an object in JSON as the API server returns it. Of kinds other than
// WeeklyCycle, Action and Evidence no chain hangs on anything.
func (x *Export) Add(object json.RawMessage) error {
	var head metav1.TypeMeta
	if err := json.Unmarshal(object, &head); err != nil {
		return err
	}
	switch head.Kind {
	case "WeeklyCycle":
		var cycle praxisv1.WeeklyCycle
		if err := json.Unmarshal(object, &cycle); err != nil {
			return err
		}
		x.Cycles = append(x.Cycles, cycle)
	case "Action":
		var a struct {
			Metadata metav1.ObjectMeta `json:"metadata"`
			Spec     struct {
				CycleRef praxisv1.LocalReference `json:"cycleRef"`
			} `json:"spec"`
		}
		if err := json.Unmarshal(object, &a); err != nil {
			return err
		}
		x.actions = append(x.actions, record{a.Metadata.Name, a.Spec.CycleRef.Name, object})
	case "Evidence":
		var e struct {
			Metadata metav1.ObjectMeta `json:"metadata"`
			Status   struct {
				Conditions []metav1.Condition      `json:"conditions"`
				ActionRef  praxisv1.LocalReference `json:"actionRef"`
			} `json:"status"`
		}
		if err := json.Unmarshal(object, &e); err != nil {
			return err
		}
		if meta.IsStatusConditionTrue(e.Status.Conditions, praxisv1.ConditionAccepted) {
			x.evidence = append(x.evidence, record{e.Metadata.Name, e.Status.ActionRef.Name, object})
		}
	}
	return nil
}

// byCycle files Actions and accepted evidence under their cycles.
func (x *Export) byCycle() (actions, evidence map[string][]json.RawMessage) {
	actions, evidence = map[string][]json.RawMessage{}, map[string][]json.RawMessage{}
	cycleOf := map[string]string{}
	for _, a := range x.actions {
		cycleOf[a.name] = a.of
		actions[a.of] = append(actions[a.of], a.object)
	}
	for _, e := range x.evidence {
		evidence[cycleOf[e.of]] = append(evidence[cycleOf[e.of]], e.object)
	}
	return actions, evidence
}
