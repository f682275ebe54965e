// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/lint"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/view"
)

// What the preview of a file shows for a week is what the operator plans.
func TestAPreviewIsWhatTheOperatorPlans(t *testing.T) {
	for name, utility := range map[string]string{
		"minimal": "first-hour", "platform": "safe-deploys", "product": "keep-customers", "enterprise": "shared-inference",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "2026-11-23T15:05:00Z") // every week has begun, and nothing is due yet
			w.must(w.apply(sample(name)))
			w.settle()
			set, err := manifest.Load(t.Context(), []string{sample(name)}, nil, w.ns)
			w.must(err)
			p, err := view.PreviewWeek(lint.Worlds(set)[0].Programmes(), "2026-W48", time.Time{})
			w.must(err)
			u := p.Utilities[0]
			if now := get[praxisv1.Utility](w, utility).Status; !equality.Semantic.DeepEqual(*now.Coverage, u.Coverage) {
				t.Errorf("previewed %+v; the operator covers %+v", u.Coverage, *now.Coverage)
			}
			var made, previewed []string
			for _, a := range w.actions() {
				made = append(made, fmt.Sprintln(a.Name, a.Spec.KeyActionRef.Name, a.Spec.Step, a.Spec.Tier, a.Spec.Team, a.Spec.Member, a.Spec.Target,
					dues(a), a.Spec.Share, a.Spec.Duration, a.Spec.Contribution, a.Spec.DependsOn))
			}
			for _, a := range u.Actions {
				var dues []string
				for _, o := range a.Occurrences {
					dues = append(dues, fmt.Sprint(o.Quantity, " by ", o.DueAt))
				}
				duration := ""
				if of := w.actions()[a.Name]; of != nil {
					duration = string(of.Spec.Duration)
					if minutes, _ := of.Spec.Duration.Minutes(); minutes != a.DurationMinutes {
						t.Errorf("%s takes %d minutes, previewed %d", a.Name, minutes, a.DurationMinutes)
					}
				}
				previewed = append(previewed, fmt.Sprintln(a.Name, a.KeyAction, a.Step, a.Tier, a.Team, a.Member, a.Target, dues, a.Share, duration, a.Contribution, a.DependsOn))
			}
			slices.Sort(made)
			slices.Sort(previewed)
			if !slices.Equal(made, previewed) {
				t.Errorf("previewed\n%s\nmade\n%s", strings.Join(previewed, ""), strings.Join(made, ""))
			}
		})
	}
}

func dues(a *praxisv1.Action) []string {
	var dues []string
	for _, o := range a.Spec.Occurrences {
		dues = append(dues, fmt.Sprint(o.Quantity, " by ", o.DueAt.UTC().Format(time.RFC3339)))
	}
	return dues
}
