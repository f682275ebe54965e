// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// The format date-time of a schema does not hold a list back, and takes instants that Go cannot
// read. One object like that, of any namespace, ends every list and watch of its kind: the
// operator would no longer see anything of that kind, and never start again.
func TestAnInstantThatTheOperatorCannotReadIsRefused(t *testing.T) {
	w := planned(t)
	piece := w.submit("piece", prepare)
	w.settleAt("2026-11-25T13:00:00Z")
	evidence := func(instant any) error {
		o := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"submittedBy": priya, "actionRef": map[string]any{"name": prepare}, "occurredAt": instant}}}
		o.SetGroupVersionKind(praxisv1.GroupVersion.WithKind("Evidence"))
		o.SetNamespace(w.ns)
		o.SetName("unreadable")
		return w.as(priya).Create(t.Context(), o)
	}
	patch := func(o client.Object, form string, instant string) error {
		return w.as(mira).Patch(t.Context(), o, client.RawPatch(types.MergePatchType, fmt.Appendf(nil, form, instant)))
	}
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: w.ns} }
	action := get[praxisv1.Action](w, prepare)
	for _, c := range []struct {
		what string
		json string
		is   any
	}{
		{"a list", `["x"]`, []any{"x"}},
		{"a list of nothing", `[]`, []any{}},
		{"small letters", `"2026-11-26t12:00:00z"`, "2026-11-26t12:00:00z"},
		{"a leap second", `"2026-12-31T23:59:60Z"`, "2026-12-31T23:59:60Z"},
		{"an offset of days", `"2026-11-26T12:00:00+99:00"`, "2026-11-26T12:00:00+99:00"},
		{"beyond the year 9999", `"9999-12-31T23:59:59-12:00"`, "9999-12-31T23:59:59-12:00"},
		{"before the year 0", `"0000-01-01T00:00:00+12:00"`, "0000-01-01T00:00:00+12:00"},
	} {
		for field, err := range map[string]error{
			"occurredAt of evidence": evidence(c.is),
			"at of a verdict": w.as(mira).Status().Patch(t.Context(), &praxisv1.Evidence{ObjectMeta: meta(piece.Name)}, client.RawPatch(types.MergePatchType,
				fmt.Appendf(nil, `{"status":{"verdict":{"decision":"Accepted","by":%q,"at":%s}}}`, mira, c.json))),
			"dueAt of a decision": patch(&praxisv1.Review{ObjectMeta: meta(midweek)}, `{"spec":{"decisions":[{"action":"`+prepare+`","decision":"Reschedule","reason":"Later","dueAt":%s}]}}`, c.json),
			"dueAt of an occurrence": patch(&praxisv1.Action{ObjectMeta: meta(prepare)},
				fmt.Sprintf(`{"spec":{"amendments":[{"reason":"Later"}],"occurrences":[{"quantity":%d,"dueAt":`, action.Spec.Target)+`%s}]}}`, c.json),
		} {
			if err == nil || !strings.Contains(err.Error(), "invalid") && !strings.Contains(err.Error(), "Invalid") {
				t.Errorf("%s, %s: %v", field, c.what, err)
			}
		}
	}
}
