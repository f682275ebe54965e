// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

const (
	// answersHold is for how long an answer of the API server is taken for true: a right that
	// is taken away is gone from the pages that much later.
	answersHold = 10 * time.Second
	// refusalsHold is for how long a refusal is, where all namespaces are looked through: in most
	// of thousands somebody may nothing, and to ask about each of them every few seconds would
	// take longer than that.
	refusalsHold = time.Minute
	// keptPeople is of how many people the pace is kept.
	keptPeople = 10_000
	// askingAtOnce is how many questions are on their way at a time.
	askingAtOnce = 32
	// Of each person, so many questions a second reach the API server, after so many at once.
	// Who asks for more waits, and nobody else does.
	questionsASecond, questionsAtOnce = 300, 3000
	// answerWithin is how long one answer may take.
	answerWithin = 10 * time.Second
)

// asks asks the API server what somebody may do.
type asks func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error)

// gate knows what people may do, from the API server and for a few seconds.
type gate struct {
	ask    asks
	clock  clock.PassiveClock
	known  *known
	pace   *lru.Cache // of a user name's hash to *rate.Limiter
	asking singleflight.Group
	slots  chan struct{}
}

func newGate(ask asks, c clock.PassiveClock) *gate {
	return &gate{ask: ask, clock: c, known: newKnown(c), pace: lru.New(keptPeople), slots: make(chan struct{}, askingAtOnce)}
}

// subject is a person as the API server would be asked about, in a form that can be compared.
type subject struct {
	user   string
	groups []string
	uid    string
	extra  map[string]authorizationv1.ExtraValue
	// key is of all of it, and name of the user alone: who has many tokens has no larger share.
	key, name [sha256.Size]byte
}

// subjectOf adds the group that the API server adds to everybody whom it knows.
func subjectOf(p identity.Person) subject {
	groups := append(slices.Clone(p.Groups), authenticated)
	slices.Sort(groups)
	s := subject{user: p.User, groups: slices.Compact(groups), uid: p.UID, name: sha256.Sum256([]byte(p.User))}
	if len(p.Extra) > 0 {
		s.extra = map[string]authorizationv1.ExtraValue{}
		for key, values := range p.Extra {
			s.extra[key] = values
		}
	}
	text, _ := json.Marshal([]any{s.user, s.groups, s.uid, s.extra}) // strings always can be
	s.key = sha256.Sum256(text)
	return s
}

// may asks whether a person may do something, unless that was asked a moment ago.
func (g *gate) may(ctx context.Context, s subject, what authorizationv1.ResourceAttributes) (bool, string, error) {
	return g.says(ctx, s, what, answersHold)
}

func (g *gate) says(ctx context.Context, s subject, what authorizationv1.ResourceAttributes, refusedFor time.Duration) (bool, string, error) {
	if s.user == "" {
		return false, "nobody is signed in", nil
	}
	if !possible(what) {
		return false, "no namespace and no object can have such a name", nil
	}
	text, err := json.Marshal(what)
	if err != nil {
		return false, "", fmt.Errorf("the question what %s may do: %w", s.user, err)
	}
	q := question{s.key, sha256.Sum256(text)}
	if a, found := g.known.get(q, refusedFor); found {
		return a.allowed, a.reason, nil
	}
	// Several who ask the same are answered at once, also where the first of them goes away.
	together := g.asking.DoChan(string(q.who[:])+string(q.what[:]), func() (any, error) {
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
		defer cancel()
		return g.review(detached, s, q, what)
	})
	select {
	case <-ctx.Done():
		return false, "", ctx.Err()
	case result := <-together:
		if result.Err != nil {
			return false, "", fmt.Errorf("asking the API server whether %s may %s %s: %w", s.user, what.Verb, what.Resource, result.Err)
		}
		a := result.Val.(answer)
		return a.allowed, a.reason, nil
	}
}

// possible says whether anything can have the names that a question is about. Both come out of
// addresses that people type, and what cannot be is neither asked nor remembered.
func possible(what authorizationv1.ResourceAttributes) bool {
	return (what.Namespace == "" || len(validation.IsDNS1123Label(what.Namespace)) == 0) &&
		(what.Name == "" || len(validation.IsDNS1123Subdomain(what.Name)) == 0)
}

func (g *gate) review(ctx context.Context, s subject, q question, what authorizationv1.ResourceAttributes) (answer, error) {
	none := answer{}
	if err := g.paceOf(s).Wait(ctx); err != nil {
		return none, err
	}
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	asked := g.clock.Now()
	status, err := g.ask(ctx, authorizationv1.SubjectAccessReviewSpec{User: s.user, Groups: s.groups, UID: s.uid, Extra: s.extra, ResourceAttributes: &what})
	if err != nil {
		return none, err
	}
	a := answer{status.Allowed, strings.ToValidUTF8(strings.Clone(status.Reason[:min(len(status.Reason), longestReason)]), ""), asked}
	g.known.add(s.name, q, a)
	return a, nil
}

// paceOf is a person's share of questions. Two who come at once for the first time may get one
// each, of which the second stays.
func (g *gate) paceOf(s subject) *rate.Limiter {
	if known, found := g.pace.Get(s.name); found {
		return known.(*rate.Limiter)
	}
	limiter := rate.NewLimiter(questionsASecond, questionsAtOnce)
	g.pace.Add(s.name, limiter)
	return limiter
}
