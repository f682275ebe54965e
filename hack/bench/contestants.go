// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// operatorUser is who the operator is to the audit log.
const operatorUser = "praxis-operator"

type bench struct {
	client  client.WithWatch
	config  *rest.Config
	home    string
	kube    string // the operator's kubeconfig
	actions int
}

func newBench(plane *controlplane.ControlPlane, home string, actions int) (*bench, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, praxisv1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	config := rest.CopyConfig(plane.Config)
	config.QPS = -1
	c, err := client.NewWithWatch(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, err
	}
	if err := c.Create(context.Background(), plainDefinition()); err != nil {
		return nil, err
	}
	user, err := plane.AddUser(operatorUser, "system:masters")
	if err != nil {
		return nil, err
	}
	b := &bench{client: c, config: config, home: home, kube: filepath.Join(home, "operator.kubeconfig"), actions: actions}
	return b, controlplane.WriteKubeconfig(b.kube, user)
}

// startOperator builds the operator and runs it as a process of its own.
func (b *bench) startOperator(ctx context.Context) (stop func(), err error) {
	if err := controlplane.Build(ctx, b.home); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(b.home, "operator.log"))
	if err != nil {
		return nil, err
	}
	operator := exec.Command(filepath.Join(b.home, "praxis"), "-leader-elect", "-leader-election-namespace=default", "-health-probe-bind-address=0", "-clock-start=2026-11-23T09:00:00Z")
	operator.Env = append(os.Environ(), "KUBECONFIG="+b.kube)
	operator.Stdout, operator.Stderr = log, log
	if err := operator.Start(); err != nil {
		return nil, err
	}
	return func() {
		_ = operator.Process.Signal(syscall.SIGTERM)
		_ = operator.Wait() // how it ends does not matter
		log.Close()
	}, nil
}

type contestant struct {
	name, slug string
	run        func(ctx context.Context, namespace string) (time.Duration, error)
}

func (b *bench) contestants() []contestant {
	return []contestant{
		{"bare client, 32 workers", "bare", b.bareClient},
		{"operator", "operator", b.operator},
		{"bare client, the same without a schema", "schemaless", b.bareSchemaless},
		{"bare client making pods, 32 workers", "pods", b.barePods},
		{"ReplicaSet controller, unthrottled", "replicaset", b.replicaSet},
		{"Job controller, unthrottled", "job", b.job},
	}
}

// timed runs begin, and takes the time until an informer has seen the objects that it
// makes in the namespace.
func (b *bench) timed(ctx context.Context, namespace string, of client.Object, begin func() error) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	informers, err := cache.New(b.config, cache.Options{Scheme: b.client.Scheme(), DefaultNamespaces: map[string]cache.Config{namespace: {}}})
	if err != nil {
		return 0, err
	}
	go func() { _ = informers.Start(ctx) }() // ends with the context
	informer, err := informers.GetInformer(ctx, of)
	if err != nil {
		return 0, err
	}
	seen := make(chan struct{}, b.actions)
	if _, err := informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{AddFunc: func(any) { seen <- struct{}{} }}); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := begin(); err != nil {
		return 0, err
	}
	for n := range b.actions {
		select {
		case <-seen:
		case <-ctx.Done():
			return 0, fmt.Errorf("only %d of %d objects came: %w", n, b.actions, ctx.Err())
		}
	}
	return time.Since(began), nil
}

func (b *bench) namespace(ctx context.Context, name string) error {
	return b.client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
}

// goal is one Utility whose week has as many Actions as are asked for: five steps for
// each member of the largest Team.
func (b *bench) goal(namespace string) (*praxisv1.Team, *praxisv1.Utility, *praxisv1.KeyAction) {
	at := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: namespace} }
	team := &praxisv1.Team{ObjectMeta: at("team")}
	for i := range b.actions / 5 {
		name := fmt.Sprintf("m%03d", i)
		team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: name, User: name, Roles: []string{"all"}, Capacity: "40h"})
	}
	utility := &praxisv1.Utility{ObjectMeta: at("goal"), Spec: praxisv1.UtilitySpec{
		Statement: "It is measured", Organization: "A figure",
		Beneficiaries: []praxisv1.Beneficiary{{Who: "Readers", Problem: "No figure", Improvement: "A figure"}},
		Owner:         praxisv1.Owner{Team: "team", Member: "m000"}, Required: 1,
		Cadence: praxisv1.Cadence{
			TimeZone: "UTC", QuarterStartMonth: 1, // as the server would default the rest
			WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"},
			Midweek:   praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
			Review:    praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
		}, MaxKeyActions: 5,
	}}
	keyAction := &praxisv1.KeyAction{ObjectMeta: at("all"), Spec: praxisv1.KeyActionSpec{
		UtilityRef: praxisv1.LocalReference{Name: "goal"}, TeamRef: &praxisv1.LocalReference{Name: "team"},
		Verb: "Do", Object: "it", Contribution: 1, Weight: new(int32(100)),
		Package: &praxisv1.Package{Definition: "Do it", Standard: "It is done"},
	}}
	for i, tier := range []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierIntermediate, praxisv1.TierKey} {
		step := praxisv1.Step{
			Name: fmt.Sprintf("s%d", i), Tier: tier, Do: "Do it", Times: 1, Every: 1, Duration: "1h", Weight: 20,
			Assign: praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "all"}, Standard: praxisv1.Standard{Statement: "It is done"},
		}
		if i > 0 {
			step.DependsOn = []string{fmt.Sprintf("s%d", i-1)}
		}
		keyAction.Spec.Package.Steps = append(keyAction.Spec.Package.Steps, step)
	}
	return team, utility, keyAction
}

