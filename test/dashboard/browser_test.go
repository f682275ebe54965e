// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"compress/gzip"
	"context"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/go-logr/logr"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard"
	"github.com/praxis-dev/praxis/internal/dashboard/local"
	"github.com/praxis-dev/praxis/internal/simclock"
)

// patience is how long a page may take to come, on a machine that does other things too.
const patience = 20 * time.Second

// serve is the dashboard of one person, by the clock of the operator.
func (s *scene) serve(t *testing.T, who string) string {
	t.Helper()
	must(t, praxisv1.AddToScheme(clientgoscheme.Scheme))
	cluster, err := local.New(t.Context(), local.Options{Config: s.configs[who], Scheme: clientgoscheme.Scheme, Known: []string{team}, Clock: clock.RealClock{}})
	must(t, err)
	simulated, err := simclock.Parse(clock.RealClock{}, s.clock[0], s.clock[1], 1)
	must(t, err)
	handler, err := dashboard.New(dashboard.Options{Who: cluster, Access: cluster.Access(), Clock: passive{simulated}, Timer: clock.RealClock{}, Hosts: []string{"127.0.0.1"}, Log: logr.Discard()})
	must(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// passive adds to a simulated clock how long ago something was.
type passive struct{ *simclock.Clock }

func (p passive) Since(t time.Time) time.Duration { return p.Now().Sub(t) }

// tab is a page of a browser.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string
	// close ends it before the test does.
	close func()
}

// browser starts one, and ends it with the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.DisableGPU, chromedp.Flag("font-render-hinting", "none"))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	must(t, chromedp.Do(ctx))
	return ctx
}

// open is a tab that remembers what the policy of a page refused, and looks as it is told to.
func open(in context.Context, t *testing.T, url string, width int64, scheme, language string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(in)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, url: url, close: cancel}
	b.do(
		call(network.Enable, network.EnableParams{}),
		call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}}),
		call(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 720, DeviceScaleFactor: 1, Mobile: width < 500}),
		call(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Zurich"}),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}),
		call(page.Enable, page.EnableParams{}),
		call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `window.refused = []; window.ran = [];
			document.addEventListener("securitypolicyviolation", (e) => window.refused.push(e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile + ":" + e.lineNumber));
			window.alert = (x) => window.ran.push(String(x));`}),
	)
	return b
}

// call is a command of the protocol.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	// The first call begins the tab, which must not end with a limit of time.
	if chromedp.FromContext(b.ctx).Target == nil {
		must(b.t, chromedp.Do(b.ctx))
	}
	must(b.t, chromedp.Do(ctx, steps...))
}

func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
}

// eval is what an expression gives; a promise is awaited.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// await waits until an expression is true.
func (b *tab) await(what, expression string) {
	b.t.Helper()
	for began := time.Now(); !eval[bool](b, expression); time.Sleep(30 * time.Millisecond) {
		if time.Since(began) > patience {
			b.t.Fatalf("it never came about that %s; the page is\n%s", what, eval[string](b, "document.body.innerText"))
		}
	}
}

// keys are pressed one after another, as by somebody who has no mouse.
func (b *tab) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// tabTo presses the tab key until something has the focus.
func (b *tab) tabTo(what, expression string) {
	b.t.Helper()
	for range 120 {
		if eval[bool](b, "(() => { const e = document.activeElement; return !!e && ("+expression+"); })()") {
			return
		}
		b.keys("\t")
	}
	b.t.Fatalf("the tab key never reached %s on\n%s", what, eval[string](b, "document.body.innerText"))
}

// shoot keeps a picture.
func (b *tab) shoot(folder, name string, picture chromedp.Action[[]byte]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, picture)
	must(b.t, err)
	must(b.t, os.MkdirAll(folder, 0o755))
	must(b.t, os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644))
}

// axe is the source of axe-core, which is put into a page by the protocol, so that the policy of
// the page stays as strict as it is.
func axe(t *testing.T) string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "axe.min.js.gz"))
	must(t, err)
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	must(t, err)
	source, err := io.ReadAll(unpacked)
	must(t, err)
	return string(source)
}
