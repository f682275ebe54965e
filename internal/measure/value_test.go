// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// firstTry is a measure that a Prometheus has, on its way from 87.5 to 96.
func firstTry(with ...func(*praxisv1.Measure)) *praxisv1.Measure {
	m := &praxisv1.Measure{Name: "first-try", Baseline: "87.5", Target: "96", Source: &praxisv1.MeasureSource{
		Prometheus: &praxisv1.PrometheusQuery{Provider: "main", Query: "first_try"}, Interval: "5m", StaleAfter: "24h",
	}}
	for _, f := range with {
		f(m)
	}
	return m
}

func resolution(r praxisv1.Decimal) func(*praxisv1.Measure) {
	return func(m *praxisv1.Measure) { m.Source.Resolution = r }
}

func one(text string) []Sample { return []Sample{{Text: text}} }

func TestExactlyOneNumberCounts(t *testing.T) {
	for name, c := range map[string]struct {
		samples       []Sample
		resolution    praxisv1.Decimal
		value         praxisv1.Decimal
		reason, tells string
	}{
		"a number":                          {samples: one("91.2"), value: "91.2"},
		"a number with the noise of floats": {samples: one("91.20000000000001"), value: "91.2"},
		"more digits than the resolution":   {samples: one("91.2567"), resolution: "0.1", value: "91.3"},
		"a whole number":                    {samples: one("91.0000"), value: "91"},
		"an exponent":                       {samples: one("9.12e+01"), value: "91.2"},
		"a number below zero":               {samples: one("-0.004"), value: "0"},
		"a resolution of tens":              {samples: one("12345"), resolution: "50", value: "12350"},
		"nothing":                           {reason: praxisv1.ReasonNoData, tells: "not taken for 0"},
		"two":                               {samples: []Sample{{Text: "1"}, {Text: "1"}}, reason: praxisv1.ReasonTooManySeries, tells: "gives 2 samples; sum or average"},
		"very many":                         {samples: make([]Sample, 5000), reason: praxisv1.ReasonTooManySeries, tells: "gives many samples"},
		"no number at all":                  {samples: one("NaN"), reason: praxisv1.ReasonNotANumber, tells: "dividing by nothing"},
		"infinity":                          {samples: one("+Inf"), reason: praxisv1.ReasonNotANumber, tells: `"+Inf"`},
		"less than that":                    {samples: one("-Inf"), reason: praxisv1.ReasonNotANumber, tells: `"-Inf"`},
		"a number that no measure can be":   {samples: one("1e+300"), reason: praxisv1.ReasonNotANumber, tells: "more than 12 digits"},
		"one that rounding makes too long":  {samples: one("999999999999.999999"), resolution: "0.1", reason: praxisv1.ReasonNotANumber, tells: "more than 12 digits"},
		"an exponent that fills the memory": {samples: one("1e1000000000"), reason: praxisv1.ReasonNotANumber, tells: "no number"},
		"a text":                            {samples: one("ninety"), reason: praxisv1.ReasonNotANumber, tells: `"ninety"`},
		"a fraction":                        {samples: one("1/3"), reason: praxisv1.ReasonNotANumber, tells: `"1/3"`},
		"an empty text":                     {samples: one(""), reason: praxisv1.ReasonNotANumber, tells: `""`},
		"a sample that is a day old":        {samples: []Sample{{Text: "91", At: noon.Add(-25 * time.Hour)}}, reason: praxisv1.ReasonStale, tells: "from 2026-11-25 11:00 UTC"},
		"one that is an hour old":           {samples: []Sample{{Text: "91", At: noon.Add(-time.Hour)}}, value: "91"},
		"one of a clock that is ahead":      {samples: []Sample{{Text: "91", At: noon.Add(time.Hour)}}, value: "91"},
	} {
		t.Run(name, func(t *testing.T) {
			value, failure := Value(firstTry(resolution(c.resolution)), c.samples, noon)
			if value != c.value || (failure == nil) != (c.reason == "") {
				t.Fatalf("it is %q, %v; want %q", value, failure, c.value)
			}
			if failure != nil && (failure.Reason != c.reason || !strings.Contains(failure.Message, c.tells)) {
				t.Errorf("%s: %s; want %s with %q", failure.Reason, failure.Message, c.reason, c.tells)
			}
		})
	}
}

