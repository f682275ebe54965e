// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package lint says about objects in files what the operator would say about them in a
// cluster, without a cluster. It is pure: objects and an instant in, findings out.
//
// It decides nothing itself. internal/manifest finds what an API server would refuse;
// everything else comes from the functions that the controllers call, so that the two never
// differ:
//
//	Stalled    plan.CheckUtility, plan.CheckKeyAction, plan.Taken        error
//	Focused    status.ForUtility                                          warning
//	Covered    status.ForUtility, status.ForKeyAction                      warning
//	Actionable status.ForKeyAction                                        warning
//	Feasible   status.ForKeyAction, status.ForTeam                         warning
//
// # Which week
//
// Whether people have the time is checked for one week: the running one, on the calendar of
// each Utility, or the one that is asked for.
//
// Coverage is checked for the whole quarter with nothing delivered, unless a week is asked
// for. A plan that cannot deliver what is required even in a whole quarter is its author's
// mistake; that a quarter is half over is nobody's, and a check that passed on Monday must
// not fail on Tuesday because a week went by. Where the whole quarter is covered and what is
// left of it is not, a note says so in the operator's words, since a goal that begins now is
// NotCarried in a cluster as well; what is delivered is in no file. With a week, coverage is checked for that week
// and what is left of its quarter, which is what the operator would say in that week.
//
// # Neighbours of what is refused
//
// A refused object is treated as existing, since its author will fix it. So whatever refers
// to it is checked as if it were sound, as far as it can be read, and nothing is reported
// that depends on the part that cannot be read.
//
// The files: lint.go (the whole), world.go (the objects of a namespace, and those that stand
// in for refused ones), rules.go (one object), cadence.go (when a Utility works), sources.go
// (EvidenceSources), policies.go (what is paid), people.go (people over all Teams).
package lint
