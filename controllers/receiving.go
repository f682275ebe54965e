// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/internal/receiver"
)

// ReceiverOptions are set by flags.
type ReceiverOptions struct {
	// Served is set where there is a receiver.
	Served bool
	// Address is what it listens on, and Certificates the folder of its tls.crt and tls.key; with
	// none it serves plain HTTP, behind something that ends TLS.
	Address, Certificates string
	// Issuers are those that may be asked for the keys of identity tokens.
	Issuers []string
	// Bytes are the most of a body.
	Bytes int64
	// Config is how evidence is created: past the fence that keeps a replica from writing while
	// another leads.
	Config *rest.Config
}

func (o ReceiverOptions) allowed(issuer string) bool {
	return receiver.NewTokens(o.Issuers, &http.Client{}, nil).Allowed(issuer)
}

// addSources adds what takes the events of EvidenceSources, and returns what watches objects.
func addSources(mgr ctrl.Manager, deps Deps) (*ObjectSources, error) {
	config := deps.Receiver.Config
	if config == nil {
		config = mgr.GetConfig()
	}
	writer, err := client.New(config, client.Options{Scheme: mgr.GetScheme(), FieldOwner: "praxis", Mapper: mgr.GetRESTMapper()})
	if err != nil {
		return nil, fmt.Errorf("preparing to write evidence: %w", err)
	}
	objects, err := dynamic.NewForConfig(mgr.GetConfig())
	if err != nil {
		return nil, fmt.Errorf("preparing to watch objects: %w", err)
	}
	sources := NewSources(deps, writer, deps.Receiver.Issuers, clock.RealClock{}.Now)
	watched := NewObjectSources(sources, objects, mgr.GetRESTMapper())
	err = errors.Join(mgr.Add(watched), mgr.Add(&countWriter{sources, clock.RealClock{}}))
	if deps.Receiver.Served {
		err = errors.Join(err, mgr.Add(&receiving{ReceiverOptions: deps.Receiver, sources: sources}))
	}
	return watched, err
}

// receiving serves the receiver on every replica.
type receiving struct {
	ReceiverOptions
	sources *Sources
}

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (*receiving) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (r *receiving) Start(ctx context.Context) error {
	limits := receiver.DefaultLimits()
	if r.Bytes > 0 {
		limits.Bytes = r.Bytes
	}
	server := &http.Server{
		Handler:           receiver.New(r.sources, limits, r.sources.Real, ctrl.Log.WithName("receiver")),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 45 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 64 << 10,
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.Address)
	if err != nil {
		return fmt.Errorf("-receiver-bind-address=%s: %w", r.Address, err)
	}
	if r.Certificates != "" {
		watcher, err := certwatcher.New(filepath.Join(r.Certificates, "tls.crt"), filepath.Join(r.Certificates, "tls.key"))
		if err != nil {
			return fmt.Errorf("-receiver-cert-dir=%s: %w", r.Certificates, err)
		}
		go func() { _ = watcher.Start(ctx) }() // logs what is wrong itself
		listener = tls.NewListener(listener, &tls.Config{GetCertificate: watcher.GetCertificate, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
	}
	ctrl.Log.Info("receiving events", "address", listener.Addr().String())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		// What was begun is ended, so that no sender learns of a restart.
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return server.Shutdown(last)
	}
}
