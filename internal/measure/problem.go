// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/standard"
)

// Problem is what is wrong with the source of a measure itself, whatever the source says; nil
// where that is nothing.
func Problem(m *praxisv1.Measure) *Failure {
	switch s := m.Source; {
	case s.ExternalMetric != nil:
		if _, err := Selector(s.ExternalMetric); err != nil {
			return Fail(praxisv1.ReasonSourceFailing, "source.externalMetric.selector cannot be read: %v", err)
		}
	case s.Object != nil:
		if _, err := standard.CompileNumber(s.Object.Value); err != nil {
			return Fail(praxisv1.ReasonSourceFailing, "source.object.value cannot be read: %v", err)
		}
	}
	return nil
}

// Selector is what chooses among the values of a metric; all where it says nothing.
func Selector(m *praxisv1.ExternalMetric) (labels.Selector, error) {
	if m.Selector == nil {
		return labels.Everything(), nil
	}
	return metav1.LabelSelectorAsSelector(m.Selector)
}
