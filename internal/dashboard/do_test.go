// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	ofWeek0   = "safe-deploys-2026-w48"
	ofWeek    = ofWeek0 + "."
	rehearsal = ofWeek + "rehearse-rollback.rehearse.jonas"
	collect   = ofWeek + "review-failed-deploys.collect.jonas"
	weekly    = ofWeek0 + "-review"
	// dryRun is the version of the piece of that name.
	dryRun = "859179b1-2c6f-4e33-baae-1bbee93fea62.1"
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
	form := []string{"namespace", "platform", "name", "dry-run", "version", dryRun}
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

func TestAVerdictFallsOnThePieceThatWasSeen(t *testing.T) {
	key := client.ObjectKey{Namespace: "platform", Name: "dry-run"}
	for name, c := range map[string]struct {
		become func(*praxisv1.Evidence)
		status int
	}{
		"it is as it was":                      {func(*praxisv1.Evidence) {}, 303},
		"the operator has said more of it":     {func(e *praxisv1.Evidence) { e.Annotations = map[string]string{"a": "b"} }, 303},
		"it was made anew under the same name": {func(e *praxisv1.Evidence) { e.UID = "another" }, 422},
		"it holds something else":              {func(e *praxisv1.Evidence) { e.Generation = 2 }, 422},
	} {
		t.Run(name, func(t *testing.T) {
			e := &praxisv1.Evidence{}
			if err := newStage(t, "thursday.yaml", mira).Get(t.Context(), key, e); err != nil {
				t.Fatal(err)
			}
			c.become(e)
			e.ResourceVersion, e.TypeMeta = "", metav1.TypeMeta{Kind: "Evidence"}
			s := newStage(t, "thursday.yaml", mira, e)
			code, body, _ := s.post(t, "/do/judge", "namespace", "platform", "name", "dry-run", "version", dryRun, "decision", "Accepted", "note", "Well done")
			if code != c.status {
				t.Fatalf("it answered %d: %s", code, body)
			}
			if code == http.StatusUnprocessableEntity && (!strings.Contains(body, "has changed since") || !strings.Contains(body, "Well done") || !strings.Contains(body, `name="version" value="`+pieceVersion(e))) {
				t.Errorf("it does not show the new piece with what was written: %s", body)
			}
			if err := s.Get(t.Context(), key, e); err != nil || (e.Status.Verdict != nil) != (c.status == 303) {
				t.Errorf("the verdict is %v: %v", e.Status.Verdict, err)
			}
		})
	}
	t.Run("the pages tell which", func(t *testing.T) {
		s := newStage(t, "thursday.yaml", mira)
		for _, path := range []string{"/", "/evidence/platform/dry-run"} {
			if _, body, _ := s.get(t, path); !strings.Contains(body, `name="version" value="`+dryRun+`"`) {
				t.Errorf("%s does not say which piece is judged", path)
			}
		}
	})
}

// firstButton is what Enter presses in a field of a form.
func firstButton(page, action string) string {
	return between(between(page, `action="`+action+`"`, "</form>"), "<button", ">")
}

func TestEnterNeitherJudgesNorSigns(t *testing.T) {
	s := newStage(t, "friday.yaml", mira)
	_, page, _ := s.get(t, "/review/platform/"+weekly)
	if button := firstButton(page, "/do/review"); !strings.Contains(button, `value="save"`) || !strings.Contains(page, `value="sign"`) {
		t.Errorf("Enter presses %q", button)
	}
	s = newStage(t, "thursday.yaml", mira)
	_, page, _ = s.get(t, "/")
	if form := between(page, `action="/do/judge"`, "</form>"); strings.Contains(strings.ReplaceAll(form, `<input type="hidden"`, ""), "<input") || !strings.Contains(form, "<textarea") {
		t.Errorf("Enter accepts out of a field: %s", form)
	}
}

