// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

const (
	ship   = "checkout-2026-w48.fix.ship.ben"
	weekly = "checkout-2026-w48-review"
)

func person(user string) identity.Person {
	return identity.Person{User: user, Groups: groupsOf[user]}
}

// write is one of the things that people do by the dashboard. Each is tried and left undone, so
// that the tries do not depend on each other.
type write func(context.Context, client.Client) error

func handIn(ctx context.Context, c client.Client) error { return handInAs("")(ctx, c) }

// handInAs hands in a piece in a name; none is one's own, which the API server writes.
func handInAs(user string) write {
	return func(ctx context.Context, c client.Client) error {
		piece := &praxisv1.Evidence{
			ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "shipped"},
			Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: ship}, Quantity: 1, SubmittedBy: user},
		}
		if err := c.Create(ctx, piece, client.DryRunAll); err != nil {
			return err
		}
		return as(ctx, piece.Spec.SubmittedBy)
	}
}

type expectedKey struct{}

// as compares in whose name the API server took something with who did it.
func as(ctx context.Context, name string) error {
	if who, _ := ctx.Value(expectedKey{}).(string); who != "" && name != who {
		return fmt.Errorf("WRONG NAME: %s did it in the name of %q", who, name)
	}
	return nil
}

func judge(piece, by string) write {
	return func(ctx context.Context, c client.Client) error {
		e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: piece}}
		patch := raw(map[string]any{"status": map[string]any{"verdict": map[string]any{"decision": "Accepted", "by": by}}})
		if err := c.Status().Patch(ctx, e, patch, &client.SubResourcePatchOptions{PatchOptions: client.PatchOptions{DryRun: []string{metav1.DryRunAll}}}); err != nil {
			return err
		}
		return as(ctx, e.Status.Verdict.By)
	}
}

func takeBack(ctx context.Context, c client.Client) error {
	return c.Delete(ctx, &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "waiting"}}, client.DryRunAll)
}

func handOver(ctx context.Context, c client.Client) error {
	a := &praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: ship}}
	patch := raw(map[string]any{"spec": map[string]any{"member": "cleo", "user": cleo, "amendments": []any{
		map[string]any{"reason": "As agreed", "from": map[string]any{"member": "ben", "user": ben}},
	}}})
	if err := c.Patch(ctx, a, patch, client.DryRunAll); err != nil {
		return err
	}
	return as(ctx, a.Spec.Amendments[len(a.Spec.Amendments)-1].By)
}

func sign(ctx context.Context, c client.Client) error {
	r := &praxisv1.Review{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: weekly}}
	decisions := []any{}
	for _, action := range []string{ship, "checkout-2026-w48.fix.call.ben"} {
		decisions = append(decisions, map[string]any{"action": action, "decision": "Drop", "reason": "As agreed"})
	}
	if err := c.Patch(ctx, r, raw(map[string]any{"spec": map[string]any{"conclusion": "Seen", "signOff": map[string]any{}, "decisions": decisions}}), client.DryRunAll); err != nil {
		return err
	}
	return as(ctx, r.Spec.SignOff.By)
}

func raw(value any) client.Patch {
	text, _ := json.Marshal(value) // maps of text always can be
	return client.RawPatch(types.MergePatchType, text)
}
