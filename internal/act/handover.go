// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// HandOver says who takes over work, and why.
type HandOver struct {
	// To is the name of a member of the Team.
	To, Because string
	// Me is the user who hands it over.
	Me string
	// Seen is how many amendments the Action had when somebody decided this, so that a page that
	// is old, or a form that is sent twice, gives away nothing more; nil is any number.
	Seen *int
}

// ErrAmended is that an Action has been changed since somebody looked at it.
var ErrAmended = errors.New("it was handed over or changed since you looked at it; look again")

// Handed is what changed hands.
type Handed struct {
	// Before and After are the Action as it was, and as it is; After has only a part of the work
	// where Quantity is set, which is how many went to the other.
	Before, After *praxisv1.Action
	To            *praxisv1.Member
	Quantity      int32
}

// Whole gives an Action to another member of its Team; of one that is begun, the rest.
func (h HandOver) Whole(ctx context.Context, c client.Client, namespace, action string, now time.Time) (done *Handed, err error) {
	return done, again(func() error {
		a, to, err := h.begin(ctx, c, namespace, action, now)
		if err != nil {
			return err
		}
		if plan.Begun(a) {
			done, err = h.split(ctx, c, a, to, plan.Open(a))
			return err
		}
		if a.Spec.Member == to.Name && a.Spec.User == to.User {
			return alreadyHas(a, to)
		}
		before, amendment := a.DeepCopy(), praxisv1.Amendment{Reason: h.Because, By: h.Me}
		if a.Spec.Member != "" {
			amendment.From = &praxisv1.Assignee{Member: a.Spec.Member, User: a.Spec.User}
		}
		a.Spec.Member, a.Spec.User = to.Name, to.User
		a.Spec.Amendments = append(a.Spec.Amendments, amendment)
		done = &Handed{Before: before, After: a, To: to}
		return write(ctx, c, a, before)
	})
}

// Part gives so many of what is open of an Action to another member.
func (h HandOver) Part(ctx context.Context, c client.Client, namespace, action string, quantity int32, now time.Time) (done *Handed, err error) {
	if quantity < 1 {
		return nil, errors.New("say how many go to the other, at least one: -q 1")
	}
	return done, again(func() error {
		a, to, err := h.begin(ctx, c, namespace, action, now)
		if err != nil {
			return err
		}
		called := view.Called(a)
		switch open := plan.Open(a); {
		case quantity > open:
			return fmt.Errorf("of %d of %s only %d are open, and what is in stays with %s; give away no more than that", a.Spec.Target, called, open, plan.Holder(a))
		case quantity == a.Spec.Target:
			return fmt.Errorf("%d is all of %s, of which nothing is in; hand it over whole: kubectl praxis reassign %s -n %s --to %s -m WHY", quantity, called, called, a.Namespace, to.Name)
		}
		done, err = h.split(ctx, c, a, to, quantity)
		return err
	})
}

// again begins anew where somebody has written the Action since it was read, which is most often
// the operator. All is looked at again then, since evidence may have come in.
func again(do func() error) error { return retry.RetryOnConflict(retry.DefaultRetry, do) }

// begin finds the Action and the member, and refuses what cannot change hands.
func (h HandOver) begin(ctx context.Context, c client.Client, namespace, name string, now time.Time) (*praxisv1.Action, *praxisv1.Member, error) {
	if h.To == "" || !strings.ContainsFunc(h.Because, unicode.IsLetter) {
		return nil, nil, errors.New(`say who takes it over and why: --to MEMBER -m "Ben is ill"`)
	}
	a, err := gather.Action(ctx, c, namespace, name)
	if err != nil {
		return nil, nil, err
	}
	if h.Seen != nil && len(a.Spec.Amendments) != *h.Seen {
		return nil, nil, ErrAmended
	}
	team, err := TeamOf(ctx, c, a)
	if err != nil {
		return nil, nil, err
	}
	to, err := memberOf(team, h.To)
	if err != nil {
		return nil, nil, err
	}
	if err := mayGoOn(a, h.Me); err != nil {
		return nil, nil, err
	}
	if err := nothingComes(ctx, c, a); err != nil {
		return nil, nil, err
	}
	return a, to, isThere(ctx, c, a, to, now)
}

