// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	yes     = metav1.ConditionTrue
	no      = metav1.ConditionFalse
	unknown = metav1.ConditionUnknown
)

func TestTheOutcomeOfAPiece(t *testing.T) {
	ofAna := func(modify func(*praxisv1.ActionSpec)) *praxisv1.Action {
		a := anAction(1)
		a.Spec.User = "ana"
		if modify != nil {
			modify(&a.Spec)
		}
		return &a
	}
	rejected := func(note string) modifier {
		return func(e *praxisv1.Evidence) {
			judgedBy("rea", praxisv1.DecisionRejected)(e)
			e.Status.Verdict.Note = note
		}
	}
	for name, c := range map[string]struct {
		in     Input
		piece  praxisv1.Evidence
		want   string // valid, accepted, reason and who judged it
		saying string
	}{
		"it is for nothing that is there": {
			Input{Unresolved: "There is no Action x"}, piece("e", 0), "False False ActionNotFound ", "There is no Action x",
		},
		"the operator reads the measure itself": {
			Input{Sourced: true}, piece("e", 0, func(e *praxisv1.Evidence) {
				e.Spec.For = &praxisv1.EvidenceTarget{Utility: "checkout", Measure: "first-try"}
			}), "False False ReadFromSource ", "first-try of checkout is read from its source, so what is handed in for it does not count; there is nothing to do",
		},
		"its week is closed": {
			Input{Action: ofAna(nil), Closed: true}, piece("e", 0, judgedBy("lou", praxisv1.DecisionAccepted)), "False False CycleClosed ", "The week of w.x.ana is closed; hand it in for an Action of the running week",
		},
		"the artifact is missing": {
			Input{Action: ofAna(func(s *praxisv1.ActionSpec) {
				s.Evidence = []praxisv1.EvidenceRequirement{{Name: "change", Type: praxisv1.EvidenceLink, Required: true}}
			})},
			piece("e", 0, judgedBy("lou", praxisv1.DecisionAccepted)), "False False ArtifactMissing ", "Artifact change of type Link is missing",
		},
		"nobody has judged it":               {Input{Action: ofAna(nil), Team: payments()}, piece("e", 0), "True Unknown AwaitingVerdict ", "lou or rea accepts or rejects it"},
		"a reviewer accepts it":              {Input{Action: ofAna(nil), Team: payments()}, piece("e", 0, judgedBy("rea", praxisv1.DecisionAccepted)), "True True Accepted rea", "Accepted by rea"},
		"a reviewer rejects it without word": {Input{Action: ofAna(nil), Team: payments()}, piece("e", 0, rejected("")), "True False Rejected rea", "Rejected by rea; hand in a new piece"},
		"a reviewer rejects it":              {Input{Action: ofAna(nil), Team: payments()}, piece("e", 0, rejected("no link")), "True False Rejected rea", "Rejected by rea: no link; hand in a new piece"},
		"a member who is no reviewer":        {Input{Action: ofAna(nil), Team: payments()}, piece("e", 0, judgedBy("ben2", praxisv1.DecisionAccepted)), "True False NotAReviewer ", "ben2 is neither the lead nor a reviewer of Team payments; lou or rea has to judge"},
		"the Team is gone":                   {Input{Action: ofAna(nil)}, piece("e", 0, judgedBy("rea", praxisv1.DecisionAccepted)), "True False NotAReviewer ", "rea is neither the lead nor a reviewer of Team payments, which is gone"},
		"the Team of a measure is gone":      {Input{}, piece("e", 0, judgedBy("rea", praxisv1.DecisionAccepted)), "True False NotAReviewer ", "rea is neither the lead nor a reviewer of its Team, which is gone"},
		"who handed it in judges it":         {Input{Action: ofAna(nil), Team: payments()}, piece("e", 0, judgedBy("ben", praxisv1.DecisionAccepted)), "True False SelfAcceptance ", "ben judges their own work; lou or rea has to"},
		"a reading of a measure is accepted": {Input{Team: payments()}, piece("e", 0, judgedBy("lou", praxisv1.DecisionAccepted)), "True True Accepted lou", "Accepted by lou"},
		"a verdict that counted stands when the Team is gone": {
			Input{Action: ofAna(nil)}, piece("e", 0, judgedBy("rea", praxisv1.DecisionAccepted), says(yes, yes, praxisv1.ReasonAccepted), func(e *praxisv1.Evidence) { e.Status.JudgedBy = "rea" }),
			"True True Accepted rea", "Accepted by rea",
		},
		"and when the Action comes to the judge": {
			Input{Action: ofAna(func(s *praxisv1.ActionSpec) {
				s.Member, s.User = "rea", "rea"
				s.Amendments = []praxisv1.Amendment{{Reason: "ill", From: &praxisv1.Assignee{Member: "ana", User: "ana"}}}
			}), Team: payments()}, piece("e", 0, judgedBy("rea", praxisv1.DecisionAccepted), says(yes, yes, praxisv1.ReasonAccepted), func(e *praxisv1.Evidence) { e.Status.JudgedBy = "rea" }),
			"True True Accepted rea", "Accepted by rea",
		},
		"but not once it was turned around": {
			Input{Action: ofAna(nil)}, piece("e", 0, judgedBy("rea", praxisv1.DecisionRejected), says(yes, yes, praxisv1.ReasonAccepted), func(e *praxisv1.Evidence) { e.Status.JudgedBy = "rea" }),
			"True False NotAReviewer ", "which is gone",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.in.Evidence = &c.piece
			got := c.in.Judge()
			if fmt.Sprint(got.Valid, " ", got.Accepted, " ", got.Reason, " ", got.JudgedBy) != c.want || !strings.Contains(got.Message, c.saying) {
				t.Errorf("it is %+v, want %s, %q", got, c.want, c.saying)
			}
		})
	}
}

