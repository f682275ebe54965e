// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/test/misuse"
)

// misused is a world with a goal in the middle of its week, and two neighbours.
type misused struct {
	*world
	people map[string]client.Client // by the kind that they write
	around map[string]string        // resourceVersions of the neighbours' objects
	own    map[string]string        // the goal's objects, without what differs each time
	faults map[string]bool          // what the goal says of itself when all is right
	masks  map[string]string        // by kind, name and resourceVersion
	spent  bool                     // it cannot be made what it was
	at     string                   // the case that is tried
}

const (
	shipped  = "checkout-2026-w48.fix.ship.ben"
	prepared = "checkout-2026-w48.fix.prepare."
	check48  = "checkout-2026-w48-midweek"
)

// final reports whether what is written cannot be taken back.
func final(c misuse.Case, object map[string]any) bool {
	_, signed, _ := unstructured.NestedFieldNoCopy(object, "spec", "signOff")
	return c.Kind == "Action" || signed
}

func newMisused(t *testing.T) *misused {
	t.Helper()
	m := &misused{world: newWorld(t, "2026-11-23T08:30:00Z"), people: map[string]client.Client{}, masks: map[string]string{}}
	m.also = []string{m.newNamespace()}
	m.restart()
	m.listens()
	m.must(m.create(misuse.Goal))
	m.must(m.create(misuse.Neighbour))
	m.must(m.createIn(m.also[0], misuse.Distant))
	m.settle()
	m.sign("checkout-calibration-2026-w48")
	m.accept(prepared+"cai", 1)
	m.submit("waits", prepared+"ben")
	m.must(m.judge("ana@example.org", m.submit("refused", prepared+"ben").Name, praxisv1.DecisionRejected))
	m.settleAt(misuse.Now)
	m.employ()
	m.pays()
	m.around, m.own = m.seenAround()
	m.faults = m.complaints()
	return m
}

// employ gives people the roles that are shipped, in the goal's namespace alone.
func (m *misused) employ() {
	m.Helper()
	for user, works := range map[string]struct {
		role  string
		kinds []string
	}{
		"author@example.org": {"praxis-author", []string{"Utility", "Team", "ActionPackage", "KeyAction", "EvidenceSource"}},
		"ben@example.org":    {"praxis-contributor", []string{"Evidence"}},
		"ana@example.org":    {"praxis-reviewer", []string{"Review"}},
		"editor@example.org": {"praxis-edit", []string{"Action"}},
		"pay@example.org":    {"praxis-incentives-author", []string{"IncentivePolicy"}},
		"hr@example.org":     {"praxis-incentives-approver", []string{"IncentiveStatement"}},
	} {
		m.must(m.live.Create(m.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: works.role, Namespace: m.ns},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: works.role},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
		}))
		config := rest.CopyConfig(plane.Config)
		config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:authenticated"}}
		c, err := client.New(config, client.Options{Scheme: scheme, Mapper: m.live.RESTMapper()})
		m.must(err)
		for _, kind := range works.kinds {
			m.people[kind] = c
			m.must(eventually(m.Context(), func(ctx context.Context) (bool, error) { // until the server knows of the role
				probe := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{}}}
				probe.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
				probe.SetName("probe")
				probe.SetNamespace(m.ns)
				probe.SetResourceVersion("1")
				if kind == "Evidence" {
					probe.SetResourceVersion("")
					err = c.Create(ctx, probe, client.DryRunAll)
				} else {
					err = c.Update(ctx, probe, client.DryRunAll)
				}
				return !apierrors.IsForbidden(err), nil
			}))
		}
	}
}

// pays has the policy be the one of who misuses it, since whoever takes that back is its author.
func (m *misused) pays() {
	m.Helper()
	p := get[praxisv1.IncentivePolicy](m.world, "checkout-eur")
	p.Spec.DisputeDays++
	m.must(m.people["IncentivePolicy"].Update(m.Context(), p))
	m.seenAt(p)
	m.settle()
}

// bases are the objects that are spoiled.
func (m *misused) bases() misuse.Bases {
	m.Helper()
	bases := misuse.Bases{}
	for kind, of := range spoiled {
		for i := range of {
			bases[kind] = append(bases[kind], m.base(kind, i))
		}
	}
	return bases
}

// spoil is an object that is spoiled, and what is written of it beforehand.
type spoil struct {
	name string
	also map[string]any
}

