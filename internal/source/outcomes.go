// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Outcomes of requests that come to no event, for the metrics: the sender is not known, or the
// request is not served now.
const (
	Unauthorized = "Unauthorized"
	TooLarge     = "TooLarge"
	Limited      = "Limited"
	Busy         = "Busy"
	Unavailable  = "Unavailable"
)

// Outcomes are all that are counted.
var Outcomes = []string{
	Unauthorized, TooLarge, Limited, Busy, Unavailable, string(praxisv1.SourceMade), string(praxisv1.SourceDuplicate), string(praxisv1.SourceNoMatch),
	string(praxisv1.SourceRuleFailed), string(praxisv1.SourceRefused), string(praxisv1.SourceSuspended),
}
