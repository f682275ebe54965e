// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package ha

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	namespace = "busy"
	goal      = "answers"
	people    = 12
)

// objects are a goal that a dozen people carry in three steps each, and two of them in a
// second way. The first due of a week is on Wednesday noon, so that nothing changes from
// the rollover until then.
func objects() []client.Object {
	named := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: namespace, Name: name} }
	team := &praxisv1.Team{ObjectMeta: named("desk"), Spec: praxisv1.TeamSpec{
		Lead:    "ada",
		Members: []praxisv1.Member{{Name: "ada", User: "ada", Roles: []string{"reviewer"}, Capacity: "40h"}},
	}}
	for i := range people {
		name := fmt.Sprintf("m%02d", i)
		roles := []string{"caller"}
		if i < 2 {
			roles = append(roles, "writer")
		}
		team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: name, User: name, Roles: roles, Capacity: "40h"})
	}
	utility := &praxisv1.Utility{ObjectMeta: named(goal), Spec: praxisv1.UtilitySpec{
		Statement: "Whoever writes to us is answered the first time", Organization: "A shorter queue", Required: 500,
		Owner:         praxisv1.Owner{Team: "desk", Member: "ada"},
		Beneficiaries: []praxisv1.Beneficiary{{Who: "Who asks", Problem: "They write three times", Improvement: "They write once"}},
		Cadence:       praxisv1.Cadence{TimeZone: "Etc/UTC"},
	}}
	return []client.Object{team, utility,
		keyAction(named("call-back"), 70, "caller", praxisv1.MissCarryOver),
		keyAction(named("write-down"), 30, "writer", praxisv1.MissDrop),
	}
}

func keyAction(meta metav1.ObjectMeta, weight int32, role string, onMiss praxisv1.MissPolicy) *praxisv1.KeyAction {
	step := func(name string, tier praxisv1.Tier, times, share int32, day praxisv1.Day, clock praxisv1.TimeOfDay, after ...string) praxisv1.Step {
		return praxisv1.Step{
			Name: name, Tier: tier, Do: "Do what is to be done", Assign: praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: role},
			Times: times, Duration: "30m", Weight: share, DependsOn: after, Due: []praxisv1.WeekMoment{{Day: day, Time: clock}},
			Standard: praxisv1.Standard{Statement: "It is done"},
		}
	}
	return &praxisv1.KeyAction{ObjectMeta: meta, Spec: praxisv1.KeyActionSpec{
		UtilityRef: praxisv1.LocalReference{Name: goal}, TeamRef: &praxisv1.LocalReference{Name: "desk"},
		Verb: "Call", Object: "who wrote twice", Contribution: 2, Weight: &weight,
		Deviation: praxisv1.DeviationPolicy{OnMiss: onMiss},
		Package: &praxisv1.Package{Definition: "Call those who wrote twice", Standard: "They do not write again", Steps: []praxisv1.Step{
			step("list", praxisv1.TierFoundation, 1, 20, "Wednesday", "12:00"),
			step("call", praxisv1.TierIntermediate, 3, 30, "Thursday", "17:00", "list"),
			step("ship", praxisv1.TierKey, 1, 50, "Friday", "12:00", "call"),
		}},
	}}
}
