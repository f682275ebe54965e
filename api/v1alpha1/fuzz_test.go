// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"regexp"
	"testing"
)

// What the schema lets through is read, and is never less than nothing.
func FuzzDuration(f *testing.F) {
	for _, text := range []string{"20m", "6h", "1h30m", "999h59m", "9999m", "", "h", "m", "1h60m", "-1h", "+1m", "1h1h", "99999999999999999999m"} {
		f.Add(text)
	}
	schema := regexp.MustCompile("^([0-9]{1,3}h([0-5]?[0-9]m)?|[0-9]{1,4}m)$")
	f.Fuzz(func(t *testing.T, text string) {
		minutes, err := Duration(text).Minutes()
		if err != nil && schema.MatchString(text) {
			t.Errorf("the schema allows %q: %v", text, err)
		}
		if err == nil && (minutes < 0 || schema.MatchString(text) && minutes > 999*60+59) {
			t.Errorf("%q is %d minutes", text, minutes)
		}
	})
}
