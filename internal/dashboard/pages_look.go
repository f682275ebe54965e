// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
	reports "github.com/praxis-dev/praxis/internal/view/page"
)

// piecePage is a piece of evidence, with the form for whoever may judge it or take it back.
type piecePage struct {
	*view.Piece
	Utility, Zone string
	Digest        *praxisv1.EvidenceRoot
	CycleName     string
	Judge         *judgeForm
	Retract       bool
}

func (v *visit) showPiece() (*page, error) {
	namespace, name := v.of()
	e := &praxisv1.Evidence{}
	if err := v.Get(v.ctx(), client.ObjectKey{Namespace: namespace, Name: name}, e); err != nil {
		return nil, err
	}
	objects, err := gather.Around(v.ctx(), v.Client, namespace, e, nil)
	if err != nil {
		return nil, err
	}
	p := piecePage{Piece: objects.Piece(view.Ref{Kind: "Evidence", Namespace: namespace, Name: name}), Zone: "UTC"}
	if p.Piece == nil {
		return nil, gone("evidence", name)
	}
	for i := range objects.Cycles {
		if c := &objects.Cycles[i]; c.Name != "" {
			p.Utility, p.Zone, p.CycleName, p.Digest = c.Spec.UtilityRef.Name, c.Spec.TimeZone, c.Name, c.Status.Evidence
		}
	}
	awaited, own := slices.Contains(p.Judges, v.me.User), e.Status.JudgedBy == v.me.User && p.Digest == nil
	if (awaited || own) && e.Spec.SubmittedBy != v.me.User {
		p.Judge = newJudgeForm(e)
		p.Judge.Piece, p.Judge.Back = *p.Piece, v.r.URL.Path
	}
	p.Retract = e.Spec.SubmittedBy == v.me.User && !act.Judged(e) && evidence.Pending(e)
	return &page{Name: "evidence", Title: name, Nav: "/map", Namespace: namespace, Data: p, JSON: p.Piece}, nil
}

// found is what a search found.
type found struct {
	Query string
	Hits  []view.Hit
	More  int
}

const (
	// maxHits is how much a search shows.
	maxHits = 60
	// maxSearches is how many searches there are at once, and searchWaits how long one more waits.
	maxSearches, searchWaits = 4, 5 * time.Second
)

func (v *visit) search() (*page, error) {
	f := found{Query: strings.TrimSpace(v.r.URL.Query().Get("q")), Hits: []view.Hit{}}
	if len(f.Query) > 200 {
		return nil, &pageError{http.StatusRequestEntityTooLarge, v.t("That is too long to search for; a few words find more.")}
	}
	if f.Query != "" {
		if err := v.find(&f); err != nil {
			return nil, err
		}
	}
	return &page{Name: "search", Title: v.t("Search"), Still: true, Data: f, JSON: map[string]any{"query": f.Query, "items": f.Hits, "more": f.More}}, nil
}

// find looks through goals and work and, where they do not fill the page, through what was handed
// in, a namespace at a time, so that a search holds no more than it shows and one namespace.
func (v *visit) find(f *found) error {
	ctx, cancel := context.WithTimeout(v.ctx(), searchWaits)
	defer cancel()
	select {
	case v.searches <- struct{}{}:
		defer func() { <-v.searches }()
	case <-ctx.Done():
		return &pageError{http.StatusServiceUnavailable, v.t("Many people search at once. Try again in a moment.")}
	}
	objects, err := gather.Read(v.ctx(), v.Client, gather.Scope{})
	if err != nil {
		return err
	}
	objects.Evidence = nil
	f.Hits, f.More = objects.Search(f.Query, maxHits)
	namespaces, err := v.Access.Namespaces(v.ctx(), v.me)
	if err != nil {
		return err
	}
	for _, namespace := range namespaces {
		if f.More > 0 {
			return nil
		}
		var pieces praxisv1.EvidenceList
		switch err := gather.List(v.ctx(), v.Client, &pieces, namespace); {
		case apierrors.IsForbidden(err):
			continue // what is found is what may be read
		case err != nil:
			return err
		}
		hits, more := view.Objects{Evidence: pieces.Items}.Search(f.Query, maxHits-len(f.Hits))
		f.Hits, f.More = append(f.Hits, hits...), more
	}
	return nil
}

// right is whether somebody may do something in a namespace, and why not.
type right struct {
	What, Namespace, Reason string
	Allowed                 bool
}

type whoAmI struct {
	User       string
	Groups     []string
	Namespaces []string
	Rights     map[string][]right
	More       int
}

// asked are the things that people do here.
var asked = []struct{ what, verb, resource, sub string }{
	{"see goals", "list", "utilities", ""}, {"see evidence", "list", "evidence", ""}, {"hand in", "create", "evidence", ""},
	{"judge", "patch", "evidence", "status"}, {"fill in Reviews", "patch", "reviews", ""}, {"hand over work", "patch", "actions", ""},
}

// maxNamespaces is for how many namespaces rights are asked.
const maxNamespaces = 25

func (v *visit) whoAmI() (*page, error) {
	namespaces, err := v.Access.Namespaces(v.ctx(), v.me)
	if err != nil {
		return nil, err
	}
	w := whoAmI{User: v.me.User, Groups: v.me.Groups, Namespaces: namespaces, Rights: map[string][]right{}}
	if len(namespaces) > maxNamespaces {
		w.Namespaces, w.More = namespaces[:maxNamespaces], len(namespaces)-maxNamespaces
	}
	for _, namespace := range w.Namespaces {
		for _, a := range asked {
			allowed, reason, err := v.Access.May(v.ctx(), v.me, authorizationv1.ResourceAttributes{Namespace: namespace, Verb: a.verb, Group: "praxis.dev", Resource: a.resource, Subresource: a.sub})
			if err != nil {
				return nil, err
			}
			w.Rights[namespace] = append(w.Rights[namespace], right{What: v.t(a.what), Namespace: namespace, Reason: reason, Allowed: allowed})
		}
	}
	return &page{Name: "me", Title: v.t("Me"), Nav: "/me", Still: true, Data: w, JSON: w}, nil
}

// reportPage is the one page for whoever does not work on a goal.
type reportPage struct {
	Namespace, Name, Period, Of string
	Body                        template.HTML
	Markdown                    string
	None                        bool
}

func (v *visit) report() (*page, error) {
	namespace, name := v.of()
	q := v.r.URL.Query()
	period, of := q.Get("period"), strings.ToUpper(q.Get("of"))
	if period != view.PeriodWeek {
		period = view.PeriodQuarter
	}
	objects, err := gather.ForReport(v.ctx(), v.Client, gather.Scope{Namespace: namespace, Utility: name}, period, of)
	if err != nil {
		return nil, err
	}
	if len(objects.Utilities) == 0 {
		return nil, gone("utilities", name)
	}
	r := objects.Report(period, of, v.now)
	body, errBody := reports.Body(r, v.words.T, v.words.Reason)
	var markdown strings.Builder
	if err := errors.Join(errBody, reports.Markdown(&markdown, r)); err != nil {
		return nil, err
	}
	p := reportPage{Namespace: namespace, Name: name, Period: period, Of: of, Body: body, Markdown: markdown.String(), None: len(r.Goals) == 0}
	return &page{Name: "report", Title: v.t("Report"), Nav: "/map", Namespace: namespace, Data: p, JSON: r}, nil
}
