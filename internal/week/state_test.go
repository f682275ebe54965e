// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestTheStateOfAnAction(t *testing.T) {
	twice := owes(2, 24, 1, 48)
	for name, c := range map[string]struct {
		modifiers   []modifier
		disposition Disposition
		blocked     bool
		hour        int
		want        string
	}{
		"before anything is due":                   {modifiers: []modifier{twice}, hour: 23, want: praxisv1.ReasonNotDue},
		"the instant it is due counts":             {modifiers: []modifier{twice}, hour: 24, want: praxisv1.ReasonOverdue},
		"what is due is there":                     {modifiers: []modifier{twice, done(2, 0)}, hour: 24, want: praxisv1.ReasonOnPace},
		"what is due is handed in":                 {modifiers: []modifier{twice, done(1, 1)}, hour: 24, want: praxisv1.ReasonOnPace},
		"work before it is due is not yet on pace": {modifiers: []modifier{twice, done(1, 0)}, hour: 2, want: praxisv1.ReasonNotDue},
		"all is handed in early":                   {modifiers: []modifier{twice, done(1, 2)}, hour: 2, want: praxisv1.ReasonAwaitingAcceptance},
		"the last due is past":                     {modifiers: []modifier{twice, done(1, 1)}, hour: 48, want: praxisv1.ReasonMissed},
		"past the last due, all handed in":         {modifiers: []modifier{twice, done(2, 1)}, hour: 48, want: praxisv1.ReasonAwaitingAcceptance},
		"all accepted":                             {modifiers: []modifier{twice, done(3, 0)}, hour: 99, want: praxisv1.ReasonAccepted},
		"what it waits for is past due":            {modifiers: []modifier{twice}, blocked: true, hour: 2, want: praxisv1.ReasonBlocked},
		"being overdue comes before being blocked": {modifiers: []modifier{twice}, blocked: true, hour: 24, want: praxisv1.ReasonOverdue},
		"dropped comes before everything":          {modifiers: []modifier{twice, done(3, 0), dropped}, hour: 99, want: praxisv1.ReasonDropped},
		"carried over":                             {modifiers: []modifier{twice}, disposition: praxisv1.MissCarryOver, hour: 99, want: praxisv1.ReasonCarriedOver},
		"dropped when its week closed":             {modifiers: []modifier{twice}, disposition: praxisv1.MissDrop, hour: 99, want: praxisv1.ReasonDropped},
		"escalated is missed":                      {modifiers: []modifier{twice}, disposition: praxisv1.MissEscalate, hour: 99, want: praxisv1.ReasonMissed},
	} {
		t.Run(name, func(t *testing.T) {
			a := action("x", "ana", 10000, c.modifiers...)
			if got := State(&a, c.disposition, c.blocked, hours(c.hour)); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
		})
	}
}
