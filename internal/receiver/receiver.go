// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package receiver takes the events that systems send to EvidenceSources over HTTP. It knows no
// API server: what it needs of one is in Ports.
//
// A request goes through the same steps whether or not there is such a source, and who cannot prove
// to be the sender gets one answer, so that nobody learns which sources there are: rate, size,
// proof. Only then is the body decompressed, parsed and evaluated, and the answer is 202 once the
// evidence is stored. What cannot be served now is 503, and senders repeat it.
package receiver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
	"github.com/praxis-dev/praxis/internal/source/signature"
)

// Ports are what the receiver needs of the cluster and of the issuers of tokens.
type Ports interface {
	// Find returns a source, or nil.
	Find(ctx context.Context, namespace, name string) (*praxisv1.EvidenceSource, error)
	// Secrets returns what the sender may show, again from the server where fresh is set and that can
	// tell something new; an Unreadable where that cannot be read.
	Secrets(ctx context.Context, s *praxisv1.EvidenceSource, fresh bool) ([][]byte, error)
	// Claims returns what a token says; an InvalidToken if it proves nothing.
	Claims(ctx context.Context, spec *praxisv1.OIDCSource, token string) (map[string]any, error)
	// Store makes what the rules of a source made of an event with an ID. An error means that it
	// could not be stored now.
	Store(ctx context.Context, s *praxisv1.EvidenceSource, id string, made *source.Outcome) ([]praxisv1.SourceEvent, error)
	// Record counts an event whose sender is known, for the status of the source.
	Record(s *praxisv1.EvidenceSource, events []praxisv1.SourceEvent)
	// Observed counts an outcome for the metrics.
	Observed(outcome string)
}

// Unreadable is the error of a Secret that is not there, or may not be read, since when it had Last.
type Unreadable struct{ Last [][]byte }

func (*Unreadable) Error() string { return "the Secret of the source cannot be read" }

// InvalidToken is the error of a token that proves nothing.
type InvalidToken struct{ Because error }

func (e *InvalidToken) Error() string { return "the token proves nothing: " + e.Because.Error() }

// Limits bound what a request and all of them together can use.
type Limits struct {
	// Bytes of a body, before and after it is decompressed.
	Bytes int64
	// Queue is how many bytes of bodies are held at once; a path holds an eighth.
	Queue int64
	// PerSecond and Burst are how many requests a path takes.
	PerSecond float64
	Burst     int
	// Patience is how long a request waits to be worked on, and is worked on.
	Patience time.Duration
}

// DefaultLimits hold for a receiver whose flags say nothing else.
func DefaultLimits() Limits {
	return Limits{Bytes: source.MaxBytes, Queue: 32 << 20, PerSecond: 50, Burst: 200, Patience: 20 * time.Second}
}

// Receiver is an http.Handler.
type Receiver struct {
	ports  Ports
	limits Limits
	now    func() time.Time
	log    logr.Logger
	rates  *rates
	queued *pool
	work   *slots
	nobody []byte
	rules  *compiled
}

// least is what a request counts for in the queue at the least.
const least = 4 << 10

// New is a receiver. The time is that by which signatures and rates are measured: the real one.
func New(ports Ports, limits Limits, now func() time.Time, log logr.Logger) *Receiver {
	nobody := make([]byte, 32)
	_, _ = rand.Read(nobody) // never fails
	return &Receiver{
		ports: ports, limits: limits, now: now, log: log, rates: newRates(limits), nobody: nobody, rules: newCompiled(),
		queued: newPool(limits), work: newSlots(),
	}
}

// answer is what a request gets: a status, and for a sender that is known why.
type answer struct {
	status  int
	outcome string // for the metrics; empty where the events were counted
	says    string
}

var (
	unauthorized = answer{http.StatusUnauthorized, source.Unauthorized, ""}
	busy         = answer{http.StatusServiceUnavailable, source.Busy, ""}
	unavailable  = answer{http.StatusServiceUnavailable, source.Unavailable, ""}
	tooLarge     = answer{http.StatusRequestEntityTooLarge, source.TooLarge, ""}
)

// ServeHTTP implements http.Handler.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	defer func() {
		if found := recover(); found != nil {
			r.log.Error(fmt.Errorf("%v", found), "an event cannot be read; please report this", "path", request.URL.Path, "stack", string(debug.Stack()))
			r.write(w, unavailable)
		}
	}()
	ctx, cancel := context.WithTimeout(request.Context(), r.limits.Patience)
	defer cancel()
	r.write(w, r.handle(ctx, w, request))
}

