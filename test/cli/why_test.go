// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/corpus"
)

// Actions of the platform sample, by the end of their names.
const (
	week    = "safe-deploys-2026-w48."
	agree   = "rehearse-rollback.agree.mira"
	prep    = "rehearse-rollback.prepare.jonas"
	collect = "review-failed-deploys.collect.jonas"
	watch   = "remove-manual-step.watch.priya"
)

// faults are things that go wrong in a week, each in a namespace of its own with the
// platform sample in it.
var faults = map[string]struct {
	// do makes it go wrong, on Friday.
	do  func(context.Context, string) error
	ask string
	// want is how the first line begins, after its glyph.
	want string
}{
	"nothing-is-handed-in": {nil, "utility/safe-deploys", "NoEvidence of action/" + agree + ": mira owes 2 of 2"},
	"a-step-before-is-missing": {nil, "action/" + week + "remove-manual-step.automate.tomas",
		"NoEvidence of action/" + watch + ": priya owes 1 of 1"},
	"the-standard-was-not-met": {handIn(agree, "mira", rejectedBy("priya", "Only one of them knows")), "utility/safe-deploys",
		"Rejected of evidence/piece: Rejected by priya@example.com: Only one of them knows"},
	"the-judge-is-late": {handIn(agree, "mira", quantity(2)), "action/" + week + agree,
		"AwaitingVerdict of evidence/piece: piece of mira@example.com waits for a verdict of priya@example.com"},
	"an-artifact-is-missing": {handIn(prep, "priya"), "action/" + week + prep, "ArtifactMissing of evidence/piece: "},
	"the-check-fails": {handIn("rehearse-rollback.rehearse.priya", "priya", artifact("recording", "mailto:ops@example.com")), "evidence/piece",
		"CheckFailed: "},
	"there-is-no-such-action": {handIn("rehearse-rollback.agree.nobody", "mira"), "evidence/piece", "ActionNotFound: "},
	"it-came-twice":           {twice, "evidence/second", "Duplicate: first has the same source.id and counts"},
	"the-review-is-late":      {nil, "review/safe-deploys-2026-w48-midweek", "Overdue: It was due 2026-11-27 14:00 UTC; mira@example.com concludes and signs it"},
	"the-page-is-not-signed":  {nil, "review/safe-deploys-calibration-2026-w48", "Open: "},
	"the-goal-is-suspended":   {nil, "utility/safe-deploys", "Suspended: No new week is planned"},
	"nothing-refers-to-it":    {nil, "utility/safe-deploys", "NothingPlanned: No KeyAction refers to it"},
	"the-action-is-gone":      {deleteAction, "action/" + week + collect, ""},
}

type piece func(*praxisv1.Evidence)

func handIn(action, by string, modifiers ...piece) func(context.Context, string) error {
	return func(ctx context.Context, namespace string) error {
		e := &praxisv1.Evidence{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "piece"},
			Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: week + action}, Quantity: 1},
		}
		for _, modify := range modifiers {
			modify(e)
		}
		verdict := e.Status.Verdict
		if err := as(by).Create(ctx, e); err != nil || verdict == nil {
			return err
		}
		before := e.DeepCopy()
		e.Status.Verdict = verdict
		return as(strings.TrimSuffix(verdict.By, "@example.com")).Status().Patch(ctx, e, client.MergeFrom(before))
	}
}

func quantity(n int32) piece { return func(e *praxisv1.Evidence) { e.Spec.Quantity = n } }

func artifact(name, uri string) piece {
	return func(e *praxisv1.Evidence) {
		e.Spec.Artifacts = []praxisv1.Artifact{{Name: name, Type: praxisv1.EvidenceLink, URI: uri}}
	}
}

func rejectedBy(user, note string) piece {
	return func(e *praxisv1.Evidence) {
		e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionRejected, By: user + "@example.com", Note: note}
	}
}

func acceptedBy(user string) piece {
	return func(e *praxisv1.Evidence) {
		e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: user + "@example.com"}
	}
}

func named(name string) piece {
	return func(e *praxisv1.Evidence) {
		e.Name, e.Spec.Source = name, &praxisv1.EvidenceOrigin{Kind: "Manual", ID: "invitation-1"}
	}
}

func twice(ctx context.Context, namespace string) error {
	return errors.Join(
		handIn(agree, "mira", named("first"), acceptedBy("priya"))(ctx, namespace),
		handIn(agree, "mira", named("second"))(ctx, namespace))
}

