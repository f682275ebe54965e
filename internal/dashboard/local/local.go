// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package local lets one person use the dashboard with their own kubeconfig: everything is read
// and written as them, and there is nobody else.
package local

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/gather"
)

// Options are what a person's own kubeconfig gives.
type Options struct {
	Config *rest.Config
	Mapper meta.RESTMapper
	Scheme *runtime.Scheme
	// Known are namespaces to look into where those of the cluster may not be listed.
	Known []string
	Clock clock.PassiveClock
}

// Cluster is a cluster as one person may use it.
type Cluster struct {
	client.Client
	direct     client.Client
	me         identity.Person
	namespaces []string
	clock      clock.PassiveClock

	mu      sync.Mutex
	waiting map[chan struct{}]bool
	failure error
	// complaint is what the server said of a watch at last.
	complaint error
	complains time.Time
	since     time.Time
	asked     time.Time
}

// New reaches the cluster of a kubeconfig. It reads from a cache, which runs until ctx ends.
func New(ctx context.Context, o Options) (*Cluster, error) {
	direct, err := client.New(o.Config, client.Options{Scheme: o.Scheme, Mapper: o.Mapper})
	if err != nil {
		return nil, err
	}
	k := &Cluster{direct: direct, clock: o.Clock, waiting: map[chan struct{}]bool{}}
	review := &authenticationv1.SelfSubjectReview{}
	if err := direct.Create(ctx, review); err != nil {
		return nil, fmt.Errorf("asking the API server who you are: %w", err)
	}
	k.me = identity.Person{User: review.Status.UserInfo.Username, Groups: review.Status.UserInfo.Groups}
	kinds, err := k.readable(ctx, o.Known)
	if err != nil {
		return nil, err
	}
	options := cache.Options{Scheme: o.Scheme, Mapper: o.Mapper, DefaultTransform: cache.TransformStripManagedFields(), ByObject: kinds, DefaultWatchErrorHandler: k.watchFailed}
	informers, err := cache.New(o.Config, options)
	if err != nil {
		return nil, err
	}
	if err := k.start(ctx, informers, kinds); err != nil {
		return nil, err
	}
	k.Client, err = client.New(o.Config, client.Options{Scheme: o.Scheme, Mapper: o.Mapper, Cache: &client.CacheOptions{Reader: informers}})
	return k, err
}

// kinds are what the pages read, by the name of their resource.
var kinds = map[string]func() client.Object{
	"utilities": func() client.Object { return &praxisv1.Utility{} }, "teams": func() client.Object { return &praxisv1.Team{} },
	"actionpackages": func() client.Object { return &praxisv1.ActionPackage{} }, "keyactions": func() client.Object { return &praxisv1.KeyAction{} },
	"weeklycycles": func() client.Object { return &praxisv1.WeeklyCycle{} }, "actions": func() client.Object { return &praxisv1.Action{} },
	"evidence": func() client.Object { return &praxisv1.Evidence{} }, "reviews": func() client.Object { return &praxisv1.Review{} },
}

// readable says in which namespaces each kind is read: in all of them where the person may, else
// in those that are known and where the person may. A kind that may be read nowhere is looked for
// where nothing is.
func (k *Cluster) readable(ctx context.Context, known []string) (map[client.Object]cache.ByObject, error) {
	everywhere := true
	for resource := range kinds {
		allowed, err := k.lists(ctx, resource, "")
		if err != nil {
			return nil, err
		}
		everywhere = everywhere && allowed
	}
	var all corev1.NamespaceList
	if err := k.direct.List(ctx, &all); err == nil {
		known = nil
		for _, n := range all.Items {
			known = append(known, n.Name)
		}
	}
	by := map[client.Object]cache.ByObject{}
	if everywhere {
		for _, kind := range kinds {
			by[kind()] = cache.ByObject{}
		}
		return by, nil
	}
	for _, namespace := range known {
		missing := ""
		for resource := range kinds {
			allowed, err := k.lists(ctx, resource, namespace)
			if err != nil {
				return nil, err
			}
			if !allowed {
				missing = resource
			}
		}
		if missing == "" {
			k.namespaces = append(k.namespaces, namespace)
		}
	}
	if len(k.namespaces) == 0 {
		return nil, errors.New("you may read the goals of no namespace that is known here; see kubectl auth can-i list utilities.praxis.dev -n NAMESPACE, and name a namespace with -n")
	}
	slices.Sort(k.namespaces)
	in := map[string]cache.Config{}
	for _, namespace := range k.namespaces {
		in[namespace] = cache.Config{}
	}
	for _, kind := range kinds {
		by[kind()] = cache.ByObject{Namespaces: in}
	}
	return by, nil
}

func (k *Cluster) lists(ctx context.Context, resource, namespace string) (bool, error) {
	allowed, _, err := k.May(ctx, k.me, authorizationv1.ResourceAttributes{Group: praxisv1.GroupVersion.Group, Resource: resource, Verb: "list", Namespace: namespace})
	return allowed, err
}

// start runs the informers, and waits until they know the cluster.
func (k *Cluster) start(ctx context.Context, informers cache.Cache, kinds map[client.Object]cache.ByObject) error {
	if err := gather.Index(ctx, informers); err != nil {
		return err
	}
	for kind := range kinds {
		informer, err := informers.GetInformer(ctx, kind, cache.BlockUntilSynced(false))
		if err != nil {
			return err
		}
		_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
			AddFunc: func(any) { k.tell() }, UpdateFunc: func(any, any) { k.tell() }, DeleteFunc: func(any) { k.tell() },
		})
		if err != nil {
			return err
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- informers.Start(ctx) }()
	if !informers.WaitForCacheSync(ctx) {
		return errors.Join(ctx.Err(), <-ended)
	}
	return nil
}

// Person is whoever has the kubeconfig.
func (k *Cluster) Person(*http.Request) (*identity.Person, error) { return new(k.me), nil }

// Routes are none: there is nothing to sign in to.
func (k *Cluster) Routes() http.Handler { return nil }
