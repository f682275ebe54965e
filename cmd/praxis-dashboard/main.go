// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command praxis-dashboard serves the dashboard in a cluster: it shows people what they may
// read, and writes what they do as themselves. docs/dashboard-install.md explains how to run it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	_ "time/tzdata" // so that time zones load in an image without zone files

	_ "golang.org/x/crypto/x509roots/fallback" // so that public providers are trusted in an image without certificates

	"golang.org/x/sync/errgroup"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/praxis-dev/praxis/internal/dashboard"
	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/version"
)

type options struct {
	address, probes, tlsFolder string
	mode                       string
	publicURL                  string
	key, previousKey           string
	sessionVersion             int
	clientAddressHeader        string
	tokenExtras                string
	oidc                       oidcOptions
	proxy                      proxyOptions
	log                        zap.Options
}

func main() {
	var o options
	flag.StringVar(&o.address, "address", ":8443", "the address that serves the dashboard")
	flag.StringVar(&o.probes, "health-probe-bind-address", "127.0.0.1:8081", "the address that serves /healthz and /readyz")
	flag.StringVar(&o.tlsFolder, "tls-dir", "", "a folder with tls.crt and tls.key, which are read again when they change (default: plain HTTP, for a proxy in front that serves HTTPS)")
	flag.StringVar(&o.mode, "mode", "", "how people are known: oidc, token or proxy")
	flag.StringVar(&o.publicURL, "public-url", "", "oidc: the address of the dashboard as browsers have it, like https://praxis.example.org")
	flag.StringVar(&o.key, "session-key-file", "", "oidc and token: a file with a key of 32 bytes or more, by which sessions are sealed")
	flag.StringVar(&o.previousKey, "previous-session-key-file", "", "oidc and token: the key before it, whose sessions go on; the file may be missing")
	flag.IntVar(&o.sessionVersion, "session-version", 1, "oidc and token: one more than before signs everybody out")
	flag.StringVar(&o.clientAddressHeader, "client-address-header", "", "oidc and token: the header in which the proxy in front writes the address that a request comes from, like X-Forwarded-For, of which the last address counts (default: the address of the connection)")
	flag.StringVar(&o.tokenExtras, "token-extras", "", "token: keys, separated by commas, of what the API server says of a token beside user and groups that narrow nothing, so that who has them can write; one that ends with / is all below it")
	o.oidc.bind(flag.CommandLine)
	o.proxy.bind(flag.CommandLine)
	o.log.BindFlags(flag.CommandLine)
	flag.Parse()

	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&o.log)))
	if err := run(ctrl.SetupSignalHandler(), o); err != nil {
		fmt.Fprintln(os.Stderr, "praxis-dashboard:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("finding the cluster: %w", err)
	}
	config.UserAgent = "praxis-dashboard/" + version.Version
	now := clock.RealClock{}
	cluster, err := access.NewCluster(config, now)
	if err != nil {
		return err
	}
	who, err := o.identifies(cluster, now)
	if err != nil {
		return err
	}
	serving, err := o.serving()
	if err != nil {
		return err
	}
	pages, err := dashboard.New(dashboard.Options{Who: who, Access: cluster, Clock: now, Timer: now, Log: ctrl.Log.WithName("pages")})
	if err != nil {
		return err
	}
	ctrl.Log.Info("starting", "version", version.Version, "mode", o.mode, "address", o.address, "https", serving.tls != nil)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := cluster.Start(ctx); err != nil {
			return fmt.Errorf("reading the goals: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		return serving.serve(ctx, o.address, now, overHTTPS(identity.Guard(who, pages)))
	})
	group.Go(func() error { return plain.serve(ctx, o.probes, now, probes(cluster)) })
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
