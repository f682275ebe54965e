// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAnObjectStandsWhereItsConditionsSay(t *testing.T) {
	ready := condition("Ready", "True", praxisv1.ReasonReconciled)
	stalled := condition("Stalled", "True", praxisv1.ReasonInvalidSpec)
	suspended := condition("Ready", "True", praxisv1.ReasonSuspended)
	nothing := onTrack("Unknown", praxisv1.ReasonNothingPlanned)
	for name, c := range map[string]struct {
		generation int64
		conditions []metav1.Condition
		want       string
	}{
		"nobody has looked":                      {1, nil, "Unknown Reconciling"},
		"nobody has looked since it was edited":  {2, []metav1.Condition{ready, onTrack("True", praxisv1.ReasonOnPace)}, "Unknown Reconciling"},
		"on track":                               {1, []metav1.Condition{ready, onTrack("True", praxisv1.ReasonOnPace)}, "True OnPace"},
		"behind":                                 {1, []metav1.Condition{ready, onTrack("False", praxisv1.ReasonBehind)}, "False Behind"},
		"stalled, which is what is wrong":        {1, []metav1.Condition{stalled, onTrack("True", praxisv1.ReasonOnPace)}, "False InvalidSpec"},
		"no longer stalled":                      {1, []metav1.Condition{condition("Stalled", "False", praxisv1.ReasonReconciled), onTrack("True", praxisv1.ReasonOnPace)}, "True OnPace"},
		"without work it is whether it is ready": {1, []metav1.Condition{ready}, "True Reconciled"},
		"with nothing known it is not True":      {1, []metav1.Condition{condition("Focused", "True", praxisv1.ReasonWithinLimit)}, "Unknown Reconciling"},
		"suspended, which is not True":           {1, []metav1.Condition{suspended, nothing}, "Unknown Suspended"},
		"suspended while a week runs":            {1, []metav1.Condition{suspended, onTrack("False", praxisv1.ReasonBehind)}, "False Behind"},
		"nothing planned, though not suspended":  {1, []metav1.Condition{ready, nothing}, "Unknown NothingPlanned"},
	} {
		t.Run(name, func(t *testing.T) {
			u, ka := answers(c.conditions...), keyAction("call", 1, c.conditions...)
			u.Generation, ka.Generation = c.generation, c.generation
			for kind, s := range map[string]State{"Utility": utilityState(&u), "KeyAction": keyActionState(&ka)} {
				if got := string(s.Status) + " " + s.Reason; got != c.want {
					t.Errorf("the %s stands at %s, want %s", kind, got, c.want)
				}
			}
		})
	}
}

func TestAWeekThatIsBeingPlannedIsNotInTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		conditions []metav1.Condition
		want       string
	}{
		"being planned":            {[]metav1.Condition{condition("Planned", "False", praxisv1.ReasonPlanning)}, "Unknown Planning"},
		"planned, and behind":      {[]metav1.Condition{condition("Planned", "True", praxisv1.ReasonPlanned), onTrack("False", praxisv1.ReasonBehind)}, "False Behind"},
		"its name is another's":    {[]metav1.Condition{condition("Stalled", "True", praxisv1.ReasonNameTaken), condition("Planned", "False", praxisv1.ReasonPlanning)}, "False NameTaken"},
		"nobody has looked at all": {nil, "Unknown Reconciling"},
	} {
		t.Run(name, func(t *testing.T) {
			cycle := praxisv1.WeeklyCycle{ObjectMeta: named("w48")}
			cycle.Status.ConditionedStatus = conditions(1, c.conditions...)
			if s := cycleState(&cycle); string(s.Status)+" "+s.Reason != c.want {
				t.Errorf("it stands at %s %s, want %s", s.Status, s.Reason, c.want)
			}
		})
	}
}

func TestAReviewIsNobodysFaultBeforeItIsDue(t *testing.T) {
	for name, c := range map[string]struct {
		conditions []metav1.Condition
		want       string
	}{
		"not opened":             {shut, "Unknown NotYet"},
		"open, and time to sign": {waits, "Unknown Open"},
		"past its due":           {lateOn, "False Overdue"},
		"signed":                 {signed, "True SignedOff"},
	} {
		t.Run(name, func(t *testing.T) {
			r := reviewOf("w48-review", "2026-11-27T02:00:00Z", c.conditions...)
			if s := reviewState(&r); string(s.Status)+" "+s.Reason != c.want {
				t.Errorf("it stands at %s %s, want %s", s.Status, s.Reason, c.want)
			}
		})
	}
}

// The defaults of the schema cannot contain the current time, so they have the first second
// of 1970.
func TestSinceIsShownOnlyIfItIsRecorded(t *testing.T) {
	c := onTrack("False", praxisv1.ReasonBehind)
	for name, test := range map[string]struct {
		at   time.Time
		want bool
	}{
		"written down":            {wednesday, true},
		"the default of a schema": {time.Unix(0, 0), false},
		"never set":               {time.Time{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.LastTransitionTime = metav1.NewTime(test.at)
			u := answers(c)
			since := utilityState(&u).Since
			if got := since != nil; got != test.want || got && !since.Time.Equal(test.at) {
				t.Errorf("it is so since %v", since)
			}
		})
	}
}