func TestOfTwoPiecesWithTheSameSourceOneCounts(t *testing.T) {
	one := from("CI", "run-7")
	accepted, rejected := judgedBy("rea", praxisv1.DecisionAccepted), judgedBy("rea", praxisv1.DecisionRejected)
	nobodys := func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = "" }
	for name, c := range map[string]struct {
		pieces []praxisv1.Evidence
		want   string // reasons in the same order
	}{
		"the first of two that wait":              {[]praxisv1.Evidence{piece("a", 0, one), piece("b", 1, one)}, "AwaitingVerdict Duplicate"},
		"of one instant the first by name":        {[]praxisv1.Evidence{piece("b", 0, one), piece("a", 0, one)}, "Duplicate AwaitingVerdict"},
		"the one that is accepted":                {[]praxisv1.Evidence{piece("a", 0, one), piece("b", 1, one, accepted)}, "Duplicate Accepted"},
		"the first of two that are accepted":      {[]praxisv1.Evidence{piece("a", 0, one, accepted), piece("b", 1, one, accepted)}, "Accepted Duplicate"},
		"the next where the first was rejected":   {[]praxisv1.Evidence{piece("a", 0, one, rejected), piece("b", 1, one)}, "Rejected AwaitingVerdict"},
		"one that is rejected stays so":           {[]praxisv1.Evidence{piece("a", 0, one), piece("b", 1, one, rejected)}, "AwaitingVerdict Rejected"},
		"one with another id is another":          {[]praxisv1.Evidence{piece("a", 0, one), piece("b", 1, from("CI", "run-8"))}, "AwaitingVerdict AwaitingVerdict"},
		"and so is one of another kind":           {[]praxisv1.Evidence{piece("a", 0, one), piece("b", 1, from("Git", "run-7"))}, "AwaitingVerdict AwaitingVerdict"},
		"without an id there are no duplicates":   {[]praxisv1.Evidence{piece("a", 0, from("CI", "")), piece("b", 1, from("CI", ""))}, "AwaitingVerdict AwaitingVerdict"},
		"nor without a source":                    {[]praxisv1.Evidence{piece("a", 0), piece("b", 1)}, "AwaitingVerdict AwaitingVerdict"},
		"whoever judged wrongly may judge again":  {[]praxisv1.Evidence{piece("a", 0, one, judgedBy("ben", praxisv1.DecisionAccepted)), piece("b", 1, one)}, "SelfAcceptance Duplicate"},
		"one that nobody handed in still waits":   {[]praxisv1.Evidence{piece("a", 0, one, nobodys), piece("b", 1, one)}, "SelfAcceptance AwaitingVerdict"},
		"and one of another submitter counts":     {[]praxisv1.Evidence{piece("a", 0, one, func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = "zoe" }), piece("b", 1, one)}, "AwaitingVerdict AwaitingVerdict"},
		"what is known to be invalid is no rival": {[]praxisv1.Evidence{piece("a", 0, one, says(no, no, praxisv1.ReasonCheckFailed)), piece("b", 1, one)}, "AwaitingVerdict AwaitingVerdict"},
	} {
		t.Run(name, func(t *testing.T) {
			a := anAction(5)
			a.Spec.User = "ana"
			var got []string
			for i := range c.pieces {
				o := Input{Evidence: &c.pieces[i], Action: &a, Team: payments(), Pieces: c.pieces}.Judge()
				got = append(got, o.Reason)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("they come to %v, want %s", got, c.want)
			}
		})
	}
}

