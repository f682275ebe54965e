// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/view"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// people may do in every namespace what the shipped role for editors lets them do; lena
// may in two namespaces alone, and list no others.
func people(ctx context.Context) error {
	for _, role := range []string{"praxis-view", "praxis-edit"} {
		err := admin.Create(ctx, &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "people-" + role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "people"}},
		})
		if err != nil {
			return err
		}
	}
	bindings := [][3]string{{"product", "lena", "praxis-view"}, {"minimal", "lena", "praxis-view"}}
	for _, name := range []string{"mira", "jonas", "priya"} {
		bindings = append(bindings, [3]string{"platform", name, "praxis-view"}, [3]string{"platform", name, "praxis-edit"})
	}
	for _, b := range bindings {
		binding := controlplane.RoleBinding(b[0], b[1]+"-"+b[2], b[1]+"@example.com", "ClusterRole", b[2])
		if err := admin.Create(ctx, binding); err != nil {
			return err
		}
	}
	return nil
}

// asPerson are the flags that make a command somebody's.
func asPerson(name string) []string {
	return []string{"--as", name + "@example.com", "--as-group", "people"}
}

func TestAFileIsHashedAndStaysWhereItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Minutes of Tuesday.PDF")
	content := strings.Repeat("what was said\n", 100_000)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	fine(t, slices.Concat([]string{"submit", "interview-key-scenarios.interview.omar", "-n", "product", "--name", "hashed", "--file", path, "-m", "All of it"}, otherArtifacts(t, "product", "interview"), asPerson("omar"))...)
	e := &praxisv1.Evidence{}
	if err := admin.Get(t.Context(), client.ObjectKey{Namespace: "product", Name: "hashed"}, e); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	i := slices.IndexFunc(e.Spec.Artifacts, func(a praxisv1.Artifact) bool { return a.Digest != "" })
	if i < 0 {
		t.Fatal("no artifact has a digest")
	}
	got := e.Spec.Artifacts[i]
	want := praxisv1.Artifact{Name: got.Name, Type: praxisv1.EvidenceFile, Digest: "sha256:" + hex.EncodeToString(sum[:]), MediaType: "application/pdf"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if e.Spec.SubmittedBy != "omar@example.com" || e.Spec.Summary != "All of it" {
		t.Errorf("handed in by %q: %q", e.Spec.SubmittedBy, e.Spec.Summary)
	}
}

