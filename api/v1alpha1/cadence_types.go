// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Cadence is the weekly rhythm of a Utility. A week runs from weekStart to the
// next weekStart in the time zone; its ISO name is that of the day three days after it starts.
// +kubebuilder:validation:XValidation:rule="({'Monday':0,'Tuesday':1,'Wednesday':2,'Thursday':3,'Friday':4,'Saturday':5,'Sunday':6}[self.midweek.day]*1440 + int(self.midweek.time.substring(0,2))*60 + int(self.midweek.time.substring(3)) - {'Monday':0,'Tuesday':1,'Wednesday':2,'Thursday':3,'Friday':4,'Saturday':5,'Sunday':6}[self.weekStart.day]*1440 - int(self.weekStart.time.substring(0,2))*60 - int(self.weekStart.time.substring(3)) + 10080) % 10080 < ({'Monday':0,'Tuesday':1,'Wednesday':2,'Thursday':3,'Friday':4,'Saturday':5,'Sunday':6}[self.review.day]*1440 + int(self.review.time.substring(0,2))*60 + int(self.review.time.substring(3)) - {'Monday':0,'Tuesday':1,'Wednesday':2,'Thursday':3,'Friday':4,'Saturday':5,'Sunday':6}[self.weekStart.day]*1440 - int(self.weekStart.time.substring(0,2))*60 - int(self.weekStart.time.substring(3)) + 10080) % 10080",message="midweek must come before review within the week that begins at weekStart; move midweek earlier or review later"
type Cadence struct {
	// timeZone is the IANA name of the zone that all days and times are in.
	// Example: "Europe/Zurich".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone"`
	// weekStart is when a week begins and its plan freezes.
	// +optional
	// +kubebuilder:default={day: "Monday", time: "09:00"}
	WeekStart WeekMoment `json:"weekStart,omitzero"`
	// midweek is when the week is checked; it must come before review.
	// +optional
	// +kubebuilder:default={day: "Wednesday", time: "14:00"}
	Midweek WeekMoment `json:"midweek,omitzero"`
	// review is when the week is reviewed, and the due time of a step that names none.
	// +optional
	// +kubebuilder:default={day: "Friday", time: "15:00"}
	Review WeekMoment `json:"review,omitzero"`
	// graceHours is how long after its end a week may still be signed, 0 to 168 hours.
	// +optional
	// +kubebuilder:default=48
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=168
	GraceHours *int32 `json:"graceHours,omitempty"`
	// skip lists weeks that get no WeeklyCycle, such as holidays; 60 at most. Example: ["2026-W53"].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=60
	Skip []Week `json:"skip,omitempty"`
	// workDays are the days of the week that capacity and absences count, 1 to 7; Monday to
	// Friday where none are given. Example: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday"].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	WorkDays []Day `json:"workDays,omitempty"`
	// holidays are days on which nobody works, 60 at most. Work that is due on one is due at the
	// same time of the next working day before the review, else of the last one before it; so is
	// work without a due time, which is due at the review. The review itself does not move.
	// +optional
	// +listType=map
	// +listMapKey=date
	// +kubebuilder:validation:MaxItems=60
	Holidays []Holiday `json:"holidays,omitempty"`
	// quarterStartMonth is the month in which a quarter of the year begins, 1 to 12;
	// the others follow three months apart. Example: 4 makes April to June of 2026 "2026-Q1".
	// +optional
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=12
	QuarterStartMonth int32 `json:"quarterStartMonth,omitempty"`
	// fiscalYear is the year that a quarter is named by: that in which its four quarters began
	// (Start, which is what counts where it is left out), or that in which they end (End).
	// Example: with quarterStartMonth 10 and End, October to December of 2026 is "2027-Q1".
	// +optional
	FiscalYear FiscalYear `json:"fiscalYear,omitempty"`
}

// FiscalYear says which year a quarter is named by.
// +kubebuilder:validation:Enum=Start;End
type FiscalYear string

const (
	FiscalYearStart FiscalYear = "Start"
	FiscalYearEnd   FiscalYear = "End"
)

// Holiday is a day on which nobody works.
type Holiday struct {
	// date is the day, in the time zone of the cadence. Example: "2026-12-25".
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=10
	Date string `json:"date"`
	// name is what it is called. Example: "Christmas Day".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	Name string `json:"name,omitempty"`
}
