// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// whoIs is a frozen Team in a line: its lead, and its members with a star for a reviewer.
func whoIs(p *praxisv1.WeekPlan) string {
	var teams []string
	for _, team := range p.Teams {
		line := team.Name + " led by " + team.Lead + ":"
		for _, m := range team.Members {
			line += " " + m.Name + "=" + m.User
			if m.Reviewer {
				line += "*"
			}
		}
		teams = append(teams, line)
	}
	return strings.Join(teams, "; ")
}

func TestWhoIsInATeamIsFrozenWithTheWeek(t *testing.T) {
	o := threeKeyActions()
	o.Teams["payments"].Spec.Lead = "cleo"
	o.Teams["payments"].Spec.Members[0].Roles = []string{"product", "reviewer"}
	o.Teams["other"] = testTeam("other", person("zoe", "20h", "designer"))
	r := request(t, o, "2026-W48")
	made, monday := Make(r), instant(t, "2026-11-23T08:00:00Z")
	frozen := Record(nil, made.KeyActions, monday)
	const payments = "payments led by cleo: ana=ana@shop.example* ben=ben@shop.example cleo=cleo@shop.example"
	if got := whoIs(frozen); got != payments {
		t.Fatalf("frozen is %s, want %s", got, payments)
	}

	t.Run("an edit changes nothing of it", func(t *testing.T) {
		o.Teams["payments"].Spec.Members[1].Roles = []string{"engineer", "reviewer"}
		o.Teams["payments"].Spec.Lead = "ben"
		if got := whoIs(Record(frozen, Make(r).KeyActions, monday)); got != payments {
			t.Errorf("frozen is %s, want %s", got, payments)
		}
	})
	t.Run("a Team that joins is added as it is then", func(t *testing.T) {
		late := testKeyAction("z", 10, testStep("draw", praxisv1.TierKey, each("designer"), 100))
		late.Spec.TeamRef.Name = "other"
		joined := Record(frozen, []KeyAction{{Planned: praxisv1.PlannedKeyAction{Name: "z"}, team: o.Teams["other"]}}, monday)
		if got := whoIs(joined); got != "other led by : zoe=zoe@shop.example; "+payments {
			t.Errorf("frozen is %s", got)
		}
	})
	t.Run("so is the Team of what is carried over", func(t *testing.T) {
		carried := made.KeyActions[0].Actions[0]
		carried.Spec.Team = "other"
		from := &praxisv1.WeeklyCycle{}
		if got := whoIs(RecordCarried(frozen, from, []praxisv1.Action{carried}, o.Teams, monday)); got != "other led by : zoe=zoe@shop.example; "+payments {
			t.Errorf("frozen is %s", got)
		}
		if got := whoIs(RecordCarried(frozen, from, []praxisv1.Action{carried}, nil, monday)); got != payments {
			t.Errorf("of a Team that is gone it says %s", got)
		}
	})
	t.Run("a lost plan has the Teams of today", func(t *testing.T) {
		if got := whoIs(Rebuild(r.Programme, nil, made.Actions(), monday)); !strings.HasPrefix(got, "payments led by ben: ") || !strings.Contains(got, "ben=ben@shop.example*") {
			t.Errorf("rebuilt is %s", got)
		}
	})
	t.Run("a plan says nothing of a Team that it has not", func(t *testing.T) {
		if PlannedTeam(frozen, "other") != nil || PlannedTeam(nil, "payments") != nil || PlannedTeam(frozen, "payments") == nil {
			t.Error("it has payments, and no other")
		}
	})
}

// Who signs and judges readings is read from the owner's Team, also where it has no Actions.
func TestTheOwnersTeamIsFrozenWithTheWeek(t *testing.T) {
	o := threeKeyActions()
	o.Teams["board"] = testTeam("board", person("zoe", "20h"), person("lou", "20h", "reviewer"))
	o.Utility.Spec.Owner = praxisv1.Owner{Team: "board", Member: "zoe"}
	r, monday := request(t, o, "2026-W48"), instant(t, "2026-11-23T08:00:00Z")
	made := Make(r)
	frozen := First(r.Programme, made.KeyActions, monday)
	if got := whoIs(frozen); !strings.HasPrefix(got, "board led by : lou=lou@shop.example* zoe=zoe@shop.example; payments") || *frozen.Owner != o.Utility.Spec.Owner {
		t.Errorf("frozen is %s, owned by %v", got, frozen.Owner)
	}
	if without := Record(nil, made.KeyActions, monday); without.Hash != frozen.Hash {
		t.Error("the hash of the plan hangs on who owns the goal")
	}
	undone := Without(frozen, r.Programme, frozen.KeyActions[0].Name, nil)
	if PlannedTeam(undone, "board") == nil {
		t.Errorf("after a KeyAction has left the week it knows %s", whoIs(undone))
	}
	o.Utility.Spec.Owner = praxisv1.Owner{Team: "payments", Member: "ana"}
	if later := Record(frozen, made.KeyActions, monday); later.Owner.Team != "board" {
		t.Errorf("with another owner it is owned by %v", later.Owner)
	}
	delete(o.Teams, "payments")
	if first := First(r.Programme, nil, monday); len(first.Teams) > 0 {
		t.Errorf("of a Team that is gone it says %s", whoIs(first))
	}
}

