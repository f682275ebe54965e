// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// Namespaces with the same goals: one in which everything is tried, its neighbour, and some
// of which goals and more are deleted.
const (
	shop        = "shop"
	neighbour   = "neighbour"
	background  = "background"
	foreground  = "foreground"
	closingDown = "closing-down"
)

var namespaces = []string{shop, neighbour, background, foreground, closingDown}

// The cast. Roles are all that tells them apart; who may judge and sign is said by the goals.
const (
	ana      = "ana@shop.example"  // the lead, who judges and signs
	cleo     = "cleo@shop.example" // a reviewer
	ben      = "ben@shop.example"  // does the work
	gil      = "gil@shop.example"  // may edit the namespace
	eve      = "eve@shop.example"  // administers the namespace, and is in no Team
	mac      = "mac@shop.example"  // has the role of a reviewer, and is in no Team
	pat      = "pat@shop.example"  // writes goals
	operator = "operator"          // holds the verb operate
	eraser   = "eraser"            // holds the verb erase
	bot      = "system:serviceaccount:shop:bot"
)

var roles = map[string][]string{
	ana: {"praxis-reviewer"}, cleo: {"praxis-reviewer"}, mac: {"praxis-reviewer"}, ben: {"praxis-contributor", "praxis-incentives-own"}, gil: {"edit"}, eve: {"admin"}, pat: {"praxis-author"},
	operator: {"test-operator"}, eraser: {"test-eraser", "praxis-author"}, bot: {"praxis-reviewer", "edit"},
	hal: {"praxis-incentives-approver"}, cfo: {"praxis-incentives-approver"}, wes: {"praxis-incentives-author", "praxis-incentives-approver"}, aud: {"praxis-incentives-viewer"}, dan: {"praxis-incentives-own"},
}

var config = filepath.Join("..", "..", "config")

// stage is a control plane with goals in it, and the people who have to do with them.
type stage struct {
	plane   *controlplane.ControlPlane
	admin   client.Client
	clients map[string]client.Client
}

// newStage writes the goals before the policies are there, in the names of all who would have
// written a part of them.
func newStage(ctx context.Context, policies ...string) (*stage, error) {
	plane, err := controlplane.Start(ctx, controlplane.Options{
		ControllerManager: true, CRDDirs: []string{filepath.Join(config, "crd", "bases")}, Out: os.Stderr,
	})
	if err != nil {
		return nil, err
	}
	s := &stage{plane: plane, clients: map[string]client.Client{}}
	if err := s.prepare(ctx, policies); err != nil {
		return nil, errors.Join(err, plane.Stop())
	}
	return s, nil
}

func (s *stage) prepare(ctx context.Context, policies []string) (err error) {
	if s.admin, err = newClient(s.plane.Config); err != nil {
		return err
	}
	if err := s.plane.Install(ctx, filepath.Join(config, "rbac")); err != nil {
		return err
	}
	for _, namespace := range namespaces {
		if err := s.begin(ctx, namespace); err != nil {
			return fmt.Errorf("writing the goals of %s: %w", namespace, err)
		}
	}
	if err := s.pay(ctx); err != nil {
		return fmt.Errorf("writing what is paid: %w", err)
	}
	if err := s.admit(ctx); err != nil {
		return err
	}
	for _, folder := range policies {
		if err := s.plane.Install(ctx, filepath.Join(config, folder)); err != nil {
			return err
		}
	}
	if err := s.awaitPolicies(ctx); err != nil || len(policies) == 1 {
		return err
	}
	return s.awaitStamping(ctx)
}

func newClient(config *rest.Config) (client.Client, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	return client.New(config, client.Options{Scheme: scheme})
}

// begin makes a namespace with the goals in it.
func (s *stage) begin(ctx context.Context, namespace string) error {
	if err := s.admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join("testdata", "goals.yaml"))
	if err != nil {
		return err
	}
	return controlplane.CreateIn(ctx, s.admin, namespace, text)
}

