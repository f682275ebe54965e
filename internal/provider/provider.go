// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus-community/prom-label-proxy/injectproxy"
	"github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"golang.org/x/sync/singleflight"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/text"
)

// Set are the providers of a file.
type Set struct {
	file    *File
	of      map[string]*prometheus
	clock   clock.PassiveClock
	flights singleflight.Group
	answers *lru.Cache // by query and instant
	slow    *lru.Cache // what took too long, by query
}

// keptAnswers is how many answers are kept for equal queries of the same instant, and how many
// queries that took too long.
const keptAnswers = 1024

// fewSamples is how many samples of an answer are kept; with two it is already wrong.
const fewSamples = 10

type prometheus struct {
	*Config
	*host
	Slots
	api promv1.API
}

// New prepares the providers of a file; nil is none. The clock is that of the machine.
func New(file *File, c clock.PassiveClock) (*Set, error) {
	s := &Set{file: file, of: map[string]*prometheus{}, clock: c, answers: lru.New(keptAnswers), slow: lru.New(keptAnswers)}
	if file == nil {
		return s, nil
	}
	for i := range file.Providers {
		config := &file.Providers[i]
		client, err := Limited(&rest.Config{
			Host: config.URL, UserAgent: "praxis", BearerTokenFile: config.BearerTokenFile, TLSClientConfig: rest.TLSClientConfig{CAFile: config.CAFile},
		}, config.Timeout.Duration)
		if err != nil {
			return nil, fmt.Errorf("provider %s: %w", config.Name, err)
		}
		asked, err := api.NewClient(api.Config{Address: config.URL, Client: client})
		if err != nil {
			return nil, fmt.Errorf("provider %s: %w", config.Name, err)
		}
		s.of[config.Name] = &prometheus{Config: config, host: newHost(config), api: promv1.NewAPI(asked)}
	}
	return s, nil
}

// Query is one question of a goal.
type Query struct {
	Namespace string
	praxisv1.PrometheusQuery
	// AsOf is the instant that equal questions are shared of.
	AsOf time.Time
	// At is the instant that the provider evaluates it at; its own now where that is zero.
	At time.Time
}

// Turn draws when a question may be sent, step by step. One that is not sent draws none: it is
// refused here, or left alone, or its answer is known.
func (s *Set) Turn(q Query, step int) Turn {
	p, query, failure := s.understood(q)
	if failure != nil || s.resting(p, query) != nil {
		return Turn{}
	}
	if _, known := s.answers.Get(q.key(query)); known {
		return Turn{}
	}
	return p.turn(q.Namespace, step, s.clock)
}

// understood is the provider of a question, and what it is asked, or why nobody is.
func (s *Set) understood(q Query) (*prometheus, string, *measure.Failure) {
	p, failure := s.find(q)
	if failure != nil {
		return nil, "", failure
	}
	query, failure := p.enforced(q)
	return p, query, failure
}

// key is that of the answer to a question that is sent as a query.
func (q *Query) key(query string) string {
	return strings.Join([]string{q.Provider, strconv.FormatInt(q.AsOf.UnixNano(), 10), query}, "\x00")
}

// Read asks a provider. Equal questions of one instant, whoever's, are one.
func (s *Set) Read(ctx context.Context, q Query) ([]measure.Sample, *measure.Failure) {
	p, query, failure := s.understood(q)
	if failure != nil {
		return nil, failure
	}
	key := q.key(query)
	if known, ok := s.answers.Get(key); ok {
		return known.([]measure.Sample), nil
	}
	if failure := s.resting(p, query); failure != nil {
		return nil, failure
	}
	// Whoever else waits for the answer has not given up because the first has.
	ctx = context.WithoutCancel(ctx)
	answer, err, _ := s.flights.Do(key, func() (any, error) {
		release, failure := p.Acquire(q.Namespace)
		if failure != nil {
			return nil, failure
		}
		defer release()
		samples, failure := s.ask(ctx, p, query, q.At)
		if failure != nil {
			return nil, failure
		}
		s.answers.Add(key, samples)
		return samples, nil
	})
	if failure, ok := errors.AsType[*measure.Failure](err); ok {
		return nil, failure
	}
	return answer.([]measure.Sample), nil
}

// resting is why a query is not sent now; nil where it may be.
func (s *Set) resting(p *prometheus, query string) *measure.Failure {
	now := s.clock.Now()
	if failure := p.resting(now); failure != nil {
		return failure
	}
	r := s.slowness(p, query)
	return r.why(now)
}

// slowness is how long a query took of late.
func (s *Set) slowness(p *prometheus, query string) rested {
	if known, ok := s.slow.Get(p.Name + "\x00" + query); ok {
		return known.(rested)
	}
	return rested{}
}

