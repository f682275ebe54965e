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
}

// keptAnswers is how many answers are kept for equal queries of the same instant.
const keptAnswers = 1024

// fewSamples is how many samples of an answer are kept; with two it is already wrong.
const fewSamples = 10

type prometheus struct {
	*Config
	*host
	api promv1.API
}

// New prepares the providers of a file; nil is none. The clock is that of the machine.
func New(file *File, c clock.PassiveClock) (*Set, error) {
	s := &Set{file: file, of: map[string]*prometheus{}, clock: c, answers: lru.New(keptAnswers)}
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
		s.of[config.Name] = &prometheus{config, newHost(config.QueriesPerSecond), promv1.NewAPI(asked)}
	}
	return s, nil
}

// Turn is how long to wait before a provider may be asked; whoever calls has that turn.
func (s *Set) Turn(name string) time.Duration {
	if p := s.of[name]; p != nil {
		return p.turn(s.clock.Now())
	}
	return 0
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

// Read asks a provider. Equal questions of one instant, whoever's, are one.
func (s *Set) Read(ctx context.Context, q Query) ([]measure.Sample, *measure.Failure) {
	p, failure := s.find(q)
	if failure != nil {
		return nil, failure
	}
	query, failure := p.enforced(q)
	if failure != nil {
		return nil, failure
	}
	key := strings.Join([]string{p.Name, strconv.FormatInt(q.AsOf.UnixNano(), 10), query}, "\x00")
	if known, ok := s.answers.Get(key); ok {
		return known.([]measure.Sample), nil
	}
	if failure := p.resting(s.clock.Now()); failure != nil {
		return nil, failure
	}
	// Whoever else waits for the answer has not given up because the first has.
	ctx = context.WithoutCancel(ctx)
	answer, err, _ := s.flights.Do(key, func() (any, error) {
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
