// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command demo shows Praxis on a machine that has nothing but Go: it builds a control
// plane and the operator, applies the sample goals, lets several users work through
// their week in simulated time, and says what to look at. `make demo` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/praxis-dev/praxis/internal/simclock"
	"github.com/praxis-dev/praxis/test/controlplane"
)

type options struct {
	once  bool
	speed float64
}

// start is what the simulated clock shows while the week is planned: Monday 16:05 in
// Zurich, when the week has begun in the zones of all samples. It stands until the plan
// was looked at, and runs from then on.
const start = "2026-11-23T15:05:00Z"

// until is what it shows when the story has been told, from when on it runs as fast as real time:
// who looks around finds the week as the story left it.
const until = "2026-11-30T08:10:00Z"

// operatorUser may do what the operator's role grants, and no more.
const (
	operatorUser    = "praxis-operator"
	systemNamespace = "praxis-system" // where its lease is
)

// The samples, each in a namespace of its own.
var samples = []string{"minimal", "platform", "product", "enterprise"}

func main() {
	var o options
	flags := flag.NewFlagSet("demo", flag.ExitOnError)
	flags.BoolVar(&o.once, "once", false, "live the week once and end")
	flags.Float64Var(&o.speed, "speed", 5000, "how many times as fast as time the clock runs; at 5000 a week takes two minutes")
	_ = flags.Parse(os.Args[1:]) // exits by itself

	ctrl.SetLogger(logr.Discard()) // what goes wrong is said
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, o); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	home := filepath.Join(root, "bin", "demo")
	say("building the control plane and the operator, where they are not there yet")
	assets, err := controlplane.Ensure(ctx, os.Stderr, controlplane.All...)
	if err != nil {
		return err
	}
	d := demo{options: o, root: root, home: home, kubeconfig: filepath.Join(home, "kubeconfig"), kubectlPath: filepath.Join(assets, string(controlplane.Kubectl))}
	if err := d.command(ctx, os.Stderr, "go", "build", "-o", home+string(filepath.Separator), ".", "./cmd/kubectl-praxis"); err != nil {
		return fmt.Errorf("building the operator and the plugin: %w", err)
	}
	say("starting the control plane")
	plane, err := controlplane.Start(ctx, controlplane.Options{AssetsDir: assets, ControllerManager: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plane.Stop()) }()
	user, err := plane.AddUser(operatorUser)
	if err == nil {
		err = errors.Join(plane.Kubeconfig(d.kubeconfig), controlplane.WriteKubeconfig(d.operatorKubeconfig(), user))
	}
	if err != nil {
		return err
	}
	// A kubeconfig of a cluster that is gone only confuses.
	defer os.Remove(d.kubeconfig)
	defer os.Remove(d.operatorKubeconfig())
	return d.show(ctx, plane)
}

type demo struct {
	options
	clock                               *simclock.Clock
	forge                               *forge
	deploys                             *deploys // nil where there is no Prometheus
	receiver, providers                 string   // the address of the operator's, and its file; no file where there is no Prometheus
	epoch                               string   // the real moment of start
	address                             string   // of the dashboard
	root, home, kubeconfig, kubectlPath string
}

// show applies the samples, runs the operator and plays the week.
func (d *demo) show(ctx context.Context, plane *controlplane.ControlPlane) error {
	say("applying the samples")
	if err := d.apply(ctx); err != nil {
		return err
	}
	stopSystems, err := d.connect(ctx)
	if err != nil {
		return err
	}
	defer stopSystems()
	cast, err := d.createUsers(ctx, plane)
	if err != nil {
		return err
	}
	if d.address, err = freeAddress(); err != nil {
		return err
	}
	say("running the operator: its clock begins at %s", start)
	operator, stop, err := d.operator(1)
	if err != nil {
		return err
	}
	closePages, err := d.pages(ctx, 1)
	if err != nil {
		stop()
		return err
	}
	fmt.Printf("\nOpen http://%s/ and watch the week go by: the pages change by themselves. You are Mira, who leads the team.\n", d.address)
	err = d.awaitPlans(ctx, operator)
	if err == nil {
		err = d.look(ctx, d.looks())
	}
	stop()
	closePages()
	if err != nil {
		return err
	}
	say("running it again: from here on its clock runs %g times as fast as time", d.speed)
	if operator, stop, err = d.operator(d.speed); err != nil {
		return err
	}
	defer stop()
	if closePages, err = d.pages(ctx, d.speed); err != nil {
		return err
	}
	defer closePages()
	if err := d.live(ctx, cast); err != nil || d.once {
		return err
	}
	d.usage()
	select {
	case <-ctx.Done():
		say("stopping")
		return nil
	case err := <-operator:
		return d.ended(err)
	}
}

