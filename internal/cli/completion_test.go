// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// offered is what is completed, as one line.
func offered(t *testing.T, s *stage, args string) string {
	t.Helper()
	typed := strings.Split(args, "|")
	out, _, err := s.run(t, slices.Concat([]string{"__complete", typed[0], "-n", "shop"}, typed[1:])...)
	if err != nil {
		t.Fatal(err)
	}
	var offered []string
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, ":") && !strings.HasPrefix(line, "Completion ended") {
			offered = append(offered, line)
		}
	}
	return strings.Join(offered, " ")
}

// The Action keeps the name that its Team had.
func TestWhoCanTakeOverIsCompletedAfterATeamGotAnotherName(t *testing.T) {
	s := &stage{user: "rea@shop.example"}
	s.objects = s.fresh(t)
	team, ka := &praxisv1.Team{}, &praxisv1.KeyAction{}
	if err := errors.Join(s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "payments"}, team),
		s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "fix-failures"}, ka)); err != nil {
		t.Fatal(err)
	}
	renamed := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "checkout-team"}, Spec: team.Spec}
	renamed.Spec.Members[0].Absences = []praxisv1.Absence{{From: "2026-11-23", To: "2026-12-04"}}
	ka.Spec.TeamRef.Name = renamed.Name
	if err := errors.Join(s.objects.Delete(t.Context(), team), s.objects.Create(t.Context(), renamed), s.objects.Update(t.Context(), ka)); err != nil {
		t.Fatal(err)
	}
	if got := offered(t, s, "reassign|ship.ben|--to|"); got != "rea" {
		t.Errorf("it offers %q; ana is away", got)
	}
}

func TestWhatCanBeTypedIsCompletedAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		user, args, want string
	}{
		"submit, without what is handed in and accepted": {"ben", "submit|", "fix-failures.ship.ben"},
		"submit, by the object's name":                   {"ben", "submit|checkout-2026", "checkout-2026-w48.fix-failures.ship.ben"},
		"the links that an Action asks for":              {"ben", "submit|ship.ben|--artifact|", "change="},
		"the measures":                                   {"ben", "submit|--measure|", "checkout/paid"},
		"accept, what one may judge":                     {"rea", "accept|", "calls"},
		"accept, not one's own":                          {"ben", "accept|", ""},
		"retract, one's own":                             {"ben", "retract|", "calls"},
		"retract, nobody else's":                         {"rea", "retract|", ""},
		"reassign, what is not begun":                    {"rea", "reassign|", "fix-failures.ship.ben"},
		"reassign, to whom":                              {"rea", "reassign|ship.ben|--to|", "ana rea"},
		"what is to be decided":                          {"ana", "review|" + weekly + "|--decide|", "fix-failures.ship.ben="},
		"what may be decided":                            {"ana", "review|" + weekly + "|--decide|fix-failures.ship.ben=C", "fix-failures.ship.ben=CarryOver"},
		"until when":                                     {"ana", "review|" + weekly + "|--decide|fix-failures.ship.ben=Resch", "fix-failures.ship.ben=Reschedule,dueAt="},
		"the weeks that there are":                       {"ana", "week|checkout|--week|", "2026-W48 2026-W47"},
		"a week to come":                                 {"ana", "end|checkout|--week|2026-W5", "2026-W50 2026-W51 2026-W52 2026-W53"},
		"a week to preview":                              {"ana", "preview|--week|2026-W4", "2026-W48 2026-W49"},
		"how a goal ends":                                {"ana", "end|checkout|--as|", "Achieved Stopped"},
		"show, either":                                   {"ana", "show|c", "calls"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: c.user + "@shop.example"}
			if got := offered(t, s, c.args); got != c.want {
				t.Errorf("it offers %q, want %q", got, c.want)
			}
		})
	}
}
