// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const shipsFix = "submit ship.ben -n shop --name fix --artifact change=https://git.example/1"

func TestWhatIsHandedInIsToldWithWhatTheOperatorSays(t *testing.T) {
	awaits := says("Unknown", praxisv1.ReasonAwaitingVerdict, "A lead or reviewer of Team payments judges it")
	for name, c := range map[string]struct {
		stage stage
		args  string
		want  string
	}{
		"work": {stage{operator: awaits}, shipsFix, `evidence/fix handed in
AwaitingVerdict: fix of ben@shop.example waits for a verdict of ana@shop.example or rea@shop.example
next: nothing for you; it waits for ana@shop.example or rea@shop.example (kubectl praxis show evidence/fix -n shop)
`},
		"work that lacks something": {stage{operator: says("False", praxisv1.ReasonArtifactMissing, "log is missing")}, shipsFix, `evidence/fix handed in
ArtifactMissing: log is missing
next: kubectl praxis submit fix-failures.ship.ben -n shop --artifact change=URI
`},
		"work that nobody looks at": {stage{}, shipsFix, `evidence/fix handed in
The operator has not looked at it yet; see kubectl praxis why evidence/fix -n shop
`},
		"work for trying":         {stage{operator: awaits}, shipsFix + " --dry-run=server", "evidence/fix would be handed in (server dry run)\n"},
		"a reading":               {stage{operator: says("True", praxisv1.ReasonAccepted, "It is the latest")}, "submit -n shop --name r1 --measure checkout/paid --value 91.2", "evidence/r1 handed in\nAccepted: It is the latest\n"},
		"by who may not read it":  {stage{refuse: only("get", "Evidence", apierrors.NewForbidden(resource("evidence"), "fix", nil)), patience: time.Minute}, shipsFix, "evidence/fix handed in\nThe operator has not looked at it yet; see kubectl praxis why evidence/fix -n shop\n"},
		"where it is deleted":     {stage{refuse: only("get", "Evidence", apierrors.NewNotFound(resource("evidence"), "fix")), patience: time.Minute}, shipsFix, "evidence/fix handed in\nThe operator has not looked at it yet; see kubectl praxis why evidence/fix -n shop\n"},
		"with who judges unknown": {stage{operator: awaits, refuse: only("list shop", "TeamList", apierrors.NewForbidden(resource("teams"), "", nil))}, strings.Replace(shipsFix, "ship.ben", "checkout-2026-w48.fix-failures.ship.ben", 1), "evidence/fix handed in\nAwaitingVerdict: A lead or reviewer of Team payments judges it\nnext: nothing for you; it waits for a lead or reviewer of the Team (kubectl praxis show evidence/fix -n shop)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			c.stage.user = "ben@shop.example"
			if out, _, err := c.stage.run(t, strings.Fields(c.args)...); err != nil || out != c.want {
				t.Errorf("%v\n%s\nwant\n%s", err, out, c.want)
			}
		})
	}
}

// only refuses one verb on one kind.
func only(verb, kind string, err error) func(string, any) error {
	return func(did string, obj any) error {
		if did == verb && strings.HasSuffix(typeName(obj), "."+kind) {
			return err
		}
		return nil
	}
}

