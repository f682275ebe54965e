// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package fence

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

// body is what GetBody of a request returns.
func body(r io.Reader) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
}

func TestALeaseWhoseHolderCannotBeDeterminedIsNotWritten(t *testing.T) {
	for name, c := range map[string]struct {
		body func() (io.ReadCloser, error)
		want string
	}{
		"a body that is read once":        {nil, "the lease is written without a body that can be read twice"},
		"a body that cannot be had again": {func() (io.ReadCloser, error) { return nil, errors.New("spent") }, "spent"},
		"a body that breaks off":          {body(iotest.ErrReader(errors.New("broken off"))), "broken off"},
		"a body that is no Lease":         {body(strings.NewReader(`{"kind": "Lease"`)), "reading who takes the lease: "},
		"a body of a kind that is none":   {body(strings.NewReader(`{"apiVersion":"coordination.k8s.io/v1","kind":"Release"}`)), "reading who takes the lease: "},
		"a body of another kind":          {body(strings.NewReader(`{"apiVersion":"v1","kind":"ConfigMap"}`)), "reading who takes the lease: the body is a *v1.ConfigMap and not a Lease of coordination.k8s.io/v1"},
		"a Lease of another version":      {body(strings.NewReader(`{"apiVersion":"coordination.k8s.io/v1beta1","kind":"Lease","spec":{"holderIdentity":"me"}}`)), "reading who takes the lease: the body is a *v1beta1.Lease and not a Lease of coordination.k8s.io/v1"},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://cluster"+lease, strings.NewReader(mine))
			if err != nil {
				t.Fatal(err)
			}
			request.GetBody = c.body
			f := New(15*time.Second, clocktesting.NewFakePassiveClock(start))
			response, err := f.Wrap(unreachable{t}).RoundTrip(request)
			if err == nil {
				t.Fatal(response.Body.Close(), "it was written")
			}
			if !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}

var start = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)

// unreachable fails the test if anything is sent.
type unreachable struct{ *testing.T }

func (u unreachable) RoundTrip(r *http.Request) (*http.Response, error) {
	u.Errorf("%s %s was sent", r.Method, r.URL.Path)
	return nil, errors.New("nothing is to be sent")
}

// cut breaks every connection.
type cut struct{}

func (cut) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("cut") }

func TestARenewalWithoutAResponseRenewsNothing(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(start)
	f := New(15*time.Second, clock)
	if err := send(t, f, 200, http.MethodPut, lease, mine); err != nil {
		t.Fatal(err)
	}
	clock.SetTime(start.Add(10 * time.Second))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://cluster"+lease, strings.NewReader(mine))
	if err != nil {
		t.Fatal(err)
	}
	if response, err := f.Wrap(cut{}).RoundTrip(request); err == nil {
		t.Fatal(response.Body.Close(), "it was answered")
	}
	clock.SetTime(start.Add(14 * time.Second)) // after the only renewal that got a response
	if send(t, f, 200, http.MethodPatch, status, "") == nil {
		t.Error("it writes by a renewal that nobody confirmed")
	}
}

func TestARefusedWriteSaysHowLongAgoTheLeaseWasRenewed(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(start)
	f := New(15*time.Second, clock)
	if err := send(t, f, 200, http.MethodPut, lease, mine); err != nil {
		t.Fatal(err)
	}
	clock.SetTime(start.Add(90*time.Second + 400*time.Microsecond))
	const want = "not written: the lease was last renewed 1m30s ago, and another replica may lead"
	if err := send(t, f, 200, http.MethodPatch, status, ""); err == nil || err.Error() != want {
		t.Errorf("it says %v, want %s", err, want)
	}
}

func TestOneWithoutTheLeaseSaysSoAndNotForHowLong(t *testing.T) {
	const want = "not written: this replica does not hold the lease, and another may lead; it stands by until it does"
	for name, requests := range map[string][]string{
		"it never held it":   nil,
		"it has given it up": {mine, nobody},
	} {
		t.Run(name, func(t *testing.T) {
			f := New(15*time.Second, clocktesting.NewFakePassiveClock(start))
			for _, request := range requests {
				if err := send(t, f, 200, http.MethodPut, lease, request); err != nil {
					t.Fatal(err)
				}
			}
			if err := send(t, f, 200, http.MethodPatch, status, ""); err == nil || err.Error() != want {
				t.Errorf("it says %v, want %s", err, want)
			}
		})
	}
}

func TestABodyOfAnotherKindGivesNoLeaseBack(t *testing.T) {
	f := New(15*time.Second, clocktesting.NewFakePassiveClock(start))
	if err := send(t, f, 200, http.MethodPut, lease, mine); err != nil {
		t.Fatal(err)
	}
	if send(t, f, 200, http.MethodPost, lease, `{"apiVersion":"v1","kind":"ConfigMap"}`) == nil {
		t.Error("a ConfigMap is written as a Lease")
	}
	if err := send(t, f, 200, http.MethodPatch, status, ""); err != nil {
		t.Error("and its holder no longer leads: ", err)
	}
}

func TestALeaseThatNamesNoHolderIsGivenBack(t *testing.T) {
	f := New(15*time.Second, clocktesting.NewFakePassiveClock(start))
	if err := send(t, f, 200, http.MethodPut, lease, mine); err != nil {
		t.Fatal(err)
	}
	if err := send(t, f, 200, http.MethodPut, lease, `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","spec":{}}`); err != nil {
		t.Fatal(err)
	}
	if send(t, f, 200, http.MethodPatch, status, "") == nil {
		t.Error("it is written after the lease was given back")
	}
}
