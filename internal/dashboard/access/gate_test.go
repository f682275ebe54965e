// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

var (
	monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	ben    = identity.Person{User: "ben@shop.example", Groups: []string{"shop"}}
	inShop = attributes("list", "Action", "shop")
)

// answers says yes, counts, and keeps the last question.
type answers struct {
	count  atomic.Int32
	last   authorizationv1.SubjectAccessReviewSpec
	denies bool
	err    error
}

func (a *answers) ask(_ context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	a.count.Add(1)
	a.last = spec
	return authorizationv1.SubjectAccessReviewStatus{Allowed: !a.denies, Reason: "because"}, a.err
}

func TestAnAnswerHoldsForTenSeconds(t *testing.T) {
	a, c := &answers{}, clocktesting.NewFakeClock(monday)
	g := newGate(a.ask, c)
	may := func(want bool) {
		t.Helper()
		if got, reason, err := g.may(t.Context(), subjectOf(ben), inShop); got != want || reason != "because" || err != nil {
			t.Errorf("it says %t, %s, %v", got, reason, err)
		}
	}
	may(true)
	a.denies = true
	c.Step(answersHold - time.Millisecond)
	may(true)
	c.Step(time.Millisecond)
	may(false)
	if a.count.Load() != 2 {
		t.Errorf("it was asked %d times", a.count.Load())
	}
	want := authorizationv1.SubjectAccessReviewSpec{User: ben.User, Groups: []string{"shop", "system:authenticated"}, ResourceAttributes: &inShop}
	if fmt.Sprint(a.last.User, a.last.Groups, *a.last.ResourceAttributes) != fmt.Sprint(want.User, want.Groups, inShop) {
		t.Errorf("it asks %+v", a.last)
	}
}

func TestNoAnswerIsForAnotherQuestion(t *testing.T) {
	a := &answers{}
	g := newGate(a.ask, clocktesting.NewFakeClock(monday))
	questions := 0
	for _, p := range []identity.Person{ben, {User: ben.User}, {User: "ben@shop.example shop"}, {User: ben.User, Groups: []string{"sh", "op"}}, {User: ben.User, Groups: []string{"shop", "other"}}} {
		for _, what := range []authorizationv1.ResourceAttributes{inShop, attributes("get", "Action", "shop"), attributes("list", "Action", ""), attributes("list", "Evidence", "shop"),
			{Verb: "patch", Group: "praxis.dev", Resource: "evidence", Subresource: "status"}, {Verb: "patch", Group: "praxis.dev", Resource: "evidence", Name: "status"}} {
			questions++
			if _, _, err := g.may(t.Context(), subjectOf(p), what); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := int(a.count.Load()); got != questions {
		t.Errorf("of %d questions %d were asked", questions, got)
	}
	// The order of groups is no difference, nor is the group that everybody is in.
	p := identity.Person{User: ben.User, Groups: []string{"system:authenticated", "other", "shop", "shop"}}
	if _, _, err := g.may(t.Context(), subjectOf(p), inShop); err != nil || int(a.count.Load()) != questions {
		t.Errorf("%d questions were asked: %v", a.count.Load(), err)
	}
}

func TestNobodyMayNothing(t *testing.T) {
	a := &answers{}
	if allowed, _, err := newGate(a.ask, clocktesting.NewFakeClock(monday)).may(t.Context(), subjectOf(identity.Person{Groups: []string{"shop"}}), inShop); allowed || err != nil || a.count.Load() > 0 {
		t.Errorf("nobody may: %v", err)
	}
}

func TestWithoutAnAnswerNothingIsAllowed(t *testing.T) {
	a, c := &answers{}, clocktesting.NewFakeClock(monday)
	g := newGate(a.ask, c)
	if _, _, err := g.may(t.Context(), subjectOf(ben), inShop); err != nil {
		t.Fatal(err)
	}
	a.err = errors.New("connection refused")
	c.Step(answersHold)
	allowed, _, err := g.may(t.Context(), subjectOf(ben), inShop)
	if allowed || err == nil || !strings.Contains(err.Error(), "asking the API server whether ben@shop.example may list actions: connection refused") {
		t.Errorf("it says %t: %v", allowed, err)
	}
	a.err = nil
	if allowed, _, err := g.may(t.Context(), subjectOf(ben), inShop); !allowed || err != nil {
		t.Errorf("afterwards it says %t: %v", allowed, err)
	}
}

func TestTheSameQuestionIsAskedOnceForAllWhoAskIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var count atomic.Int32
		g := newGate(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
			count.Add(1)
			time.Sleep(time.Second)
			return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
		}, clock.RealClock{})
		gone, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, _, err := g.may(gone, subjectOf(ben), inShop); !errors.Is(err, context.Canceled) {
				t.Errorf("who left is told %v", err)
			}
		})
		synctest.Wait()
		for range 100 {
			all.Go(func() {
				if allowed, _, err := g.may(t.Context(), subjectOf(ben), inShop); !allowed || err != nil {
					t.Errorf("it says %t: %v", allowed, err)
				}
			})
		}
		synctest.Wait()
		leave() // the first of them
		all.Wait()
		if count.Load() != 1 {
			t.Errorf("it was asked %d times", count.Load())
		}
	})
}

func TestWhoAsksTooMuchWaitsAndNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &answers{}
		g := newGate(func(ctx context.Context, s authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
			return (&answers{}).ask(ctx, s)
		}, clock.RealClock{})
		began := time.Now()
		ask := func(p identity.Person, n int) time.Duration {
			for i := range n {
				if _, _, err := g.may(t.Context(), subjectOf(p), attributes("get", "Action", fmt.Sprint("made-up-", i))); err != nil {
					t.Fatal(err)
				}
			}
			return time.Since(began)
		}
		if took := ask(ben, questionsAtOnce); took > 0 {
			t.Errorf("the first %d took %s", questionsAtOnce, took)
		}
		if took := ask(ben, questionsAtOnce+questionsASecond); took < 900*time.Millisecond {
			t.Errorf("%d more took %s", questionsASecond, took)
		}
		began = time.Now()
		if took := ask(identity.Person{User: "ana"}, 100); took > 0 {
			t.Errorf("somebody else waited for %s", took)
		}
		_ = a
	})
}

func TestNoMoreThanSomeQuestionsAreOnTheirWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		g := newGate(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Millisecond)
			now.Add(-1)
			return authorizationv1.SubjectAccessReviewStatus{}, nil
		}, clock.RealClock{})
		var all sync.WaitGroup
		for i := range 500 {
			all.Go(func() {
				if _, _, err := g.may(t.Context(), subjectOf(identity.Person{User: fmt.Sprint(i)}), inShop); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most.Load() != askingAtOnce {
			t.Errorf("%d were on their way at once", most.Load())
		}
	})
}

func TestWhatIsKeptOfQuestionsIsBounded(t *testing.T) {
	c := clocktesting.NewFakeClock(monday)
	k := newKnown(c)
	kept := func() int { return len(k.newer) + len(k.old) }
	about := func(who byte, n int) (q question) {
		q.who[0] = who
		binary.BigEndian.PutUint32(q.what[:], uint32(n))
		return q
	}
	holds := answer{asked: monday}
	other := about('b', 1)
	k.add(other.who, other, holds)
	for i := range 3 * keptAnswers {
		k.add(about('a', i).who, about('a', i), holds)
	}
	if kept() > keptOfOne+1 {
		t.Errorf("%d answers about one person are kept", kept())
	}
	if _, found := k.get(other, answersHold); !found {
		t.Error("who asks much has what others asked forgotten")
	}
	for i := range 3 * keptAnswers {
		k.add(about(byte(i), i).who, about(byte(i), i), holds)
	}
	if kept() > keptAnswers {
		t.Errorf("%d answers are kept", kept())
	}
	for range 2 { // what no longer holds goes, also where little is asked
		c.Step(refusalsHold)
		k.add(other.who, other, holds)
	}
	if kept() > 2 {
		t.Errorf("%d answers are kept that no longer hold", kept())
	}
}

func TestWhatCannotBeIsNeitherAskedNorKept(t *testing.T) {
	a := &answers{}
	g := newGate(a.ask, clocktesting.NewFakeClock(monday))
	for _, what := range []authorizationv1.ResourceAttributes{
		attributes("list", "Action", strings.Repeat("x", 64)), attributes("list", "Action", strings.Repeat("x", 60_000)), attributes("list", "Action", "Shop"),
		attributes("list", "Action", "shop/x"), attributes("list", "Action", "shop "), {Verb: "get", Namespace: "shop", Name: strings.Repeat("x", 254)}, {Verb: "get", Namespace: "shop", Name: "a/b"},
	} {
		if allowed, reason, err := g.may(t.Context(), subjectOf(ben), what); allowed || reason == "" || err != nil {
			t.Errorf("%.60v is allowed: %s, %v", what, reason, err)
		}
	}
	if a.count.Load() > 0 || len(g.known.newer) > 0 {
		t.Errorf("%d were asked and %d kept", a.count.Load(), len(g.known.newer))
	}
}

func TestALongReasonIsNotKeptWhole(t *testing.T) {
	g := newGate(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		return authorizationv1.SubjectAccessReviewStatus{Reason: strings.Repeat("no ", 1000)}, nil
	}, clocktesting.NewFakeClock(monday))
	if allowed, reason, err := g.may(t.Context(), subjectOf(ben), inShop); allowed || len(reason) != longestReason || err != nil {
		t.Errorf("it says %t, %d bytes, %v", allowed, len(reason), err)
	}
}

func TestTheServerIsAskedAboutAllThatItSaidOfAToken(t *testing.T) {
	a := &answers{}
	g := newGate(a.ask, clocktesting.NewFakeClock(monday))
	for i, p := range []identity.Person{
		ben, {User: ben.User, Groups: ben.Groups, UID: "7"}, {User: ben.User, Groups: ben.Groups, Extra: map[string][]string{"scopes": {"read"}}},
		{User: ben.User, Groups: ben.Groups, Extra: map[string][]string{"scopes": {"read", "all"}}},
	} {
		for range 2 {
			if _, _, err := g.may(t.Context(), subjectOf(p), inShop); err != nil {
				t.Fatal(err)
			}
		}
		if a.last.UID != p.UID || len(a.last.Extra) != len(p.Extra) || !slices.Equal(a.last.Extra["scopes"], p.Extra["scopes"]) {
			t.Errorf("it asks about %+v", a.last)
		}
		if int(a.count.Load()) != i+1 {
			t.Errorf("the answer about another token serves, or none: %d were asked", a.count.Load())
		}
	}
	if g.pace.Len() != 1 {
		t.Errorf("one who has four tokens has %d shares", g.pace.Len())
	}
}

func TestTheGroupsOfAPersonStayAsTheyAre(t *testing.T) {
	groups := make([]string, 2, 10)
	groups[0], groups[1] = "z", "a"
	subjectOf(identity.Person{User: "ben", Groups: groups})
	if !slices.Equal(groups, []string{"z", "a"}) || slices.Contains(groups[:3], authenticated) {
		t.Errorf("they are %v", groups[:3])
	}
}