func TestAnErrorThatPassesDoesNotEndTheWaitForTheOperator(t *testing.T) {
	for name, passing := range map[string]error{
		"a conflict":               apierrors.NewConflict(resource("evidence"), "fix", errors.New("changed")),
		"a server that is busy":    apierrors.NewTooManyRequests("busy", 1),
		"a server that is slow":    apierrors.NewServerTimeout(resource("evidence"), "get", 1),
		"a timeout":                apierrors.NewTimeoutError("slow", 1),
		"a server that fails":      apierrors.NewInternalError(errors.New("broken")),
		"one that is being moved":  apierrors.NewServiceUnavailable("starting"),
		"a connection that breaks": errors.New("connection reset by peer"),
	} {
		t.Run(name, func(t *testing.T) {
			left := 2
			s := &stage{
				user: "ben@shop.example", patience: time.Minute, operator: says("False", praxisv1.ReasonArtifactMissing, "log is missing"),
				refuse: func(verb string, obj any) error {
					if err := only("get", "Evidence", passing)(verb, obj); err != nil && left > 0 {
						left--
						return err
					}
					return nil
				},
			}
			out, _, err := s.run(t, strings.Fields(shipsFix)...)
			if err != nil || left > 0 || !strings.Contains(out, "ArtifactMissing: log is missing\n") {
				t.Errorf("%v, %d looks are left\n%s", err, left, out)
			}
		})
	}
}

func TestWhatIsHandedInIsAsItWasGiven(t *testing.T) {
	folder := t.TempDir()
	log := filepath.Join(folder, "My Log.csv")
	if err := os.WriteFile(log, []byte("one line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &stage{user: "ben@shop.example"}
	_, errOut, err := s.run(t, "submit", "ship.ben", "-n", "shop", "--name", "fix", "-q", "1", "-m", "It is live", "--source-id", "run-7", "--artifact", "change=https://git.example/1", "--file", log, "--file", "other="+log)
	if err != nil {
		t.Fatal(err, errOut)
	}
	e := &praxisv1.Evidence{}
	if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "fix"}, e); err != nil {
		t.Fatal(err)
	}
	const digest = "sha256:3887c2cd3bec16420dc71507a74cf7f0a5effdd361f6d9cbe27b77831de8f65f" // of "one line\n"
	if e.Spec.SubmittedBy != "ben@shop.example" || e.Spec.Quantity != 1 || e.Spec.Summary != "It is live" || e.Spec.Source == nil || e.Spec.Source.ID != "run-7" || e.Spec.ActionRef.Name != "checkout-2026-w48.fix-failures.ship.ben" {
		t.Errorf("it is %+v", e.Spec)
	}
	var names []string
	for _, a := range e.Spec.Artifacts {
		names = append(names, a.Name+" "+string(a.Type))
		if a.Type == praxisv1.EvidenceFile && (a.Digest != digest || a.MediaType != "text/csv") {
			t.Errorf("the file is %+v", a)
		}
	}
	// The Action asks for a file "log"; the second has a name of its own.
	if got := strings.Join(names, ", "); got != "change Link, log File, other File" {
		t.Errorf("the artifacts are %s", got)
	}
}

func TestWhatCannotBeHandedInSaysWhatToGive(t *testing.T) {
	folder := t.TempDir()
	for args, want := range map[string]string{
		"submit -n shop": "give the Action, like ship.ana, or a measure with --measure UTILITY/MEASURE --value 91.2",
		"submit ship.ben --measure checkout/paid -n shop":           "give the Action, like ship.ana, or a measure",
		"submit ship.ben -n shop":                                   "checkout-2026-w48.fix-failures.ship.ben asks for change, and without it nobody can accept it: add --artifact change=https://…",
		"submit ship.ben -n shop --artifact change":                 `--artifact "change" names nothing; write NAME=URI`,
		"submit ship.ben -n shop --file log=" + folder:              folder + " is a folder; pack it into one file",
		"submit ship.ben -n shop --file log=" + folder + "/nothing": "the evidence cannot be read: open ",
		"submit -n shop --measure paid --value 91.2":                `a reading is --measure UTILITY/MEASURE --value 91.2, not --measure "paid" --value "91.2"`,
		"submit -n shop --measure checkout/paid":                    "a reading is --measure UTILITY/MEASURE --value 91.2",
		"submit list.ana -n shop --dry-run=client":                  `--dry-run=client is not known; give "server" or "none"`,
		"submit wrap.ben -n shop":                                   `Action "wrap.ben" is not in namespace shop`,
		"submit ship.ben -n shop -q 0":                              "-q 0 cannot be handed in; say how many times it was done, from 1 to 1000",
		"submit ship.ben -n shop -q -3":                             "-q -3 cannot be handed in",
		"submit ship.ben -n shop -q 1001":                           "-q 1001 cannot be handed in",
		"submit shp.ben -n shop":                                    `Action "shp.ben" is not in namespace shop; did you mean fix-failures.ship.ben?`,
		"submit -n shop --measure chekout/paid --value 91.2":        `Utility "chekout" is not in namespace shop; did you mean checkout?`,
		"submit -n shop --measure checkout/payd --value 91.2":       `utility/checkout has no measure "payd"; did you mean paid?`,
		"reject calls -n shop":                                      `a rejection needs a reason, since it is the first thing that whoever did the work reads: add -m "what is missing"`,
		"reject calls -n shop -m .":                                 "a rejection needs a reason",
		"accept nothing -n shop":                                    `Evidence "nothing" is not in namespace shop; there is calls`,
		"reject -n shop":                                            "EVIDENCE is missing; write kubectl praxis reject EVIDENCE... [flags]",
	} {
		t.Run(args, func(t *testing.T) {
			s := &stage{user: "ben@shop.example"}
			if out, _, err := s.run(t, strings.Fields(args)...); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("it says %v, want %s\n%s", err, want, out)
			}
		})
	}
}

