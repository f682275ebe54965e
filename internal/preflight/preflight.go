// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package preflight compares what a cluster has of Praxis with what this release installs:
// whether the admission policies are there and say the same, and which release the
// definitions are of. The operator and kubectl praxis check ask it, each in its own words.
//
// It reads nothing itself: who asks hands over a function that does.
package preflight

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/praxis-dev/praxis/config/admission"
	"github.com/praxis-dev/praxis/internal/version"
)

// State is how an installed object stands to ours. What is worse is greater.
type State int

// The states of an installed object.
const (
	// Same decides what ours does.
	Same State = iota
	// Differs decides otherwise: it was edited, or is of another release.
	Differs
	// Missing is not there.
	Missing
)

// Get returns what is installed in the place of ours, or nil where nothing is.
type Get func(ours *unstructured.Unstructured) (theirs *unstructured.Unstructured, err error)

// Comparison is the state of every policy and binding, in the order in which they were
// wanted.
type Comparison []Compared

// Compared is the state of one policy or binding.
type Compared struct {
	// Name is that of the policy: a binding has the same, and without either nothing is held.
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

// Names are the policies of which something is in a state, sorted.
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

// Definition is the CustomResourceDefinition that is read for all, to be filled in: they
// are installed together. Its labels are all that is asked for.
func Definition() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apiextensions.k8s.io/v1", Kind: "CustomResourceDefinition"},
		ObjectMeta: metav1.ObjectMeta{Name: version.Definition},
	}
}

// Release is the one that a definition is of, and whether it is another than the program's.
func Release(definition metav1.Object, program string) (theirs string, differs bool) {
	theirs = version.Of(definition)
	return theirs, version.Differ(theirs, program)
}
