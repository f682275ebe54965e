// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// deploys is the system that deploys: it shows how long the last undoing took, and a Prometheus
// keeps that.
type deploys struct{ minutes atomic.Int64 }

func (m *deploys) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintf(w, "minutes_to_undo{namespace=%q} %d\n", stageNamespace, m.minutes.Load())
}

// prometheus runs a Prometheus that reads the deploys, and writes the providers of the operator.
// Where there is none, and none can be installed, it is left out: the returned deploys are nil,
// and the measure is handed in by hand.
func (d *demo) prometheus(ctx context.Context) (shown *deploys, stop func(), err error) {
	if why := d.noPrometheus(ctx); why != "" {
		say("the Prometheus is left out (%s): the minutes of the measure are handed in by hand instead", why)
		return nil, func() {}, nil
	}
	shown = &deploys{}
	shown.minutes.Store(58) // the baseline
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, fmt.Errorf("the deploys have no address: %w", err)
	}
	server := &http.Server{Handler: shown, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }() // until it is closed
	stopPrometheus, err := d.runPrometheus(listener.Addr().String())
	if err != nil {
		return nil, nil, fmt.Errorf("%w; %w", err, server.Close())
	}
	return shown, func() { stopPrometheus(); _ = server.Close() }, nil
}

// noPrometheus is why there is none; empty where there is one, perhaps since now.
func (d *demo) noPrometheus(ctx context.Context) string {
	var said strings.Builder
	script := exec.CommandContext(ctx, filepath.Join(d.root, "hack", "tools", "prometheus.sh"))
	script.Stderr = &said
	if err := script.Run(); err != nil {
		return strings.TrimSpace(strings.Join([]string{strings.ReplaceAll(strings.TrimSpace(said.String()), "\n", "; "), err.Error()}, ": "))
	}
	return ""
}

func (d *demo) runPrometheus(target string) (stop func(), err error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(d.home, "prometheus")
	config := filepath.Join(d.home, "prometheus.yaml")
	d.providers = filepath.Join(d.home, "providers.yaml")
	for path, text := range map[string]string{
		config:      fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: deploys\n  honor_labels: true\n  static_configs: [{targets: [%q]}]\n", target),
		d.providers: fmt.Sprintf("providers:\n- {name: main, url: \"http://%s\", namespaces: [%s], enforceNamespaceLabel: namespace}\n", address, stageNamespace),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, fmt.Errorf("the Prometheus has no configuration: %w", err)
		}
	}
	if err := os.RemoveAll(data); err != nil { // of an earlier demo, at another time
		return nil, fmt.Errorf("the Prometheus has nowhere to keep what it reads: %w", err)
	}
	log, err := os.Create(filepath.Join(d.home, "prometheus.log"))
	if err != nil {
		return nil, fmt.Errorf("the Prometheus has nowhere to log to: %w", err)
	}
	defer log.Close() // the child has its own
	cmd := exec.Command("sh", "-c", untilItsInputEnds, "sh", "--config.file="+config, "--storage.tsdb.path="+data, "--web.listen-address="+address)
	cmd.Stdout, cmd.Stderr = log, log
	// Ctrl-C in the terminal reaches the group; the order of stopping is ours.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("the Prometheus does not start: %w", err)
	}
	return func() {
		_ = input.Close()
		_ = cmd.Wait() // by a signal
	}, nil
}

// untilItsInputEnds runs a Prometheus until this program closes its input, or is killed.
const untilItsInputEnds = `prometheus "$@" </dev/null & while read -r _; do :; done; kill $!; wait $!`
