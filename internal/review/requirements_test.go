// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

func TestWhatAReviewLacks(t *testing.T) {
	ship, list := action("ship", "ben"), action("list", "ben", ofTier(praxisv1.TierFoundation))
	carry := deciding(decide("ship", "ben", praxisv1.DecideCarryOver))
	for name, c := range map[string]struct {
		review *praxisv1.Review
		hour   int
		want   string // reason and message; empty if it is complete
	}{
		"a signature":                     {aReview(praxisv1.ReviewWeekly, carry), 104, "NotYet: ana@shop writes a conclusion and signs it"},
		"a decision":                      {aReview(praxisv1.ReviewWeekly), 104, "UndecidedGaps: 1 unfinished key Actions need a decision: fix.ship.ben"},
		"nothing":                         {aReview(praxisv1.ReviewWeekly, carry, signedBy("ana@shop")), 104, ""},
		"nothing, signed by the lead":     {aReview(praxisv1.ReviewWeekly, carry, signedBy("lou@shop")), 104, ""},
		"nothing, signed late":            {aReview(praxisv1.ReviewWeekly, carry, signedBy("ana@shop")), 300, ""},
		"one of those who may sign":       {aReview(praxisv1.ReviewWeekly, carry, signedBy("ben@shop")), 104, "NotAReviewer: ben@shop may not sign it; ana@shop has to"},
		"a decision, though it is signed": {aReview(praxisv1.ReviewWeekly, signedBy("ana@shop")), 104, "UndecidedGaps: 1 unfinished key Actions need a decision: fix.ship.ben"},
		"anything at all in time":         {aReview(praxisv1.ReviewWeekly), 216, "Overdue: It was due 2026-12-02 08:00 UTC; ana@shop concludes and signs it"},
		"a decision that has an effect":   {aReview(praxisv1.ReviewWeekly, carry, deciding(decide("ship", "zoe", praxisv1.DecideDrop))), 300, "UndecidedGaps: The decision on checkout-2026-w48.fix.ship.zoe is not an Action of checkout-2026-w48; take the name from the agenda"},
		"nothing, though one decision has become impossible": {aReview(praxisv1.ReviewWeekly, deciding(decide("ship", "ben", praxisv1.DecideCarryOver), decide("ship", "zoe", praxisv1.DecideDrop)), signedBy("ana@shop")), 104, ""},
		"in midweek only a signature":                        {aReview(praxisv1.ReviewMidweekCheck), 60, "NotYet: ana@shop writes a conclusion and signs it"},
		"in midweek nothing, whatever is open":               {aReview(praxisv1.ReviewMidweekCheck, signedBy("ana@shop")), 60, ""},
		"in midweek anything at all in time":                 {aReview(praxisv1.ReviewMidweekCheck), 103, "Overdue: It was due 2026-11-27 15:00 UTC; ana@shop concludes and signs it"},
		"for a page only a signature":                        {aReview(praxisv1.ReviewCalibration), 104, "NotYet: ana@shop writes a conclusion and signs it"},
		"for a quarter no decision on any Action":            {aReview(praxisv1.ReviewQuarterly, deciding(decide("ship", "zoe", praxisv1.DecideDrop)), signedBy("ana@shop")), 104, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := Input{Review: c.review, Programme: plan.NewProgramme(checkout()), Cycle: cycle(), Actions: []praxisv1.Action{list, ship}}
			reason, message := in.Lacks(hours(c.hour))
			if got := strings.TrimSuffix(reason+": "+message, ": "); got != c.want {
				t.Errorf("it lacks %q, want %q", got, c.want)
			}
		})
	}
}

func TestOnlyTheFirstFiftyNeedADecision(t *testing.T) {
	in := Input{Review: aReview(praxisv1.ReviewWeekly), Programme: plan.NewProgramme(checkout()), Cycle: cycle(), Actions: many(60, "ship")}
	if _, message := in.Lacks(hours(104)); !strings.HasPrefix(message, "50 unfinished key Actions need a decision: fix.ship.m00, fix.ship.m01, ") || !strings.HasSuffix(message, ", fix.ship.m49") {
		t.Errorf("it lacks %s", message)
	}
}

