// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// TestAPageOfAHugeWeekIsBounded has 2,000 Actions in the running week. The fake client is slower
// than a cache, so that the time says only that nothing grows with the square of them.
func TestAPageOfAHugeWeekIsBounded(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	model := &praxisv1.Action{}
	if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: collect}, model); err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		a := model.DeepCopy()
		a.ResourceVersion, a.UID = "", ""
		a.Name = fmt.Sprintf("%sreview-failed-deploys.step-%d.jonas", ofWeek, i)
		a.Spec.Step = fmt.Sprintf("step-%d", i%40)
		if i%2 == 0 {
			a.Spec.Member, a.Spec.User = "mira", mira
		}
		if err := s.Create(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range paths {
		began := time.Now()
		code, body, _ := s.get(t, path)
		t.Logf("%s: %d kB in %s", path, len(body)/1000, time.Since(began).Round(time.Millisecond))
		if code != http.StatusOK || len(body) > 600_000 {
			t.Errorf("%s answered %d with %d bytes", path, code, len(body))
		}
	}
}