// otherArtifacts are links for what an Action of a step asks for.
func otherArtifacts(t *testing.T, namespace, step string) []string {
	var actions praxisv1.ActionList
	if err := admin.List(t.Context(), &actions, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, a := range actions.Items {
		for _, r := range a.Spec.Evidence {
			if a.Spec.Step == step && r.Type == praxisv1.EvidenceLink && !slices.Contains(flags, r.Name+"=https://work.example.com/1") {
				flags = append(flags, "--artifact", r.Name+"=https://work.example.com/1")
			}
		}
	}
	return flags
}

func TestADryRunLeavesNothingBehind(t *testing.T) {
	count := func() int {
		var list praxisv1.EvidenceList
		if err := admin.List(t.Context(), &list, client.InNamespace("minimal")); err != nil {
			t.Fatal(err)
		}
		return len(list.Items)
	}
	before := count()
	out := fine(t, "submit", "invite.kim", "-n", "minimal", "--dry-run=server")
	if !strings.Contains(out, "would be handed in") || count() != before {
		t.Errorf("%d pieces, had %d: %s", count(), before, out)
	}
}

func TestWhatTheServerRefusesIsSaidAsTheServerSaysIt(t *testing.T) {
	fine(t, append([]string{"submit", "agree.mira", "-n", "platform", "--name", "own"}, asPerson("mira")...)...)
	a := praxis(append([]string{"accept", "own", "-n", "platform"}, asPerson("mira")...)...)
	if a.code == 0 || !strings.Contains(a.err, "nobody judges what they handed in") {
		t.Errorf("exit %d: %s%s", a.code, a.out, a.err)
	}
}

func TestEvidenceWithoutWhatTheActionAsksForIsNotHandedIn(t *testing.T) {
	a := praxis("submit", "automate.tomas", "-n", "platform")
	if a.code == 0 || !strings.Contains(a.err, "asks for change") || !strings.Contains(a.err, "add --artifact change=https://…") {
		t.Errorf("exit %d: %s%s", a.code, a.out, a.err)
	}
}

func TestAnUnknownOrUnclearNameSaysWhatCouldBeMeant(t *testing.T) {
	for name, want := range map[string]string{
		"rehearse":     " or rehearse-rollback.rehearse.jonas",
		"colect.jonas": "did you mean " + collect,
	} {
		if a := praxis("submit", name, "-n", "platform"); a.code != 2 || !strings.Contains(a.err, want) {
			t.Errorf("%s: exit %d: %s", name, a.code, a.err)
		}
	}
}

func TestTheEditorShowsTheAgendaAndWhatIsWrittenThereIsSigned(t *testing.T) {
	const name = "the-page-is-not-signed"
	editor := filepath.Join(t.TempDir(), "editor")
	seen := filepath.Join(t.TempDir(), "seen")
	script := fmt.Sprintf("#!/bin/sh\ncp \"$1\" %s\nsed -i -e 's/^conclusion: .*/conclusion: We begin with the invitations/' -e 's/^sign: false/sign: true/' \"$1\"\n", seen)
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBE_EDITOR", editor)
	review := []string{"review", "safe-deploys-2026-w48-review", "-n", name}
	var out string
	if err := eventually(t.Context(), func() (bool, error) { // until its agenda is there
		return strings.Contains(praxis(append(review, "--show")...).out, collect), nil
	}); err != nil {
		t.Fatal(err)
	}
	out = fine(t, append(review, asPerson("mira")...)...)
	if !strings.Contains(out, "signed by mira@example.com") {
		t.Error(out)
	}
	text, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# 1. ", "set sign to true", "- action: " + week + agree, "decision: CarryOver"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the editor did not show %q:\n%s", want, text)
		}
	}
	r := &praxisv1.Review{}
	if err := admin.Get(t.Context(), client.ObjectKey{Namespace: name, Name: "safe-deploys-2026-w48-review"}, r); err != nil {
		t.Fatal(err)
	}
	if r.Spec.Conclusion != "We begin with the invitations" || len(r.Spec.Decisions) != len(r.Status.Agenda) {
		t.Errorf("%d decisions on %d points: %q", len(r.Spec.Decisions), len(r.Status.Agenda), r.Spec.Conclusion)
	}
}

