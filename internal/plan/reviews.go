// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

const (
	// signingDays is how long a QuarterlyReview and a Calibration may take.
	signingDays  = 7
	maxReviewers = 100
)

// MidweekName and WeeklyName are the names of a cycle's Reviews.
func MidweekName(cycle string) string { return cycle + "-midweek" }

// WeeklyName is the name of the Review that ends a week.
func WeeklyName(cycle string) string { return cycle + "-review" }

// Reviewers are the users who may sign for a Utility, who is asked first in front: its
// owner, the lead of the owner's Team, then that Team's members with the role reviewer,
// by name.
func Reviewers(o Objects) []string {
	team := o.Teams[o.Utility.Spec.Owner.Team]
	if team == nil {
		return nil
	}
	var users []string
	add := func(m *praxisv1.Member) {
		if m != nil && !slices.Contains(users, m.User) && len(users) < maxReviewers {
			users = append(users, m.User)
		}
	}
	add(member(team, o.Utility.Spec.Owner.Member))
	add(member(team, team.Spec.Lead))
	for _, m := range withRole(team, RoleReviewer) {
		add(m)
	}
	return users
}

// WeekReviews are the MidweekCheck and the WeeklyReview of a cycle; one that would have
// opened before the week was planned is left out.
func WeekReviews(o Objects, cycle *praxisv1.WeeklyCycle) []praxisv1.Review {
	spec := &cycle.Spec
	var reviews []praxisv1.Review
	for _, r := range []praxisv1.Review{
		newReview(o, MidweekName(cycle.Name), praxisv1.ReviewMidweekCheck, spec.MidweekAt.Time, spec.ReviewAt.Time),
		newReview(o, WeeklyName(cycle.Name), praxisv1.ReviewWeekly, spec.ReviewAt.Time, spec.GraceEndsAt.Time),
	} {
		if r.Spec.OpensAt.Time.Before(spec.PlannedAt.Time) || len(r.Spec.Reviewers) == 0 {
			continue
		}
		r.Spec.CycleRef = &praxisv1.LocalReference{Name: cycle.Name}
		r.Labels[praxisv1.LabelCycle], r.Labels[praxisv1.LabelWeek] = LabelValue(cycle.Name), string(spec.Week)
		reviews = append(reviews, r)
	}
	return reviews
}

// Quarterly is the QuarterlyReview that the last cycle of a quarter asks for, or nil.
func Quarterly(o Objects, cal *cadence.Calendar, cycle *praxisv1.WeeklyCycle) *praxisv1.Review {
	week, err := WeekOfCycle(cycle)
	if err != nil || len(cal.RemainingWeeks(week)) != 1 || cycle.Spec.ReviewAt.Time.Before(cycle.Spec.PlannedAt.Time) {
		return nil
	}
	quarter := cal.QuarterOf(week)
	opens := cycle.Spec.ReviewAt.Time
	r := newReview(o, cut(fmt.Sprintf("%s-%s-review", o.Utility.Name, quarter.Slug()), 253), praxisv1.ReviewQuarterly, opens, cal.DaysAfter(opens, signingDays))
	r.Spec.CycleRef = &praxisv1.LocalReference{Name: cycle.Name}
	return &r
}

// Calibration is the Calibration that the one page asks for in a week, or nil: because
// nobody has signed the page yet, because it has changed since, or because
// calibrationWeeks have passed. reviews are all of the Utility.
func Calibration(o Objects, cal *cadence.Calendar, reviews []praxisv1.Review, week cadence.Week, now time.Time) *praxisv1.Review {
	last := LastCalibration(reviews)
	if last != nil && last.Spec.SignOff == nil || last != nil && last.Spec.Page == Page(o.Utility) && !CalibrationDue(o.Utility, cal, last, week) {
		return nil
	}
	name := cut(fmt.Sprintf("%s-calibration-%s", o.Utility.Name, week.Slug()), 253)
	if slices.ContainsFunc(reviews, func(r praxisv1.Review) bool { return r.Name == name }) {
		return nil // signed this week already; the next change waits for the next week
	}
	opens := now.Truncate(time.Minute)
	r := newReview(o, name, praxisv1.ReviewCalibration, opens, cal.DaysAfter(opens, signingDays))
	r.Spec.Page = Page(o.Utility)
	return &r
}

// LastCalibration is the Calibration that opened last, or nil.
func LastCalibration(reviews []praxisv1.Review) *praxisv1.Review {
	var last *praxisv1.Review
	for i := range reviews {
		r := &reviews[i]
		if r.Spec.Type == praxisv1.ReviewCalibration && (last == nil || cmp.Or(r.Spec.OpensAt.Compare(last.Spec.OpensAt.Time), cmp.Compare(r.Name, last.Name)) > 0) {
			last = r
		}
	}
	return last
}

// CalibrationDue tells whether in a week so many weeks have passed since a Calibration
// that the page is to be looked at again.
func CalibrationDue(u *praxisv1.Utility, cal *cadence.Calendar, last *praxisv1.Review, week cadence.Week) bool {
	return week.Number >= cal.WeekOf(last.Spec.OpensAt.Time).Number+int(max(1, u.Spec.CalibrationWeeks))
}