// Whatever comes in, in whatever order, at most one piece of a source and submitter counts, no
// more than there is room for are looked at, and nobody accepts what is their own.
func TestOfManyPiecesTheSameCountInAnyOrder(t *testing.T) {
	a := anAction(9)
	a.Spec.User = "ana"
	a.Spec.Standard.AutoAccept = true
	rapid.Check(t, func(t *rapid.T) {
		var pieces []praxisv1.Evidence
		several := rapid.SampledFrom([]int{5, maxPieces - 1, maxPieces + 7}).Draw(t, "several")
		for i := range rapid.IntRange(1, several).Draw(t, "pieces") {
			e := piece(fmt.Sprint("e", i), i%7)
			if id := rapid.IntRange(0, several).Draw(t, "id"); id > 0 {
				from("CI", fmt.Sprint(id))(&e)
			}
			e.Spec.SubmittedBy = rapid.SampledFrom([]string{"ana", "ben", "rea", ""}).Draw(t, "submittedBy")
			if by := rapid.SampledFrom([]string{"", "lou", "rea", "ben"}).Draw(t, "by"); by != "" {
				judgedBy(by, rapid.SampledFrom([]praxisv1.Decision{praxisv1.DecisionAccepted, praxisv1.DecisionRejected}).Draw(t, "decision"))(&e)
			}
			if rapid.Bool().Draw(t, "refused") {
				says(no, no, praxisv1.ReasonCheckFailed)(&e)
			}
			pieces = append(pieces, e)
		}
		shuffled := rapid.Permutation(pieces).Draw(t, "order")
		counted, looked := map[source]int{}, 0
		for i := range pieces {
			e := &pieces[i]
			o := Input{Evidence: e, Action: &a, Team: payments(), Pieces: pieces}.Judge()
			if other := (Input{Evidence: e, Action: &a, Team: payments(), Pieces: shuffled}).Judge(); !reflect.DeepEqual(other, o) {
				t.Fatalf("%s is %+v, and in another order %+v", e.Name, o, other)
			}
			if o.Reason != praxisv1.ReasonTooManyPieces {
				looked++
			}
			if o.Accepted != yes {
				continue
			}
			if of, named := sourceOf(e); named && !meta.IsStatusConditionFalse(e.Status.Conditions, praxisv1.ConditionValid) {
				counted[of]++
			}
			if o.JudgedBy != "" && (o.JudgedBy == e.Spec.SubmittedBy || o.JudgedBy == "ana" || !MayJudge(payments(), o.JudgedBy)) {
				t.Fatalf("%s handed in by %q was accepted by %q", e.Name, e.Spec.SubmittedBy, o.JudgedBy)
			}
		}
		for of, n := range counted {
			if n > 1 {
				t.Fatalf("%d pieces of %v count", n, of)
			}
		}
		if looked != min(len(pieces), maxPieces) {
			t.Fatalf("%d of %d pieces are looked at", looked, len(pieces))
		}
	})
}

