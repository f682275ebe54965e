// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net"
	"net/http"
	"net/netip"

	"golang.org/x/time/rate"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"
)

// Signing in costs a request to the API server or to the provider. An address may begin with
// so many and go on with so many a second; where a proxy stands in front, it is one address
// for all. All together get no more than the second pair.
const (
	signInsASecond, signInsAtOnce       = 5, 50
	allSignInsASecond, allSignInsAtOnce = 50, 200
	keptAddresses                       = 10_000
)

// limits keep who tries sign-ins from keeping the API server or the provider busy.
type limits struct {
	clock     clock.PassiveClock
	addresses *lru.Cache // to *rate.Limiter
	all       *rate.Limiter
}

func newLimits(c clock.PassiveClock) *limits {
	return &limits{clock: c, addresses: lru.New(keptAddresses), all: rate.NewLimiter(allSignInsASecond, allSignInsAtOnce)}
}

// allow says whether one more may be asked about. The own share is taken first, so that who
// tries too often takes nothing from others.
func (l *limits) allow(r *http.Request) bool {
	from, now := addressOf(r), l.clock.Now()
	known, found := l.addresses.Get(from)
	if !found {
		known = rate.NewLimiter(signInsASecond, signInsAtOnce)
		l.addresses.Add(from, known)
	}
	return known.(*rate.Limiter).AllowN(now, 1) && l.all.AllowN(now, 1)
}

// addressOf is whom a request comes from. Of IPv6 somebody has a whole network.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil || address.Unmap().Is4() {
		return host
	}
	network, err := address.Prefix(64)
	if err != nil {
		return host
	}
	return network.String()
}
