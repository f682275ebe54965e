// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command controlplane keeps a control plane running for daily work until Ctrl-C. It is
// what `make control-plane` runs; with -build-only it just builds the binaries.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/praxis-dev/praxis/test/controlplane"
)

type options struct {
	kubeconfig, dir  string
	buildOnly, fresh bool
}

func main() {
	var o options
	// Not the flag package's own set: a dependency defines -kubeconfig in that.
	flags := flag.NewFlagSet("control-plane", flag.ExitOnError)
	flags.StringVar(&o.kubeconfig, "kubeconfig", "", "where the admin's kubeconfig is written (default bin/control-plane/kubeconfig)")
	flags.StringVar(&o.dir, "dir", "", "where the data is kept from run to run (default bin/control-plane/data)")
	flags.BoolVar(&o.fresh, "fresh", false, "begin without the data of earlier runs")
	flags.BoolVar(&o.buildOnly, "build-only", false, "build the binaries and exit")
	_ = flags.Parse(os.Args[1:]) // exits by itself
	if flags.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "control plane: %q is no flag; see -help\n", flags.Arg(0))
		os.Exit(2)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "control plane:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	assets, err := controlplane.Ensure(ctx, os.Stderr, controlplane.All...)
	if err != nil || o.buildOnly {
		return err
	}
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	home := filepath.Join(root, "bin", "control-plane")
	if o.kubeconfig == "" {
		o.kubeconfig = filepath.Join(home, "kubeconfig")
	}
	if o.dir == "" {
		o.dir = filepath.Join(home, "data")
	}
	if o.kubeconfig, err = filepath.Abs(o.kubeconfig); err != nil {
		return err
	}
	return serve(ctx, o, assets, root)
}

// serve runs the plane until ctx ends or a component fails.
func serve(ctx context.Context, o options, assets, root string) (err error) {
	crds, err := crdDirs(root)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "control plane: starting")
	plane, err := controlplane.Start(ctx, controlplane.Options{
		AssetsDir: assets, Dir: o.dir, Fresh: o.fresh, ControllerManager: true, CRDDirs: crds,
	})
	if err != nil {
		if ctx.Err() != nil {
			return nil // Ctrl-C is no failure
		}
		return err
	}
	defer func() {
		fmt.Fprintln(os.Stderr, "control plane: stopping")
		err = errors.Join(err, plane.Stop())
	}()
	if err := plane.Kubeconfig(o.kubeconfig); err != nil {
		return err
	}
	// A kubeconfig of a cluster that is gone only confuses.
	defer os.Remove(o.kubeconfig)
	fmt.Print(usage(o, assets, len(crds) > 0))
	return watch(ctx, plane)
}

// crdDirs is where kubebuilder generates the CustomResourceDefinitions, once it has.
func crdDirs(root string) ([]string, error) {
	dir := filepath.Join(root, "config", "crd", "bases")
	_, err := os.Stat(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return []string{dir}, err
}

func usage(o options, assets string, crds bool) string {
	try := "get praxis -A"
	if !crds {
		try = "get namespaces   # config/crd/bases is not there: make manifests, then start again"
	}
	return fmt.Sprintf(`control plane: ready. In another terminal:

  export KUBECONFIG=%s
  %s %s

Its data stays in %s; -fresh begins without it. Ctrl-C stops it.
`, o.kubeconfig, filepath.Join(assets, string(controlplane.Kubectl)), try, o.dir)
}

// watch waits for Ctrl-C, or says what broke: a plane without garbage collection, for example,
// looks alive but behaves wrongly.
func watch(ctx context.Context, plane *controlplane.ControlPlane) error {
	const tolerated = 3 // a busy machine may miss an answer
	failures := 0
	err := wait.PollUntilContextCancel(ctx, 5*time.Second, false, func(ctx context.Context) (bool, error) {
		err := plane.Healthy(ctx)
		if err == nil || ctx.Err() != nil {
			failures = 0
			return false, nil
		}
		if failures++; failures < tolerated {
			return false, nil
		}
		return false, err
	})
	if ctx.Err() != nil {
		return nil
	}
	return err
}
