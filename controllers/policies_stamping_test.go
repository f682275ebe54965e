// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"encoding/json"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// The policies that write names see an object before its schema is looked at. What is of another
// type than it should be is the schema's to refuse, which says where and what it should be.
func TestThePoliciesThatWriteNamesLeaveWrongTypesToTheSchema(t *testing.T) {
	w := planned(t)
	w.submit("sheet", prepare)
	w.settleAt("2026-11-27T14:30:00Z") // Friday, the review is open
	const because = `"amendments":[{"reason":"Less of it"}]`
	for name, c := range map[string]struct{ kind, patch, want string }{
		"a piece without a spec":                    {"Evidence", `{}`, "spec: Required value"},
		"a piece whose spec is a text":              {"Evidence", `{"spec":"done"}`, "spec: Invalid value"},
		"a piece whose spec is a list":              {"Evidence", `{"spec":[1]}`, "spec: Invalid value"},
		"a quantity in words":                       {"Evidence", `{"spec":{"actionRef":{"name":"x"},"quantity":"many"}}`, "spec.quantity: Invalid value"},
		"artifacts that are none":                   {"Evidence", `{"spec":{"actionRef":{"name":"x"},"artifacts":{"a":1}}}`, "spec.artifacts: Invalid value"},
		"a name that is a number":                   {"Evidence", `{"spec":{"actionRef":{"name":5}}}`, "spec.actionRef.name: Invalid value"},
		"a Review whose spec is a text":             {"Review", `{"spec":"fine"}`, "spec: Invalid value"},
		"a signature that is a text":                {"Review", `{"spec":{"conclusion":"Fine","signOff":"me"}}`, "spec.signOff: Invalid value"},
		"a signature that is a list":                {"Review", `{"spec":{"conclusion":"Fine","signOff":["me"]}}`, "spec.signOff: Invalid value"},
		"a signature beside a conclusion of a list": {"Review", `{"spec":{"conclusion":["Fine"],"signOff":{}}}`, "spec.conclusion: Invalid value"},
		"decisions that are a text":                 {"Review", `{"spec":{"decisions":"drop all"}}`, "spec.decisions: Invalid value"},
		"decisions that are an object":              {"Review", `{"spec":{"decisions":{"a":"Drop"}}}`, "spec.decisions: Invalid value"},
		"a decision that is a text":                 {"Review", `{"spec":{"decisions":["drop"]}}`, "spec.decisions[0]: Invalid value"},
		"a decision of a number":                    {"Review", `{"spec":{"decisions":[{"action":5,"decision":"Drop"}]}}`, "spec.decisions[0].action: Invalid value"},
		"an Action whose spec is a list":            {"Action", `{"spec":["x"]}`, "spec: Invalid value"},
		"amendments that are a text":                {"Action", `{"spec":{"amendments":"less"}}`, "spec.amendments: Invalid value"},
		"amendments that are a number":              {"Action", `{"spec":{"amendments":3}}`, "spec.amendments: Invalid value"},
		"an amendment that is a text":               {"Action", `{"spec":{"amendments":["less"]}}`, "spec.amendments[0]: Invalid value"},
		"an amendment that is none":                 {"Action", `{"spec":{"amendments":[null]}}`, "spec.amendments[0]: "},
		"a member who is a number":                  {"Action", `{"spec":{"member":5,` + because + `}}`, "spec.member: Invalid value"},
		"nobody":                                    {"Action", `{"spec":{"member":null,` + because + `}}`, "spec.member: Required value"},
		"a member without a user":                   {"Action", `{"spec":{"user":null,` + because + `}}`, "spec.user: Required value"},
		"a reason that is a list":                   {"Action", `{"spec":{"amendments":[{"reason":[1]}]}}`, "spec.amendments[0].reason: Invalid value"},
	} {
		t.Run(name, func(t *testing.T) {
			err := w.attempt(priya, c.kind, c.patch)
			if err := wants(err, c.want); err != nil {
				t.Error(err)
			}
			if !apierrors.IsInvalid(err) || strings.Contains(err.Error(), "policy") {
				t.Errorf("it says %v", err)
			}
		})
	}
}

// attempt lets somebody hand in a piece that is as it stands, or change an object in this way.
func (w *world) attempt(user, kind, text string) error {
	w.Helper()
	o := &unstructured.Unstructured{}
	if kind != "Evidence" {
		o.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
		o.SetNamespace(w.ns)
		o.SetName(map[string]string{"Review": weekly, "Action": prepare}[kind])
		return w.as(user).Patch(w.Context(), o, client.RawPatch(types.MergePatchType, []byte(text)))
	}
	w.must(json.Unmarshal([]byte(text), &o.Object))
	o.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
	o.SetNamespace(w.ns)
	o.SetName("wrong")
	return w.as(user).Create(w.Context(), o)
}

// A name is written wherever the schema lets an object through that has none.
func TestAllThatTheSchemaTakesIsNamed(t *testing.T) {
	w := planned(t)
	w.settleAt("2026-11-27T14:30:00Z")
	w.must(w.attempt(priya, "Evidence", `{"spec":{"actionRef":{"name":"x"},"submittedBy":null}}`))
	if by := get[praxisv1.Evidence](w, "wrong").Spec.SubmittedBy; by != priya {
		t.Errorf("it was handed in by %q", by)
	}
	w.must(w.attempt(mira, "Review", `{"spec":{"decisions":[{"action":"`+prepare+`","decision":"CarryOver","reason":"As discussed"},{"action":"`+collect+`","decision":"CarryOver","reason":"As discussed","by":null}]}}`))
	for _, d := range get[praxisv1.Review](w, weekly).Spec.Decisions {
		if d.By != mira {
			t.Errorf("the decision on %s is by %q", d.Action, d.By)
		}
	}
	w.must(w.attempt(tomas, "Action", `{"spec":{"amendments":[{"reason":"Two of them ask","by":null}]}}`))
	if m := get[praxisv1.Action](w, prepare).Spec.Amendments; len(m) != 1 || m[0].By != tomas {
		t.Errorf("the amendments are %+v", m)
	}
}
