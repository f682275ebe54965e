// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Piece is a piece of evidence with all that a judge has to know, and its outcome.
type Piece struct {
	Ref         `json:",inline"`
	State       `json:"state"`
	SubmittedBy string       `json:"submittedBy"`
	SubmittedAt *metav1.Time `json:"submittedAt,omitempty"`
	Quantity    int32        `json:"quantity"`
	Summary     string       `json:"summary,omitempty"`
	// Artifacts show the work.
	Artifacts []praxisv1.Artifact `json:"artifacts,omitempty"`
	// Before are the pieces for the same Action that were handed in before it and show the same.
	Before []string `json:"before,omitempty"`
	// Measure and Value are those of a reading.
	Measure string `json:"measure,omitempty"`
	Value   string `json:"value,omitempty"`
	// Action is the name of the object, Of what people call it, and Week when it is worked.
	Action string `json:"action,omitempty"`
	Of     string `json:"of,omitempty"`
	Week   string `json:"week,omitempty"`
	// Do and Standard are those of the Action.
	Do       string             `json:"do,omitempty"`
	Standard *praxisv1.Standard `json:"standard,omitempty"`
	Verdict  *praxisv1.Verdict  `json:"verdict,omitempty"`
	// Judges are the users who may judge it.
	Judges []string `json:"judges,omitempty"`
}

// Piece is a piece as people judge it, or nil if it was not read.
func (o Objects) Piece(of Ref) *Piece {
	e := find(o.Evidence, of.Namespace, of.Name)
	if e == nil {
		return nil
	}
	return new(o.piece(e))
}

func (o Objects) piece(e *praxisv1.Evidence) Piece {
	p := Piece{
		Ref: refTo(kindEvidence, e.Namespace, e.Name), State: evidenceState(e), SubmittedBy: e.Spec.SubmittedBy,
		Quantity: e.Spec.Quantity, Summary: e.Spec.Summary, Artifacts: e.Spec.Artifacts, Action: evidence.ActionOf(e), Verdict: e.Status.Verdict,
	}
	if !e.CreationTimestamp.IsZero() {
		p.SubmittedAt = &e.CreationTimestamp
	}
	if target := e.Spec.For; target != nil && target.Measure != "" {
		p.Measure = target.Utility + "/" + target.Measure
	}
	if e.Spec.Value != nil {
		p.Value = string(*e.Spec.Value)
	}
	p.Before = o.shownBefore(e)
	if Pending(e) {
		p.Judges = o.Judges(e)
	}
	if a := find(o.Actions, e.Namespace, p.Action); a != nil {
		p.Of, p.Week, p.Do, p.Standard = Called(a), o.weekOf(a), a.Spec.Do, &a.Spec.Standard
	}
	return p
}

// shownBefore are the earlier pieces for the same Action with a link or a file of the piece.
func (o Objects) shownBefore(e *praxisv1.Evidence) []string {
	var before []string
	for i := range o.Evidence {
		other := &o.Evidence[i]
		earlier := other.CreationTimestamp.Before(&e.CreationTimestamp) || other.CreationTimestamp.Equal(&e.CreationTimestamp) && other.Name < e.Name
		if other.Namespace == e.Namespace && earlier && evidence.ActionOf(other) == evidence.ActionOf(e) && len(evidence.Shared(e, other)) > 0 {
			before = append(before, other.Name)
		}
	}
	return before
}

// Work is an Action with all that whoever does it has to know, and what was handed in.
type Work struct {
	Ref   `json:",inline"`
	State `json:"state"`
	// Called is what people call it; the object keeps the name that the plan gave it.
	Called   string            `json:"called"`
	Utility  string            `json:"utility"`
	Week     string            `json:"week,omitempty"`
	Zone     string            `json:"zone,omitempty"`
	Tier     praxisv1.Tier     `json:"tier"`
	Do       string            `json:"do"`
	Standard praxisv1.Standard `json:"standard"`
	Team     string            `json:"team"`
	Member   string            `json:"member"`
	// DisplayName is what people read of the member, if the Team gives one.
	DisplayName string                `json:"displayName,omitempty"`
	User        string                `json:"user"`
	Duration    praxisv1.Duration     `json:"duration"`
	Due         []praxisv1.Occurrence `json:"due"`
	Target      int32                 `json:"target"`
	Accepted    int32                 `json:"accepted"`
	Pending     int32                 `json:"pending"`
	Rejected    int32                 `json:"rejected"`
	Asked       []Asked               `json:"asked,omitempty"`
	DependsOn   []string              `json:"dependsOn,omitempty"`
	BlockedBy   []string              `json:"blockedBy,omitempty"`
	Amendments  []praxisv1.Amendment  `json:"amendments,omitempty"`
	// Evidence that was handed in, the latest first.
	Evidence []Piece `json:"evidence"`
	// Next is the command that does what is left, or empty.
	Next string `json:"next,omitempty"`
}

// Person is how people read who owes the Action: the display name and the name, or the name alone.
func (w *Work) Person() string { return plan.Called(w.Member, w.DisplayName) }

// Asked is an artifact that an Action asks for, and the pieces that have it.
type Asked struct {
	praxisv1.EvidenceRequirement `json:",inline"`
	HandedIn                     []string `json:"handedIn,omitempty"`
}

// Work is an Action as people do it, or nil if it was not read.
func (o Objects) Work(of Ref) *Work {
	a := find(o.Actions, of.Namespace, of.Name)
	if a == nil {
		return nil
	}
	w := &Work{
		Ref: of, State: actionState(a), Called: Called(a), Utility: a.Spec.UtilityRef.Name, Week: o.weekOf(a), Tier: a.Spec.Tier, Do: a.Spec.Do,
		Standard: a.Spec.Standard, Team: a.Spec.Team, Member: a.Spec.Member, DisplayName: plan.DisplayName(find(o.Teams, a.Namespace, a.Spec.Team), a.Spec.Member), User: a.Spec.User, Duration: a.Spec.Duration, Due: a.Spec.Occurrences,
		Target: a.Spec.Target, Accepted: a.Status.Accepted, Pending: a.Status.Pending, Rejected: a.Status.Rejected,
		DependsOn: a.Spec.DependsOn, Amendments: a.Spec.Amendments, Evidence: []Piece{},
		Zone: o.zone(find(o.Cycles, a.Namespace, a.Spec.CycleRef.Name)).String(),
	}
	for _, name := range a.Status.BlockedBy {
		w.BlockedBy = append(w.BlockedBy, o.called(a.Namespace, name))
	}
	for _, e := range o.evidenceFor(a) {
		w.Evidence = append(w.Evidence, o.piece(e))
	}
	for _, required := range a.Spec.Evidence {
		w.Asked = append(w.Asked, Asked{required, w.having(required.Name)})
	}
	if o.AsksFor(a) {
		w.Next = o.submitCommand(a)
	}
	return w
}

// having are the pieces with an artifact of that name, which were not refused.
func (w *Work) having(artifact string) []string {
	var pieces []string
	for _, p := range w.Evidence {
		named := func(a praxisv1.Artifact) bool { return a.Name == artifact }
		if !p.Troubled() && slices.ContainsFunc(p.Artifacts, named) {
			pieces = append(pieces, p.Name)
		}
	}
	return pieces
}

func (o Objects) weekOf(a *praxisv1.Action) string {
	if c := find(o.Cycles, a.Namespace, a.Spec.CycleRef.Name); c != nil {
		return string(c.Spec.Week)
	}
	return ""
}
