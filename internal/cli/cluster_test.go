// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/meta/testrestmapper"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/discovery"
	discoveryfake "k8s.io/client-go/discovery/fake"
	clienttesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var update = flag.Bool("update", false, "write what commands print as what they should print")

// thursday is when the tests ask: the list of the shop is done, the fix is a day late.
var thursday = time.Date(2026, time.November, 26, 9, 0, 0, 0, time.UTC)

// stage is a cluster that a command is run against.
type stage struct {
	user      string
	columns   string
	refuse    func(verb string, obj any) error                // what the server says instead of doing it; nil does it
	operator  func(ctx context.Context, e *praxisv1.Evidence) // what the operator makes of what is written
	patience  time.Duration
	discovery *discoveryfake.FakeDiscovery
	extra     []client.Object
	objects   client.WithWatch
}

// printing is a tool with what it prints.
type printing struct {
	*Tool
	out, errOut bytes.Buffer
}

// toolFor is a tool that reaches the cluster of the stage and nothing else.
func (s *stage) toolFor(t *testing.T) *printing {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "nothing"))
	t.Setenv("COLUMNS", cmp.Or(s.columns, "120"))
	if s.objects == nil {
		s.objects = s.fresh(t)
	}
	p := &printing{}
	p.Tool = newTool(genericiooptions.IOStreams{In: strings.NewReader(""), Out: &p.out, ErrOut: &p.errOut})
	p.Clock = clocktesting.NewFakePassiveClock(thursday)
	p.patience = s.patience
	p.reach = func() (client.Client, discovery.DiscoveryInterface, error) { return s.objects, s.discovery, nil }
	return p
}

// run a command as somebody. The cluster stays for the next one.
func (s *stage) run(t *testing.T, args ...string) (out, errOut string, err error) {
	t.Helper()
	p := s.toolFor(t)
	root := New(p.Tool)
	root.SetArgs(args)
	err = root.ExecuteContext(t.Context())
	return p.out.String(), p.errOut.String(), err
}

// fresh is the shop of testdata.
func (s *stage) fresh(t *testing.T) client.WithWatch {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "shop.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	objects := s.extra
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		o, _, err := serializer.NewCodecFactory(scheme).UniversalDeserializer().Decode([]byte(document), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, o.(client.Object))
	}
	refused := func(verb string, obj any) error {
		if s.refuse == nil {
			return nil
		}
		return s.refuse(verb, obj)
	}
	return fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).
		WithRESTMapper(testrestmapper.TestOnlyStaticRESTMapper(scheme)).
		WithStatusSubresource(&praxisv1.Evidence{}, &praxisv1.Review{}).
		WithIndex(&praxisv1.Action{}, "spec.user", func(o client.Object) []string { return []string{o.(*praxisv1.Action).Spec.User} }).
		WithIndex(&praxisv1.Evidence{}, "spec.actionRef.name", func(o client.Object) []string {
			if ref := o.(*praxisv1.Evidence).Spec.ActionRef; ref != nil {
				return []string{ref.Name}
			}
			return nil
		}).
		WithIndex(&praxisv1.Evidence{}, "status.cycleRef.name", func(o client.Object) []string {
			if ref := o.(*praxisv1.Evidence).Status.CycleRef; ref != nil {
				return []string{ref.Name}
			}
			return []string{""} // as the API server has it of a field that is not set
		}).
		WithInterceptorFuncs(interceptor.Funcs{
			Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
				if err := refused("get", obj); err != nil {
					return err
				}
				return c.Get(ctx, key, obj, opts...)
			},
			List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, opts ...client.ListOption) error {
				var o client.ListOptions
				o.ApplyOptions(opts)
				if err := refused("list "+o.Namespace, list); err != nil {
					return err
				}
				return c.List(ctx, list, opts...)
			},
			Create: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.CreateOption) error {
				if err := refused("create", obj); err != nil {
					return err
				}
				switch o := obj.(type) {
				case *authenticationv1.SelfSubjectReview:
					o.Status.UserInfo.Username = s.user
					return nil
				case *authorizationv1.SelfSubjectAccessReview:
					o.Status.Allowed = s.user == "admin"
					return nil
				}
				return s.answered(ctx, c, obj, c.Create(ctx, obj, opts...), len(opts) > 0)
			},
			Patch: func(ctx context.Context, c client.WithWatch, obj client.Object, patch client.Patch, opts ...client.PatchOption) error {
				if err := refused("patch", obj); err != nil {
					return err
				}
				var o client.PatchOptions
				if o.ApplyOptions(opts); len(o.DryRun) > 0 && obj.GetResourceVersion() == "" {
					return c.Get(ctx, client.ObjectKeyFromObject(obj), obj) // a server answers with the object, or that there is none
				}
				return c.Patch(ctx, obj, patch, opts...)
			},
			SubResourcePatch: func(ctx context.Context, c client.Client, sub string, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
				if err := refused("judge", obj); err != nil {
					return err
				}
				return s.answered(ctx, c, obj, c.SubResource(sub).Patch(ctx, obj, patch, opts...), len(opts) > 0)
			},
		}).Build()
}

// answered lets the operator look at a piece that was written.
func (s *stage) answered(ctx context.Context, c client.Client, obj client.Object, err error, dry bool) error {
	e, ok := obj.(*praxisv1.Evidence)
	if err != nil || !ok || s.operator == nil || dry {
		return err
	}
	looked := e.DeepCopy()
	s.operator(ctx, looked)
	return c.Status().Update(ctx, looked)
}

// says is an operator that has one thing to say of every piece.
func says(status metav1.ConditionStatus, reason, message string) func(context.Context, *praxisv1.Evidence) {
	return func(_ context.Context, e *praxisv1.Evidence) {
		e.Status.ObservedGeneration = e.Generation
		meta.SetStatusCondition(&e.Status.Conditions, metav1.Condition{Type: praxisv1.ConditionAccepted, Status: status, Reason: reason, Message: message})
	}
}

func serving(release string, kinds ...string) *discoveryfake.FakeDiscovery {
	served := &metav1.APIResourceList{GroupVersion: praxisv1.GroupVersion.String()}
	for _, name := range kinds {
		served.APIResources = append(served.APIResources, metav1.APIResource{Name: name})
	}
	f := &discoveryfake.FakeDiscovery{Fake: &clienttesting.Fake{}, FakedServerVersion: &version.Info{GitVersion: release}}
	if len(kinds) > 0 {
		f.Resources = []*metav1.APIResourceList{served}
	}
	return f
}

// resource of Praxis, for errors.
func resource(name string) schema.GroupResource {
	return schema.GroupResource{Group: praxisv1.GroupVersion.Group, Resource: name}
}

// golden compares what was printed with what testdata has under a name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(name)+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("it prints\n%s\nwant (go test ./internal/cli -update writes it)\n%s", got, want)
	}
}

func typeName(obj any) string { return reflect.TypeOf(obj).String() }
