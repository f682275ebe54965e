// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"strings"
	"testing"
)

// Before Kubernetes 1.36 no policy can write a name, so config/admission/stamping is not
// installed there, and whoever leaves a name out is told to write it.
func TestWhereNothingStampsNamesPeopleWriteThem(t *testing.T) {
	s, err := newStage(t.Context(), "admission")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	amended := func(fields string) string {
		return `{"spec":{"member":"cleo","user":"cleo@shop.example","amendments":[{"reason":"Ben is ill"` + fields + `}]}}`
	}
	const from = `,"from":{"member":"ben","user":"ben@shop.example"}`
	evesOwn := `{"action":"` + call + `","decision":"Drop","reason":"Nobody needs it","by":"eve@shop.example"}`
	signedBy := func(user string, all ...string) string {
		return strings.Replace(signed(all...), `"signOff":{}`, `"signOff":{"by":"`+user+`"}`, 1)
	}
	s.tries(t, map[string]attempt{
		"a decision without a name":       {who: gil, asks: patch("Review", weekly, decisions(decision(ship, "Drop", ""))), refused: "set by of the decision on " + ship + " to gil@shop.example"},
		"a decision in one's own":         {who: gil, asks: patch("Review", weekly, decisions(decision(ship, "Drop", by(gil)))), gives: by(gil)[1:]},
		"signing another's decision":      {who: ana, asks: patch("Review", midweek, signedBy(ana, evesOwn)), refused: "take it over by setting its by to ana@shop.example"},
		"signing it after taking over":    {who: ana, asks: patch("Review", midweek, signedBy(ana, strings.Replace(evesOwn, eve, ana, 1)))},
		"handing over with both":          {who: gil, asks: patch("Action", ship, amended(from+by(gil))), gives: from[1:]},
		"handing over without from":       {who: gil, asks: patch("Action", ship, amended(by(gil))), refused: "set its from to {member: ben, user: ben@shop.example}"},
		"handing over without by":         {who: gil, asks: patch("Action", ship, amended(from)), refused: "set by of the new entry of spec.amendments to gil@shop.example"},
		"a verdict of who is no judge":    {who: gil, asks: judge(gil, "waiting"), refused: "it is not yours to judge"},
		"a verdict of a judge":            {who: cleo, asks: judge(cleo, "waiting")},
		"a verdict on a closed week":      {who: ana, asks: patchStatus("Evidence", "of-closed-week", verdict("Rejected", ana)), refused: "is closed"},
		"deleting a goal that had a week": {who: pat, asks: remove("Utility", "checkout"), refused: "it has had a week"},
	})
}
