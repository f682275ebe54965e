// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"

// Rule is what a reason means, for those who read a report and not the docs.
type Rule struct {
	Reason string
	// Says is one sentence.
	Says string
	// Help is what to do.
	Help string
}

// Rules are those of all reasons that a finding can have.
func Rules() []Rule {
	return []Rule{
		{praxisv1.ReasonInvalidSpec, "The API server would refuse the object, or the operator cannot understand it", "Correct the field that the message names. The schema of a kind is shown by kubectl explain."},
		{praxisv1.ReasonReferenceNotFound, "The object refers to something that is not there", "Correct the name, or put what it refers to into the same namespace. Give lint all files of a namespace together."},
		{praxisv1.ReasonDependencyCycle, "The steps of a KeyAction wait for each other", "Remove one of the dependsOn that the message shows, so that one step can begin."},
		{praxisv1.ReasonWeightsNotHundred, "The weights do not add up to 100", "The KeyActions of a Utility share 100 percent of it, suspended ones included, and the steps of a package share 100 percent of their KeyAction."},
		{praxisv1.ReasonInvalidCheck, "The CEL check of a step cannot be used", "Correct standard.check; it sees evidence and action and must give true or false."},
		{praxisv1.ReasonUnknownTimeZone, "The time zone is not in the IANA database", "Use a name like Europe/Zurich."},
		{praxisv1.ReasonNameTaken, "The operator would have to make an object whose name is taken", "Rename the object that has the name, or the one that it is made from."},
		{praxisv1.ReasonTooManyKeyActions, "The Utility has more KeyActions than it can focus on", "Merge or delete those that rank last; raise maxKeyActions only if the people can follow."},
		{praxisv1.ReasonOverFocusLimit, "The KeyAction ranks beyond maxKeyActions and is not planned", "Give it more weight, merge it with another, or delete it."},
		{praxisv1.ReasonAbstractVerb, "The verb is a wish that nobody can do at a given time", "Say what is done: Interview, Ship, Call."},
		{praxisv1.ReasonNoKeyStep, "No step of the KeyAction is of tier Key, so it delivers nothing", "Make the step that users notice a Key step."},
		{praxisv1.ReasonUnassigned, "A step has nobody to do it in the week", "Give somebody the role, name a delegate in the absence, or change assign."},
		{praxisv1.ReasonOverCapacity, "Somebody has more work in the week than hours", "Lower times, give steps to others, or raise the capacity if it is wrong."},
		{praxisv1.ReasonNotCarried, "What is planned does not carry the required units", "Plan more key completions, raise what each contributes if that is true, or require less."},
	}
}
