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
// two of them can know different events by one ID, which show different things.
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

// anyRef is the source of what EvidenceSources say of the same event: that goes before what anybody
// says of it.
func (s source) anyRef() source { return source{kind: s.kind, id: s.id, ref: anySource} }

// OlderFirst orders pieces by creation time, and those of the same second by name.
func OlderFirst(a, b *praxisv1.Evidence) int {
	return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
}

// rank of a piece among those of its Action: what somebody has judged or an EvidenceSource says
// goes first, then what those handed in whose work it is.
func (p *panel) rank(e *praxisv1.Evidence) int {
	switch {
	case e.Status.Verdict != nil, FromSource(e):
		return 0
	case p.owners.Has(e.Spec.SubmittedBy):
		return 1
	}
	return 2
}

// admitted are the pieces of the Action that are looked at.
func (p *panel) admitted() []*praxisv1.Evidence {
	all := make([]*praxisv1.Evidence, len(p.Pieces))
	for i := range p.Pieces {
		all[i] = &p.Pieces[i]
	}
	if len(all) <= maxPieces {
		return all
	}
	slices.SortFunc(all, func(x, y *praxisv1.Evidence) int { return cmp.Or(cmp.Compare(p.rank(x), p.rank(y)), OlderFirst(x, y)) })
	return all[:maxPieces]
}

// samePieces finds which piece of a source counts: the oldest that is accepted, else the oldest
// that still can be.
type samePieces struct{ accepted, possible *praxisv1.Evidence }

func (c *samePieces) add(e *praxisv1.Evidence, o Judgement) {
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

func (c *samePieces) counting() *praxisv1.Evidence { return cmp.Or(c.accepted, c.possible) }

// piecesBySource are those of the pieces of an Action, by their source.
type piecesBySource map[source]*samePieces

func (c piecesBySource) add(e *praxisv1.Evidence, o Judgement) {
	of, named := sourceOf(e)
	if !named {
		return
	}
	keys := []source{of}
	if of.ref != "" {
		keys = append(keys, of.anyRef())
	}
	for _, key := range keys {
		if c[key] == nil {
			c[key] = &samePieces{}
		}
		c[key].add(e, o)
	}
}

// counting is the piece of a source that counts: of what a person says, that of an EvidenceSource
// where there is one; of what two EvidenceSources say of one ID with the same to show for it, which
// is one event, the first.
func (c piecesBySource) counting(e *praxisv1.Evidence, of source) *praxisv1.Evidence {
	var bySource *praxisv1.Evidence
	if all := c[of.anyRef()]; all != nil {
		bySource = all.counting()
	}
	if bySource != nil && (of.ref == "" || len(Shared(e, bySource)) > 0) {
		return bySource
	}
	return c[of].counting()
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
func (p *panel) beside(own func() Judgement) Judgement {
	e, admitted := p.Evidence, p.admitted()
	if len(p.Pieces) > maxPieces && !slices.ContainsFunc(admitted, func(other *praxisv1.Evidence) bool { return other.Name == e.Name }) {
		return tooMany(e)
	}
	alone := own()
	mine, named := sourceOf(e)
	if !named {
		return alone
	}
	all := piecesBySource{}
	all.add(e, alone)
	for _, other := range admitted {
		if of, named := sourceOf(other); named && of.anyRef() == mine.anyRef() && other.Name != e.Name {
			all.add(other, p.asLookedAt(other))
		}
	}
	return standing(e, alone, all.counting(e, mine))
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
func (p *panel) asLookedAt(e *praxisv1.Evidence) Judgement {
	if meta.IsStatusConditionFalse(e.Status.Conditions, praxisv1.ConditionValid) {
		return Judgement{Valid: metav1.ConditionFalse, Accepted: metav1.ConditionFalse}
	}
	return p.outcome(e)
}

// Outdated are the names of the pieces of the Action of which the status says something else
// than they come to beside the others, or by who may judge now. What nobody has looked at
// yet is not among them: it is looked at anyway.
func (in Input) Outdated() []string {
	p := in.panel()
	admitted := p.admitted()
	all, alone := piecesBySource{}, map[string]Judgement{}
	for _, e := range admitted {
		o := p.asLookedAt(e)
		alone[e.Name] = o
		all.add(e, o)
	}
	var names []string
	for i := range p.Pieces {
		e := &p.Pieces[i]
		own, looked := alone[e.Name]
		switch of, named := sourceOf(e); {
		case !looked:
			own = tooMany(e)
		case named:
			own = standing(e, own, all.counting(e, of))
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