var (
	reassigned = []any{map[string]any{"action": shipped, "decision": "Reassign", "member": "cai", "dueAt": "2026-11-27T12:00:00Z", "reason": "Ben is ill", "by": "ana@example.org"}}
	spoiled    = map[string][]spoil{
		"Utility":       {{"checkout", nil}},
		"Team":          {{"payments", nil}},
		"ActionPackage": {{"interviews", nil}},
		"KeyAction":     {{"fix", nil}, {"interview", nil}, {"adopt", nil}, {"fix", map[string]any{"parentRef": map[string]any{"name": "adopt"}}}, {misuse.Misused, nil}},
		"Evidence":      {{"0", nil}, {"1", nil}, {"2", nil}, {"3", nil}},
		"EvidenceSource": {
			{"forge-github", nil}, {"forge-gitlab", nil}, {"forge-gitea", nil}, {"forge-cloudevents", nil}, {"forge-alertmanager", nil}, {"forge-webhook", nil},
			{"forge-oidc", nil}, {"forge-object", nil},
		},
		"IncentivePolicy": {{"checkout-eur", nil}},
		// What people say to it comes once its quarter has closed, which is tried elsewhere.
		"IncentiveStatement": {{incentive.StatementName("checkout-eur", "2026-Q4", "ben@example.org"), map[string]any{
			"dispute": map[string]any{"reason": "I did five", "by": "ben@example.org"}, "resolution": map[string]any{"note": "It counts", "adjust": "25", "by": "hr@example.org"},
			"approvals": []any{map[string]any{"by": "hr@example.org", "note": "Seen"}},
		}}},
		// The last of each sets what people do not write, and is refused for it.
		"Review": {
			{check48, map[string]any{"conclusion": "Ben is ill", "decisions": reassigned}},
			{check48, map[string]any{"conclusion": "Ben is ill", "decisions": reassigned, "signOff": map[string]any{"by": "ana@example.org"}}},
			{check48, map[string]any{"page": "0", "quarter": "2026-Q4"}},
		},
		"Action": {
			{shipped, map[string]any{"member": "cai", "user": "cai@example.org", "amendments": []any{map[string]any{"reason": "Ben is ill"}}}},
			{shipped, map[string]any{
				"dropped": false, "carriedFrom": "x", "splitFrom": "x", "originWeek": "2026-W47", "standard": map[string]any{"statement": "x", "autoAccept": false},
				"amendments": []any{map[string]any{
					"reason": "Ben is ill", "by": "editor@example.org", "review": "x", "from": map[string]any{"member": "ben", "user": "ben@example.org"},
					"split": map[string]any{
						"member": "cai", "user": "cai@example.org", "quantity": int64(1), "share": int64(1),
						"occurrences": []any{map[string]any{"dueAt": "2026-11-27T12:00:00Z", "quantity": int64(1)}},
					},
				}},
			}},
		},
	}
)

// base is such an object as it is now.
func (m *misused) base(kind string, i int) map[string]any {
	m.Helper()
	of := spoiled[kind][i]
	var o *unstructured.Unstructured
	switch {
	case kind == "Evidence":
		pieces, err := decode(misuse.Evidence)
		m.must(err)
		o = pieces[i]
		o.SetNamespace(m.ns)
	case of.name == misuse.Misused:
		o = m.read(kind, "fix")
		o.Object["metadata"] = map[string]any{"name": of.name, "namespace": m.ns}
		delete(o.Object, "status")
	default:
		o = m.read(kind, of.name)
	}
	maps.Copy(o.Object["spec"].(map[string]any), runtime.DeepCopyJSON(of.also))
	return o.Object
}

func (m *misused) read(kind, name string) *unstructured.Unstructured {
	m.Helper()
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
	m.must(m.live.Get(m.Context(), client.ObjectKey{Namespace: m.ns, Name: name}, o))
	return o
}

// typed is an empty object of the same kind and name: what has no type is not read from the cache.
func (m *misused) typed(o *unstructured.Unstructured) client.Object {
	m.Helper()
	made, err := scheme.New(o.GroupVersionKind())
	m.must(err)
	typed := made.(client.Object)
	typed.SetNamespace(o.GetNamespace())
	typed.SetName(o.GetName())
	typed.SetResourceVersion(o.GetResourceVersion())
	return typed
}

// cached waits until the cache has an object as it was written.
func (m *misused) cached(o *unstructured.Unstructured) {
	m.Helper()
	version, there := o.GetResourceVersion(), m.typed(o)
	if err := eventually(m.Context(), func(ctx context.Context) (bool, error) {
		err := m.Get(ctx, client.ObjectKeyFromObject(o), there)
		seen := there.GetResourceVersion()
		return err == nil && (len(seen) > len(version) || len(seen) == len(version) && seen >= version), client.IgnoreNotFound(err)
	}); err != nil {
		m.Fatalf("%s: the operator can no longer read %s: %v", m.at, kindOf(there), err)
	}
}

