// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// againForm is a form that came when its writer was signed out already, so that what was written
// is not lost.
type againForm struct {
	Action, Login string
	Fields        []againField
}

// againField is shown where somebody wrote into it.
type againField struct {
	Name, Label, Value string
	Hidden             bool
}

// again shows what somebody sent who is signed out. Nothing is read for it and nothing done.
func (s *server) again(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.refuse(w, r, http.StatusUnauthorized, "You are not signed in. Open the dashboard in a browser and sign in.")
		return
	}
	v := &visit{server: s, r: r, words: wordsFor(r, "")}
	f := againForm{Action: r.URL.Path, Login: "/auth/login?" + url.Values{"next": {"/"}}.Encode()}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		label := v.written(name)
		for _, value := range r.PostForm[name] {
			f.Fields = append(f.Fields, againField{Name: name, Label: label, Value: value, Hidden: label == ""})
		}
	}
	v.answer(w, &page{Name: "again", Title: v.t("You are signed out"), Status: http.StatusUnauthorized, Still: true, Data: f})
}

// written is what a field is called that people write into, or nothing.
func (v *visit) written(name string) string {
	kind, of, _ := strings.Cut(name, ".")
	switch kind {
	case "note":
		return v.t("A word about it; needed to send it back")
	case "summary":
		return v.t("What was done, in a sentence")
	case "conclusion":
		return v.t("Conclusion, in your words")
	case "adjust":
		return v.t("Add to it, or with - take away; empty changes nothing")
	case "because", "reason":
		return v.t("Why")
	case "artifact", "digest":
		return of
	}
	return ""
}
