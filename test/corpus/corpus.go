// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package corpus reads the bad input of test/testdata/bad, and what people are to see of
// it, for the tests of all those who say it.
//
// Each file begins with that:
//
//	admission: words of the refusal
//	stalled: Kind/name Reason: words of the message
//	condition: Kind/name Type=Status Reason: words of the message
//	gap: keyAction Reason: words of the message, in the week's gaps
//	planned: keyAction that goes on as if nothing were wrong
package corpus

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What an expectation is of.
const (
	Admission = "admission"
	Stalled   = "stalled"
	Condition = "condition"
	Gap       = "gap"
	Planned   = "planned"
)

// Case is one file.
type Case struct {
	Name, File string
	Text       []byte
	Expected   []Expectation
}

// Refused reports whether the API server does not take the file.
func (c Case) Refused() bool { return c.Expected[0].What == Admission }

// Expectation is one thing to see.
type Expectation struct {
	What string
	// Kind and Name of the object; of a gap and of what is planned, the KeyAction's.
	Kind, Name string
	// Type and Status are a condition's.
	Type, Status string
	Reason       string
	// Message is some words of it.
	Message string
}

var written = regexp.MustCompile(`(?m)^# (admission|stalled|condition|gap|planned): (.*)$`)

// Bad are the cases of the folder; root is the way from the test to the top of the
// repository.
func Bad(t *testing.T, root ...string) []Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(append(root, "test", "testdata", "bad", "*.yaml")...))
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	var cases []Case
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := Case{Name: strings.TrimSuffix(filepath.Base(file), ".yaml"), File: file, Text: text}
		for _, line := range written.FindAllStringSubmatch(string(text), -1) {
			c.Expected = append(c.Expected, expectation(line[1], line[2]))
		}
		if len(c.Expected) == 0 {
			t.Fatal(file, "does not say what to expect")
		}
		cases = append(cases, c)
	}
	return cases
}

func expectation(what, text string) Expectation {
	e := Expectation{What: what, Kind: "KeyAction"}
	if what == Admission {
		e.Kind, e.Message = "", text
		return e
	}
	subject, rest, _ := strings.Cut(text, " ")
	e.Name = subject
	if kind, name, is := strings.Cut(subject, "/"); is {
		e.Kind, e.Name = kind, name
	}
	switch what {
	case Stalled:
		e.Type, e.Status = "Stalled", "True"
	case Condition:
		condition, after, _ := strings.Cut(rest, " ")
		e.Type, e.Status, _ = strings.Cut(condition, "=")
		rest = after
	}
	e.Reason, e.Message, _ = strings.Cut(rest, ": ")
	return e
}
