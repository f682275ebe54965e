// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/view"
)

func decode[T any](t *testing.T, text string) []T {
	t.Helper()
	var list struct{ Items []T }
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err, text)
	}
	return list.Items
}

func get[T any, O interface {
	*T
	client.Object
}](t *testing.T, namespace, name string) O {
	t.Helper()
	o := O(new(T))
	if err := admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, o); err != nil {
		t.Fatal(err)
	}
	return o
}

// sameAs compares a line with the OnTrack condition of its object.
func sameAs(t *testing.T, n *view.Node, status *praxisv1.ConditionedStatus, done string) {
	t.Helper()
	c := meta.FindStatusCondition(status.Conditions, praxisv1.ConditionOnTrack)
	if c == nil || n.Status != c.Status || n.Reason != c.Reason || n.Message != c.Message || !n.Since.Equal(&c.LastTransitionTime) || n.Next != status.Summary || n.Done != done {
		t.Errorf("%s is shown as %s %s (%s; %s), and its status says %+v (%s; %s)", n.Name, n.Status, n.Reason, n.Done, n.Next, c, done, status.Summary)
	}
}

func TestATreeSaysWhatTheStatusOfEveryObjectSays(t *testing.T) {
	lines := 0
	var check func(n *view.Node)
	check = func(n *view.Node) {
		lines++
		switch n.Kind {
		case "Utility":
			u := get[praxisv1.Utility](t, n.Namespace, n.Name)
			sameAs(t, n, &u.Status.ConditionedStatus, u.Status.Columns.Delivery)
		case "KeyAction":
			ka := get[praxisv1.KeyAction](t, n.Namespace, n.Name)
			sameAs(t, n, &ka.Status.ConditionedStatus, fmt.Sprintf("%d%% of %d%%", ka.Status.ProgressPercent, ka.Status.ExpectedPercent))
		case "Action":
			a := get[praxisv1.Action](t, n.Namespace, n.Name)
			sameAs(t, n, &a.Status.ConditionedStatus, fmt.Sprintf("%d/%d", a.Status.Accepted, a.Spec.Target))
		}
		for _, child := range n.Children {
			check(child)
		}
	}
	for _, namespace := range []string{"nothing-is-handed-in", "enterprise"} {
		for _, root := range decode[*view.Node](t, fine(t, "tree", "-n", namespace, "-o", "json")) {
			check(root)
		}
	}
	if lines < 25 {
		t.Errorf("only %d lines were looked at", lines)
	}
}

func TestABoardSaysWhatTheStatusOfTheWeekSays(t *testing.T) {
	for _, namespace := range []string{"nothing-is-handed-in", "enterprise"} {
		for _, b := range decode[view.Board](t, fine(t, "week", "-n", namespace, "-o", "json")) {
			c := get[praxisv1.WeeklyCycle](t, namespace, b.Cycle)
			if b.Counts != *c.Status.Counts || b.Delivery != c.Status.Delivery || !reflect.DeepEqual(b.Gaps, c.Status.Gaps) {
				t.Errorf("%s: shown %+v %+v %+v, status %+v", b.Cycle, b.Counts, b.Delivery, b.Gaps, c.Status)
			}
			var shown int32
			for _, person := range b.People {
				shown += int32(len(person.Children))
			}
			if want := c.Status.Plan.Actions; shown != want || want == 0 {
				t.Errorf("%s: %d Actions are shown, %d planned", b.Cycle, shown, want)
			}
		}
	}
}

func TestTextSaysWhatDataSays(t *testing.T) {
	text := fine(t, "tree", "utility/safe-deploys", "-n", "nothing-is-handed-in", "--all")
	var each func(n *view.Node)
	each = func(n *view.Node) {
		if !strings.Contains(text, n.Label) || !strings.Contains(text, n.Reason) || !strings.Contains(text, n.Next) {
			t.Errorf("%s %s (%s) is not shown:\n%s", n.Label, n.Reason, n.Next, text)
		}
		for _, child := range n.Children {
			each(child)
		}
	}
	for _, root := range decode[*view.Node](t, fine(t, "tree", "utility/safe-deploys", "-n", "nothing-is-handed-in", "-o", "json")) {
		each(root)
	}
	if strings.Contains(text, "\x1b") {
		t.Error("there are colours where nobody looks")
	}
}

