// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"strings"
)

// claimed begin the names of headers by which a request says who sent it. API servers and
// proxies believe them of each other, so none may come in from outside and none may pass on.
var claimed = []string{"impersonate-", "x-remote-"}

// Strip removes all headers that say who somebody is, however they are written: a server in
// between may take an underscore for a hyphen.
func Strip(h http.Header) {
	for name := range h {
		plain := strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		for _, prefix := range claimed {
			if strings.HasPrefix(plain, prefix) {
				delete(h, name)
			}
		}
	}
}
