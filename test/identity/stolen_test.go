// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// thief has the token of the dashboard, and says it is somebody.
func thief(t *testing.T, as rest.ImpersonationConfig) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	if err := praxisv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	config := rest.CopyConfig(here.account)
	config.Impersonate = as
	c, err := client.New(config, client.Options{Scheme: scheme, Mapper: here.admin.RESTMapper()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAStolenTokenOfTheDashboardIsWorthWhatItWritesAndNothingElse(t *testing.T) {
	admin := rest.ImpersonationConfig{UserName: "root@shop.example"}
	if err := here.admin.Create(t.Context(), controlplane.ClusterRoleBinding("root", admin.UserName, "cluster-admin")); err != nil {
		t.Fatal(err)
	}
	metadata := metav1.ObjectMeta{Namespace: shop, Name: "stolen"}
	piece := func(ctx context.Context, c client.Client) error {
		return c.Create(ctx, &praxisv1.Evidence{ObjectMeta: metadata, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: ship}, Quantity: 1}}, client.DryRunAll)
	}
	const refused = "forbidden"
	statements := func(ctx context.Context, c client.Client) error {
		return c.List(ctx, &praxisv1.IncentiveStatementList{}, client.InNamespace(shop))
	}
	for name, c := range map[string]struct {
		as    rest.ImpersonationConfig
		do    write
		gives string
	}{
		"what the dashboard does, as an administrator": {admin, piece, ""},
		"the same, with a group":                       {rest.ImpersonationConfig{UserName: admin.UserName, Groups: []string{"any"}}, piece, ""},
		"listing Secrets as an administrator": {admin, func(ctx context.Context, c client.Client) error { return c.List(ctx, &corev1.SecretList{}) },
			"cannot impersonate-on:user-info:list resource \"secrets\""},
		"reading a Secret as an administrator": {admin, func(ctx context.Context, c client.Client) error {
			return c.Get(ctx, client.ObjectKey{Namespace: shop, Name: "any"}, &corev1.Secret{})
		}, "cannot impersonate-on:user-info:get resource \"secrets\""},
		"making a Secret": {admin, func(ctx context.Context, c client.Client) error {
			return c.Create(ctx, &corev1.Secret{ObjectMeta: metadata}, client.DryRunAll)
		}, "cannot impersonate-on:user-info:create resource \"secrets\""},
		"granting a role": {admin, func(ctx context.Context, c client.Client) error {
			return c.Create(ctx, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "stolen"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"}}, client.DryRunAll)
		}, refused},
		"listing evidence as an administrator": {admin, func(ctx context.Context, c client.Client) error { return c.List(ctx, &praxisv1.EvidenceList{}) },
			"cannot impersonate-on:user-info:list"},
		"changing a Team, and with it who judges": {admin, func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "payments"}}, raw(map[string]any{}), client.DryRunAll)
		}, "cannot impersonate-on:user-info:patch"},
		"deleting an Action": {admin, func(ctx context.Context, c client.Client) error {
			return c.Delete(ctx, &praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: ship}}, client.DryRunAll)
		}, "cannot impersonate-on:user-info:delete"},
		"updating evidence, which the dashboard never does": {admin, func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "waiting"}}, raw(map[string]any{}), client.DryRunAll)
		}, "cannot impersonate-on:user-info:patch"},
		"reading what somebody is paid, by the name of the statement": {rest.ImpersonationConfig{}, func(ctx context.Context, c client.Client) error {
			return c.Get(ctx, client.ObjectKey{Namespace: shop, Name: statementName(ben)}, &praxisv1.IncentiveStatement{})
		}, ""},
		"listing what all are paid, as who may":              {rest.ImpersonationConfig{UserName: hana}, statements, ""},
		"listing what all are paid, as who may not":          {rest.ImpersonationConfig{UserName: ben}, statements, refused},
		"listing what all are paid, as the dashboard itself": {rest.ImpersonationConfig{}, statements, refused},
		"making a statement": {admin, func(ctx context.Context, c client.Client) error {
			return c.Create(ctx, &praxisv1.IncentiveStatement{ObjectMeta: metadata}, client.DryRunAll)
		}, "cannot impersonate-on:user-info:create"},
		"deleting a statement": {admin, func(ctx context.Context, c client.Client) error {
			return c.Delete(ctx, &praxisv1.IncentiveStatement{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: statementName(ben)}}, client.DryRunAll)
		}, "cannot impersonate-on:user-info:delete"},
		"writing what somebody is paid": {admin, func(ctx context.Context, c client.Client) error {
			return c.Status().Patch(ctx, &praxisv1.IncentiveStatement{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: statementName(ben)}}, raw(map[string]any{}))
		}, "cannot impersonate-on:user-info:patch"},
		"changing a policy": {admin, func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, &praxisv1.IncentivePolicy{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "pay"}}, raw(map[string]any{}), client.DryRunAll)
		}, "cannot impersonate-on:user-info:patch"},
		"being of system:masters": {rest.ImpersonationConfig{UserName: "any", Groups: []string{"system:masters"}}, piece, "not allowed"},
		"being the operator":      {rest.ImpersonationConfig{UserName: "system:serviceaccount:praxis-system:praxis-operator"}, piece, refused},
		"being the operator by the groups of accounts": {rest.ImpersonationConfig{UserName: "any", Groups: []string{"system:serviceaccounts"}}, func(ctx context.Context, c client.Client) error {
			return c.List(ctx, &corev1.ConfigMapList{})
		}, refused},
		"being a node":                    {rest.ImpersonationConfig{UserName: "system:node:any", Groups: []string{"system:nodes"}}, piece, refused},
		"claiming a further property":     {rest.ImpersonationConfig{UserName: admin.UserName, Extra: map[string][]string{"scopes": {"all"}}}, piece, refused},
		"writing as the dashboard itself": {rest.ImpersonationConfig{}, piece, refused},
		"listing Secrets as the dashboard itself": {rest.ImpersonationConfig{}, func(ctx context.Context, c client.Client) error {
			return c.List(ctx, &corev1.SecretList{})
		}, refused},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.do(t.Context(), thief(t, c.as))
			if c.gives == "" && err != nil || c.gives != "" && (!apierrors.IsForbidden(err) || !strings.Contains(err.Error(), c.gives)) {
				t.Errorf("it says %v, want %q", err, c.gives)
			}
		})
	}
}

