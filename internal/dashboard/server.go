// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package dashboard serves the pages where people see how goals are carried out, and do what they
// owe. A page is HTML that needs no JavaScript, or with Accept: application/json the data that the
// kubectl plugin prints; with JavaScript it changes by itself. What is said comes from
// internal/view and what is done goes through internal/act, as in the plugin, so that both say and
// do the same. Who asks, and what they may read and write, is decided in identity and access.
//
// The files: server.go and visit.go (a request becomes a page), signin.go and again.go (who is not
// signed in, and whose form came too late), secure.go (headers), static.go (what every page loads),
// events.go (a page that changes), render.go and functions.go (templates), pages_*.go (what is
// shown), do_*.go (what is done).
package dashboard

import (
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"

	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// Options are what a dashboard needs.
type Options struct {
	Who    identity.Authenticator
	Access access.Access
	// Clock shows what the operator's clock shows.
	Clock clock.PassiveClock
	// Timer is for what takes real time: heartbeats and the end of a stream.
	Timer clock.WithTicker
	// Hosts are the names by which it may be called; empty is any. A page of another site can make
	// a browser call 127.0.0.1 by a name of that site, and is refused so.
	Hosts []string
	// Streams is how many pages may be live at once; 0 is 1,000.
	Streams int
	// Patience is how long a form waits for what the operator says of it; 0 is 1.5 s.
	Patience time.Duration
	Log      logr.Logger
}

type server struct {
	Options
	pages   *renderer
	streams *streams
	// searches has a place for each search that there may be at once.
	searches chan struct{}
}

// New is the dashboard.
func New(o Options) (http.Handler, error) {
	pages, err := newRenderer()
	if err != nil {
		return nil, err
	}
	if o.Streams == 0 {
		o.Streams = 1000
	}
	if o.Patience == 0 {
		o.Patience = 1500 * time.Millisecond
	}
	s := &server{Options: o, pages: pages, streams: newStreams(o.Streams), searches: make(chan struct{}, maxSearches)}
	if own, has := o.Who.(looks); has {
		own.SetRender(s.signInPage)
	}
	mux := http.NewServeMux()
	s.show(mux)
	mux.HandleFunc("GET /events", s.events(mux))
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /lang", s.language)
	mux.Handle("GET /static/", assets)
	if routes := o.Who.Routes(); routes != nil {
		mux.Handle("GET /auth/", routes)
		mux.Handle("POST /auth/", routes)
	}
	s.do(mux)
	return s.secure(mux), nil
}

// show are the pages.
func (s *server) show(mux *http.ServeMux) {
	for path, p := range map[string]pageFunc{
		"/{$}":                            (*visit).mine,
		"/map":                            (*visit).goals,
		"/utility/{namespace}/{name}":     (*visit).showUtility,
		"/week/{namespace}/{name}":        (*visit).showWeek,
		"/week/{namespace}/{name}/{week}": (*visit).showWeek,
		"/review/{namespace}/{name}":      (*visit).showReview,
		"/heatmap":                        (*visit).heatmap,
		"/evidence/{namespace}/{name}":    (*visit).showPiece,
		"/search":                         (*visit).search,
		"/me":                             (*visit).whoAmI,
		"/pay":                            (*visit).pay,
		"/report/{namespace}":             (*visit).report,
		"/report/{namespace}/{name}":      (*visit).report,
		"/":                               (*visit).nowhere,
	} {
		mux.HandleFunc("GET "+path, s.visited(p))
	}
}

// do are the forms. None of them does anything for a GET.
func (s *server) do(mux *http.ServeMux) {
	for path, p := range map[string]pageFunc{
		"/do/submit":   (*visit).submit,
		"/do/retract":  (*visit).retract,
		"/do/judge":    (*visit).judge,
		"/do/review":   (*visit).fillIn,
		"/do/handover": (*visit).handOver,
		"/do/pay":      (*visit).sayToStatement,
	} {
		mux.HandleFunc("POST "+path, s.visited(p))
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusSeeOther) })
	}
}

// healthz says whether the pages are as new as the cluster. It needs nobody to sign in, and tells
// nothing but that.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := s.Access.Healthy(); err != nil {
		s.Log.Error(err, "the pages are not as new as the cluster")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("no word from the API server\n")) // whoever asks may have gone
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}
