// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/lru"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/receiver"
	"github.com/praxis-dev/praxis/internal/source"
	"github.com/praxis-dev/praxis/internal/text"
)

// Sources makes evidence of what EvidenceSources tell. It implements receiver.Ports.
type Sources struct {
	Deps
	// Writer creates evidence and writes counts. A replica that does not lead receives too, so
	// that its Writer is not kept from writing; what it creates has a name that says what it is.
	Writer client.Client
	Tokens *receiver.Tokens
	Counts *SourceCounts
	// Real is the time by which Secrets are read again.
	Real func() time.Time
	// secrets are what was read last, by the source's own name.
	secrets secretCache
}

// NewSources makes evidence by a client.
func NewSources(deps Deps, writer client.Client, issuers []string, now func() time.Time) *Sources {
	return &Sources{
		Deps: deps, Writer: writer, Tokens: receiver.NewTokens(issuers, &http.Client{}, now), Counts: NewSourceCounts(), Real: now,
		secrets: secretCache{known: lru.New(knownSecrets)},
	}
}

// Find implements receiver.Ports.
func (s *Sources) Find(ctx context.Context, namespace, name string) (*praxisv1.EvidenceSource, error) {
	found := &praxisv1.EvidenceSource{}
	err := s.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, found)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// Claims implements receiver.Ports.
func (s *Sources) Claims(ctx context.Context, spec *praxisv1.OIDCSource, token string) (map[string]any, error) {
	return s.Tokens.Claims(ctx, spec, token)
}

// Record implements receiver.Ports. All events are told by the operator's clock, whoever made them.
func (s *Sources) Record(of *praxisv1.EvidenceSource, events []praxisv1.SourceEvent) {
	now := metav1.NewTime(s.Clock.Now().Truncate(time.Second))
	for i := range events {
		events[i].At = now
	}
	s.Counts.Add(of, events)
}

// Observed implements receiver.Ports.
func (s *Sources) Observed(outcome string) { s.Deps.Observed.SourceEvent(outcome) }

// Take makes what the rules of a source say of an event.
func (s *Sources) Take(ctx context.Context, of *praxisv1.EvidenceSource, rules *source.Rules, e *source.Event) ([]praxisv1.SourceEvent, error) {
	made := &source.Outcome{}
	made.Drafts, made.Failures = rules.Evaluate(ctx, e)
	return s.Store(ctx, of, e.ID, made)
}

// Store implements receiver.Ports. What the API server refuses is said; that it could not be asked
// is an error, after which the sender tries again.
func (s *Sources) Store(ctx context.Context, of *praxisv1.EvidenceSource, id string, made *source.Outcome) ([]praxisv1.SourceEvent, error) {
	now := metav1.NewTime(s.Clock.Now().Truncate(time.Second))
	var events []praxisv1.SourceEvent
	for i := range made.Drafts {
		event, err := s.make(ctx, of, &made.Drafts[i])
		if err != nil {
			return nil, err
		}
		event.At = now
		events = append(events, event)
	}
	for _, f := range made.Failures {
		events = append(events, praxisv1.SourceEvent{ID: f.ID, At: now, Rule: f.Rule, Outcome: praxisv1.SourceRuleFailed, Message: f.Message})
	}
	if len(events) == 0 {
		events = []praxisv1.SourceEvent{{ID: source.ID(id), At: now, Outcome: praxisv1.SourceNoMatch}}
	}
	return events, nil
}

// make creates the evidence of a draft, unless it is there.
func (s *Sources) make(ctx context.Context, of *praxisv1.EvidenceSource, d *source.Draft) (praxisv1.SourceEvent, error) {
	piece := source.Piece(of, d, s.User)
	event := praxisv1.SourceEvent{ID: d.ID, Rule: d.Rule, Outcome: praxisv1.SourceMade, Evidence: piece.Name}
	there := &praxisv1.Evidence{}
	err := s.Get(ctx, client.ObjectKeyFromObject(piece), there) // which spares most repeated requests
	if apierrors.IsNotFound(err) {
		err = s.Writer.Create(ctx, piece)
		if apierrors.IsAlreadyExists(err) {
			there, err = s.newest(ctx, piece)
		}
	}
	switch {
	case apierrors.IsInvalid(err) || apierrors.IsBadRequest(err):
		event.Outcome, event.Evidence = praxisv1.SourceRefused, ""
		event.Message = text.Clip(fmt.Sprintf("rule %s: %v", d.Rule, err), 300)
		return event, nil
	case err != nil:
		return event, fmt.Errorf("creating evidence %s: %w", piece.Name, err)
	case there.Name == "":
		return event, nil
	case there.Spec.Source == nil || there.Spec.Source.Ref != of.Name:
		event.Outcome, event.Evidence = praxisv1.SourceRefused, ""
		event.Message = text.Clip(fmt.Sprintf("rule %s: somebody else's evidence has the name %s; delete it, and have the event delivered again", d.Rule, piece.Name), 300)
		return event, nil
	}
	event.Outcome = praxisv1.SourceDuplicate
	return event, nil
}

// newest reads a piece past the cache, which may not have it yet, by the right to list pieces.
func (s *Sources) newest(ctx context.Context, piece *praxisv1.Evidence) (*praxisv1.Evidence, error) {
	var list praxisv1.EvidenceList
	err := s.Live.List(ctx, &list, client.InNamespace(piece.Namespace), client.MatchingFields{"metadata.name": piece.Name})
	if err == nil && len(list.Items) == 0 {
		err = errors.New("it was there a moment ago, and is gone")
	}
	if err != nil {
		return nil, err
	}
	return &list.Items[0], nil
}

// SourceCounts is what came of each source since its status was written last.
type SourceCounts struct {
	mu  sync.Mutex
	all map[client.ObjectKey]*counted
}

type counted struct {
	source.Tally
	of *praxisv1.EvidenceSource
}

// NewSourceCounts has counted nothing yet.
func NewSourceCounts() *SourceCounts {
	return &SourceCounts{all: map[client.ObjectKey]*counted{}}
}

// Add counts an event of a source. There are no more entries than sources that told something
// within a minute.
func (c *SourceCounts) Add(of *praxisv1.EvidenceSource, events []praxisv1.SourceEvent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := client.ObjectKeyFromObject(of)
	if c.all[key] == nil || c.all[key].of.UID != of.UID {
		c.all[key] = &counted{of: of}
	}
	c.all[key].Tally.Add(events)
}

// take takes out what was counted.
func (c *SourceCounts) take() map[client.ObjectKey]*counted {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.all
	c.all = map[client.ObjectKey]*counted{}
	return all
}

// restore puts back what could not be written.
func (c *SourceCounts) restore(key client.ObjectKey, what *counted) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.all[key]
	if now == nil {
		c.all[key] = what
		return
	}
	if now.of.UID == what.of.UID {
		now.Merge(&what.Tally)
	}
}
