// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

const (
	// heartbeat is how often a stream says that it is there, and asks for its rights again;
	// streamEnds after how long it is begun anew, so that who it is for is asked again.
	heartbeat, streamEnds = 15 * time.Second, 5 * time.Minute
	// perPerson is how many pages of one person may be live at once.
	perPerson = 32
	// namespaceHeader tells within the server whose changes change a page.
	namespaceHeader = "Praxis-Namespace"
)

// streams counts the pages that are live.
type streams struct {
	mu   sync.Mutex
	most int
	all  int
	of   map[string]int
}

func newStreams(most int) *streams { return &streams{most: most, of: map[string]int{}} }

func (s *streams) enter(user string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= s.most || s.of[user] >= perPerson {
		return false
	}
	s.all++
	s.of[user]++
	return true
}

func (s *streams) leave(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.of[user]--; s.of[user] == 0 {
		delete(s.of, user)
	}
}

// events streams the part of a page that changes, each time it has changed. Each look at it asks
// for the rights of the person again. The id of an event is the digest of what it holds, so that
// nothing is sent to whoever has it.
func (s *server) events(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		person, err := s.Who.Person(r)
		of := r.URL.Query().Get("of")
		target, invalid := url.Parse(of)
		if err == nil && person == nil {
			http.Error(w, "You are signed out.", http.StatusUnauthorized)
			return
		}
		if err != nil || invalid != nil || !identity.Local(of) || !streamable(target.Path) {
			http.Error(w, "There is no such page.", http.StatusForbidden)
			return
		}
		if !s.streams.enter(person.User) {
			w.Header().Set("Retry-After", "30")
			http.Error(w, "Too many pages are live; this one is looked at again from time to time.", http.StatusServiceUnavailable)
			return
		}
		defer s.streams.leave(person.User)
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("X-Accel-Buffering", "no")
		w.WriteHeader(http.StatusOK)
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		l := &live{server: s, mux: mux, r: r, target: target, to: http.NewResponseController(w), w: w, has: r.Header.Get("Last-Event-ID")}
		if l.has == "" {
			l.has = r.URL.Query().Get("at")
		}
		if l.send(": here\n\n") {
			l.run(ctx, s.Timer)
		}
	}
}

// streamable reports whether a path, as the server reads it, is that of a page.
func streamable(asked string) bool {
	if !identity.Local(asked) {
		return false
	}
	asked = path.Clean(asked) + "/"
	for _, other := range []string{"/events/", "/static/", "/do/", "/auth/", "/lang/", "/healthz/"} {
		if strings.HasPrefix(asked, other) {
			return false
		}
	}
	return true
}

// lineEnds are all that end a line of a stream, so that nothing that people wrote begins a line
// of its own.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// live is a page that somebody has open.
type live struct {
	*server
	mux    *http.ServeMux
	r      *http.Request
	target *url.URL
	to     *http.ResponseController
	w      http.ResponseWriter
	has    string // the digest of what the browser shows
}

// run sends what changes until the stream has to be begun anew.
func (l *live) run(ctx context.Context, timer clock.WithTicker) {
	namespace, ok := l.look(ctx)
	changes := l.Access.Changes(ctx, namespace)
	if ok { // what has changed between the two is told by nobody
		_, ok = l.look(ctx)
	}
	beat, end := timer.NewTicker(heartbeat), timer.NewTimer(streamEnds)
	defer beat.Stop()
	defer end.Stop()
	for ok {
		select {
		case <-ctx.Done():
			return
		case <-end.C():
			return
		case _, open := <-changes:
			if !open {
				return
			}
		case <-beat.C():
			if !l.send(": here\n\n") {
				return
			}
		}
		_, ok = l.look(ctx)
	}
}

// look sends the page if it is another one than the browser has. It sends nothing where it is
// not, so that nobody learns when others write what they may not read.
func (l *live) look(ctx context.Context) (namespace string, ok bool) {
	again := l.r.Clone(context.WithValue(ctx, fragment{}, true))
	again.URL, again.RequestURI = l.target, l.target.RequestURI()
	again.Form = nil
	again.Header.Set("Accept", "text/html")
	buffer := &answer{header: http.Header{}}
	l.mux.ServeHTTP(buffer, again)
	namespace = cmp.Or(buffer.header.Get(namespaceHeader), again.PathValue("namespace"), l.target.Query().Get("namespace"))
	if buffer.status >= 300 && buffer.status < 400 {
		return namespace, false // who it was for has to sign in again
	}
	is := digest(buffer.Bytes())
	if is == l.has {
		return namespace, true
	}
	l.has = is
	var event bytes.Buffer
	fmt.Fprintf(&event, "id: %s\n", is)
	for line := range strings.SplitSeq(lineEnds.Replace(buffer.String()), "\n") {
		fmt.Fprintf(&event, "data: %s\n", line)
	}
	event.WriteByte('\n')
	return namespace, l.send(event.String())
}

// send reports whether somebody is still there to whom it can be sent.
func (l *live) send(what string) bool {
	// A reader that reads nothing is let go.
	_ = l.to.SetWriteDeadline(l.Timer.Now().Add(10 * time.Second)) // some writers have none
	if _, err := l.w.Write([]byte(what)); err != nil {
		return false
	}
	return l.to.Flush() == nil
}

// answer keeps a page instead of sending it.
type answer struct {
	bytes.Buffer
	header http.Header
	status int
}

func (a *answer) Header() http.Header { return a.header }
func (a *answer) WriteHeader(s int)   { a.status = s }
