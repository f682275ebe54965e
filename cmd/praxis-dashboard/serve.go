// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"

	"github.com/praxis-dev/praxis/internal/dashboard"
	"github.com/praxis-dev/praxis/internal/dashboard/access"
)

const (
	// A request's headers hold a session of at most eight cookies.
	mostHeaders = 64 << 10
	// bodyWithin is how long a form may take to come in, and endsWithin how long requests that
	// are under way have when the program is to end.
	bodyWithin, endsWithin = 30 * time.Second, 10 * time.Second
)

// server is how an address is served.
type server struct {
	certificates *certwatcher.CertWatcher
	tls          *tls.Config
}

// plain serves HTTP.
var plain = &server{}

// serving says how the dashboard is served.
func (o *options) serving() (*server, error) {
	if o.tlsFolder == "" {
		return plain, nil
	}
	watcher, err := certwatcher.New(filepath.Join(o.tlsFolder, "tls.crt"), filepath.Join(o.tlsFolder, "tls.key"))
	if err != nil {
		return nil, fmt.Errorf("reading the certificate in -tls-dir: %w", err)
	}
	s := &server{certificates: watcher, tls: &tls.Config{
		MinVersion: tls.VersionTLS12, GetCertificate: watcher.GetCertificate, NextProtos: []string{"h2", "http/1.1"},
	}}
	if o.mode != modeProxy {
		return s, nil
	}
	text, err := os.ReadFile(o.proxy.caFile)
	if err != nil {
		return nil, fmt.Errorf("reading -proxy-ca-file: %w", err)
	}
	s.tls.ClientAuth, s.tls.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	if !s.tls.ClientCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("there is no certificate in -proxy-ca-file=%s", o.proxy.caFile)
	}
	return s, nil
}

// serve serves an address until ctx ends, and finishes what is under way.
func (s *server) serve(ctx context.Context, address string, now clock.Clock, handler http.Handler) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("serving: %w", err)
	}
	if s.tls != nil {
		listener = tls.NewListener(listener, s.tls)
		go func() { _ = s.certificates.Start(ctx) }() // what it cannot read it logs, and the last goes on
	}
	h := &http.Server{Handler: bounded(now, handler), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: mostHeaders}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endsWithin)
		defer cancel()
		if err := h.Shutdown(ending); err != nil { // streams would go on for ever
			err = h.Close()
			stopped <- err
			return
		}
		stopped <- nil
	})
	defer stop()
	if err := h.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// overHTTPS has browsers come back by HTTPS alone. They ignore it where they came by HTTP.
func overHTTPS(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}

// bounded gives what a request sends a length and a time. Answers have none: streams last.
func bounded(now clock.Clock, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.ContentLength != 0 {
			_ = http.NewResponseController(w).SetReadDeadline(now.Now().Add(bodyWithin)) // HTTP/2 sets it for the stream
			r.Body = http.MaxBytesReader(w, r.Body, dashboard.MaxBody)
		}
		next.ServeHTTP(w, r)
	})
}

// probes say that the program runs, and that it has something to show. A silent API server
// makes it unready only before that: afterwards the pages say since when it is silent.
func probes(cluster *access.Cluster) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := cluster.Synced(r); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	return mux
}