func TestCheckSaysBeforeAnInstallWhatIsMissingAndWhatMendsIt(t *testing.T) {
	for _, want := range []string{"✔ server", "✘ definitions", "kubectl apply -k config/crd", "✘ policies", "• stamping", "✔ rights"} {
		if !strings.Contains(beforeInstall.out, want) {
			t.Errorf("before the install it does not say %q:\n%s%s", want, beforeInstall.out, beforeInstall.err)
		}
	}
	if beforeInstall.code != 1 {
		t.Errorf("before the install: exit %d, want 1", beforeInstall.code)
	}
	out := fine(t, "check")
	if strings.Contains(out, "✘") || !strings.Contains(out, "✔ operator") {
		t.Error(out)
	}
}

func TestCheckSeesAPolicyThatWasWeakened(t *testing.T) {
	binding := &admissionv1.ValidatingAdmissionPolicyBinding{}
	if err := admin.Get(t.Context(), client.ObjectKey{Name: "praxis-names"}, binding); err != nil {
		t.Fatal(err)
	}
	as := func(actions ...admissionv1.ValidationAction) {
		binding.Spec.ValidationActions = actions
		if err := admin.Update(t.Context(), binding); err != nil {
			t.Fatal(err)
		}
	}
	before := binding.Spec.ValidationActions
	as(admissionv1.Audit)
	defer as(before...)
	if r := praxis("check"); r.code != 1 || !strings.Contains(r.out, "✘ policies    edited, or of another release than this plugin: praxis-names") {
		t.Errorf("exit %d:\n%s", r.code, r.out)
	}
}

func TestNamesOfLiveObjectsAreCompleted(t *testing.T) {
	for name, test := range map[string]struct {
		typed []string
		want  string
	}{
		"kinds":                       {[]string{"why", "ut"}, "utility/"},
		"utilities":                   {[]string{"-n", "platform", "why", "utility/sa"}, "utility/safe-deploys"},
		"by a short name of the kind": {[]string{"-n", "platform", "tree", "ka/rev"}, "ka/review-failed-deploys"},
		"actions":                     {[]string{"-n", "platform", "submit", "safe-deploys-2026-w48.review"}, week + collect},
		"actions, as they are called": {[]string{"-n", "platform", "submit", "review-failed"}, collect},
		"measures":                    {[]string{"-n", "platform", "submit", "--measure", "safe"}, "safe-deploys/minutes-to-undo"},
		"reviews":                     {[]string{"-n", "platform", "review", ""}, "safe-deploys-2026-w48-midweek"},
		"namespaces":                  {[]string{"tree", "-n", "plat"}, "platform"},
		"reasons":                     {[]string{"explain", ""}, "AwaitingAcceptance"},
		"formats":                     {[]string{"tree", "-o", ""}, "yaml"},
	} {
		out := fine(t, append([]string{"__complete"}, test.typed...)...)
		if !strings.Contains("\n"+out, "\n"+test.want+"\n") {
			t.Errorf("%s: %s does not offer %s", name, out, test.want)
		}
	}
}

func TestAWatchShowsWhatChangesAndEndsWhenInterrupted(t *testing.T) {
	cmd := exec.Command(filepath.Join(folder, "kubectl-praxis"), "tree", "-w", "-n", "minimal")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	seen := func(text string) {
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) {
				return
			}
		}
		t.Fatalf("never shown: %s", text)
	}
	seen("watch-new-users")
	ka := get[praxisv1.KeyAction](t, "minimal", "watch-new-users")
	ka.Name, ka.ResourceVersion, ka.UID, ka.Spec.Verb = "read-mail", "", "", "Read"
	if err := admin.Create(t.Context(), ka); err != nil {
		t.Fatal(err)
	}
	seen("read-mail")
	if err := admin.Delete(t.Context(), ka); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // until it ends
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
}
