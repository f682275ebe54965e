// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package fence

import (
	"net/http"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

// server answers everything with one status code.
type server int

func (s server) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: int(s), Body: http.NoBody}, nil
}

const (
	lease  = "/apis/coordination.k8s.io/v1/namespaces/praxis-system/leases/praxis.praxis.dev"
	status = "/apis/praxis.dev/v1alpha1/namespaces/shop/actions/a/status"
	review = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
)

const (
	mine   = `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","spec":{"holderIdentity":"me","leaseDurationSeconds":15}}`
	nobody = `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","spec":{"holderIdentity":"","leaseDurationSeconds":1}}`
)

func send(t *testing.T, f *Fence, answer server, method, path, body string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, "https://cluster"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := f.Wrap(answer).RoundTrip(request)
	if err == nil {
		err = response.Body.Close()
	}
	return err
}

func TestOnlyTheHolderOfAFreshLeaseWrites(t *testing.T) {
	for name, c := range map[string]struct {
		renewal server        // how the server answers it
		after   time.Duration // when the write is tried
		method  string
		path    string
		refused bool
	}{
		"the leader writes":                            {200, 13 * time.Second, http.MethodPatch, status, false},
		"one that was paused does not":                 {200, 14 * time.Second, http.MethodPatch, status, true},
		"nor does it create anything":                  {200, time.Hour, http.MethodPost, status, true},
		"a paused one may read":                        {200, time.Hour, http.MethodGet, status, false},
		"a paused one may ask who somebody is":         {200, time.Hour, http.MethodPost, review, false},
		"a paused one may compete for the lease again": {200, time.Hour, http.MethodPut, lease, false},
		"a renewal that failed renews nothing":         {409, time.Second, http.MethodPatch, status, true},
		"one that never led does not write":            {0, time.Second, http.MethodDelete, status, true},
		"one that never led may compete for the lease": {0, time.Second, http.MethodPost, lease, false},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clocktesting.NewFakePassiveClock(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
			f := New(15*time.Second, clock)
			if c.renewal != 0 {
				if err := send(t, f, c.renewal, http.MethodPut, lease, mine); err != nil {
					t.Fatal(err)
				}
			}
			clock.SetTime(clock.Now().Add(c.after))
			if err := send(t, f, 200, c.method, c.path, mine); (err != nil) != c.refused {
				t.Error(err)
			}
		})
	}
}

func TestALeaseIsReleasedOnceAndOnlyByItsHolder(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	f := New(15*time.Second, clock)
	if err := send(t, f, 200, http.MethodPut, lease, mine); err != nil {
		t.Fatal(err)
	}
	if err := send(t, f, 200, http.MethodPut, lease, nobody); err != nil {
		t.Error("its holder cannot give it back: ", err)
	}
	if send(t, f, 200, http.MethodPatch, status, "") == nil {
		t.Error("it is written after the lease was given back")
	}
	if err := send(t, f, 200, http.MethodPut, lease, mine); err != nil {
		t.Fatal(err)
	}
	clock.SetTime(clock.Now().Add(time.Minute))
	if send(t, f, 200, http.MethodPut, lease, nobody) == nil {
		t.Error("what another may hold by now is given back")
	}
}
