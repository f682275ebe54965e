// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func TestThoseWhoMaySignAreAskedInThisOrder(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*plan.Objects)
		want string
	}{
		"the owner, the lead, then the reviewers by name": {func(*plan.Objects) {}, "ana@shop lou@shop ben@shop rea@shop"},
		"an owner who leads is asked once":                {func(o *plan.Objects) { o.Teams["payments"].Spec.Lead = "ana" }, "ana@shop ben@shop rea@shop"},
		"a Team without a lead":                           {func(o *plan.Objects) { o.Teams["payments"].Spec.Lead = "" }, "ana@shop ben@shop rea@shop"},
		"an owner who has left":                           {func(o *plan.Objects) { o.Utility.Spec.Owner.Member = "zoe" }, "lou@shop ana@shop ben@shop rea@shop"},
		"a Team that is gone":                             {func(o *plan.Objects) { delete(o.Teams, "payments") }, ""},
		"no machine, whatever it is in the Team": {func(o *plan.Objects) {
			for i := range o.Teams["payments"].Spec.Members[:3] { // rea, ana and lou
				o.Teams["payments"].Spec.Members[i].User = fmt.Sprint("system:serviceaccount:ci:", i)
			}
		}, "ben@shop"},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout()
			c.edit(&o)
			if got := strings.Join(Signers(plan.NewProgramme(o), nil), " "); got != c.want {
				t.Errorf("they are %s, want %s", got, c.want)
			}
		})
	}
	t.Run("no more than the schema holds", func(t *testing.T) {
		o := checkout()
		for i := range 150 {
			name := fmt.Sprintf("z%03d", i)
			o.Teams["payments"].Spec.Members = append(o.Teams["payments"].Spec.Members, praxisv1.Member{Name: name, User: name, Roles: []string{"reviewer"}})
		}
		if got := Signers(plan.NewProgramme(o), nil); len(got) != 100 || got[0] != "ana@shop" || got[99] != "z095" { // four, and 96 of them
			t.Errorf("they are %d, from %s to %s", len(got), got[0], got[len(got)-1])
		}
	})
}

func TestTheMembersOrderChangesNoSigner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := checkout()
		o.Teams["payments"].Spec.Members = rapid.Permutation(o.Teams["payments"].Spec.Members).Draw(t, "members")
		if got := strings.Join(Signers(plan.NewProgramme(o), nil), " "); got != "ana@shop lou@shop ben@shop rea@shop" {
			t.Fatalf("they are %s", got)
		}
	})
}

// The plan of the week was made while ana owned, lou led, and ben and rea reviewed.
func TestWhoMaySignIsFrozenWithTheWeek(t *testing.T) {
	role := func(o *plan.Objects, i int, roles ...string) { o.Teams["payments"].Spec.Members[i].Roles = roles }
	none := func(o *plan.Objects) { // zoe alone is left
		o.Teams["payments"].Spec.Lead = "zoe"
		o.Teams["payments"].Spec.Members = []praxisv1.Member{{Name: "zoe", User: "zoe@shop"}}
	}
	const then = "ana@shop lou@shop ben@shop rea@shop"
	for name, c := range map[string]struct {
		edit func(*plan.Objects)
		want string
	}{
		"as it was planned": {func(*plan.Objects) {}, then},
		"a reviewer since": {func(o *plan.Objects) {
			o.Teams["payments"].Spec.Members = append(o.Teams["payments"].Spec.Members, praxisv1.Member{Name: "zoe", User: "zoe@shop", Roles: []string{"reviewer"}})
		}, then},
		"a lead since":             {func(o *plan.Objects) { o.Teams["payments"].Spec.Lead = "ben" }, then},
		"another owner":            {func(o *plan.Objects) { o.Utility.Spec.Owner.Member = "ben" }, then},
		"who lost the role":        {func(o *plan.Objects) { role(o, 0); role(o, 3) }, then},
		"who has another user now": {func(o *plan.Objects) { o.Teams["payments"].Spec.Members[1].User = "eve@shop" }, then},
		"who has another name now": {func(o *plan.Objects) { o.Teams["payments"].Spec.Members[1].Name = "anna" }, then},
		"who has left": {func(o *plan.Objects) {
			o.Teams["payments"].Spec.Members = o.Teams["payments"].Spec.Members[:2]
		}, "ana@shop rea@shop"},
		"none of them is left": {none, "zoe@shop"},
		"another Team owns it": {func(o *plan.Objects) {
			o.Teams["other"] = &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: "other"}, Spec: praxisv1.TeamSpec{Lead: "eve", Members: []praxisv1.Member{{Name: "eve", User: "eve@shop"}}}}
			o.Utility.Spec.Owner = praxisv1.Owner{Team: "other", Member: "eve"}
		}, then},
		"their Team under another name": {func(o *plan.Objects) {
			o.Teams["pay"] = o.Teams["payments"]
			delete(o.Teams, "payments")
			o.Utility.Spec.Owner.Team = "pay"
		}, then},
		"their Team is gone, and another owns it": {func(o *plan.Objects) {
			none(o)
			o.Teams["other"] = o.Teams["payments"]
			delete(o.Teams, "payments")
			o.Utility.Spec.Owner = praxisv1.Owner{Team: "other", Member: "zoe"}
		}, "zoe@shop"},
		"there is no Team at all": {func(o *plan.Objects) { clear(o.Teams) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout()
			frozen := plan.First(plan.NewProgramme(o), nil, monday)
			c.edit(&o)
			p := plan.NewProgramme(o)
			if got := strings.Join(Signers(p, frozen), " "); got != c.want {
				t.Errorf("they are %s, want %s", got, c.want)
			}
			for _, r := range ForWeek(p, cycle(), frozen) {
				if got := strings.Join(r.Spec.Reviewers, " "); got != c.want || r.Spec.Reviewer != r.Spec.Reviewers[0] {
					t.Errorf("%s is for %s, first for %s", r.Name, got, r.Spec.Reviewer)
				}
			}
			if got := strings.Join(Signers(p, &praxisv1.WeekPlan{}), " "); got != strings.Join(Signers(p, nil), " ") {
				t.Errorf("by a plan that does not know the owner they are %s", got)
			}
		})
	}
}

func TestAReviewThatNobodyMaySignStaysWithWhoCould(t *testing.T) {
	r := &praxisv1.Review{}
	Ask(r, []string{"ana@shop", "lou@shop"})
	Ask(r, nil)
	if r.Spec.Reviewer != "ana@shop" || len(r.Spec.Reviewers) != 2 {
		t.Errorf("it is for %v to sign, first for %s", r.Spec.Reviewers, r.Spec.Reviewer)
	}
}
