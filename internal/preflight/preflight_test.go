// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/praxis-dev/praxis/internal/version"
)

func object(kind, name, decides string) unstructured.Unstructured {
	return unstructured.Unstructured{Object: map[string]any{
		"kind": kind, "metadata": map[string]any{"name": name}, "spec": map[string]any{"decides": decides},
	}}
}

func TestTheStateOfAPolicyIsTheWorseOfItsOwnAndItsBindings(t *testing.T) {
	wanted := []unstructured.Unstructured{
		object("Policy", "verdicts", "who judges"), object("Binding", "verdicts", "Deny"),
		object("Policy", "names", "which names"), object("Binding", "names", "Deny"),
		object("Policy", "status", "who writes it"), object("Binding", "status", "Deny"),
	}
	installed := map[string]unstructured.Unstructured{}
	for _, o := range wanted {
		installed[o.GetKind()+o.GetName()] = o
	}
	installed["Bindingverdicts"] = object("Binding", "verdicts", "Audit")
	installed["Policynames"] = object("Policy", "names", "any names")
	delete(installed, "Bindingnames")
	got, err := Policies(wanted, func(ours *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		theirs, ok := installed[ours.GetKind()+ours.GetName()]
		if !ok {
			return nil, nil
		}
		return &theirs, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]State{"verdicts": Differs, "names": Missing, "status": Same}; !maps.Equal(got.Worst(), want) {
		t.Errorf("the worst are %v, want %v", got.Worst(), want)
	}
	// Each part is named after what is wrong with it.
	if want := []string{"names", "verdicts"}; !slices.Equal(got.Names(Differs), want) {
		t.Errorf("%v differ, want %v", got.Names(Differs), want)
	}
	if want := []string{"names"}; !slices.Equal(got.Names(Missing), want) {
		t.Errorf("%v are missing, want %v", got.Names(Missing), want)
	}
}

func TestAPolicyThatCannotBeReadIsNotCompared(t *testing.T) {
	forbidden := errors.New("you may not look")
	got, err := Policies([]unstructured.Unstructured{object("Policy", "names", "which names")}, func(*unstructured.Unstructured) (*unstructured.Unstructured, error) {
		return nil, forbidden
	})
	if !errors.Is(err, forbidden) || got != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestTheReleaseIsReadOfADefinition(t *testing.T) {
	for stamp, differs := range map[string]bool{"v0.2.0": false, "v0.1.0": true, "": false} {
		t.Run(stamp, func(t *testing.T) {
			installed := Definition()
			if installed.Name != version.Definition || installed.Kind != "CustomResourceDefinition" {
				t.Fatalf("%s %s is read", installed.Kind, installed.Name)
			}
			installed.Labels = map[string]string{"app.kubernetes.io/version": stamp}
			if theirs, got := Release(installed, "v0.2.0"); theirs != stamp || got != differs {
				t.Errorf("it is %q and differs: %v", theirs, got)
			}
		})
	}
}