func (r *Receiver) write(w http.ResponseWriter, a answer) {
	if a.outcome != "" {
		r.ports.Observed(a.outcome)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if a.status == http.StatusServiceUnavailable || a.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "5")
	}
	w.WriteHeader(a.status)
	if a.says != "" {
		_, _ = io.WriteString(w, a.says+"\n") // the sender may be gone
	}
}

func (r *Receiver) handle(ctx context.Context, w http.ResponseWriter, request *http.Request) answer {
	namespace, name, is := target(request.URL.Path)
	switch {
	case !is:
		return unauthorized
	case request.Method != http.MethodPost:
		return answer{http.StatusMethodNotAllowed, source.Unauthorized, ""}
	}
	s, err := r.ports.Find(ctx, namespace, name)
	if err != nil {
		r.log.Error(err, "looking for an EvidenceSource", "path", request.URL.Path)
		return unavailable
	}
	if !r.rates.allow(namespace+"/"+name, r.now()) {
		return answer{http.StatusTooManyRequests, source.Limited, ""}
	}
	if request.ContentLength > r.limits.Bytes {
		return tooLarge
	}
	path, full := namespace+"/"+name, busy
	if s == nil || s.Spec.Object != nil {
		path, full = nowhere, unauthorized // what all that is nowhere gets, so that a full pool does not tell
	}
	held := int64(0)
	defer func() { r.queued.give(path, held) }()
	body, err := r.read(http.MaxBytesReader(w, request.Body, r.limits.Bytes), path, &held)
	switch _, large := errors.AsType[*http.MaxBytesError](err); {
	case large:
		return tooLarge
	case errors.Is(err, errFull):
		return full
	case err != nil:
		return answer{http.StatusBadRequest, source.Unauthorized, ""}
	}
	return r.receive(ctx, s, request, body)
}

// nowhere stands for all paths without a source, which share one part of the pool; no path is empty.
const nowhere = ""

var errFull = errors.New("too much is held at once")

