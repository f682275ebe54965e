// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// life is a measure that is read, with its status and what is in memory.
type life struct {
	m      *praxisv1.Measure
	status *praxisv1.MeasureStatus
	taken  *Taken
	now    time.Time
	writes int
}

func begin() *life { return &life{m: firstTry(), now: noon} }

// reads lets an attempt come to something after a while.
func (l *life) reads(after time.Duration, value praxisv1.Decimal, failure *Failure) *life {
	l.now = l.now.Add(after)
	l.taken = After(l.taken, l.m, l.now, value, failure)
	return l.decides()
}

func (l *life) decides() *life {
	current, source, _ := Decide(l.m, l.status, l.taken, l.now)
	status := &praxisv1.MeasureStatus{Name: l.m.Name, Current: current, Source: source}
	if !reflect.DeepEqual(status, l.status) {
		l.writes++
	}
	l.status = status
	return l
}

// restarts forgets what is in memory.
func (l *life) restarts() *life { l.taken = nil; return l.decides() }

// waits lets time pass without an attempt.
func (l *life) waits(d time.Duration) *life { l.now = l.now.Add(d); return l.decides() }

var nothing = Fail(praxisv1.ReasonNoData, "the source has no sample")

func TestWhatBecomesOfAMeasure(t *testing.T) {
	for name, c := range map[string]struct {
		life            *life
		current, reason string
		since           time.Time
		message         string
	}{
		"before its first reading":       {begin().decides(), "", "NoData", time.Time{}, "it has not been read yet"},
		"read":                           {begin().reads(0, "91", nil), "91", "Reading", time.Time{}, ""},
		"read again":                     {begin().reads(0, "91", nil).reads(time.Hour, "92", nil), "92", "Reading", time.Time{}, ""},
		"gone since its last reading":    {begin().reads(0, "91", nil).reads(time.Hour, "", nothing), "91", "NoData", noon, "the source has no sample"},
		"never there":                    {begin().reads(time.Hour, "", nothing), "", "NoData", noon.Add(time.Hour), "the source has no sample"},
		"gone for two attempts":          {begin().reads(0, "91", nil).reads(time.Hour, "", nothing).reads(time.Hour, "", nothing), "91", "NoData", noon, "the source has no sample"},
		"back":                           {begin().reads(0, "91", nil).reads(time.Hour, "", nothing).reads(time.Hour, "91", nil), "91", "Reading", time.Time{}, ""},
		"gone for a day":                 {begin().reads(0, "91", nil).reads(time.Hour, "", nothing).reads(23*time.Hour, "", nothing), "91", "Stale", noon, "no reading since 2026-11-26 12:00 UTC, NoData: the source has no sample"},
		"gone for a day without attempt": {begin().reads(0, "91", nil).reads(time.Hour, "", nothing).waits(23 * time.Hour), "91", "Stale", noon, "no reading since 2026-11-26 12:00 UTC, NoData: the source has no sample"},
		"gone for less":                  {begin().reads(0, "91", nil).reads(time.Hour, "", nothing).waits(23*time.Hour - time.Second), "91", "NoData", noon, "the source has no sample"},
		"stale, for another reason":      {begin().reads(0, "91", nil).reads(24*time.Hour, "", nothing).reads(time.Hour, "", Fail("Timeout", "slow")), "91", "Stale", noon, "no reading since 2026-11-26 12:00 UTC, Timeout: slow"},
		"stale, after a restart":         {begin().reads(0, "91", nil).reads(24*time.Hour, "", nothing).restarts(), "91", "Stale", noon, "no reading since 2026-11-26 12:00 UTC, NoData: the source has no sample"},
		"read after it was stale":        {begin().reads(0, "91", nil).reads(24*time.Hour, "", nothing).reads(time.Hour, "90", nil), "90", "Reading", time.Time{}, ""},
		"after a restart":                {begin().reads(0, "91", nil).restarts(), "91", "Reading", time.Time{}, ""},
		"an old sample":                  {begin().reads(0, "", &Failure{"Stale", "old", noon.Add(-48 * time.Hour)}), "", "Stale", noon.Add(-48 * time.Hour), "old"},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.life.status
			if string(s.Current) != c.current || s.Source.Reason != c.reason || s.Source.Message != c.message {
				t.Errorf("it is %q, %s: %s", s.Current, s.Source.Reason, s.Source.Message)
			}
			if since := s.Source.FailingSince; (since == nil) != c.since.IsZero() || since != nil && !since.Time.Equal(c.since) {
				t.Errorf("it fails since %v, want %v", since, c.since)
			}
		})
	}
}

