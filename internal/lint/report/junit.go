// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/praxis-dev/praxis/internal/manifest"
)

// JUnit's XML, as continuous integration reads it: a suite for each file, a case for each
// object.
type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes findings as continuous integration reads them. Warnings are failures too: they
// are for the exit code, and a green report beside a failed step would be confusing. Notes are
// none, and are left out.
func JUnit(w io.Writer, set *manifest.Set, found []manifest.Finding) error {
	report := junitReport{}
	for _, c := range junitCases(set, found) {
		if n := len(report.Suites); n == 0 || report.Suites[n-1].Name != c.Class {
			report.Suites = append(report.Suites, junitSuite{Name: c.Class})
		}
		suite := &report.Suites[len(report.Suites)-1]
		suite.Cases = append(suite.Cases, c)
		report.Tests, suite.Tests = report.Tests+1, suite.Tests+1
		if c.Failure != nil {
			report.Failures, suite.Failures = report.Failures+1, suite.Failures+1
		}
	}
	text, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

// junitCases are a case for each object, and one for each text that is not an object. All
// findings in an object make up one failure of its case.
func junitCases(set *manifest.Set, found []manifest.Finding) []junitCase {
	type key struct{ file, object string }
	of := map[key][]manifest.Finding{}
	found = slices.DeleteFunc(slices.Clone(found), func(f manifest.Finding) bool { return f.Severity == manifest.Note })
	for _, f := range found {
		k := key{f.File, objectOf(f)}
		of[k] = append(of[k], f)
	}
	var cases []junitCase
	add := func(file, object string) {
		k := key{file, object}
		cases = append(cases, junitCase{Name: object, Class: file, Failure: junitFailed(of[k])})
		delete(of, k)
	}
	for _, o := range set.Objects {
		add(o.File, objectOf(manifest.Finding{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}))
	}
	for _, f := range found {
		if _, left := of[key{f.File, objectOf(f)}]; left {
			add(f.File, objectOf(f))
		}
	}
	slices.SortStableFunc(cases, func(a, b junitCase) int { return strings.Compare(a.Class, b.Class) })
	return cases
}

// junitFailed is the failure of a case, or nil; the first finding is its title.
func junitFailed(found []manifest.Finding) *junitFailure {
	if len(found) == 0 {
		return nil
	}
	var lines []string
	for _, f := range found {
		lines = append(lines, Line(f))
	}
	return &junitFailure{Type: found[0].Reason, Message: found[0].Message, Text: strings.Join(lines, "\n")}
}
