// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/week"
)

// Cause is the one thing that keeps an object from being as it should be.
type Cause struct {
	// Of is the object to be fixed.
	Of Ref `json:"of"`
	// Reason of the condition or the gap. Example: "NoEvidence".
	Reason string `json:"reason"`
	// Message says what is wrong, in one sentence.
	Message string `json:"message"`
	// Next is the command that fixes it, or shows what to fix; empty if nothing is wrong.
	Next string `json:"next,omitempty"`
}

// Why explains an object: the cause first, then the way from the object to the cause.
type Why struct {
	Subject Ref   `json:"subject"`
	State   State `json:"state"`
	Cause   Cause `json:"cause"`
	// Gap is what the week knows of the cause, where it is the first gap of a week.
	Gap *GapFacts `json:"gap,omitempty"`
	// Chain leads from the object to the cause, both included.
	Chain []*Node `json:"chain"`
	// Evidence that was handed in for the Action in the chain, the latest first.
	Evidence []Piece `json:"evidence"`
	// Piece is the one in the chain, with what it is judged by.
	Piece *Piece `json:"piece,omitempty"`
}

// GapFacts are what a week knows of its first gap.
type GapFacts struct {
	// Said is the message of the gap: whose work it is, or who has to judge.
	Said string `json:"said"`
	// Since is from when on it could be seen.
	Since *metav1.Time `json:"since,omitempty"`
	// Pieces are how many Actions have this cause, and Impact what hangs on them, in basis points
	// of the Utility.
	Pieces int32 `json:"pieces"`
	Impact int32 `json:"impact"`
	// Ask are the members to talk to.
	Ask []string `json:"ask,omitempty"`
	// Sure is in how many of a hundred made-up weeks a first alarm with this reason named what was
	// really wrong; 0 where that was not measured. See docs/truth.md.
	Sure int32 `json:"sure,omitempty"`
}

// gapFacts tells what a week knows of its first gap.
func (w *walk) gapFacts(c *praxisv1.WeeklyCycle, g *praxisv1.Gap) *GapFacts {
	if g.Group == nil {
		return nil // a KeyAction that could not be planned, or a week from before there were groups
	}
	facts := &GapFacts{Said: g.Message, Pieces: g.Group.Pieces, Impact: g.Group.Impact, Ask: g.Group.Judges, Sure: sure[g.Reason]}
	if g.Group.Member != "" {
		facts.Ask = []string{g.Group.Member}
	}
	if a := find(w.Actions, c.Namespace, g.Action); a != nil {
		if since := week.Knowable(a, w.now); !since.IsZero() {
			facts.Since = new(metav1.NewTime(since))
		}
	}
	return facts
}

// Why explains an object of any kind at an instant, or is nil if it was not read.
func (o Objects) Why(of Ref, now time.Time) *Why {
	w := &walk{Objects: o, now: now, seen: map[Ref]bool{}}
	cause, known := w.of(of)
	if !known {
		return nil
	}
	why := &Why{Subject: of, State: w.chain[0].State, Cause: cause, Chain: w.chain, Gap: w.facts, Evidence: []Piece{}}
	for _, n := range w.chain {
		switch n.Kind {
		case kindEvidence:
			if p := o.Piece(n.Ref); p != nil {
				why.Piece = p
			}
		case kindAction:
			why.Evidence = why.Evidence[:0] // only of the Action that is nearest to the cause
			if a := find(o.Actions, n.Namespace, n.Name); a != nil {
				for _, e := range o.evidenceFor(a) {
					why.Evidence = append(why.Evidence, o.piece(e))
				}
			}
		}
	}
	return why
}

// walk goes from an object to its cause and records the way.
type walk struct {
	Objects
	now   time.Time
	chain []*Node
	seen  map[Ref]bool
	facts *GapFacts
	// head is the first gap, where the way leads over one: the week has looked upstream of it.
	head praxisv1.FirstGap
}

func (w *walk) of(r Ref) (cause Cause, known bool) {
	switch r.Kind {
	case kindUtility:
		return to(w, r, w.Utilities, w.explainUtility)
	case kindKeyAction:
		return to(w, r, w.KeyActions, w.explainKeyAction)
	case kindWeeklyCycle:
		return to(w, r, w.Cycles, w.explainCycle)
	case kindAction:
		return to(w, r, w.Actions, w.explainAction)
	case kindEvidence:
		return to(w, r, w.Evidence, w.explainEvidence)
	case kindReview:
		return to(w, r, w.Reviews, w.explainReview)
	case kindTeam:
		return to(w, r, w.Teams, w.explainTeam)
	case kindPackage:
		return to(w, r, w.Packages, w.explainPackage)
	}
	return Cause{}, false
}

// to follows a reference once; known is false if the object was not read, or was already
// passed on the way.
func to[T any, O interface {
	*T
	metav1.Object
}](w *walk, r Ref, list []T, follow func(O) Cause) (Cause, bool) {
	for i := range list {
		o := O(&list[i])
		if o.GetName() != r.Name || o.GetNamespace() != r.Namespace || w.seen[r] {
			continue
		}
		w.seen[r] = true
		return follow(o), true
	}
	return Cause{}, false
}