func TestEveryActionThatWantsADecisionStandsOnTheAgenda(t *testing.T) {
	escalated := action("sell", "zoe", carried(2))
	foundation := ofTier(praxisv1.TierFoundation)
	heavy := func(a *praxisv1.Action) { a.Spec.Share = 2000 }
	for name, c := range map[string]struct {
		escalated []*praxisv1.Action
		actions   []praxisv1.Action
		want      int
	}{
		"as many as an agenda holds":                  {nil, many(50, "ship"), 50},
		"one of them gives way to what was escalated": {[]*praxisv1.Action{&escalated}, many(50, "ship"), 49},
		"more of them, the heaviest at the end":       {nil, append(many(50, "ship"), many(10, "wrap", heavy)...), 50},
		"of those that are due later":                 {[]*praxisv1.Action{&escalated}, many(60, "ship", owes(1, 110)), 49},
		"others give way to them":                     {[]*praxisv1.Action{&escalated}, append(many(20, "list", foundation), many(49, "ship")...), 49},
	} {
		t.Run(name, func(t *testing.T) {
			in := Input{Review: aReview(praxisv1.ReviewWeekly), Programme: plan.NewProgramme(checkout()), Cycle: cycle(), Actions: c.actions, Escalated: c.escalated}
			wanted := in.undecided(hours(104))
			if len(wanted) != c.want {
				t.Errorf("%d want a decision, of %d", len(wanted), c.want)
			}
			shown := map[string]bool{}
			for _, item := range in.Agenda(hours(104)) {
				shown[text.ActionName(item.Action)] = true
			}
			for _, a := range wanted {
				if !shown[a] {
					t.Errorf("%s wants a decision and is not on the agenda", a)
				}
			}
		})
	}
}

func TestAReviewIsOverWhenItsWeekClosedWithoutIt(t *testing.T) {
	for name, c := range map[string]struct {
		kind  praxisv1.ReviewType
		cycle *praxisv1.WeeklyCycle
		want  bool
	}{
		"its week runs":                    {praxisv1.ReviewWeekly, cycle(), false},
		"its week is closed":               {praxisv1.ReviewWeekly, closed(cycle()), true},
		"the week of a check is closed":    {praxisv1.ReviewMidweekCheck, closed(cycle()), true},
		"a quarter goes on":                {praxisv1.ReviewQuarterly, closed(cycle()), false},
		"a Calibration is not of one week": {praxisv1.ReviewCalibration, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (Input{Review: aReview(c.kind), Cycle: c.cycle}).Over(); got != c.want {
				t.Errorf("it is over: %v", got)
			}
		})
	}
}

