// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Objects are what a Utility is planned from.
type Objects struct {
	// Utility is nil if a KeyAction refers to one that does not exist.
	Utility *praxisv1.Utility
	// KeyActions are all that refer to the Utility, those made for Teams included.
	KeyActions []praxisv1.KeyAction
	// Packages and Teams of the namespace, by name.
	Packages map[string]*praxisv1.ActionPackage
	Teams    map[string]*praxisv1.Team
}

// keyAction is the one of that name, or nil.
func (o Objects) keyAction(name string) *praxisv1.KeyAction {
	for i := range o.KeyActions {
		if o.KeyActions[i].Name == name {
			return &o.KeyActions[i]
		}
	}
	return nil
}
