// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package act

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/gather"
)

// ErrNoReason is that a rejection has none.
var ErrNoReason = errors.New(`a rejection needs a reason, since it is the first thing that whoever did the work reads: add -m "what is missing"`)

// Reasoned refuses a rejection without words.
func Reasoned(decision praxisv1.Decision, note string) error {
	if decision == praxisv1.DecisionRejected && !strings.ContainsFunc(note, unicode.IsLetter) {
		return ErrNoReason
	}
	return nil
}

// Judge gives a verdict on the version of a piece that was read, so that a verdict given meanwhile
// is not overwritten unseen.
func Judge(ctx context.Context, c client.Client, e *praxisv1.Evidence, v praxisv1.Verdict, now time.Time) error {
	if err := Reasoned(v.Decision, v.Note); err != nil {
		return err
	}
	before := e.DeepCopy()
	v.At = new(metav1.NewTime(now))
	e.Status.Verdict = &v
	return c.Status().Patch(ctx, e, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}

// Retract takes back a piece of one's own that nobody has judged.
func Retract(ctx context.Context, c client.Client, namespace, name, me string) error {
	e := &praxisv1.Evidence{}
	err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, e)
	switch {
	case apierrors.IsNotFound(err):
		return gather.NoEvidence(ctx, c, namespace, name)
	case err != nil:
		return err
	case e.Spec.SubmittedBy != me:
		return fmt.Errorf("evidence/%s was handed in by %s, and only they take it back; you are %s", name, e.Spec.SubmittedBy, me)
	case Judged(e):
		return fmt.Errorf("evidence/%s was judged, and what was judged is kept; hand in a new piece instead", name)
	}
	// What was made anew under its name meanwhile stays.
	return c.Delete(ctx, e, client.Preconditions{UID: &e.UID})
}

// Judged reports whether a piece has a verdict, or was accepted without one.
func Judged(e *praxisv1.Evidence) bool { return e.Status.Verdict != nil || evidence.Counts(e) }