func TestAValueNeverPassesForOneOfAnotherQuery(t *testing.T) {
	l := begin().reads(0, "91", nil)
	l.m.Source.Prometheus.Query = "second_try"
	if l.decides(); l.status.Current != "" || l.status.Source.Reason != praxisv1.ReasonNoData {
		t.Errorf("it is still %q, %s", l.status.Current, l.status.Source.Reason)
	}
	if l.reads(time.Minute, "3", nil); l.status.Current != "3" {
		t.Errorf("it is %q", l.status.Current)
	}
	l.m.Source.Interval = "1h"
	if l.decides(); l.status.Current != "3" {
		t.Error("how often it is read is no other query")
	}
}

func TestASourceThatCannotBeReadAsItIsWrittenIsToldWithoutTryingIt(t *testing.T) {
	for name, c := range map[string]struct {
		source praxisv1.MeasureSource
		want   string
	}{
		"an expression": {praxisv1.MeasureSource{Object: &praxisv1.MeasuredObject{APIVersion: "v1", Kind: "ConfigMap", Name: "a", Value: "object."}}, "source.object.value cannot be read: column 8"},
		"a selector": {praxisv1.MeasureSource{ExternalMetric: &praxisv1.ExternalMetric{Name: "a", Selector: &metav1.LabelSelector{
			MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Gt"}},
		}}}, `source.externalMetric.selector cannot be read: "Gt"`},
	} {
		t.Run(name, func(t *testing.T) {
			l := begin()
			l.m.Source = &c.source
			l.decides().waits(time.Hour).waits(22 * time.Hour)
			if l.writes != 1 || l.status.Source.Reason != praxisv1.ReasonSourceFailing || !strings.HasPrefix(l.status.Source.Message, c.want) {
				t.Errorf("after %d writes it is %s: %s", l.writes, l.status.Source.Reason, l.status.Source.Message)
			}
		})
	}
}

func TestWhatStandsStillCostsNoWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := begin()
		failing := rapid.Bool().Draw(t, "failing")
		for i := range 300 {
			value, failure := praxisv1.Decimal(fmt.Sprintf("91.0%d", rapid.IntRange(0, 4).Draw(t, "noise"))), (*Failure)(nil)
			if failing {
				value, failure = "", nothing
			}
			l.reads(5*time.Minute, value, failure)
			if i%50 == 49 {
				l.restarts()
			}
		}
		most := 1
		if failing {
			most = 2 // the second says that it is stale
		}
		if l.writes > most {
			t.Fatalf("%d writes", l.writes)
		}
	})
}

func TestWhenAReadingGetsStaleIsKnownBefore(t *testing.T) {
	l := begin().reads(0, "91", nil).reads(time.Hour, "", nothing)
	_, _, staleAt := Decide(l.m, l.status, l.taken, l.now)
	if !staleAt.Equal(noon.Add(24 * time.Hour)) {
		t.Errorf("at %v", staleAt)
	}
	if l.waits(staleAt.Sub(l.now)); !Stale(l.status) {
		t.Errorf("then it is %s", l.status.Source.Reason)
	}
}

