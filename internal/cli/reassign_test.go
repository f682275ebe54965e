// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAnActionGoesToAnotherMemberInOneAmendment(t *testing.T) {
	const name = "checkout-2026-w48.fix-failures.ship.ben"
	s := &stage{user: "rea@shop.example"}
	get := func() *praxisv1.Action {
		a := &praxisv1.Action{}
		if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: name}, a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	out, _, err := s.run(t, "reassign", "ship.ben", "-n", "shop", "--to", "ana", "-m", "Ben is ill", "--dry-run=server")
	if err != nil || out != "action/fix-failures.ship.ben would go from ben to ana (server dry run)\n" || get().Spec.Member != "ben" {
		t.Fatalf("%v\n%s", err, out)
	}
	out, _, err = s.run(t, "reassign", "ship.ben", "-n", "shop", "--to", "ana", "-m", "Ben is ill")
	const want = "action/fix-failures.ship.ana is ana's now, and was ben's\nnext: ana hands it in: kubectl praxis show fix-failures.ship.ana -n shop\n"
	if err != nil || out != want {
		t.Fatalf("%v\n%s", err, out)
	}
	spec := get().Spec
	if spec.Member != "ana" || spec.User != "ana@shop.example" || len(spec.Amendments) != 1 {
		t.Fatalf("it is %+v", spec)
	}
	if m := spec.Amendments[0]; m.By != "rea@shop.example" || m.Reason != "Ben is ill" || m.From == nil || *m.From != (praxisv1.Assignee{Member: "ben", User: "ben@shop.example"}) {
		t.Errorf("the amendment is %+v", m)
	}
	for _, now := range []string{"ship.ana", "fix-failures.ship.ana", "ship.ben", name} {
		if out, _, err := s.run(t, "show", now, "-n", "shop"); err != nil || !strings.Contains(out, "changed    rea@shop.example, taken over from ben: Ben is ill\n") {
			t.Errorf("by %s: %v\n%s", now, err, out)
		}
	}
	for _, command := range []string{"week -n shop", "tree -n shop --all", "review checkout-2026-w48-review -n shop --show", "why utility/checkout -n shop"} {
		if out, _, err := s.run(t, strings.Fields(command)...); err != nil || !strings.Contains(out, "ship.ana") || strings.Contains(out, " fix-failures.ship.ben ") {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
	s.user = "ana@shop.example"
	if out, _, err := s.run(t, "mine", "-n", "shop"); err != nil || !strings.Contains(out, "kubectl praxis submit fix-failures.ship.ana -n shop") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestWhatTheOperatorWritesMeanwhileKeepsNobodyFromHandingOver(t *testing.T) {
	for _, args := range []string{"reassign ship.ben -n shop --to ana -m Ill", "split call.ben -n shop --to ana -q 2 -m Ill"} {
		t.Run(args, func(t *testing.T) {
			s, conflicts := half(t), 0
			s.refuse = func(verb string, obj any) error {
				if a, is := obj.(*praxisv1.Action); is && verb == "patch" && conflicts == 0 {
					conflicts++
					return apierrors.NewConflict(resource("actions"), a.Name, errors.New("changed"))
				}
				return nil
			}
			if out, _, err := s.run(t, strings.Fields(args)...); err != nil || conflicts != 1 {
				t.Errorf("after %d conflicts: %v\n%s", conflicts, err, out)
			}
		})
	}
}

func TestWhatCannotBeHandedOverSaysWhatToDo(t *testing.T) {
	for args, c := range map[string]struct{ user, want string }{
		"reassign ship.ben -n shop -m Ill":               {"rea", "say who takes it over and why: --to MEMBER"},
		"reassign ship.ben -n shop --to ana":             {"rea", "say who takes it over and why: --to MEMBER"},
		"reassign ship.ben -n shop --to ana -m .":        {"rea", "say who takes it over and why: --to MEMBER"},
		"reassign ship.ben -n shop --to anna -m Ill":     {"rea", `"anna" is no member of Team payments; did you mean ana`},
		"reassign ship.ben -n shop --to ben -m Ill":      {"rea", "fix-failures.ship.ben is ben's already"},
		"reassign call.ben -n shop --to ana -m Ill":      {"rea", "fix-failures.call.ben leaves nothing to hand over: of 2, 0 are accepted and 2 wait for a verdict, which stay with ben"},
		"reassign ship.ben -n shop --to ana -m Tired":    {"ben", "fix-failures.ship.ben is yours, and nobody hands over work of their own"},
		"reassign ship.cleo -n shop --to ana -m Ill":     {"rea", `Action "ship.cleo" is not in namespace shop`},
		"reassign ship.ben call.ben -n shop --to ana -m": {"rea", "flag needs an argument"},
	} {
		t.Run(args, func(t *testing.T) {
			s := &stage{user: c.user + "@shop.example"}
			if out, _, err := s.run(t, strings.Fields(args)...); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("it says %v, want %s\n%s", err, c.want, out)
			}
		})
	}
}

func TestWhatWasHandedInAMomentAgoStaysWithWhoDidIt(t *testing.T) {
	s := &stage{user: "ben@shop.example"} // whose operator has not looked yet
	if _, _, err := s.run(t, strings.Fields(shipsFix)...); err != nil {
		t.Fatal(err)
	}
	s.user = "rea@shop.example"
	_, _, err := s.run(t, "reassign", "ship.ben", "-n", "shop", "--to", "ana", "-m", "Ill")
	if err == nil || !strings.HasPrefix(err.Error(), "evidence/fix has just been handed in for fix-failures.ship.ben, and stays with ben") {
		t.Error(err)
	}
}
