// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import (
	"fmt"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What an administrator does to the operator's own objects is put right, or said in a condition,
// within this time.
const patience = 5 * time.Second

// ample is for what has to happen some time.
const ample = time.Minute

// Objects of the operator, by kind.
const (
	week    = "checkout-2026-w48"
	shipped = week + ".fix.ship.ben"
	midweek = week + "-midweek"
	child   = "adopt-payments"
	piece   = "piece"
)

// damage is what somebody does to one object.
type damage struct {
	kind, name string
	// patch is what is changed, of the object or of its status; empty deletes the object.
	patch  string
	status bool
}

const (
	orphaned   = `{"metadata":{"ownerReferences":null}}`
	unlabelled = `{"metadata":{"labels":null}}`
	relabelled = `{"metadata":{"labels":{"praxis.dev/utility":"another","praxis.dev/week":"2020-W01"}}}`
	lying      = `{"status":{"summary":"All is well"}}`
	silenced   = `{"status":{"conditions":[]}}`
	wiped      = `{"status":null}`
	painted    = `{"status":{"observedGeneration":99,"conditions":[{"type":"Ready","status":"True","reason":"Painted","message":"All is well","lastTransitionTime":"2026-11-23T08:30:00Z"}]}}`
)

func damages() map[string]damage {
	all := map[string]damage{
		"the plan of a week is wiped":            {"WeeklyCycle", week, `{"status":{"plan":null}}`, true},
		"the hash of a plan is changed":          {"WeeklyCycle", week, `{"status":{"plan":{"hash":"` + strings.Repeat("0", 64) + `"}}}`, true},
		"what a week is judged by is changed":    {"WeeklyCycle", week, `{"status":{"plan":{"keyActions":[],"teams":[]}}}`, true},
		"the counts of a week are changed":       {"WeeklyCycle", week, `{"status":{"counts":{"accepted":99}}}`, true},
		"an Action is said to be done":           {"Action", shipped, `{"status":{"accepted":1}}`, true},
		"a goal is said to be delivered":         {"Utility", "checkout", `{"status":{"coverage":{"delivered":1000}}}`, true},
		"a person is said to have nothing to do": {"Team", "payments", `{"status":{"members":[]}}`, true},
		"the agenda of a Review is wiped":        {"Review", week + "-review", `{"status":{"agenda":null}}`, true},
	}
	for kind, name := range map[string]string{"WeeklyCycle": week, "Action": shipped, "Review": midweek, "KeyAction": child} {
		all["a generated "+kind+" is deleted"] = damage{kind: kind, name: name}
		all["a generated "+kind+" loses its owner"] = damage{kind: kind, name: name, patch: orphaned}
		all["a generated "+kind+" loses its labels"] = damage{kind: kind, name: name, patch: unlabelled}
		all["a generated "+kind+" gets other labels"] = damage{kind: kind, name: name, patch: relabelled}
	}
	for kind, name := range map[string]string{
		"Utility": "checkout", "Team": "payments", "KeyAction": "fix", "WeeklyCycle": week, "Action": shipped, "Review": midweek, "Evidence": piece,
	} {
		for what, patch := range map[string]string{"summary is a lie": lying, "conditions are wiped": silenced, "status is wiped": wiped, "conditions are painted": painted} {
			all["of "+kind+" the "+what] = damage{kind, name, patch, true}
		}
	}
	return all
}

func TestWhatIsDamagedFromOutsideIsRestoredOrSaid(t *testing.T) {
	s := newStage(t)
	t.Run("objects", func(t *testing.T) {
		all := damages()
		for _, what := range sortedKeys(all) {
			t.Run(what, func(t *testing.T) {
				d := all[what]
				t.Parallel()
				g := s.newGoal(t)
				before := g.seen()
				g.does(d)
				var now map[string]string
				if g.within(patience, func() bool {
					now = g.seen()
					return len(differ(before, now)) == 0 || g.complainsOf(d) || g.dropped(d)
				}) {
					return
				}
				t.Errorf("after %s neither restored nor said: %s", patience, strings.Join(differ(before, now), "\n"))
			})
		}
	})
	s.alive()
	t.Run("rights", s.rightsAreMissingForAMoment)
	t.Run("a namespace", s.aNamespaceIsDeleted)
}

