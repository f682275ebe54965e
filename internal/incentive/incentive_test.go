// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"math/big"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// rate is a rule with a rate for the Key tier.
func rate(name string, rhythm praxisv1.Rhythm, amount praxisv1.Amount, per praxisv1.Per, bands ...praxisv1.Band) praxisv1.IncentiveRule {
	r := praxisv1.IncentiveRule{Name: name, Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: rhythm, Rate: &praxisv1.Rate{Amount: amount, Per: per}, Bands: bands}
	if rhythm == praxisv1.RhythmLongTerm {
		r.Release = &praxisv1.IncentiveRelease{Quarters: 4, OnLeave: praxisv1.LeaveForfeit}
	}
	return r
}

func guarantee(name string, rhythm praxisv1.Rhythm, amount praxisv1.Amount, floor int32) praxisv1.IncentiveRule {
	return praxisv1.IncentiveRule{Name: name, Tiers: []praxisv1.Tier{praxisv1.TierFoundation}, Rhythm: rhythm, Guarantee: &praxisv1.Guarantee{Amount: amount, Floor: floor}}
}

func understood(t interface{ Fatal(...any) }, unit string, rules ...praxisv1.IncentiveRule) *Policy {
	p, err := Parse(&praxisv1.IncentivePolicySpec{Unit: unit, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// did is work of the Key tier with a contribution of 2, which carries 10 percent of the Utility.
func did(user, week string, acc, due int64) Work {
	return Work{
		User: user, Week: week, Tier: praxisv1.TierKey, Level: praxisv1.LevelDepartment,
		Acc: big.NewRat(acc, 1), Due: big.NewRat(due, 1), Target: big.NewRat(max(1, due), 1), Contribution: 2, Percent: big.NewRat(10, 1),
	}
}

func basic(user, week string, acc, due int64) Work {
	w := did(user, week, acc, due)
	w.Tier, w.Contribution = praxisv1.TierFoundation, 0
	return w
}

func amounts(p *Policy, weeks int, closed bool, work ...Work) string {
	var out []string
	for _, line := range (Quarter{Policy: p, Figures: p.Figures(work), Weeks: weeks, Closed: closed}).Lines() {
		out = append(out, strings.TrimSpace(line.User+" "+line.Rule.Name+" "+line.Week)+" "+Format(line.Amount, p.Digits))
	}
	return strings.Join(out, ", ")
}

func TestEachFormulaGivesWhatIsComputedByHand(t *testing.T) {
	bands := []praxisv1.Band{{From: 50, Factor: "0.5"}, {From: 80, Factor: "1"}, {From: 100, Factor: "1.5"}}
	for name, c := range map[string]struct {
		unit string
		rule praxisv1.IncentiveRule
		work []Work
		want string
	}{
		"a weekly guarantee is paid in full from its floor on": {"EUR", guarantee("security", praxisv1.RhythmWeekly, "30", 80), []Work{basic("ana", "W1", 4, 5)}, "ana security W1 30.00"},
		"below the floor it is paid in proportion, 30 · 60/80": {"EUR", guarantee("security", praxisv1.RhythmWeekly, "30", 80), []Work{basic("ana", "W1", 3, 5)}, "ana security W1 22.50"},
		"a week with nothing due has no line":                  {"EUR", guarantee("security", praxisv1.RhythmWeekly, "30", 80), []Work{basic("ana", "W1", 0, 0), basic("ana", "W2", 1, 1)}, "ana security W2 30.00"},
		"a quarterly guarantee is for the weeks with work, 120 · 2/4": {"EUR", guarantee("security", praxisv1.RhythmQuarterly, "120", 80),
			[]Work{basic("ana", "W1", 1, 1), basic("ana", "W3", 1, 1)}, "ana security 60.00"},
		"a rate per unit multiplies by the contribution, 25 · 3 · 2": {"EUR", rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerUnit), []Work{did("ana", "W1", 3, 4)}, "ana drive 150.00"},
		"a rate per completion does not, 25 · 3":                     {"EUR", rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerCompletion), []Work{did("ana", "W1", 3, 4)}, "ana drive 75.00"},
		"a rate per share pays percents of the Utility, 4 · 10 · 3/4": {"EUR", rate("drive", praxisv1.RhythmQuarterly, "4", praxisv1.PerShare),
			[]Work{did("ana", "W1", 3, 4)}, "ana drive 30.00"},
		"the highest band that is reached counts, 25 · 4 · 1.5":  {"EUR", rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerCompletion, bands...), []Work{did("ana", "W1", 4, 4)}, "ana drive 150.00"},
		"a band is judged over the quarter, 7/8 reaches 80":      {"EUR", rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerCompletion, bands...), []Work{did("ana", "W1", 4, 4), did("ana", "W2", 3, 4)}, "ana drive 175.00"},
		"and over the week by a weekly rule":                     {"EUR", rate("drive", praxisv1.RhythmWeekly, "25", praxisv1.PerCompletion, bands...), []Work{did("ana", "W1", 4, 4), did("ana", "W2", 3, 4)}, "ana drive W1 150.00, ana drive W2 37.50"},
		"below the lowest band nothing is paid":                  {"EUR", rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerCompletion, bands...), []Work{did("ana", "W1", 1, 4)}, "ana drive 0.00"},
		"a yen has no minor digits and a half goes up":           {"JPY", rate("drive", praxisv1.RhythmQuarterly, "0.5", praxisv1.PerCompletion), []Work{did("ana", "W1", 3, 4)}, "ana drive 2"},
		"a dinar has three":                                      {"KWD", rate("drive", praxisv1.RhythmQuarterly, "0.1115", praxisv1.PerCompletion), []Work{did("ana", "W1", 1, 4)}, "ana drive 0.112"},
		"points have two":                                        {"points", rate("drive", praxisv1.RhythmQuarterly, "1.005", praxisv1.PerCompletion), []Work{did("ana", "W1", 1, 4)}, "ana drive 1.01"},
		"a long-term award is computed as a quarterly one, 40·6": {"EUR", rate("stay", praxisv1.RhythmLongTerm, "40", praxisv1.PerUnit), []Work{did("ana", "W1", 3, 3)}, "ana stay 240.00"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := amounts(understood(t, c.unit, c.rule), 4, true, c.work...); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestCapActsBeforePoolAndBothAddUp(t *testing.T) {
	p := understood(t, "EUR", rate("a", praxisv1.RhythmQuarterly, "10", praxisv1.PerCompletion), rate("b", praxisv1.RhythmWeekly, "10", praxisv1.PerCompletion), guarantee("g", praxisv1.RhythmWeekly, "500", 80))
	p.Cap, p.Pool = new(int64(5000)), new(int64(10000))
	work := []Work{did("ana", "W1", 3, 3), did("ben", "W1", 1, 1), did("cem", "W1", 3, 3), basic("ben", "W1", 1, 1)}
	for name, c := range map[string]struct {
		closed bool
		want   string
	}{
		"until the quarter has closed": {false, "ana a 30.00, ana b W1 30.00, ben a 10.00, ben b W1 10.00, ben g W1 500.00, cem a 30.00, cem b W1 30.00"},
		// 60, 20 and 60 are capped to 50, 20 and 50; a pool of 100 gives 41.67, 16.67 and 41.66 of 120.
		"once it has": {true, "ana a 20.84, ana b W1 20.83, ben a 8.34, ben b W1 8.33, ben g W1 500.00, cem a 20.83, cem b W1 20.83"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := amounts(p, 1, c.closed, work...); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAnAwardIsReleasedInEqualPartsAndTheRestFirst(t *testing.T) {
	for name, c := range map[string]struct {
		award           int64
		quarters, after int
		want            int64
	}{
		"nothing in its own quarter":        {103, 4, 0, 0},
		"a part and the rest in the next":   {103, 4, 1, 28},
		"equal parts from then on":          {103, 4, 2, 53},
		"all of it by the last":             {103, 4, 4, 103},
		"nothing more after that":           {103, 4, 9, 103},
		"all at once where it is for one":   {103, 1, 1, 103},
		"the rest first where it is little": {3, 4, 1, 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Released(c.award, c.quarters, c.after); got != c.want {
				t.Errorf("%d is released, want %d", got, c.want)
			}
		})
	}
}

func TestNoMoreIsTakenBackThanWasPaid(t *testing.T) {
	for name, c := range map[string]struct{ paid, before, after, want int64 }{
		"half of the work is gone":        {1000, 2000, 1000, 500},
		"all of it is gone":               {1000, 2000, 0, 1000},
		"nothing was paid for it":         {0, 2000, 0, 0},
		"it came to nothing before":       {1000, 0, 0, 0},
		"more of it than before is there": {1000, 2000, 3000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := TooMuch(c.paid, big.NewRat(c.before, 1), big.NewRat(c.after, 1)); got != c.want {
				t.Errorf("%d is too much, want %d", got, c.want)
			}
		})
	}
}

func TestWhatCannotBeUnderstoodSaysWhere(t *testing.T) {
	ok := rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerUnit)
	twice := rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerUnit, praxisv1.Band{From: 80, Factor: "1"}, praxisv1.Band{From: 80, Factor: "2"})
	for name, c := range map[string]struct {
		spec praxisv1.IncentivePolicySpec
		want string
	}{
		"a unit that is no currency":   {praxisv1.IncentivePolicySpec{Unit: "XYZ", Rules: []praxisv1.IncentiveRule{ok}}, `spec.unit: "XYZ" is no currency of ISO 4217; write one like EUR, or points`},
		"a cap with half a yen":        {praxisv1.IncentivePolicySpec{Unit: "JPY", Cap: "10.5", Rules: []praxisv1.IncentiveRule{ok}}, "spec.cap: 10.5 has more than the 0 decimals of its unit; round it"},
		"a band that begins twice":     {praxisv1.IncentivePolicySpec{Unit: "EUR", Rules: []praxisv1.IncentiveRule{twice}}, "spec.rules[drive]: bands: two begin at 80; remove one"},
		"neither guarantee nor a rate": {praxisv1.IncentivePolicySpec{Unit: "EUR", Rules: []praxisv1.IncentiveRule{{Name: "drive"}}}, "spec.rules[drive]: set exactly one of guarantee and rate"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(&c.spec); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestCurrenciesThatAreNewAreKnown(t *testing.T) {
	for unit, want := range map[string]int{"EUR": 2, "JPY": 0, "KWD": 3, "VED": 2, "XCG": 2, "points": 2} {
		if got, known := Digits(unit); !known || got != want {
			t.Errorf("%s has %d digits (known: %v), want %d", unit, got, known, want)
		}
	}
}

func TestOnlyWhatWasRejectedSinceIsTakenBack(t *testing.T) {
	piece := func(quantity int32, decision praxisv1.Decision) praxisv1.Evidence {
		e := praxisv1.Evidence{Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "a"}, Quantity: quantity}}
		e.Status.Verdict = &praxisv1.Verdict{Decision: decision, By: "mira"}
		status := metav1.ConditionFalse
		if decision == praxisv1.DecisionAccepted {
			status = metav1.ConditionTrue
		}
		e.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: status, Reason: string(decision)}}
		return e
	}
	yes, no := praxisv1.DecisionAccepted, praxisv1.DecisionRejected
	// as its week was closed with it, and its verdict since
	since := func(quantity int32, by string) praxisv1.Evidence {
		e := piece(quantity, yes)
		e.Status.JudgedBy, e.Status.Verdict = "mira", &praxisv1.Verdict{Decision: no, By: by}
		return e
	}
	for name, c := range map[string]struct {
		rejected int32
		pieces   []praxisv1.Evidence
		want     int64
	}{
		"nothing":                                    {0, []praxisv1.Evidence{piece(3, yes), piece(2, yes)}, 5},
		"a piece":                                    {0, []praxisv1.Evidence{piece(3, yes), piece(2, no)}, 3},
		"not what was rejected before":               {2, []praxisv1.Evidence{piece(3, yes), piece(2, yes), piece(2, no)}, 5},
		"not where more than enough is there":        {0, []praxisv1.Evidence{piece(3, yes), piece(3, yes), piece(1, no)}, 5},
		"after it was counted":                       {0, []praxisv1.Evidence{piece(3, yes), since(2, "mira")}, 3},
		"not by somebody else":                       {0, []praxisv1.Evidence{piece(3, yes), since(2, "eve")}, 5},
		"not what is gone, as erased or with a week": {0, []praxisv1.Evidence{piece(3, yes)}, 5},
		"not where all is gone":                      {2, nil, 5},
	} {
		t.Run(name, func(t *testing.T) {
			a := praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Name: "a"}, Spec: praxisv1.ActionSpec{User: "ana", Target: 5}}
			a.Status.Accepted, a.Status.Rejected = 5, c.rejected
			if got := Closed(&praxisv1.WeeklyCycle{}, []praxisv1.Action{a}, c.pieces, nil).Now[0].Acc; got.Cmp(big.NewRat(c.want, 1)) != 0 {
				t.Errorf("%s count today, want %d", got.RatString(), c.want)
			}
		})
	}
}

func TestTheQuartersUpToOneGoBackOverTheYear(t *testing.T) {
	if got := strings.Join(QuartersUpTo("2027-Q2", 4), " "); got != "2027-Q2 2027-Q1 2026-Q4 2026-Q3" {
		t.Errorf("they are %s", got)
	}
	if got := QuartersUpTo("", 4); got != nil {
		t.Errorf("up to none they are %v", got)
	}
}
