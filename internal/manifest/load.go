// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/crd"
)

// Severity says how serious a finding is.
type Severity string

// An Error is something that the server refuses or that keeps the object Stalled. A Warning
// is something that runs, but that its author should know. A Note depends on what no file
// shows, such as what is delivered already: it is said, and fails no check.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Finding is one thing that an author should fix.
type Finding struct {
	File string
	Line int
	// Kind, Namespace and Name are those of the object; empty if the file cannot be read.
	Kind, Namespace, Name string
	Severity              Severity
	Reason                string
	Message               string
}

// Object is an object that was read.
type Object struct {
	Kind, Namespace, Name string
	File                  string
	// Refused is set if an API server would not accept it, or if it is not for people to
	// create.
	Refused bool
	// Ignored is set if the object is left out of everything else: it is a duplicate, made by
	// the operator, or of no known kind.
	Ignored bool

	doc document
	// wrong are the paths of values whose type is not the schema's.
	wrong []string
}

// Set is what was read, in the order of files and lines.
type Set struct {
	Files    int
	Objects  []*Object
	Findings []Finding
}

// Load reads paths and judges each object as an API server would. Objects that name no
// namespace are in the given one.
func Load(ctx context.Context, paths []string, stdin io.Reader, namespace string) (*Set, error) {
	files, err := readAll(paths, stdin)
	if err != nil {
		return nil, err
	}
	set := &Set{Files: len(files)}
	for _, f := range files {
		for _, piece := range pieces(f.text) {
			if err := set.add(ctx, f.name, piece, namespace); err != nil {
				return nil, err
			}
		}
	}
	set.findRepeated()
	return set, nil
}

func (s *Set) add(ctx context.Context, name string, piece []byte, namespace string) error {
	docs, err := parse(piece)
	if wrong, is := errors.AsType[*syntaxError](err); is {
		s.Findings = append(s.Findings, Finding{File: name, Line: wrong.line, Severity: Error, Reason: praxisv1.ReasonInvalidSpec, Message: wrong.message})
		return nil
	}
	for _, doc := range docs {
		u := &unstructured.Unstructured{Object: doc.content}
		o := &Object{File: name, doc: doc, Kind: u.GetKind(), Name: u.GetName(), Namespace: cmp.Or(u.GetNamespace(), namespace)}
		s.Objects = append(s.Objects, o)
		if err := s.judge(ctx, o, u); err != nil {
			return err
		}
	}
	return err
}

// judge finds why a server would refuse an object. An error is a mistake in the definitions
// that Praxis ships.
func (s *Set) judge(ctx context.Context, o *Object, u *unstructured.Unstructured) error {
	schema, err := lookUp(o.Kind)
	switch {
	case err != nil:
		return err
	case u.GetAPIVersion() != praxisv1.GroupVersion.String():
		o.Ignored = !isKind(o.Kind)
		s.refuse(o, "apiVersion", fmt.Sprintf("apiVersion is %q; Praxis has %s", u.GetAPIVersion(), praxisv1.GroupVersion))
		return nil
	case schema == nil:
		o.Ignored = true
		s.refuse(o, "kind", noKind(o.Kind))
		return nil
	case generated(u):
		o.Ignored = true
		s.refuse(o, "kind", fmt.Sprintf("%s %s is made by the operator and belongs in no file; remove it", o.Kind, o.Name))
		return nil
	}
	repeated(o.doc.node, "", func(path string, line int) {
		s.refuseAt(o, line, fmt.Sprintf("%s occurs twice; remove one", path))
	})
	u.SetNamespace(o.Namespace)
	unknown, err := schema.decode(u)
	var faults []fault
	if err == nil {
		faults = author{schema.structural, u.Object, o.doc.node}.faults(schema.validate(ctx, u))
	}
	for _, path := range unknown {
		if !slices.ContainsFunc(faults, func(f fault) bool { return f.rank == wrongType && within(path, f.path) }) {
			s.refuse(o, path, schema.unknownField(path))
		}
	}
	if err != nil {
		s.refuse(o, "metadata", err.Error())
		return nil
	}
	for _, f := range faults {
		if f.rank == wrongType {
			o.wrong = append(o.wrong, f.path)
		}
		s.refuse(o, f.path, f.says)
	}
	return s.askPolicy(ctx, o, schema, u)
}

