// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhatAServerHasNotLearnedOfYetIsAskedForAgain(t *testing.T) {
	for name, c := range map[string]struct {
		says  string
		after int // how many answers are a refusal
		asked int
		want  int
	}{
		"a kind that it does not know yet": {"Resource kind praxis.dev/v1alpha1, Kind=Evidence not found. " + unlearned + ".", 2, 3, http.StatusCreated},
		"a server that is going away":      {"the apiserver is shutting down", 2, 1, http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil || string(body) != "the object" {
					t.Errorf("request %d has the body %q: %v", asked, body, err)
				}
				if asked++; asked <= c.after {
					http.Error(w, c.says, http.StatusServiceUnavailable)
					return
				}
				w.WriteHeader(http.StatusCreated)
			}))
			defer server.Close()
			response, err := (&http.Client{Transport: comesAgain{next: http.DefaultTransport}}).Post(server.URL, "", strings.NewReader("the object"))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			said, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != c.want || asked != c.asked {
				t.Errorf("after %d requests: %s, want %d requests and %d", asked, response.Status, c.asked, c.want)
			}
			if c.want == http.StatusServiceUnavailable && !strings.Contains(string(said), c.says) {
				t.Errorf("what the server said is lost: %q", said)
			}
		})
	}
}
