// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command praxis is the operator: it makes goals on Kubernetes executable, week by week.
// docs/concepts.md explains how.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // so that time zones load on hosts without zone files

	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/controllers"
	"github.com/praxis-dev/praxis/internal/fence"
	"github.com/praxis-dev/praxis/internal/provider"
	"github.com/praxis-dev/praxis/internal/simclock"
	"github.com/praxis-dev/praxis/internal/source"
	"github.com/praxis-dev/praxis/internal/version"
)

type options struct {
	metrics, probes, leaderElectionNamespace string
	metricsSecure, leaderElect, stamping     bool
	lease                                    time.Duration
	clockStart, clockEpoch, clockUntil       string
	clockSpeed                               float64
	historyWeeks                             int
	providers                                string
	receiver, receiverCertificates, issuers  string
	receiverBytes                            int64
	log                                      zap.Options
}

func main() {
	var o options
	flag.StringVar(&o.metrics, "metrics-bind-address", "0", "the address that serves metrics, like 127.0.0.1:8080; 0 serves none")
	flag.BoolVar(&o.metricsSecure, "metrics-secure", true, "serve metrics over HTTPS, to accounts that may get /metrics; false serves anybody over HTTP")
	flag.StringVar(&o.probes, "health-probe-bind-address", "127.0.0.1:8081", "the address that serves /healthz and /readyz; 0 serves none")
	flag.BoolVar(&o.leaderElect, "leader-elect", false, "with several replicas, let one work while the others stand by")
	flag.StringVar(&o.leaderElectionNamespace, "leader-election-namespace", "", "the namespace of the lease (default: the Pod's own)")
	flag.DurationVar(&o.lease, "leader-election-lease", 15*time.Second, "how long after the leader's last renewal another replica takes over")
	flag.BoolVar(&o.stamping, "stamping", false, "config/admission/stamping is installed, so the API server writes people's names: report it where it does not")
	flag.StringVar(&o.clockStart, "clock-start", "", "simulated time: what the clock shows at its epoch, like 2026-11-23T07:00:00Z (default: the real time)")
	flag.StringVar(&o.clockEpoch, "clock-epoch", "", "simulated time: the real moment of -clock-start, so that a restart continues where it was (default: now)")
	flag.Float64Var(&o.clockSpeed, "clock-speed", 1, "simulated time: how many times as fast as real time the clock runs")
	flag.StringVar(&o.clockUntil, "clock-until", "", "simulated time: what the clock shows when it goes on as fast as real time (default: never)")
	flag.IntVar(&o.historyWeeks, "history-weeks", 12, "how many closed weeks of a Utility are kept as objects; what they came to stays in its history")
	flag.StringVar(&o.providers, "providers", "", "a file that says which Prometheuses the measures of goals may ask, and of which namespaces (default: none)")
	flag.StringVar(&o.receiver, "receiver-bind-address", "0", "the address that takes the events of EvidenceSources, like :9292; 0 takes none")
	flag.StringVar(&o.receiverCertificates, "receiver-cert-dir", "", "the folder of tls.crt and tls.key with which the receiver serves HTTPS (default: HTTP, behind something that ends TLS)")
	flag.Int64Var(&o.receiverBytes, "receiver-max-bytes", source.MaxBytes, "how long the body of an event may be, before and after it is decompressed")
	flag.StringVar(&o.issuers, "oidc-issuers", "https://token.actions.githubusercontent.com,https://gitlab.com", "the issuers of identity tokens that EvidenceSources may name, separated by commas; no other address is asked")
	o.log.BindFlags(flag.CommandLine)
	flag.Parse()

	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&o.log)))
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "praxis:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	now, err := simclock.Parse(clock.RealClock{}, o.clockStart, o.clockEpoch, o.clockSpeed)
	if err == nil {
		now, err = now.Until(o.clockUntil)
	}
	if err != nil {
		return err
	}
	if o.lease < 2*time.Second {
		return fmt.Errorf("-leader-election-lease=%s: give 2s or more, since a lease is kept in whole seconds", o.lease)
	}
	if o.historyWeeks < 1 || o.historyWeeks > 25 {
		return fmt.Errorf("-history-weeks=%d: give 1 to 25, since the next week carries over from one and a history has 26", o.historyWeeks)
	}
	var providers *provider.File
	if o.providers != "" {
		if providers, err = provider.Load(o.providers); err != nil {
			return err
		}
	}
	if o.receiverBytes < 1<<10 || o.receiverBytes > 32<<20 {
		return fmt.Errorf("-receiver-max-bytes=%d: give 1024 to 33554432, since several bodies are held in memory at once", o.receiverBytes)
	}
	restConfig, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("finding the cluster: %w", err)
	}
	restConfig.QPS = -1 // no client-side limit: API Priority and Fairness governs
	unfenced := rest.CopyConfig(restConfig)
	if o.leaderElect {
		restConfig.Wrap(fence.New(o.lease, clock.RealClock{}).Wrap)
	}
	mgr, err := ctrl.NewManager(restConfig, o.manager())
	if err != nil {
		return fmt.Errorf("preparing: %w", err)
	}
	if err := controllers.Setup(mgr, controllers.Options{Clock: now, HistoryWeeks: o.historyWeeks, Stamping: o.stamping, Receiver: o.receiving(unfenced), Providers: providers}); err != nil {
		return err
	}
	if err := errors.Join(mgr.AddHealthzCheck("ping", healthz.Ping), mgr.AddReadyzCheck("cache", controllers.Synced(mgr.GetCache()))); err != nil {
		return err
	}
	ctrl.Log.Info("starting", "version", version.Version)
	return mgr.Start(ctrl.SetupSignalHandler())
}

// receiving is how events are received; what they come to is written by a client of its own.
func (o options) receiving(config *rest.Config) controllers.ReceiverOptions {
	return controllers.ReceiverOptions{
		Served: o.receiver != "" && o.receiver != "0", Address: o.receiver, Certificates: o.receiverCertificates, Bytes: o.receiverBytes,
		Issuers: strings.FieldsFunc(o.issuers, func(r rune) bool { return r == ',' || r == ' ' }), Config: config,
	}
}

func (o options) manager() ctrl.Options {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(praxisv1.AddToScheme(scheme))
	grace, renew, retry := 20*time.Second, o.lease*2/3, o.lease*2/15
	metrics := metricsserver.Options{BindAddress: o.metrics, SecureServing: o.metricsSecure}
	if o.metricsSecure {
		metrics.FilterProvider = filters.WithAuthenticationAndAuthorization
	}
	return ctrl.Options{
		Scheme:  scheme,
		Metrics: metrics, HealthProbeBindAddress: o.probes,
		LeaderElection: o.leaderElect, LeaderElectionID: "praxis.praxis.dev",
		LeaderElectionNamespace: o.leaderElectionNamespace, LeaderElectionReleaseOnCancel: true,
		LeaseDuration: &o.lease, RenewDeadline: &renew, RetryPeriod: &retry,
		GracefulShutdownTimeout: &grace,
		Cache:                   controllers.CacheOptions(),
		Client: client.Options{
			FieldOwner: "praxis",
			Cache:      &client.CacheOptions{EnableReadYourWritesConsistency: new(true)},
		},
		Controller: config.Controller{
			EnableWarmup: new(true), ReconciliationTimeout: 2 * time.Minute, MaxConcurrentReconciles: controllers.Workers,
		},
	}
}