func deleteAction(ctx context.Context, namespace string) error {
	a := &praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: week + collect}}
	return admin.Delete(ctx, a)
}

// as is a user of the sample, with the rights that the namespace's edit role gives.
func as(name string) client.Client {
	config := *plane.Config
	config.Impersonate.UserName = name + "@example.com"
	config.Impersonate.Groups = []string{"people"}
	c, err := client.New(&config, client.Options{Scheme: scheme})
	if err != nil {
		panic(err) // of the test
	}
	return c
}

func TestWhyNamesTheCauseInItsFirstLine(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			if fault.do != nil {
				if err := fault.do(t.Context(), name); err != nil {
					t.Fatal(err)
				}
			}
			if fault.want == "" {
				a := praxis("why", fault.ask, "-n", name)
				if a.code != 2 || !strings.Contains(a.err, "is not in namespace "+name) {
					t.Errorf("exit %d: %s%s", a.code, a.out, a.err)
				}
				return
			}
			var first string
			err := eventually(t.Context(), func() (bool, error) {
				first = praxis("why", fault.ask, "-n", name).first()
				return strings.HasPrefix(strings.TrimLeft(first, "✔✘• "), fault.want), nil
			})
			if err != nil {
				t.Errorf("got  %s\nwant %s", first, fault.want)
			}
		})
	}
}

// The bad input says what people are to see of it; why says it first.
func TestWhyNamesTheMistakeOfEveryBadGoal(t *testing.T) {
	asked := 0
	for _, c := range corpus.Bad(t, "..", "..") {
		for _, e := range c.Expected {
			if e.What != corpus.Stalled {
				continue
			}
			asked++
			t.Run(c.Name, func(t *testing.T) {
				first := praxis("why", strings.ToLower(e.Kind)+"/"+e.Name, "-n", c.Name).first()
				if !strings.Contains(first, e.Reason) || !strings.Contains(first, e.Message) {
					t.Errorf("got %s\nwant %s: %s", first, e.Reason, e.Message)
				}
			})
		}
	}
	if asked < 15 {
		t.Errorf("only %d were asked about", asked)
	}
}

// applyAll fills the namespaces that the tests look into.
func applyAll(ctx context.Context) error {
	for _, name := range []string{"platform", "product", "enterprise", "minimal"} {
		if err := apply(ctx, name, sample(name)); err != nil {
			return err
		}
	}
	for name := range faults {
		text := string(sample("platform"))
		switch name {
		case "the-goal-is-suspended":
			text = strings.Replace(text, "  required: 30\n", "  required: 30\n  suspend: true\n", 1)
		case "nothing-refers-to-it":
			text, _, _ = strings.Cut(text, "---\napiVersion: praxis.dev/v1alpha1\nkind: KeyAction")
		}
		if err := apply(ctx, name, []byte(text)); err != nil {
			return err
		}
	}
	cases := corpus.Bad(&testing.T{}, "..", "..")
	for _, c := range cases {
		if c.Refused() {
			continue
		}
		if err := apply(ctx, c.Name, c.Text); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return people(ctx)
}

func TestWhyTellsHowThingsStoodEarlier(t *testing.T) {
	ref := []string{"why", "utility/safe-deploys", "-n", "platform"}
	for name, c := range map[string]struct {
		at, says string
		code     int
	}{
		"before it was behind":       {"2026-11-24T09:00:00Z", "OnPace: 2026-W48: 0% accepted of 3% due", 0},
		"when the first was missed":  {"2026-11-25 12:30 UTC", "gap        mira owes 2 of agree", 0},
		"before there was a week":    {"2026-11-04T12:00:00Z", "no week of utility/safe-deploys ran at 2026-11-04 12:00 UTC, or none is kept", 2},
		"an instant to come":         {"2026-12-24T12:00:00Z", "is still to come; give an instant before 2026-11-27", 2},
		"what is no instant":         {"yesterday", "is no instant; write it like 2026-11-25T12:00:00Z", 2},
		"an instant of another zone": {"2026-11-24T10:00:00+01:00", "As it was at 2026-11-24 09:00 UTC; what has no date is as it is today.", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if a := praxis(append(ref, "--at", c.at)...); a.code != c.code || !strings.Contains(a.out+a.err, c.says) {
				t.Errorf("exit %d\n%s%s", a.code, a.out, a.err)
			}
		})
	}
}
