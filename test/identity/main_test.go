// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package identity tries, in each way to sign in, what real people see and write through the
// dashboard: with its own account and the shipped roles, against a real API server that holds
// the shipped policies.
package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// Namespaces with the same goals: one in which the cast works, and its neighbour.
const shop, neighbour = "shop", "neighbour"

// The cast. What they may is told by their roles in shop; who may judge and sign by the goals.
const (
	vic  = "vic@shop.example"  // looks on
	ben  = "ben@shop.example"  // does the work
	cleo = "cleo@shop.example" // a reviewer
	ana  = "ana@shop.example"  // the lead
	eve  = "eve@shop.example"  // has no role at all
	nel  = "nel@next.example"  // works next door, by a group
)

var roles = map[string]string{vic: "praxis-view", ben: "praxis-contributor", cleo: "praxis-reviewer", ana: "praxis-reviewer"}

// groupsOf are what an identity provider says of them.
var groupsOf = map[string][]string{nel: {"next-door"}}

// tokenOf is what somebody pastes.
func tokenOf(user string) string { return "token-of-" + strings.ReplaceAll(user, "@", "-at-") }

// stage is a control plane with goals in it, and the access of a dashboard to it.
type stage struct {
	plane  *controlplane.ControlPlane
	admin  client.Client
	access *access.Cluster
	// account is what the dashboard itself comes with.
	account *rest.Config
	audit   string
}

var here *stage

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	code, err := run(m)
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "praxis-dashboard-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(folder)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	config := filepath.Join("..", "..", "config")
	tokens := filepath.Join(folder, "tokens.csv")
	var lines strings.Builder
	for _, user := range []string{vic, ben, cleo, ana, eve, nel, hana, omar, aldo} {
		fmt.Fprintf(&lines, "%s,%s,%[2]s,%q\n", tokenOf(user), user, strings.Join(groupsOf[user], ","))
	}
	if err := os.WriteFile(tokens, []byte(lines.String()), 0o600); err != nil {
		return 1, err
	}
	s := &stage{audit: filepath.Join(folder, "audit.log")}
	if s.plane, err = controlplane.Start(ctx, controlplane.Options{
		CRDDirs: []string{filepath.Join(config, "crd", "bases")}, AuditLog: s.audit, Out: os.Stderr,
		APIServerArgs: []string{"--token-auth-file=" + tokens},
	}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, s.plane.Stop()) }()
	if err := s.prepare(ctx, config); err != nil {
		return 1, err
	}
	here = s
	return m.Run(), nil
}

func (s *stage) prepare(ctx context.Context, config string) (err error) {
	if err := s.begins(ctx, config); err != nil {
		return err
	}
	if err := s.plane.Install(ctx, filepath.Join(config, "admission"), filepath.Join(config, "admission", "stamping")); err != nil {
		return err
	}
	if s.access, err = access.NewCluster(s.account, clock.RealClock{}); err != nil {
		return err
	}
	go func() { _ = s.access.Start(ctx) }() // ends with the tests
	return s.await(ctx)
}

// begins writes goals and roles, and makes the account of the dashboard.
func (s *stage) begins(ctx context.Context, config string) (err error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)); err != nil {
		return err
	}
	if s.admin, err = client.New(s.plane.Config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	for _, namespace := range []string{shop, neighbour, "praxis-system"} {
		if err := s.admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}); err != nil {
			return err
		}
	}
	for _, namespace := range []string{shop, neighbour} {
		if err := s.begin(ctx, namespace); err != nil {
			return fmt.Errorf("writing the goals of %s: %w", namespace, err)
		}
	}
	if err := s.plane.Install(ctx, filepath.Join(config, "rbac"), filepath.Join(config, "dashboard", "rbac"), filepath.Join(config, "dashboard", "tokens")); err != nil {
		return err
	}
	for user, role := range roles {
		if err := s.admin.Create(ctx, controlplane.RoleBinding(shop, user[:3], user, "ClusterRole", role)); err != nil {
			return err
		}
	}
	next := controlplane.RoleBinding(neighbour, "next", "next-door", "ClusterRole", "praxis-reviewer")
	next.Subjects[0].Kind = "Group"
	if err := s.admin.Create(ctx, next); err != nil {
		return err
	}
	if err := s.pays(ctx); err != nil {
		return fmt.Errorf("writing what is paid: %w", err)
	}
	s.account, err = s.token(ctx)
	return err
}

// token is what a Pod of the dashboard has.
func (s *stage) token(ctx context.Context) (*rest.Config, error) {
	typed, err := kubernetes.NewForConfig(s.plane.Config)
	if err != nil {
		return nil, err
	}
	token, err := typed.CoreV1().ServiceAccounts("praxis-system").CreateToken(ctx, "praxis-dashboard", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	config := rest.AnonymousClientConfig(s.plane.Config)
	config.BearerToken = token.Status.Token
	return config, nil
}

// begin writes the goals of a namespace, before there are policies that ask in whose name.
func (s *stage) begin(ctx context.Context, namespace string) error {
	text, err := os.ReadFile(filepath.Join("..", "security", "testdata", "goals.yaml"))
	if err != nil {
		return err
	}
	return controlplane.CreateIn(ctx, s.admin, namespace, text)
}

// await waits until the API server holds roles and policies, and the dashboard has read all.
func (s *stage) await(ctx context.Context) error {
	return eventually(ctx, func() error {
		if err := s.access.Healthy(); err != nil {
			return err
		}
		if err := handInAs(cleo)(ctx, s.access.Client(person(ben))); err == nil || !strings.Contains(err.Error(), "has to be your own name") {
			return fmt.Errorf("the policies are not there yet: %w", err)
		}
		return errors.Join(handIn(ctx, s.access.Client(person(ben))), judge("waiting", cleo)(ctx, s.access.Client(person(cleo))),
			handOver(ctx, s.access.Client(person(ana))), sign(ctx, s.access.Client(person(ana))))
	})
}

func eventually(ctx context.Context, try func() error) error {
	var last error
	if err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		last = try()
		return last == nil, nil
	}); err != nil {
		return errors.Join(err, last)
	}
	return nil
}
