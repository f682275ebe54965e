// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/net/netutil"
	"k8s.io/apimachinery/pkg/types"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/receiver"
	"github.com/praxis-dev/praxis/internal/source"
)

// cluster is what the receiver needs of one: two sources, and what it makes is thrown away.
type cluster map[string]*praxisv1.EvidenceSource

func newCluster() cluster {
	c := cluster{}
	for _, namespace := range []string{"flood", "shop"} {
		s := &praxisv1.EvidenceSource{Spec: praxisv1.EvidenceSourceSpec{
			GitHub: &praxisv1.SignedSource{SecretRef: praxisv1.LocalReference{Name: "hook"}},
			Rules: []praxisv1.SourceRule{{
				Name: "merged", When: "type == 'pull_request' && event.action == 'closed' && event.pull_request.merged",
				For: praxisv1.SourceTarget{KeyAction: "fix", Step: "ship"}, ID: "event.pull_request.id", Summary: "event.pull_request.title",
			}},
		}}
		s.Namespace, s.Name, s.UID, s.Generation = namespace, "forge", types.UID(namespace), 1
		c[namespace+"/forge"] = s
	}
	return c
}

func (c cluster) Find(_ context.Context, namespace, name string) (*praxisv1.EvidenceSource, error) {
	return c[namespace+"/"+name], nil
}

func (cluster) Secrets(context.Context, *praxisv1.EvidenceSource, bool) ([][]byte, error) {
	return [][]byte{[]byte(secret)}, nil
}

func (cluster) Claims(context.Context, *praxisv1.OIDCSource, string) (map[string]any, error) {
	return nil, &receiver.InvalidToken{}
}

func (cluster) Store(_ context.Context, s *praxisv1.EvidenceSource, _ string, made *source.Outcome) ([]praxisv1.SourceEvent, error) {
	var events []praxisv1.SourceEvent
	for i := range made.Drafts {
		events = append(events, praxisv1.SourceEvent{Outcome: praxisv1.SourceMade, Evidence: source.Name(s, made.Drafts[i].Rule, made.Drafts[i].ID)})
	}
	return events, nil
}

func (cluster) Record(*praxisv1.EvidenceSource, []praxisv1.SourceEvent) {}

func (cluster) Observed(string) {}

// serve is the receiver with the limits that the operator has.
func serve(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           beside(receiver.New(newCluster(), receiver.DefaultLimits(), time.Now, logr.Discard())),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 45 * time.Second, IdleTimeout: 15 * time.Second,
	}
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(netutil.LimitListener(listener, 1024)); ctx.Err() == nil {
		return err
	}
	return nil
}

// bare is a path that is answered at once, so that what the flood itself costs the machine, its
// connections and its sender, is seen apart.
const bare = "/bare"

func beside(r http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", r)
	mux.HandleFunc(bare, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 1<<20)) // the sender may be gone
		w.WriteHeader(http.StatusUnauthorized)
	})
	return mux
}
