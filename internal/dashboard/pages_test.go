// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const (
	jonas = "jonas@example.com"
	mira  = "mira@example.com"
	tomas = "tomas@example.com"
)

// paths is every page of the recorded week.
var paths = []string{
	"/", "/map", "/utility/platform/safe-deploys", "/week/platform/safe-deploys", "/week/platform/safe-deploys/2026-W48",
	"/review/platform/safe-deploys-2026-w48-review", "/heatmap", "/evidence/platform/dry-run", "/search?q=deploy", "/me",
	"/report/platform", "/report/platform/safe-deploys?period=week",
}

func TestEveryPageIsThereInBothLanguagesAndAsData(t *testing.T) {
	for _, recording := range []string{"thursday.yaml", "friday.yaml"} {
		for _, user := range []string{jonas, mira} {
			s := newStage(t, recording, user)
			for _, path := range paths {
				for _, language := range []string{"en", "zh-CN"} {
					t.Run(recording+" "+user+" "+path+" "+language, func(t *testing.T) {
						code, body, _ := s.get(t, path, "Accept-Language", language)
						if code != http.StatusOK || !strings.Contains(body, "</html>") || strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "%!") {
							t.Errorf("it answered %d:\n%s", code, body)
						}
						if strings.Contains(body, "<style") || strings.Contains(body, " style=") || strings.Contains(body, " onclick=") {
							t.Error("a page has a style or a script in itself, which the policy refuses")
						}
					})
				}
				code, body, _ := s.get(t, path, "Accept", "application/json")
				if code != http.StatusOK || !json.Valid([]byte(body)) {
					t.Errorf("%s as data answered %d: %s", path, code, body)
				}
			}
		}
	}
}
