// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/utils/clock"
)

// sees lets somebody list some kinds in some namespaces, and counts the questions. An answer
// takes some milliseconds, as a server's does.
type sees struct {
	asked atomic.Int32
	may   func(namespace, resource string) bool
}

func (s *sees) ask(_ context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	s.asked.Add(1)
	time.Sleep(5 * time.Millisecond)
	what := spec.ResourceAttributes
	return authorizationv1.SubjectAccessReviewStatus{Allowed: s.may(what.Namespace, what.Resource)}, nil
}

func namespaces(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("team-%05d", i)
	}
	return all
}

func TestManyNamespacesOfOthersTakeOneQuestionEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := namespaces(4000)
		api := &sees{may: func(namespace, _ string) bool { return namespace == all[7] || namespace == all[9] }}
		c := &Cluster{gate: newGate(api.ask, clock.RealClock{})}
		look := func() {
			t.Helper()
			for _, kind := range []string{"Utility", "Action", "Evidence", "Review", "KeyAction"} {
				if got, err := c.allowed(t.Context(), subjectOf(ben), kind, all); err != nil || !slices.Equal(got, []string{all[7], all[9]}) {
					t.Fatalf("%s are in %v: %v", kind, got, err)
				}
			}
		}
		look()
		if first := api.asked.Load(); first > 4000+20 {
			t.Errorf("it asked %d times", first)
		}
		api.asked.Store(0)
		time.Sleep(answersHold)
		began := time.Now()
		look()
		if again, took := api.asked.Load(), time.Since(began); again > 20 || took > time.Second {
			t.Errorf("after ten seconds it asks %d times, for %s", again, took)
		}
		// What was given meanwhile shows within a minute.
		api.may = func(namespace, _ string) bool { return slices.Contains(all[7:10], namespace) }
		time.Sleep(refusalsHold)
		if got, err := c.allowed(t.Context(), subjectOf(ben), "Action", all); err != nil || len(got) != 3 {
			t.Errorf("a minute later they are in %v: %v", got, err)
		}
	})
}

func TestWhatIsRefusedHereAndNowIsAskedAboutTenSecondsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &sees{may: func(string, string) bool { return false }}
		c := &Cluster{gate: newGate(api.ask, clock.RealClock{})}
		if got, err := c.allowed(t.Context(), subjectOf(ben), "Action", []string{"shop"}); err != nil || len(got) > 0 {
			t.Fatalf("they are in %v: %v", got, err)
		}
		api.may = func(string, string) bool { return true }
		time.Sleep(answersHold)
		if allowed, _, err := c.gate.may(t.Context(), subjectOf(ben), inShop); !allowed || err != nil {
			t.Errorf("it is still refused: %v", err)
		}
	})
}

func TestOfANamespaceWithoutItsGoalsNothingShowsAmongOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			may  func(namespace, resource string) bool
			want []string
		}{
			"who may list everything":          {func(string, string) bool { return true }, []string{"ops", "shop"}},
			"who may list goals everywhere":    {func(ns, resource string) bool { return resource == "utilities" || ns == "shop" }, []string{"shop"}},
			"who may list no goals of one":     {func(ns, resource string) bool { return ns == "shop" || ns == "ops" && resource != "utilities" }, []string{"shop"}},
			"who may list goals and no more":   {func(ns, resource string) bool { return ns == "shop" && resource == "utilities" }, nil},
			"who may list actions but no goal": {func(ns, resource string) bool { return resource == "actions" && ns != "" }, nil},
		} {
			api := &sees{may: c.may}
			k := &Cluster{gate: newGate(api.ask, clock.RealClock{})}
			if got, err := k.allowed(t.Context(), subjectOf(ben), "Action", []string{"ops", "shop"}); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
	})
}
