// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Two axes describe the state of every object, and they never mix:
//
//	Ready   was the spec understood and reconciled?     False only together with Stalled, or with reason Unreadable
//	OnTrack does the work keep up with the plan?        Unknown is never green
//
// The other conditions answer questions that are specific to a kind:
//
//	Utility      Ready Stalled OnTrack Focused Covered Calibrated Effective Measured
//	Team         Ready Feasible Distinct
//	KeyAction    Ready Stalled OnTrack Covered Actionable Feasible
//	WeeklyCycle  Ready Stalled OnTrack Planned MidweekChecked Reviewed Closed
//	Action       Ready OnTrack
//	Evidence     Ready Valid Accepted
//	Review       Ready Open Complete
//	EvidenceSource  Ready Stalled Receiving
//
//	IncentivePolicy     Ready Stalled Aligned
//	IncentiveStatement  Ready Computed Approved Payable Verified

// Condition types.
const (
	// ConditionReady is True where the spec was understood and acted on.
	ConditionReady = "Ready"
	// ConditionStalled is True where nothing goes on until somebody changes the spec; Ready
	// is False then.
	ConditionStalled = "Stalled"
	// ConditionOnTrack compares accepted work with the work that was due.
	ConditionOnTrack = "OnTrack"
	// ConditionFocused is True where the Utility has no more KeyActions than maxKeyActions.
	ConditionFocused = "Focused"
	// ConditionCovered is True where what is delivered and planned carries the required units.
	ConditionCovered = "Covered"
	// ConditionCalibrated is True where the one page (the spec of the Utility) was signed
	// and has not changed since.
	ConditionCalibrated = "Calibrated"
	// ConditionEffective is True where delivered work moves the outcome.
	ConditionEffective = "Effective"
	// ConditionMeasured is True where every measure with a source is read from it.
	ConditionMeasured = "Measured"
	// ConditionActionable is True where the KeyAction can be done as it is written.
	ConditionActionable = "Actionable"
	// ConditionFeasible is True where the planned work fits the capacity of the people who do it.
	ConditionFeasible = "Feasible"
	// ConditionDistinct is True where no two members have user names that look alike.
	ConditionDistinct = "Distinct"
	// ConditionPlanned is True where every Action of the week has been made.
	ConditionPlanned = "Planned"
	// ConditionMidweekChecked is True where the midweek check was signed.
	ConditionMidweekChecked = "MidweekChecked"
	// ConditionReviewed is True where the weekly review was signed.
	ConditionReviewed = "Reviewed"
	// ConditionClosed is True where the week counts no more evidence.
	ConditionClosed = "Closed"
	// ConditionValid is True where the Evidence meets the standard's check.
	ConditionValid = "Valid"
	// ConditionAccepted is True where the Evidence counts.
	ConditionAccepted = "Accepted"
	// ConditionReceiving is True where an EvidenceSource gets events and can read them.
	ConditionReceiving = "Receiving"
	// ConditionOpen is True while a Review can be worked on.
	ConditionOpen = "Open"
	// ConditionComplete is True where a Review was signed.
	ConditionComplete = "Complete"
	// ConditionAligned is True where a policy pays more for what matters more.
	ConditionAligned = "Aligned"
	// ConditionComputed is True where the quarter of a statement has closed.
	ConditionComputed = "Computed"
	// ConditionApproved is True where enough approvers have agreed to a statement.
	ConditionApproved = "Approved"
	// ConditionPayable is True where a statement is final and to be paid.
	ConditionPayable = "Payable"
	// ConditionVerified is True where the work that a statement stands on is as it was.
	ConditionVerified = "Verified"
)

// Reasons of Ready, and of Stalled, which Ready=False repeats.
const (
	ReasonReconciled        = "Reconciled"
	ReasonSuspended         = "Suspended"
	ReasonReconciling       = "Reconciling"
	ReasonUnreadable        = "Unreadable"
	ReasonInvalidSpec       = "InvalidSpec"
	ReasonReferenceNotFound = "ReferenceNotFound"
	ReasonDependencyCycle   = "DependencyCycle"
	ReasonWeightsNotHundred = "WeightsNotHundred"
	ReasonInvalidCheck      = "InvalidCheck"
	ReasonUnknownTimeZone   = "UnknownTimeZone"
	ReasonNameTaken         = "NameTaken"
	ReasonTooManyTeams      = "TooManyTeams"
	ReasonEnded             = "Ended"
)

// Reasons of OnTrack. On an Action this reason is the state that people see.
const (
	ReasonOnPace             = "OnPace"
	ReasonAccepted           = "Accepted"
	ReasonBehind             = "Behind"
	ReasonCriticallyBehind   = "CriticallyBehind"
	ReasonKeyActionMissed    = "KeyActionMissed"
	ReasonBlocked            = "Blocked"
	ReasonRejected           = "Rejected"
	ReasonOverdue            = "Overdue"
	ReasonMissed             = "Missed"
	ReasonNotDue             = "NotDue"
	ReasonAwaitingAcceptance = "AwaitingAcceptance"
	ReasonNothingPlanned     = "NothingPlanned"
	ReasonCarriedOver        = "CarriedOver"
	ReasonDropped            = "Dropped"
	ReasonJudgeLate          = "JudgeLate"
)

