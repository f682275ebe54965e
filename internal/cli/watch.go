// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

const (
	// redrawAfter combines changes that come close together into one frame.
	redrawAfter = 150 * time.Millisecond
	// ageAfter is how often a frame is drawn only because the ages in it change.
	ageAfter = 10 * time.Second
)

// watching shows frames from informers until it is interrupted. On a terminal each
// takes the place of the one before, line by line, so that nothing flickers; elsewhere
// a frame is printed when it differs from the last.
func (o *treeOptions) watching(ctx context.Context, s gather.Scope, frame func(view.Objects, term.Screen) ([]string, error)) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := o.client()
	if err != nil {
		return err
	}
	// Informers retry forever what is forbidden; a plain list reports it.
	if _, err := o.gather(ctx, c, s); err != nil {
		return err
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	informers, changed, err := o.informers(ctx, s, fail)
	if err != nil {
		return err
	}
	var shown []string
	for ctx.Err() == nil {
		objects, err := o.gather(ctx, informers, s)
		if err != nil {
			return notInterrupted(ctx, err)
		}
		screen := term.NewScreen(o.Out)
		lines, err := frame(objects, screen)
		if err != nil {
			return err
		}
		switch {
		case screen.IsTerminal():
			screen.Redraw(shown, lines)
		case !slices.Equal(shown, lines):
			fmt.Fprintf(o.Out, "%s\n\n", strings.Join(lines, "\n"))
		}
		shown = lines
		select {
		case <-ctx.Done():
		case <-time.After(ageAfter):
		case <-changed:
			select {
			case <-ctx.Done():
			case <-time.After(redrawAfter):
			}
		}
	}
	return notInterrupted(ctx, nil)
}

func notInterrupted(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// informers cache what a tree needs, and signal when something in it changed.
func (o *treeOptions) informers(ctx context.Context, s gather.Scope, fail context.CancelCauseFunc) (client.Reader, <-chan struct{}, error) {
	config, err := o.Flags.ToRESTConfig()
	if err != nil {
		return nil, nil, fmt.Errorf("no cluster to ask: %w", err)
	}
	mapper, err := o.Flags.ToRESTMapper()
	if err != nil {
		return nil, nil, err
	}
	options := cache.Options{
		Scheme: scheme, Mapper: mapper, DefaultTransform: cache.TransformStripManagedFields(),
		DefaultWatchErrorHandler: func(_ context.Context, _ *toolscache.Reflector, err error) {
			if apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) { // what is shown would be frozen
				fail(fmt.Errorf("the objects to show can no longer be read: %w", err))
			}
		},
	}
	if s.Namespace != "" {
		options.DefaultNamespaces = map[string]cache.Config{s.Namespace: {}}
	}
	informers, err := cache.New(config, options)
	if err != nil {
		return nil, nil, err
	}
	changed := make(chan struct{}, 1)
	tell := func() {
		select {
		case changed <- struct{}{}:
		default: // a signal is already pending
		}
	}
	kinds := []client.Object{&praxisv1.Utility{}, &praxisv1.Team{}, &praxisv1.KeyAction{}, &praxisv1.WeeklyCycle{}, &praxisv1.Action{}, &praxisv1.Review{}}
	for _, kind := range kinds {
		informer, err := informers.GetInformer(ctx, kind, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, nil, err
		}
		_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
			AddFunc: func(any) { tell() }, UpdateFunc: func(any, any) { tell() }, DeleteFunc: func(any) { tell() },
		})
		if err != nil {
			return nil, nil, err
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- informers.Start(ctx) }()
	if !informers.WaitForCacheSync(ctx) && ctx.Err() == nil {
		return nil, nil, fmt.Errorf("the objects to show cannot be read: %w", <-ended)
	}
	return informers, changed, nil
}
