// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package plan turns goals into the Actions of a week. It is pure: the same
// objects, week and instant give the same Actions, byte by byte, in whatever
// order the objects come.
//
// With n the number of the week since Monday 1970-01-05:
//
//	which     KeyActions without a parent rank by weight, heavier first, then by name;
//	          those beyond maxKeyActions, suspended ones and those with a Problem are left out
//	          an enterprise KeyAction is planned as one KeyAction for each selected Team,
//	          each with weight/teams, an exact fraction
//	when      a step with every: k is planned where n mod k = 0
//	who       Each    all with the role, by name, less those absent on all working days of the week
//	          Rotate  of all with the role who are there, the one with fewest turns in this week so far,
//	                  of those the first in the step's queue, which begins by name (rotation.go)
//	          Lead, Member  that one; if absent the delegate of the first absence that touches the week and has one
//	what      times are dealt over due in the order they are listed: times/len(due) each, and the
//	          first times mod len(due) one more; no due means the review; what is due before the
//	          plan counts is left out, and with nothing left there is no Action
//	share     weight·100 basis points split evenly over the step's Actions, the remainder
//	          to the first by member name; a step with nobody to do it keeps all of it
//	load      Σ target·duration of a member, against capacity·(working days present)/(days of work of a full
//	          week), rounded down; working days are the cadence's, without its holidays
//
// The files, whose references run in no circle: objects.go, programme.go and request.go (what is
// given, what of it can be planned, and for which week), cycle.go (is a week running, closed),
// problem.go, check.go and graph.go (is it sound), rank.go and policy.go (which comes first, how it is
// judged), resolve.go (packages and parameters), children.go (enterprise), assemble.go (a Programme is
// made), who.go, rotation.go, what.go, pieces.go (the three of them for a KeyAction), load.go, week.go
// (the whole), candidates.go (who can take over), presence.go (who is gone), split.go (what is half
// done), verbs.go and verbforms.go (verbs that are wishes), action.go and names.go (the objects made),
// record.go and teams.go (the frozen plan, and who was in its Teams), undo.go (what leaves it again), limits.go (how
// much it holds), memo.go (what is kept from one pass to the next), carry.go (what the last week
// left), next.go (which week comes next), end.go (which is the last).
package plan
