// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// catchUp is how long a read waits for the cache to show what was just written. After that it
// shows what there is: while the API server is silent, nothing newer comes.
const catchUp = 2 * time.Second

// personal reads and writes as one person.
type personal struct {
	client.Client // the shared one, which writes as whom the context says
	cluster       *Cluster
	person        identity.Person
	subject       subject
}

func attributes(verb, kind, namespace string) authorizationv1.ResourceAttributes {
	gv := praxisv1.GroupVersion
	return authorizationv1.ResourceAttributes{Verb: verb, Group: gv.Group, Version: gv.Version, Resource: Resource(kind), Namespace: namespace}
}

func forbidden(resource, name string, why error) error {
	return apierrors.NewForbidden(schema.GroupResource{Group: praxisv1.GroupVersion.Group, Resource: resource}, name, why)
}

// readable is the kind of what is to be read or written, once everything was read for the first time.
func (p *personal) readable(o runtime.Object) (string, error) {
	kind, err := kindOf(p.Scheme(), o)
	if err == nil && !p.cluster.synced.Load() {
		if err = p.cluster.Healthy(); err == nil { // synced in between
			return kind, nil
		}
		err = apierrors.NewServiceUnavailable(err.Error())
	}
	return kind, err
}

func (p *personal) Get(ctx context.Context, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
	kind, err := p.readable(o)
	if err != nil {
		return err
	}
	if kind == secretKind {
		return p.statement(ctx, key, o)
	}
	allowed, reason, err := p.cluster.gate.may(ctx, p.subject, attributes("get", kind, key.Namespace))
	if err != nil {
		return err
	}
	if !allowed { // whether it exists or not
		return forbidden(Resource(kind), key.Name, denial(p.person.User, "read", kind, key.Namespace, reason))
	}
	return p.afresh(ctx, func(ctx context.Context, late bool) error {
		if late {
			opts = append(slices.Clone(opts), client.DisableReadYourWritesConsistency)
		}
		return p.Client.Get(ctx, key, o, opts...)
	})
}

func (p *personal) List(ctx context.Context, list client.ObjectList, opts ...client.ListOption) error {
	kind, err := p.readable(list)
	if err != nil {
		return err
	}
	if kind == secretKind {
		return p.cluster.asPeople.List(as(ctx, p.person), list, opts...)
	}
	namespace := new(client.ListOptions).ApplyOptions(opts).Namespace
	allowed, reason, err := p.cluster.gate.may(ctx, p.subject, attributes("list", kind, namespace))
	switch {
	case err != nil:
		return err
	case allowed:
		return p.list(ctx, list, opts)
	case namespace != "":
		return forbidden(Resource(kind), "", denial(p.person.User, "list", kind, namespace, reason))
	}
	return p.listAllowed(ctx, kind, list, opts)
}

func denial(user, verb, kind, namespace, reason string) error {
	if reason != "" {
		reason = ": " + reason
	}
	return fmt.Errorf("%s may not %s %s in namespace %q%s", user, verb, Resource(kind), namespace, reason)
}

func (p *personal) list(ctx context.Context, list client.ObjectList, opts []client.ListOption) error {
	return p.afresh(ctx, func(ctx context.Context, late bool) error {
		if late {
			opts = append(slices.Clone(opts), client.DisableReadYourWritesConsistency)
		}
		return p.Client.List(ctx, list, opts...)
	})
}

// listAllowed lists a kind in all namespaces in which the person may.
func (p *personal) listAllowed(ctx context.Context, kind string, list client.ObjectList, opts []client.ListOption) error {
	namespaces, err := p.cluster.allowed(ctx, p.subject, kind, p.cluster.namespacesOf(kind))
	if err != nil {
		return err
	}
	items := []runtime.Object{}
	for _, namespace := range namespaces {
		part := reflect.New(reflect.TypeOf(list).Elem()).Interface().(client.ObjectList)
		if err := p.list(ctx, part, append(slices.Clone(opts), client.InNamespace(namespace))); err != nil {
			return err
		}
		found, err := meta.ExtractList(part)
		if err != nil {
			return err
		}
		items = append(items, found...)
	}
	if most := new(client.ListOptions).ApplyOptions(opts).Limit; most > 0 && int64(len(items)) > most {
		items = items[:most]
	}
	return meta.SetList(list, items)
}

// afresh reads so that what was written through this dashboard shows, unless that takes long.
func (p *personal) afresh(ctx context.Context, read func(ctx context.Context, late bool) error) error {
	within, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	err := read(within, false)
	if err == nil || ctx.Err() != nil || within.Err() == nil {
		return err
	}
	return read(ctx, true)
}