// took takes note of whether a query took too long, which is then left alone for a while, and no
// other one.
func (s *Set) took(p *prometheus, query string, now time.Time, failure *measure.Failure) {
	key := p.Name + "\x00" + query
	if failure == nil || failure.Reason != praxisv1.ReasonTimeout {
		s.slow.Remove(key)
		return
	}
	before := s.slowness(p, query)
	s.slow.Add(key, before.next(now, before.longer(), failure))
}

// find is the provider of a question, if its namespace may ask it.
func (s *Set) find(q Query) (*prometheus, *measure.Failure) {
	p := s.of[q.Provider]
	may := "no provider serves this namespace"
	if names := s.file.For(q.Namespace); len(names) > 0 {
		may = "this namespace may ask " + text.Clip(strings.Join(names, ", "), 100)
	}
	const who = "the administrators of the cluster set them up with the operator's --providers"
	switch {
	case p == nil:
		return nil, measure.Fail(praxisv1.ReasonSourceFailing, "there is no provider %s; %s, and %s", q.Provider, may, who)
	case !p.Serves(q.Namespace):
		return nil, measure.Fail(praxisv1.ReasonUnauthorized, "provider %s does not serve namespace %s; %s, and %s", q.Provider, q.Namespace, may, who)
	}
	return p, nil
}

// enforced is a query that sees no more than the namespace may, or why it is none.
func (p *prometheus) enforced(q Query) (string, *measure.Failure) {
	query, err := Enforce(q.PrometheusQuery.Query, p.EnforceNamespaceLabel, q.Namespace)
	switch {
	case errors.Is(err, injectproxy.ErrIllegalLabelMatcher):
		return "", measure.Fail(praxisv1.ReasonUnauthorized, "the query selects by %s, which provider %s sets to %s; take that label out of it", p.EnforceNamespaceLabel, p.Name, q.Namespace)
	case errors.Is(err, errText):
		return "", measure.Fail(praxisv1.ReasonNotANumber, "the query gives a text; make it give a number")
	case err != nil:
		return "", measure.Fail(praxisv1.ReasonSourceFailing, "the query cannot be read: %s", text.Clip(err.Error(), 200))
	}
	return query, nil
}

// errText says that a query gives a text.
var errText = errors.New("the query gives a text")

// Enforce adds a label to every selector of a query; none where that has no name. It fails for
// what is no PromQL, and for what gives a text.
func Enforce(query, label, value string) (string, error) {
	expression, err := parser.ParseExpr(query)
	if err != nil {
		return "", err
	}
	if expression.Type() == parser.ValueTypeString {
		return "", errText
	}
	var matchers []*labels.Matcher
	if label != "" {
		matcher, err := labels.NewMatcher(labels.MatchEqual, label, value)
		if err != nil {
			return "", err
		}
		matchers = append(matchers, matcher)
	}
	enforced, err := injectproxy.NewPromQLEnforcer(true, matchers...).Enforce(query)
	if err != nil || label == "" {
		return query, err
	}
	return enforced, nil
}

// ask sends a query.
func (s *Set) ask(ctx context.Context, p *prometheus, query string, at time.Time) ([]measure.Sample, *measure.Failure) {
	var answer seen
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, seenKey{}, &answer), p.Timeout.Duration)
	defer cancel()
	value, _, _, err := p.api.Query(ctx, query, at)
	var failure *measure.Failure
	if err != nil {
		failure = failureOf("provider "+p.Name, p.Timeout.Duration, &answer, err)
	}
	now := s.clock.Now()
	p.answered(now, &answer, failure)
	s.took(p, query, now, failure)
	if failure != nil {
		return nil, failure
	}
	samples := samplesOf(value)
	if off := answer.date.Sub(now); len(samples) == 0 && !answer.date.IsZero() && (off > clocksDiffer || off < -clocksDiffer) {
		return nil, measure.Fail(praxisv1.ReasonNoData, "provider %s has no sample, and its clock is not that of the operator; set both by one time server", p.Name)
	}
	return samples, nil
}

// clocksDiffer is how far apart two clocks are when a query asks for what has not been yet.
const clocksDiffer = time.Minute

// samplesOf are the values of an answer, the first few of them. A range of one series has its last
// value. A histogram is no number.
func samplesOf(value model.Value) []measure.Sample {
	var samples []measure.Sample
	add := func(text string) { samples = append(samples, measure.Sample{Text: text}) }
	switch v := value.(type) {
	case *model.Scalar:
		add(number(v.Value))
	case *model.String:
		add(v.Value)
	case model.Vector:
		for _, s := range v[:min(len(v), fewSamples)] {
			if s.Histogram != nil {
				add("a histogram")
				continue
			}
			add(number(s.Value))
		}
	case model.Matrix:
		for _, s := range v[:min(len(v), fewSamples)] {
			switch {
			case len(s.Values) > 0:
				add(number(s.Values[len(s.Values)-1].Value))
			default:
				add("a histogram")
			}
		}
	}
	return samples
}

func number(v model.SampleValue) string { return strconv.FormatFloat(float64(v), 'g', -1, 64) }
