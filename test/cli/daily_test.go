// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestWhatIsHandedOverIsFoundShownAndHandedInByWhoHasItNow(t *testing.T) {
	const namespace, taken = "the-review-is-late", "remove-manual-step.watch.jonas"
	in := func(who string, args ...string) string {
		return fine(t, slices.Concat(args, []string{"-n", namespace}, asPerson(who))...)
	}
	over := []string{"reassign", "watch.priya", "--to", "jonas", "-m", "Priya is ill until Monday"}
	if out := in("mira", append(over, "--dry-run=server")...); !strings.Contains(out, "would go from priya to jonas") {
		t.Error(out)
	}
	if out := in("mira", over...); !strings.Contains(out, "action/"+taken+" is jonas's now, and was priya's") {
		t.Error(out)
	}
	for _, name := range []string{"watch.jonas", "watch.priya", "action/" + taken, week + watch} {
		if out := in("mira", "show", name); !strings.Contains(out, "mira@example.com, taken over from priya: Priya is ill until Monday") {
			t.Errorf("%s: %s", name, out)
		}
	}
	if out := in("jonas", "mine"); !strings.Contains(out, "kubectl praxis submit "+taken) {
		t.Error(out)
	}
	in("jonas", slices.Concat([]string{"submit", taken, "--name", "too-early"}, otherArtifacts(t, namespace, "watch"))...)
	if out := in("jonas", "retract", "too-early"); !strings.Contains(out, "evidence/too-early taken back") {
		t.Error(out)
	}
	if err := admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "too-early"}, &praxisv1.Evidence{}); !apierrors.IsNotFound(err) {
		t.Errorf("it is there: %v", err)
	}
}

func TestAPartIsGivenAwayAndHandedInByWhoHasIt(t *testing.T) {
	const namespace = "the-review-is-late"
	in := func(who string, args ...string) string {
		return fine(t, slices.Concat(args, []string{"-n", namespace}, asPerson(who))...)
	}
	split := []string{"split", "prepare.jonas", "--to", "priya", "-q", "1", "-m", "Two are too many before Wednesday", "-n", namespace}
	if a := praxis(append(split, asPerson("jonas")...)...); a.code == 0 {
		t.Errorf("who has it gives it away: %s", a.out)
	}
	if out := fine(t, append(split, asPerson("mira")...)...); !strings.Contains(out, "of action/rehearse-rollback.prepare.jonas 1 of 2 go to priya, and 1 stay with jonas") {
		t.Error(out)
	}
	if err := eventually(t.Context(), func() (bool, error) {
		return strings.Contains(praxis(slices.Concat([]string{"mine", "-n", namespace}, asPerson("priya"))...).out, "rehearse-rollback.prepare.priya"), nil
	}); err != nil {
		t.Fatalf("%v\n%s", err, in("priya", "mine"))
	}
	if out := in("priya", "show", "prepare.priya"); !strings.Contains(out, "part of    rehearse-rollback.prepare.jonas\n") {
		t.Error(out)
	}
}

func TestAGoalIsEndedOnlyWithAWeekThatIsStillToCome(t *testing.T) {
	const namespace = "the-review-is-late"
	end := func(week string) answer {
		return praxis(append([]string{"end", "safe-deploys", "-n", namespace, "--week", week, "--as", "Stopped", "-m", "Another goal matters more", "--dry-run=server"}, asPerson("mira")...)...)
	}
	if a := end("2026-W51"); a.code != 0 || !strings.Contains(a.out, "utility/safe-deploys would be ended with 2026-W51: Stopped (server dry run)") {
		t.Errorf("exit %d: %s%s", a.code, a.out, a.err)
	}
	if a := end("2026-W40"); a.code != 2 || !strings.Contains(a.err, "is before 2026-W48, which has been planned") {
		t.Errorf("exit %d: %s%s", a.code, a.out, a.err)
	}
}
