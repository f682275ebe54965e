// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"fmt"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LocalReference names an object in the same namespace. There is no namespace
// field, so a reference can never reach into another team's namespace.
type LocalReference struct {
	// name is the name of the object, in this namespace. Example: "checkout".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')",message="a reference is the name of an object of the same namespace: lower case letters, digits, '-' and '.'"
	Name string `json:"name"`
}

// Day is a day of the week by its English name.
// +kubebuilder:validation:Enum=Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday
// +kubebuilder:validation:MaxLength=9
type Day string

const (
	Monday    Day = "Monday"
	Tuesday   Day = "Tuesday"
	Wednesday Day = "Wednesday"
	Thursday  Day = "Thursday"
	Friday    Day = "Friday"
	Saturday  Day = "Saturday"
	Sunday    Day = "Sunday"
)

// TimeOfDay is a 24-hour wall-clock time, "HH:MM" from "00:00" to "23:59".
// +kubebuilder:validation:Pattern=`^([01][0-9]|2[0-3]):[0-5][0-9]$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=5
type TimeOfDay string

// WeekMoment is a moment that recurs every week, in the Utility's time zone.
type WeekMoment struct {
	// day is the day of the week. Example: "Wednesday".
	Day Day `json:"day"`
	// time is the time of day, in 24 hours. Example: "14:00". A time that daylight saving skips
	// moves forward by the gap; where a time occurs twice, the first one counts.
	Time TimeOfDay `json:"time"`
}

// Week is the name of an ISO 8601 week: year, "-W", two digits. Example: "2026-W48".
// +kubebuilder:validation:Pattern=`^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=8
type Week string

// Duration is an effort in whole hours and minutes. Examples: "20m", "6h", "1h30m".
// +kubebuilder:validation:Pattern=`^([0-9]{1,3}h([0-5]?[0-9]m)?|[0-9]{1,4}m)$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=7
type Duration string

// Minutes returns the duration in whole minutes. It fails for a string that the schema
// would have refused.
func (d Duration) Minutes() (int64, error) {
	hours, minutes, rest := "0", "0", string(d)
	if before, after, found := strings.Cut(rest, "h"); found {
		hours, rest = before, after
	}
	if rest != "" {
		before, found := strings.CutSuffix(rest, "m")
		if !found {
			return 0, fmt.Errorf("duration %q is not of hours and minutes; write it like \"1h30m\"", string(d))
		}
		minutes = before
	}
	h, errHours := strconv.ParseUint(hours, 10, 16)
	m, errMinutes := strconv.ParseUint(minutes, 10, 16)
	if d == "" || errHours != nil || errMinutes != nil {
		return 0, fmt.Errorf("duration %q is not of hours and minutes; write it like \"1h30m\"", string(d))
	}
	return int64(h*60 + m), nil
}

// Tier is the place of a step in the action structure: Foundation steps make Intermediate
// steps possible, and those make the Key step certain to happen.
// +kubebuilder:validation:Enum=Foundation;Intermediate;Key
type Tier string

const (
	TierFoundation   Tier = "Foundation"
	TierIntermediate Tier = "Intermediate"
	TierKey          Tier = "Key"
)

// ConditionedStatus is the common part of the status of every kind that has one.
type ConditionedStatus struct {
	// observedGeneration is the metadata.generation that this status describes;
	// -1 until a controller has seen the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// conditions say where the object stands; docs/reference.md lists every type
	// and reason with its cause and what fixes it.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// summary is the one thing to know now, in at most 60 characters; it is the last column
	// of kubectl get. The messages of the conditions say more.
	// +optional
	// +kubebuilder:validation:MaxLength=60
	Summary string `json:"summary,omitempty"`
}

// Delivery compares the work that was accepted with the work that was due.
type Delivery struct {
	// progressPercent is the accepted work in percent of what this week planned, by weight. It is
	// more than 100 where carried-over work comes on top.
	ProgressPercent int32 `json:"progressPercent"`
	// expectedPercent is the work that was due by now in percent of what this week planned, by
	// weight. It is more than 100 where carried-over work comes on top.
	ExpectedPercent int32 `json:"expectedPercent"`
	// deviation is progressPercent minus expectedPercent, in percentage points; below zero is
	// behind.
	Deviation int32 `json:"deviation"`
}

// HistoryEntry is the result of a closed week.
type HistoryEntry struct {
	// week is the name of the week that was closed. Example: "2026-W47".
	Week Week `json:"week"`
	// planned is the number of Actions that the week had, including carried ones.
	Planned int32 `json:"planned"`
	// accepted is the number of those that were accepted in full.
	Accepted int32 `json:"accepted"`
	// carriedOver is the number of those that went on into the next week.
	CarriedOver int32 `json:"carriedOver"`
	// progressPercent is the work that was accepted when the week closed, in percent of what it
	// had planned.
	ProgressPercent int32 `json:"progressPercent"`
	// unitsDelivered is the number of utility units that the week delivered.
	UnitsDelivered int64 `json:"unitsDelivered"`
	// progress is the accepted part before rounding, as a fraction. Example: "17/40".
	// +optional
	// +kubebuilder:validation:MaxLength=400
	Progress string `json:"progress,omitempty"`
	// measures are the outcome ledger as it stood when the week closed.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Measures []MeasureReading `json:"measures,omitempty"`
}

// MeasureReading is the value of a measure at one moment.
type MeasureReading struct {
	// name is the name of the measure in the Utility.
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// value is the reading at that moment.
	Value Decimal `json:"value"`
}

// Decimal is a decimal number as a string, so that no digit is lost. Examples: "87.5", "-3".
// +kubebuilder:validation:Pattern=`^-?[0-9]{1,12}(\.[0-9]{1,6})?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=20
type Decimal string
