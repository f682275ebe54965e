// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// aReview is the weekly Review of the recorded week.
func (s *stage) aReview(t *testing.T) *praxisv1.Review {
	t.Helper()
	r := &praxisv1.Review{}
	if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: weekly}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatAColleagueSavedIsKeptUntilSomebodyHasSeenIt(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	_, page, _ := s.get(t, "/review/platform/"+weekly)
	was := between(page, `name="was" value="`, `"`)
	r := s.aReview(t)
	r.Generation++ // as the API server does
	r.Spec.Conclusion = "What priya found out"
	r.Spec.Decisions = []praxisv1.ActionDecision{{Action: collect, Decision: praxisv1.DecideDrop, Reason: "It was done by a tool", By: "priya@example.com"}}
	if err := s.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	form := []string{"namespace", "platform", "name", weekly, "conclusion", "Mine", "do", "save"}
	over := ""
	for _, click := range []string{"the first", "and one more"} {
		code, body, _ := s.post(t, "/do/review", append(form, "was", was)...)
		if code != http.StatusUnprocessableEntity || s.aReview(t).Spec.Conclusion != "What priya found out" {
			t.Fatalf("%s click: it answered %d", click, code)
		}
		for _, shown := range []string{"Somebody else has filled it in", "Mine", "What priya found out", "It was done by a tool", "priya@example.com"} {
			if !strings.Contains(body, shown) {
				t.Errorf("%s click: it does not show %q: %s", click, shown, body)
			}
		}
		was, over = between(body, `name="was" value="`, `"`), between(body, `name="over" value="`, `"`)
	}
	if code, body, _ := s.post(t, "/do/review", append(form, "was", was, "over", "0")...); code != http.StatusUnprocessableEntity {
		t.Errorf("who has seen another state overwrites this one: %d %s", code, body)
	}
	if code, body, _ := s.post(t, "/do/review", append(form, "was", was, "over", over)...); code != http.StatusSeeOther || s.aReview(t).Spec.Conclusion != "Mine" {
		t.Errorf("who has seen it cannot save: %d %s", code, body)
	}
}

func TestAReviewThatIsSavedTwiceIsSavedOnce(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	r := s.aReview(t)
	r.Spec.Conclusion = "Mine"
	if err := s.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if code, body, _ := s.post(t, "/do/review", "namespace", "platform", "name", weekly, "was", "0", "conclusion", "Mine", "do", "save"); code != http.StatusSeeOther {
		t.Errorf("a form that came twice answered %d: %s", code, body)
	}
}

func TestAnotherMistakeDoesNotHideThatAColleagueSaved(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	code, body, _ := s.post(t, "/do/review", "namespace", "platform", "name", weekly, "was", "17", "conclusion", "", "do", "sign")
	if code != http.StatusUnprocessableEntity || between(body, `name="was" value="`, `"`) != "17" {
		t.Errorf("it answered %d, and takes the page for a new one: %s", code, body)
	}
}
