// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command bench measures what the start of a week costs: how fast the operator makes
// its Actions, beside a bare client that creates the same objects and beside the Job
// and ReplicaSet controllers making as many pods, all on one control plane in one run,
// interleaved; and how many requests it sends. `make bench` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/praxis-dev/praxis/test/controlplane"
)

func main() {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	pairs := flags.Int("pairs", 7, "how often each is measured")
	actions := flags.Int("actions", 1000, "Actions of the one Utility, a multiple of 5 up to 1,000")
	_ = flags.Parse(os.Args[1:]) // exits by itself

	ctrl.SetLogger(logr.Discard()) // informers would say each time that they stop

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *pairs, *actions); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, pairs, actions int) (err error) {
	home, err := os.MkdirTemp("", "praxis-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	audit := filepath.Join(home, "audit.log")
	plane, err := controlplane.Start(ctx, controlplane.Options{
		ControllerManager: true, Out: os.Stderr, AuditLog: audit, CRDDirs: []string{filepath.Join(root, "config", "crd", "bases")},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plane.Stop()) }()
	b, err := newBench(plane, home, actions)
	if err != nil {
		return err
	}
	stop, err := b.startOperator(ctx)
	if err != nil {
		return err
	}
	defer stop()

	times := map[string][]time.Duration{}
	for i := range pairs + 1 { // the first is to warm up
		for _, c := range b.contestants() {
			took, err := c.run(ctx, fmt.Sprintf("%s-%d", c.slug, i))
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			fmt.Fprintf(os.Stderr, "bench: %d/%d %-40s %v\n", i, pairs, c.name, took.Round(time.Millisecond))
			if i > 0 {
				times[c.slug] = append(times[c.slug], took)
			}
		}
	}
	b.report(times)
	return reportWrites(audit, actions, pairs+1)
}

// report prints the median of each, and of its ratio to the bare client pair by pair.
func (b *bench) report(times map[string][]time.Duration) {
	fmt.Printf("\n%d Actions of one Utility on %d cores, median of %d interleaved runs\n\n", b.actions, runtime.NumCPU(), len(times["operator"]))
	fmt.Printf("%-40s %8s %10s %18s\n", "", "time", "objects/s", "against bare client")
	for _, c := range b.contestants() {
		var ratios []float64
		for i, took := range times[c.slug] {
			ratios = append(ratios, took.Seconds()/times["bare"][i].Seconds())
		}
		slices.Sort(ratios)
		middle := median(times[c.slug])
		fmt.Printf("%-40s %7.2fs %10.0f %8.2fx (%.2f..%.2f)\n", c.name, middle.Seconds(), float64(b.actions)/middle.Seconds(),
			ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1])
	}
	fmt.Printf("\nagainst the rate of the ReplicaSet controller: the operator %.2fx, a bare client %.2fx, and with the same bytes and no schema %.2fx\n",
		ratio(times["replicaset"], times["operator"]), ratio(times["replicaset"], times["bare"]), ratio(times["replicaset"], times["schemaless"]))
}

// ratio is the median of a against b, pair by pair.
func ratio(a, b []time.Duration) float64 {
	var ratios []float64
	for i := range a {
		ratios = append(ratios, a[i].Seconds()/b[i].Seconds())
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}