// A large organisation: judges are never left out for the sake of others.
func TestAFrozenPlanHasRoomForAllWhoJudge(t *testing.T) {
	var joining []KeyAction
	for i := range 130 {
		team := testTeam(fmt.Sprintf("team-%03d", i))
		for j := range 200 {
			m := person(fmt.Sprintf("m%03d", j), "20h", "engineer")
			if j == 199 {
				m.Roles = []string{"reviewer"}
			}
			team.Spec.Members = append(team.Spec.Members, m)
		}
		team.Spec.Lead = "m198"
		busy := praxisv1.Action{Spec: praxisv1.ActionSpec{Team: team.Name, Member: "m197"}}
		joining = append(joining, KeyAction{team: team, Planned: praxisv1.PlannedKeyAction{Name: team.Name}, Actions: []praxisv1.Action{busy}})
	}
	// The last by name owns the goal, by a member who has nothing to do.
	owners := joining[129].team
	p := NewProgramme(Objects{Utility: &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Owner: praxisv1.Owner{Team: owners.Name, Member: "m150"}}}, Teams: map[string]*praxisv1.Team{owners.Name: owners}})
	frozen := First(p, joining, instant(t, "2026-11-23T08:00:00Z"))
	if len(frozen.Teams) != maxPlannedTeams {
		t.Errorf("it has %d Teams", len(frozen.Teams))
	}
	if team := PlannedTeam(frozen, owners.Name); team == nil || !slices.ContainsFunc(team.Members, func(m praxisv1.PlannedMember) bool { return m.Name == "m150" }) {
		t.Error("it lacks the owner")
	}
	for _, team := range frozen.Teams {
		for _, name := range []string{"m197", "m198", "m199", "m000"} {
			if !slices.ContainsFunc(team.Members, func(m praxisv1.PlannedMember) bool { return m.Name == name }) {
				t.Fatalf("%s lacks %s", team.Name, name)
			}
		}
	}
	if text, err := json.Marshal(frozen.Teams); err != nil || len(text) > 90_000 {
		t.Errorf("the Teams are %d bytes: %v", len(text), err)
	}
}

func TestAFrozenPlanIsTheSameInAnyOrderAndNeverTooLarge(t *testing.T) {
	monday := instant(t, "2026-11-23T08:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		var joining []KeyAction
		for i := range rapid.IntRange(1, 140).Draw(t, "teams") {
			team := testTeam(fmt.Sprintf("team-%d", i))
			for j := range rapid.IntRange(0, 200).Draw(t, "members") {
				user := strings.Repeat("u", rapid.SampledFrom([]int{1, 30, 240}).Draw(t, "length"))
				team.Spec.Members = append(team.Spec.Members, praxisv1.Member{
					Name: fmt.Sprint("m", j), User: fmt.Sprint(user, j), Accounts: map[string]praxisv1.Account{"github": praxisv1.Account(fmt.Sprint(user, j))},
				})
			}
			joining = append(joining, KeyAction{team: team, Planned: praxisv1.PlannedKeyAction{Name: team.Name}})
		}
		frozen := Record(nil, joining, monday)
		if other := Record(nil, rapid.Permutation(joining).Draw(t, "order"), monday); !reflect.DeepEqual(other.Teams, frozen.Teams) {
			t.Fatal("it hangs on the order")
		}
		members, bytes, accounts := 0, 0, 0
		for _, team := range frozen.Teams {
			members += len(team.Members)
			for _, m := range team.Members {
				bytes, accounts = bytes+sizeOf(m), accounts+sizeOfAccounts(m)
			}
		}
		if len(frozen.Teams) > maxPlannedTeams || members > maxPlannedMembers || bytes > maxPlannedBytes || accounts > maxAccountBytes {
			t.Fatalf("%d Teams, %d members, %d bytes and %d of accounts", len(frozen.Teams), members, bytes, accounts)
		}
	})
}
