// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Of the pieces for one Action not all count: of those from one source one does, and of very
// many the first. Which is decided from what their own status says of Valid, so that no check
// of another piece is evaluated, and what comes in costs the same however much is there.

// maxPieces is how many pieces of an Action are looked at.
const maxPieces = 200

// source is what pieces have in common of which one counts. Who handed in is part of it: nobody
// takes the place of another's piece by naming its source. Of an EvidenceSource its name is, since
// two of them can know different events by one ID.
type source struct{ kind, id, submittedBy, ref string }

// sourceOf is the source of a piece, if it names one.
func sourceOf(e *praxisv1.Evidence) (source, bool) {
	if e.Spec.Source == nil || e.Spec.Source.ID == "" {
		return source{}, false
	}
	return source{e.Spec.Source.Kind, e.Spec.Source.ID, e.Spec.SubmittedBy, e.Spec.Source.Ref}, true
}

// anySource stands for every EvidenceSource; none can have this name.
const anySource = "*"

// told is the source of what EvidenceSources say of the same event: that goes before what anybody
// says of it.
func (s source) told() source { return source{kind: s.kind, id: s.id, ref: anySource} }

// OlderFirst orders pieces by creation time, and those of the same second by name.
func OlderFirst(a, b *praxisv1.Evidence) int {
	return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
}

// rank of a piece among those of its Action: what somebody has judged or an EvidenceSource says
// goes first, then what those handed in whose work it is.
func (b *bench) rank(e *praxisv1.Evidence) int {
	switch {
	case e.Status.Verdict != nil, FromSource(e):
		return 0
	case b.owners.Has(e.Spec.SubmittedBy):
		return 1
	}
	return 2
}

// admitted are the pieces of the Action that are looked at.
func (b *bench) admitted() []*praxisv1.Evidence {
	all := make([]*praxisv1.Evidence, len(b.Pieces))
	for i := range b.Pieces {
		all[i] = &b.Pieces[i]
	}
	if len(all) <= maxPieces {
		return all
	}
	slices.SortFunc(all, func(x, y *praxisv1.Evidence) int { return cmp.Or(cmp.Compare(b.rank(x), b.rank(y)), OlderFirst(x, y)) })
	return all[:maxPieces]
}

// contest finds which piece of a source counts: the oldest that is accepted, else the oldest
// that still can be.
type contest struct{ accepted, possible *praxisv1.Evidence }

func (c *contest) enter(e *praxisv1.Evidence, o Judgement) {
	oldest := func(before *praxisv1.Evidence) *praxisv1.Evidence {
		if before == nil || OlderFirst(e, before) < 0 {
			return e
		}
		return before
	}
	switch {
	case o.Valid != metav1.ConditionTrue:
	case o.Accepted == metav1.ConditionTrue:
		c.accepted = oldest(c.accepted)
	case awaits(o.Reason):
		c.possible = oldest(c.possible)
	}
}

func (c *contest) winner() *praxisv1.Evidence { return cmp.Or(c.accepted, c.possible) }

// contests are those of the pieces of an Action, by their source.
type contests map[source]*contest

func (c contests) enter(e *praxisv1.Evidence, o Judgement) {
	of, named := sourceOf(e)
	if !named {
		return
	}
	keys := []source{of}
	if of.ref != "" {
		keys = append(keys, of.told())
	}
	for _, key := range keys {
		if c[key] == nil {
			c[key] = &contest{}
		}
		c[key].enter(e, o)
	}
}

// winner is the piece of a source that counts: of what a person says, that of an EvidenceSource
// where there is one.
func (c contests) winner(of source) *praxisv1.Evidence {
	if told := c[of.told()]; of.ref == "" && told != nil && told.winner() != nil {
		return told.winner()
	}
	return c[of].winner()
}

