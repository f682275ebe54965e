// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"cmp"
	"fmt"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// words are the reason of a gap, the first that applies, and what is said of it. While a week runs
// they say what to do; of one that is closing, what was.
func (c cause) words(w Work, judges []string) (reason, message string) {
	reason = c.reason(w)
	switch f := c.head(); {
	case !f.missing():
		message = c.waitingWords(w, judges, reason)
	case f.nobodys():
		message = nobodysWords(f, w.Closing)
	case w.Closing:
		message = fmt.Sprintf("%s %s%s; it comes first in the next review", w.shown(f.action), c.owes("owed"), closedWords[reason])
	default:
		message = fmt.Sprintf(runningWords[reason], w.shown(f.action), c.owes("owes"))
	}
	return reason, text.Clip(message, text.MaxMessage)
}

var (
	runningWords = map[string]string{
		praxisv1.ReasonMemberLeft: "%s has left the Team and %s; give it to somebody else with kubectl praxis reassign",
		praxisv1.ReasonMemberAway: "%s is away for the rest of the week and %s; give it to somebody else with kubectl praxis reassign",
		praxisv1.ReasonRejected:   "%s %s; it was rejected, so read its verdict and hand in a new piece",
		praxisv1.ReasonOverloaded: "%s %s and has more work than capacity this week; move some of it",
		praxisv1.ReasonNoEvidence: "%s %s; hand in evidence or decide in the review",
	}
	closedWords = map[string]string{
		praxisv1.ReasonMemberLeft: " and has left the Team",
		praxisv1.ReasonMemberAway: " and was away",
		praxisv1.ReasonRejected:   ", and what was handed in was rejected",
		praxisv1.ReasonOverloaded: " and had more work than capacity",
		praxisv1.ReasonNoEvidence: ", and nothing was handed in for it",
	}
)

// reason is the first that applies to a gap.
func (c cause) reason(w Work) string {
	f := c.head()
	if !f.missing() {
		if f.class == classMissing {
			return praxisv1.ReasonJudgeLate
		}
		return praxisv1.ReasonAwaitingAcceptance
	}
	if f.nobodys() {
		return praxisv1.ReasonUnassigned
	}
	if gone := w.gone(f.action); gone != "" {
		return gone
	}
	switch {
	case f.action.Status.LastRejected || f.action.Status.Rejected >= f.short():
		return praxisv1.ReasonRejected
	case w.Overloaded != nil && w.Overloaded(f.action.Spec.Team, f.action.Spec.Member):
		return praxisv1.ReasonOverloaded
	}
	return praxisv1.ReasonNoEvidence
}

// short is how much of what is due is missing.
func (it *item) short() int32 { return it.due - it.accepted - it.pending }

// owes says what a member owes or owed. Example: "owes collect and 1 more".
func (c cause) owes(verb string) string {
	f := c.head()
	owes := verb + " " + f.step
	if n := f.short(); n > 1 {
		owes = fmt.Sprintf("%s %d of %s", verb, n, f.step)
	}
	if more := len(c.gaps) - 1; more > 0 {
		owes += fmt.Sprintf(" and %d more", more)
	}
	return owes
}

func nobodysWords(f shortfall, closing bool) string {
	switch {
	case f.action == nil && closing:
		return fmt.Sprintf("There was nobody for step %s; give somebody its role in the Team, or a delegate", f.step)
	case f.action == nil:
		return fmt.Sprintf("There is nobody for step %s; give somebody its role in the Team, or a delegate, before next week", f.step)
	case closing:
		return fmt.Sprintf("Whoever had %s has left the Team, and %d of %d were not done; it comes first in the next review", f.step, f.target-f.accepted-f.pending, f.target)
	}
	return fmt.Sprintf("Whoever had %s has left the Team, %d of %d are open; give it to a member with kubectl praxis reassign", f.step, f.target-f.accepted-f.pending, f.target)
}

// waitingWords name who has to judge, how much and since when.
func (c cause) waitingWords(w Work, judges []string, reason string) string {
	f := c.head()
	pieces := fmt.Sprintf("%d pieces", len(c.gaps))
	if len(c.gaps) == 1 {
		pieces = f.step + " of " + w.shown(f.action)
	}
	shown := make([]string, len(judges))
	for i, judge := range judges {
		shown[i] = w.displayName(f.action.Spec.Team, judge)
	}
	who, have := oneOf(shown)
	if w.Closing {
		have = "had"
	}
	message := fmt.Sprintf("%s %s %s to judge since %s", who, have, pieces, w.day(f.since))
	if w.Closing {
		message += ", and did not until the week closed"
	}
	if reason == praxisv1.ReasonJudgeLate {
		message += fmt.Sprintf("; judgeWithin is %s", f.of.judgeWithin())
	}
	return message
}

// oneOf names those of whom one has to judge, and what the verb is then.
func oneOf(judges []string) (who, have string) {
	switch n := len(judges); n {
	case 0:
		return "A reviewer", "has"
	case 1:
		return judges[0], "has"
	case 2:
		return judges[0] + " or " + judges[1], "have"
	default:
		return fmt.Sprintf("%s, %s or one of %d more", judges[0], judges[1], n-2), "have"
	}
}

// shown is what people read of whoever has an Action.
func (w Work) shown(a *praxisv1.Action) string {
	return cmp.Or(w.displayName(a.Spec.Team, a.Spec.Member), plan.Nobody)
}

func (w Work) displayName(team, member string) string {
	if w.DisplayName == nil || member == "" {
		return member
	}
	return cmp.Or(w.DisplayName(team, member), member)
}

// day is an instant as people of the week say it. Example: "Tuesday 14:00".
func (w Work) day(t time.Time) string {
	zone := time.UTC
	if !w.Week.StartsAt.IsZero() {
		zone = w.Week.StartsAt.Location()
	}
	if t.Before(w.Week.StartsAt) {
		return t.In(zone).Format("Monday 2 Jan 15:04")
	}
	return t.In(zone).Format("Monday 15:04")
}

func (w Work) gone(a *praxisv1.Action) string {
	if w.Gone == nil {
		return ""
	}
	return w.Gone(a)
}