// The handlers enqueue what Outdated names: whatever it is done with, it comes to rest, and
// then each piece says what it comes to.
func TestWhatIsOutdatedComesToRest(t *testing.T) {
	a := anAction(9)
	a.Spec.User = "ana"
	rapid.Check(t, func(t *rapid.T) {
		pieces := make([]praxisv1.Evidence, rapid.IntRange(1, 8).Draw(t, "pieces"))
		look := func(i int) {
			e := &pieces[i]
			o := Input{Evidence: e, Action: &a, Team: payments(), Pieces: pieces}.Judge()
			says(o.Valid, o.Accepted, o.Reason)(e)
			e.Status.JudgedBy, e.Status.Judges = o.JudgedBy, o.Judges
		}
		for i := range pieces {
			pieces[i] = piece(fmt.Sprint("e", i), i, from("CI", fmt.Sprint(rapid.IntRange(1, 2).Draw(t, "id"))))
			if by := rapid.SampledFrom([]string{"", "lou", "ben"}).Draw(t, "by"); by != "" {
				judgedBy(by, rapid.SampledFrom([]praxisv1.Decision{praxisv1.DecisionAccepted, praxisv1.DecisionRejected}).Draw(t, "decision"))(&pieces[i])
			}
		}
		order := make([]int, len(pieces))
		for i := range order {
			order[i] = i
		}
		for _, i := range rapid.Permutation(order).Draw(t, "order") {
			look(i)
		}
		for range 3 {
			for _, name := range (Input{Action: &a, Team: payments(), Pieces: pieces}).Outdated() {
				look(slices.IndexFunc(pieces, func(e praxisv1.Evidence) bool { return e.Name == name }))
			}
		}
		for i := range pieces {
			before := pieces[i].Status
			if look(i); !reflect.DeepEqual(before, pieces[i].Status) {
				t.Fatalf("%s said %+v and comes to %+v", pieces[i].Name, before, pieces[i].Status)
			}
		}
	})
}

func TestOfVeryManyPiecesThoseThatMatterAreLookedAt(t *testing.T) {
	a := anAction(9)
	a.Spec.User = "ana"
	var pieces []praxisv1.Evidence
	for i := range 2 * maxPieces {
		pieces = append(pieces, piece(fmt.Sprintf("flood-%03d", i), i))
	}
	own := piece("own", 9999, func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = "ana" })
	judged := piece("judged", 9999, judgedBy("lou", praxisv1.DecisionAccepted))
	pieces = append(pieces, own, judged)
	for name, want := range map[string]string{
		"judged": praxisv1.ReasonAccepted, "own": praxisv1.ReasonAwaitingVerdict,
		"flood-197": praxisv1.ReasonAwaitingVerdict, "flood-198": praxisv1.ReasonTooManyPieces,
	} {
		t.Run(name, func(t *testing.T) {
			e := pieces[slices.IndexFunc(pieces, func(e praxisv1.Evidence) bool { return e.Name == name })]
			if o := (Input{Evidence: &e, Action: &a, Team: payments(), Pieces: pieces}).Judge(); o.Reason != want {
				t.Errorf("it is %+v", o)
			}
		})
	}
	t.Run("what there is no room for is neither counted nor pending", func(t *testing.T) {
		for _, valid := range []metav1.ConditionStatus{"", yes} {
			e := piece("e", 0, says(valid, no, praxisv1.ReasonTooManyPieces))
			if Counts(&e) || Pending(&e) {
				t.Errorf("with Valid=%q it counts", valid)
			}
		}
	})
	t.Run("whoever is displaced is looked at again, and nobody else", func(t *testing.T) {
		for i := range pieces {
			o := Input{Evidence: &pieces[i], Action: &a, Team: payments(), Pieces: pieces[:2*maxPieces]}.Judge()
			says(o.Valid, o.Accepted, o.Reason)(&pieces[i])
			pieces[i].Status.Judges, pieces[i].Status.JudgedBy = o.Judges, o.JudgedBy
		}
		got := Input{Action: &a, Team: payments(), Pieces: pieces}.Outdated()
		slices.Sort(got)
		if fmt.Sprint(got) != "[flood-198 flood-199 judged own]" {
			t.Errorf("outdated are %v", got)
		}
	})
}

func TestOnlyTheLeadAndReviewersJudge(t *testing.T) {
	for user, want := range map[string]bool{"lou": true, "rea": true, "ana": false, "zoe": false, "": false} {
		t.Run("user "+user, func(t *testing.T) {
			if got := MayJudge(payments(), user); got != want {
				t.Errorf("may judge: %v", got)
			}
		})
	}
}

