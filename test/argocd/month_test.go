// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const week = 7 * 24 * time.Hour

func TestAMonthUnderArgoCD(t *testing.T) {
	if *binaries == "" {
		t.Skip("it needs a built Argo CD; run: make test-argocd")
	}
	p := newPlay(t)
	began := time.Now()
	p.installed()
	p.firstSync()
	p.logf(began, "everything is in sync and healthy")

	p.until(sunday.Add(5 * 24 * time.Hour))
	p.deviates()
	p.children()
	p.logf(began, "the first week is nearly over")

	p.until(sunday.Add(week + 2*24*time.Hour))
	p.gitEdit()
	p.strict()
	p.logf(began, "edited in Git, and strict for a while")

	p.until(sunday.Add(2*week + 24*time.Hour))
	p.stalls()
	p.suspended()
	p.drift()
	p.ends()
	p.logf(began, "stalled and fixed, suspended and resumed, drifted and healed; one goal is to end")

	p.until(sunday.Add(time.Duration(*weeks)*week + 24*time.Hour))
	p.rules()
	p.pruned()
	p.logf(began, "pruned")
	p.quiet()
	p.ledger()
	p.logf(began, "and nothing more happened")
	p.definitionsOutliveTheirApplication()
	p.logf(began, "the operator is gone, and no goal with it")
}

func (p *play) logf(began time.Time, what string) {
	p.Logf("%4.0f s: %s", time.Since(began).Seconds(), what)
}

// installed lets Argo CD itself install the operator, whose Pods wait for a node.
func (p *play) installed() {
	p.Helper()
	p.seen.mayDiffer("praxis", true)
	p.ask("praxis.yaml", "https://github.com/praxis-dev/praxis.git", "historyWeeks: 12", fmt.Sprintf("historyWeeks: %d", kept))
	p.awaitApp("praxis", "installed", synced("Progressing"))
	p.seen.mayDiffer("praxis", false)
}

// firstSync holds that goals wait for the operator, and not for anything else.
func (p *play) firstSync() {
	p.Helper()
	p.seen.mayDiffer("goals", true)
	p.ask("goals.yaml", "https://git.example.com/goals.git")
	p.awaitApp("goals", "in sync and waiting for the operator", synced("Progressing"))
	p.seen.mayDiffer("goals", false)
	p.startOperator()
	p.awaitApp("praxis", "healthy", synced("Healthy"))
	p.awaitApp("goals", "healthy", synced("Healthy"))
}

func (p *play) utility(name string) *praxisv1.Utility {
	p.Helper()
	u := &praxisv1.Utility{}
	p.must(p.admin.Get(p.ctx, client.ObjectKey{Namespace: namespace, Name: name}, u))
	return u
}

// awaitHealth waits until a resource has a health in Argo CD's tree.
func (p *play) awaitHealth(resource, status, message string) {
	p.Helper()
	var last node
	err := wait.PollUntilContextTimeout(p.ctx, 200*time.Millisecond, patience, true, func(context.Context) (bool, error) {
		last = p.tree("goals")[resource]
		return last.Health != nil && last.Health.Status == status && strings.HasPrefix(last.Health.Message, message), nil
	})
	if err != nil {
		p.Fatalf("%s is not %s %q but %+v", resource, status, message, last.Health)
	}
	p.Logf("%s: %s: %s", resource, last.Health.Status, last.Health.Message)
}

// deviates checks that late work is reported, and fails nothing.
func (p *play) deviates() {
	p.Helper()
	p.awaitHealth("Utility/"+idle, "Healthy", "DEVIATION: ")
	if s := p.seen.of("goals"); s.health != "Healthy" || s.sync != "Synced" {
		p.Errorf("a deviation makes the application %+v", s)
	}
}

