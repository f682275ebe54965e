// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/praxis-dev/praxis/internal/cadence"
)

// Request asks for the plan of one week.
type Request struct {
	Programme *Programme
	Week      cadence.Week
	// Cycle is the name of the WeeklyCycle that the Actions belong to.
	Cycle string
	// From is the instant from which occurrences count: the start of the week, or a later one
	// for what begins during it.
	From time.Time
}
