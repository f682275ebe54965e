// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func observed(t *testing.T) (*prometheus.Registry, *Observed) {
	t.Helper()
	registry := prometheus.NewRegistry()
	o, err := NewObserved(registry)
	if err != nil {
		t.Fatal(err)
	}
	return registry, o
}

func TestAnEventIsCountedInTheBucketOfItsDuration(t *testing.T) {
	const help = "# HELP praxis_cycle_close_lag_seconds Time from the end of a week until it was closed: how long it waited for its review.\n# TYPE praxis_cycle_close_lag_seconds histogram\n"
	for name, c := range map[string]struct {
		lag  time.Duration
		sum  string
		upTo string // the first bucket that counts it
	}{
		"at once":                    {0, "0", "1"},
		"five hours later":           {5 * time.Hour, "18000", "28800"},
		"beyond the grace of a week": {200 * time.Hour, "720000", "+Inf"},
		"before the end, by a clock that lags, counts as zero": {-time.Minute, "0", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			registry, o := observed(t)
			o.Closed("shop", "checkout", start, start.Add(c.lag))
			want, counted := help, "0"
			for _, bucket := range []string{"1", "60", "3600", "14400", "28800", "86400", "172800", "345600", "604800", "+Inf"} {
				if bucket == c.upTo {
					counted = "1"
				}
				want += `praxis_cycle_close_lag_seconds_bucket{namespace="shop",utility="checkout",le="` + bucket + `"} ` + counted + "\n"
			}
			want += `praxis_cycle_close_lag_seconds_sum{namespace="shop",utility="checkout"} ` + c.sum + "\n" +
				`praxis_cycle_close_lag_seconds_count{namespace="shop",utility="checkout"} 1` + "\n"
			if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "praxis_cycle_close_lag_seconds"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAVerdictIsTimedFromWhenThePieceWasHandedIn(t *testing.T) {
	registry, o := observed(t)
	o.Judged("shop", "checkout", start, start.Add(90*time.Second))
	o.Judged("shop", "checkout", start, start.Add(30*time.Second))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "praxis_evidence_verdict_latency_seconds" {
			continue
		}
		h := family.GetMetric()[0].GetHistogram()
		if h.GetSampleCount() != 2 || h.GetSampleSum() != 120 {
			t.Errorf("%d verdicts that took %v seconds", h.GetSampleCount(), h.GetSampleSum())
		}
		return
	}
	t.Error("no verdict was observed")
}

func TestAPolicyIsMissingOrDiffersAndNeverBoth(t *testing.T) {
	for name, c := range map[string]struct {
		missing, differs bool
		want             string // the two gauges
	}{
		"installed, and the same as ours":       {false, false, "0 0"},
		"installed, and edited":                 {false, true, "0 1"},
		"not there":                             {true, false, "1 0"},
		"not installed, so different from ours": {true, true, "1 0"},
	} {
		t.Run(name, func(t *testing.T) {
			registry, o := observed(t)
			o.Policy("praxis-names", !c.missing, !c.differs) // earlier values must leave no trace
			o.Policy("praxis-names", c.missing, c.differs)
			gauges := strings.Fields(c.want)
			want := "# HELP praxis_admission_policy_differs 1 for each admission policy that is installed and differs from the operator's release: it was edited, or is of another release.\n# TYPE praxis_admission_policy_differs gauge\n" +
				`praxis_admission_policy_differs{policy="praxis-names"} ` + gauges[1] + "\n" +
				"# HELP praxis_admission_policy_missing 1 for each admission policy that is not installed or not bound: what it refuses is allowed to everybody.\n# TYPE praxis_admission_policy_missing gauge\n" +
				`praxis_admission_policy_missing{policy="praxis-names"} ` + gauges[0] + "\n"
			if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "praxis_admission_policy_missing", "praxis_admission_policy_differs"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestUnreadableObjectsAreCountedByKind(t *testing.T) {
	registry, o := observed(t)
	for _, kind := range []string{"Utility", "Review", "Utility"} {
		o.Panicked(kind)
	}
	want := `# HELP praxis_unreadable_total How often an object of a kind could not be read and the reconciler panicked; the object has Ready=False, Unreadable.
# TYPE praxis_unreadable_total counter
praxis_unreadable_total{kind="Action"} 0
praxis_unreadable_total{kind="Evidence"} 0
praxis_unreadable_total{kind="EvidenceSource"} 0
praxis_unreadable_total{kind="IncentivePolicy"} 0
praxis_unreadable_total{kind="KeyAction"} 0
praxis_unreadable_total{kind="Review"} 1
praxis_unreadable_total{kind="Team"} 0
praxis_unreadable_total{kind="Utility"} 2
praxis_unreadable_total{kind="WeeklyCycle"} 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "praxis_unreadable_total"); err != nil {
		t.Error(err)
	}
}

func TestDefinitionsHaveNoSeriesBeforeTheyWereChecked(t *testing.T) {
	registry, o := observed(t)
	if n, err := testutil.GatherAndCount(registry, "praxis_definitions_differ"); err != nil || n != 0 {
		t.Errorf("%d series, %v", n, err)
	}
	for name, c := range map[string]struct {
		differ bool
		want   float64
	}{"of another release": {true, 1}, "of the same": {false, 0}} {
		t.Run(name, func(t *testing.T) {
			o.Definitions(c.differ)
			if got := testutil.ToFloat64(o.definitions); got != c.want {
				t.Errorf("the gauge is %v, want %v", got, c.want)
			}
		})
	}
}

// A replica that does not lead observes nothing, and neither do tools.
func TestWithoutARegistryNothingIsObserved(t *testing.T) {
	var o *Observed
	o.Know(state().Utilities)
	o.Closed("shop", "checkout", start, start)
	o.Judged("shop", "checkout", start, start)
	o.Panicked("Utility")
	o.Definitions(true)
	o.Policy("praxis-names", true, false)
	// It is enough that none of them panics.
}

func TestMetricsAreNotRegisteredTwice(t *testing.T) {
	registry, _ := observed(t)
	if _, err := NewObserved(registry); err == nil {
		t.Error("two of them write the same series")
	}
}

func TestAWeekThatIsBeingPlannedHasNoCountsYet(t *testing.T) {
	s := state()
	s.Cycles[0].Status.Counts = nil
	if err := testutil.CollectAndCompare(fixed{s, start}, strings.NewReader(""), "praxis_actions"); err != nil {
		t.Error(err)
	}
}
