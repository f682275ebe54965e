// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command receiver measures what a flood of deliveries does to the receiver of events: how much
// memory it takes, and how long the deliveries of another namespace take meanwhile. The receiver is
// a process of its own that keeps what it makes in memory, so that no API server is measured with
// it. `make bench` runs it.
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	flags := flag.NewFlagSet("receiver", flag.ExitOnError)
	serves := flags.Bool("serve", false, "be the receiver, which says where it listens")
	rate := flags.Int("rate", 5000, "deliveries of the flood in a second")
	lasts := flags.Duration("for", time.Minute, "how long each flood lasts")
	_ = flags.Parse(os.Args[1:]) // exits by itself
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	do := func() error { return measure(ctx, *rate, *lasts) }
	if *serves {
		do = func() error { return serve(ctx) }
	}
	if err := do(); err != nil {
		fmt.Fprintln(os.Stderr, "receiver:", err)
		os.Exit(1)
	}
}

// secret is what all sources have.
const secret = "s3"

// floods are by whom and with what the receiver is kept busy.
var floods = []struct{ says, path, key string }{
	{"a path that is only answered", bare, secret},
	{"one source, well signed", "/hooks/flood/forge", secret},
	{"one source, with a wrong secret", "/hooks/flood/forge", "wrong"},
	{"paths without a source", "/hooks/flood/nothing-%d", "wrong"},
}

func measure(ctx context.Context, rate int, lasts time.Duration) error {
	fmt.Printf("%d cores, %s/%s, %s; %d deliveries a second asked for\n\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), rate)
	fmt.Printf("%-32s %9s %7s %12s %12s %12s %9s  %s\n", "FLOOD", "SENT/S", "UNSENT", "CPU EACH", "OTHERS P50", "OTHERS P99", "PEAK MiB", "ANSWERS")
	base, stop, err := start(ctx)
	if err != nil {
		return err
	}
	defer stop.f()
	n := &neighbour{base: base}
	n.run(ctx, min(lasts, 10*time.Second))
	fmt.Printf("%-32s %9s %7s %12s %12s %12s %9.0f\n", "none", "0", "0", "", n.at(50), n.at(99), peak(stop.pid))
	for _, f := range floods {
		during, before := &neighbour{base: base}, used(stop.pid)
		var all sync.WaitGroup
		all.Go(func() { during.run(ctx, lasts) })
		flood := &sender{base: base, path: f.path, key: f.key}
		flood.run(ctx, rate, lasts)
		all.Wait()
		if err := errors.Join(ctx.Err(), during.failed()); err != nil {
			return err
		}
		each := (used(stop.pid) - before) / time.Duration(max(flood.sent.Load(), 1))
		fmt.Printf("%-32s %9.0f %7d %12s %12s %12s %9.0f  %s\n", f.says, float64(flood.sent.Load())/lasts.Seconds(), flood.unsent.Load(), each.Round(time.Microsecond),
			during.at(50), during.at(99), peak(stop.pid), flood.answered())
	}
	return nil
}

type stopper struct {
	pid int
	f   func()
}

// start runs this program as the receiver.
func start(ctx context.Context) (base string, stop *stopper, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-serve")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return "", nil, err
	}
	if _, err := fmt.Fscanln(out, &base); err != nil {
		return "", nil, fmt.Errorf("the receiver does not start: %w", err)
	}
	return base, &stopper{cmd.Process.Pid, func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() }}, nil
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peak is the most memory that a process has had, in MiB; 0 where the system does not tell.
func peak(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // of Linux alone
	found := peakLine.FindSubmatch(text)
	var kib float64
	if found != nil {
		_, _ = fmt.Sscan(string(found[1]), &kib)
	}
	return kib / 1024
}

// used is how much of the processor's time a process has had, which hangs less on what else the
// machine does; 0 where the system does not tell.
func used(pid int) time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // of Linux alone
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	var user, system int
	if len(fields) > 12 {
		_, _ = fmt.Sscan(fields[11]+" "+fields[12], &user, &system)
	}
	return time.Duration(user+system) * time.Second / 100
}

// sender is a flood. A delivery that finds all its connections busy is not sent, since a sender
// that waits is no flood.
type sender struct {
	base, path, key string
	sent, unsent    atomic.Int64
	mu              sync.Mutex
	answers         map[string]int
}

// connections are those of the flood.
const connections = 256

func (s *sender) run(ctx context.Context, rate int, lasts time.Duration) {
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	s.answers = map[string]int{}
	work, over := make(chan int, connections), time.Now().Add(lasts)
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			for i := range work {
				path := s.path
				if strings.Contains(path, "%d") {
					path = fmt.Sprintf(path, i)
				}
				s.count(post(ctx, client, s.base+path, s.key, i))
			}
		})
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	began, due := time.Now(), 0
	for time.Now().Before(over) && ctx.Err() == nil {
		<-tick.C
		for ; due < int(time.Since(began).Seconds()*float64(rate)); due++ {
			select {
			case work <- due:
			default:
				s.unsent.Add(1)
			}
		}
	}
	close(work)
	all.Wait()
}

func (s *sender) count(status int, err error) {
	s.sent.Add(1)
	key := fmt.Sprint(status)
	if err != nil {
		key = "broken"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[key]++
}

func (s *sender) answered() string {
	var says []string
	for status, n := range s.answers {
		says = append(says, fmt.Sprintf("%s:%d", status, n))
	}
	slices.Sort(says)
	return strings.Join(says, " ")
}

// post sends a signed delivery with an ID.
func post(ctx context.Context, client *http.Client, url, key string, id int) (int, error) {
	body := fmt.Appendf(nil, `{"action": "closed", "pull_request": {"id": %d, "merged": true, "title": %q}}`, id, strings.Repeat("x", 2000))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	request.Header.Set("X-GitHub-Event", "pull_request")
	request.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, errors.Join(err, response.Body.Close())
}

// neighbour is another namespace, which sends now and then.
type neighbour struct {
	base string
	took []time.Duration
	err  error
}

func (n *neighbour) run(ctx context.Context, lasts time.Duration) {
	client, over := &http.Client{Timeout: 30 * time.Second}, time.Now().Add(lasts)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := 0; time.Now().Before(over) && ctx.Err() == nil; i++ {
		<-tick.C
		began := time.Now()
		status, err := post(ctx, client, n.base+"/hooks/shop/forge", secret, i)
		if err == nil && status != http.StatusAccepted {
			err = fmt.Errorf("another namespace is answered %d", status)
		}
		n.err = errors.Join(n.err, err)
		n.took = append(n.took, time.Since(began))
	}
}

func (n *neighbour) failed() error { return n.err }

// at is a percentile.
func (n *neighbour) at(percent int) time.Duration {
	if len(n.took) == 0 {
		return 0
	}
	slices.Sort(n.took)
	return n.took[(len(n.took)-1)*percent/100].Round(10 * time.Microsecond)
}