// admit lets everybody in: people by client certificates, the machine by its token.
func (s *stage) admit(ctx context.Context) error {
	for name, verbs := range map[string][]string{
		"test-operator": {"get", "list", "create", "update", "patch", "delete", "operate"}, "test-eraser": {"erase"},
	} {
		role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: []rbacv1.PolicyRule{{APIGroups: []string{"praxis.dev"}, Resources: []string{"*"}, Verbs: verbs}}}
		if err := s.admin.Create(ctx, role); err != nil {
			return err
		}
	}
	for user, granted := range roles {
		for _, namespace := range namespaces {
			if err := s.bind(ctx, namespace, user, granted...); err != nil {
				return err
			}
		}
		config, err := s.credentials(ctx, user)
		if err != nil {
			return err
		}
		if s.clients[user], err = newClient(config); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) bind(ctx context.Context, namespace, user string, granted ...string) error {
	for _, role := range granted {
		name := strings.NewReplacer("@", "-", ".", "-", ":", "-").Replace(user) + "-" + role
		if err := s.admin.Create(ctx, controlplane.RoleBinding(namespace, name, user, "ClusterRole", role)); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) credentials(ctx context.Context, user string) (*rest.Config, error) {
	if user != bot {
		return s.plane.AddUser(user)
	}
	typed, err := kubernetes.NewForConfig(s.plane.Config)
	if err != nil {
		return nil, err
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "bot"}}
	if err := s.admin.Create(ctx, account); err != nil {
		return nil, err
	}
	token, err := typed.CoreV1().ServiceAccounts(shop).CreateToken(ctx, account.Name, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	config := rest.AnonymousClientConfig(s.plane.Config)
	config.BearerToken = token.Status.Token
	return config, nil
}

// awaitPolicies waits until the API server holds the policies, those that ask other objects
// among them, and has added up the roles that every cluster has.
func (s *stage) awaitPolicies(ctx context.Context) error {
	const named = `{"spec":{"member":"%s","user":"%[1]s@shop.example","amendments":[{"reason":"Probe","by":"gil@shop.example","from":{"member":"ben","user":"ben@shop.example"}}]}}`
	return eventually(ctx, "the policies are held", func() error {
		var errs []error
		for _, a := range []attempt{
			{ana, patchStatus("Evidence", "of-closed-week", verdict("Rejected", ana)), "is closed", ""},
			{gil, patch("Action", shipLastWeek, fmt.Sprintf(named, "cleo")), "is closed", ""},
			{gil, patch("Action", ship, fmt.Sprintf(named, "zoe")), "no member", ""},
			{pat, remove("Utility", "checkout"), "it has had a week", ""},
			{gil, patch("Action", ship, `{"spec":{"dropped":true,"amendments":[{"reason":"Probe","by":"gil@shop.example","review":"none"}]}}`), "leave its review empty", ""},
			{eve, patch("Review", midweek, `{"spec":{"conclusion":"Probe","signOff":{"by":"eve@shop.example"}}}`), "of spec.reviewers to sign", ""},
			{hal, patch("IncentiveStatement", "accruing", `{"spec":{"approvals":[{"by":"hal@shop.example"}]}}`), "it can be approved once", ""},
			{operator, patchStatus("IncentiveStatement", "final", `{"status":{"total":"1"}}`), "is final", ""},
			{gil, create(`{"kind":"Evidence","metadata":{"name":"probe"},"spec":{"actionRef":{"name":"any"},"submittedBy":"gil@shop.example"}}`), "", "gil@shop.example"},
		} {
			errs = append(errs, a.on(ctx, client.NewDryRunClient(s.clients[a.who])))
		}
		return errors.Join(errs...)
	})
}

// awaitStamping waits until the API server writes names.
func (s *stage) awaitStamping(ctx context.Context) error {
	return eventually(ctx, "names are written", func() error {
		var errs []error
		for _, a := range []attempt{
			{gil, create(`{"kind":"Evidence","metadata":{"name":"probe"},"spec":{"actionRef":{"name":"any"}}}`), "", `"submittedBy":"gil@shop.example"`},
			{gil, patch("Action", ship, `{"spec":{"amendments":[{"reason":"Probe"}]}}`), "", `"by":"gil@shop.example"`},
			{hal, patch("IncentiveStatement", "waiting", `{"spec":{"approvals":[{}]}}`), "", `"by":"hal@shop.example"`},
			{wes, patch("IncentivePolicy", "unused", `{"spec":{"pool":"2"}}`), "", `"authoredBy":"wes@shop.example"`},
		} {
			errs = append(errs, a.on(ctx, client.NewDryRunClient(s.clients[a.who])))
		}
		return errors.Join(errs...)
	})
}

// eventually tries until there is no error.
func eventually(ctx context.Context, what string, try func() error) error {
	var last error
	err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, 2*time.Minute, true, func(context.Context) (bool, error) {
		last = try()
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("it never came about that %s: %w", what, errors.Join(err, last))
	}
	return nil
}