// gone waits until the cache no longer has an object.
func (m *misused) gone(o *unstructured.Unstructured) {
	m.Helper()
	typed := m.typed(o)
	m.must(eventually(m.Context(), func(ctx context.Context) (bool, error) {
		err := m.Get(ctx, client.ObjectKeyFromObject(o), typed)
		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	}))
}

// seenAround returns the versions of what belongs to the neighbours, and what belongs to the
// goal, by kind and name.
func (m *misused) seenAround() (around, own map[string]string) {
	m.Helper()
	around, own = map[string]string{}, map[string]string{}
	m.each(func(key string, o client.Object) {
		if strings.HasPrefix(o.GetName(), misuse.Next) || o.GetNamespace() != m.ns {
			around[key] = o.GetResourceVersion()
		} else {
			own[key] = m.masked(key, o)
		}
	})
	return around, own
}

func (m *misused) each(do func(key string, o client.Object)) {
	m.Helper()
	for _, k := range append(slices.Clone(m.reconcilers), kind{list: &praxisv1.ActionPackageList{}}) {
		for _, ns := range m.namespaces() {
			m.must(m.List(m.Context(), k.list, client.InNamespace(ns)))
			m.must(eachItem(k.list, func(o client.Object) { do(kindOf(o)+" "+o.GetName(), o) }))
		}
	}
}

// masked is an object without what differs from time to time.
func (m *misused) masked(key string, o client.Object) string {
	m.Helper()
	version := key + " " + o.GetResourceVersion()
	if known, ok := m.masks[version]; ok {
		return known
	}
	if len(m.masks) > 10_000 {
		clear(m.masks)
	}
	text, err := json.Marshal(o)
	m.must(err)
	var content any
	m.must(json.Unmarshal(text, &content))
	mask(content)
	text, err = json.Marshal(content)
	m.must(err)
	m.masks[version] = string(text)
	return m.masks[version]
}

func mask(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range []string{"resourceVersion", "uid", "generation", "managedFields", "creationTimestamp", "lastTransitionTime", "pendingSince", "observedGeneration"} {
			delete(v, k)
		}
		for _, inner := range v {
			mask(inner)
		}
	case []any:
		for _, inner := range v {
			mask(inner)
		}
	}
}

// harmed returns which objects of the neighbours have changed, and counts from what they are now.
func (m *misused) harmed(by misuse.Case) []string {
	m.Helper()
	around, _ := m.seenAround()
	found := differences("the neighbour's", m.around, around)
	m.around = around
	if by.Nearby {
		return nil
	}
	return found
}

// traces returns what is left of a misuse.
func (m *misused) traces() []string {
	m.Helper()
	_, own := m.seenAround()
	return differences("after it was taken back", m.own, own)
}

func differences(whose string, before, after map[string]string) []string {
	var found []string
	for _, key := range slices.Sorted(maps.Keys(before)) {
		now, there := after[key]
		switch {
		case !there:
			found = append(found, fmt.Sprintf("%s %s is gone", whose, key))
		case now != before[key]:
			found = append(found, fmt.Sprintf("%s %s was\n\t\t%s\n\tand is\n\t\t%s", whose, key, differing(before[key], now), differing(now, before[key])))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		if _, there := before[key]; !there {
			found = append(found, fmt.Sprintf("%s %s is new", whose, key))
		}
	}
	return found
}

// differing is a text from a little before where it begins to differ from another.
func differing(text, other string) string {
	i := 0
	for i < min(len(text), len(other)) && text[i] == other[i] {
		i++
	}
	return text[max(0, i-60):min(len(text), i+240)]
}

// complaints are the conditions of the goal that ask for something to be put right.
func (m *misused) complaints() map[string]bool {
	m.Helper()
	found := map[string]bool{}
	m.each(func(key string, o client.Object) {
		if strings.HasPrefix(o.GetName(), misuse.Next) || o.GetNamespace() != m.ns {
			return
		}
		for _, c := range conditionsOf(o) {
			if c.Type != praxisv1.ConditionCalibrated && (c.Type == praxisv1.ConditionStalled) == (c.Status == metav1.ConditionTrue) && c.Status != metav1.ConditionUnknown {
				found[fmt.Sprintf("%s: %s=%s %s: %s", key, c.Type, c.Status, c.Reason, c.Message)] = true
			}
		}
	})
	return found
}

// said returns what the goal says now that it did not say when all was right.
func (m *misused) said() []string {
	m.Helper()
	var said []string
	for complaint := range m.complaints() {
		if !m.faults[complaint] {
			said = append(said, complaint)
		}
	}
	return said
}

// drain forgets the events that were emitted, so that there is room for more.
func (m *misused) drain() {
	for {
		select {
		case <-m.recorded:
		default:
			return
		}
	}
}