// standing is what a piece comes to beside the others, where own is what it comes to alone.
func standing(e *praxisv1.Evidence, own Judgement, winner *praxisv1.Evidence) Judgement {
	if winner == nil || winner.Name == e.Name || own.Valid != metav1.ConditionTrue || own.Reason == praxisv1.ReasonRejected {
		return own
	}
	return Judgement{
		Valid: metav1.ConditionTrue, Accepted: metav1.ConditionFalse, Reason: praxisv1.ReasonDuplicate,
		Message: fmt.Sprintf("%s has the same source.id and counts; there is nothing to do", winner.Name),
	}
}

// beside is what the piece comes to beside the others of its Action.
func (b *bench) beside(own func() Judgement) Judgement {
	e, admitted := b.Evidence, b.admitted()
	if len(b.Pieces) > maxPieces && !slices.ContainsFunc(admitted, func(other *praxisv1.Evidence) bool { return other.Name == e.Name }) {
		return tooMany(e)
	}
	alone := own()
	mine, named := sourceOf(e)
	if !named {
		return alone
	}
	all := contests{}
	all.enter(e, alone)
	for _, other := range admitted {
		if of, named := sourceOf(other); named && of.told() == mine.told() && other.Name != e.Name {
			all.enter(other, b.asLookedAt(other))
		}
	}
	return standing(e, alone, all.winner(mine))
}

// tooMany leaves what is said of Valid as it is, which may be nothing.
func tooMany(e *praxisv1.Evidence) Judgement {
	o := Judgement{
		Accepted: metav1.ConditionFalse, Reason: praxisv1.ReasonTooManyPieces,
		Message: fmt.Sprintf("%d pieces of the Action go before it, and no more are looked at; hand in one with a higher quantity, or have this one judged", maxPieces),
	}
	if valid := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionValid); valid != nil {
		o.Valid = valid.Status
	}
	return o
}

// asLookedAt is what a piece comes to alone, where what its status says of Valid is taken for
// true; what nobody has looked at yet is taken for valid.
func (b *bench) asLookedAt(e *praxisv1.Evidence) Judgement {
	if meta.IsStatusConditionFalse(e.Status.Conditions, praxisv1.ConditionValid) {
		return Judgement{Valid: metav1.ConditionFalse, Accepted: metav1.ConditionFalse}
	}
	return b.outcome(e)
}

// Outdated are the names of the pieces of the Action of which the status says something else
// than they come to beside the others, or by who may judge now. What nobody has looked at
// yet is not among them: it is looked at anyway.
func (in Input) Outdated() []string {
	b := in.bench()
	admitted := b.admitted()
	all, alone := contests{}, map[string]Judgement{}
	for _, e := range admitted {
		o := b.asLookedAt(e)
		alone[e.Name] = o
		all.enter(e, o)
	}
	var names []string
	for i := range b.Pieces {
		e := &b.Pieces[i]
		own, looked := alone[e.Name]
		switch of, named := sourceOf(e); {
		case !looked:
			own = tooMany(e)
		case named:
			own = standing(e, own, all.winner(of))
		}
		if !bearsOut(e, own) {
			names = append(names, e.Name)
		}
	}
	return names
}

// bearsOut reports whether the status of a piece is what it comes to, or nobody has looked at it
// yet, or it was refused for what it is.
func bearsOut(e *praxisv1.Evidence, o Judgement) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	if accepted == nil {
		return true
	}
	if o.Reason == "" {
		return accepted.Reason != praxisv1.ReasonTooManyPieces
	}
	return accepted.Status == o.Accepted && accepted.Reason == o.Reason && e.Status.JudgedBy == o.JudgedBy && slices.Equal(e.Status.Judges, o.Judges)
}

// Shared are the links and digests by which two pieces show the same, as the first names them.
func Shared(e, other *praxisv1.Evidence) []string {
	var same []string
	for _, a := range e.Spec.Artifacts {
		for _, b := range other.Spec.Artifacts {
			switch {
			case a.Digest != "" && a.Digest == b.Digest, a.URI != "" && a.URI == b.URI:
				same = append(same, a.Name)
			}
		}
	}
	return same
}
