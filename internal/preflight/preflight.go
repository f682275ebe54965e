// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package preflight compares what of Praxis is installed in a cluster with what this release
// installs: whether the admission policies exist and are the same, and which release the
// definitions are of. The operator and kubectl praxis check use it, each with its own
// wording.
//
// It reads nothing itself: the caller passes a function that does.
package preflight

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/praxis-dev/praxis/config/admission"
	"github.com/praxis-dev/praxis/internal/version"
)

// State is how an installed object compares to ours. A worse state is greater.
type State int

// The states of an installed object.
const (
	// Same decides as ours does.
	Same State = iota
	// Differs decides otherwise: the object was edited, or is of another release.
	Differs
	// Missing is not installed.
	Missing
)

// Get returns the installed counterpart of ours, or nil if there is none.
type Get func(ours *unstructured.Unstructured) (theirs *unstructured.Unstructured, err error)

// Comparison is the state of every policy and binding, in the order in which they were given.
type Comparison []Compared

// Compared is the state of one policy or binding.
type Compared struct {
	// Name is that of the policy: its binding has the same, and without either one nothing is
	// enforced.
	Name  string
	State State
}

// Policies compares admission policies and their bindings with those that are installed. It
// ends at the first that cannot be read.
func Policies(wanted []unstructured.Unstructured, get Get) (Comparison, error) {
	compared := make(Comparison, 0, len(wanted))
	for i := range wanted {
		ours := &wanted[i]
		theirs, err := get(ours)
		if err != nil {
			return nil, err
		}
		state := Same
		switch {
		case theirs == nil:
			state = Missing
		case admission.Differs(ours, theirs):
			state = Differs
		}
		compared = append(compared, Compared{ours.GetName(), state})
	}
	return compared, nil
}

// Names are the policies that are in a state, or whose binding is, sorted.
func (c Comparison) Names(state State) []string {
	var names []string
	for _, one := range c {
		if one.State == state {
			names = append(names, one.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Worst is the state of each policy together with its binding.
func (c Comparison) Worst() map[string]State {
	worst := map[string]State{}
	for _, one := range c {
		worst[one.Name] = max(worst[one.Name], one.State)
	}
	return worst
}

// Definition is the CustomResourceDefinition that is read to stand for all, since they are
// installed together; only its metadata is read.
func Definition() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apiextensions.k8s.io/v1", Kind: "CustomResourceDefinition"},
		ObjectMeta: metav1.ObjectMeta{Name: version.Definition},
	}
}

// Release is the release that a definition is of, and whether it differs from the program's.
func Release(definition metav1.Object, program string) (theirs string, differs bool) {
	theirs = version.Of(definition)
	return theirs, version.Differ(theirs, program)
}
