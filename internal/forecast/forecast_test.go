// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"math/big"
	"testing"

	"github.com/praxis-dev/praxis/internal/week"
)

func TestWhatIsNeededAWeekIsRoundedUp(t *testing.T) {
	for _, c := range []struct {
		required, weight, delivered, contribution int64
		weeksLeft                                 int
		want                                      int64
	}{
		{120, 40, 0, 2, 13, 2}, // 48 / 26
		{120, 40, 44, 2, 2, 1}, // 4 / 4
		{120, 40, 43, 2, 2, 2}, // 5 / 4
		{120, 40, 90, 2, 2, 0}, // more than enough
		{120, 40, 0, 2, 0, 0},  // no weeks left
	} {
		if got := NeededPerWeek(c.required, big.NewRat(c.weight, 1), c.delivered, c.contribution, c.weeksLeft); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
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
