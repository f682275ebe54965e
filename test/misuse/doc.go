// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package misuse derives from the schemas that are shipped what people can write wrongly: for
// every field what is missing, empty, too long, beyond a limit, of another type or another
// script, and for references what is not there or belongs to somebody else. The cases are the
// same in each run, and a new field of a schema has cases by being there.
//
// The goals that the cases spoil are in the folder goals. A field that none of the objects there
// sets has no case, which Uncovered tells, so that a new field is added there too.
package misuse
