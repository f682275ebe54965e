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

const (
	ofWeek0   = "safe-deploys-2026-w48"
	ofWeek    = ofWeek0 + "."
	rehearsal = ofWeek + "rehearse-rollback.rehearse.jonas"
	collect   = ofWeek + "review-failed-deploys.collect.jonas"
	weekly    = ofWeek0 + "-review"
)

// pieces are those that somebody has handed in for an Action.
func (s *stage) pieces(t *testing.T, action string) (found []praxisv1.Evidence) {
	t.Helper()
	var all praxisv1.EvidenceList
	if err := s.List(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, e := range all.Items {
		if e.Spec.ActionRef != nil && e.Spec.ActionRef.Name == action {
			found = append(found, e)
		}
	}
	return found
}

func TestWhatIsHandedInIsThereOnceAndWhatIsWrongWithItIsSaid(t *testing.T) {
	fields := []string{"namespace", "platform", "action", rehearsal, "seen", "0", "quantity", "1"}
	with := func(more ...string) []string { return append(append([]string{}, fields...), more...) }
	link := []string{"artifact.recording", "https://work.example.com/r"}
	for name, c := range map[string]struct {
		user   string
		forms  [][]string
		status int
		says   string // in the last answer
		pieces int
	}{
		"a link":               {jonas, [][]string{with(link...)}, 303, "", 1},
		"the same form twice":  {jonas, [][]string{with(link...), with(link...)}, 303, "", 1},
		"two that differ":      {jonas, [][]string{with(link...), with("artifact.recording", "https://work.example.com/other")}, 422, "asks for nothing more", 1},
		"without the link":     {jonas, [][]string{with()}, 422, "recording is asked for", 0},
		"a script as a link":   {jonas, [][]string{with("artifact.recording", "javascript:alert(1)")}, 422, "is no link that can be handed in", 0},
		"a digest that is not": {jonas, [][]string{with("artifact.recording", "https://x.example", "digest.recording", "abc")}, 422, "is no digest", 0},
		"none of it":           {jonas, [][]string{append(with(link...), "quantity", "0")}, 303, "", 1}, // the first one counts
		"nothing at all":       {jonas, [][]string{{"namespace", "platform", "action", rehearsal, "quantity", "many", "artifact.recording", "https://x.example"}}, 422, "from 1 to 1,000", 0},
		"200 kB of text":       {jonas, [][]string{with(append(link, "summary", strings.Repeat("word ", 40_000))...)}, 422, "characters, and 2,000 are the most", 0},
		"more than a form may": {jonas, [][]string{with(append(link, "summary", strings.Repeat("word ", 400_000))...)}, 413, "more than a form may send", 0},
		"the work of another":  {tomas, [][]string{with(link...)}, 422, "is jonas&#39;s now", 0},
		"an Action that is not": {jonas, [][]string{{"namespace", "platform", "action", "gone"}}, 404,
			"There is no such thing here", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "thursday.yaml", c.user)
			code, body := 0, ""
			for _, form := range c.forms {
				code, body, _ = s.post(t, "/do/submit", form...)
				for i := range s.pieces(t, rehearsal) { // as the operator does
					e := s.pieces(t, rehearsal)[i]
					a := &praxisv1.Action{}
					if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: rehearsal}, a); err != nil {
						t.Fatal(err)
					}
					a.Status.Pending = e.Spec.Quantity
					if err := s.Status().Update(t.Context(), a); err != nil {
						t.Fatal(err)
					}
				}
			}
			if code != c.status || !strings.Contains(body, c.says) {
				t.Errorf("it answered %d, want %d with %q:\n%s", code, c.status, c.says, body)
			}
			if c.status == http.StatusUnprocessableEntity && strings.Contains(c.says, "recording") == false && !strings.Contains(body, `role="alert"`) {
				t.Error("the error is not told as one")
			}
			made := s.pieces(t, rehearsal)
			if len(made) != c.pieces {
				t.Errorf("there are %d pieces, want %d", len(made), c.pieces)
			}
			for _, e := range made {
				if e.Spec.SubmittedBy != c.user {
					t.Errorf("it is of %s", e.Spec.SubmittedBy)
				}
			}
		})
	}
}

func TestWhatSomebodyWroteIsNotLostWhereSomethingIsWrong(t *testing.T) {
	s := newStage(t, "thursday.yaml", jonas)
	_, body, _ := s.post(t, "/do/submit", "namespace", "platform", "action", rehearsal, "summary", "Undone in <4> minutes", "artifact.recording", "ftp://x")
	if !strings.Contains(body, "Undone in &lt;4&gt; minutes") || !strings.Contains(body, `value="ftp://x"`) {
		t.Errorf("the form has lost what was written:\n%s", body)
	}
}