func TestWhyADecisionHasNoEffect(t *testing.T) {
	for name, c := range map[string]struct {
		kind     praxisv1.ReviewType
		decision praxisv1.ActionDecision
		gone     bool // the Team
		want     string
	}{
		"let go":                               {praxisv1.ReviewWeekly, decide("ship", "ben", praxisv1.DecideDrop), false, ""},
		"carried":                              {praxisv1.ReviewWeekly, decide("ship", "ben", praxisv1.DecideCarryOver), false, ""},
		"given to a member":                    {praxisv1.ReviewMidweekCheck, decide("ship", "ben", praxisv1.DecideReassign, to("ana")), false, ""},
		"given to somebody else":               {praxisv1.ReviewMidweekCheck, decide("ship", "ben", praxisv1.DecideReassign, to("zoe")), false, "fix.ship.ben cannot go to zoe, who is not in Team payments; name a member"},
		"given to a former member of the Team": {praxisv1.ReviewMidweekCheck, decide("ship", "ben", praxisv1.DecideReassign, to("ana")), true, "fix.ship.ben cannot go to ana, who is not in Team payments; name a member"},
		"not an Action of the week":            {praxisv1.ReviewWeekly, decide("ship", "zoe", praxisv1.DecideDrop), false, "checkout-2026-w48.fix.ship.zoe is not an Action of checkout-2026-w48; take the name from the agenda"},
		"moved within the week":                {praxisv1.ReviewMidweekCheck, decide("ship", "ben", praxisv1.DecideReschedule, dueAt(167)), false, ""},
		"moved to its end":                     {praxisv1.ReviewMidweekCheck, decide("ship", "ben", praxisv1.DecideReschedule, dueAt(168)), false, "fix.ship.ben cannot be due after the week, which ends at 2026-11-30T08:00:00Z; choose an earlier time"},
		"moved to before the check":            {praxisv1.ReviewMidweekCheck, decide("ship", "ben", praxisv1.DecideReschedule, dueAt(53)), false, "fix.ship.ben cannot be due at 2026-11-25T13:00:00Z, before the review; choose a later time"},
		"moved to the next, at its end":        {praxisv1.ReviewWeekly, decide("ship", "ben", praxisv1.DecideReschedule, dueAt(200)), false, ""},
		"moved to before the review":           {praxisv1.ReviewWeekly, decide("ship", "ben", praxisv1.DecideReschedule, dueAt(102)), false, "fix.ship.ben cannot be due at 2026-11-27T14:00:00Z, before the review; choose a later time"},
		"moved to the instant it begins":       {praxisv1.ReviewWeekly, decide("ship", "ben", praxisv1.DecideReschedule, dueAt(103)), false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout()
			p := plan.NewProgramme(o)
			if c.gone {
				delete(o.Teams, "payments")
			}
			if got := WhyInvalid(p, aReview(c.kind), cycle(), []praxisv1.Action{action("ship", "ben")}, &c.decision); got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}

func TestOnlyDecisionsThatAreSignedCount(t *testing.T) {
	drop := decide("ship", "ben", praxisv1.DecideDrop)
	for name, c := range map[string]struct {
		review *praxisv1.Review
		want   string
	}{
		"none without a Review":        {nil, "map[]"},
		"none before it is signed":     {aReview(praxisv1.ReviewWeekly, deciding(drop)), "map[]"},
		"none that another has signed": {aReview(praxisv1.ReviewWeekly, deciding(drop), signedBy("ben@shop")), "map[]"},
		"none without a conclusion":    {aReview(praxisv1.ReviewWeekly, deciding(drop), signedBy("ana@shop"), func(r *praxisv1.Review) { r.Spec.Conclusion = "" }), "map[]"},
		"those of a signed one":        {aReview(praxisv1.ReviewWeekly, deciding(drop), signedBy("ana@shop")), "map[checkout-2026-w48.fix.ship.ben:Drop]"},
	} {
		t.Run(name, func(t *testing.T) {
			kinds := map[string]praxisv1.ReviewDecision{}
			decisions := DecisionsOf(c.review)
			for name, d := range decisions {
				kinds[name] = d.Decision
			}
			if fmt.Sprint(kinds) != c.want {
				t.Errorf("they are %v, want %s", kinds, c.want)
			}
			if (decisions == nil) != (c.want == "map[]") {
				t.Error("nil lets onMiss decide, so only a signed Review gives any")
			}
		})
	}
}

func TestOnlyAMidweekCheckIsCarriedOutAtOnce(t *testing.T) {
	both := deciding(decide("ship", "ben", praxisv1.DecideReassign, to("zoe")), decide("ship", "ben", praxisv1.DecideDrop))
	for name, c := range map[string]struct {
		review *praxisv1.Review
		want   int
	}{
		"what is valid of a signed check": {aReview(praxisv1.ReviewMidweekCheck, both, signedBy("ana@shop")), 1},
		"nothing before it is signed":     {aReview(praxisv1.ReviewMidweekCheck, both), 0},
		"nothing of a weekly review":      {aReview(praxisv1.ReviewWeekly, both, signedBy("ana@shop")), 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := ToCarryOut(Input{Review: c.review, Programme: plan.NewProgramme(checkout()), Cycle: cycle(), Actions: []praxisv1.Action{action("ship", "ben")}})
			if len(got) != c.want || c.want == 1 && got[0].Decision != praxisv1.DecideDrop || len(c.review.Spec.Decisions) != 2 {
				t.Errorf("carried out are %+v", got)
			}
		})
	}
}

func TestADecisionInMidweekChangesTheAction(t *testing.T) {
	half := action("ship", "ben", owes(2, 24, 3, 80), done(3, 0))
	for name, c := range map[string]struct {
		decision praxisv1.ActionDecision
		action   praxisv1.Action
		want     string // member, user, label, whether it is dropped, and what is due
	}{
		"it is dropped":      {decide("ship", "ben", praxisv1.DecideDrop), half, "ben ben@shop ben true: 2 at 24 3 at 80"},
		"it goes to another": {decide("ship", "ben", praxisv1.DecideReassign, to("lou")), action("ship", "ben", owes(2, 24, 3, 80)), "lou lou@shop lou false: 2 at 24 3 at 80"},
		"it stays":           {decide("ship", "ben", praxisv1.DecideCarryOver), half, "ben ben@shop ben false: 2 at 24 3 at 80"},
		// Three are done: two of the first and one of the second due stay, two are moved.
		"half-done work is moved":           {decide("ship", "ben", praxisv1.DecideReschedule, dueAt(100)), half, "ben ben@shop ben false: 2 at 24 1 at 80 2 at 100"},
		"it is moved before what is done":   {decide("ship", "ben", praxisv1.DecideReschedule, dueAt(60)), half, "ben ben@shop ben false: 2 at 24 2 at 60 1 at 80"},
		"nothing is done, so all is moved":  {decide("ship", "ben", praxisv1.DecideReschedule, dueAt(100)), action("ship", "ben", owes(2, 24, 3, 80)), "ben ben@shop ben false: 5 at 100"},
		"all is done, so nothing is moved":  {decide("ship", "ben", praxisv1.DecideReschedule, dueAt(100)), action("ship", "ben", owes(2, 24), done(2, 0)), "ben ben@shop ben false: 2 at 24"},
		"what waits for a verdict is moved": {decide("ship", "ben", praxisv1.DecideReschedule, dueAt(100)), action("ship", "ben", owes(2, 24), done(0, 2)), "ben ben@shop ben false: 2 at 100"},
	} {
		t.Run(name, func(t *testing.T) {
			before := c.action.DeepCopy()
			got := Amend(plan.NewProgramme(checkout()), "midweek", &c.decision, &c.action, "ana@shop")
			if got == nil {
				t.Fatal("nothing is changed")
			}
			text := fmt.Sprintf("%s %s %s %v:", got.Spec.Member, got.Spec.User, got.Labels[praxisv1.LabelMember], got.Spec.Dropped)
			var quantity int32
			for _, o := range got.Spec.Occurrences {
				text += fmt.Sprintf(" %d at %v", o.Quantity, o.DueAt.Sub(monday).Hours())
				quantity += o.Quantity
			}
			if text != c.want || quantity != got.Spec.Target {
				t.Errorf("it becomes %s, want %s", text, c.want)
			}
			amendment := praxisv1.Amendment{Reason: "as agreed", By: "ana@shop", Review: "midweek"}
			if c.decision.Decision == praxisv1.DecideReassign {
				amendment.From = &praxisv1.Assignee{Member: "ben", User: "ben@shop"} // who never judges its evidence
			}
			if !reflect.DeepEqual(got.Spec.Amendments, []praxisv1.Amendment{amendment}) || got.Labels[praxisv1.LabelStep] != "ship" {
				t.Errorf("it says %+v with the labels %v", got.Spec.Amendments, got.Labels)
			}
			if fmt.Sprint(c.action) != fmt.Sprint(*before) {
				t.Error("the Action that was given was changed")
			}
			if again := Amend(plan.NewProgramme(checkout()), "midweek", &c.decision, got, "ana@shop"); again != nil {
				t.Errorf("carried out again it becomes %+v", again.Spec)
			}
		})
	}
	t.Run("what is half done is split", func(t *testing.T) {
		split := action("ship", "ben", owes(2, 24, 3, 80), done(1, 1))
		got := Amend(plan.NewProgramme(checkout()), "midweek", new(decide("ship", "ben", praxisv1.DecideReassign, to("lou"))), &split, "ana@shop")
		m := got.Spec.Amendments[0]
		if got.Spec.Member != "ben" || got.Spec.Target != 2 || got.Spec.Share != 400 || m.From != nil || m.Review != "midweek" || m.Split == nil || m.Split.Member != "lou" || m.Split.Quantity != 3 || m.Split.Share != 600 {
			t.Errorf("it becomes %+v with %+v", got.Spec, m.Split)
		}
		if again := Amend(plan.NewProgramme(checkout()), "midweek", new(decide("ship", "ben", praxisv1.DecideReassign, to("lou"))), got, "ana@shop"); again != nil {
			t.Errorf("carried out again it becomes %+v", again.Spec)
		}
	})
	t.Run("what was dropped stays dropped", func(t *testing.T) {
		gone := action("ship", "ben", dropped)
		if got := Amend(plan.NewProgramme(checkout()), "midweek", new(decide("ship", "ben", praxisv1.DecideReassign, to("lou"))), &gone, "ana@shop"); got != nil {
			t.Errorf("it becomes %+v", got.Spec)
		}
	})
	t.Run("a user that the Team has renamed is said as well", func(t *testing.T) {
		renamed := action("ship", "ben", func(a *praxisv1.Action) { a.Spec.User = "ben@old" })
		got := Amend(plan.NewProgramme(checkout()), "midweek", new(decide("ship", "ben", praxisv1.DecideReassign, to("ben"))), &renamed, "ana@shop")
		if from := got.Spec.Amendments[0].From; from == nil || *from != (praxisv1.Assignee{Member: "ben", User: "ben@old"}) {
			t.Errorf("it says that it was %+v's", from)
		}
	})
	t.Run("another Review may change it again", func(t *testing.T) {
		amended := action("ship", "ben", func(a *praxisv1.Action) { a.Spec.Amendments = []praxisv1.Amendment{{Reason: "ill", Review: "earlier"}} })
		if got := Amend(plan.NewProgramme(checkout()), "midweek", new(decide("ship", "ben", praxisv1.DecideDrop)), &amended, "ana@shop"); got == nil || len(got.Spec.Amendments) != 2 {
			t.Errorf("it becomes %+v", got)
		}
	})
}

func TestTheNextReviewIsTheFirstThatCanStillBeSigned(t *testing.T) {
	named := func(name string, due int) func(*praxisv1.Review) {
		return func(r *praxisv1.Review) { r.Name, r.Spec.DueAt = name, metav1.NewTime(hours(due)) }
	}
	complete := says(praxisv1.ConditionComplete)
	for name, c := range map[string]struct {
		reviews []*praxisv1.Review
		closed  bool
		want    string
	}{
		"there is none":                                {nil, false, ""},
		"the one that is due first":                    {[]*praxisv1.Review{aReview(praxisv1.ReviewWeekly, named("b", 90)), aReview(praxisv1.ReviewMidweekCheck, named("a", 50))}, false, "a"},
		"among those due at the same instant, by name": {[]*praxisv1.Review{aReview(praxisv1.ReviewWeekly, named("b", 90)), aReview(praxisv1.ReviewCalibration, named("a", 90))}, false, "a"},
		"not one that is complete":                     {[]*praxisv1.Review{aReview(praxisv1.ReviewWeekly, named("b", 90)), aReview(praxisv1.ReviewMidweekCheck, named("a", 50), complete)}, false, "b"},
		"none of a closed week":                        {[]*praxisv1.Review{aReview(praxisv1.ReviewWeekly, named("b", 90)), aReview(praxisv1.ReviewMidweekCheck, named("a", 50))}, true, ""},
		"but the quarter of it can be reviewed":        {[]*praxisv1.Review{aReview(praxisv1.ReviewWeekly, named("b", 90)), aReview(praxisv1.ReviewQuarterly, named("q", 300))}, true, "q"},
	} {
		t.Run(name, func(t *testing.T) {
			var reviews []praxisv1.Review
			for _, r := range c.reviews {
				reviews = append(reviews, *r)
			}
			w := cycle()
			if c.closed {
				closed(w)
			}
			got := ""
			if next := Next(reviews, []praxisv1.WeeklyCycle{*w}); next != nil {
				got = next.Name
			}
			if got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestAReviewIsOverdueOnlyWhileItCanBeSigned(t *testing.T) {
	open, complete := says(praxisv1.ConditionOpen), says(praxisv1.ConditionComplete)
	for name, c := range map[string]struct {
		review *praxisv1.Review
		hour   int
		want   string // awaits a signature, is overdue
	}{
		"before it opens":     {aReview(praxisv1.ReviewWeekly), 216, "false false"},
		"while it is open":    {aReview(praxisv1.ReviewWeekly, open), 215, "true false"},
		"when it is due":      {aReview(praxisv1.ReviewWeekly, open), 216, "true true"},
		"when it is complete": {aReview(praxisv1.ReviewWeekly, open, complete), 216, "false false"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(AwaitsSignature(c.review), " ", Overdue(c.review, hours(c.hour))); got != c.want {
				t.Errorf("awaits a signature, is overdue: %s, want %s", got, c.want)
			}
		})
	}
}

func TestWhatCannotBeSplitIsSaidBeforeItIsSigned(t *testing.T) {
	for name, c := range map[string]struct {
		in   praxisv1.Action
		to   string
		want string
	}{
		"a part is open":            {action("ship", "ben", owes(3, 24), done(1, 1)), "lou", ""},
		"nothing is in":             {action("ship", "ben", owes(3, 24)), "lou", ""},
		"all of it is in":           {action("ship", "ben", owes(3, 24), done(1, 2)), "lou", "fix.ship.ben leaves nothing to hand over, since all of it is in; accept or reject what is in"},
		"to whoever has it":         {action("ship", "ben", owes(3, 24), done(1, 1)), "ben", "fix.ship.ben is ben's already; name another member"},
		"it was carried out by now": {action("ship", "ben", owes(2, 24), done(1, 1), func(a *praxisv1.Action) { a.Spec.Amendments = []praxisv1.Amendment{{Review: "r"}} }), "lou", ""},
		"it was dropped by now":     {action("ship", "ben", owes(2, 24), done(1, 1), dropped), "lou", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := decide("ship", "ben", praxisv1.DecideReassign, to(c.to))
			if got := WhyInvalid(plan.NewProgramme(checkout()), aReview(praxisv1.ReviewMidweekCheck), cycle(), []praxisv1.Action{c.in}, &d); got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}
