// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	_ "embed"
	"text/template"
)

// health holds what differs between the health scripts of the kinds.
type health struct {
	// Suspends means that the kind can be suspended.
	Suspends bool
	// Works means that the kind has the condition OnTrack.
	Works bool
	// Opens means that the kind opens some time before it is due.
	Opens bool
	// Says lists conditions: the first that is present gives the message, else Ready.
	Says []string
}

// kinds are those that have a status.
var kinds = map[string]health{
	"Utility":        {Suspends: true, Works: true, Says: []string{"OnTrack"}},
	"Team":           {Says: []string{"Feasible"}},
	"KeyAction":      {Suspends: true, Works: true, Says: []string{"OnTrack"}},
	"WeeklyCycle":    {Works: true, Says: []string{"OnTrack", "Planned"}},
	"Action":         {Works: true, Says: []string{"OnTrack"}},
	"Evidence":       {Says: []string{"Accepted", "Valid"}},
	"EvidenceSource": {Suspends: true, Says: []string{"Receiving"}},
	"Review":         {Opens: true, Says: []string{"Complete"}},

	"IncentivePolicy":    {Says: []string{"Aligned"}},
	"IncentiveStatement": {Says: []string{"Approved"}},
}

//go:embed health.lua.tmpl
var healthScript string

var healthTemplate = template.Must(template.New("health.lua").Parse(healthScript))

// script is the health script of a kind.
func (h health) script() ([]byte, error) {
	var out bytes.Buffer
	err := healthTemplate.Execute(&out, h)
	return out.Bytes(), err
}
