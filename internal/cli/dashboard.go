// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/spf13/cobra"
	"k8s.io/utils/clock"

	"github.com/praxis-dev/praxis/internal/dashboard"
	"github.com/praxis-dev/praxis/internal/dashboard/local"
)

type dashboardOptions struct {
	*Tool
	address string
	open    bool
	code    bool
	// browse opens a page in the browser of the person.
	browse func(url string) error
}

func newDashboard(t *Tool) *cobra.Command {
	o := &dashboardOptions{Tool: t, browse: browse}
	c := &cobra.Command{
		Use:   "dashboard",
		Short: "Open the dashboard in your browser, with your own rights",
		Long: `Serve the dashboard on this machine and open it in your browser: what you owe, the map of all goals, weeks, Reviews and
reports. It reads and writes with your kubeconfig and as yourself, listens on this machine alone, and ends with Ctrl-C.
The address that it prints has a code that lets in one browser, so that others on this machine cannot act as you; it
then prints one for the next browser.`,
		Example: `  # open it
  kubectl praxis dashboard

  # print its address, and open nothing
  kubectl praxis dashboard --address 127.0.0.1:8088 --open=false`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	c.Flags().StringVar(&o.address, "address", "127.0.0.1:0", "where to listen on this machine; port 0 is any that is free")
	c.Flags().BoolVar(&o.open, "open", true, "open it in the browser")
	c.Flags().BoolVar(&o.code, "code", true, "let in only browsers that open the printed address; without it everybody on this machine can act as you")
	return c
}

func (o *dashboardOptions) run(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	host, err := local.Host(o.address)
	if err != nil {
		return err
	}
	handler, err := o.handler(ctx, host)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.address)
	if err != nil {
		return fmt.Errorf("it cannot listen at %s; name another --address: %w", o.address, err)
	}
	handler, url := o.door(handler, listener.Addr())
	if o.open {
		forget, err := o.lead(url)
		if err != nil {
			fmt.Fprintf(o.ErrOut, "no browser could be opened (%v); open the address yourself\n", err)
		}
		defer forget()
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, BaseContext: func(net.Listener) context.Context { return ctx }}
	context.AfterFunc(ctx, func() { _ = server.Close() }) // open pages notice that it is gone
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// door prints where the dashboard is, and lets in who opens that.
func (o *dashboardOptions) door(inside http.Handler, at net.Addr) (handler http.Handler, url string) {
	base := "http://" + at.String() + "/"
	if !o.code {
		fmt.Fprintf(o.Out, "The dashboard is at %s\nWhoever can open a connection on this machine can use it as you. It ends with Ctrl-C.\n", base)
		return inside, base
	}
	_, port, _ := net.SplitHostPort(at.String()) // of a listener
	handler = local.NewDoor(inside, port, func(code string) {
		if next := base + "?code=" + code; url == "" {
			url = next
			fmt.Fprintf(o.Out, "The dashboard is at %s\nThe address lets in one browser. It ends with Ctrl-C.\n", next)
		} else {
			fmt.Fprintf(o.Out, "A browser was let in. For another one: %s\n", next)
		}
	})
	return handler, url
}

// lead opens the browser by a file that nobody else can read: everybody on a machine sees what
// programs are started with, and could use the code before the browser does.
func (o *dashboardOptions) lead(url string) (forget func(), err error) {
	forget = func() {}
	folder, err := os.UserCacheDir()
	if err == nil {
		err = os.MkdirAll(folder, 0o700)
	}
	if err != nil {
		return forget, err
	}
	file, err := os.CreateTemp(folder, "praxis-dashboard-*.html")
	if err != nil {
		return forget, err
	}
	forget = func() { _ = os.Remove(file.Name()) } // its code is used
	_, err = fmt.Fprintf(file, "<!doctype html><meta charset=\"utf-8\"><title>Praxis</title><meta http-equiv=\"refresh\" content=\"0;url=%[1]s\"><a href=\"%[1]s\">Praxis</a>\n", url)
	if err = errors.Join(err, file.Close()); err != nil {
		return forget, err
	}
	return forget, o.browse(file.Name())
}

// handler serves the cluster of the kubeconfig.
func (o *dashboardOptions) handler(ctx context.Context, host string) (http.Handler, error) {
	config, err := o.Flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("no cluster to ask: %w", err)
	}
	mapper, err := o.Flags.ToRESTMapper()
	if err != nil {
		return nil, fmt.Errorf("no cluster to ask: %w", err)
	}
	namespace, err := o.namespace()
	if err != nil {
		return nil, err
	}
	cluster, err := local.New(ctx, local.Options{Config: config, Mapper: mapper, Scheme: scheme, Known: []string{namespace}, Clock: clock.RealClock{}})
	if err != nil {
		return nil, err
	}
	return dashboard.New(dashboard.Options{
		Who: cluster, Access: cluster.Access(), Clock: o.Clock, Timer: clock.RealClock{}, Log: funcr.New(func(_, args string) { fmt.Fprintln(o.ErrOut, args) }, funcr.Options{}),
		Hosts: []string{"localhost", "127.0.0.1", "::1", host},
	})
}

// browse asks the system to open a page.
func browse(url string) error {
	program, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		program = "open"
	case "windows":
		program, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	return exec.Command(program, args...).Start() // a program of the system, and an address of this one
}
