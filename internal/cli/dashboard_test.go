// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

func TestTheDashboardIsOpenedWithoutShowingItsCodeToOthers(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	var out strings.Builder
	opened := ""
	o := &dashboardOptions{Tool: &Tool{IOStreams: genericiooptions.IOStreams{Out: &out}}, code: true, browse: func(what string) error { opened = what; return nil }}
	inside := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	door, url := o.door(inside, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8088})
	if !strings.HasPrefix(url, "http://127.0.0.1:8088/?code=") || !strings.Contains(out.String(), url+"\n") {
		t.Fatalf("it is at %s, and says %s", url, out.String())
	}
	forget, err := o.lead(url)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(opened)
	if err != nil || !strings.Contains(string(text), url) || strings.Contains(opened, "code=") {
		t.Errorf("the browser is led by %s: %s, %v", opened, text, err)
	}
	if info, err := os.Stat(opened); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", info, err)
	}
	forget()
	if _, err := os.Stat(opened); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
	w := httptest.NewRecorder()
	door.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))
	if w.Code != http.StatusSeeOther || strings.Count(out.String(), "?code=") != 2 {
		t.Errorf("it answers %d and says %s", w.Code, out.String())
	}
	o.code = false
	if open, url := o.door(inside, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8088}); url != "http://127.0.0.1:8088/" {
		t.Errorf("without a code it is at %s", url)
	} else if w := httptest.NewRecorder(); true {
		open.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))
		if w.Code != http.StatusTeapot {
			t.Errorf("without a code it answers %d", w.Code)
		}
	}
}
