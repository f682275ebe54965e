// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestPeopleAreReadByTheirDisplayNamesAndTypedByTheirNames(t *testing.T) {
	o := board()
	for i := range o.Teams[0].Spec.Members {
		if m := &o.Teams[0].Spec.Members[i]; m.Name == "cyd" {
			m.DisplayName = "Cyd Ōkami"
		}
	}
	if people := outline(o.Board(&o.Cycles[0]).People...); !strings.HasPrefix(people, "desk/Cyd Ōkami (cyd) ") || !strings.Contains(people, "\ndesk/bob ") {
		t.Errorf("the board reads\n%s", people)
	}
	late := o.Actions[4]
	if why := o.Why(refTo(kindAction, "shop", late.Name), wednesday); !strings.HasPrefix(why.Cause.Message, "Cyd Ōkami (cyd) owes 1 of 1 ") || strings.Contains(why.Cause.Next, "Ōkami") {
		t.Errorf("the cause is %q, to do is %q", why.Cause.Message, why.Cause.Next)
	}
	if w := o.Work(refTo(kindAction, "shop", late.Name)); w.Person() != "Cyd Ōkami (cyd)" || w.Member != "cyd" || w.Called != "call.fix.cyd" {
		t.Errorf("it is owed by %s, %s, and called %s", w.Person(), w.Member, w.Called)
	}
	waiting := piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict)
	o.Actions[4].Status.Pending = 1
	o.Evidence = []praxisv1.Evidence{at(1, "fix-1", waiting, "Unknown")}
	o.Evidence[0].Status.Judges = []string{"ada"}
	duties := o.Owed("ada", wednesday)
	if len(duties) != 2 || duties[1].Verb != VerbJudge || duties[1].What != "Cyd Ōkami (cyd): Fix it" {
		t.Errorf("ada owes %+v", duties)
	}
}