// children holds that what is generated stands below its owner.
func (p *play) children() {
	p.Helper()
	parents := map[string]int{}
	for _, n := range p.tree("goals") {
		for _, parent := range n.ParentRefs {
			parents[n.Kind+" under "+parent.Kind]++
		}
		if n.Health == nil && n.Kind != "ActionPackage" && n.Kind != "Namespace" {
			p.Errorf("%s/%s has no health", n.Kind, n.Name)
		}
	}
	p.Logf("in the tree: %v", parents)
	for _, want := range []string{"WeeklyCycle under Utility", "Action under WeeklyCycle", "Review under WeeklyCycle", "KeyAction under KeyAction"} {
		if parents[want] == 0 {
			p.Errorf("there is no %s in %v", want, parents)
		}
	}
}

func (p *play) gitEdit() {
	p.Helper()
	p.changed("Ask for more", edit{"goals/minimal.yaml", "required: 8", "required: 12"})
	if got := p.utility(idle).Spec.Required; got != 12 {
		p.Errorf("Git asks for 12 and the cluster has %d", got)
	}
}

// strict turns an existing deviation into a failure, and back.
func (p *play) strict() {
	p.Helper()
	p.changed("Be strict", edit{"goals/minimal.yaml", "metadata: {name: first-hour}", "metadata: {name: first-hour, labels: {praxis.dev/argo-health: strict}}"})
	p.awaitHealth("Utility/"+idle, "Degraded", "DEVIATION: ")
	p.awaitApp("goals", "degraded", synced("Degraded"))
	p.changed("Be kind again", edit{"goals/minimal.yaml", "metadata: {name: first-hour, labels: {praxis.dev/argo-health: strict}}", "metadata: {name: first-hour}"})
	p.awaitApp("goals", "healthy", synced("Healthy"))
}

func (p *play) stalls() {
	p.Helper()
	p.changed("Forget ten percent", edit{"goals/minimal.yaml", "weight: 100", "weight: 90"})
	p.awaitHealth("Utility/"+idle, "Degraded", "The weights of the KeyActions add up to 90, not 100")
	p.awaitApp("goals", "degraded", synced("Degraded"))
	p.changed("Remember them", edit{"goals/minimal.yaml", "weight: 90", "weight: 100"})
	p.awaitApp("goals", "healthy", synced("Healthy"))
}

func (p *play) suspended() {
	p.Helper()
	p.changed("Rest", edit{"goals/minimal.yaml", "required: 12", "required: 12\n  suspend: true"})
	p.awaitHealth("Utility/"+idle, "Suspended", "No new week is planned")
	p.awaitApp("goals", "suspended", synced("Suspended"))
	p.changed("Go on", edit{"goals/minimal.yaml", "required: 12\n  suspend: true", "required: 12"})
	p.awaitApp("goals", "healthy", synced("Healthy"))
}

// drift makes an edit in the cluster, which Argo CD undoes.
func (p *play) drift() {
	p.Helper()
	p.seen.mayDiffer("goals", true)
	u := p.utility(idle)
	p.must(p.admin.Patch(p.ctx, u, client.RawPatch("application/merge-patch+json", []byte(`{"spec": {"required": 500}}`))))
	p.must(wait.PollUntilContextTimeout(p.ctx, 100*time.Millisecond, patience, true, func(context.Context) (bool, error) {
		return p.utility(idle).Spec.Required == 12, nil
	}))
	p.awaitApp("goals", "healed", synced("Healthy"))
	p.seen.mayDiffer("goals", false)
}

// ends says in Git that a goal has its last week.
func (p *play) ends() {
	p.Helper()
	year, week := p.clock.Now().ISOWeek() // on a Monday, when the week of the goal has begun
	end := fmt.Sprintf("required: 12\n  end: {week: %d-W%02d, as: Stopped, because: The install page is gone}", year, week)
	p.changed("End the first hour", edit{"goals/minimal.yaml", "required: 12", end})
}

// pruned holds that what leaves Git leaves the cluster, with all that was made from it
// and without the evidence, which somebody gave. A goal has to have ended before.
func (p *play) pruned() {
	p.Helper()
	p.awaitHealth("Utility/"+idle, "Healthy", "Ended: Stopped")
	p.changed("Let the first hour go", edit{"goals/minimal.yaml", everything, ""})
	p.must(wait.PollUntilContextTimeout(p.ctx, 200*time.Millisecond, patience, true, func(context.Context) (bool, error) {
		left := 0
		for _, o := range p.everything() {
			if strings.HasPrefix(o.GetName(), idle) || o.GetName() == "watch-new-users" || o.GetName() == "docs" {
				left++
			}
		}
		return left == 0, nil
	}))
	p.awaitApp("goals", "healthy", synced("Healthy"))
}