func TestAVerdictIsToldWithWhatTheOperatorSays(t *testing.T) {
	for name, c := range map[string]struct {
		stage stage
		args  string
		want  string
	}{
		"accepted":            {stage{operator: says("True", praxisv1.ReasonAccepted, "2 of 2 are accepted")}, "accept calls -n shop -m Good", "evidence/calls judged: Accepted\nAccepted: 2 of 2 are accepted\n"},
		"accepted by oneself": {stage{operator: says("False", praxisv1.ReasonSelfAcceptance, "ben did the work")}, "accept evidence/calls -n shop", "evidence/calls judged: Accepted\nSelfAcceptance: ben did the work\nnext: kubectl praxis accept calls -n shop\n"},
		"rejected":            {stage{operator: says("False", praxisv1.ReasonRejected, "One is missing")}, "reject calls -n shop -m One", "evidence/calls judged: Rejected\nRejected: One is missing\nnext: kubectl praxis submit fix-failures.call.ben -n shop\n"},
		"for trying":          {stage{}, "reject calls -n shop -m Why --dry-run=server", "evidence/calls would be judged: Rejected (server dry run)\n"},
		"a duplicate":         {stage{operator: says("False", praxisv1.ReasonDuplicate, "first has the same source.id and counts")}, "accept calls -n shop", "evidence/calls judged: Accepted\nDuplicate: first has the same source.id and counts\n"},
		"nobody looks at it":  {stage{}, "accept calls -n shop", "evidence/calls judged: Accepted\nThe operator has not looked at it yet; see kubectl praxis why evidence/calls -n shop\n"},
	} {
		t.Run(name, func(t *testing.T) {
			c.stage.user = "rea@shop.example"
			out, _, err := c.stage.run(t, strings.Fields(c.args)...)
			if err != nil || !strings.HasPrefix(out, c.want) {
				t.Errorf("%v\n%s\nwant\n%s", err, out, c.want)
			}
			e := &praxisv1.Evidence{}
			if err := c.stage.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "calls"}, e); err != nil {
				t.Fatal(err)
			}
			if v := e.Status.Verdict; (v == nil) != strings.Contains(c.args, "dry-run") || v != nil && (v.By != "rea@shop.example" || v.At == nil || !v.At.Time.Equal(thursday)) {
				t.Errorf("the verdict is %+v", v)
			}
		})
	}
}

