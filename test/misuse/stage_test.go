// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/crd"
	"github.com/praxis-dev/praxis/test/controlplane"
)

const operatorUser = "praxis-operator"

// stage is a control plane with its garbage collector, and the operator as a process that has
// the rights that are shipped, and no more. Its clock goes on from a Monday morning.
type stage struct {
	*testing.T
	plane  *controlplane.ControlPlane
	admin  client.Client
	logged string
	ended  chan error

	mu    sync.Mutex
	goals int
}

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil { // the tests mostly wait
		panic(err)
	}
	os.Exit(m.Run())
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{T: t, ended: make(chan error, 1)}
	dir := t.TempDir()
	s.must(controlplane.Build(t.Context(), dir))
	config := filepath.Join("..", "..", "config")
	var err error
	s.plane, err = controlplane.Start(t.Context(), controlplane.Options{ControllerManager: true, CRDDirs: []string{filepath.Join(config, "crd", "bases")}, Out: os.Stderr})
	s.must(err)
	t.Cleanup(func() { s.must(s.plane.Stop()) })
	s.must(s.plane.Install(t.Context(), filepath.Join(config, "rbac"), filepath.Join(config, "admission"), filepath.Join(config, "admission", "stamping")))
	scheme := runtime.NewScheme()
	s.must(errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)))
	s.admin, err = client.New(s.plane.Config, client.Options{Scheme: scheme})
	s.must(err)
	s.operate(dir)
	return s
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *stage) operate(dir string) {
	s.Helper()
	user, err := s.plane.AddUser(operatorUser)
	s.must(err)
	kubeconfig := filepath.Join(dir, "kubeconfig")
	s.must(controlplane.WriteKubeconfig(kubeconfig, user))
	s.must(s.admin.Create(s.Context(), controlplane.ClusterRoleBinding(operatorUser, operatorUser, operatorUser)))
	s.logged = filepath.Join(dir, "operator.log")
	log, err := os.Create(s.logged)
	s.must(err)
	cmd := exec.Command(filepath.Join(dir, "praxis"), "-clock-start=2026-11-23T08:30:00Z", "-health-probe-bind-address=0")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	cmd.Stdout, cmd.Stderr = log, log
	s.must(cmd.Start())
	go func() { s.ended <- cmd.Wait() }()
	s.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		log.Close()
	})
}

func (s *stage) log() string {
	text, err := os.ReadFile(s.logged)
	s.must(err)
	return string(text)
}

// alive fails where the operator has ended or panicked.
func (s *stage) alive() {
	s.Helper()
	select {
	case err := <-s.ended:
		s.Errorf("the operator has ended: %v\n%s", err, s.log())
	default:
	}
	for _, line := range strings.Split(s.log(), "\n") {
		if strings.Contains(line, "cannot be read") || strings.Contains(line, "panic") {
			s.Error(line)
		}
	}
}

// goal is the goal of this package in a namespace of its own.
type goal struct {
	*testing.T
	*stage
	namespace string
}

func (g *goal) Context() context.Context { return g.T.Context() }
func (g *goal) Helper()                  { g.T.Helper() }
func (g *goal) must(err error) {
	g.T.Helper()
	if err != nil {
		g.T.Fatal(err)
	}
}

func (s *stage) newGoal(t *testing.T) *goal {
	t.Helper()
	s.mu.Lock()
	s.goals++
	g := &goal{T: t, stage: s, namespace: fmt.Sprintf("goal-%d", s.goals)}
	s.mu.Unlock()
	g.must(g.admin.Create(t.Context(), &unstructured.Unstructured{Object: object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": g.namespace}}}))
	g.plan()
	return g
}

// plan applies the goal, hands in a piece, and waits until the operator has nothing to do for it.
func (g *goal) plan() {
	g.T.Helper()
	objects, err := controlplane.Decode(Goal)
	g.must(err)
	for _, o := range objects {
		o.SetNamespace(g.namespace)
		g.must(g.admin.Create(g.Context(), o))
	}
	if !g.within(time.Minute, func() bool { return g.utility().Status.CurrentCycle != "" }) {
		g.T.Fatalf("nothing is planned: %+v", g.utility().Status.Conditions)
	}
	e := named("Evidence", g.namespace, piece)
	e.Object["spec"] = object{"actionRef": object{"name": week + ".fix.prepare.cai"}}
	g.must(g.admin.Create(g.Context(), e))
	g.rests()
}

// rests waits until nothing of the goal has changed for a while.
func (g *goal) rests() {
	g.T.Helper()
	var last string
	since := time.Now()
	if !g.within(time.Minute, func() bool {
		var versions []string
		g.each(func(o *unstructured.Unstructured) {
			versions = append(versions, o.GetKind()+o.GetName()+o.GetResourceVersion())
		})
		slices.Sort(versions)
		if now := strings.Join(versions, " "); now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > time.Second
	}) {
		g.T.Fatal("it does not come to rest")
	}
}

func (g *goal) utility() *praxisv1.Utility {
	g.T.Helper()
	u := &praxisv1.Utility{}
	g.must(g.admin.Get(g.Context(), client.ObjectKey{Namespace: g.namespace, Name: "checkout"}, u))
	return u
}

func (g *goal) within(limit time.Duration, so func() bool) bool {
	return wait.PollUntilContextTimeout(g.Context(), 50*time.Millisecond, limit, true, func(context.Context) (bool, error) { return so(), nil }) == nil
}

func (g *goal) each(do func(*unstructured.Unstructured)) {
	g.T.Helper()
	for _, kind := range crd.Kinds() {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind + "List"))
		g.must(g.admin.List(g.Context(), list, client.InNamespace(g.namespace)))
		for i := range list.Items {
			do(&list.Items[i])
		}
	}
}

// seen are all objects of the goal, without what differs from time to time.
func (g *goal) seen() map[string]string {
	g.T.Helper()
	seen := map[string]string{}
	g.each(func(o *unstructured.Unstructured) {
		key := o.GetKind() + " " + o.GetName()
		mask(o.Object)
		text, err := json.Marshal(o.Object)
		g.must(err)
		seen[key] = string(text)
	})
	return seen
}

func mask(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range []string{"resourceVersion", "uid", "generation", "managedFields", "creationTimestamp", "lastTransitionTime", "pendingSince", "plannedAt", "plannedFrom", "joinedAt"} {
			delete(v, k)
		}
		for _, inner := range v {
			mask(inner)
		}
		if conditions, ok := v["conditions"].([]any); ok { // in the order in which they became known
			slices.SortFunc(conditions, func(a, b any) int {
				return strings.Compare(fmt.Sprint(a.(object)["type"]), fmt.Sprint(b.(object)["type"]))
			})
		}
	case []any:
		for _, inner := range v {
			mask(inner)
		}
	}
}

func differ(before, now map[string]string) []string {
	var found []string
	for _, key := range sortedKeys(before) {
		switch is, there := now[key]; {
		case !there:
			found = append(found, key+" is gone")
		case is != before[key]:
			found = append(found, fmt.Sprintf("%s was\n\t%s\nand is\n\t%s", key, differing(before[key], is), differing(is, before[key])))
		}
	}
	for _, key := range sortedKeys(now) {
		if _, there := before[key]; !there {
			found = append(found, key+" is new")
		}
	}
	return found
}

// differing is a text from a little before where it begins to differ from another.
func differing(text, other string) string {
	i := 0
	for i < min(len(text), len(other)) && text[i] == other[i] {
		i++
	}
	return text[max(0, i-80):min(len(text), i+200)]
}
