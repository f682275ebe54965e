// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package observability

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/admission"
	"github.com/praxis-dev/praxis/test/controlplane"
)

const (
	operatorUser    = "praxis-operator"
	systemNamespace = "praxis-system"
	team            = "platform" // the sample that people work on, and its namespace
	goal            = "safe-deploys"
)

// What the operator's clock shows: when every week is planned, on Friday after the midweek
// check became overdue, on Wednesday, shortly before the grace of the week ends, and on a day off
// that is later than what it shows by the end.
const (
	onMonday    = "2026-11-23T15:05:00Z"
	onFriday    = "2026-11-27T16:00:00Z"
	onWednesday = "2026-12-02T06:30:00Z"
	onSunday    = "2026-12-06T12:00:00Z"
)

// scene is the samples on a control plane, the operator, and a Prometheus that reads it.
type scene struct {
	ctx                  context.Context
	plane                *controlplane.ControlPlane
	admin                client.Client
	users                map[string]client.Client
	folder, audit        string
	metrics              string // where the operator serves them
	prometheus           string // its address
	operator             *exec.Cmd
	operatorLog          string
	policies, kubeconfig string
}

func newScene(t *testing.T) *scene {
	t.Helper()
	folder := t.TempDir()
	s := &scene{
		ctx: t.Context(), users: map[string]client.Client{}, folder: folder, audit: filepath.Join(folder, "audit.log"),
		metrics: free(t), prometheus: free(t), operatorLog: filepath.Join(folder, "operator.log"),
		policies: filepath.Join(root, "config", "admission"), kubeconfig: filepath.Join(folder, "kubeconfig"),
	}
	must(t, controlplane.Build(s.ctx, folder))
	scheme := runtime.NewScheme()
	must(t, errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)))
	var err error
	s.plane, err = controlplane.Start(s.ctx, controlplane.Options{
		ControllerManager: true, CRDDirs: []string{filepath.Join(root, "config", "crd", "bases")}, Out: os.Stderr, AuditLog: s.audit,
	})
	must(t, err)
	t.Cleanup(func() { must(t, s.plane.Stop()) })
	must(t, s.plane.Kubeconfig(s.kubeconfig))
	s.admin, err = client.New(s.plane.Config, client.Options{Scheme: scheme})
	must(t, err)
	s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: systemNamespace}})
	rbac := filepath.Join(root, "config", "rbac")
	must(t, s.plane.Install(s.ctx, rbac, filepath.Join(rbac, "account"), s.policies, filepath.Join(s.policies, "stamping")))
	s.createUsers(t)
	for _, sample := range []string{"minimal", team, "product", "enterprise"} {
		s.apply(t, sample)
	}
	return s
}

// createUsers makes the operator's user and the people of the sample.
func (s *scene) createUsers(t *testing.T) {
	t.Helper()
	config, err := s.plane.AddUser(operatorUser)
	must(t, err)
	must(t, controlplane.WriteKubeconfig(s.kubeconfig+"-operator", config))
	s.create(t, controlplane.ClusterRoleBinding("by-certificate", operatorUser, operatorUser))
	s.create(t, controlplane.RoleBinding(systemNamespace, "by-certificate", operatorUser, "Role", "praxis-leader-election"))
	s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: team}})
	for _, name := range []string{"mira", "jonas"} {
		user := name + "@example.com"
		config, err := s.plane.AddUser(user)
		must(t, err)
		s.users[name], err = client.New(config, client.Options{Scheme: s.admin.Scheme(), Mapper: s.admin.RESTMapper()})
		must(t, err)
		must(t, controlplane.Grant(t.Context(), s.admin, team, name, user, "edit", "create", "evidence"))
	}
}

func (s *scene) create(t *testing.T, o client.Object) {
	t.Helper()
	must(t, s.admin.Create(s.ctx, o))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func eventually(t *testing.T, what string, so func() (bool, error)) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		ok, err := so()
		last = err
		return ok && err == nil, nil
	})
	if err != nil {
		t.Fatalf("it never came about that %s: %v", what, errors.Join(err, last))
	}
}

func (s *scene) apply(t *testing.T, sample string) {
	t.Helper()
	if sample != team {
		s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: sample}})
	}
	objects, err := controlplane.Decode(read(t, "config", "samples", sample+".yaml"))
	must(t, err)
	for _, o := range objects {
		o.SetNamespace(sample)
		s.create(t, o)
	}
}

// run has the operator run by another clock from now on.
func (s *scene) run(t *testing.T, start, speed string) {
	t.Helper()
	s.stop(t)
	log, err := os.Create(s.operatorLog)
	must(t, err)
	defer log.Close() // the child has its own
	epoch := time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
	t.Setenv("PRAXIS_CLOCK_START", start)
	t.Setenv("PRAXIS_CLOCK_EPOCH", epoch)
	s.operator = exec.Command(filepath.Join(s.folder, "praxis"), "-leader-elect", "-stamping", "-leader-election-namespace="+systemNamespace,
		"-health-probe-bind-address=0", "-metrics-bind-address="+s.metrics, "-metrics-secure=false",
		"-clock-start="+start, "-clock-epoch="+epoch, "-clock-speed="+speed)
	s.operator.Env = append(os.Environ(), "KUBECONFIG="+s.kubeconfig+"-operator")
	s.operator.Stdout, s.operator.Stderr = log, log
	must(t, s.operator.Start())
}

// stop lets the operator give its lease back.
func (s *scene) stop(t *testing.T) {
	if s.operator == nil {
		return
	}
	_ = s.operator.Process.Signal(syscall.SIGTERM) // it may have died by itself
	if err := s.operator.Wait(); err != nil {
		t.Errorf("the operator ended with %v", err)
	}
	s.operator = nil
	if s.said(t, "the metrics cannot be collected") {
		t.Error("a scrape of a leader failed; see that one which was just elected waits for its caches")
	}
}

func (s *scene) said(t *testing.T, words string) bool {
	t.Helper()
	text, err := os.ReadFile(s.operatorLog)
	must(t, err)
	return strings.Contains(string(text), words)
}

// policyObjects are the objects that make up a policy: itself and its binding.
func policyObjects(t *testing.T, policy string) (all []*unstructured.Unstructured) {
	t.Helper()
	everywhere, stamping, err := admission.Objects()
	must(t, err)
	for _, o := range append(everywhere, stamping...) {
		if o.GetName() == policy {
			all = append(all, o.DeepCopy())
		}
	}
	return all
}
