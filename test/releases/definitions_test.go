// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package releases

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

const definitions = "config/crd/bases"

// refuseDefinition says why the release refuses a CustomResourceDefinition: what it does
// not know in it, its structural schema, its rules, what they cost, its selectable fields.
func refuseDefinition(text string) error {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	codecs := serializer.NewCodecFactory(scheme, serializer.EnableStrict)
	object, err := runtime.Decode(codecs.UniversalDecoder(apiextensions.SchemeGroupVersion), []byte(text))
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range validation.ValidateCustomResourceDefinition(context.Background(), object.(*apiextensions.CustomResourceDefinition)) {
		errs = append(errs, fmt.Errorf("%s: %s", e.Field, e.Detail)) // without the value, which may be the whole schema
	}
	return errors.Join(errs...)
}

func TestTheReleaseTakesEveryDefinition(t *testing.T) {
	texts := read(t, definitions)
	if len(texts) < 8 {
		t.Errorf("there are only %d definitions", len(texts))
	}
	for name, text := range texts {
		if err := refuseDefinition(text); err != nil {
			t.Errorf("Kubernetes %s refuses %s: %v", release, name, err)
		}
	}
}

func TestTheReleaseRefusesADefinitionThatIsBroken(t *testing.T) {
	sound := read(t, definitions)["praxis.dev_keyactions.yaml"]
	for name, c := range map[string]struct{ old, new, says string }{
		"a rule that calls what there is not": {"has(self.package)?1:0", "nonesuch(self)?1:0", "undeclared reference to 'nonesuch'"},
		"a rule on a field that is not there": {"has(self.package)?1:0", "has(self.parcel)?1:0", "undefined field 'parcel'"},
		"a rule that could cost anything":     {"rule: self.metadata", "rule: self.status.teams.all(a, self.status.teams.all(b, self.status.teams.all(c, self.status.teams.all(d, a == b && c == d)))) || self.metadata", "estimated rule cost exceeds budget"},
		"a field that nobody can select by":   {"jsonPath: .spec.teamRef.name", "jsonPath: .spec.teamRef.title", "selectableFields"},
		"a word that the schema has not":      {"selectableFields:", "selectedFields:", `unknown field "spec.versions[0].selectedFields"`},
		"a schema without a type":             {"            type: string\n", "", "must not be empty for specified object fields"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, refuseDefinition, sound, c.old, c.new, c.says) })
	}
}

// refused fails unless what is sound is refused once its first old is new, and for this reason.
func refused(t *testing.T, refuse func(string) error, sound, old, new, says string) {
	t.Helper()
	if !strings.Contains(sound, old) {
		t.Fatalf("there is no %q to break", old)
	}
	if err := refuse(strings.Replace(sound, old, new, 1)); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("it says %v", err)
	}
}
