// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
	"github.com/praxis-dev/praxis/internal/week"
)

// ref reads KIND/NAME or KIND NAME, where KIND is any name by which kubectl knows the kind:
// utility, utilities, util.
func (t *Tool) ref(args []string) (view.Ref, error) {
	kind, name, slash := strings.Cut(args[0], "/")
	if !slash {
		if len(args) < 2 {
			return view.Ref{}, fmt.Errorf("%q names no object; write KIND/NAME, like utility/checkout", args[0])
		}
		name = args[1]
	} else if len(args) > 1 {
		return view.Ref{}, fmt.Errorf("one object at a time: %s or %s", args[0], args[1])
	}
	namespace, err := t.namespace()
	if err != nil {
		return view.Ref{}, err
	}
	c, err := t.client()
	if err != nil {
		return view.Ref{}, err
	}
	gvk, err := c.RESTMapper().KindFor(schema.GroupVersionResource{Group: praxisv1.GroupVersion.Group, Resource: strings.ToLower(kind)})
	if err != nil && !meta.IsNoMatchError(err) {
		return view.Ref{}, fmt.Errorf("no cluster to ask: %w", err)
	}
	if err != nil {
		return view.Ref{}, fmt.Errorf("%q is not a kind of Praxis; the kinds are Utility, Team, ActionPackage, KeyAction, WeeklyCycle, Action, Evidence and Review (if all of them are unknown, see kubectl praxis check)", kind)
	}
	return view.Ref{Kind: gvk.Kind, Namespace: namespace, Name: name}, nil
}

// action finds an Action by the name of the object, by what it is called, or by the end of
// either if only one Action of the open weeks ends like that: "ship.ana" for
// "checkout-2026-w48.fix.ship.ana", or for what ana took over.
func action(ctx context.Context, c client.Reader, namespace, name string) (*praxisv1.Action, error) {
	name = bare("action", name)
	a := &praxisv1.Action{}
	err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, a)
	if err == nil || !apierrors.IsNotFound(err) {
		return a, err
	}
	open, err := openActions(ctx, c, namespace)
	if err != nil {
		return nil, err
	}
	i, err := actionIn(open, namespace, name)
	if err != nil {
		return nil, err
	}
	return &open[i], nil
}

// openActions are those of the weeks that are not closed.
func openActions(ctx context.Context, c client.Reader, namespace string) ([]praxisv1.Action, error) {
	o, err := read(ctx, c, scope{namespace: namespace})
	return keep(o.Actions, func(a *praxisv1.Action) bool {
		return !slices.ContainsFunc(o.Cycles, func(c praxisv1.WeeklyCycle) bool { return c.Name == a.Spec.CycleRef.Name && week.Closed(&c) })
	}), err
}

// actionIn is the index of the only Action that is meant. Whoever has it now goes before
// whoever had it, since that is the name that is shown.
func actionIn(actions []praxisv1.Action, namespace, asked string) (int, error) {
	called := text.NamesOf(actions, view.Called)
	names := text.NamesOf(actions, func(a *praxisv1.Action) string { return a.Name })
	found := endingIn(called, asked)
	if len(found) == 0 {
		found = endingIn(names, asked)
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return 0, notThere("Action", asked, namespace, called)
	}
	var meant []string
	for _, i := range found {
		meant = append(meant, names[i])
	}
	return 0, fmt.Errorf("%q matches %d Actions: %s", asked, len(found), strings.Join(meant, ", "))
}

// carried matches the end of the name of an Action that was carried over: its first week.
var carried = regexp.MustCompile(`\.w\d\d$`)

// bare is a name without the kind that kubectl prints before it.
func bare(kind, name string) string {
	if before, after, found := strings.Cut(name, "/"); found && strings.EqualFold(before, kind) {
		return after
	}
	return name
}

// endingIn are the indices of the names that are exactly so or, if there is none, of those that
// end so.
func endingIn(names []string, asked string) []int {
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

// notThereError is an error about an object that there is not.
type notThereError struct{ says string }

func (m *notThereError) Error() string { return m.says }

// notThere says what there is that is called like it.
func notThere(kind, name, namespace string, names []string) error {
	return &notThereError{fmt.Sprintf("%s %q is not in namespace %s%s", kind, name, namespace, text.DidYouMean(name, names))}
}

func actionCycle(a *praxisv1.Action) string { return a.Spec.CycleRef.Name }

// parseTime reads the instant of a decision.
func parseTime(text string) (*metav1.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, fmt.Errorf("%q is not an instant; write it like 2026-11-27T12:00:00Z", text)
	}
	return &metav1.Time{Time: at}, nil
}

// listNames are the names of any list.
func listNames(list client.ObjectList) []string {
	var names []string
	_ = meta.EachListItem(list, func(o runtime.Object) error { // a typed list holds objects
		names = append(names, o.(client.Object).GetName())
		return nil
	})
	return names
}
