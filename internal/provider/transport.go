// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"k8s.io/client-go/rest"
)

// MostBytes is how long an answer may be. One sample takes a few hundred.
const MostBytes = 1 << 20

// errTooLong says that an answer was longer.
var errTooLong = errors.New("the answer is longer than 1 MiB")

// seen is what an answer said besides its content.
type seen struct {
	status     int
	retryAfter string
	date       time.Time
}

type seenKey struct{}

// Limited is a client as a config describes that follows no redirect, waits only so long, and
// reads no more than MostBytes of an answer. Where it would be sent is decided by whoever wrote
// the address, and not by whoever answers there.
func Limited(config *rest.Config, timeout time.Duration) (*http.Client, error) {
	config = rest.CopyConfig(config)
	config.Timeout = timeout
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return limited{next} })
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	own := *client // it may be the default one, which is everybody's
	own.Timeout = timeout
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if own.Transport == nil {
		own.Transport = limited{http.DefaultTransport}
	}
	return &own, nil
}

type limited struct{ http.RoundTripper }

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := l.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if s := seenIn(r.Context()); s != nil {
		s.status, s.retryAfter = response.StatusCode, response.Header.Get("Retry-After")
		s.date, _ = http.ParseTime(response.Header.Get("Date"))
	}
	response.Body = &limitedBody{response.Body, MostBytes}
	return response, nil
}

// WrappedRoundTripper lets client-go cancel what is under way.
func (l limited) WrappedRoundTripper() http.RoundTripper { return l.RoundTripper }

func seenIn(ctx context.Context) *seen {
	s, _ := ctx.Value(seenKey{}).(*seen)
	return s
}

type limitedBody struct {
	io.ReadCloser
	left int
}

func (b *limitedBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	if b.left -= n; b.left < 0 {
		return 0, errTooLong
	}
	return n, err
}
