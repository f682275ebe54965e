// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"

	apiequality "k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/week"
)

// Predicates: which changes of an object concern the objects that depend on it.

// specChanged passes what people change.
var specChanged = builder.WithPredicates(predicate.GenerationChangedPredicate{})

// teamChanged passes a Team that people changed, or gave other labels, which selectors ask for.
var teamChanged = builder.WithPredicates(predicate.Or(predicate.GenerationChangedPredicate{}, predicate.LabelChangedPredicate{}))

// keyActionChanged passes a KeyAction that somebody changed; of one that is generated the
// labels and the owner as well, which the one that it was made for puts right.
var keyActionChanged = builder.WithPredicates(predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() || relabelled(e.ObjectOld, e.ObjectNew) ||
			!apiequality.Semantic.DeepEqual(e.ObjectOld.GetOwnerReferences(), e.ObjectNew.GetOwnerReferences())
	},
})

// utilityChanged passes a Utility that people changed, or that is Stalled for another reason
// than before: a KeyAction does not wait for a week that cannot be made.
var utilityChanged = builder.WithPredicates(predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() || stalledBy(e.ObjectOld) != stalledBy(e.ObjectNew)
	},
})

func stalledBy(o client.Object) string {
	if c := meta.FindStatusCondition(conditionsOf(o), praxisv1.ConditionStalled); c != nil {
		return c.Reason
	}
	return ""
}

// measuresChanged passes a Utility whose measures people changed, or who owns it.
var measuresChanged = builder.WithPredicates(predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.Utility), e.ObjectNew.(*praxisv1.Utility)
		return before.Spec.Owner != after.Spec.Owner || !apiequality.Semantic.DeepEqual(before.Spec.Measures, after.Spec.Measures)
	},
})

// workOfWeekChanged passes a week that is new, gone, planned otherwise or closed: what a
// Team has to do hangs on that, and not on how it went so far.
var workOfWeekChanged = builder.WithPredicates(workOfWeek)

var workOfWeek = predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.WeeklyCycle), e.ObjectNew.(*praxisv1.WeeklyCycle)
		return week.Planned(before) != week.Planned(after) || plan.WeekClosed(before) != plan.WeekClosed(after) ||
			!apiequality.Semantic.DeepEqual(before.Status.Plan, after.Status.Plan)
	},
}

// weekChanged passes a week whose figures changed or that is new or gone.
var weekChanged = builder.WithPredicates(predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		return !apiequality.Semantic.DeepEqual(e.ObjectOld.(*praxisv1.WeeklyCycle).Status, e.ObjectNew.(*praxisv1.WeeklyCycle).Status)
	},
})

// workChanged passes an Action that counts differently than before. It drops new ones, but what
// was split from others: the reconciler that makes them knows, and a thousand of them would cause
// a thousand reconciles.
var workChanged = builder.WithPredicates(predicate.Funcs{
	CreateFunc: func(e event.CreateEvent) bool { return e.Object.(*praxisv1.Action).Spec.SplitFrom != "" },
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.Action), e.ObjectNew.(*praxisv1.Action)
		return before.Generation != after.Generation || !apiequality.Semantic.DeepEqual(before.OwnerReferences, after.OwnerReferences) || before.Status.Accepted != after.Status.Accepted ||
			before.Status.Pending != after.Status.Pending || before.Status.Rejected != after.Status.Rejected ||
			before.Status.LastEvidence != after.Status.LastEvidence || before.Status.LastRejected != after.Status.LastRejected ||
			!before.Status.PendingSince.Equal(after.Status.PendingSince)
	},
})

// weekPlanned passes a week at the moment its plan is complete, weekClosed at the moment
// it closes.
var (
	weekPlanned = builder.WithPredicates(turned(week.Planned))
	weekClosed  = builder.WithPredicates(turned(plan.WeekClosed))
)

// weekFilled passes a week at the moment its plan is complete, and when it takes over what the
// week before left: that comes on its agendas, which may be open by then.
var weekFilled = builder.WithPredicates(predicate.Or(turned(week.Planned), predicate.Funcs{
	CreateFunc: func(event.CreateEvent) bool { return false },
	DeleteFunc: func(event.DeleteEvent) bool { return false },
	UpdateFunc: func(e event.UpdateEvent) bool {
		return carriedFrom(e.ObjectOld) != carriedFrom(e.ObjectNew)
	},
}))

func carriedFrom(o client.Object) string {
	if p := o.(*praxisv1.WeeklyCycle).Status.Plan; p != nil {
		return p.CarriedFrom
	}
	return ""
}

func turned(is func(*praxisv1.WeeklyCycle) bool) predicate.Predicate {
	return predicate.Funcs{
		CreateFunc: func(event.CreateEvent) bool { return false },
		DeleteFunc: func(event.DeleteEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return !is(e.ObjectOld.(*praxisv1.WeeklyCycle)) && is(e.ObjectNew.(*praxisv1.WeeklyCycle))
		},
	}
}

// planChanged passes an Action that is new, gone or amended.
var planChanged = builder.WithPredicates(predicate.GenerationChangedPredicate{})

// judgementChanged passes evidence that counts otherwise than before, or is gone.
var judgementChanged = builder.WithPredicates(predicate.Funcs{
	CreateFunc: func(e event.CreateEvent) bool { return len(e.Object.(*praxisv1.Evidence).Status.Conditions) > 0 },
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.Evidence), e.ObjectNew.(*praxisv1.Evidence)
		return !apiequality.Semantic.DeepEqual(before.Status.Conditions, after.Status.Conditions) || evidence.ActionOf(before) != evidence.ActionOf(after)
	},
})

