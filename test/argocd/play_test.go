// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package argocd plays a simulated month of goals that a real Argo CD syncs from Git, with people
// who work, judge and review, and with changes in Git.
package argocd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/simclock"
	"github.com/praxis-dev/praxis/test/controlplane"
)

var (
	binaries   = flag.String("argocd", "", "the folder of a built Argo CD (make test-argocd); without it nothing is tested")
	serverSide = flag.Bool("server-side", false, "Argo CD applies on the server's side")
	speed      = flag.Float64("speed", 20160, "how many times as fast as time the clock runs; at 20160 a week takes 30 seconds")
	narrow     = flag.Bool("narrow", true, "goals are synced by an account that may write them and nothing else, rather than by one that may do everything")
	weeks      = flag.Int("weeks", 4, "how many weeks are lived, 3 at least")
)

const (
	patience        = 90 * time.Second
	namespace       = "goals"
	systemNamespace = "praxis-system"
	operatorName    = "praxis-operator"
	kept            = 2 // closed weeks of a Utility
)

var (
	config = filepath.Join("..", "..", "config")
	// sunday is before every first week of the samples, wherever on Earth it starts.
	sunday = time.Date(2026, time.November, 22, 18, 0, 0, 0, time.UTC)
)

// play is a run.
type play struct {
	*testing.T
	ctx      context.Context
	plane    *controlplane.ControlPlane
	admin    client.Client
	folder   string
	repo     *repo
	argo     *argo
	seen     *observer
	operator *controlplane.Replica
	clock    *simclock.Clock
	epoch    time.Time
	users    map[string]client.Client
	commits  int
}

func (p *play) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func newPlay(t *testing.T) *play {
	t.Helper()
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	p := &play{T: t, ctx: t.Context(), folder: t.TempDir(), users: map[string]client.Client{}}
	p.must(controlplane.Build(p.ctx, p.folder))
	assets, err := controlplane.Ensure(p.ctx, os.Stderr, controlplane.All...)
	p.must(err)
	p.plane, err = controlplane.Start(p.ctx, controlplane.Options{AssetsDir: assets, ControllerManager: true})
	p.must(err)
	t.Cleanup(func() { p.must(p.plane.Stop()) })
	scheme := runtime.NewScheme()
	p.must(errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)))
	p.admin, err = client.New(p.plane.Config, client.Options{Scheme: scheme, FieldOwner: "kubectl-edit"})
	p.must(err)
	p.fillRepo()
	p.argo = p.startArgo()
	p.seen = p.observe()
	return p
}

// fillRepo commits the chart and, as the goals of one organisation, the samples.
func (p *play) fillRepo() {
	p.Helper()
	p.repo = newRepo(p.T, filepath.Join(p.folder, "repo"))
	p.must(os.CopyFS(filepath.Join(p.repo.folder, "charts", "praxis"), os.DirFS(filepath.Join("..", "..", "charts", "praxis"))))
	p.repo.commit("Release")
	p.repo.git("tag", "v0.1.0")
	var edits []edit
	for _, name := range []string{"minimal", "platform", "product", "enterprise"} {
		text, err := os.ReadFile(filepath.Join(config, "samples", name+".yaml"))
		p.must(err)
		edits = append(edits, edit{file: "goals/" + name + ".yaml", new: string(text)})
	}
	p.repo.commit("Say what is worth doing", edits...)
}

// startOperator starts the operator with the clock of the play, and reports its Pods as running,
// as the kubelet would.
func (p *play) startOperator() {
	p.Helper()
	p.epoch = time.Now().Truncate(time.Second).Add(time.Second)
	var err error
	p.clock, err = simclock.New(clock.RealClock{}, sunday, p.epoch, *speed)
	p.must(err)
	p.runOperator(sunday, p.epoch, *speed)
	p.must(wait.PollUntilContextTimeout(p.ctx, 100*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		response, err := http.Get("http://" + p.operator.Probes + "/readyz")
		if err != nil {
			return false, nil
		}
		return response.StatusCode == http.StatusOK, response.Body.Close()
	}))
	var pods corev1.PodList
	p.must(p.admin.List(p.ctx, &pods, client.InNamespace(systemNamespace)))
	for i := range pods.Items {
		pods.Items[i].Status.Phase = corev1.PodRunning
		pods.Items[i].Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		p.must(p.admin.Status().Update(p.ctx, &pods.Items[i]))
	}
}

// runOperator runs one replica as the Deployment says that Argo CD has applied.
func (p *play) runOperator(start, epoch time.Time, speed float64) {
	p.Helper()
	var err error
	p.operator, err = p.plane.Replica(p.ctx, systemNamespace, operatorName, filepath.Join(p.folder, "praxis"), filepath.Join(p.folder, "operator.kubeconfig"))
	p.must(err)
	p.operator.Args = append(p.operator.Args, "-clock-start="+start.UTC().Format(time.RFC3339),
		"-clock-epoch="+epoch.UTC().Format(time.RFC3339), fmt.Sprintf("-clock-speed=%g", speed))
	p.begin("operator", p.operator.Cmd)
}

// until lets people work until a moment of the play.
func (p *play) until(at time.Time) {
	p.Helper()
	for p.clock.Now().Before(at) {
		p.work()
		select {
		case <-p.ctx.Done():
			p.Fatal(p.ctx.Err())
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// as is the client of a user, who may edit what is in the namespace of the goals.
func (p *play) as(user string) client.Client {
	p.Helper()
	if p.users[user] == nil {
		of, err := p.plane.AddUser(user)
		p.must(err)
		p.users[user], err = client.New(of, client.Options{Scheme: p.admin.Scheme(), Mapper: p.admin.RESTMapper()})
		p.must(err)
		p.must(controlplane.Grant(p.ctx, p.admin, namespace, "test-"+user, user, "edit", "create", "evidence"))
	}
	return p.users[user]
}
