// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// A Utility whose figures the schema takes, however little they fit together, is never
// said to be covered by less than nothing.
func TestNoCoverageWraps(t *testing.T) {
	cal := calendar(t, safeDeploys())
	covers := func(contribution, required int64, times int32, members int, now time.Time) praxisv1.Coverage {
		o := safeDeploys()
		o.Utility.Spec.Required = required
		for i := range members {
			o.Teams["platform"].Spec.Members = append(o.Teams["platform"].Spec.Members, praxisv1.Member{Name: fmt.Sprint("m", i), User: fmt.Sprint("m", i), Capacity: "20h", Roles: []string{"many"}})
		}
		ka := keyAction("call", 100, contribution, praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "many"})
		ka.Spec.Package.Steps[0].Times = times
		o.KeyActions = []praxisv1.KeyAction{ka}
		return For(plan.NewProgramme(o), cal, nil, nil, now).Coverage(required)
	}
	january := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	t.Run("a contribution of 100000 where one unit is required", func(t *testing.T) {
		// 11 more weeks of 20 times by 30 members.
		if c := covers(100_000, 1, 20, 30, january); c.Planned != 11*20*30*100_000 || c.Percent != math.MaxInt32 {
			t.Errorf("it is %+v", c)
		}
	})
	t.Run("any that the schema takes", rapid.MakeCheck(func(t *rapid.T) {
		required := rapid.OneOf(rapid.Int64Range(1, 10), rapid.Int64Range(1, 1_000_000_000)).Draw(t, "required")
		c := covers(
			rapid.OneOf(rapid.Just(int64(100_000)), rapid.Int64Range(1, 100_000)).Draw(t, "contribution"), required,
			rapid.Int32Range(1, 1000).Draw(t, "times"), rapid.IntRange(1, 30).Draw(t, "members"),
			january.AddDate(0, 0, rapid.IntRange(0, 80).Draw(t, "day")),
		)
		// floor(100·units/required + 1/2) without a fraction
		want := new(big.Int).Div(big.NewInt(200*(c.Delivered+c.Planned)+required), big.NewInt(2*required))
		if want.Cmp(big.NewInt(math.MaxInt32)) > 0 {
			want.SetInt64(math.MaxInt32)
		}
		if int64(c.Percent) != want.Int64() {
			t.Fatalf("%d of %d are %d %%, want %d", c.Delivered+c.Planned, required, c.Percent, want)
		}
	}))
}
