// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAnAccountThatNobodyHasWaitsForTheTeam(t *testing.T) {
	s := fromForge(t).ready()
	s.deliver(pullRequest(1, "jonas-at-work", "priya-gh"))
	e := s.only()
	if got := reason(e.Status.Conditions, praxisv1.ConditionValid); got != "False UnknownAccount" || e.Status.ActionRef != nil {
		t.Fatalf("it is %s for %v", got, e.Status.ActionRef)
	}
	team := get[praxisv1.Team](s.world, "platform")
	team.Spec.Members[1].Accounts = map[string]praxisv1.Account{"github": "jonas-at-work"}
	s.must(s.live.Update(t.Context(), team))
	s.seenAt(team)
	s.settle()
	if got := reason(s.only().Status.Conditions, praxisv1.ConditionAccepted); got != "True AcceptedBySource" {
		t.Errorf("it is %s", got)
	}
}

func TestNoTwoMembersHaveOneAccount(t *testing.T) {
	s := fromForge(t)
	for name, accounts := range map[string]map[string]praxisv1.Account{
		"the same": {"github": "jonas-gh"}, "the same in capitals": {"github": "JONAS-GH"}, "of a system that is none": {"myspace": "tomas"}, "an empty one": {"gitlab": ""},
	} {
		t.Run(name, func(t *testing.T) {
			team := get[praxisv1.Team](s.world, "platform")
			team.Spec.Members[3].Accounts = accounts
			if err := s.live.Update(t.Context(), team, client.DryRunAll); err == nil {
				t.Error("it is let in")
			}
		})
	}
	large := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: s.ns, Name: "large"}}
	for i := range 200 {
		accounts := map[string]praxisv1.Account{}
		for _, kind := range []string{"github", "gitlab", "gitea", "cloudEvents", "alertmanager", "webhook", "oidc", "object"} {
			accounts[kind] = praxisv1.Account(fmt.Sprintf("member-of-a-large-team-%03d", i))
		}
		large.Spec.Members = append(large.Spec.Members, praxisv1.Member{Name: fmt.Sprintf("m%d", i), User: fmt.Sprintf("u%d", i), Capacity: "1h", Accounts: accounts})
	}
	if err := s.live.Create(t.Context(), large, client.DryRunAll); err != nil {
		t.Errorf("the largest Team that there can be is refused: %v", err)
	}
}
