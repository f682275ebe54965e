// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const weekly = "checkout-2026-w48-review"

// filled is what a Review says after a command.
func filled(t *testing.T, s *stage) string {
	t.Helper()
	r := &praxisv1.Review{}
	if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: weekly}, r); err != nil {
		t.Fatal(err)
	}
	said := "conclusion: " + r.Spec.Conclusion
	for _, d := range r.Spec.Decisions {
		due := ""
		if d.DueAt != nil {
			due = d.DueAt.UTC().Format(" 2006-01-02T15:04Z")
		}
		said += fmt.Sprintf("; %s %s%s%s: %s", strings.TrimPrefix(d.Action, "checkout-2026-w48."), d.Decision, d.Member, due, d.Reason)
	}
	if r.Spec.SignOff != nil {
		said += "; signed by " + r.Spec.SignOff.By
	}
	return said
}

func TestAReviewIsFilledInByFlags(t *testing.T) {
	const next = "next: kubectl praxis review " + weekly + " -n shop --sign\n"
	for name, c := range map[string]struct {
		flags []string
		out   string
		want  string
	}{
		"a conclusion":            {[]string{"--conclude", "Calls help"}, "review/" + weekly + " filled in\n" + next, "conclusion: Calls help"},
		"a decision by its end":   {[]string{"--decide", "ship.ben=Drop,reason=It is gone, like all of it"}, "review/" + weekly + " filled in\n" + next, "conclusion: ; fix-failures.ship.ben Drop: It is gone, like all of it"},
		"a decision on a person":  {[]string{"--decide", "ship.ben=Reassign,member=ana,reason=Ben is ill"}, "review/" + weekly + " filled in\n" + next, "conclusion: ; fix-failures.ship.ben Reassignana: Ben is ill"},
		"a decision on a time":    {[]string{"--decide", "ship.ben=Reschedule,dueAt=2026-12-01T12:00:00Z", "--because", "It is small"}, "review/" + weekly + " filled in\n" + next, "conclusion: ; fix-failures.ship.ben Reschedule 2026-12-01T12:00Z: It is small"},
		"the later of two":        {[]string{"--decide", "ship.ben=Drop", "--decide", "ship.ben=Escalate", "--conclude", "Too big"}, "review/" + weekly + " filled in\n" + next, "conclusion: Too big; fix-failures.ship.ben Escalate: Too big"},
		"all as it is proposed":   {[]string{"--as-proposed"}, "review/" + weekly + " filled in\n" + next, "conclusion: ; fix-failures.ship.ben CarryOver: ben owes 1 of ship; hand in evidence or decide in the review"},
		"all, concluded, signed":  {[]string{"--as-proposed", "--conclude", "Calls help", "--sign"}, "review/" + weekly + " signed by ana@shop.example\n", "conclusion: Calls help; fix-failures.ship.ben CarryOver: ben owes 1 of ship; hand in evidence or decide in the review; signed by ana@shop.example"},
		"nothing but for trying":  {[]string{"--conclude", "Calls help", "--sign", "--dry-run=server"}, "review/" + weekly + " would be signed by ana@shop.example (server dry run)\n", "conclusion: "},
		"nothing that is decided": {[]string{"--because", "no reason"}, "review/" + weekly + " left as it was\n", "conclusion: "},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: "ana@shop.example"}
			out, _, err := s.run(t, append([]string{"review", weekly, "-n", "shop"}, c.flags...)...)
			if err != nil || out != c.out {
				t.Errorf("%v\n%s\nwant\n%s", err, out, c.out)
			}
			if got := filled(t, s); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAReviewThatCannotBeFilledInSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		flags []string
		want  string
	}{
		"signed without a conclusion": {[]string{"--sign"}, weekly + ` has no conclusion yet; add --conclude "…", then it can be signed`},
		"a decision without an end":   {[]string{"--decide", "ship.ben"}, `--decide "ship.ben" decides nothing; write ACTION=DECISION[,member=NAME]`},
		"on an Action that is not":    {[]string{"--decide", "wrap.ben=Drop"}, `Action "wrap.ben" is not in namespace shop`},
		"with a word that is not":     {[]string{"--decide", "ship.ben=Drop,who=ana"}, `--decide "ship.ben=Drop,who=ana": "who" is not known; write ACTION=DECISION`},
		"with a time that is none":    {[]string{"--decide", "ship.ben=Reschedule,dueAt=Tuesday"}, `"Tuesday" is not an instant; write it like 2026-11-27T12:00:00Z`},
		"to nobody whom there is":     {[]string{"--decide", "ship.ben=Reassign,member=anna", "--dry-run=server"}, `fix-failures.ship.ben: "anna" is no member of Team payments; did you mean ana?`},
		"to nobody at all":            {[]string{"--decide", "ship.ben=Reassign,reason=Ben is ill"}, `fix-failures.ship.ben is reassigned to nobody; say to whom, like member=ben`},
		"with a strange dry run":      {[]string{"--dry-run=yes"}, `--dry-run=yes is not known; give "server" or "none"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: "ana@shop.example"}
			if _, _, err := s.run(t, append([]string{"review", weekly, "-n", "shop"}, c.flags...)...); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}

// edits runs the review command with an editor that changes the text.
func edits(t *testing.T, change func(string) (string, error)) (s *stage, file, out string, err error) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "form.yaml")
	s = &stage{user: "ana@shop.example"}
	s.objects = s.fresh(t)
	tool := s.toolFor(t)
	o := &reviewOptions{Tool: tool.Tool, edit: func(text []byte) ([]byte, string, error) {
		changed, err := change(string(text))
		if err != nil {
			return nil, file, err
		}
		return []byte(changed), file, os.WriteFile(file, []byte(changed), 0o600)
	}}
	*o.Flags.Namespace = "shop"
	err = o.run(t.Context(), weekly)
	return s, file, tool.out.String(), err
}

func TestAReviewIsFilledInInAnEditor(t *testing.T) {
	carry := "; fix-failures.ship.ben CarryOver: ben owes 1 of ship; hand in evidence or decide in the review"
	for name, c := range map[string]struct {
		change func(string) (string, error)
		want   string
		err    string
	}{
		"nothing is written":   {func(text string) (string, error) { return text, nil }, "conclusion: ", ""},
		"all is deleted":       {func(string) (string, error) { return "# gone\n", nil }, "conclusion: ", ""},
		"a conclusion":         {replace(`conclusion: ""`, "conclusion: Calls help"), "conclusion: Calls help" + carry, ""},
		"and signed":           {replace(`conclusion: ""`, "conclusion: Calls help", "sign: false", "sign: true"), "conclusion: Calls help" + carry + "; signed by ana@shop.example", ""},
		"by what it is called": {replace("action: checkout-2026-w48.fix-failures.ship.ben", "action: ship.ben", "decision: CarryOver", "decision: Escalate"), "conclusion: " + strings.Replace(carry, "CarryOver", "Escalate", 1), ""},
		"to nobody there is":   {replace("decision: CarryOver", "decision: Reassign\n  member: anna"), "conclusion: ", `fix-failures.ship.ben: "anna" is no member of Team payments; did you mean ana?`},
		"signed without one":   {replace("sign: false", "sign: true"), "conclusion: ", "a Review is signed with a conclusion; write one"},
		"a word that is not":   {replace("sign: false", "signed: true"), "conclusion: ", "what you wrote cannot be read, and nothing was changed: "},
		"an editor that fails": {func(string) (string, error) { return "", errors.New("exit status 1") }, "conclusion: ", "exit status 1"},
	} {
		t.Run(name, func(t *testing.T) {
			s, file, _, err := edits(t, c.change)
			if (err == nil) != (c.err == "") || err != nil && !strings.HasPrefix(err.Error(), c.err) {
				t.Fatalf("it says %v, want %s", err, c.err)
			}
			if got := filled(t, s); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
			// What was written is not lost where it could not be saved.
			if err != nil && !strings.HasSuffix(err.Error(), "\nwhat you wrote is in "+file) {
				t.Errorf("it does not say where the text is: %v", err)
			}
			if _, there := os.Stat(file); err == nil && there == nil {
				t.Error("the text is still there")
			}
		})
	}
}

func replace(pairs ...string) func(string) (string, error) {
	return func(text string) (string, error) {
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				return "", fmt.Errorf("%q is not in %s", pairs[i], text)
			}
		}
		return strings.NewReplacer(pairs...).Replace(text), nil
	}
}

func TestTheEditorShowsTheAgenda(t *testing.T) {
	_, _, _, err := edits(t, func(text string) (string, error) {
		golden(t, "review in the editor", text)
		return text, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What the operator writes meanwhile is no conflict; what another person writes is.
func TestWhoElseWritesAReviewMeanwhileDecidesWhetherItIsAConflict(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*praxisv1.Review)
		want      string
		err       string
	}{
		"the operator": {func(r *praxisv1.Review) { r.Status.Summary = "another agenda" }, "conclusion: Calls help", ""},
		"a person":     {func(r *praxisv1.Review) { r.Spec.Conclusion = "Calls do not help" }, "conclusion: Calls do not help", "somebody else has filled in " + weekly + " meanwhile; look at it with --show and begin again"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: "ana@shop.example"}
			written := false
			s.refuse = func(verb string, obj any) error {
				if verb != "patch" || written {
					return nil
				}
				written = true
				r := &praxisv1.Review{}
				if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: weekly}, r); err != nil {
					return err
				}
				c.meanwhile(r)
				if err := errors.Join(s.objects.Status().Update(t.Context(), r.DeepCopy())); err != nil {
					return err
				}
				if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: weekly}, r); err != nil {
					return err
				}
				c.meanwhile(r)
				if err := s.objects.Update(t.Context(), r); err != nil {
					return err
				}
				return apierrors.NewConflict(resource("reviews"), weekly, errors.New("changed"))
			}
			_, _, err := s.run(t, "review", weekly, "-n", "shop", "--conclude", "Calls help")
			if (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
				t.Errorf("it says %v, want %s", err, c.err)
			}
			if got := filled(t, s); got != c.want {
				t.Errorf("it says %s, want %s", got, c.want)
			}
		})
	}
}

func TestAReviewThatIsSignedOpensInNoEditor(t *testing.T) {
	s := &stage{user: "ana@shop.example"}
	if _, errOut, err := s.run(t, "review", weekly, "-n", "shop", "--as-proposed", "--conclude", "Calls help", "--sign"); err != nil {
		t.Fatal(err, errOut)
	}
	if _, _, err := s.run(t, "review", weekly, "-n", "shop"); err == nil || err.Error() != weekly+" is signed by ana@shop.example and no longer changes; see it with --show" {
		t.Errorf("it says %v", err)
	}
	out, _, err := s.run(t, "review", weekly, "-n", "shop", "--show")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "review that is signed", out)
}

// calibration is of the page of the shop's goal.
func calibration() *praxisv1.Review {
	r := &praxisv1.Review{}
	r.Namespace, r.Name = "shop", "checkout-calibration"
	r.Spec = praxisv1.ReviewSpec{Type: praxisv1.ReviewCalibration, UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Reviewer: "ana@shop.example", Reviewers: []string{"ana@shop.example"}}
	return r
}

func TestWhoSignsACalibrationSeesThePage(t *testing.T) {
	s := &stage{user: "ana@shop.example", extra: []client.Object{calibration()}}
	out, _, err := s.run(t, "review", "checkout-calibration", "-n", "shop", "--show")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"statement     Shoppers pay at the first try\n", "required      20 a quarter\n", "measure       paid from 87.5 to 96 %\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func TestTheEditorProposesADecisionForEachLine(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*praxisv1.Review)
		want   string
	}{
		"whom to give it to": {func(r *praxisv1.Review) {
			r.Status.Agenda[0].Proposed, r.Status.Agenda[0].Candidates = "Reassign", []string{"ana", "rea"}
		}, "decision: Reassign\n  member: ana\n"},
		"until when to put off": {func(r *praxisv1.Review) { r.Status.Agenda[0].Proposed = "Reschedule" }, "decision: Reschedule\n  dueAt: \"2026-11-27T14:00:00Z\"\n"},
		"nobody can take it":    {func(r *praxisv1.Review) { r.Status.Agenda[0].Proposed = "Reassign" }, "decisions: []\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: "ana@shop.example"}
			s.objects = s.fresh(t)
			tool := s.toolFor(t)
			r := &praxisv1.Review{}
			if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: weekly}, r); err != nil {
				t.Fatal(err)
			}
			c.change(r)
			o := &reviewOptions{Tool: tool.Tool, edit: func(text []byte) ([]byte, string, error) {
				if !strings.Contains(string(text), c.want) {
					t.Errorf("%q is not in\n%s", c.want, text)
				}
				return text, "", nil
			}}
			if _, err := o.inEditor(t.Context(), &writer{Client: s.objects, namespace: "shop"}, r); err != nil {
				t.Fatal(err)
			}
		})
	}
}
