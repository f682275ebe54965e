// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"errors"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAGoalThatHadAWeekIsEndedBeforeItIsDeleted(t *testing.T) {
	const end = "it has had a week, and its record would go with it; set spec.end"
	const orphaned = "its weeks would be left behind and nobody could remove them; delete it without --cascade=orphan"
	orphan := client.PropagationPolicy(metav1.DeletePropagationOrphan)
	owner := `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"gone","uid":"gone"}]}}`
	stamped.tries(t, map[string]attempt{
		"one that runs":                           {who: pat, asks: remove("Utility", "checkout"), refused: end},
		"one that runs, by who administers":       {who: eve, asks: remove("Utility", "checkout"), refused: end},
		"one that runs, by the operator":          {who: operator, asks: remove("Utility", "checkout"), refused: end},
		"one that runs, in the foreground":        {who: pat, asks: remove("Utility", "checkout", client.PropagationPolicy(metav1.DeletePropagationForeground)), refused: end},
		"one that runs, without its weeks":        {who: pat, asks: remove("Utility", "checkout", orphan), refused: end},
		"one that is suspended":                   {who: gil, asks: remove("Utility", "suspended"), refused: end},
		"one whose first week is over":            {who: pat, asks: remove("Utility", "first-week"), refused: end},
		"one that has ended":                      {who: pat, asks: remove("Utility", "achieved")},
		"one that has ended, without its weeks":   {who: pat, asks: remove("Utility", "achieved", orphan), refused: orphaned},
		"one that never had a week":               {who: pat, asks: remove("Utility", "idea")},
		"one that never had a week, of nothing":   {who: pat, asks: remove("Utility", "idea", orphan)},
		"by who may erase":                        {who: eraser, asks: remove("Utility", "checkout")},
		"an owner by which the collector does it": {who: pat, asks: patch("Utility", "checkout", owner), refused: "would be deleted with its owner"},
		"an owner of what never had a week":       {who: pat, asks: patch("Utility", "idea", owner), refused: "would be deleted with its owner"},
		"an owner, by who may erase":              {who: eraser, asks: patch("Utility", "idea", owner)},
		"an edit":                                 {who: pat, asks: patch("Utility", "checkout", `{"spec":{"required":130}}`)},
		"saying that it has ended, by its author": {who: eve, asks: patchStatus("Utility", "checkout", `{"status":{"history":null,"currentCycle":""}}`), refused: "forbidden"},
		"ending it":                               {who: pat, asks: patch("Utility", "checkout", `{"spec":{"end":{"week":"2026-W50","as":"Stopped","because":"Nobody needs it"}}}`)},
		"ending it without a word":                {who: pat, asks: patch("Utility", "checkout", `{"spec":{"end":{"week":"2026-W50","as":"Stopped","because":"-"}}}`), refused: "say why, in words"},
	})
}

// The API server and its collector put finalizers on what goes, and take them off.
func TestWhatMayGoGoesWithAllThatItOwns(t *testing.T) {
	s := stamped
	for namespace, options := range map[string][]client.DeleteOption{
		background: nil, foreground: {client.PropagationPolicy(metav1.DeletePropagationForeground)},
	} {
		t.Run(namespace, func(t *testing.T) {
			u := &praxisv1.Utility{}
			if err := s.admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "achieved"}, u); err != nil {
				t.Fatal(err)
			}
			week := s.own(t, namespace, u)
			if err := s.clients[pat].Delete(t.Context(), u, options...); err != nil {
				t.Fatal(err)
			}
			for _, o := range []client.Object{week, u} {
				if err := eventually(t.Context(), o.GetName()+" is gone", func() error { return s.gone(t, o) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// own gives a week to a Utility, as the operator does.
func (s *stage) own(t *testing.T, namespace string, u *praxisv1.Utility) *praxisv1.WeeklyCycle {
	t.Helper()
	week := &praxisv1.WeeklyCycle{}
	if err := s.admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "checkout-2026-w48"}, week); err != nil {
		t.Fatal(err)
	}
	week.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: praxisv1.GroupVersion.String(), Kind: "Utility", Name: u.Name, UID: u.UID, Controller: new(true), BlockOwnerDeletion: new(true),
	}}
	if err := s.admin.Update(t.Context(), week); err != nil {
		t.Fatal(err)
	}
	return week
}

func (s *stage) gone(t *testing.T, o client.Object) error {
	err := s.admin.Get(t.Context(), client.ObjectKeyFromObject(o), o)
	if err == nil {
		return fmt.Errorf("%s is there, with the finalizers %v", o.GetName(), o.GetFinalizers())
	}
	return client.IgnoreNotFound(err)
}

func TestANamespaceGoesWithItsGoals(t *testing.T) {
	s := stamped
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: closingDown}}
	if err := s.admin.Delete(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	err := eventually(t.Context(), "the namespace is gone", func() error {
		err := s.admin.Get(t.Context(), client.ObjectKeyFromObject(namespace), namespace)
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(err, fmt.Errorf("it says %+v", namespace.Status.Conditions))
	})
	if err != nil {
		t.Error(err)
	}
}
