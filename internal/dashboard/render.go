// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"

	"github.com/praxis-dev/praxis/internal/dashboard/words"
	"github.com/praxis-dev/praxis/internal/version"
)

//go:embed templates
var templates embed.FS

// renderer has the templates in each language.
type renderer struct {
	in map[string]*template.Template
}

func newRenderer() (*renderer, error) {
	r := &renderer{in: map[string]*template.Template{}}
	for _, w := range words.All {
		t, err := template.New("pages").Funcs(functions(w)).ParseFS(templates, "templates/*.tmpl")
		if err != nil {
			return nil, err
		}
		r.in[w.Tag] = t
	}
	return r, nil
}

// frame is what is around a page.
type frame struct {
	*page
	Lang, Other, OtherName, Path, User string
	CSS, JS, Events, Version           string
	Query, Did                         string
	SignOut                            bool
	Body                               template.HTML
}

// fragment marks a request for the part of a page that changes.
type fragment struct{}

// write answers with a whole page, or with the part of it that changes.
func (r *renderer) write(w http.ResponseWriter, v *visit, p *page) {
	t := r.in[v.words.Tag]
	var body bytes.Buffer
	// What may be old says so within the part that changes, so that a page that is open says it too.
	var failed error
	if silent := v.Access.Healthy(); silent != nil {
		failed = t.ExecuteTemplate(&body, "silent", silent.Error())
	}
	if err := errors.Join(failed, t.ExecuteTemplate(&body, p.Name, p.Data)); err != nil {
		v.Log.Error(err, "a page cannot be written", "page", p.Name)
		http.Error(w, "The page cannot be written; the log of the dashboard says why.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if v.ctx().Value(fragment{}) != nil {
		w.Header().Set(namespaceHeader, p.Namespace)
		w.WriteHeader(p.Status)
		_, _ = w.Write(body.Bytes())
		return
	}
	f := frame{
		page: p, Lang: v.words.Tag, Path: v.r.URL.RequestURI(), User: v.me.User, CSS: assets.css, JS: assets.js, Version: version.Version,
		SignOut: v.Who.Routes() != nil && v.me.User != "",
		Query:   v.r.URL.Query().Get("q"), Did: v.did(), Body: template.HTML(body.String()), // of a template, which escapes
	}
	for _, other := range words.All {
		if other.Tag != f.Lang {
			f.Other, f.OtherName = other.Tag, other.Name
		}
	}
	if !p.Still && v.r.Method == http.MethodGet {
		f.Events = "/events?" + url.Values{"of": {f.Path}, "at": {digest(body.Bytes())}}.Encode()
	}
	var whole bytes.Buffer
	if err := t.ExecuteTemplate(&whole, "layout", f); err != nil {
		v.Log.Error(err, "a page cannot be written", "page", p.Name)
		http.Error(w, "The page cannot be written; the log of the dashboard says why.", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(whole.Bytes()) // whoever asked may have gone
}

// digest names a state of a page.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8])
}

// deeds are what a page can say was done, by what stands in its address.
var deeds = map[string]string{
	"submitted": "%s was handed in. It counts once somebody else has accepted it.",
	"twice":     "%s was handed in already; it is there once.",
	"retracted": "%s was taken back.",
	"accepted":  "%s is accepted.",
	"rejected":  "%s is sent back, with your reason.",
	"saved":     "%s is saved.",
	"signed":    "%s is signed, and no longer changes.",
	"handed":    "%s was handed over.",
	"disputed":  "Your statement of %s is disputed; an approver answers.",
	"answered":  "The dispute of %s is answered.",
	"approved":  "The statement of %s is approved by you.",
}

// did says what was done, after it was done.
func (v *visit) did() string {
	q := v.r.URL.Query()
	if says, known := deeds[q.Get("did")]; known && len(q.Get("what")) < 300 {
		return v.t(says, q.Get("what"))
	}
	return ""
}

// after leads to a page that says what was done.
func after(path, did, what string) *page {
	return &page{Goto: fmt.Sprintf("%s?%s", path, url.Values{"did": {did}, "what": {what}}.Encode()), JSON: map[string]string{"did": did, "what": what}}
}