func TestWhatAStatusMeansForOthers(t *testing.T) {
	withAction := func(e *praxisv1.Evidence) { e.Status.ActionRef = &praxisv1.LocalReference{Name: "w.x.ana"} }
	for name, c := range map[string]struct {
		piece praxisv1.Evidence
		want  string // counts, pending and final
	}{
		"nobody has looked at it":   {piece("e", 0), "false false false"},
		"it awaits a verdict":       {piece("e", 0, withAction, says(yes, unknown, praxisv1.ReasonAwaitingVerdict)), "false true false"},
		"it awaits another judge":   {piece("e", 0, withAction, says(yes, no, praxisv1.ReasonNotAReviewer)), "false true false"},
		"it was judged by its own":  {piece("e", 0, withAction, says(yes, no, praxisv1.ReasonSelfAcceptance)), "false true false"},
		"it is accepted":            {piece("e", 0, withAction, says(yes, yes, praxisv1.ReasonAccepted)), "true false true"},
		"it is rejected":            {piece("e", 0, withAction, says(yes, no, praxisv1.ReasonRejected)), "false false true"},
		"it lacks what is asked":    {piece("e", 0, withAction, says(no, no, praxisv1.ReasonCheckFailed)), "false false true"},
		"it is for nothing as yet":  {piece("e", 0, says(no, no, praxisv1.ReasonActionNotFound)), "false false false"},
		"it is a duplicate":         {piece("e", 0, withAction, says(yes, no, praxisv1.ReasonDuplicate)), "false false true"},
		"not valid and not refused": {piece("e", 0, withAction, says(no, unknown, praxisv1.ReasonAwaitingVerdict)), "false false true"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(Counts(&c.piece), Pending(&c.piece), IsFinal(&c.piece)); got != c.want {
				t.Errorf("counts, waits, is final: %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheTallyOfAnAction(t *testing.T) {
	accepted, waits := says(yes, yes, praxisv1.ReasonAccepted), says(yes, unknown, praxisv1.ReasonAwaitingVerdict)
	rejected, refused := says(yes, no, praxisv1.ReasonRejected), says(no, no, praxisv1.ReasonCheckFailed)
	of := func(n int32) modifier { return func(e *praxisv1.Evidence) { e.Spec.Quantity = n } }
	for name, c := range map[string]struct {
		pieces []praxisv1.Evidence
		want   Tally // of a target of 5
	}{
		"nothing is in":            {nil, Tally{}},
		"some of each":             {[]praxisv1.Evidence{piece("a", 0, accepted, of(2)), piece("b", 1, waits), piece("c", 2, rejected, of(3))}, Tally{Accepted: 2, Pending: 1, Rejected: 3, Last: "c", LastRejected: true}},
		"something came since":     {[]praxisv1.Evidence{piece("c", 2, rejected), piece("d", 3, waits)}, Tally{Pending: 1, Rejected: 1, Last: "d"}},
		"more is accepted":         {[]praxisv1.Evidence{piece("a", 0, accepted, of(4)), piece("b", 1, accepted, of(4))}, Tally{Accepted: 5, Last: "b"}},
		"more is waiting":          {[]praxisv1.Evidence{piece("a", 0, accepted, of(4)), piece("b", 1, waits, of(4))}, Tally{Accepted: 4, Pending: 1, Last: "b"}},
		"what does not count":      {[]praxisv1.Evidence{piece("a", 0, waits), piece("b", 1, refused), piece("c", 2)}, Tally{Pending: 1, Last: "a"}},
		"no quantity is one":       {[]praxisv1.Evidence{piece("a", 0, accepted, of(0))}, Tally{Accepted: 1, Last: "a"}},
		"a second, the later name": {[]praxisv1.Evidence{piece("b", 0, rejected), piece("a", 0, accepted)}, Tally{Accepted: 1, Rejected: 1, Last: "b", LastRejected: true}},
	} {
		t.Run(name, func(t *testing.T) {
			a := anAction(5)
			if got := Count(&a, c.pieces); got != c.want {
				t.Errorf("it is %+v, want %+v", got, c.want)
			}
			if Settled(&a, c.pieces) != (c.want == Tally{}) {
				t.Error("a status that says nothing bears out nothing")
			}
			a.Status.Accepted, a.Status.Pending, a.Status.Rejected = c.want.Accepted, c.want.Pending, c.want.Rejected
			a.Status.LastEvidence, a.Status.LastRejected = c.want.Last, c.want.LastRejected
			if !Settled(&a, c.pieces) {
				t.Error("the status says what its evidence came to")
			}
		})
	}
}
