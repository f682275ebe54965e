// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"maps"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// Concerns reads the Actions of a user, and evidence only if the user judges somebody's:
// there can be much of it, since it is never pruned.
func Concerns(ctx context.Context, c client.Reader, namespace, user string) (view.Objects, error) {
	var o view.Objects
	var teams praxisv1.TeamList
	var utilities praxisv1.UtilityList
	var cycles praxisv1.WeeklyCycleList
	var actions praxisv1.ActionList
	var reviews praxisv1.ReviewList
	var group errgroup.Group
	for _, list := range []client.ObjectList{&teams, &utilities, &cycles, &reviews} {
		group.Go(func() error { return List(ctx, c, list, namespace) })
	}
	group.Go(func() error { return List(ctx, c, &actions, namespace, client.MatchingFields{"spec.user": user}) })
	if err := group.Wait(); err != nil {
		return o, err
	}
	o = view.Objects{Teams: teams.Items, Utilities: utilities.Items, Cycles: cycles.Items, Actions: actions.Items, Reviews: reviews.Items}
	judged := map[string]bool{}
	for i := range o.Teams {
		if evidence.MayJudge(&o.Teams[i], user) {
			judged[o.Teams[i].Namespace] = true
		}
	}
	for i := range o.Cycles {
		c := &o.Cycles[i]
		judged[c.Namespace] = judged[c.Namespace] || evidence.MayJudgeInWeek(c, user)
	}
	maps.DeleteFunc(judged, func(_ string, judges bool) bool { return !judges })
	for namespace := range judged {
		if err := judgements(ctx, c, namespace, &o); err != nil {
			return o, err
		}
	}
	return o, nil
}

// judgements adds the pieces of a namespace that wait for a verdict, and their Actions.
func judgements(ctx context.Context, c client.Reader, namespace string, o *view.Objects) error {
	cycles := Keep(o.Cycles, func(c *praxisv1.WeeklyCycle) bool { return c.Namespace == namespace })
	pieces, err := Evidence(ctx, c, Scope{Namespace: namespace}, cycles)
	if err != nil {
		return err
	}
	pending := Keep(pieces, view.Pending)
	if len(pending) == 0 {
		return nil
	}
	// What else was handed in for the same Actions tells whether it was shown before.
	of := sets.New(text.NamesOf(pending, evidence.ActionOf)...).Delete("")
	o.Evidence = append(o.Evidence, Keep(pieces, func(e *praxisv1.Evidence) bool { return view.Pending(e) || of.Has(evidence.ActionOf(e)) })...)
	actions, err := Actions(ctx, c, Scope{Namespace: namespace}, cycles)
	known := sets.New[types.UID]()
	for i := range o.Actions {
		known.Insert(o.Actions[i].UID)
	}
	for i := range actions {
		if !known.Has(actions[i].UID) {
			o.Actions = append(o.Actions, actions[i])
		}
	}
	return err
}

// Join puts together what was read of several namespaces.
func Join(parts []view.Objects) view.Objects {
	var all view.Objects
	for _, p := range parts {
		all.Utilities = append(all.Utilities, p.Utilities...)
		all.Teams = append(all.Teams, p.Teams...)
		all.Cycles = append(all.Cycles, p.Cycles...)
		all.Actions = append(all.Actions, p.Actions...)
		all.Evidence = append(all.Evidence, p.Evidence...)
		all.Reviews = append(all.Reviews, p.Reviews...)
	}
	return all
}
