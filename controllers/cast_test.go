// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Tests act as people do: as users with the shipped edit role, and never as admin where
// it matters who acts.

const everyone = "praxis-test-people"

// userClient is the client of a person with the shipped edit role.
func userClient(user string) (client.Client, error) {
	if known, ok := userClients.Load(user); ok {
		return known.(client.Client), nil
	}
	config := rest.CopyConfig(plane.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:authenticated", everyone}}
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err == nil {
		userClients.Store(user, c)
	}
	return c, err
}

var userClients sync.Map // by the name of the user: each discovers the API once

// as returns the client of a user.
func (w *world) as(user string) client.Client {
	w.Helper()
	c, err := userClient(user)
	w.must(err)
	return c
}

// awaitPolicies lets people edit, and waits until the API server holds the policies.
func awaitPolicies(ctx context.Context) error {
	admin, err := client.New(plane.Config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	// The aggregated edit role is made by kube-controller-manager, which does not run in tests.
	for _, role := range []string{"praxis-view", "praxis-edit"} {
		binding := &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: everyone + role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: everyone}},
		}
		if err := admin.Create(ctx, binding); err != nil {
			return err
		}
	}
	somebody, err := userClient("somebody")
	if err != nil {
		return err
	}
	var last error
	err = eventually(ctx, func(ctx context.Context) (bool, error) {
		forged, unnamed := probe("another"), probe("")
		last = errors.Join(
			wants(somebody.Create(ctx, forged, client.DryRunAll), "has to be your own name"),
			somebody.Create(ctx, unnamed, client.DryRunAll),
		)
		return last == nil && unnamed.Spec.SubmittedBy == "somebody", nil
	})
	if err != nil {
		return fmt.Errorf("the policies are not held: %w", errors.Join(err, last))
	}
	return nil
}

func probe(by string) *praxisv1.Evidence {
	return &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Name: "probe", Namespace: "default"},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "probe"}, SubmittedBy: by},
	}
}

// wants turns a refusal with the right words into success.
func wants(err error, words string) error {
	if err == nil {
		return fmt.Errorf("it was let through, want %q", words)
	}
	if !strings.Contains(err.Error(), words) {
		return fmt.Errorf("it says %q, want %q", err, words)
	}
	return nil
}

// seen waits until the operator's cache has what another client wrote.
func (w *world) seen(o client.Object, like func(client.Object) bool) {
	w.Helper()
	there := o.DeepCopyObject().(client.Object)
	err := eventually(w.Context(), func(ctx context.Context) (bool, error) {
		err := w.Get(ctx, client.ObjectKeyFromObject(o), there)
		return err == nil && like(there), client.IgnoreNotFound(err)
	})
	if err != nil {
		w.Fatalf("the cache does not see %s: %v", o.GetName(), err)
	}
}

func (w *world) seenAt(o client.Object) {
	w.Helper()
	version := o.GetResourceVersion()
	w.seen(o, func(there client.Object) bool {
		return len(there.GetResourceVersion()) > len(version) || len(there.GetResourceVersion()) == len(version) && there.GetResourceVersion() >= version
	})
}

// submit hands in evidence for an Action as its member, or as somebody else.
func (w *world) submit(name, action string, change ...func(*praxisv1.Evidence)) *praxisv1.Evidence {
	w.Helper()
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.ns},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: action}, Quantity: 1},
	}
	by := ""
	for i, asked := range w.asked(action) {
		e.Spec.Artifacts = append(e.Spec.Artifacts, praxisv1.Artifact{Name: asked.Name, Type: asked.Type, URI: fmt.Sprintf("https://work.example/%s/%d", name, i)})
	}
	for _, c := range change {
		c(e)
	}
	if by = e.Spec.SubmittedBy; by == "" {
		by = get[praxisv1.Action](w, action).Spec.User
	}
	w.must(w.as(by).Create(w.Context(), e))
	w.seenAt(e)
	return e
}

func (w *world) asked(action string) []praxisv1.EvidenceRequirement {
	a := &praxisv1.Action{}
	if err := w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: action}, a); err != nil {
		return nil // some tests are about a missing Action
	}
	return a.Spec.Evidence
}

func quantity(n int32) func(*praxisv1.Evidence) {
	return func(e *praxisv1.Evidence) { e.Spec.Quantity = n }
}

func by(user string) func(*praxisv1.Evidence) {
	return func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = user }
}

// judge gives a verdict as a user.
func (w *world) judge(user, evidence string, decision praxisv1.Decision) error {
	w.Helper()
	var e *praxisv1.Evidence
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error { // the operator may be looking at it
		e = get[praxisv1.Evidence](w, evidence)
		e.Status.Verdict = &praxisv1.Verdict{Decision: decision, By: user}
		return w.as(user).Status().Update(w.Context(), e)
	})
	if err == nil {
		w.seenAt(e)
	}
	return err
}

// accept hands in a quantity of an Action as its member and accepts it as a reviewer.
func (w *world) accept(action string, n int32) {
	w.Helper()
	e := w.submit(fmt.Sprintf("%s.e%d", strings.TrimPrefix(action, w48+"."), w.pieces), action, quantity(n))
	w.pieces++
	w.must(w.judge(w.reviewerFor(action), e.Name, praxisv1.DecisionAccepted))
}

// reviewerFor returns a user who may accept an Action: a reviewer of the Team who is not the member.
func (w *world) reviewerFor(action string) string {
	w.Helper()
	a := get[praxisv1.Action](w, action)
	team := get[praxisv1.Team](w, a.Spec.Team)
	for _, m := range team.Spec.Members {
		for _, role := range m.Roles {
			if role == "reviewer" && m.User != a.Spec.User {
				return m.User
			}
		}
		if m.Name == team.Spec.Lead && m.User != a.Spec.User {
			return m.User
		}
	}
	w.Fatalf("nobody can accept %s", action)
	return ""
}

// sign fills in a Review and signs it as its first reviewer.
func (w *world) sign(name string, decisions ...praxisv1.ActionDecision) {
	w.Helper()
	review := get[praxisv1.Review](w, name)
	review.Spec.Conclusion, review.Spec.Decisions, review.Spec.SignOff = "Seen and decided", decisions, &praxisv1.SignOff{}
	w.must(w.as(review.Spec.Reviewer).Update(w.Context(), review))
	w.seenAt(review)
}

func decide(action string, decision praxisv1.ReviewDecision) praxisv1.ActionDecision {
	return praxisv1.ActionDecision{Action: action, Decision: decision, Reason: "As discussed"}
}

// admin is the client of a user who may use the verbs on all kinds of Praxis.
func (w *world) admin(user string, verbs ...string) client.Client {
	w.Helper()
	role := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{"praxis.dev"}, Resources: []string{"*"}, Verbs: verbs}},
	}
	w.must(w.live.Create(w.Context(), role))
	w.must(w.live.Create(w.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role.Name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}))
	config := rest.CopyConfig(plane.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:authenticated"}}
	c, err := client.New(config, client.Options{Scheme: scheme})
	w.must(err)
	// The server's authorizer takes a moment to see a new binding.
	w.must(eventually(w.Context(), func(ctx context.Context) (bool, error) {
		err := c.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: w48}, &praxisv1.WeeklyCycle{})
		return err == nil, nil
	}))
	return c
}