// write lets through what the dashboard is for, as the person.
func (p *personal) write(ctx context.Context, verb, subresource string, o client.Object, do func(context.Context) error) error {
	kind, err := p.readable(o) // a write waits for the cache to show it
	if err != nil {
		return err
	}
	resource := Resource(kind)
	if subresource != "" {
		resource += "/" + subresource
	}
	if !writable(resource, verb) {
		return forbidden(resource, o.GetName(), fmt.Errorf("the dashboard does not %s %s for anybody: use kubectl", verb, resource))
	}
	if p.person.ReadsOnly != "" {
		return forbidden(resource, o.GetName(), errors.New(p.person.ReadsOnly))
	}
	return do(as(ctx, p.person))
}

func (p *personal) Create(ctx context.Context, o client.Object, opts ...client.CreateOption) error {
	if len(new(client.CreateOptions).ApplyOptions(opts).DryRun) > 0 { // what is only tried no read can wait for
		opts = append(slices.Clone(opts), client.DisableReadYourWritesConsistency)
	}
	return p.write(ctx, "create", "", o, func(ctx context.Context) error { return p.Client.Create(ctx, o, opts...) })
}

func (p *personal) Delete(ctx context.Context, o client.Object, opts ...client.DeleteOption) error {
	if len(new(client.DeleteOptions).ApplyOptions(opts).DryRun) > 0 {
		opts = append(slices.Clone(opts), client.DisableReadYourWritesConsistency)
	}
	return p.write(ctx, "delete", "", o, func(ctx context.Context) error { return p.Client.Delete(ctx, o, opts...) })
}

func (p *personal) Update(ctx context.Context, o client.Object, opts ...client.UpdateOption) error {
	return p.write(ctx, "update", "", o, func(ctx context.Context) error { return p.Client.Update(ctx, o, opts...) })
}

func (p *personal) Patch(ctx context.Context, o client.Object, patch client.Patch, opts ...client.PatchOption) error {
	if len(new(client.PatchOptions).ApplyOptions(opts).DryRun) > 0 {
		opts = append(slices.Clone(opts), client.DisableReadYourWritesConsistency)
	}
	to := p.Client
	if _, is := o.(*praxisv1.IncentiveStatement); is { // which no cache is to show
		to = p.cluster.asPeople
	}
	return p.write(ctx, "patch", "", o, func(ctx context.Context) error { return to.Patch(ctx, o, patch, opts...) })
}

func (p *personal) DeleteAllOf(ctx context.Context, o client.Object, opts ...client.DeleteAllOfOption) error {
	return p.write(ctx, "deletecollection", "", o, func(ctx context.Context) error { return p.Client.DeleteAllOf(ctx, o, opts...) })
}

// errApply is what every server-side apply gets: nothing that the dashboard does needs one.
var errApply = errors.New("the dashboard does not apply objects for anybody: use kubectl apply")

func (p *personal) Apply(context.Context, runtime.ApplyConfiguration, ...client.ApplyOption) error {
	return errApply
}

func (p *personal) Status() client.SubResourceWriter { return p.SubResource("status") }

func (p *personal) SubResource(name string) client.SubResourceClient {
	return &part{SubResourceClient: p.Client.SubResource(name), name: name, of: p}
}

// part is a subresource of objects that a person writes.
type part struct {
	client.SubResourceClient
	name string
	of   *personal
}

func (s *part) Get(context.Context, client.Object, client.Object, ...client.SubResourceGetOption) error {
	return fmt.Errorf("the dashboard reads whole objects, and not %s of them", s.name)
}

func (s *part) Create(ctx context.Context, o, sub client.Object, opts ...client.SubResourceCreateOption) error {
	return s.of.write(ctx, "create", s.name, o, func(ctx context.Context) error { return s.SubResourceClient.Create(ctx, o, sub, opts...) })
}

func (s *part) Update(ctx context.Context, o client.Object, opts ...client.SubResourceUpdateOption) error {
	return s.of.write(ctx, "update", s.name, o, func(ctx context.Context) error { return s.SubResourceClient.Update(ctx, o, opts...) })
}

func (s *part) Patch(ctx context.Context, o client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
	if len(new(client.SubResourcePatchOptions).ApplyOptions(opts).DryRun) > 0 {
		opts = append(slices.Clone(opts), client.DisableReadYourWritesConsistency)
	}
	return s.of.write(ctx, "patch", s.name, o, func(ctx context.Context) error { return s.SubResourceClient.Patch(ctx, o, patch, opts...) })
}

func (s *part) Apply(context.Context, runtime.ApplyConfiguration, ...client.SubResourceApplyOption) error {
	return errApply
}
