// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

const (
	operatorUser    = "praxis-operator"
	systemNamespace = "praxis-system"
	team            = "platform" // the sample that people work on, and its namespace
	goal            = "safe-deploys"
	week            = goal + "-2026-w48"
)

// What the operator's clock shows: when every week is planned, on Thursday when two things are
// late, and on Friday when the review is open.
const (
	onMonday   = "2026-11-23T15:05:00Z"
	onThursday = "2026-11-26T15:10:00Z"
	onFriday   = "2026-11-27T14:30:00Z"
)

// scene is the samples on a control plane, the operator, and the people of the sample.
type scene struct {
	plane    *controlplane.ControlPlane
	admin    client.Client
	users    map[string]client.Client
	configs  map[string]*rest.Config
	folder   string
	operator *exec.Cmd
	clock    [2]string       // start and epoch of the operator's clock
	in       context.Context // the browser
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newScene has a week of the platform sample go on until Thursday: some work is done, some waits
// for a verdict, some is late.
func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{users: map[string]client.Client{}, configs: map[string]*rest.Config{}, folder: t.TempDir()}
	must(t, controlplane.Build(t.Context(), s.folder, ".", "./cmd/kubectl-praxis"))
	scheme := runtime.NewScheme()
	must(t, errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)))
	var err error
	s.plane, err = controlplane.Start(t.Context(), controlplane.Options{
		ControllerManager: true, CRDDirs: []string{filepath.Join(root, "config", "crd", "bases")}, Out: os.Stderr,
	})
	must(t, err)
	t.Cleanup(func() { must(t, s.plane.Stop()) })
	s.admin, err = client.New(s.plane.Config, client.Options{Scheme: scheme})
	must(t, err)
	s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: systemNamespace}})
	config := filepath.Join(root, "config")
	must(t, s.plane.Install(t.Context(), filepath.Join(config, "rbac"), filepath.Join(config, "rbac", "account"),
		filepath.Join(config, "admission"), filepath.Join(config, "admission", "stamping")))
	s.createUsers(t)
	s.apply(t)
	t.Cleanup(func() { s.stop(t) })
	s.run(t, onMonday)
	s.await(t, "the week is planned", func() bool { return s.planned(t) })
	s.await(t, "names are stamped", func() bool { return s.stamps(t) })
	s.live(t)
	s.run(t, onThursday)
	s.await(t, "a key action is missed", func() bool { return s.late(t) })
	return s
}

// stamps reports whether the API server writes already who hands something in: it takes up each
// policy for itself, a moment after it was made.
func (s *scene) stamps(t *testing.T) bool {
	e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: team, Name: "probe"}, Spec: praxisv1.EvidenceSpec{
		ActionRef: &praxisv1.LocalReference{Name: week + ".rehearse-rollback.agree.mira"}, Quantity: 1,
	}}
	return s.users["mira"].Create(t.Context(), e, client.DryRunAll) == nil
}

func (s *scene) planned(t *testing.T) bool {
	var actions praxisv1.ActionList
	must(t, s.admin.List(t.Context(), &actions, client.InNamespace(team)))
	return len(actions.Items) > 5
}

func (s *scene) late(t *testing.T) bool {
	cycle := &praxisv1.WeeklyCycle{}
	must(t, s.admin.Get(t.Context(), client.ObjectKey{Namespace: team, Name: week}, cycle))
	u := &praxisv1.Utility{}
	must(t, s.admin.Get(t.Context(), client.ObjectKey{Namespace: team, Name: goal}, u))
	return len(cycle.Status.Gaps) > 0 && u.Status.Delivery != nil && *u.Status.Delivery == cycle.Status.Delivery && u.Status.Delivery.ExpectedPercent > 50
}

func (s *scene) createUsers(t *testing.T) {
	t.Helper()
	config, err := s.plane.AddUser(operatorUser)
	must(t, err)
	must(t, controlplane.WriteKubeconfig(filepath.Join(s.folder, "operator.kubeconfig"), config))
	s.create(t, controlplane.ClusterRoleBinding("by-certificate", operatorUser, operatorUser))
	s.create(t, controlplane.RoleBinding(systemNamespace, "by-certificate", operatorUser, "Role", "praxis-leader-election"))
	s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: team}})
	for _, name := range []string{"mira", "jonas", "priya", "tomas"} {
		config, err := s.plane.AddUser(name + "@example.com")
		must(t, err)
		s.configs[name] = config
		s.users[name], err = client.New(config, client.Options{Scheme: s.admin.Scheme(), Mapper: s.admin.RESTMapper()})
		must(t, err)
		must(t, controlplane.Grant(t.Context(), s.admin, team, name, name+"@example.com", "edit", "create", "evidence"))
	}
	s.configs["nobody"], err = s.plane.AddUser("nobody@example.com")
	must(t, err)
}