// Reasons that only kubectl praxis lint has, since a cadence is none of a condition's business.
const (
	ReasonOutdatedHolidays = "OutdatedHolidays"
	ReasonNoDayOfWork      = "NoDayOfWork"
	ReasonNoWeek           = "NoWeek"
)

// Reasons of the conditions that are specific to Utilities, KeyActions and Teams.
const (
	ReasonWithinLimit             = "WithinLimit"
	ReasonTooManyKeyActions       = "TooManyKeyActions"
	ReasonCarried                 = "Carried"
	ReasonNotCarried              = "NotCarried"
	ReasonSigned                  = "Signed"
	ReasonCalibrationDue          = "CalibrationDue"
	ReasonChangedSinceCalibration = "ChangedSinceCalibration"
	ReasonNeverCalibrated         = "NeverCalibrated"
	ReasonOutcomeMoving           = "OutcomeMoving"
	ReasonPathNotWorking          = "PathNotWorking"
	ReasonNotExecuted             = "NotExecuted"
	ReasonNoMeasure               = "NoMeasure"
	ReasonActionable              = "Actionable"
	ReasonAbstractVerb            = "AbstractVerb"
	ReasonNoKeyStep               = "NoKeyStep"
	ReasonOverFocusLimit          = "OverFocusLimit"
	ReasonWithinCapacity          = "WithinCapacity"
	ReasonOverCapacity            = "OverCapacity"
	ReasonUnassigned              = "Unassigned"
	ReasonDistinct                = "Distinct"
	ReasonLookAlike               = "LookAlike"
)

// Reasons of Measured.
const (
	ReasonReading       = "Reading"
	ReasonNoData        = "NoData"
	ReasonNotANumber    = "NotANumber"
	ReasonTooManySeries = "TooManySeries"
	ReasonUnauthorized  = "Unauthorized"
	ReasonTimeout       = "Timeout"
	ReasonRateLimited   = "RateLimited"
	ReasonSourceFailing = "SourceFailing"
	ReasonStale         = "Stale"
	ReasonNoSource      = "NoSource"
)

// Reasons of the week, of Evidence and of Reviews.
const (
	ReasonPlanned         = "Planned"
	ReasonPlanning        = "Planning"
	ReasonChecked         = "Checked"
	ReasonNotYet          = "NotYet"
	ReasonSignedOff       = "SignedOff"
	ReasonReviewMissed    = "ReviewMissed"
	ReasonClosed          = "Closed"
	ReasonOpen            = "Open"
	ReasonClosing         = "Closing"
	ReasonValid           = "Valid"
	ReasonCheckFailed     = "CheckFailed"
	ReasonArtifactMissing = "ArtifactMissing"
	ReasonActionNotFound  = "ActionNotFound"
	ReasonCycleClosed     = "CycleClosed"
	ReasonReadFromSource  = "ReadFromSource"
	ReasonSelfAcceptance  = "SelfAcceptance"
	ReasonNotAReviewer    = "NotAReviewer"
	ReasonDuplicate       = "Duplicate"
	ReasonTooManyPieces   = "TooManyPieces"
	ReasonAwaitingVerdict = "AwaitingVerdict"
	ReasonUndecidedGaps   = "UndecidedGaps"
)

// Reasons of incentives.
const (
	ReasonAligned         = "Aligned"
	ReasonKeyPaysLess     = "KeyPaysLess"
	ReasonKeyActionUnpaid = "KeyActionUnpaid"
	ReasonNoSecurity      = "NoSecurity"
	ReasonFeedbackTooLate = "FeedbackTooLate"
	ReasonTooFewApprovers = "TooFewApprovers"
	ReasonAccruing        = "Accruing"
	ReasonQuarterClosed   = "QuarterClosed"
	ReasonProposed        = "Proposed"
	ReasonDisputed        = "Disputed"
	ReasonApproved        = "Approved"
	ReasonFinal           = "Final"
	ReasonShadow          = "Shadow"
	ReasonVerified        = "Verified"
	ReasonWorkChanged     = "WorkChanged"
)

// Reasons of gaps that no condition uses.
const (
	ReasonOverloaded = "Overloaded"
	ReasonNoEvidence = "NoEvidence"
	ReasonMemberAway = "MemberAway"
	ReasonMemberLeft = "MemberLeft"
	// ReasonNotCarriedOut is of a decision that became impossible after it was signed.
	ReasonNotCarriedOut = "NotCarriedOut"
)

// Reasons of EvidenceSources, and of the evidence that they make.
const (
	ReasonInvalidRule       = "InvalidRule"
	ReasonIssuerNotAllowed  = "IssuerNotAllowed"
	ReasonReceiving         = "Receiving"
	ReasonNeverReceived     = "NeverReceived"
	ReasonNotServed         = "NotServed"
	ReasonSecretNotReadable = "SecretNotReadable"
	ReasonNoRights          = "NoRights"
	ReasonRulesFailing      = "RulesFailing"
	ReasonAcceptedBySource  = "AcceptedBySource"
	ReasonUnknownAccount    = "UnknownAccount"
)