// operator is timed from the creation of the KeyAction, the last object that it needs.
func (b *bench) operator(ctx context.Context, namespace string) (time.Duration, error) {
	if err := b.namespace(ctx, namespace); err != nil {
		return 0, err
	}
	team, utility, keyAction := b.goal(namespace)
	for _, o := range []client.Object{team, utility} {
		if err := b.client.Create(ctx, o); err != nil {
			return 0, err
		}
	}
	return b.timed(ctx, namespace, &praxisv1.Action{}, func() error { return b.client.Create(ctx, keyAction) })
}

// week is the very Actions that the operator would make, and their Team.
func (b *bench) week(namespace string) ([]praxisv1.Action, *praxisv1.Team, error) {
	team, utility, keyAction := b.goal(namespace)
	calendar, err := cadence.New(utility.Spec.Cadence)
	if err != nil {
		return nil, nil, err
	}
	week := calendar.WeekOf(time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	made := plan.Make(plan.Request{
		Programme: plan.NewProgramme(plan.Objects{Utility: utility, KeyActions: []praxisv1.KeyAction{*keyAction}, Teams: map[string]*praxisv1.Team{"team": team}}),
		Week:      week, Cycle: plan.CycleName("goal", week), From: week.StartsAt,
	}).Actions()
	if len(made) != b.actions {
		return nil, nil, fmt.Errorf("the plan has %d Actions", len(made))
	}
	return made, team, nil
}

// bareClient creates what the operator would, and knows it beforehand.
func (b *bench) bareClient(ctx context.Context, namespace string) (time.Duration, error) {
	if err := b.namespace(ctx, namespace); err != nil {
		return 0, err
	}
	made, team, err := b.week(namespace)
	if err != nil {
		return 0, err
	}
	if err := b.client.Create(ctx, team); err != nil {
		return 0, err
	}
	var objects []client.Object
	for i := range made {
		a := made[i].DeepCopy()
		a.OwnerReferences = []metav1.OwnerReference{ownedBy(team)}
		objects = append(objects, a)
	}
	return b.timed(ctx, namespace, &praxisv1.Action{}, func() error { return b.createAll(ctx, objects) })
}

// createAll is what a client can do at most: 32 workers saturate a small machine.
func (b *bench) createAll(ctx context.Context, objects []client.Object) error {
	queue := make(chan client.Object)
	errs := make(chan error, len(objects))
	var workers sync.WaitGroup
	for range 32 {
		workers.Go(func() {
			for o := range queue {
				errs <- b.client.Create(ctx, o)
			}
		})
	}
	for _, o := range objects {
		queue <- o
	}
	close(queue)
	workers.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// barePods is the floor of the controllers that make pods. A pod costs the API server
// less than any custom resource does, so each controller is fairly seen beside its own.
func (b *bench) barePods(ctx context.Context, namespace string) (time.Duration, error) {
	if err := b.podNamespace(ctx, namespace); err != nil {
		return 0, err
	}
	var objects []client.Object
	for i := range b.actions {
		template := pod()
		template.Name, template.Namespace = fmt.Sprintf("bench-%d", i), namespace
		objects = append(objects, &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec})
	}
	return b.timed(ctx, namespace, &corev1.Pod{}, func() error { return b.createAll(ctx, objects) })
}

func pod() corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "bench"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "none"}}},
	}
}

// podNamespace waits for the service account that pods need.
func (b *bench) podNamespace(ctx context.Context, name string) error {
	if err := b.namespace(ctx, name); err != nil {
		return err
	}
	watcher, err := b.client.Watch(ctx, &corev1.ServiceAccountList{}, client.InNamespace(name))
	if err != nil {
		return err
	}
	defer watcher.Stop()
	select {
	case <-watcher.ResultChan():
		return nil
	case <-time.After(time.Minute):
		return fmt.Errorf("namespace %s has no service account", name)
	}
}

func (b *bench) replicaSet(ctx context.Context, namespace string) (time.Duration, error) {
	if err := b.podNamespace(ctx, namespace); err != nil {
		return 0, err
	}
	return b.timed(ctx, namespace, &corev1.Pod{}, func() error {
		return b.client.Create(ctx, &appsv1.ReplicaSet{
			ObjectMeta: metav1.ObjectMeta{Name: "bench", Namespace: namespace},
			Spec: appsv1.ReplicaSetSpec{
				Replicas: new(int32(b.actions)), Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "bench"}}, Template: pod(),
			},
		})
	})
}

func (b *bench) job(ctx context.Context, namespace string) (time.Duration, error) {
	if err := b.podNamespace(ctx, namespace); err != nil {
		return 0, err
	}
	template := pod()
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	return b.timed(ctx, namespace, &corev1.Pod{}, func() error {
		return b.client.Create(ctx, &batchv1.Job{
			ObjectMeta: metav1.ObjectMeta{Name: "bench", Namespace: namespace},
			Spec:       batchv1.JobSpec{Parallelism: new(int32(b.actions)), Completions: new(int32(b.actions)), Template: template},
		})
	})
}
