// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// unlearned is what a server says of a kind that a stamping policy is for, until it has read the
// kind's schema: it looks for new ones every five seconds.
const unlearned = "There can be a delay between when CustomResourceDefinitions are created and when they are available"

// comesAgain sends a request once more while the server says that it has not learned of a kind
// yet, as people who install Praxis and apply a goal at once have to.
type comesAgain struct {
	next http.RoundTripper
	// pause is how long it waits before it comes again.
	pause time.Duration
}

func (c comesAgain) RoundTrip(request *http.Request) (*http.Response, error) {
	until := time.Now().Add(patience)
	for {
		response, err := c.next.RoundTrip(request)
		if err != nil || response.StatusCode != http.StatusServiceUnavailable || request.GetBody == nil || time.Now().After(until) {
			return response, err
		}
		said, err := io.ReadAll(response.Body)
		response.Body.Close()
		response.Body = io.NopCloser(bytes.NewReader(said))
		if err != nil || !bytes.Contains(said, []byte(unlearned)) {
			return response, err
		}
		select {
		case <-request.Context().Done():
			return response, nil
		case <-time.After(c.pause):
		}
		request = request.Clone(request.Context())
		if request.Body, err = request.GetBody(); err != nil {
			return nil, err
		}
	}
}
