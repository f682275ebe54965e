// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package lint says of objects in files what the operator would say of them in a cluster,
// without one. It is pure: objects and an instant in, findings out.
//
// It decides nothing. What an API server would refuse, internal/manifest has found; all
// else is asked of the functions that the controllers ask, so that the two never differ:
//
//	Stalled    plan.CheckUtility, plan.CheckKeyAction, plan.Taken        error
//	Focused    status.ForUtility                                          warning
//	Covered    status.ForUtility, status.ForKeyAction                      warning
//	Actionable status.ForKeyAction                                        warning
//	Feasible   status.ForKeyAction, status.ForTeam                         warning
//
// # Which week
//
// Who has the time is asked of one week: the one that runs, on the calendar of each
// Utility, or the one that is asked for.
//
// Coverage is asked of the whole quarter with nothing delivered, unless a week is asked
// for. A plan that cannot carry what is required even in a whole quarter is its author's
// mistake; that a quarter is half over is nobody's, and a check that ran green on Monday
// must not be red on Tuesday because a week went by. With a week it is asked of that week
// and what is left of its quarter, which is what the operator would say in it.
//
// # Neighbours of what is refused
//
// An object that is refused is there all the same: its author will fix it. So what
// refers to it is judged as if it were sound, as far as it can be read, and nothing is
// said that hangs on the part that cannot.
//
// The files: lint.go (all together), world.go (the objects of a namespace, and those that
// stand in for refused ones), rules.go (one object).
package lint