func (d demo) apply(ctx context.Context) error {
	// Everything of config/default except the Pods, since there is no kubelet here.
	steps := [][]string{{"create", "namespace", systemNamespace}}
	for _, folder := range []string{"crd", "admission", "admission/stamping", "rbac", "rbac/account"} {
		steps = append(steps, []string{"apply", "-k", filepath.Join(d.root, "config", folder)})
	}
	steps = append(steps,
		[]string{"wait", "--for=condition=Established", "crd", "--all"},
		[]string{"create", "clusterrolebinding", "demo", "--clusterrole=praxis-operator", "--user=" + operatorUser},
		[]string{"create", "rolebinding", "demo", "-n", systemNamespace, "--role=praxis-leader-election", "--user=" + operatorUser})
	var err error
	for _, args := range steps {
		if err == nil {
			err = d.kubectl(ctx, io.Discard, args...)
		}
	}
	for _, name := range samples {
		if err == nil {
			err = d.kubectl(ctx, io.Discard, "create", "namespace", name)
		}
		if err == nil {
			err = d.kubectl(ctx, io.Discard, "apply", "-n", name, "-f", filepath.Join(d.root, "config", "samples", name+".yaml"))
		}
	}
	return err
}

// operator runs the operator as a child, and sets the clock of the demo to its own. It
// leads by a lease, so that should this program be killed, it ends by itself once the
// control plane is gone.
func (d *demo) operator(speed float64) (ended <-chan error, stop func(), err error) {
	d.epoch = time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
	if d.clock, err = simclock.Parse(clock.RealClock{}, start, d.epoch, speed); err == nil {
		d.clock, err = d.clock.Until(until)
	}
	if err != nil {
		return nil, nil, err
	}
	log, err := os.Create(d.logFile())
	if err != nil {
		return nil, nil, fmt.Errorf("the operator has nowhere to log to: %w", err)
	}
	cmd := exec.Command(filepath.Join(d.home, "praxis"), "-leader-elect", "-stamping", "-leader-election-namespace="+systemNamespace,
		"-health-probe-bind-address=0", "-receiver-bind-address="+d.receiver, "-providers="+d.providers, "-clock-start="+start, "-clock-epoch="+d.epoch, fmt.Sprintf("-clock-speed=%g", speed), "-clock-until="+until)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+d.operatorKubeconfig())
	cmd.Stdout, cmd.Stderr = log, log
	// Ctrl-C in the terminal reaches the group; the order of stopping is ours.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("the operator does not start: %w", err)
	}
	done, waited := make(chan error, 1), make(chan struct{})
	go func() {
		done <- cmd.Wait()
		close(waited)
		log.Close()
	}()
	return done, func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		<-waited
	}, nil
}

// awaitPlans waits until every Utility knows its week.
func (d demo) awaitPlans(ctx context.Context, operator <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	planned := make(chan error, 1)
	go func() {
		planned <- d.kubectl(ctx, io.Discard, "wait", "--for=jsonpath={.status.currentCycle}", "utilities", "--all", "-A", "--timeout=110s")
	}()
	select {
	case err := <-planned:
		if err != nil {
			return fmt.Errorf("the week is not planned: %w; see %s", err, d.logFile())
		}
		return nil
	case err := <-operator:
		return d.ended(err)
	}
}

func (d demo) ended(err error) error {
	return fmt.Errorf("the operator has ended (%w); see %s", err, d.logFile())
}

func (d demo) operatorKubeconfig() string { return filepath.Join(d.home, "operator.kubeconfig") }

func (d demo) logFile() string { return filepath.Join(d.home, "operator.log") }

func (d demo) kubectl(ctx context.Context, out io.Writer, args ...string) error {
	return d.command(ctx, out, d.kubectlPath, args...)
}

func (d demo) command(ctx context.Context, out io.Writer, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	var said strings.Builder
	cmd.Dir, cmd.Stdout, cmd.Stderr = d.root, out, &said
	cmd.Env = append(os.Environ(), d.environment()...)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", filepath.Base(name), strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return nil
}

// environment lets kubectl find its cluster and the plugin, and the plugin the operator's clock.
func (d demo) environment() []string {
	return []string{
		"KUBECONFIG=" + d.kubeconfig, "PATH=" + d.home + string(filepath.ListSeparator) + os.Getenv("PATH"),
		"PRAXIS_CLOCK_START=" + start, "PRAXIS_CLOCK_EPOCH=" + d.epoch, fmt.Sprintf("PRAXIS_CLOCK_SPEED=%g", d.speed), "PRAXIS_CLOCK_UNTIL=" + until,
	}
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "demo: "+format+"\n", args...) }
