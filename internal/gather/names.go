// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// Action finds an Action by the name of the object, by what it is called, or by the end of
// either if only one Action of the open weeks ends like that: "ship.ana" for
// "checkout-2026-w48.fix.ship.ana", or for what ana took over.
func Action(ctx context.Context, c client.Reader, namespace, name string) (*praxisv1.Action, error) {
	name = Bare("action", name)
	a := &praxisv1.Action{}
	err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, a)
	if err == nil || !apierrors.IsNotFound(err) {
		return a, err
	}
	open, err := OpenActions(ctx, c, namespace)
	if err != nil {
		return nil, err
	}
	i, err := ActionIn(open, namespace, name)
	if err != nil {
		return nil, err
	}
	return &open[i], nil
}

// OpenActions are those of the weeks that are not closed.
func OpenActions(ctx context.Context, c client.Reader, namespace string) ([]praxisv1.Action, error) {
	o, err := Read(ctx, c, Scope{Namespace: namespace})
	return Keep(o.Actions, func(a *praxisv1.Action) bool {
		return !slices.ContainsFunc(o.Cycles, func(c praxisv1.WeeklyCycle) bool { return c.Name == a.Spec.CycleRef.Name && plan.WeekClosed(&c) })
	}), err
}

// ActionIn is the index of the only Action that is meant. Whoever has it now goes before
// whoever had it, since that is the name that is shown.
func ActionIn(actions []praxisv1.Action, namespace, asked string) (int, error) {
	called := text.NamesOf(actions, view.Called)
	names := text.NamesOf(actions, func(a *praxisv1.Action) string { return a.Name })
	found := EndingIn(called, asked)
	if len(found) == 0 {
		found = EndingIn(names, asked)
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return 0, NotThere("Action", asked, namespace, called)
	}
	var meant []string
	for _, i := range found {
		meant = append(meant, names[i])
	}
	return 0, fmt.Errorf("%q matches %d Actions: %s", asked, len(found), strings.Join(meant, ", "))
}

// carried matches the end of the name of an Action that was carried over: its first week.
var carried = regexp.MustCompile(`\.w\d\d$`)

// Bare is a name without the kind that kubectl prints before it.
func Bare(kind, name string) string {
	if before, after, found := strings.Cut(name, "/"); found && strings.EqualFold(before, kind) {
		return after
	}
	return name
}

// EndingIn are the indices of the names that are exactly so or, if there is none, of those that
// end so.
func EndingIn(names []string, asked string) []int {
	var exact, found []int
	for i, name := range names {
		switch {
		case name == asked:
			exact = append(exact, i)
		case strings.HasSuffix(name, "."+asked), strings.HasSuffix(carried.ReplaceAllString(name, ""), "."+asked):
			found = append(found, i)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return found
}

// NotThereError is an error about an object that there is not.
type NotThereError struct{ says string }

func (m *NotThereError) Error() string { return m.says }

// NotThere says what there is that is called like it.
func NotThere(kind, name, namespace string, names []string) error {
	return &NotThereError{fmt.Sprintf("%s %q is not in namespace %s%s", kind, name, namespace, text.DidYouMean(name, names))}
}

// NoEvidence says which pieces have a name like it.
func NoEvidence(ctx context.Context, c client.Reader, namespace, name string) error {
	return NotThere("Evidence", name, namespace, EvidenceNames(ctx, c, namespace))
}

// NoReview says which Reviews have a name like it.
func NoReview(ctx context.Context, c client.Reader, namespace, name string) error {
	var all praxisv1.ReviewList
	_ = List(ctx, c, &all, namespace) // who may not list them gets no suggestion
	return NotThere("Review", name, namespace, Names(&all))
}

// EvidenceNames are those of a namespace.
func EvidenceNames(ctx context.Context, c client.Reader, namespace string) []string {
	var all praxisv1.EvidenceList
	_ = List(ctx, c, &all, namespace) // who may not list it gets no suggestion
	return Names(&all)
}

// Names are the names of any list.
func Names(list client.ObjectList) []string {
	var names []string
	_ = meta.EachListItem(list, func(o runtime.Object) error { // a typed list holds objects
		names = append(names, o.(client.Object).GetName())
		return nil
	})
	return names
}