// quiet holds that nothing is written while nothing changes: with a clock that has
// stopped for all that matters, no object changes.
func (p *play) quiet() {
	p.Helper()
	// It goes on with a slower clock, and gives its lease back before.
	p.must(p.operator.Process.Signal(syscall.SIGTERM))
	p.must(p.operator.Wait())
	p.runOperator(p.clock.Now().Add(time.Minute), time.Now(), 1)
	last := p.versions()
	p.must(wait.PollUntilContextTimeout(p.ctx, 3*time.Second, patience, false, func(context.Context) (bool, error) {
		before := last
		last = p.versions()
		return len(differing(before, last)) == 0, nil
	}))
	time.Sleep(10 * time.Second) // Argo CD looks again meanwhile
	if changed := differing(last, p.versions()); len(changed) > 0 {
		p.Errorf("while nothing changes these are written: %v", changed)
	}
}

// ledger holds that Argo CD has synced for commits and for the one drift, and for nothing
// that the operator or the people did.
func (p *play) ledger() {
	p.Helper()
	p.seen.mu.Lock()
	astray, seen := p.seen.astray, p.seen.seen
	p.seen.mu.Unlock()
	if len(astray) > 0 {
		p.Errorf("while nobody changed anything:\n%s", strings.Join(astray, "\n"))
	}
	goals, praxis := p.seen.operationsOf("goals"), p.seen.operationsOf("praxis")
	p.Logf("%d sights of applications; %d commits, 1 drift, %d syncs of the goals, %d of what is installed", seen, p.commits, len(goals), len(praxis))
	if want := 1 + p.commits + 1; len(goals) != want {
		p.Errorf("there are %d syncs of the goals, want %d:\n%s", len(goals), want, strings.Join(goals, "\n"))
	}
	if len(praxis) != 1 {
		p.Errorf("what is installed is synced %d times:\n%s", len(praxis), strings.Join(praxis, "\n"))
	}
	if log, err := os.ReadFile(filepath.Join(p.folder, "operator.log")); err != nil || strings.Contains(string(log), "panic") {
		p.Error(fmt.Errorf("the operator panicked: %w\n%s", err, log))
	}
}

// definitionsOutliveTheirApplication holds that goals are not lost to a value of the chart, nor
// to the end of the application, which is how an operator goes away for a while.
func (p *play) definitionsOutliveTheirApplication() {
	p.Helper()
	before := p.names()
	p.seen.mayDiffer("praxis", true)
	app := &unstructured.Unstructured{}
	app.SetGroupVersionKind(applicationKind)
	app.SetNamespace(argoNamespace)
	app.SetName("praxis")
	p.must(p.admin.Patch(p.ctx, app, client.RawPatch("application/merge-patch+json",
		[]byte(`{"metadata": {"finalizers": ["resources-finalizer.argocd.argoproj.io"]}, "spec": {"source": {"helm": {"valuesObject": {"crds": {"enabled": false}, "replicas": 3}}}}}`))))
	p.await("it is synced without the definitions", func() bool {
		syncs := p.seen.operationsOf("praxis")
		return len(syncs) == 2 && strings.HasSuffix(syncs[1], "Succeeded")
	})
	p.must(p.admin.Delete(p.ctx, app))
	p.await("the operator is gone", func() bool {
		return apierrors.IsNotFound(p.admin.Get(p.ctx, client.ObjectKey{Namespace: argoNamespace, Name: "praxis"}, app)) &&
			apierrors.IsNotFound(p.admin.Get(p.ctx, client.ObjectKey{Namespace: systemNamespace, Name: operatorName}, &appsv1.Deployment{}))
	})
	if after := p.names(); !slices.Equal(before, after) {
		p.Errorf("there were\n%v\nand are\n%v", before, after)
	}
}
