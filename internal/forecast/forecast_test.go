// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"math/big"
	"testing"

	"github.com/praxis-dev/praxis/internal/week"
)

func TestWhatIsNeededAWeekIsRoundedUp(t *testing.T) {
	for name, c := range map[string]struct {
		required, weight, delivered, contribution int64
		weeksLeft                                 int
		want                                      int64
	}{
		"48 units, 26 in reach of one a week":   {120, 40, 0, 2, 13, 2}, // 48 / 26
		"just enough with one a week":           {120, 40, 44, 2, 2, 1}, // 4 / 4
		"one unit more":                         {120, 40, 43, 2, 2, 2}, // 5 / 4
		"more than enough is delivered":         {120, 40, 90, 2, 2, 0},
		"no weeks are left":                     {120, 40, 0, 2, 0, 0},
		"rehearse-rollback of docs/formulas.md": {30, 45, 2, 2, 5, 2}, // 11.5 / 10
	} {
		t.Run(name, func(t *testing.T) {
			if got := NeededPerWeek(c.required, big.NewRat(c.weight, 1), c.delivered, c.contribution, c.weeksLeft); got != c.want {
				t.Errorf("%d are needed, want %d", got, c.want)
			}
		})
	}
}

func TestCoverageComparesExactValues(t *testing.T) {
	// 249 of 250 shows as 100 % and is not covered.
	if Carries(249, 250, big.NewRat(100, 1)) || !Carries(250, 250, big.NewRat(100, 1)) {
		t.Error("99.6 % is not covered, 100 % is")
	}
	if got := week.Percent(big.NewRat(249, 250)); got != 100 {
		t.Errorf("249 of 250 show as %d", got)
	}
	if !Carries(24, 100, big.NewRat(70, 3)) || Carries(23, 100, big.NewRat(70, 3)) {
		t.Error("a third of 70 % of 100 is 23.3")
	}
}