func TestTheConditionSaysWhichMeasureIsWorst(t *testing.T) {
	of := func(name, reason, message string, failing bool) praxisv1.MeasureStatus {
		s := praxisv1.MeasureStatus{Name: name, Source: &praxisv1.MeasureSourceStatus{Reason: reason, Message: message}}
		if failing {
			s.Source.FailingSince = new(metav1.NewTime(noon))
		}
		return s
	}
	byHand, read := praxisv1.MeasureStatus{Name: "tickets"}, of("first-try", "Reading", "", false)
	for name, c := range map[string]struct {
		measures        []praxisv1.MeasureStatus
		status          metav1.ConditionStatus
		reason, message string
	}{
		"no measure at all":       {nil, "Unknown", "NoSource", "No measure has a source; people hand in the readings"},
		"none with a source":      {[]praxisv1.MeasureStatus{byHand}, "Unknown", "NoSource", "No measure has a source; people hand in the readings"},
		"all read":                {[]praxisv1.MeasureStatus{byHand, read}, "True", "Reading", "first-try: read from the source"},
		"one not yet":             {[]praxisv1.MeasureStatus{read, of("pay", "NoData", "it has not been read yet", false)}, "Unknown", "NoData", "pay: it has not been read yet"},
		"one fails":               {[]praxisv1.MeasureStatus{read, of("pay", "Timeout", "slow", true)}, "False", "Timeout", "pay: slow"},
		"one fails, one is stale": {[]praxisv1.MeasureStatus{of("pay", "Timeout", "slow", true), of("slo", "Stale", "old", true)}, "False", "Stale", "slo (and 1 more): old"},
	} {
		t.Run(name, func(t *testing.T) {
			status, reason, message := Condition(c.measures)
			if status != c.status || reason != c.reason || message != c.message {
				t.Errorf("%s, %s: %s", status, reason, message)
			}
		})
	}
}

func TestTurnsAreAnIntervalApartAndTheSameForEverybody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := firstTry(func(m *praxisv1.Measure) {
			m.Source.Interval = praxisv1.Duration(rapid.SampledFrom([]string{"1m", "5m", "1h", "24h"}).Draw(t, "interval"))
		})
		uid := types.UID(rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "uid"))
		now := time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(t, "now"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		last, next := Turns(uid, m, Interval(m), now)
		if last.After(now) || !next.After(now) || next.Sub(last) != Interval(m) {
			t.Fatalf("at %s it is between %s and %s", now, last, next)
		}
		later := now.Add(time.Duration(rapid.Int64Range(0, int64(next.Sub(now))-1).Draw(t, "later")))
		if l, n := Turns(uid, m, Interval(m), later); !l.Equal(last) || !n.Equal(next) {
			t.Fatalf("at %s the turn is %s, and at %s %s", now, last, later, l)
		}
		if AsOf(last).After(last) || last.Sub(AsOf(last)) >= Grid {
			t.Fatalf("a reading of %s is as of %s", last, AsOf(last))
		}
	})
}

func TestTurnsOfManyGoalsAreSpread(t *testing.T) {
	const goals, parts = 6000, 10
	var in [parts]int
	for i := range goals {
		last, _ := Turns(types.UID(fmt.Sprintf("goal-%d", i)), firstTry(), Interval(firstTry()), noon)
		in[int(noon.Sub(last)*parts/Interval(firstTry()))%parts]++
	}
	for part, n := range in {
		if n < goals/parts*3/4 || n > goals/parts*5/4 {
			t.Errorf("of %d goals %d have their turn in part %d of %d", goals, n, part, parts)
		}
	}
}

func TestAMessageForManyNamesStaysShort(t *testing.T) {
	var all []praxisv1.MeasureStatus
	for i := range 16 {
		all = append(all, praxisv1.MeasureStatus{Name: strings.Repeat("m", 40) + fmt.Sprint(i), Source: &praxisv1.MeasureSourceStatus{Reason: "Reading"}})
	}
	if _, _, message := Condition(all); !strings.Contains(message, "and 13 more") {
		t.Error(message)
	}
}
