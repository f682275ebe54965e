// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"net/http/httptest"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/cache/informertest"
)

func TestAReplicaIsReadyOnceItHasReadEverything(t *testing.T) {
	for _, synced := range []bool{false, true} {
		err := Synced(&informertest.FakeInformers{Synced: &synced})(httptest.NewRequest("GET", "/readyz", nil))
		if (err == nil) != synced {
			t.Errorf("with synced %v it says %v", synced, err)
		}
	}
}