func (s *scene) apply(t *testing.T) {
	t.Helper()
	for _, sample := range []struct{ name, namespace string }{{team, team}, {"incentives/euros", team}, {"product", "product"}} {
		if sample.namespace != team {
			s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: sample.namespace}})
		}
		text, err := os.ReadFile(filepath.Join(root, "config", "samples", filepath.FromSlash(sample.name)+".yaml"))
		must(t, err)
		objects, err := controlplane.Decode(text)
		must(t, err)
		for _, o := range objects {
			o.SetNamespace(sample.namespace)
			s.create(t, o)
		}
	}
}

func (s *scene) create(t *testing.T, o client.Object) {
	t.Helper()
	must(t, s.admin.Create(t.Context(), o))
}

// run has the operator run by another clock from now on, as fast as time.
func (s *scene) run(t *testing.T, start string) {
	t.Helper()
	s.stop(t)
	log, err := os.Create(filepath.Join(s.folder, "operator.log"))
	must(t, err)
	defer log.Close() // the child has its own
	s.clock = [2]string{start, time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)}
	s.operator = exec.Command(filepath.Join(s.folder, "praxis"), "-leader-elect", "-stamping", "-leader-election-namespace="+systemNamespace,
		"-health-probe-bind-address=0", "-metrics-bind-address=0", "-clock-start="+start, "-clock-epoch="+s.clock[1], "-clock-speed=1")
	s.operator.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(s.folder, "operator.kubeconfig"))
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
}

func (s *scene) await(t *testing.T, what string, so func() bool) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) { return so(), nil })
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(s.folder, "operator.log"))
		t.Fatalf("it never came about that %s: %v\n%s", what, err, log)
	}
}

// live is the work of the week until Thursday.
func (s *scene) live(t *testing.T) {
	t.Helper()
	s.done(t, "agreed", "mira", "priya", "rehearse-rollback.agree.mira", 2)
	s.done(t, "list", "priya", "mira", "remove-manual-step.watch.priya", 1)
	s.done(t, "sheets", "jonas", "mira", "rehearse-rollback.prepare.jonas", 2, "sheet")
	s.handIn(t, "dry-run", "tomas", "remove-manual-step.dry-run.tomas", 1)
	s.measured(t)
	s.done(t, "undone", "priya", "mira", "rehearse-rollback.rehearse.priya", 1, "recording")
}

func (s *scene) handIn(t *testing.T, piece, who, action string, quantity int32, links ...string) {
	t.Helper()
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: team, Name: piece},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: week + "." + action}, Quantity: quantity, Summary: "Ten of ten, the log is attached"},
	}
	for _, link := range links {
		e.Spec.Artifacts = append(e.Spec.Artifacts, praxisv1.Artifact{Name: link, Type: praxisv1.EvidenceLink, URI: "https://work.example.com/" + piece})
	}
	must(t, s.users[who].Create(t.Context(), e))
}

func (s *scene) done(t *testing.T, piece, who, judge, action string, quantity int32, links ...string) {
	t.Helper()
	s.handIn(t, piece, who, action, quantity, links...)
	s.judge(t, piece, judge)
}

// judge has a piece accepted, and waits until it is.
func (s *scene) judge(t *testing.T, piece, judge string) {
	t.Helper()
	must(t, retry.RetryOnConflict(retry.DefaultRetry, func() error {
		e := &praxisv1.Evidence{}
		if err := s.users[judge].Get(t.Context(), client.ObjectKey{Namespace: team, Name: piece}, e); err != nil {
			return err
		}
		e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: judge + "@example.com"}
		return s.users[judge].Status().Update(t.Context(), e)
	}))
	s.await(t, piece+" is accepted", func() bool {
		e := &praxisv1.Evidence{}
		err := s.admin.Get(t.Context(), client.ObjectKey{Namespace: team, Name: piece}, e)
		return err == nil && meta.IsStatusConditionTrue(e.Status.Conditions, praxisv1.ConditionAccepted)
	})
}

// measured hands in a reading of the measure, which counts once it is accepted.
func (s *scene) measured(t *testing.T) {
	t.Helper()
	value := praxisv1.Decimal("41")
	must(t, s.users["priya"].Create(t.Context(), &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: team, Name: "minutes"},
		Spec:       praxisv1.EvidenceSpec{For: &praxisv1.EvidenceTarget{Utility: goal, Measure: "minutes-to-undo"}, Value: &value, Quantity: 1},
	}))
	s.judge(t, "minutes", "mira")
}