// What the audit log says of everything that the tests of this package had the dashboard do.
func TestNothingIsWrittenInAnotherName(t *testing.T) {
	before := len(written(t))
	for _, user := range []string{ben, cleo} {
		ctx := context.WithValue(t.Context(), expectedKey{}, user)
		_ = handIn(ctx, here.access.Client(person(user))) // cleo may not, and it is hers all the same
	}
	var lines []requested
	if err := eventually(t.Context(), func() error {
		if lines = written(t); len(lines) < before+2 {
			return os.ErrNotExist
		}
		return nil
	}); err != nil {
		t.Fatal("the requests are not in the audit log: ", err)
	}
	names := map[string]bool{}
	for _, l := range lines[before:] {
		names[l.ImpersonatedUser.Username] = true
		if l.AuthenticationMetadata.ImpersonationConstraint != "impersonate:user-info" {
			t.Errorf("it was not constrained: %+v", l)
		}
	}
	if !names[ben] || !names[cleo] || len(names) != 2 {
		t.Errorf("what ben and cleo did was written as %v", names)
	}
}

type requested struct {
	Stage, Verb            string
	User                   struct{ Username string }
	ObjectRef              struct{ Resource, APIGroup string }
	ImpersonatedUser       struct{ Username string }
	AuthenticationMetadata struct{ ImpersonationConstraint string }
}

// written are the writes of the dashboard's account that are not questions.
func written(t *testing.T) []requested {
	t.Helper()
	file, err := os.Open(here.audit)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []requested
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r requested
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			continue // the last line is being written
		}
		if r.User.Username == "system:serviceaccount:praxis-system:praxis-dashboard" && r.ObjectRef.APIGroup == praxisv1.GroupVersion.Group && r.Verb != "get" && r.Verb != "list" && r.Verb != "watch" {
			all = append(all, r)
		}
	}
	return all
}