// read reads a body, and takes of the pool what has come, when it has come.
func (r *Receiver) read(from io.Reader, path string, held *int64) ([]byte, error) {
	var body []byte
	part := make([]byte, least)
	for {
		n, err := from.Read(part)
		if n > 0 {
			if !r.queued.take(path, int64(n)) {
				return nil, errFull
			}
			*held += int64(n)
			body = append(body, part[:n]...)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if err != nil {
			break
		}
	}
	if rest := least - *held; rest > 0 {
		if !r.queued.take(path, rest) {
			return nil, errFull
		}
		*held += rest
	}
	return body, nil
}

// receive works on a request that was read. s is nil where there is no such source.
func (r *Receiver) receive(ctx context.Context, s *praxisv1.EvidenceSource, request *http.Request, body []byte) answer {
	var rules *source.Rules
	if s != nil && s.Spec.Object == nil {
		if !r.work.do(ctx, pathOf(s), func() { rules, _ = r.rules.of(s) }) { // what is wrong stands in the status
			return busy
		}
	}
	claims, refused := r.proven(ctx, s, rules, request, body)
	if refused != nil {
		return *refused
	}
	if rules == nil {
		return answer{http.StatusServiceUnavailable, source.Unavailable, "a rule of the EvidenceSource cannot be compiled; see its condition Stalled"}
	}
	if s.Spec.Suspend {
		return r.countAndAnswer(s, []praxisv1.SourceEvent{r.event(praxisv1.SourceSuspended, "The source is suspended")})
	}
	var made *source.Outcome
	var id string
	var err error
	if !r.work.do(ctx, pathOf(s), func() { id, made, err = r.evaluate(ctx, s, rules, request, body, claims) }) {
		return busy
	}
	if err != nil {
		return r.countAndAnswer(s, []praxisv1.SourceEvent{r.event(praxisv1.SourceRefused, err.Error())})
	}
	events, err := r.ports.Store(ctx, s, id, made)
	if err != nil {
		r.log.Error(err, "storing what an event says", "path", request.URL.Path)
		return unavailable
	}
	return r.countAndAnswer(s, events)
}

func pathOf(s *praxisv1.EvidenceSource) string { return s.Namespace + "/" + s.Name }

// evaluate is what the rules make of a body whose sender is known, and the ID of its event.
func (r *Receiver) evaluate(ctx context.Context, s *praxisv1.EvidenceSource, rules *source.Rules, request *http.Request, body []byte, claims any) (string, *source.Outcome, error) {
	plain, err := decompress(request, body, r.limits.Bytes)
	if err != nil {
		return "", nil, err
	}
	event, err := source.FromRequest(source.TypeOf(&s.Spec), request, plain)
	if err != nil {
		return "", nil, err
	}
	event.Claims = claims
	made := &source.Outcome{}
	made.Drafts, made.Failures = rules.Evaluate(ctx, event)
	return event.ID, made, nil
}

// proven reports that the sender is who it has to be, and what its token says; or what to answer.
// It does as much for a source that is not there.
func (r *Receiver) proven(ctx context.Context, s *praxisv1.EvidenceSource, rules *source.Rules, request *http.Request, body []byte) (any, *answer) {
	switch {
	case s == nil || s.Spec.Object != nil:
		r.dummy(request, body)
		r.dummy(request, body)
		return nil, &unauthorized
	case s.Spec.OIDC != nil:
		return r.identified(ctx, s, rules, request)
	}
	for _, fresh := range []bool{false, true} {
		secrets, err := r.ports.Secrets(ctx, s, fresh)
		unreadable, gone := errors.AsType[*Unreadable](err)
		switch {
		case gone:
			secrets = unreadable.Last
		case err != nil:
			return nil, &unavailable
		}
		kind := source.TypeOf(&s.Spec)
		if len(secrets) > 0 && signature.Valid(kind, request, body, r.padded(secrets), r.now()) {
			if gone {
				return nil, &unavailable // to who was known a moment ago alone, so that it tells nobody else of the source
			}
			return nil, nil
		}
		if len(secrets) == 0 || !signature.Hashes(kind, request) {
			r.dummy(request, body)
		}
	}
	return nil, &unauthorized
}

// padded are as many secrets as a source can have, so that the time to check them does not tell.
func (r *Receiver) padded(secrets [][]byte) [][]byte {
	secrets = slices.Clone(secrets)
	for len(secrets) < mostSecrets {
		secrets = append(secrets, r.nobody)
	}
	return secrets
}

// mostSecrets are the one of today and the one from before.
const mostSecrets = 2

// dummy takes the time of checking a signature.
func (r *Receiver) dummy(request *http.Request, body []byte) {
	signature.Valid(source.GitHub, withSignature(request), body, r.padded(nil), r.now())
}

// withSignature is a request whose signature costs as much to check as that of any other.
func withSignature(request *http.Request) *http.Request {
	return &http.Request{Header: http.Header{"X-Hub-Signature-256": {"sha256=" + strings.Repeat("00", 32)}}, Method: request.Method}
}

func (r *Receiver) identified(ctx context.Context, s *praxisv1.EvidenceSource, rules *source.Rules, request *http.Request) (any, *answer) {
	spec, values := s.Spec.OIDC, request.Header.Values("Authorization")
	if len(values) != 1 || rules == nil {
		return nil, &unauthorized
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, &unauthorized
	}
	claims, err := r.ports.Claims(ctx, spec, token)
	if err != nil {
		if _, invalid := errors.AsType[*InvalidToken](err); invalid {
			return nil, &unauthorized
		}
		r.log.Error(err, "asking the issuer of a token", "issuer", spec.Issuer)
		return nil, &unavailable
	}
	holds := false
	if !r.work.do(ctx, pathOf(s), func() { holds, err = rules.Claims(ctx, claims) }) {
		return nil, &busy
	}
	if err != nil || !holds {
		return nil, &unauthorized
	}
	return claims, nil
}

func (r *Receiver) event(outcome praxisv1.SourceOutcome, message string) praxisv1.SourceEvent {
	return praxisv1.SourceEvent{At: metav1.NewTime(r.now()), Outcome: outcome, Message: message}
}

// countAndAnswer counts what became of an event, and answers it: with 202 what is stored, or not to be, and
// with what is wrong what the sender or the author of the rule has to put right.
func (r *Receiver) countAndAnswer(s *praxisv1.EvidenceSource, events []praxisv1.SourceEvent) answer {
	r.ports.Record(s, events)
	a := answer{status: http.StatusAccepted}
	var says []string
	for i := range events {
		e := &events[i]
		r.ports.Observed(string(e.Outcome))
		switch e.Outcome {
		case praxisv1.SourceRuleFailed, praxisv1.SourceRefused:
			a.status = http.StatusUnprocessableEntity
			says = append(says, e.Message)
		case praxisv1.SourceMade, praxisv1.SourceDuplicate:
			says = append(says, fmt.Sprintf("%s: %s", e.Outcome, e.Evidence))
		default:
			says = append(says, string(e.Outcome))
		}
	}
	a.says = strings.Join(says, "\n")
	return a
}

// target is the source that a path names.
func target(path string) (namespace, name string, is bool) {
	rest, found := strings.CutPrefix(path, "/hooks/")
	namespace, name, both := strings.Cut(rest, "/")
	is = found && both && namespace != "" && name != "" && len(rest) <= 128 && !strings.Contains(name, "/")
	return namespace, name, is
}
