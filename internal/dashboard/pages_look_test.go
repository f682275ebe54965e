// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestASearchIsLookedAtOnceAndReadsNoMoreThanItShows(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	_, page, _ := s.get(t, "/search?q=log+attached")
	if !strings.Contains(page, "/evidence/platform/dry-run") || strings.Contains(page, "/events?") {
		t.Errorf("it finds no evidence, or searches again by itself: %s", page)
	}
	a := &praxisv1.Action{}
	if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: collect}, a); err != nil {
		t.Fatal(err)
	}
	for i := range maxHits + 1 {
		more := a.DeepCopy()
		more.ResourceVersion, more.UID, more.Name, more.Spec.Do = "", "", fmt.Sprintf("%s.many-%d.jonas", ofWeek0, i), "log attached"
		if err := s.Create(t.Context(), more); err != nil {
			t.Fatal(err)
		}
	}
	if _, page, _ := s.get(t, "/search?q=log+attached"); !strings.Contains(page, "and at least 1 more") || strings.Contains(page, "/evidence/platform/dry-run") {
		t.Errorf("it goes on when it is full: %s", page)
	}
}

func TestThereAreOnlySoManySearchesAtOnce(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	full := &server{Options: Options{Access: stageAccess{s}}, searches: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // it waits no longer
	v := &visit{server: full, Client: s.WithWatch, r: httptest.NewRequestWithContext(ctx, http.MethodGet, "/search", nil), words: wordsFor(httptest.NewRequest(http.MethodGet, "/", nil), "en")}
	status := 0
	if err := v.find(&found{Query: "log"}); !isPageError(err, &status) || status != http.StatusServiceUnavailable {
		t.Errorf("one more search than there may be ended with %v", err)
	}
}

func TestThatACheckHoldsIsSaidWhereItDoes(t *testing.T) {
	for name, c := range map[string]struct {
		of   []metav1.Condition
		says string
	}{
		"it holds":     {[]metav1.Condition{{Type: praxisv1.ConditionValid, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonValid}}, "the check holds"},
		"it does not":  {[]metav1.Condition{{Type: praxisv1.ConditionValid, Status: metav1.ConditionFalse, Reason: praxisv1.ReasonCheckFailed, Message: "three are missing"}}, "three are missing"},
		"nobody knows": {nil, "not checked yet"},
	} {
		s := newStage(t, "thursday.yaml", mira)
		a, e := &praxisv1.Action{}, &praxisv1.Evidence{}
		if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: ofWeek + "remove-manual-step.dry-run.tomas"}, a); err != nil {
			t.Fatal(err)
		}
		a.Spec.Standard.Check = "true"
		if err := s.Update(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: "dry-run"}, e); err != nil {
			t.Fatal(err)
		}
		e.Status.Conditions = append(c.of, metav1.Condition{Type: praxisv1.ConditionAccepted, Status: metav1.ConditionUnknown, Reason: praxisv1.ReasonAwaitingVerdict})
		if err := s.Status().Update(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if _, page, _ := s.get(t, "/evidence/platform/dry-run"); !strings.Contains(page, c.says) || strings.Contains(page, "the check holds") != (name == "it holds") {
			t.Errorf("%s: the page does not say %q: %s", name, c.says, page)
		}
	}
}

func TestADayIsThatOfTheWeek(t *testing.T) {
	now := time.Date(2026, time.November, 26, 23, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{"UTC": "2026-11-26", "Europe/Zurich": "2026-11-27", "America/New_York": "2026-11-26", "no zone": "2026-11-26"} {
		if got := dayIn(now, zone); got != want {
			t.Errorf("in %s it is %s", zone, got)
		}
	}
	s := newStage(t, "thursday.yaml", jonas)
	tm := &praxisv1.Team{}
	if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: "platform"}, tm); err != nil {
		t.Fatal(err)
	}
	for i := range tm.Spec.Members {
		tm.Spec.Members[i].Absences = []praxisv1.Absence{{From: "2026-11-27", To: "2026-11-28"}}
	}
	if err := s.Update(t.Context(), tm); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.handler, err = New(Options{Who: s, Access: stageAccess{s}, Clock: clocktesting.NewFakePassiveClock(now), Timer: s.timer, Patience: 1}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/week/platform/safe-deploys"} {
		if _, page, _ := s.get(t, path); !strings.Contains(page, "away until 2026-11-28") {
			t.Errorf("%s does not know that it is Friday in Zurich", path)
		}
	}
}

func TestWhatPeopleWriteKeepsItsLines(t *testing.T) {
	if got := printedLines("one\r\ntwo\n\tthree\u202e"); got != "one\ntwo\n three" {
		t.Errorf("it says %q", got)
	}
}