// Page is sha256 in hex over the one page: what a Calibration is signed for.
func Page(u *praxisv1.Utility) string {
	// Field by field, so that a new field of the spec changes no signed page.
	text, err := json.Marshal([]any{u.Spec.Statement, u.Spec.Beneficiaries, u.Spec.Organization, u.Spec.Boundaries, u.Spec.Required, u.Spec.Measures})
	if err != nil {
		panic(fmt.Sprintf("hashing the page of Utility %s: %v", u.Name, err)) // it holds nothing that JSON cannot say
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func newReview(o Objects, name string, kind praxisv1.ReviewType, opens, due time.Time) praxisv1.Review {
	users := Reviewers(o)
	r := praxisv1.Review{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: o.Utility.Namespace,
			Labels: map[string]string{praxisv1.LabelUtility: LabelValue(o.Utility.Name)},
		},
		Spec: praxisv1.ReviewSpec{
			Type: kind, UtilityRef: praxisv1.LocalReference{Name: o.Utility.Name},
			OpensAt: metav1.NewTime(opens.UTC()), DueAt: metav1.NewTime(due.UTC()), Reviewers: users,
		},
	}
	if len(users) > 0 {
		r.Spec.Reviewer = users[0]
	}
	return r
}

// InvalidDecision says why a decision has no effect, or nothing. The Actions are those
// of the reviewed week.
func InvalidDecision(o Objects, r *praxisv1.Review, cycle *praxisv1.WeeklyCycle, actions []praxisv1.Action, d *praxisv1.ActionDecision) string {
	i := slices.IndexFunc(actions, func(a praxisv1.Action) bool { return a.Name == d.Action })
	if i < 0 {
		return fmt.Sprintf("%s is not an Action of %s; take the name from the agenda", d.Action, cycle.Name)
	}
	switch team := o.Teams[actions[i].Spec.Team]; {
	case d.Decision == praxisv1.DecideReassign && (team == nil || member(team, d.Member) == nil):
		return fmt.Sprintf("%s cannot go to %s, who is not in Team %s; name a member", short(d.Action), d.Member, actions[i].Spec.Team)
	case d.Decision != praxisv1.DecideReschedule:
		return ""
	case r.Spec.Type == praxisv1.ReviewMidweekCheck && !d.DueAt.Time.Before(cycle.Spec.EndsAt.Time):
		return fmt.Sprintf("%s cannot be due after the week, which ends at %s; choose an earlier time", short(d.Action), cycle.Spec.EndsAt.UTC().Format(time.RFC3339))
	case d.DueAt.Time.Before(r.Spec.OpensAt.Time):
		return fmt.Sprintf("%s cannot be due at %s, before the review; choose a later time", short(d.Action), d.DueAt.UTC().Format(time.RFC3339))
	}
	return ""
}

// short is the name of an Action without its cycle.
func short(action string) string {
	if _, rest, found := strings.Cut(action, "."); found {
		return rest
	}
	return action
}

// Amend carries a decision of a MidweekCheck out on an Action, or is nil where that has
// been done. The decision is a valid one.
func Amend(o Objects, review string, d *praxisv1.ActionDecision, a *praxisv1.Action, by string) *praxisv1.Action {
	done := func(m praxisv1.Amendment) bool { return m.Review == review }
	if a.Spec.Dropped || slices.ContainsFunc(a.Spec.Amendments, done) {
		return nil
	}
	out := a.DeepCopy()
	switch d.Decision {
	case praxisv1.DecideDrop:
		out.Spec.Dropped = true
	case praxisv1.DecideReassign:
		m := member(o.Teams[a.Spec.Team], d.Member)
		out.Spec.Member, out.Spec.User = m.Name, m.User
		out.Labels = mergeLabel(out.Labels, praxisv1.LabelMember, m.Name)
	case praxisv1.DecideReschedule:
		out.Spec.Occurrences = reschedule(a, *d.DueAt)
	}
	out.Spec.Amendments = append(out.Spec.Amendments, praxisv1.Amendment{Reason: d.Reason, By: by, Review: review})
	return out
}

func mergeLabel(labels map[string]string, key, value string) map[string]string {
	if labels == nil {
		labels = map[string]string{}
	}
	labels[key] = value
	return labels
}

// reschedule leaves what is accepted where it was due, and makes the rest due at another time.
func reschedule(a *praxisv1.Action, due metav1.Time) []praxisv1.Occurrence {
	covered := a.Status.Accepted
	rest := praxisv1.Occurrence{DueAt: metav1.NewTime(due.UTC())}
	var kept []praxisv1.Occurrence
	for _, o := range a.Spec.Occurrences {
		stays := min(covered, o.Quantity)
		covered -= stays
		rest.Quantity += o.Quantity - stays
		if stays > 0 {
			kept = append(kept, praxisv1.Occurrence{DueAt: o.DueAt, Quantity: stays})
		}
	}
	if rest.Quantity > 0 {
		kept = append(kept, rest)
	}
	slices.SortStableFunc(kept, func(a, b praxisv1.Occurrence) int { return a.DueAt.Compare(b.DueAt.Time) })
	return kept
}