func TestTheEditorNeverLosesWhatWasWritten(t *testing.T) {
	review := append([]string{"review", "safe-deploys-2026-w48-review", "-n", "nothing-is-handed-in"}, asPerson("mira")...)
	if err := eventually(t.Context(), func() (bool, error) {
		return strings.Contains(praxis(append(review, "--show")...).out, collect), nil
	}); err != nil {
		t.Fatal(err)
	}
	write := func(script string) answer {
		editor := filepath.Join(t.TempDir(), "editor")
		if err := os.WriteFile(editor, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("KUBE_EDITOR", editor)
		return praxis(review...)
	}
	for name, script := range map[string]string{
		"what cannot be read":       `echo "conclusion: [We begin" > "$1"`,
		"what the server refuses":   `printf 'conclusion: We begin\ndecisions:\n- {action: nobody, decision: Wish, reason: why}\n' > "$1"`,
		"a signature without words": `printf 'conclusion: ""\n# We begin\nsign: true\n' > "$1"`,
	} {
		a := write(script)
		_, file, found := strings.Cut(strings.TrimSpace(a.err), "what you wrote is in ")
		text, err := os.ReadFile(file)
		if a.code == 0 || !found || err != nil || !strings.Contains(string(text), "We begin") {
			t.Errorf("%s: exit %d: %s (%v)", name, a.code, a.err, err)
		}
		_ = os.Remove(file) // as a person does in the end
	}
	fine(t, append(review, "--conclude", "As planned")...)
	if a := write(`sed -i '/^#/!d' "$1"`); a.code != 0 || !strings.Contains(a.out, "left as it was") {
		t.Errorf("only comments: exit %d: %s%s", a.code, a.out, a.err)
	}
	if r := get[praxisv1.Review](t, "nothing-is-handed-in", "safe-deploys-2026-w48-review"); r.Spec.Conclusion != "As planned" {
		t.Errorf("the conclusion is now %q", r.Spec.Conclusion)
	}
}

func TestWhatIsProposedIsDecidedAsFarAsNothingHasToBeAdded(t *testing.T) {
	// A midweek check proposes to reschedule, and only a person knows until when.
	const name = "safe-deploys-2026-w48-midweek"
	out := fine(t, append([]string{"review", name, "-n", "nothing-is-handed-in", "--as-proposed", "--conclude", "We wait", "--sign"}, asPerson("mira")...)...)
	if r := get[praxisv1.Review](t, "nothing-is-handed-in", name); r.Spec.SignOff == nil || len(r.Spec.Decisions) > 0 {
		t.Errorf("%s: %+v", out, r.Spec)
	}
}

func TestWhoSignsSeesWhatOthersDecidedAndTakesItOver(t *testing.T) {
	const namespace, name = "the-page-is-not-signed", "safe-deploys-2026-w48-midweek"
	review := []string{"review", name, "-n", namespace}
	decide := []string{"--decide", "rehearse.jonas=Reschedule,dueAt=2026-11-29T12:00:00Z,reason=The team is away"}
	fine(t, slices.Concat(review, decide, asPerson("jonas"))...)
	decided := func() praxisv1.ActionDecision {
		t.Helper()
		r := get[praxisv1.Review](t, namespace, name)
		if len(r.Spec.Decisions) != 1 {
			t.Fatalf("the decisions are %+v", r.Spec.Decisions)
		}
		return r.Spec.Decisions[0]
	}
	if by := decided().By; by != "jonas@example.com" {
		t.Errorf("it was decided by %q", by)
	}
	if out := fine(t, append(review, "--show")...); !strings.Contains(out, "(by jonas@example.com): The team is away") {
		t.Error(out)
	}
	fine(t, slices.Concat(review, []string{"--conclude", "We wait for them"}, asPerson("mira"))...)
	if by := decided().By; by != "jonas@example.com" {
		t.Errorf("by a conclusion of mira it is decided by %q", by)
	}
	out := fine(t, slices.Concat(review, []string{"--sign"}, asPerson("mira"))...)
	if by := decided().By; by != "mira@example.com" || !strings.Contains(out, "rehearse.jonas Reschedule, decided by jonas@example.com") {
		t.Errorf("it was decided by %q: %s", by, out)
	}
}

func TestMineFindsWhatOneOwesInEveryNamespaceThatOneMayRead(t *testing.T) {
	namespaces := func(a answer) []string {
		var listed struct{ Items []view.Duty }
		if err := json.Unmarshal([]byte(a.out), &listed); err != nil {
			t.Fatal(err, a.out, a.err)
		}
		var found []string
		for _, d := range listed.Items {
			if !slices.Contains(found, d.Namespace) {
				found = append(found, d.Namespace)
			}
		}
		slices.Sort(found)
		return found
	}
	all := namespaces(praxis(append([]string{"mine", "-o", "json"}, asPerson("priya")...)...))
	if !slices.Contains(all, "platform") || !slices.Contains(all, "nothing-is-handed-in") || slices.Contains(all, "product") {
		t.Errorf("priya owes something in %v", all)
	}
	// lena may read two namespaces, and her kubeconfig knows of them.
	config, err := clientcmd.LoadFromFile(os.Getenv("KUBECONFIG"))
	if err != nil {
		t.Fatal(err)
	}
	current := config.Contexts[config.CurrentContext]
	for _, namespace := range []string{"product", "minimal", "platform"} {
		config.Contexts[namespace] = &clientcmdapi.Context{Cluster: current.Cluster, AuthInfo: current.AuthInfo, Namespace: namespace}
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	a := praxis("mine", "-o", "json", "--as", "lena@example.com", "--kubeconfig", path)
	if got := namespaces(a); !slices.Equal(got, []string{"product"}) {
		t.Errorf("lena owes something in %v, want product: %s", got, a.err)
	}
	for _, where := range [][]string{{"-n", "default"}, nil} {
		a = praxis(append([]string{"mine", "--as", "nobody@example.com"}, where...)...)
		if a.code == 0 || strings.Contains(a.out, "owes nothing") {
			t.Errorf("nobody may read anything, and still: %s", a.out)
		}
	}
}
