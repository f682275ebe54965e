// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

// answerWithin is how long a command waits for the operator's response to a change.
const answerWithin = 3 * time.Second

// tell waits briefly for the operator's response to a piece that was just written, and prints
// it with the next step. If no response has come by then, it says where to look for it.
func (t *Tool) tell(ctx context.Context, c *writer, written *praxisv1.Evidence, says func(*praxisv1.Evidence) bool) error {
	latest := written.DeepCopy()
	answered := says(written)
	_ = wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, t.patience, true, func(ctx context.Context) (bool, error) {
		now := &praxisv1.Evidence{}
		if err := c.Get(ctx, client.ObjectKeyFromObject(written), now); err != nil {
			return lasts(err), nil // the next look may have an answer
		}
		// After what was written here only the operator writes to it.
		latest, answered = now, now.ResourceVersion != written.ResourceVersion || says(now)
		return answered, nil
	})
	if !answered {
		fmt.Fprintf(t.Out, "The operator has not looked at it yet; see kubectl praxis why evidence/%s -n %s\n", written.Name, written.Namespace)
		return nil
	}
	o := view.Objects{Evidence: []praxisv1.Evidence{*latest}}
	a := &praxisv1.Action{}
	if name := evidence.ActionOf(latest); name != "" && c.Get(ctx, client.ObjectKey{Namespace: latest.Namespace, Name: name}, a) == nil {
		o.Actions = []praxisv1.Action{*a}
	}
	// The judges are named if the user may read the Team.
	var teams praxisv1.TeamList
	var utilities praxisv1.UtilityList
	if gather.List(ctx, c, &teams, latest.Namespace) == nil && gather.List(ctx, c, &utilities, latest.Namespace) == nil {
		o.Teams, o.Utilities = teams.Items, utilities.Items
	}
	of := view.Ref{Kind: "Evidence", Namespace: latest.Namespace, Name: latest.Name}
	cause := o.Why(of, t.Clock.Now()).Cause
	fmt.Fprintf(t.Out, "%s: %s\n", cause.Reason, term.Printable(cause.Message))
	if view.Pending(latest) && !slices.Contains(o.Judges(latest), c.me) {
		// Nobody judges what they handed in, and is not asked to.
		fmt.Fprintf(t.Out, "next: nothing for you; it waits for %s (kubectl praxis show evidence/%s -n %s)\n", term.Printable(orElse(o.Judges(latest))), latest.Name, latest.Namespace)
	} else if cause.Next != "" {
		fmt.Fprintf(t.Out, "next: %s\n", cause.Next)
	}
	return nil
}

// orElse names whom a piece waits for, as far as that is known.
func orElse(judges []string) string {
	if len(judges) == 0 {
		return "a lead or reviewer of the Team"
	}
	return strings.Join(judges, " or ")
}

// lasts reports whether a look at an object will fail again: who may write a piece need not
// be allowed to read it, and somebody may have deleted it. A conflict, a server that is busy
// or that is being replaced, and a connection that breaks pass.
func lasts(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) || apierrors.IsNotFound(err)
}