func TestAVerdictIsThatOfWhoeverGivesIt(t *testing.T) {
	form := []string{"namespace", "platform", "name", "dry-run"}
	for name, c := range map[string]struct {
		more    []string
		status  int
		says    string
		verdict praxisv1.Decision
	}{
		"accepted":               {[]string{"decision", "Accepted"}, 303, "", praxisv1.DecisionAccepted},
		"sent back with a word":  {[]string{"decision", "Rejected", "note", "The third run is missing"}, 303, "", praxisv1.DecisionRejected},
		"sent back without one":  {[]string{"decision", "Rejected", "note", " "}, 422, "Say what is missing", ""},
		"neither":                {[]string{"decision", "Maybe"}, 400, "Accept it or reject it", ""},
		"with too many words":    {[]string{"decision", "Rejected", "note", strings.Repeat("x", 1001)}, 422, "1,001 characters", ""},
		"and then led elsewhere": {[]string{"decision", "Accepted", "back", "//evil.example/"}, 303, "", praxisv1.DecisionAccepted},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "thursday.yaml", mira)
			code, body, header := s.post(t, "/do/judge", append(form, c.more...)...)
			if code != c.status || !strings.Contains(body, c.says) {
				t.Errorf("it answered %d, want %d with %q:\n%s", code, c.status, c.says, body)
			}
			if to := header.Get("Location"); to != "" && !strings.HasPrefix(to, "/?did=") {
				t.Errorf("it leads to %s", to)
			}
			e := &praxisv1.Evidence{}
			if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: "dry-run"}, e); err != nil {
				t.Fatal(err)
			}
			if (e.Status.Verdict == nil) != (c.verdict == "") || e.Status.Verdict != nil && (e.Status.Verdict.Decision != c.verdict || e.Status.Verdict.By != mira) {
				t.Errorf("the verdict is %+v", e.Status.Verdict)
			}
		})
	}
}

func TestAReviewIsFilledInAndSignedOnce(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	_, page, _ := s.get(t, "/review/platform/"+weekly)
	was := between(page, `name="was" value="`, `"`)
	form := []string{"namespace", "platform", "name", weekly, "zone", "Europe/Zurich", "was", was, "action", rehearsal, "decision.0", "Reassign", "member.0", "priya", "action", collect, "decision.1", "Reschedule", "due.1", "2026-11-27T18:00"}
	code, body, _ := s.post(t, "/do/review", append(form, "do", "sign")...)
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "Say why") {
		t.Errorf("decisions without a reason answered %d", code)
	}
	code, body, _ = s.post(t, "/do/review", append(form, "conclusion", "One rehearsal fell to an incident", "do", "sign", "was", "stale")...)
	if code != http.StatusSeeOther {
		t.Errorf("it answered %d: %s", code, body)
	}
	r := &praxisv1.Review{}
	if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: weekly}, r); err != nil {
		t.Fatal(err)
	}
	if r.Spec.SignOff == nil || r.Spec.SignOff.By != mira || len(r.Spec.Decisions) != 2 || r.Spec.Decisions[0].Member != "priya" || r.Spec.Decisions[0].By != mira {
		t.Fatalf("the Review is %+v", r.Spec)
	}
	if at := r.Spec.Decisions[1].DueAt; at == nil || at.UTC().Format("15:04") != "17:00" {
		t.Errorf("it is put off until %v, and not until 18:00 in Zurich", at)
	}
	if code, _, _ := s.post(t, "/do/review", append(form, "conclusion", "Again", "do", "sign")...); code != http.StatusSeeOther {
		t.Errorf("signed twice by the same person it answered %d", code)
	}
	s.user = "priya@example.com"
	if code, body, _ := s.post(t, "/do/review", append(form, "conclusion", "Mine", "do", "save")...); code != http.StatusUnprocessableEntity || !strings.Contains(body, "signed it meanwhile") {
		t.Errorf("what is signed was filled in: %d", code)
	}
}

func TestAReviewThatSomebodyElseFilledInIsNotOverwritten(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	code, body, _ := s.post(t, "/do/review", "namespace", "platform", "name", weekly, "was", "17", "conclusion", "Mine", "do", "save")
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "Somebody else has filled it in") || !strings.Contains(body, "Mine") {
		t.Errorf("it answered %d: %s", code, body)
	}
}

func TestWorkIsHandedOver(t *testing.T) {
	form := []string{"namespace", "platform", "action", rehearsal, "to", "priya", "back", "/week/platform/safe-deploys"}
	for name, c := range map[string]struct {
		user   string
		more   []string
		status int
		says   string
		member string
	}{
		"to another":       {mira, []string{"because", "Jonas is ill"}, 303, "", "priya"},
		"without a reason": {mira, nil, 422, "and why", "jonas"},
		"to nobody":        {mira, []string{"because", "Jonas is ill", "to", ""}, 303, "", "priya"}, // the first one counts
		"of one's own":     {jonas, []string{"because", "I am ill"}, 422, "nobody hands over work of their own", "jonas"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "thursday.yaml", c.user)
			code, body, _ := s.post(t, "/do/handover", append(form, c.more...)...)
			if code != c.status || !strings.Contains(body, c.says) {
				t.Errorf("it answered %d, want %d with %q:\n%s", code, c.status, c.says, body)
			}
			a := &praxisv1.Action{}
			if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: rehearsal}, a); err != nil {
				t.Fatal(err)
			}
			if a.Spec.Member != c.member {
				t.Errorf("it is %s's", a.Spec.Member)
			}
		})
	}
}

func TestAPieceOfOnesOwnIsTakenBack(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	if code, body, _ := s.post(t, "/do/retract", "namespace", "platform", "name", "dry-run"); code != http.StatusConflict || !strings.Contains(body, "only they take it back") {
		t.Errorf("the piece of another was taken back: %d %s", code, body)
	}
	s.user = tomas
	if code, _, _ := s.post(t, "/do/retract", "namespace", "platform", "name", "dry-run"); code != http.StatusSeeOther || len(s.pieces(t, ofWeek+"remove-manual-step.dry-run.tomas")) != 0 {
		t.Errorf("it was not taken back: %d", code)
	}
}

// between is the text between two others.
func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}
