// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cadence turns a Utility's cadence into weeks and quarters. It is pure:
// the same cadence and the same instant give the same answer, everywhere.
//
// # Weeks
//
// A week runs from one weekStart to the next, [StartsAt, EndsAt), on the clocks of
// the Utility's zone. Weeks are counted: Monday 1970-01-05 opens week 0, and a date
// lies in week floor((date - 1970-01-05) / 7 days). These are the weeks of ISO 8601,
// and the ISO year and number of that Monday are the week's name. A week takes the
// number and the name of the date three days after it starts; for a Monday start
// that is its Thursday, the day by which ISO 8601 itself decides whose a week is.
// So for each number there is exactly one week:
//
//	start(n) = weekStart on the only date d of its day with Monday(n)-3 <= d <= Monday(n)+3
//	week(n)  = [start(n), start(n+1))
//
// # Clocks
//
// A local time that a clock change leaves out moves forward by the size of the gap: 02:30
// becomes 03:30 where 02:00 to 03:00 is missing. If a local time occurs twice, the first one
// counts. The start of a week follows the same rule, so a week may begin up to an hour after
// its weekStart, but start(n) < start(n+1) always holds.
//
// A day and time of the week means the earliest such moment in [StartsAt, EndsAt). Where a
// clock change leaves none in the week, a due time is StartsAt; midweek is StartsAt and the
// review is EndsAt, since at the start there is nothing to look back on.
//
// # After a cadence was edited
//
// The open week keeps its times and the next one starts at its end, which need not be a
// weekStart of the edited cadence. Only the start of such a week differs. Its name is still
// that of the date three days later (or the name after that, if the previous week has it),
// and it ends where the week of that name ends:
//
//	week(n) = [end of the week before, start(n+1))
//
// That is the first new weekStart after it, except where the week from there would have the
// same name: the cycles of a Utility are named after their weeks, so this one then runs on to
// the weekStart after that. No instant is left out, and names only increase. With weeks from
// Monday 09:00 and 2026-W48 open, an edit of weekStart gives:
//
//	to Friday 09:00    W49 = Mon 30 Nov 09:00 to Fri  4 Dec 09:00, W50 from there
//	to Monday 08:00    W49 = Mon 30 Nov 09:00 to Mon  7 Dec 08:00, W50 from there
//	to Tuesday 09:00   W49 = Mon 30 Nov 09:00 to Tue  8 Dec 09:00, W50 from there;
//	                   ending on Tue 1 Dec it would be followed by a second W49
//
// In such a week midweek is its earliest moment, else StartsAt; the review is the earliest
// moment that follows midweek, else EndsAt; a due time with no such moment in the week counts
// as none, which means AtReview. Always StartsAt <= MidweekAt <= ReviewAt <= EndsAt.
//
// # Quarters
//
// A week belongs to the quarter of the date three days after it starts. Quarters begin every
// third month, counted from quarterStartMonth m, and are named after the year in which the
// first of the four began. For a date in month k of year y:
//
//	quarter = floor(((k - m) mod 12) / 3) + 1
//	year    = y if k >= m, else y - 1
package cadence
