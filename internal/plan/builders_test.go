// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

func testCadence() praxisv1.Cadence {
	return praxisv1.Cadence{
		TimeZone:  "Europe/Zurich",
		WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"},
		Midweek:   praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
		Review:    praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},

		GraceHours: new(int32(48)), QuarterStartMonth: 1,
	}
}

func testUtility() *praxisv1.Utility {
	return &praxisv1.Utility{
		ObjectMeta: metav1.ObjectMeta{Name: "checkout", Namespace: "shop"},
		Spec: praxisv1.UtilitySpec{
			Owner: praxisv1.Owner{Team: "payments", Member: "ana"}, Required: 10, MaxKeyActions: 5, Cadence: testCadence(),
		},
	}
}

func person(name, capacity string, roles ...string) praxisv1.Member {
	return praxisv1.Member{Name: name, User: name + "@shop.example", Capacity: praxisv1.Duration(capacity), Roles: roles}
}

func away(m praxisv1.Member, from, to, delegate string) praxisv1.Member {
	m.Absences = append(m.Absences, praxisv1.Absence{From: from, To: to, Delegate: delegate})
	return m
}

func testTeam(name string, members ...praxisv1.Member) *praxisv1.Team {
	return &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop"}, Spec: praxisv1.TeamSpec{Members: members}}
}

func testStep(name string, tier praxisv1.Tier, assign praxisv1.Assignment, weight int32) praxisv1.Step {
	return praxisv1.Step{
		Name: name, Tier: tier, Do: "Do " + name, Assign: assign, Times: 1, Every: 1, Duration: "1h", Weight: weight,
		Standard: praxisv1.Standard{Statement: "It is done"},
	}
}

func each(role string) praxisv1.Assignment {
	return praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: role}
}

func rotate(role string) praxisv1.Assignment {
	return praxisv1.Assignment{Mode: praxisv1.AssignRotate, Role: role}
}

func only(name string) praxisv1.Assignment {
	return praxisv1.Assignment{Mode: praxisv1.AssignMember, Member: name}
}

func testKeyAction(name string, weight int32, steps ...praxisv1.Step) praxisv1.KeyAction {
	return praxisv1.KeyAction{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop"},
		Spec: praxisv1.KeyActionSpec{
			UtilityRef: praxisv1.LocalReference{Name: "checkout"}, TeamRef: &praxisv1.LocalReference{Name: "payments"},
			Verb: "Ship", Object: "a fix", Contribution: 2, Weight: &weight, Package: &praxisv1.Package{Steps: steps},
		},
	}
}

func objects(keyActions ...praxisv1.KeyAction) Objects {
	return Objects{
		Utility: testUtility(), KeyActions: keyActions, Packages: map[string]*praxisv1.ActionPackage{},
		Teams: map[string]*praxisv1.Team{"payments": testTeam("payments",
			person("ana", "20h", "product"), person("ben", "20h", "engineer"), person("cleo", "20h", "engineer"))},
	}
}

func week(t fataler, name string) cadence.Week {
	calendar, err := cadence.New(testCadence())
	if err != nil {
		t.Fatal(err)
	}
	w, err := calendar.WeekNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// fataler is what testing.T and rapid.T have in common.
type fataler interface{ Fatal(...any) }

func request(t fataler, o Objects, weekName string) Request {
	w := week(t, weekName)
	return Request{Programme: NewProgramme(o), Week: w, Cycle: CycleName(o.Utility.Name, w), From: w.StartsAt}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// lines are Actions as people would check them by hand.
func lines(actions []praxisv1.Action) []string {
	var out []string
	for _, a := range actions {
		line := fmt.Sprintf("%s %s x%d share %d", a.Spec.Step, a.Spec.Member, a.Spec.Target, a.Spec.Share)
		for _, o := range a.Spec.Occurrences {
			line += fmt.Sprintf(", %d by %s", o.Quantity, o.DueAt.UTC().Format("Mon 15:04"))
		}
		out = append(out, line)
	}
	return out
}