// verdictChanged passes evidence whose verdict is another, or that counts otherwise than before, or
// is gone. What is said of evidence of a closed week stays, whatever its verdict.
var verdictChanged = builder.WithPredicates(predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.Evidence), e.ObjectNew.(*praxisv1.Evidence)
		return !apiequality.Semantic.DeepEqual(before.Status.Verdict, after.Status.Verdict) ||
			!apiequality.Semantic.DeepEqual(before.Status.Conditions, after.Status.Conditions)
	},
})

// rankChanged passes evidence that is gone, or that has come to matter otherwise to other
// pieces for its Action: by being looked at or judged for the first time, or, where others
// can have its source, by counting otherwise.
var rankChanged = builder.WithPredicates(predicate.Funcs{
	CreateFunc: func(event.CreateEvent) bool { return false }, // it is looked at first
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.Evidence), e.ObjectNew.(*praxisv1.Evidence)
		if (before.Status.ActionRef == nil) != (after.Status.ActionRef == nil) || evidence.ActionOf(before) != evidence.ActionOf(after) ||
			(before.Status.Verdict == nil) != (after.Status.Verdict == nil) {
			return true
		}
		return after.Spec.Source != nil && after.Spec.Source.ID != "" &&
			!(apiequality.Semantic.DeepEqual(before.Status.Conditions, after.Status.Conditions) && apiequality.Semantic.DeepEqual(before.Status.Verdict, after.Status.Verdict))
	},
})

// teamsPlanned passes a week whose plan says otherwise than before who is in a Team.
var teamsPlanned = builder.WithPredicates(predicate.Funcs{
	CreateFunc: func(event.CreateEvent) bool { return false },
	DeleteFunc: func(event.DeleteEvent) bool { return false },
	UpdateFunc: func(e event.UpdateEvent) bool {
		return !apiequality.Semantic.DeepEqual(plannedTeams(e.ObjectOld), plannedTeams(e.ObjectNew))
	},
})

func plannedTeams(o client.Object) []praxisv1.PlannedTeam {
	if p := o.(*praxisv1.WeeklyCycle).Status.Plan; p != nil {
		return p.Teams
	}
	return nil
}

// teamReplaced passes a KeyAction that names another Team than before.
var teamReplaced = builder.WithPredicates(predicate.Funcs{
	CreateFunc: func(event.CreateEvent) bool { return false },
	DeleteFunc: func(event.DeleteEvent) bool { return false },
	UpdateFunc: func(e event.UpdateEvent) bool {
		return !apiequality.Semantic.DeepEqual(e.ObjectOld.(*praxisv1.KeyAction).Spec.TeamRef, e.ObjectNew.(*praxisv1.KeyAction).Spec.TeamRef)
	},
})

// reviewChanged passes a Review that is new, gone, signed, edited or complete, or that starts
// or stops awaiting its signature.
var reviewChanged = builder.WithPredicates(predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.Review), e.ObjectNew.(*praxisv1.Review)
		return before.Generation != after.Generation || review.Completed(before) != review.Completed(after) ||
			review.AwaitsSignature(before) != review.AwaitsSignature(after)
	},
})

// conditionsChanged passes a Utility or a KeyAction whose spec or conditions changed.
var conditionsChanged = builder.WithPredicates(predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() || !apiequality.Semantic.DeepEqual(conditionsOf(e.ObjectOld), conditionsOf(e.ObjectNew))
	},
})

// quartersChanged passes a Utility whose spec, conditions, or quarters changed.
var quartersChanged = builder.WithPredicates(predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.Utility), e.ObjectNew.(*praxisv1.Utility)
		return before.Generation != after.Generation || !apiequality.Semantic.DeepEqual(conditionsOf(before), conditionsOf(after)) ||
			!apiequality.Semantic.DeepEqual(before.Status.Quarters, after.Status.Quarters)
	},
})

// quarterCloses passes a Utility that is new, gone, changed by people, or a quarter of which closes.
// What its running quarter has come to changes nothing of what is paid.
var quarterCloses = builder.WithPredicates(quartersClosing)

var quartersClosing = predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, after := e.ObjectOld.(*praxisv1.Utility), e.ObjectNew.(*praxisv1.Utility)
		return before.Generation != after.Generation || !slices.Equal(quartersOf(before), quartersOf(after))
	},
}

// quartersOf are the quarters that a Utility tells of, and whether each has closed.
func quartersOf(u *praxisv1.Utility) []string {
	var names []string
	for i := range u.Status.Quarters {
		q := &u.Status.Quarters[i]
		names = append(names, fmt.Sprint(q.Name, q.ClosedAt != nil))
	}
	return names
}

// handedOver passes an Action that somebody amended, or that was split from another. New ones come
// with the plan of their week.
var handedOver = builder.WithPredicates(handing)

var handing = predicate.And[client.Object](predicate.GenerationChangedPredicate{}, predicate.Funcs{
	CreateFunc: func(e event.CreateEvent) bool { return e.Object.(*praxisv1.Action).Spec.SplitFrom != "" },
	DeleteFunc: func(event.DeleteEvent) bool { return false },
})

// gone passes what was deleted.
var gone = predicate.Funcs{
	CreateFunc: func(event.CreateEvent) bool { return false },
	UpdateFunc: func(event.UpdateEvent) bool { return false },
}

// notNew passes what was there before: the policy that makes a statement writes it at once.
var notNew = predicate.Funcs{CreateFunc: func(event.CreateEvent) bool { return false }}

func conditionsOf(o client.Object) []metav1.Condition {
	if c, ok := o.(praxisv1.Conditioned); ok {
		return c.GetConditioned().Conditions
	}
	return nil
}
