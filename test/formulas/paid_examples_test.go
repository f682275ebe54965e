// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package formulas

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/paid"
)

// example is what one person's work of a week of the Key tier is, in a KeyAction of 40 percent.
type example struct {
	week          string
	user          string
	accepted, of  int32
	contribution  int64
	carried, back bool // the rest is carried over; one is taken back afterwards
}

// lived is a quarter of so many weeks with such work.
func lived(weeks int, work ...example) *paid.Quarter {
	q := &paid.Quarter{Name: "2026-Q4", Closed: true, Left: map[string]bool{}}
	for i := range weeks {
		w := &paid.Week{Name: fmt.Sprintf("W%d", i+1), Plan: map[string]praxisv1.PlannedKeyAction{"ka": {Name: "ka", Weight: 40, Parts: 1, MaxCarries: 1, OnMiss: praxisv1.MissEscalate}}, Decided: map[string]praxisv1.ReviewDecision{}, TakenBack: map[string]int64{}}
		for n, e := range work {
			if e.week != w.Name {
				continue
			}
			a := praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint(n)}, Spec: praxisv1.ActionSpec{
				KeyActionRef: praxisv1.LocalReference{Name: "ka"}, User: e.user, Tier: praxisv1.TierKey, Target: e.of, Share: 2500, Contribution: e.contribution,
			}}
			a.Status.Accepted = e.accepted
			if e.carried {
				w.Decided[a.Name] = praxisv1.DecideCarryOver
			}
			if e.back {
				w.TakenBack[a.Name] = 1
			}
			w.Actions = append(w.Actions, a)
		}
		q.Weeks = append(q.Weeks, w)
	}
	return q
}

func keyRule(rhythm praxisv1.Rhythm, amount praxisv1.Amount, per praxisv1.Per, bands ...praxisv1.Band) praxisv1.IncentiveRule {
	r := praxisv1.IncentiveRule{Name: "rule", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: rhythm, Rate: &praxisv1.Rate{Amount: amount, Per: per}, Bands: bands}
	if rhythm == praxisv1.RhythmLongTerm {
		r.Release = &praxisv1.IncentiveRelease{Quarters: 4, OnLeave: praxisv1.LeaveForfeit}
	}
	return r
}

func secured(rhythm praxisv1.Rhythm, amount praxisv1.Amount) praxisv1.IncentiveRule {
	return praxisv1.IncentiveRule{Name: "rule", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: rhythm, Guarantee: &praxisv1.Guarantee{Amount: amount, Floor: 80}}
}

// told are the lines of a policy's quarters, of all persons, one quarter after the other.
func told(l *paid.Life) string {
	var out []string
	for n := range l.Quarters {
		of := l.Statements(n)
		for _, user := range people {
			if of[user] != nil {
				out = append(out, of[user].Lines...)
			}
		}
	}
	return strings.Join(out, ", ")
}

