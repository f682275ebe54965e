// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import "k8s.io/apimachinery/pkg/runtime"

// Conditioned is an object of a kind that has conditions: all kinds but ActionPackage.
// +kubebuilder:object:generate=false
type Conditioned interface {
	runtime.Object
	// GetConditioned returns the part of the status that all these kinds share, to be read
	// and changed in place.
	GetConditioned() *ConditionedStatus
}

// GetConditioned implements Conditioned.
func (u *Utility) GetConditioned() *ConditionedStatus { return &u.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (t *Team) GetConditioned() *ConditionedStatus { return &t.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (k *KeyAction) GetConditioned() *ConditionedStatus { return &k.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (w *WeeklyCycle) GetConditioned() *ConditionedStatus { return &w.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (a *Action) GetConditioned() *ConditionedStatus { return &a.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (e *Evidence) GetConditioned() *ConditionedStatus { return &e.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (r *Review) GetConditioned() *ConditionedStatus { return &r.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (s *EvidenceSource) GetConditioned() *ConditionedStatus { return &s.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (p *IncentivePolicy) GetConditioned() *ConditionedStatus { return &p.Status.ConditionedStatus }

// GetConditioned implements Conditioned.
func (s *IncentiveStatement) GetConditioned() *ConditionedStatus {
	return &s.Status.ConditionedStatus
}
