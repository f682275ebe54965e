// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Hit is an object that has the words that were searched for.
type Hit struct {
	Ref   `json:",inline"`
	State `json:"state"`
	// Title is what people call it, Text what it says.
	Title string `json:"title"`
	Text  string `json:"text,omitempty"`
	// Utility and Week that it belongs to.
	Utility string `json:"utility,omitempty"`
	Week    string `json:"week,omitempty"`
}

// Search finds what has every word, whatever its case: goals first, then KeyActions, Actions,
// evidence and Reviews. It returns at most so many, and how many more there are.
func (o Objects) Search(query string, most int) (hits []Hit, more int) {
	words := strings.Fields(strings.ToLower(query))
	has := func(texts ...string) bool {
		all := strings.ToLower(strings.Join(texts, "\n"))
		return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) })
	}
	hits = []Hit{}
	for i := range o.Utilities {
		u := &o.Utilities[i]
		texts := []string{u.Name, u.Spec.Statement, u.Spec.Organization}
		for _, b := range u.Spec.Beneficiaries {
			texts = append(texts, b.Who, b.Problem, b.Improvement)
		}
		if has(texts...) {
			hits = append(hits, Hit{Ref: refTo(kindUtility, u.Namespace, u.Name), State: utilityState(u), Title: u.Name, Text: u.Spec.Statement, Utility: u.Name})
		}
	}
	for i := range o.KeyActions {
		if ka := &o.KeyActions[i]; has(ka.Name, what(ka)) {
			hits = append(hits, Hit{Ref: refTo(kindKeyAction, ka.Namespace, ka.Name), State: keyActionState(ka), Title: ka.Name, Text: what(ka), Utility: ka.Spec.UtilityRef.Name})
		}
	}
	for i := range o.Actions {
		if a := &o.Actions[i]; has(Called(a), a.Spec.Do, a.Spec.User, o.person(a)) {
			hits = append(hits, Hit{Ref: refTo(kindAction, a.Namespace, a.Name), State: actionState(a), Title: Called(a), Text: a.Spec.Do, Utility: a.Spec.UtilityRef.Name, Week: o.weekOf(a)})
		}
	}
	hits = append(hits, o.searchSaid(has)...)
	if len(hits) > most {
		return hits[:most], len(hits) - most
	}
	return hits, 0
}

// searchSaid finds what people have said: of their work, in verdicts and in conclusions, the
// latest first.
func (o Objects) searchSaid(has func(...string) bool) []Hit {
	var hits []Hit
	pieces := slices.Clone(o.Evidence)
	slices.SortStableFunc(pieces, func(a, b praxisv1.Evidence) int { return b.CreationTimestamp.Compare(a.CreationTimestamp.Time) })
	for i := range pieces {
		e := &pieces[i]
		texts := []string{e.Name, e.Spec.Summary, e.Spec.SubmittedBy}
		for _, a := range e.Spec.Artifacts {
			texts = append(texts, a.Name, a.URI, a.Digest)
		}
		if e.Status.Verdict != nil {
			texts = append(texts, e.Status.Verdict.Note)
		}
		if has(texts...) {
			hits = append(hits, Hit{Ref: refTo(kindEvidence, e.Namespace, e.Name), State: evidenceState(e), Title: e.Name, Text: cmp.Or(e.Spec.Summary, e.Spec.SubmittedBy)})
		}
	}
	reviews := slices.Clone(o.Reviews)
	slices.SortStableFunc(reviews, func(a, b praxisv1.Review) int { return b.Spec.OpensAt.Compare(a.Spec.OpensAt.Time) })
	for i := range reviews {
		r := &reviews[i]
		texts := []string{r.Name, r.Spec.Conclusion}
		for _, d := range r.Spec.Decisions {
			texts = append(texts, d.Reason)
		}
		if has(texts...) {
			hits = append(hits, Hit{Ref: refTo(kindReview, r.Namespace, r.Name), State: reviewState(r), Title: r.Name, Text: r.Spec.Conclusion, Utility: r.Spec.UtilityRef.Name})
		}
	}
	return hits
}
