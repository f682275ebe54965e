// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"strings"

	"k8s.io/utils/lru"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// What a controller looks at, and how its queue hands it out.

// actionController is the name of the controller of Actions.
const actionController = "action"

// watching is a controller that is being put together.
type watching struct {
	*builder.Builder
	deps Deps
	kind string // of what it looks at
	more map[string]int
}

// controllerFor begins a controller for a kind. It looks at every change of an object of its
// kind but those that the operator has just made itself: whoever else changed something, a
// status included, it is put right. Its queue is fair.
func (d Deps) controllerFor(mgr ctrl.Manager, o client.Object) *watching {
	w := &watching{deps: d, kind: kindOf(o), more: map[string]int{}}
	changed := d.Own.others()
	if !d.watches(w.kind + " of itself") {
		changed = predicate.NewPredicateFuncs(func(client.Object) bool { return false })
	}
	w.Builder = d.fair(ctrl.NewControllerManagedBy(mgr)).For(o, builder.WithPredicates(changed))
	return w
}

// fair gives a controller a queue that hands out its work by namespace in turn.
func (d Deps) fair(b *builder.Builder) *builder.Builder {
	return b.WithOptions(controller.Options{NewQueue: d.Queues.make})
}

// Watches adds what else can change what is said of an object of the kind.
func (w *watching) Watches(o client.Object, enqueue handler.EventHandler, options ...builder.WatchesOption) *watching {
	what := fmt.Sprintf("%s of %s", w.kind, kindOf(o))
	if w.more[what]++; w.more[what] > 1 {
		what = fmt.Sprintf("%s, %d", what, w.more[what])
	}
	if w.deps.watches(what) {
		w.Builder.Watches(o, enqueue, options...)
	}
	return w
}

func kindOf(o client.Object) string {
	_, kind, _ := strings.Cut(fmt.Sprintf("%T", o), ".")
	return kind
}

// watches reports whether a watch is wanted. A test leaves one out to see that it is missed.
func (d Deps) watches(what string) bool {
	return d.leaveOut == nil || !d.leaveOut(what)
}

// Own knows which changes of objects the operator has made itself, of the last some thousand.
// Of one that it has forgotten, or whose event comes before the answer to the write, the
// object is looked at once for nothing.
type Own struct{ versions *lru.Cache } // by UID

// ownWrites is how many writes are remembered: more than are under way at once.
const ownWrites = 4096

// NewOwn knows of no change yet.
func NewOwn() *Own { return &Own{lru.New(ownWrites)} }

// wrote remembers the version that a write has made.
func (w *Own) wrote(o client.Object) {
	if w != nil {
		w.versions.Add(o.GetUID(), o.GetResourceVersion())
	}
}

// made reports whether an object is as one's own last write left it.
func (w *Own) made(o client.Object) bool {
	if w == nil {
		return false
	}
	version, known := w.versions.Get(o.GetUID())
	return known && version == o.GetResourceVersion()
}

// others passes what somebody else has changed. What the cache only hands out again is no change.
func (w *Own) others() predicate.Predicate {
	return predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool {
			return e.ObjectOld.GetResourceVersion() != e.ObjectNew.GetResourceVersion() && !w.made(e.ObjectNew)
		},
		DeleteFunc: func(event.DeleteEvent) bool { return false }, // there is nothing left to say it on
	}
}

// complete ends a controller with its reconciler.
func complete[O conditioned](w *watching, r reconcile.ObjectReconciler[O]) error {
	return w.Complete(reconciler(w.deps, r))
}
