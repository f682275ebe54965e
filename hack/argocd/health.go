// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	_ "embed"
	"text/template"
)

// health is in what the health of a kind differs from that of the others.
type health struct {
	// Suspends tells that it can be suspended.
	Suspends bool
	// Works tells that it has work to be on track with.
	Works bool
	// Opens tells that it opens some time before it is due.
	Opens bool
	// Says are the conditions of which the first that is there gives the message, before Ready.
	Says []string
}

// kinds are those that have a status.
var kinds = map[string]health{
	"Utility":     {Suspends: true, Works: true, Says: []string{"OnTrack"}},
	"Team":        {Says: []string{"Feasible"}},
	"KeyAction":   {Suspends: true, Works: true, Says: []string{"OnTrack"}},
	"WeeklyCycle": {Works: true, Says: []string{"OnTrack", "Planned"}},
	"Action":      {Works: true, Says: []string{"OnTrack"}},
	"Evidence":    {Says: []string{"Accepted", "Valid"}},
	"Review":      {Opens: true, Says: []string{"Complete"}},
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
