// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 holds the resources of praxis.dev: goals that people write
// (Utility, Team, ActionPackage, KeyAction, EvidenceSource), the plan that controllers make from
// them (WeeklyCycle, Action, Review) and the work that is handed in (Evidence).
// +kubebuilder:object:generate=true
// +groupName=praxis.dev
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var (
	// GroupVersion is the API group and version of every kind in this package.
	GroupVersion = schema.GroupVersion{Group: "praxis.dev", Version: "v1alpha1"}

	// SchemeGroupVersion is GroupVersion under the name that generated apply
	// configurations look for.
	SchemeGroupVersion = GroupVersion

	schemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

	// AddToScheme adds every kind of this package to a scheme.
	AddToScheme = schemeBuilder.AddToScheme
)

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&Utility{}, &UtilityList{},
		&Team{}, &TeamList{},
		&ActionPackage{}, &ActionPackageList{},
		&KeyAction{}, &KeyActionList{},
		&WeeklyCycle{}, &WeeklyCycleList{},
		&Action{}, &ActionList{},
		&Evidence{}, &EvidenceList{},
		&Review{}, &ReviewList{},
		&EvidenceSource{}, &EvidenceSourceList{},
		&IncentivePolicy{}, &IncentivePolicyList{},
		&IncentiveStatement{}, &IncentiveStatementList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
