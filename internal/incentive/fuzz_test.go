// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"bytes"
	"testing"
)

// Whatever an export says, its verification ends, and counts no more statements than there are.
func FuzzReadExport(f *testing.F) {
	f.Add([]byte(`{"items":[{"kind":"IncentiveStatement","metadata":{"name":"a","namespace":"b"},"spec":{"user":"ana","quarter":"2026-Q4","policy":{"unit":"EUR",` +
		`"rules":[{"name":"r","tiers":["Key"],"rhythm":"Weekly","rate":{"amount":"1","per":"Unit"}}]}},"status":{"lines":[{"kind":"Earned","rule":"r","week":"2026-W48","acc":1,"due":2,"amount":"1.00"}]}},` +
		`{"kind":"WeeklyCycle","metadata":{"name":"a","namespace":"b"},"spec":{"week":"2026-W48"}},{"kind":"Action"},{"kind":"Utility"}]}`))
	f.Add([]byte(`{"items":[{"kind":"IncentiveStatement","metadata":{"namespace":"b"},"spec":{"policy":{"release":{"quarters":-1},"cap":"1e9","pool":"-"}}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		exports, err := ReadExport(bytes.NewReader(text))
		if err != nil {
			return
		}
		for namespace, export := range exports {
			if verified, _, _ := export.Verify(); verified > export.Statements() {
				t.Errorf("in %s %d of %d statements are verified", namespace, verified, export.Statements())
			}
		}
	})
}