// pass records a line of the way.
func (w *walk) pass(n *Node) *Node {
	w.chain = append(w.chain, n)
	return n
}

// own is a cause that lies in the object of the line itself.
func own(n *Node, next string) Cause {
	return Cause{Of: n.Ref, Reason: n.Reason, Message: n.Message, Next: next}
}

func (w *walk) explainUtility(u *praxisv1.Utility) Cause {
	n := w.pass(utilityNode(u))
	if cause, blocked := beforeWork(n, u.Status.Conditions); blocked {
		return cause
	}
	current := w.current(u)
	if current != nil && week.Planned(current) && current.Name != u.Status.CurrentCycle {
		current = nil // it is over, and the running week has no cycle
	}
	if current != nil && (n.Troubled() || n.Reason == praxisv1.ReasonAwaitingAcceptance) {
		if cause, known := w.of(refTo(kindWeeklyCycle, current.Namespace, current.Name)); known {
			return cause
		}
	}
	if n.Reason == praxisv1.ReasonNothingPlanned {
		return w.nothingPlanned(n, u, current)
	}
	if r := w.overdueReview(u); r != nil {
		cause, _ := w.of(refTo(kindReview, r.Namespace, r.Name))
		return cause
	}
	return otherwise(n, u.Status.Conditions, praxisv1.ConditionFocused, praxisv1.ConditionCovered, praxisv1.ConditionEffective, praxisv1.ConditionCalibrated)
}

// beforeWork is the cause if no work can be planned at all: the operator has not looked at
// the object yet, or its author has to act first.
func beforeWork(n *Node, conditions []metav1.Condition) (Cause, bool) {
	switch {
	case n.Reason == praxisv1.ReasonReconciling:
		return own(n, "kubectl praxis check"), true
	case meta.IsStatusConditionTrue(conditions, praxisv1.ConditionStalled):
		return own(n, fmt.Sprintf("correct it where it is kept, then: kubectl praxis lint FILE; or kubectl edit %s -n %s", n.Ref, n.Namespace)), true
	case n.Reason == praxisv1.ReasonSuspended:
		return own(n, "set spec.suspend to false where it is kept"), true
	}
	return Cause{}, false
}

// nothingPlanned finds out why a week has no work for anybody.
func (w *walk) nothingPlanned(n *Node, u *praxisv1.Utility, week *praxisv1.WeeklyCycle) Cause {
	keyActions := w.keyActionsOf(u)
	if len(keyActions) == 0 {
		return Cause{Of: n.Ref, Reason: n.Reason, Message: "No KeyAction refers to it", Next: "create a KeyAction with utilityRef " + u.Name}
	}
	for _, ka := range keyActions {
		if meta.IsStatusConditionTrue(ka.Status.Conditions, praxisv1.ConditionStalled) {
			cause, _ := w.of(refTo(kindKeyAction, ka.Namespace, ka.Name))
			return cause
		}
	}
	if week == nil && u.Status.CurrentCycle == "" {
		return own(n, fmt.Sprintf("kubectl get utility %s -n %s -o jsonpath={.spec.cadence}", u.Name, u.Namespace))
	}
	if week != nil && len(week.Status.Gaps) > 0 {
		cause, _ := w.of(refTo(kindWeeklyCycle, week.Namespace, week.Name))
		return cause
	}
	return own(n, fmt.Sprintf("kubectl praxis why keyaction/%s -n %s", keyActions[0].Name, u.Namespace))
}

func (w *walk) overdueReview(u *praxisv1.Utility) *praxisv1.Review {
	for i := range w.Reviews {
		r := &w.Reviews[i]
		if r.Namespace == u.Namespace && r.Spec.UtilityRef.Name == u.Name && review.Overdue(r, w.now) {
			return r
		}
	}
	return nil
}

// otherwise is the first of the given conditions that is False, or the answer that nothing is
// wrong.
func otherwise(n *Node, conditions []metav1.Condition, types ...string) Cause {
	for _, t := range types {
		if c := meta.FindStatusCondition(conditions, t); c != nil && c.Status == metav1.ConditionFalse {
			return Cause{Of: n.Ref, Reason: c.Reason, Message: c.Message, Next: "kubectl praxis explain " + c.Reason}
		}
	}
	return own(n, "")
}

func (w *walk) explainCycle(c *praxisv1.WeeklyCycle) Cause {
	n := w.pass(&Node{Ref: refTo(kindWeeklyCycle, c.Namespace, c.Name), Label: c.Name, State: cycleState(c), Done: percents(c.Status.Delivery)})
	if cause, blocked := beforeWork(n, c.Status.Conditions); blocked {
		return cause
	}
	if plan.WeekClosed(c) {
		closed := meta.FindStatusCondition(c.Status.Conditions, praxisv1.ConditionClosed)
		return Cause{Of: n.Ref, Reason: closed.Reason, Message: closed.Message}
	}
	if n.Reason == praxisv1.ReasonPlanning {
		// What else is wrong with the Utility keeps no week from being planned.
		if u := find(w.Utilities, c.Namespace, c.Spec.UtilityRef.Name); u != nil && !w.seen[refTo(kindUtility, u.Namespace, u.Name)] {
			of := utilityNode(u)
			if cause, blocked := beforeWork(of, u.Status.Conditions); blocked {
				w.pass(of)
				return cause
			}
		}
	}
	if len(c.Status.Gaps) == 0 {
		return own(n, "")
	}
	return w.explainGap(n, c, &c.Status.Gaps[0])
}