func TestWhoeverJudgedMayThinkAgain(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	key := client.ObjectKey{Namespace: "platform", Name: "dry-run"}
	e := &praxisv1.Evidence{}
	if err := s.Get(t.Context(), key, e); err != nil {
		t.Fatal(err)
	}
	e.Status.Verdict, e.Status.JudgedBy, e.Status.Judges = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: mira}, mira, nil
	meta.SetStatusCondition(&e.Status.Conditions, metav1.Condition{Type: praxisv1.ConditionAccepted, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonAccepted})
	if err := s.Status().Update(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	for user, offered := range map[string]bool{mira: true, "priya@example.com": false, tomas: false} {
		s.user = user
		if _, page, _ := s.get(t, "/evidence/platform/dry-run"); strings.Contains(page, `action="/do/judge"`) != offered {
			t.Errorf("%s is offered to judge: %v", user, !offered)
		}
	}
	form := []string{"namespace", "platform", "name", "dry-run", "version", dryRun, "decision", "Rejected", "note", "The log is of another run"}
	s.user = "priya@example.com"
	if code, body, _ := s.post(t, "/do/judge", form...); code != http.StatusUnprocessableEntity || !strings.Contains(body, "mira@example.com has judged it") {
		t.Errorf("the verdict of another was changed: %d", code)
	}
	s.user = mira
	code, body, _ := s.post(t, "/do/judge", form...)
	if err := s.Get(t.Context(), key, e); code != http.StatusSeeOther || err != nil || e.Status.Verdict.Decision != praxisv1.DecisionRejected {
		t.Errorf("it answered %d, and the verdict is %v: %s", code, e.Status.Verdict, body)
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
	if code, body, _ := s.post(t, "/do/review", append(form, "conclusion", "Mine is another", "do", "save")...); code != http.StatusUnprocessableEntity || !strings.Contains(body, "signed it meanwhile") || !strings.Contains(body, "One rehearsal fell") || !strings.Contains(body, "Mine is another") {
		t.Errorf("what is signed was filled in: %d", code)
	}
}

func TestWorkIsHandedOver(t *testing.T) {
	form := []string{"namespace", "platform", "action", rehearsal, "seen", "0", "to", "priya", "back", "/week/platform/safe-deploys"}
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

func TestAHandoverGivesAwayWhatItSaysOnce(t *testing.T) {
	three := func(t *testing.T) *stage {
		t.Helper()
		a := &praxisv1.Action{}
		key := client.ObjectKey{Namespace: "platform", Name: rehearsal}
		if err := newStage(t, "thursday.yaml", mira).Get(t.Context(), key, a); err != nil {
			t.Fatal(err)
		}
		a.Spec.Target, a.Spec.Occurrences[0].Quantity = 3, 3
		a.ResourceVersion, a.TypeMeta = "", metav1.TypeMeta{Kind: "Action"}
		return newStage(t, "thursday.yaml", mira, a)
	}
	form := func(more ...string) []string {
		return append([]string{"namespace", "platform", "action", rehearsal, "to", "priya", "because", "Jonas is ill"}, more...)
	}
	for name, c := range map[string]struct {
		forms  [][]string
		status int // of the last one
		says   string
		left   int32
		member string
	}{
		"two of three":                 {[][]string{form("seen", "0", "quantity", "2")}, 303, "", 1, "jonas"},
		"two of three, twice":          {[][]string{form("seen", "0", "quantity", "2"), form("seen", "0", "quantity", "2")}, 303, "", 1, "jonas"},
		"two, and two by an old page":  {[][]string{form("seen", "0", "quantity", "2"), {"namespace", "platform", "action", rehearsal, "to", "priya", "because", "Anything", "seen", "0", "quantity", "2"}}, 422, "1 of it are open", 1, "jonas"},
		"all":                          {[][]string{form("seen", "0", "quantity", "3")}, 303, "", 3, "priya"},
		"all, without a number":        {[][]string{form("seen", "0")}, 303, "", 3, "priya"},
		"more than there is":           {[][]string{form("seen", "0", "quantity", "4")}, 422, "Only 3 of it are open", 3, "jonas"},
		"none":                         {[][]string{form("seen", "0", "quantity", "0")}, 422, "as a number", 3, "jonas"},
		"by a page that saw something": {[][]string{form("seen", "7", "quantity", "1")}, 422, "was changed since", 3, "jonas"},
		"by a page that says nothing":  {[][]string{form("quantity", "1")}, 422, "was changed since", 3, "jonas"},
	} {
		t.Run(name, func(t *testing.T) {
			s := three(t)
			code, body := 0, ""
			for _, f := range c.forms {
				code, body, _ = s.post(t, "/do/handover", f...)
			}
			if code != c.status || !strings.Contains(body, c.says) {
				t.Errorf("it answered %d, want %d with %q: %s", code, c.status, c.says, body)
			}
			a := &praxisv1.Action{}
			if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: rehearsal}, a); err != nil {
				t.Fatal(err)
			}
			if a.Spec.Target != c.left || a.Spec.Member != c.member {
				t.Errorf("%d are left of %s, want %d of %s", a.Spec.Target, a.Spec.Member, c.left, c.member)
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