// Nothing new is written about a piece that a verdict changes nothing of.
func TestADuplicateIsAnsweredAtOnceAndSaysOfWhich(t *testing.T) {
	s := &stage{user: "rea@shop.example", operator: says("False", praxisv1.ReasonDuplicate, "first has the same source.id and counts")}
	if _, _, err := s.run(t, "accept", "calls", "-n", "shop"); err != nil {
		t.Fatal(err)
	}
	s.operator = nil
	out, _, err := s.run(t, "accept", "calls", "-n", "shop", "-m", "Again")
	if err != nil || out != "evidence/calls judged: Accepted\nDuplicate: first has the same source.id and counts\n" {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestWhoHandsInIsToldOfWhatIsTooMuchAndOfWhatWasShownBefore(t *testing.T) {
	s := &stage{user: "ben@shop.example", operator: says("Unknown", praxisv1.ReasonAwaitingVerdict, "It waits")}
	if _, errOut, err := s.run(t, strings.Fields(shipsFix)...); err != nil || errOut != "" {
		t.Fatal(err, errOut)
	}
	_, errOut, err := s.run(t, strings.Fields(strings.Replace(shipsFix, "--name fix", "--name again -q 2", 1))...)
	const want = "note: fix-failures.ship.ben asks for 1 and has 0 already; what is beyond that does not count\n" +
		"note: change was handed in before, in evidence/fix; whoever judges it sees that\n"
	if err != nil || errOut != want {
		t.Errorf("%v\n%s\nwant\n%s", err, errOut, want)
	}
	s.user = "rea@shop.example"
	// The fake server gives no piece a time, and then the name decides which was first.
	for _, command := range []string{"show fix -n shop", "why evidence/fix -n shop", "mine -n shop"} {
		if out, _, err := s.run(t, strings.Fields(command)...); err != nil || !strings.Contains(out, "the same was handed in before, in evidence/again") {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
}

// Each piece is judged, whatever becomes of the others.
func TestAPieceThatCannotBeJudgedKeepsNoOtherFromIt(t *testing.T) {
	s := &stage{user: "rea@shop.example", operator: says("True", praxisv1.ReasonAccepted, "2 of 2 are accepted")}
	out, _, err := s.run(t, "accept", "nothing", "calls", "-n", "shop")
	if err == nil || !strings.Contains(err.Error(), `Evidence "nothing" is not in namespace shop`) || !strings.HasPrefix(out, "evidence/calls judged: Accepted\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestWhoHandedInTakesBackWhatHasNoVerdict(t *testing.T) {
	for name, c := range map[string]struct {
		user, args, out, err string
		gone                 bool
	}{
		"one's own":                  {"ben@shop.example", "retract evidence/calls -n shop", "evidence/calls taken back\n", "", true},
		"for trying":                 {"ben@shop.example", "retract calls -n shop --dry-run=server", "evidence/calls would be taken back (server dry run)\n", "", false},
		"of somebody else":           {"rea@shop.example", "retract calls -n shop", "", "evidence/calls was handed in by ben@shop.example, and only they take it back; you are rea@shop.example", false},
		"nothing, and what there is": {"ben@shop.example", "retract cals calls -n shop", "evidence/calls taken back\n", `Evidence "cals" is not in namespace shop; did you mean calls?`, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: c.user}
			out, _, err := s.run(t, strings.Fields(c.args)...)
			if out != c.out || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
				t.Errorf("%v\n%s", err, out)
			}
			if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "calls"}, &praxisv1.Evidence{}); (err != nil) != c.gone {
				t.Error(err)
			}
		})
	}
	s := &stage{user: "rea@shop.example", operator: says("True", praxisv1.ReasonAccepted, "All is accepted")}
	if _, _, err := s.run(t, "accept", "calls", "-n", "shop"); err != nil {
		t.Fatal(err)
	}
	s.user = "ben@shop.example"
	if _, _, err := s.run(t, "retract", "calls", "-n", "shop"); err == nil || !strings.Contains(err.Error(), "was judged, and what was judged is kept") {
		t.Error(err)
	}
}