// decimalForm is that of a Decimal in the schema.
var decimalForm = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,6})?$`)

func TestAnyNumberBecomesADecimalThatIsCloseAndStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := firstTry(resolution(praxisv1.Decimal(rapid.SampledFrom([]string{"", "0.000001", "0.1", "0.5", "1", "7", "1000", "99999999999"}).Draw(t, "resolution"))))
		f := rapid.Float64().Draw(t, "value")
		text := strconv.FormatFloat(f, 'g', -1, 64) // what it is to be close to: f itself can be further off
		value, failure := Value(m, one(text), noon)
		if failure != nil {
			if math.Abs(f) < 1e11 {
				t.Fatalf("%v is refused: %v", f, failure)
			}
			return
		}
		if !decimalForm.MatchString(string(value)) || len(value) > 20 {
			t.Fatalf("%v becomes %q, which the schema refuses", f, value)
		}
		given, read := new(big.Rat).SetString(text)
		if !read {
			t.Fatalf("%q is no number", text)
		}
		off := new(big.Rat).Sub(rat(value), given)
		if off.Abs(off).Cmp(Resolution(m)) > 0 {
			t.Fatalf("%v becomes %s, further off than the resolution", f, value)
		}
		again, failure := Value(m, one(string(value)), noon)
		if failure != nil || again != value {
			t.Fatalf("%s becomes %s, %v, when it is read again", value, again, failure)
		}
	})
}

func TestNoTextBreaksWhoReadsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-+]?[0-9.eE+-]{0,30}`)).Draw(t, "text")
		if value, failure := Value(firstTry(), one(text), noon); failure == nil && !decimalForm.MatchString(string(value)) {
			t.Fatalf("%q becomes %q", text, value)
		}
	})
}

func TestAValueIsWorthWritingOnceItMovesByTheResolution(t *testing.T) {
	for name, c := range map[string]struct {
		written, value, resolution praxisv1.Decimal
		moved                      bool
	}{
		"the first":                          {value: "91", moved: true},
		"the same":                           {written: "91", value: "91"},
		"the same in another form":           {written: "91.0", value: "91"},
		"less than 1 % of the way":           {written: "91", value: "91.08"},
		"1 % of the way":                     {written: "91", value: "91.085", moved: true},
		"back by that":                       {written: "91", value: "90.9", moved: true},
		"less than the resolution":           {written: "91", value: "91.4", resolution: "0.5"},
		"the resolution":                     {written: "91", value: "91.5", resolution: "0.5", moved: true},
		"the last bit to the target":         {written: "95.99", value: "96", moved: true},
		"back from the target by little":     {written: "96", value: "95.99"},
		"beyond the target by little":        {written: "96", value: "96.01"},
		"a target that has been passed by a": {written: "96.01", value: "96"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Moved(firstTry(resolution(c.resolution)), c.written, c.value); got != c.moved {
				t.Errorf("from %s to %s: %v", c.written, c.value, got)
			}
		})
	}
}

func TestAValueThatTremblesIsWrittenOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := firstTry(resolution("0.5"))
		middle := rapid.IntRange(-100, 200).Draw(t, "middle")
		var written praxisv1.Decimal
		writes := 0
		for i := range 50 {
			thousandths := rapid.IntRange(0, 249).Draw(t, fmt.Sprint("tremble ", i))
			value, failure := Value(m, one(fmt.Sprintf("%d.%03d", middle, thousandths)), noon)
			if failure != nil {
				t.Fatal(failure)
			}
			if Moved(m, written, value) {
				written, writes = value, writes+1
			}
		}
		if writes > 2 { // one more where it reaches the target
			t.Fatalf("%d writes", writes)
		}
	})
}
