// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package formulas reads docs/formulas.md a second time: who does what, when it is due, its
// share, the hours of a person and the coverage of a quarter, worked out for made-up
// organisations without a line of the planner's code and compared with what
// kubectl praxis preview says of them; and what accepted work is worth, worked out for made-up
// policies and quarters without a line of internal/incentive and compared with its statements.
package formulas
