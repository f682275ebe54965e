// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

func TestConnectionsThatSendNothingKeepNobodyAway(t *testing.T) {
	c := newCluster()
	r := c.serve(nil)
	var idle sync.WaitGroup
	var ends []*io.PipeWriter
	for i := range 100 {
		body, end := io.Pipe()
		ends = append(ends, end)
		request := httptest.NewRequest(http.MethodPost, fmt.Sprintf("/hooks/shop/nothing-%d", i%5), body)
		if i%2 == 0 {
			request.URL.Path = path
		}
		idle.Go(func() { answerTo(r, request) })
	}
	for _, end := range ends { // each has begun to be read
		_, _ = end.Write([]byte("{"))
	}
	if w := answerTo(r, delivery(path, body)); w.Code != http.StatusAccepted {
		t.Errorf("it is %d", w.Code)
	}
	for _, end := range ends {
		_ = end.Close()
	}
	idle.Wait()
	if r.queued.used != 0 || len(r.queued.of) != 0 {
		t.Errorf("%d bytes are held for %v", r.queued.used, r.queued.of)
	}
}

func TestAPathHoldsItsShareAlone(t *testing.T) {
	p := newPool(Limits{Bytes: 10, Queue: 400})
	if !p.take("a", 50) || p.take("a", 1) || !p.take("b", 50) {
		t.Errorf("they hold %v", p.of)
	}
	for i := range 6 {
		p.take(fmt.Sprint(i), 50)
	}
	if p.take("c", 1) {
		t.Error("more is held than there may be")
	}
	p.give("a", 50)
	if !p.take("c", 1) || len(p.of) != 8 {
		t.Errorf("they hold %v", p.of)
	}
}

func TestASourceWorksInItsOwnSlots(t *testing.T) {
	s, release := newSlots(), make(chan struct{})
	var busy sync.WaitGroup
	begun := make(chan struct{})
	for range workOfOne {
		busy.Go(func() {
			s.do(context.Background(), "a", func() {
				begun <- struct{}{}
				<-release
			})
		})
		<-begun
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if s.do(over, "a", func() {}) {
		t.Error("a source works in more slots than it has")
	}
	close(release)
	busy.Wait()
	if !s.do(context.Background(), "a", func() {}) {
		t.Error("a slot that is free is not given")
	}
}
