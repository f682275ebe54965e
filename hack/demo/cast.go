// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

var scheme = func() *runtime.Scheme {
	s := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(s))
	utilruntime.Must(praxisv1.AddToScheme(s))
	return s
}()

// stageNamespace is where the cast works.
const stageNamespace = "platform"

// cast holds users of the API server, each with their own certificate and the role edit,
// who do nothing that the policies refuse.
type cast struct {
	users  map[string]client.Client
	pieces int
	admin  client.Client // writes what a kubelet would
}

// grant gives everybody in the Teams of the samples the role edit in the namespace of the Team,
// so that what is printed can be tried as any of them.
func (d demo) grant(ctx context.Context, admin client.Client) error {
	var teams praxisv1.TeamList
	if err := admin.List(ctx, &teams); err != nil {
		return err
	}
	users := map[string]sets.Set[string]{}
	for _, team := range teams.Items {
		for _, m := range team.Spec.Members {
			if users[team.Namespace] == nil {
				users[team.Namespace] = sets.New[string]()
			}
			users[team.Namespace].Insert(m.User)
		}
	}
	for namespace, of := range users {
		args := []string{"create", "rolebinding", "cast", "-n", namespace, "--clusterrole=edit"}
		for _, user := range sets.List(of) {
			args = append(args, "--user="+user)
		}
		if err := d.kubectl(ctx, io.Discard, args...); err != nil {
			return err
		}
	}
	return nil
}

// createUsers makes certificates for the users of the platform sample who act in the story.
func (d demo) createUsers(ctx context.Context, plane *controlplane.ControlPlane) (*cast, error) {
	admin, err := client.New(plane.Config, client.Options{Scheme: scheme})
	if err == nil {
		err = d.grant(ctx, admin)
	}
	if err != nil {
		return nil, fmt.Errorf("the cast has no rights: %w", err)
	}
	c := &cast{users: map[string]client.Client{}, admin: admin}
	for _, name := range []string{"mira", "jonas", "priya", "tomas"} {
		config, err := plane.AddUser(userOf(name))
		if err == nil {
			c.users[name], err = client.New(config, client.Options{Scheme: scheme})
		}
		if err != nil {
			return nil, fmt.Errorf("%s cannot take part: %w", name, err)
		}
	}
	return c, nil
}

func userOf(name string) string { return name + "@example.com" }

// handIn makes evidence for an Action as its member; a piece has a link for each name.
func (c *cast) handIn(ctx context.Context, who, action string, quantity int32, links ...string) (string, error) {
	c.pieces++
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: stageNamespace, Name: fmt.Sprintf("%s-%d", who, c.pieces)},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: action}, Quantity: quantity},
	}
	for _, link := range links {
		e.Spec.Artifacts = append(e.Spec.Artifacts, praxisv1.Artifact{Name: link, Type: praxisv1.EvidenceLink, URI: "https://work.example.com/" + e.Name})
	}
	return e.Name, c.create(ctx, who, e)
}

// create waits for the roles of people to reach the API server, a moment after they
// are made.
func (c *cast) create(ctx context.Context, who string, e *praxisv1.Evidence) error {
	return wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, 20*time.Second, true, func(ctx context.Context) (bool, error) {
		err := c.users[who].Create(ctx, e)
		return err == nil, ignoreForbidden(err)
	})
}

// measured hands in a reading of the Utility's measure, and has it accepted, where no Prometheus
// has it.
func (c *cast) measured(ctx context.Context, who, judge string, value praxisv1.Decimal) error {
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: stageNamespace, Name: "minutes-" + string(value)},
		Spec:       praxisv1.EvidenceSpec{For: &praxisv1.EvidenceTarget{Utility: "safe-deploys", Measure: "minutes-to-undo"}, Value: &value, Quantity: 1},
	}
	return errors.Join(c.create(ctx, who, e), c.accept(ctx, judge, e.Name))
}

// ignoreForbidden ignores refusals that end once a new right takes effect, but not those of policies.
func ignoreForbidden(err error) error {
	if apierrors.IsForbidden(err) && !strings.Contains(err.Error(), "ValidatingAdmissionPolicy") {
		return nil
	}
	return err
}

// accept gives the verdict on a piece that it counts.
func (c *cast) accept(ctx context.Context, who, evidence string) error {
	return c.edit(ctx, who, evidence, &praxisv1.Evidence{}, func(o client.Object, user client.Client) error {
		e := o.(*praxisv1.Evidence)
		e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: userOf(who)}
		return user.Status().Update(ctx, e)
	})
}

// done hands a piece in and has it accepted.
func (c *cast) done(ctx context.Context, who, judge, action string, quantity int32, links ...string) error {
	piece, err := c.handIn(ctx, who, action, quantity, links...)
	return errors.Join(err, c.accept(ctx, judge, piece))
}

// sign concludes a Review with decisions, and signs it.
func (c *cast) sign(ctx context.Context, who, review, conclusion string, decisions ...praxisv1.ActionDecision) error {
	return c.edit(ctx, who, review, &praxisv1.Review{}, func(o client.Object, user client.Client) error {
		r := o.(*praxisv1.Review)
		r.Spec.Conclusion, r.Spec.Decisions, r.Spec.SignOff = conclusion, decisions, &praxisv1.SignOff{}
		return user.Update(ctx, r)
	})
}

// edit reads an object and changes it as a user, and retries on a conflict.
func (c *cast) edit(ctx context.Context, who, name string, o client.Object, change func(client.Object, client.Client) error) error {
	user := c.users[who]
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := user.Get(ctx, client.ObjectKey{Namespace: stageNamespace, Name: name}, o); err != nil {
			return err
		}
		return change(o, user)
	})
}
