// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command truth measures how often the first gap of a week is what is really wrong with it, and
// how early and how quietly the alarm comes: it makes up weeks of which the cause is known,
// and asks the rule of Praxis, every two hours, what it says.
//
// Nothing here is taken from the rule: what happens in a week is decided from people (people.go)
// and a cause (causes.go) in worlds of different habits (worlds.go), and an own reading of the
// rule's text (reading.go) is compared with the rule at each sample. The rules of other
// tools look at the same weeks (peers.go).
//
// make truth prints the table; its flags choose the seed, how many weeks, classes and worlds.
package main
