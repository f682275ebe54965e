// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"net/http"
	"strings"
)

// The bundle is htmx with its SSE extension, which have to be one file: loaded as two they race.
//
//go:embed static/htmx.js
var htmx []byte

//go:embed static/praxis.js
var script []byte

//go:embed static/praxis.css
var style []byte

//go:embed static/icon.svg
var icon []byte

// asset is a file that never changes under its name.
type asset struct {
	kind         string
	body, packed []byte
}

// files are the assets by their paths, which hold a digest of what is in them.
type files struct {
	by      map[string]asset
	css, js string
}

var assets = func() *files {
	f := &files{by: map[string]asset{}}
	add := func(name, ext, kind string, body []byte) string {
		var packed bytes.Buffer
		w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level exists
		_, _ = w.Write(body)                                       // into memory
		_ = w.Close()
		path := "/static/" + name + "-" + digest(body) + ext
		f.by[path] = asset{kind, body, packed.Bytes()}
		return path
	}
	f.css = add("praxis", ".css", "text/css; charset=utf-8", style)
	f.js = add("praxis", ".js", "text/javascript; charset=utf-8", bytes.Join([][]byte{htmx, script}, []byte("\n;\n")))
	f.by["/static/icon.svg"] = asset{kind: "image/svg+xml", body: icon}
	return f
}()

func (f *files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, known := f.by[r.URL.Path]
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Vary", "Accept-Encoding")
	body := a.body
	if a.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		body = a.packed
	}
	_, _ = w.Write(body) // whoever asked may have gone
}
