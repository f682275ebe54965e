// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// Owners come before what they own.
var restored = []string{"Team", "ActionPackage", "Utility", "KeyAction", "WeeklyCycle", "Action", "Review", "Evidence", "IncentivePolicy", "IncentiveStatement"}

// holdNames are the bindings without which an administrator can write what others once wrote.
var holdNames = []string{"praxis-evidence", "praxis-verdicts", "praxis-closed-verdicts", "praxis-decisions", "praxis-signatures", "praxis-generated", "praxis-incentives", "praxis-incentive-policies"}

// export is every object of the goals, as kubectl get -o json has it.
func (c *cluster) export() (all []*unstructured.Unstructured) {
	c.Helper()
	for _, kind := range restored {
		var list unstructured.UnstructuredList
		list.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind + "List"))
		c.must(c.admin.List(c.ctx, &list, client.InNamespace(goals)))
		for i := range list.Items {
			all = append(all, &list.Items[i])
		}
	}
	return all
}

// verified counts the closed weeks that are what they were closed with.
func (c *cluster) verified() int {
	c.Helper()
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": c.export()})
	c.must(err)
	exports, err := chain.ReadExport(bytes.NewReader(text))
	c.must(err)
	weeks, findings := chain.Verify(*exports[goals])
	for _, f := range findings {
		c.Errorf("%s: %s", f.Cycle, f.Message)
	}
	return weeks
}

// isRestoredElsewhere moves all objects into another cluster, as docs/production.md tells.
func (s *stage) isRestoredElsewhere(now time.Time) {
	weeks, saved := s.verified(), s.export()
	if weeks == 0 {
		s.Fatal("no week is closed yet")
	}
	to := newCluster(s.T, controlplane.Options{ControllerManager: true})
	to.namespace(systemNamespace)
	to.mustHelm("install", releaseName, chart, "--set", "replicas=0")
	to.knowsOurKinds()
	to.namespace(goals)

	// Not even the administrator writes what others handed in, judged and signed.
	var piece *unstructured.Unstructured
	for _, o := range saved {
		if o.GetKind() == "Evidence" {
			piece = o
		}
	}
	refused := "spec.submittedBy has to be your own name"
	to.eventually("it is refused", func() (bool, error) { return false, to.admin.Create(to.ctx, fresh(piece), client.DryRunAll) }, refused)
	for _, name := range holdNames {
		to.must(to.admin.Delete(to.ctx, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: name}}))
	}
	to.eventually("it is no longer refused", func() (bool, error) {
		err := to.admin.Create(to.ctx, fresh(piece), client.DryRunAll)
		return err == nil, err
	})

	uids := map[types.UID]types.UID{}
	for _, o := range saved {
		made := fresh(o)
		owners := made.GetOwnerReferences()
		for i := range owners {
			if owners[i].UID = uids[owners[i].UID]; owners[i].UID == "" {
				s.Fatalf("%s %s is owned by %s, which is not there yet", o.GetKind(), o.GetName(), owners[i].Name)
			}
		}
		made.SetOwnerReferences(owners)
		to.must(to.admin.Create(to.ctx, made))
		uids[o.GetUID()] = made.GetUID()
		if status, has := o.Object["status"]; has {
			made.Object["status"] = status
			to.must(to.admin.Status().Update(to.ctx, made))
		}
	}
	to.mustHelm("upgrade", releaseName, chart) // binds again; and keeps more weeks, so that none is pruned for being old
	to.eventually("names are held again", func() (bool, error) {
		again := fresh(piece)
		again.SetName("again")
		return false, to.admin.Create(to.ctx, again, client.DryRunAll)
	}, refused)
	if n := to.verified(); n != weeks {
		s.Errorf("%d of %d closed weeks are verified", n, weeks)
	}

	// What still has the owner of the other cluster is taken for an orphan.
	orphan := fresh(saved[len(saved)-1])
	orphan.SetGroupVersionKind(praxisv1.GroupVersion.WithKind("Team"))
	orphan.Object["spec"] = map[string]any{}
	orphan.SetName("orphan")
	orphan.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: praxisv1.GroupVersion.String(), Kind: "Utility", Name: "first-hour", UID: "of-the-other-cluster"}})
	to.must(to.admin.Create(to.ctx, orphan))
	to.eventually("it is gone", func() (bool, error) {
		err := to.admin.Get(to.ctx, client.ObjectKeyFromObject(orphan), &praxisv1.Team{})
		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})

	operator := to.start(s.binary, clockFrom(now, 1)...)
	to.eventually("the operator goes on from there", func() (bool, error) {
		u := to.utility()
		u.Labels = map[string]string{"looked": "at"}
		u.Spec.Boundaries = []praxisv1.Boundary{{Name: "no-hero", Statement: "Nobody has to be awake for it"}}
		if u.Status.ObservedGeneration == u.Generation && u.Generation > 1 {
			return true, nil
		}
		return false, to.admin.Update(to.ctx, u)
	})
	operator.stop()
	if n := to.verified(); n != weeks {
		s.Errorf("with the operator %d of %d closed weeks are verified", n, weeks)
	}
	lost := map[string]bool{}
	for _, o := range saved {
		lost[fmt.Sprint(o.GetKind(), " ", o.GetName())] = true
	}
	for _, o := range to.export() {
		delete(lost, fmt.Sprint(o.GetKind(), " ", o.GetName()))
	}
	if len(lost) > 0 {
		s.Errorf("not there any more: %v", lost)
	}
}

// fresh is an object without what only its cluster knows of it.
func fresh(o *unstructured.Unstructured) *unstructured.Unstructured {
	o = o.DeepCopy()
	for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"} {
		unstructured.RemoveNestedField(o.Object, "metadata", field)
	}
	delete(o.Object, "status")
	return o
}
