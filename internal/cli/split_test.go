// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const calls = "checkout-2026-w48.fix-failures.call.ben"

// half makes ben's calls five, of which one is accepted and one waits, as rea sees it.
func half(t *testing.T) *stage {
	t.Helper()
	s := &stage{user: "rea@shop.example"}
	if _, _, err := s.run(t, "week", "-n", "shop"); err != nil { // which sets the stage
		t.Fatal(err)
	}
	a := s.action(t, calls)
	a.Spec.Target, a.Spec.Share = 5, 5000
	a.Spec.Occurrences = []praxisv1.Occurrence{{DueAt: metav1.NewTime(a.Spec.Occurrences[0].DueAt.AddDate(0, 0, -1)), Quantity: 2}, {DueAt: a.Spec.Occurrences[0].DueAt, Quantity: 3}}
	a.Status.Accepted, a.Status.Pending = 1, 1
	if err := s.objects.Update(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) action(t *testing.T, name string) *praxisv1.Action {
	t.Helper()
	a := &praxisv1.Action{}
	if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: name}, a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAPartOfAnActionIsGivenToAnotherMember(t *testing.T) {
	for command, c := range map[string]struct {
		want           string
		stays, goes    int32
		share, hasGone int32
	}{
		"split call.ben -n shop --to ana -q 2 -m Ill": {
			"of action/fix-failures.call.ben 2 of 5 go to ana, and 3 stay with ben\nnext: the operator makes an Action of it, fix-failures.call.ana; see kubectl praxis tree -n shop\n", 3, 2, 3000, 2000},
		"split call.ben -n shop --to ana -q 3 -m Ill": {
			"of action/fix-failures.call.ben 3 of 5 go to ana, and 2 stay with ben\nnext: the operator makes an Action of it, fix-failures.call.ana; see kubectl praxis tree -n shop\n", 2, 3, 2000, 3000},
		"reassign call.ben -n shop --to ana -m Ill": {
			"of action/fix-failures.call.ben 3 of 5 go to ana, and 2 stay with ben\nnext: the operator makes an Action of it, fix-failures.call.ana; see kubectl praxis tree -n shop\n", 2, 3, 2000, 3000},
	} {
		t.Run(command, func(t *testing.T) {
			s := half(t)
			out, _, err := s.run(t, append(strings.Fields(command), "--dry-run=server")...)
			if err != nil || !strings.Contains(out, "would go to ana") || s.action(t, calls).Spec.Target != 5 {
				t.Errorf("%v\n%s", err, out)
			}
			out, _, err = s.run(t, strings.Fields(command)...)
			if err != nil || out != c.want {
				t.Fatalf("%v\n%s\nwant\n%s", err, out, c.want)
			}
			spec := s.action(t, calls).Spec
			if spec.Member != "ben" || spec.Target != c.stays || spec.Share != c.share || len(spec.Amendments) != 1 {
				t.Fatalf("it is %+v", spec)
			}
			m := spec.Amendments[0]
			if m.By != "rea@shop.example" || m.Reason != "Ill" || m.From != nil || m.Split == nil || m.Split.Member != "ana" || m.Split.User != "ana@shop.example" || m.Split.Quantity != c.goes || m.Split.Share != c.hasGone {
				t.Errorf("the amendment is %+v with %+v", m, m.Split)
			}
			if out, _, err := s.run(t, "show", "call.ben", "-n", "shop"); err != nil || !strings.Contains(out, "given to ana: Ill\n") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func TestWhatCannotBeSplitSaysWhatToDo(t *testing.T) {
	for args, want := range map[string]string{
		"split call.ben -n shop --to ana -m Ill":       "say how many go to the other, at least one: -q 1",
		"split call.ben -n shop --to ana -q 0 -m Ill":  "say how many go to the other, at least one: -q 1",
		"split call.ben -n shop --to ana -q -1 -m Ill": "say how many go to the other, at least one: -q 1",
		"split call.ben -n shop -q 1 -m Ill":           "say who takes it over and why: --to MEMBER",
		"split call.ben -n shop --to ana -q 4 -m Ill":  "of 5 of fix-failures.call.ben only 3 are open, and what is in stays with ben; give away no more than that",
		"split call.ben -n shop --to ben -q 1 -m Ill":  "fix-failures.call.ben is ben's already",
		"split call.ben -n shop --to zoe -q 1 -m Ill":  `"zoe" is no member of Team payments`,
		"split ship.ben -n shop --to ana -q 1 -m Ill":  "1 is all of fix-failures.ship.ben, of which nothing is in; hand it over whole: kubectl praxis reassign fix-failures.ship.ben -n shop --to ana -m WHY",
		"split call.ann -n shop --to ana -q 1 -m Ill":  `Action "call.ann" is not in namespace shop`,
	} {
		t.Run(args, func(t *testing.T) {
			if out, _, err := half(t).run(t, strings.Fields(args)...); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("it says %v, want %s\n%s", err, want, out)
			}
		})
	}
}

func TestNothingIsHandedToSomebodyWhoIsAway(t *testing.T) {
	s := half(t)
	team := &praxisv1.Team{}
	if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "payments"}, team); err != nil {
		t.Fatal(err)
	}
	team.Spec.Members[0].Absences = []praxisv1.Absence{{From: "2026-11-01", To: "2026-12-31"}}
	if err := s.objects.Update(t.Context(), team); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"split call.ben -n shop --to ana -q 1 -m Ill", "reassign ship.ben -n shop --to ana -m Ill"} {
		if out, _, err := s.run(t, strings.Fields(args)...); err == nil || err.Error() != "ana is away for the rest of 2026-W48; name somebody who is there" {
			t.Errorf("%s: %v\n%s", args, err, out)
		}
	}
}