// noKind says that there is no such kind, and which one may have been meant.
func noKind(kind string) string {
	return fmt.Sprintf("there is no kind %q in %s%s", kind, praxisv1.GroupVersion, cmp.Or(meant(kind, crd.Kinds()), "; there are "+strings.Join(crd.Kinds(), ", ")))
}

func (s *Set) askPolicy(ctx context.Context, o *Object, schema *schemaOf, u *unstructured.Unstructured) error {
	policy, err := names()
	if err != nil {
		return err
	}
	refusals, err := policy.refusals(ctx, schema.plural, u)
	if err != nil && !o.Refused {
		// A rule that cannot be evaluated refuses; if the schema has already refused, that is
		// most likely what the rule failed on.
		refusals = append(refusals, err.Error())
	}
	for _, message := range refusals {
		// The messages of the policy begin with the field that they are about.
		path, _, _ := strings.Cut(message, " ")
		s.refuse(o, path, message)
	}
	return nil
}

func (s *Set) refuse(o *Object, path, message string) { s.refuseAt(o, o.Line(path), message) }

func (s *Set) refuseAt(o *Object, line int, message string) {
	o.Refused = true
	s.Findings = append(s.Findings, o.finding(line, Error, praxisv1.ReasonInvalidSpec, message))
}

// generated reports whether an object is one that the operator makes.
func generated(u *unstructured.Unstructured) bool {
	switch u.GetKind() {
	case "WeeklyCycle", "Action", "Review":
		return true
	case "KeyAction":
		owner := metav1.GetControllerOf(u)
		return owner != nil && owner.Kind == "KeyAction" && owner.APIVersion == praxisv1.GroupVersion.String()
	}
	return false
}

// findRepeated refuses objects that occur a second time: which of the two counts would depend
// on the order in which files are applied.
func (s *Set) findRepeated() {
	type key struct{ kind, namespace, name string }
	first := map[key]*Object{}
	for _, o := range s.Objects {
		k := key{o.Kind, o.Namespace, o.Name}
		if other := first[k]; other != nil && o.Name != "" {
			o.Ignored = true
			s.refuse(o, "metadata.name", fmt.Sprintf("%s %s is in %s:%d already; remove one of them", o.Kind, o.Name, other.File, other.Line("")))
			continue
		}
		first[k] = o
	}
}

// Line is the line of a field path, or of the object if the path is empty.
func (o *Object) Line(path string) int { return lineOf(o.doc.node, path) }

// Finding is one about a field of the object.
func (o *Object) Finding(path string, severity Severity, reason, message string) Finding {
	return o.finding(o.Line(path), severity, reason, message)
}

func (o *Object) finding(line int, severity Severity, reason, message string) Finding {
	return Finding{
		File: o.File, Line: line, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name,
		Severity: severity, Reason: reason, Message: message,
	}
}

// Into reads the object, with its defaults, into a value of its Go type. Of a refused one it
// reads what can be read.
func (o *Object) Into(typed runtime.Object) error {
	content := o.doc.content
	if len(o.wrong) > 0 {
		content = runtime.DeepCopyJSON(content)
		for _, path := range o.wrong {
			drop(content, parts(path))
		}
	}
	return runtime.DefaultUnstructuredConverter.FromUnstructured(content, typed)
}

// drop removes the value at a path; in a list it leaves an empty item, so that the paths of
// the others stay the same.
func drop(in any, path []string) {
	switch in := in.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(in, path[0])
		} else if len(path) > 1 {
			drop(in[path[0]], path[1:])
		}
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i >= len(in) {
			return
		}
		if len(path) == 1 {
			in[i] = nil
		} else {
			drop(in[i], path[1:])
		}
	}
}
