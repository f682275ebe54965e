// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/lru"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
)

// rates holds how fast requests for a path come, whether or not there is such a source: a limit
// that only sources have would tell which there are.
type rates struct {
	limits Limits
	mu     sync.Mutex
	known  *lru.Cache
}

// knownPaths is of how many paths the rate is known; of one that is forgotten it begins anew.
const knownPaths = 4096

func newRates(limits Limits) *rates { return &rates{limits: limits, known: lru.New(knownPaths)} }

func (r *rates) allow(path string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	bucket, known := r.known.Get(path)
	if !known {
		bucket = rate.NewLimiter(rate.Limit(r.limits.PerSecond), r.limits.Burst)
		r.known.Add(path, bucket)
	}
	return bucket.(*rate.Limiter).AllowN(now, 1)
}

// compiled keeps the rules of sources, which take longer to compile than to evaluate.
type compiled struct{ known *lru.Cache }

const knownRules = 512

type version struct {
	uid        types.UID
	generation int64
}

type outcome struct {
	rules *source.Rules
	err   error
}

func newCompiled() *compiled { return &compiled{lru.New(knownRules)} }

func (c *compiled) of(s *praxisv1.EvidenceSource) (*source.Rules, error) {
	key := version{s.UID, s.Generation}
	if known, ok := c.known.Get(key); ok {
		return known.(outcome).rules, known.(outcome).err
	}
	rules, err := source.Compile(&s.Spec)
	c.known.Add(key, outcome{rules, err})
	return rules, err
}

// decompress is the body as it was before it was compressed, and no longer than it may be.
func decompress(r *http.Request, body []byte, most int64) ([]byte, error) {
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		return body, nil
	case "gzip":
	default:
		return nil, fmt.Errorf("the body is encoded as %.20q; send it as it is, or as gzip", encoding)
	}
	reader, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the body says that it is gzip, and is not")
	}
	plain, err := io.ReadAll(io.LimitReader(reader, most+1))
	switch {
	case err != nil:
		return nil, errors.New("the body is gzip that is broken")
	case int64(len(plain)) > most:
		return nil, fmt.Errorf("the body is longer than %d bytes once it is decompressed; send less", most)
	}
	return plain, nil
}