func (g *goal) does(d damage) {
	g.Helper()
	o := named(d.kind, g.namespace, d.name)
	switch {
	case d.patch == "":
		g.must(g.admin.Delete(g.Context(), o))
	case d.status:
		g.must(g.admin.Status().Patch(g.Context(), o, client.RawPatch(types.MergePatchType, []byte(d.patch))))
	default:
		g.must(g.admin.Patch(g.Context(), o, client.RawPatch(types.MergePatchType, []byte(d.patch))))
	}
}

// complainsOf reports whether a condition says what happened to an object.
func (g *goal) complainsOf(d damage) bool {
	found := false
	g.each(func(o *unstructured.Unstructured) {
		conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
		for _, c := range conditions {
			c := c.(map[string]any)
			said := fmt.Sprint(c["message"])
			bad := c["status"] == "False" || c["type"] == praxisv1.ConditionStalled && c["status"] == "True"
			found = found || bad && strings.Contains(said, strings.TrimPrefix(d.name, week+"."))
		}
	})
	return found
}

// dropped reports whether a deleted Action counts as one that was dropped: it is not made again.
func (g *goal) dropped(d damage) bool {
	g.Helper()
	if d.kind != "Action" || d.patch != "" {
		return false
	}
	cycle := &praxisv1.WeeklyCycle{}
	g.must(g.admin.Get(g.Context(), client.ObjectKey{Namespace: g.namespace, Name: week}, cycle))
	return cycle.Status.Counts != nil && cycle.Status.Counts.Dropped == 1
}

// Rights that are missing for a moment delay what is written meanwhile, and lose nothing.
func (s *stage) rightsAreMissingForAMoment(t *testing.T) {
	g := s.newGoal(t)
	binding := &rbacv1.ClusterRoleBinding{}
	g.must(g.admin.Get(g.Context(), client.ObjectKey{Name: operatorUser}, binding))
	g.must(g.admin.Delete(g.Context(), binding))
	edit := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"required":1000}}`))
	g.must(g.admin.Patch(g.Context(), named("Utility", g.namespace, "checkout"), edit))
	if !g.within(ample, func() bool { return strings.Contains(s.log(), "is forbidden") }) {
		t.Error("the log does not say that the rights are missing")
	}
	binding.ResourceVersion, binding.UID = "", ""
	g.must(g.admin.Create(g.Context(), binding))
	if !g.within(ample, func() bool {
		u := g.utility()
		return u.Status.Coverage != nil && u.Status.Coverage.Required == 1000
	}) {
		t.Errorf("what was written meanwhile is not seen: %+v", g.utility().Status.Coverage)
	}
	s.alive()
}

// A namespace is deleted with its goals: nothing hangs, and no other notices.
func (s *stage) aNamespaceIsDeleted(t *testing.T) {
	g, neighbour := s.newGoal(t), s.newGoal(t)
	before := neighbour.seen()
	g.must(g.admin.Delete(g.Context(), named("Namespace", "", g.namespace)))
	began := time.Now()
	if !g.within(ample, func() bool {
		err := g.admin.Get(g.Context(), client.ObjectKey{Name: g.namespace}, named("Namespace", "", g.namespace))
		return apierrors.IsNotFound(err)
	}) {
		g.each(func(o *unstructured.Unstructured) {
			t.Errorf("%s %s is left, with finalizers %v", o.GetKind(), o.GetName(), o.GetFinalizers())
		})
		t.Fatal("the namespace is not gone")
	}
	t.Logf("it was gone after %s", time.Since(began).Round(100*time.Millisecond))
	if found := differ(before, neighbour.seen()); len(found) > 0 {
		t.Errorf("its neighbour: %s", strings.Join(found, "\n"))
	}
	g.must(g.admin.Create(g.Context(), &unstructured.Unstructured{Object: object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": g.namespace}}}))
	g.plan()
	s.alive()
}

func named(kind, namespace, name string) *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
	if kind == "Namespace" {
		o.SetAPIVersion("v1")
	}
	o.SetNamespace(namespace)
	o.SetName(name)
	return o
}