// memberOf is the member of a Team with a name.
func memberOf(team *praxisv1.Team, name string) (*praxisv1.Member, error) {
	if m := plan.Member(team, name); m != nil {
		return m, nil
	}
	names := text.NamesOf(team.Spec.Members, func(m *praxisv1.Member) string { return m.Name })
	return nil, fmt.Errorf("%q is no member of Team %s%s", name, team.Name, text.DidYouMean(name, names))
}

// TeamOf is the Team of an Action or, where that is gone because it has another name, the one
// that the KeyAction names now.
func TeamOf(ctx context.Context, c client.Reader, a *praxisv1.Action) (*praxisv1.Team, error) {
	team := &praxisv1.Team{}
	gone := c.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: a.Spec.Team}, team)
	if !apierrors.IsNotFound(gone) {
		return team, gone
	}
	ka := &praxisv1.KeyAction{}
	err := c.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: a.Spec.KeyActionRef.Name}, ka)
	if err != nil || ka.Spec.TeamRef == nil {
		return nil, gone
	}
	return team, c.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: ka.Spec.TeamRef.Name}, team)
}

// mayGoOn refuses what stays with whoever has it. What is accepted or waits for a verdict is
// theirs.
func mayGoOn(a *praxisv1.Action, me string) error {
	called := view.Called(a)
	switch {
	case a.Spec.Dropped:
		return fmt.Errorf("%s was dropped, and there is nothing to hand over", called)
	case plan.Open(a) == 0:
		return fmt.Errorf("%s leaves nothing to hand over: of %d, %d are accepted and %d wait for a verdict, which stay with %s",
			called, a.Spec.Target, a.Status.Accepted, a.Status.Pending, plan.Holder(a))
	case a.Spec.User == me:
		return fmt.Errorf("%s is yours, and nobody hands over work of their own; ask another lead or reviewer, or let the midweek check reassign it", called)
	}
	return nil
}

// nothingComes refuses an Action for which something was handed in a moment ago, which its status
// does not say yet.
func nothingComes(ctx context.Context, c client.Client, a *praxisv1.Action) error {
	pieces, err := gather.PiecesFor(ctx, c, a)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(pieces, func(e praxisv1.Evidence) bool { return len(e.Status.Conditions) == 0 }); i >= 0 {
		return fmt.Errorf("evidence/%s has just been handed in for %s, and stays with %s; try again in a moment", pieces[i].Name, view.Called(a), plan.Holder(a))
	}
	return nil
}

// isThere refuses somebody who is away for the rest of the week.
func isThere(ctx context.Context, c client.Client, a *praxisv1.Action, to *praxisv1.Member, now time.Time) error {
	cycle := &praxisv1.WeeklyCycle{}
	if err := c.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: a.Spec.CycleRef.Name}, cycle); err != nil {
		return err
	}
	week, err := plan.WeekOfCycle(cycle)
	if err != nil {
		return err
	}
	if plan.Away(to, week, now) {
		return fmt.Errorf("%s is away for the rest of %s; name somebody who is there", to.Name, cycle.Spec.Week)
	}
	return nil
}

// Takers are the names of those who can take over an Action in its week: the others of its Team who
// are there.
func Takers(ctx context.Context, c client.Client, a *praxisv1.Action, now time.Time) ([]string, error) {
	team, err := TeamOf(ctx, c, a)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range team.Spec.Members {
		m := &team.Spec.Members[i]
		if m.Name != a.Spec.Member && m.User != a.Spec.User && isThere(ctx, c, a, m, now) == nil {
			names = append(names, m.Name)
		}
	}
	return names, nil
}

func alreadyHas(a *praxisv1.Action, to *praxisv1.Member) error {
	return fmt.Errorf("%s is %s's already", view.Called(a), to.Name)
}

// split gives a part of an Action to the other.
func (h HandOver) split(ctx context.Context, c client.Client, a *praxisv1.Action, to *praxisv1.Member, quantity int32) (*Handed, error) {
	if a.Spec.Member == to.Name || a.Spec.User == to.User {
		return nil, alreadyHas(a, to)
	}
	after := plan.Split(a, quantity, to, praxisv1.Amendment{Reason: h.Because, By: h.Me})
	return &Handed{Before: a, After: after, To: to, Quantity: quantity}, write(ctx, c, after, a)
}

// write patches an Action. What is handed in meanwhile makes it a conflict.
func write(ctx context.Context, c client.Client, after, before *praxisv1.Action) error {
	return c.Patch(ctx, after, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}
