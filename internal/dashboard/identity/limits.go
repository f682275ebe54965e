// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/time/rate"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"
)

// Signing in costs a request to the API server or to the provider. An address may begin with
// so many and go on with so many a second; where a proxy stands in front and does not say whom
// it speaks for, it is one address for all. All together get no more than the second pair.
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
	header    string // in which a proxy in front says whom a request comes from; empty is nowhere
}

func newLimits(c clock.PassiveClock) *limits {
	return &limits{clock: c, addresses: lru.New(keptAddresses), all: rate.NewLimiter(allSignInsASecond, allSignInsAtOnce)}
}

// allow says whether one more may be asked about. The own share is taken first, so that who
// tries too often takes nothing from others.
func (l *limits) allow(r *http.Request) bool {
	from, now := l.addressOf(r), l.clock.Now()
	known, found := l.addresses.Get(from)
	if !found {
		known = rate.NewLimiter(signInsASecond, signInsAtOnce)
		l.addresses.Add(from, known)
	}
	return known.(*rate.Limiter).AllowN(now, 1) && l.all.AllowN(now, 1)
}

// addressOf is whom a request comes from. Of IPv6 somebody has a whole network. Of several
// addresses in the header only the last is the word of the proxy: it adds to what it was sent.
func (l *limits) addressOf(r *http.Request) string {
	if l.header != "" {
		if all := r.Header.Values(l.header); len(all) > 0 {
			last := all[len(all)-1]
			if address, err := netip.ParseAddr(strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])); err == nil {
				return networkOf(address)
			}
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	return networkOf(address)
}

func networkOf(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	return netip.PrefixFrom(address, 64).Masked().String()
}

// once lets everything through once, for as long as it remembers.
type once struct {
	mu   sync.Mutex
	seen *lru.Cache
}

func (o *once) first(of string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, again := o.seen.Get(of); again {
		return false
	}
	o.seen.Add(of, nil)
	return true
}