func TestTheExamplesOfThePageComeToWhatItSays(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "formulas.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(page)), " ")
	ana, ben, cem := people[0], people[1], people[2]
	bands := []praxisv1.Band{{From: 0, Factor: "0.5"}, {From: 100, Factor: "1.5"}}
	four := example{"W1", ana, 4, 4, 1, false, false}
	back := example{"W1", ana, 4, 4, 1, false, true}
	completions := func(amount praxisv1.Amount, bands ...praxisv1.Band) praxisv1.IncentiveRule {
		return keyRule(praxisv1.RhythmQuarterly, amount, praxisv1.PerCompletion, bands...)
	}
	none := func() *paid.Quarter { return lived(0) }
	left := none()
	left.Left[ana] = true
	for says, c := range map[string]struct {
		unit      string
		cap, pool praxisv1.Amount
		rule      praxisv1.IncentiveRule
		quarters  []*paid.Quarter
		want      string
	}{
		"3 of 3 are due here, and 2 where it was carried to": {"EUR", "", "", keyRule(praxisv1.RhythmWeekly, "1", praxisv1.PerCompletion),
			[]*paid.Quarter{lived(2, example{"W1", ana, 3, 5, 1, true, false}, example{"W2", ana, 0, 2, 1, false, false})}, "Earned  rule W1 3/3 300, Earned  rule W2 0/2 0"},
		"30 with a floor of 80, 3 of 5 accepted: 30 · 60/80 = 22.50": {"EUR", "", "", secured(praxisv1.RhythmWeekly, "30"), []*paid.Quarter{lived(1, example{"W1", ana, 3, 5, 1, false, false})}, "Earned  rule W1 3/5 2250"},
		"120 with work in 2 of 4 weeks, all accepted: 120 · 2/4 = 60.00": {"EUR", "", "", secured(praxisv1.RhythmQuarterly, "120"),
			[]*paid.Quarter{lived(4, four, example{"W3", ana, 4, 4, 1, false, false})}, "Earned  rule  8/8 6000"},
		"25 · 3 · 2 = 150.00":                        {"EUR", "", "", keyRule(praxisv1.RhythmQuarterly, "25", praxisv1.PerUnit), []*paid.Quarter{lived(1, example{"W1", ana, 3, 4, 2, false, false})}, "Earned  rule  3/4 15000"},
		"25 · 4 · 1.5 = 150.00 in the band from 100": {"EUR", "", "", completions("25", bands...), []*paid.Quarter{lived(1, four)}, "Earned  rule  4/4 15000"},
		"3 of 4 accepted: 4 · 10 · 3/4 = 30.00":      {"EUR", "", "", keyRule(praxisv1.RhythmQuarterly, "4", praxisv1.PerShare), []*paid.Quarter{lived(1, example{"W1", ana, 3, 4, 2, false, false})}, "Earned  rule  3/4 3000"},
		"1.03 over four quarters: 0.28, 0.25, 0.25, 0.25": {"EUR", "", "", keyRule(praxisv1.RhythmLongTerm, "0.2575", praxisv1.PerCompletion), []*paid.Quarter{lived(1, four), none(), none(), none(), none(), none()},
			"Awarded  rule  4/4 103, Released 2026-Q4 rule  0/0 28, Released 2026-Q4 rule  0/0 25, Released 2026-Q4 rule  0/0 25, Released 2026-Q4 rule  0/0 25"},
		"Who leaves in the second quarter has 0.28 of 1.03, and the other 0.75 are forfeited": {"EUR", "", "", keyRule(praxisv1.RhythmLongTerm, "0.2575", praxisv1.PerCompletion), []*paid.Quarter{lived(1, four), none(), left, none()},
			"Awarded  rule  4/4 103, Released 2026-Q4 rule  0/0 28, Forfeited 2026-Q4 rule  0/0 75"},
		"2.5 are 3 yen":           {"JPY", "", "", completions("0.625"), []*paid.Quarter{lived(1, four)}, "Earned  rule  4/4 3"},
		"0.1115 are 0.112 dinars": {"KWD", "", "", completions("0.027875"), []*paid.Quarter{lived(1, four)}, "Earned  rule  4/4 112"},
		"1.005 are 1.01 points":   {"points", "", "", completions("0.25125"), []*paid.Quarter{lived(1, four)}, "Earned  rule  4/4 101"},
		"60, 20 and 60 with a cap of 50 are 50, 20 and 50": {"EUR", "50", "", completions("20"), []*paid.Quarter{lived(1, example{"W1", ana, 3, 3, 1, false, false}, example{"W1", ben, 1, 1, 1, false, false}, example{"W1", cem, 3, 3, 1, false, false})},
			"Earned  rule  3/3 5000, Earned  rule  1/1 2000, Earned  rule  3/3 5000"},
		"a pool of 100 makes 41.67, 16.67 and 41.66 of them": {"EUR", "50", "100", completions("20"), []*paid.Quarter{lived(1, example{"W1", ana, 3, 3, 1, false, false}, example{"W1", ben, 1, 1, 1, false, false}, example{"W1", cem, 3, 3, 1, false, false})},
			"Earned  rule  3/3 4167, Earned  rule  1/1 1667, Earned  rule  3/3 4166"},
		"with 3 of 4, below it, the line comes to 37.50, so −112.50": {"EUR", "", "", completions("25", bands...), []*paid.Quarter{lived(1, back), none(), none()}, "Earned  rule  4/4 15000, Corrected 2026-Q4 rule  0/0 -11250"},
		"100 · 37.5/150 = 25.00 stay, so −75.00":                     {"EUR", "100", "", completions("25", bands...), []*paid.Quarter{lived(1, back), none()}, "Earned  rule  4/4 10000, Corrected 2026-Q4 rule  0/0 -7500"},
	} {
		t.Run(says, func(t *testing.T) {
			if !strings.Contains(text, says) {
				t.Errorf("docs/formulas.md does not say %q", says)
			}
			l := &paid.Life{Spec: &praxisv1.IncentivePolicySpec{Unit: c.unit, Cap: c.cap, Pool: c.pool, Rules: []praxisv1.IncentiveRule{c.rule}}, Quarters: c.quarters}
			for i, q := range l.Quarters {
				q.Name = fmt.Sprintf("%d-Q%d", 2026+(i+3)/4, (i+3)%4+1)
			}
			if got := told(l); got != c.want {
				t.Errorf("it comes to %s, and the page says %s", got, c.want)
			}
		})
	}
}
