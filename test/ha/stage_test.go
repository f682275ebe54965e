// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package ha

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/simclock"
	"github.com/praxis-dev/praxis/test/controlplane"
)

const (
	operatorUser    = "praxis-operator"
	systemNamespace = "praxis-system"
)

// monday is when the week and the clock begin.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// stage is a control plane with the goal on it, the cast, and a clock.
type stage struct {
	*testing.T
	ctx        context.Context
	plane      *controlplane.ControlPlane
	admin      client.Client
	users      map[string]client.Client
	clock      *simclock.Clock
	dir, audit string
	binary     string
	args       []string // of every replica
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func newStage(t *testing.T, binary string) *stage {
	t.Helper()
	s := &stage{T: t, ctx: t.Context(), users: map[string]client.Client{}, dir: t.TempDir(), binary: binary}
	s.audit = filepath.Join(s.dir, "audit.log")
	config := filepath.Join("..", "..", "config")
	var err error
	s.plane, err = controlplane.Start(s.ctx, controlplane.Options{
		ControllerManager: true, CRDDirs: []string{filepath.Join(config, "crd", "bases")}, Out: os.Stderr, AuditLog: s.audit,
	})
	s.must(err)
	t.Cleanup(func() { s.must(s.plane.Stop()) })
	scheme := runtime.NewScheme()
	s.must(errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)))
	s.admin, err = client.New(s.plane.Config, client.Options{Scheme: scheme})
	s.must(err)
	for _, name := range []string{namespace, systemNamespace} {
		s.must(s.admin.Create(s.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}))
	}
	rbac, admission := filepath.Join(config, "rbac"), filepath.Join(config, "admission")
	s.must(s.plane.Install(s.ctx, rbac, filepath.Join(rbac, "account"), admission, filepath.Join(admission, "stamping")))
	for _, name := range []string{"ada", "robot"} {
		user, err := s.plane.AddUser(name)
		s.must(err)
		s.users[name], err = client.New(user, client.Options{Scheme: scheme, Mapper: s.admin.RESTMapper()})
		s.must(err)
		s.must(controlplane.Grant(s.ctx, s.admin, namespace, name, name, "edit", "create", "evidence"))
	}
	s.prepareOperator()
	for _, o := range objects() {
		s.must(s.admin.Create(s.ctx, o))
	}
	s.awaitPolicies()
	return s
}

// prepareOperator gives all replicas one user, as they have one ServiceAccount in a cluster,
// with the shipped roles and no more.
func (s *stage) prepareOperator() {
	user, err := s.plane.AddUser(operatorUser)
	s.must(err)
	s.must(controlplane.WriteKubeconfig(s.kubeconfig(), user))
	s.must(s.admin.Create(s.ctx, controlplane.ClusterRoleBinding("by-certificate", operatorUser, operatorUser)))
	s.must(s.admin.Create(s.ctx, controlplane.RoleBinding(systemNamespace, "by-certificate", operatorUser, "Role", "praxis-leader-election")))
}

func (s *stage) kubeconfig() string { return filepath.Join(s.dir, "kubeconfig") }

// begin starts the clock.
func (s *stage) begin() { s.clockIs(monday, *speed) }

// clockIs lets the clock, and that of each replica that is started from now on, go on from an instant.
func (s *stage) clockIs(start time.Time, speed float64) {
	epoch := time.Now().Truncate(time.Second)
	var err error
	s.clock, err = simclock.New(clock.RealClock{}, start, epoch, speed)
	s.must(err)
	s.args = []string{
		"-clock-start=" + start.UTC().Format(time.RFC3339Nano), "-clock-epoch=" + epoch.UTC().Format(time.RFC3339),
		fmt.Sprintf("-clock-speed=%g", speed), "-health-probe-bind-address=0", "-zap-log-level=info",
		"-leader-elect", "-stamping", "-leader-election-namespace=" + systemNamespace, "-leader-election-lease=" + lease.String(),
	}
}

// at waits for a moment of the week, in hours after it began.
func (s *stage) at(day time.Weekday, hour int) {
	s.Helper()
	days := (int(day) + 6) % 7
	s.until(time.Date(2026, 11, 23+days, hour, 0, 0, 0, time.UTC))
}

func (s *stage) until(moment time.Time) {
	s.Helper()
	if late := s.clock.Now().Sub(moment); late > 12*time.Hour {
		s.Fatalf("this machine is too slow for -speed=%g: it is %s late; lower it", *speed, late)
	}
	select {
	case <-s.ctx.Done():
		s.Fatal(s.ctx.Err())
	case <-time.After(s.clock.Wait(moment)):
	}
}

func (s *stage) eventually(what string, so func() bool) {
	s.Helper()
	if err := wait.PollUntilContextTimeout(s.ctx, 20*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) { return so(), nil }); err != nil {
		s.Fatalf("waiting until %s: %v", what, err)
	}
}

// awaitPolicies waits until the API server stamps names and refuses forged ones.
func (s *stage) awaitPolicies() {
	s.eventually("the policies hold", func() bool {
		forged := piece("probe", "probe")
		forged.Spec.SubmittedBy = "ada"
		unnamed := piece("probe", "probe")
		refused := s.users["robot"].Create(s.ctx, forged, client.DryRunAll)
		err := s.users["robot"].Create(s.ctx, unnamed, client.DryRunAll)
		return refused != nil && err == nil && unnamed.Spec.SubmittedBy == "robot"
	})
}

func build(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := controlplane.Build(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "praxis")
}