// explainGap is the cause behind the first gap of a week: an Action, or a step or KeyAction that
// nobody does.
func (w *walk) explainGap(n *Node, c *praxisv1.WeeklyCycle, g *praxisv1.Gap) Cause {
	w.facts, w.head = w.gapFacts(c, g), praxisv1.FirstGap{Action: g.Action, Reason: g.Reason, Message: g.Message}
	if g.Action != "" {
		if cause, known := w.of(refTo(kindAction, c.Namespace, g.Action)); known {
			return w.orOverloaded(cause, g.Reason, g.Message)
		}
	}
	if ka := find(w.KeyActions, c.Namespace, g.KeyAction); ka != nil && g.Action == "" && !w.seen[refTo(kindKeyAction, ka.Namespace, ka.Name)] {
		w.pass(keyActionNode(ka))
		return Cause{Of: refTo(kindKeyAction, ka.Namespace, ka.Name), Reason: g.Reason, Message: g.Message, Next: "kubectl praxis explain " + g.Reason}
	}
	return Cause{Of: n.Ref, Reason: g.Reason, Message: g.Message, Next: "kubectl praxis explain " + g.Reason}
}

// orOverloaded keeps a fact about an Action without evidence that only the week's gap has:
// that its member has more work than hours, is away or has left, or that its judge is late.
func (w *walk) orOverloaded(cause Cause, reason, message string) Cause {
	onlyTheWeek := reason == praxisv1.ReasonOverloaded || reason == praxisv1.ReasonMemberLeft || reason == praxisv1.ReasonMemberAway
	late := reason == praxisv1.ReasonJudgeLate && cause.Reason == praxisv1.ReasonAwaitingVerdict
	if onlyTheWeek && cause.Reason == praxisv1.ReasonNoEvidence || late {
		cause.Reason, cause.Message = reason, message
	}
	return cause
}

func (w *walk) explainKeyAction(ka *praxisv1.KeyAction) Cause {
	n := w.pass(keyActionNode(ka))
	if cause, blocked := beforeWork(n, ka.Status.Conditions); blocked {
		return cause
	}
	u := find(w.Utilities, ka.Namespace, ka.Spec.UtilityRef.Name)
	if u != nil && !w.seen[refTo(kindUtility, u.Namespace, u.Name)] && meta.IsStatusConditionTrue(u.Status.Conditions, praxisv1.ConditionStalled) {
		cause, _ := w.of(refTo(kindUtility, u.Namespace, u.Name))
		return cause
	}
	if g := ka.Status.FirstGap; g != nil && n.Status != metav1.ConditionTrue {
		w.head = *g
		if cause, known := w.of(refTo(kindAction, ka.Namespace, g.Action)); known {
			return w.orOverloaded(cause, g.Reason, g.Message)
		}
		return Cause{Of: n.Ref, Reason: g.Reason, Message: g.Message, Next: "kubectl praxis explain " + g.Reason}
	}
	return otherwise(n, ka.Status.Conditions, praxisv1.ConditionActionable, praxisv1.ConditionFeasible, praxisv1.ConditionCovered)
}

func (w *walk) explainTeam(t *praxisv1.Team) Cause {
	n := w.pass(&Node{Ref: refTo(kindTeam, t.Namespace, t.Name), Label: t.Name, State: teamState(t), Next: t.Status.Summary})
	if cause, blocked := beforeWork(n, t.Status.Conditions); blocked {
		return cause
	}
	if n.Troubled() {
		return own(n, "kubectl praxis week -n "+t.Namespace)
	}
	return own(n, "")
}

// explainPackage explains a package, which has no status: what is wrong with it shows in the
// KeyActions that use it.
func (w *walk) explainPackage(p *praxisv1.ActionPackage) Cause {
	n := w.pass(&Node{Ref: refTo(kindPackage, p.Namespace, p.Name), Label: p.Name})
	var users []string
	for i := range w.KeyActions {
		ka := &w.KeyActions[i]
		if ka.Namespace != p.Namespace || ka.Spec.PackageRef == nil || ka.Spec.PackageRef.Name != p.Name {
			continue
		}
		if meta.IsStatusConditionTrue(ka.Status.Conditions, praxisv1.ConditionStalled) {
			cause, _ := w.of(refTo(kindKeyAction, ka.Namespace, ka.Name))
			return cause
		}
		users = append(users, ka.Name)
	}
	n.Status, n.Reason, n.Message = metav1.ConditionUnknown, "Unused", "No KeyAction refers to it"
	if len(users) > 0 {
		slices.Sort(users)
		n.Status, n.Reason, n.Message = metav1.ConditionTrue, "Used", "Used by "+strings.Join(users, ", ")
	}
	return own(n, "")
}
