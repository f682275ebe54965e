// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

func TestACalibrationIsSignedForWhatItShows(t *testing.T) {
	const path = "/review/platform/safe-deploys-calibration-2026-w48"
	s := newStage(t, "thursday.yaml", mira)
	_, page, _ := s.get(t, path)
	u := &praxisv1.Utility{}
	if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: "safe-deploys"}, u); err != nil {
		t.Fatal(err)
	}
	for _, m := range u.Spec.Measures {
		if !strings.Contains(page, m.Name+"</dt><dd>"+string(m.Baseline)+" → "+string(m.Target)) {
			t.Errorf("it does not show measure %s, which is signed as well: %s", m.Name, page)
		}
	}
	if !strings.Contains(page, `value="sign"`) {
		t.Error("it cannot be signed")
	}
	u.Spec.Measures[0].Target = "1"
	if err := s.Update(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if _, page, _ := s.get(t, path); strings.Contains(page, `value="sign"`) || !strings.Contains(page, "has just changed") {
		t.Error("a page that is old is offered to be signed")
	}
	code, body, _ := s.post(t, "/do/review", "namespace", "platform", "name", "safe-deploys-calibration-2026-w48", "was", between(page, `name="was" value="`, `"`), "conclusion", "Right", "do", "sign")
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "nothing was signed") {
		t.Errorf("it was signed: %d %s", code, body)
	}
}

func TestNobodySignsAStateThatTheyHaveNotSeen(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	r := s.aReview(t)
	r.Spec.Conclusion = "Mine"
	if err := s.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := s.post(t, "/do/review", "namespace", "platform", "name", weekly, "was", "0", "conclusion", "Mine", "do", "sign"); code != http.StatusUnprocessableEntity || s.aReview(t).Spec.SignOff != nil {
		t.Errorf("an old page signed with the same words: %d", code)
	}
}

func TestWhatNobodyChangedInAReviewStaysAsItWas(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	r := s.aReview(t)
	at := metav1.NewTime(time.Date(2026, time.November, 27, 17, 30, 42, 0, time.UTC))
	r.Spec.Conclusion = "As it was"
	r.Spec.Decisions = []praxisv1.ActionDecision{
		{Action: rehearsal, Decision: praxisv1.DecideReassign, Member: "anybody", Reason: "She asked for it", By: "priya@example.com"},
		{Action: collect, Decision: praxisv1.DecideReschedule, DueAt: &at, Reason: "It takes longer", By: "priya@example.com"},
	}
	if err := s.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	_, page, _ := s.get(t, "/review/platform/"+weekly)
	if !strings.Contains(page, "<option selected>anybody</option>") || !strings.Contains(page, `value="2026-11-27T18:30"`) {
		t.Errorf("the form does not have what was decided: %s", page)
	}
	code, body, _ := s.post(t, "/do/review", "namespace", "platform", "name", weekly, "zone", "Europe/Zurich", "was", between(page, `name="was" value="`, `"`), "conclusion", "As it was", "do", "save",
		"action", rehearsal, "decision.0", "Reassign", "member.0", "anybody", "reason.0", "She asked for it",
		"action", collect, "decision.1", "Reschedule", "due.1", "2026-11-27T18:30", "reason.1", "It takes longer")
	if now := s.aReview(t); code != http.StatusSeeOther || !equality.Semantic.DeepEqual(now.Spec.Decisions, r.Spec.Decisions) {
		t.Errorf("it answered %d and decided %+v: %s", code, now.Spec.Decisions, body)
	}
}

func TestAnotherMistakeDoesNotHideThatAColleagueSaved(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	code, body, _ := s.post(t, "/do/review", "namespace", "platform", "name", weekly, "was", "17", "conclusion", "", "do", "sign")
	if code != http.StatusUnprocessableEntity || between(body, `name="was" value="`, `"`) != "17" {
		t.Errorf("it answered %d, and takes the page for a new one: %s", code, body)
	}
}

func TestAReviewShowsTheWeekAfterAsItWouldBecome(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	path := "/review/platform/safe-deploys-2026-w48-review"
	_, page, _ := s.get(t, path)
	for _, want := range []string{"The week after, 2026-W49", "As the goals are now it has 9 Actions.", ">tomas "} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q: %s", want, page)
		}
	}
}
