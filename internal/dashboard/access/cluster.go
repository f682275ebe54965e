// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/gather"
)

// Cluster is the access of a dashboard that runs in a cluster: it reads with its own account
// and shows people what they may read, and it writes with nobody's right but theirs.
type Cluster struct {
	scheme *runtime.Scheme
	typed  kubernetes.Interface
	cache  cache.Cache
	shared client.Client
	// uncached reads statements: alone with the dashboard's own account, and asPeople as whom the
	// context says.
	uncached, asPeople client.Client
	gate               *gate
	changes            *changes
	health             *health
	informers          map[string]toolscache.SharedIndexInformer // by kind, complete before Start reads
	synced             atomic.Bool
}

var _ Access = &Cluster{}

// NewCluster prepares access with the dashboard's own account. Nothing is asked before Start.
func NewCluster(config *rest.Config, c clock.WithTicker) (*Cluster, error) {
	scheme := runtime.NewScheme()
	if err := praxisv1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	config = rest.CopyConfig(config)
	config.QPS = -1 // the gate has a pace of its own, and the API server governs the rest
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("preparing to ask the API server: %w", err)
	}
	k := &Cluster{scheme: scheme, typed: typed, changes: newChanges(c), informers: map[string]toolscache.SharedIndexInformer{}}
	k.gate = newGate(k.review, c)
	k.health = &health{clock: c, ask: k.ready, synced: k.synced.Load}
	mapper := mapperOf(scheme)
	k.cache, err = cache.New(config, cache.Options{
		Scheme: scheme, Mapper: mapper, DefaultTransform: cache.TransformStripManagedFields(),
		DefaultWatchErrorHandler: k.health.watchFailed,
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the cache: %w", err)
	}
	asPerson := rest.CopyConfig(config)
	asPerson.Wrap(func(next http.RoundTripper) http.RoundTripper { return impersonator{next} })
	if err := k.direct(config, asPerson, mapper); err != nil {
		return nil, err
	}
	k.shared, err = client.New(asPerson, client.Options{
		Scheme: scheme, Mapper: mapper,
		Cache: &client.CacheOptions{Reader: k.cache, EnableReadYourWritesConsistency: new(true)},
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the client: %w", err)
	}
	return k, nil
}

// direct prepares what reads and writes without a cache.
func (k *Cluster) direct(alone, asPerson *rest.Config, mapper meta.RESTMapper) (err error) {
	options := client.Options{Scheme: k.scheme, Mapper: mapper}
	if k.uncached, err = client.New(alone, options); err == nil {
		k.asPeople, err = client.New(asPerson, options)
	}
	if err != nil {
		return fmt.Errorf("preparing the client of statements: %w", err)
	}
	return nil
}

// Start reads, listens and asks until ctx ends. It returns an error where it cannot begin;
// an API server that is silent it waits for.
func (k *Cluster) Start(ctx context.Context) error {
	if err := gather.Index(ctx, k.cache); err != nil {
		return err
	}
	for _, kind := range cachedKinds(k.scheme) {
		informer, err := k.cache.GetInformerForKind(ctx, praxisv1.GroupVersion.WithKind(kind), cache.BlockUntilSynced(false))
		if err != nil {
			return fmt.Errorf("preparing to read %s: %w", Resource(kind), err)
		}
		shared, is := informer.(toolscache.SharedIndexInformer)
		if !is {
			return fmt.Errorf("the informer of %s is a %T, whose namespaces cannot be told", Resource(kind), informer)
		}
		if _, err := shared.AddEventHandler(k.changes.handler()); err != nil {
			return fmt.Errorf("listening for %s: %w", Resource(kind), err)
		}
		k.informers[kind] = shared
	}
	go k.changes.run(ctx)
	go k.health.run(ctx)
	go func() {
		if k.cache.WaitForCacheSync(ctx) {
			k.synced.Store(true)
		}
	}()
	return k.cache.Start(ctx)
}

// Client reads and writes as a person.
func (k *Cluster) Client(p identity.Person) client.Client {
	return &personal{Client: k.shared, cluster: k, person: p, subject: subjectOf(p)}
}

// May says whether the API server allows the person something, and the dashboard does it.
func (k *Cluster) May(ctx context.Context, p identity.Person, what authorizationv1.ResourceAttributes) (bool, string, error) {
	if p.ReadsOnly != "" && !slices.Contains([]string{"get", "list", "watch"}, what.Verb) {
		return false, p.ReadsOnly, nil
	}
	return k.gate.may(ctx, subjectOf(p), what)
}

// Namespaces are those with anything of Praxis in them in which the person may list Utilities.
func (k *Cluster) Namespaces(ctx context.Context, p identity.Person) ([]string, error) {
	if !k.synced.Load() {
		return nil, k.Healthy()
	}
	var all []string
	for kind := range k.informers {
		all = append(all, k.namespacesOf(kind)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	s := subjectOf(p)
	everywhere, _, err := k.gate.may(ctx, s, attributes("list", "Utility", ""))
	if err != nil || everywhere {
		return all, err
	}
	return k.allowed(ctx, s, "Utility", all)
}

// namespacesOf are those with objects of a kind, in order.
func (k *Cluster) namespacesOf(kind string) []string {
	if !k.synced.Load() {
		return nil
	}
	namespaces := k.informers[kind].GetIndexer().ListIndexFuncValues(toolscache.NamespaceIndex)
	slices.Sort(namespaces)
	return namespaces
}

// Changes tells of changes in a namespace, or in any.
func (k *Cluster) Changes(ctx context.Context, namespace string) <-chan struct{} {
	return k.changes.subscribe(ctx, namespace)
}

// Healthy says since when the cache has no word from the API server. Where it never had one,
// the pages have nothing to show.
func (k *Cluster) Healthy() error { return k.health.state() }

// Synced says whether everything was read once, so that there is something to show.
func (k *Cluster) Synced(*http.Request) error {
	if !k.synced.Load() {
		return errors.New("not every goal has been read yet")
	}
	return nil
}

func (k *Cluster) review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	answered, err := k.typed.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{Spec: spec}, metav1.CreateOptions{})
	if err != nil {
		return authorizationv1.SubjectAccessReviewStatus{}, err
	}
	return answered.Status, nil
}

// Whose asks the API server whose a token is.
func (k *Cluster) Whose(ctx context.Context, token string) (authenticationv1.TokenReviewStatus, error) {
	answered, err := k.typed.AuthenticationV1().TokenReviews().Create(ctx, &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}, metav1.CreateOptions{})
	if err != nil {
		return authenticationv1.TokenReviewStatus{}, err
	}
	return answered.Status, nil
}

func (k *Cluster) ready(ctx context.Context) error {
	_, err := k.typed.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
	return err
}
