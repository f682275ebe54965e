// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestWhichActionAPieceMeans(t *testing.T) {
	of := func(name, member string, carries int32) praxisv1.Action {
		a := anAction(1)
		a.Name, a.Spec.Member, a.Spec.Carries = name, member, carries
		return a
	}
	in := func(a praxisv1.Action, accepted, pending int32) praxisv1.Action {
		a.Status.Accepted, a.Status.Pending = accepted, pending
		return a
	}
	dropped := of("x.ana", "ana", 0)
	dropped.Spec.Dropped = true
	for name, c := range map[string]struct {
		actions []praxisv1.Action
		member  string
		want    string // its name, or why there is none
	}{
		"the only one":                    {[]praxisv1.Action{of("x.ana", "ana", 0)}, "", "x.ana"},
		"that of a member":                {[]praxisv1.Action{of("x.ana", "ana", 0), of("x.ben", "ben", 0)}, "ben", "x.ben"},
		"one of several":                  {[]praxisv1.Action{of("x.ana", "ana", 0), of("x.ben", "ben", 0)}, "", "Step x of fix is owed by several members; say which in for.member"},
		"the week's own, not the carried": {[]praxisv1.Action{of("x.ana.w47", "ana", 1), of("x.ana", "ana", 0)}, "", "x.ana"},
		"of two that were carried":        {[]praxisv1.Action{of("x.ana.w47", "ana", 1), of("x.ana.w46", "ana", 1)}, "ana", "x.ana.w46"},
		"a part, once one's own is full":  {[]praxisv1.Action{in(of("x.ana", "ana", 0), 0, 1), of("x.ana-1", "ana", 0)}, "ana", "x.ana-1"},
		"what was carried, as well":       {[]praxisv1.Action{of("x.ana.w47", "ana", 1), in(of("x.ana", "ana", 0), 1, 0)}, "", "x.ana.w47"},
		"not what was dropped":            {[]praxisv1.Action{dropped, of("x.ana.w47", "ana", 1)}, "", "x.ana.w47"},
		"the first, where all are full":   {[]praxisv1.Action{in(of("x.ana-1", "ana", 0), 1, 0), in(of("x.ana", "ana", 0), 0, 1)}, "", "x.ana"},
		"of nobody":                       {nil, "", "has no Action for step x of KeyAction fix"},
		"of somebody who owes none":       {[]praxisv1.Action{of("x.ana", "ana", 0)}, "zoe", "has no Action of zoe for step x of KeyAction fix"},
	} {
		t.Run(name, func(t *testing.T) {
			got, why := Resolve(c.actions, &praxisv1.EvidenceTarget{KeyAction: "fix", Step: "x", Member: c.member})
			if got != nil && got.Name != c.want || got == nil && !strings.Contains(why, c.want) || got != nil && why != "" {
				t.Errorf("meant is %+v (%s), want %s", got, why, c.want)
			}
		})
	}
}

func TestTheActionOfAPiece(t *testing.T) {
	for name, c := range map[string]struct {
		piece praxisv1.Evidence
		want  string
	}{
		"as it was found":                 {piece("e", 0, func(e *praxisv1.Evidence) { e.Status.ActionRef = &praxisv1.LocalReference{Name: "found"} }), "found"},
		"as it was named":                 {piece("e", 0, func(e *praxisv1.Evidence) { e.Spec.ActionRef = &praxisv1.LocalReference{Name: "named"} }), "named"},
		"a reading of a measure has none": {piece("e", 0, func(e *praxisv1.Evidence) { e.Spec.For = &praxisv1.EvidenceTarget{Measure: "m"} }), ""},
		"one found by an empty name": {piece("e", 0, func(e *praxisv1.Evidence) {
			e.Status.ActionRef, e.Spec.ActionRef = &praxisv1.LocalReference{}, &praxisv1.LocalReference{Name: "named"}
		}), "named"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ActionOf(&c.piece); got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestAUtilityHasTheMeasuresItNames(t *testing.T) {
	u := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{{Name: "first-try"}}}}
	if MeasureOf(u, "first-try") == nil || MeasureOf(u, "second-try") != nil {
		t.Error("it has first-try, and no other")
	}
}
