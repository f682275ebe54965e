// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var record = flag.Bool("record", false, "write down the objects of the scene for the tests of internal/dashboard, which need no control plane")

// TestRecord keeps what a real operator made of the week, so that pages are tested with it.
func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("only with -record")
	}
	s := newScene(t)
	s.write(t, "thursday.yaml")
	s.run(t, onFriday)
	s.await(t, "the review is open", func() bool {
		r := &praxisv1.Review{}
		err := s.admin.Get(t.Context(), client.ObjectKey{Namespace: team, Name: week + "-review"}, r)
		return err == nil && len(r.Status.Agenda) > 0 && meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionOpen)
	})
	s.write(t, "friday.yaml")
}

func (s *scene) write(t *testing.T, name string) {
	t.Helper()
	var out bytes.Buffer
	for _, list := range []client.ObjectList{
		&praxisv1.UtilityList{}, &praxisv1.TeamList{}, &praxisv1.ActionPackageList{}, &praxisv1.KeyActionList{}, &praxisv1.WeeklyCycleList{},
		&praxisv1.ActionList{}, &praxisv1.EvidenceList{}, &praxisv1.ReviewList{},
	} {
		must(t, s.admin.List(t.Context(), list, client.InNamespace(team)))
		must(t, meta.EachListItem(list, func(o runtime.Object) error {
			o.(client.Object).SetManagedFields(nil)
			kind, err := s.admin.GroupVersionKindFor(o)
			must(t, err)
			o.GetObjectKind().SetGroupVersionKind(kind)
			text, err := yaml.Marshal(o)
			out.WriteString("---\n")
			out.Write(text)
			return err
		}))
	}
	must(t, os.WriteFile(filepath.Join(root, "internal", "dashboard", "testdata", name), out.Bytes(), 0o644))
}
