// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package measures lets the real operator read measures from a real Prometheus, from an API server
// of external metrics and from objects, while those move, break and go away.
package measures

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

var root = filepath.Join("..", "..")

const (
	operatorUser = "praxis-operator"
	namespace    = "shop"
	goal         = "checkout"
)

// What the operator's clock shows at first, on a Monday on which nothing more is due, and how
// fast it runs: an interval of a minute is a second.
const (
	onMonday = "2026-11-23T15:05:00Z"
	speed    = "60"
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	os.Exit(m.Run())
}

// stage is a goal on a control plane, and an operator that runs sixty times as fast as time.
type stage struct {
	*testing.T
	plane                  *controlplane.ControlPlane
	admin                  client.Client
	folder, audit, metrics string
	kubeconfig, epoch      string
	operator               *exec.Cmd
	speed                  string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	folder := t.TempDir()
	s := &stage{T: t, folder: folder, audit: filepath.Join(folder, "audit.log"), metrics: s0(free()), kubeconfig: filepath.Join(folder, "kubeconfig"), speed: speed}
	s.epoch = time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
	s.must(controlplane.Build(t.Context(), folder))
	scheme := runtime.NewScheme()
	s.must(errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)))
	var err error
	s.plane, err = controlplane.Start(t.Context(), controlplane.Options{CRDDirs: []string{filepath.Join(root, "config", "crd", "bases")}, Out: os.Stderr, AuditLog: s.audit})
	s.must(err)
	t.Cleanup(func() { s.must(s.plane.Stop()) })
	s.must(s.plane.Kubeconfig(s.kubeconfig))
	s.admin, err = client.New(s.plane.Config, client.Options{Scheme: scheme})
	s.must(err)
	s.must(s.admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "praxis-system"}}))
	s.must(s.plane.Install(t.Context(), filepath.Join(root, "config", "rbac"), filepath.Join(root, "config", "rbac", "account"), filepath.Join(root, "config", "admission")))
	config, err := s.plane.AddUser(operatorUser)
	s.must(err)
	s.must(controlplane.WriteKubeconfig(s.kubeconfig+"-operator", config))
	s.must(s.admin.Create(t.Context(), controlplane.ClusterRoleBinding("by-certificate", operatorUser, operatorUser)))
	s.must(s.admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}))
	return s
}

// apply creates what a text describes, in the namespace of the goal.
func (s *stage) apply(text string) {
	s.Helper()
	objects, err := controlplane.Decode([]byte(text))
	s.must(err)
	for _, o := range objects {
		if o.GetNamespace() == "" && o.GetKind() != "CustomResourceDefinition" && o.GetKind() != "APIService" {
			o.SetNamespace(namespace)
		}
		s.must(s.admin.Create(s.Context(), o))
	}
}

// goal creates the goal with a measure that is read as a text says.
func (s *stage) goal(source string) {
	s.Helper()
	s.apply(fmt.Sprintf(`
apiVersion: praxis.dev/v1alpha1
kind: Team
metadata: {name: payments}
spec: {lead: ana, members: [{name: ana, user: ana@example.org, roles: [engineer, reviewer], capacity: 20h}]}
---
apiVersion: praxis.dev/v1alpha1
kind: Utility
metadata: {name: %s}
spec:
  statement: Shoppers pay in one try
  beneficiaries: [{who: Shoppers, problem: One payment in eight fails, improvement: No second attempt}]
  organization: Fewer refunds
  owner: {team: payments, member: ana}
  required: 1
  cadence: {timeZone: UTC}
  measures:
  - name: first-try
    baseline: "80"
    target: "100"
    source: %s
`, goal, source))
}

// run starts the operator, with a file of providers where there is one.
func (s *stage) run(providers string) {
	s.Helper()
	log, err := os.OpenFile(filepath.Join(s.folder, "operator.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	s.must(err)
	defer log.Close() // the child has its own
	args := []string{"-health-probe-bind-address=0", "-metrics-bind-address=" + s.metrics, "-metrics-secure=false", "-clock-start=" + onMonday, "-clock-epoch=" + s.epoch, "-clock-speed=" + s.speed}
	if providers != "" {
		path := filepath.Join(s.folder, "providers.yaml")
		s.must(os.WriteFile(path, []byte(providers), 0o644))
		args = append(args, "-providers="+path)
	}
	s.operator = exec.Command(filepath.Join(s.folder, "praxis"), args...)
	s.operator.Env = append(os.Environ(), "KUBECONFIG="+s.kubeconfig+"-operator")
	s.operator.Stdout, s.operator.Stderr = log, log
	s.must(s.operator.Start())
	started := s.operator
	s.Cleanup(func() { _ = started.Process.Kill(); _ = started.Wait() })
}

func (s *stage) stop() {
	s.Helper()
	s.must(s.operator.Process.Signal(syscall.SIGTERM))
	s.must(s.operator.Wait())
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func free() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

func s0(text string, err error) string {
	if err != nil {
		panic(err)
	}
	return text
}

func (s *stage) utility() *praxisv1.Utility {
	s.Helper()
	var u praxisv1.Utility
	s.must(s.admin.Get(s.Context(), client.ObjectKey{Namespace: namespace, Name: goal}, &u))
	return &u
}

// measured is what the goal says of its measure: its value, the reason of Measured, and the column.
func measured(u *praxisv1.Utility) string {
	c := meta.FindStatusCondition(u.Status.Conditions, praxisv1.ConditionMeasured)
	if c == nil || len(u.Status.Measures) == 0 || u.Status.Columns == nil {
		return "nothing yet"
	}
	return fmt.Sprintf("%s %s %s %s", u.Status.Measures[0].Current, c.Status, c.Reason, u.Status.Columns.Outcome)
}

func message(u *praxisv1.Utility) string {
	if c := meta.FindStatusCondition(u.Status.Conditions, praxisv1.ConditionMeasured); c != nil {
		return c.Message
	}
	return ""
}

// comes waits until the goal says something of its measure, and why.
func (s *stage) comes(want, why string) string {
	s.Helper()
	var u *praxisv1.Utility
	s.eventually("the goal says "+want, func() error {
		if u = s.utility(); measured(u) != want || !strings.Contains(message(u), why) {
			return fmt.Errorf("it says %s, with: %s", measured(u), message(u))
		}
		return nil
	})
	return message(u)
}

func (s *stage) eventually(what string, so func() error) {
	s.Helper()
	s.within(what, 90*time.Second, so)
}

func (s *stage) within(what string, patience time.Duration, so func() error) {
	s.Helper()
	last := errors.New("nobody looked")
	err := wait.PollUntilContextTimeout(s.Context(), 100*time.Millisecond, patience, true, func(context.Context) (bool, error) {
		last = so()
		return last == nil, nil
	})
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(s.folder, "operator.log")) // it may not run yet
		s.Fatalf("it never came about that %s: %v\n%s", what, last, log[max(0, len(log)-3000):])
	}
}

// writes are those of the operator since a moment.
func (s *stage) writes(since time.Time) []string {
	s.Helper()
	requests, err := controlplane.Requests(s.audit, operatorUser, since)
	s.must(err)
	var all []string
	for _, r := range controlplane.Writes(requests) {
		all = append(all, r.Verb+" "+r.ObjectRef.Of()+" "+r.ObjectRef.Name)
	}
	return all
}
