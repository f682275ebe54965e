// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/praxis-dev/praxis/internal/cadence"
)

// keptOfName is how much of a name that is too long is kept before its hash.
const keptOfName = 54

// longestActionName leaves room, within 253 characters, for the names that are built on it.
const longestActionName = 200

// CycleName is the name of a Utility's cycle. Example: "checkout-2026-w48".
func CycleName(utility string, w cadence.Week) string { return utility + "-" + w.Slug() }

// ActionName joins the parts with dots, which none of them can hold, so that no
// two Actions share a name. A carried Action ends in the week it was first
// planned in. Example: "checkout-2026-w48.fix-top-failures.ship.ana.w47".
func ActionName(cycle, keyAction, step, member, originWeek string) string {
	parts := []string{cycle, keyAction, step, member}
	if _, week, found := strings.Cut(originWeek, "-"); found {
		parts = append(parts, strings.ToLower(week))
	}
	return FitName(strings.Join(parts, "."), longestActionName)
}

// LabelValue is a name as the value of a label.
func LabelValue(name string) string { return FitName(name, validation.LabelValueMaxLength) }

// childName is the name of the KeyAction that is made for a Team.
func childName(parent, team string) string {
	return FitName(parent+"-"+team, validation.DNS1123LabelMaxLength)
}

// FitName shortens a name that is too long; the hash of the whole name distinguishes it from
// others that begin alike.
func FitName(name string, longest int) string {
	if len(name) <= longest {
		return name
	}
	return name[:keptOfName] + "-" + shortHash(name)
}

// shortHash is 8 hex digits of sha256.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}
