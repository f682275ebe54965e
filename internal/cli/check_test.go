// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/version"
	apimachineryversion "k8s.io/apimachinery/pkg/version"
	fakediscovery "k8s.io/client-go/discovery/fake"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	praxis "github.com/praxis-dev/praxis/internal/version"
)

func TestAServerThatIsTooOldIsSaid(t *testing.T) {
	for server, want := range map[string]metav1.ConditionStatus{
		"v1.31.14": metav1.ConditionFalse, "v1.32.0": metav1.ConditionTrue, "v1.32.0-gke.1": metav1.ConditionTrue, "v1.37.2+k3s1": metav1.ConditionTrue,
	} {
		k := checker{discovery: &fakediscovery.FakeDiscovery{Fake: &clienttesting.Fake{}, FakedServerVersion: &apimachineryversion.Info{GitVersion: server}}}
		_, findings, err := k.server()
		if err != nil || len(findings) != 1 || findings[0].Status != want {
			t.Errorf("of Kubernetes %s it says %+v: %v", server, findings, err)
		}
	}
}

// The older ones are files beside go.mod, which has the newest.
func TestTheOldestServerAndTheFirstThatStampsAreReleasesThatWeTry(t *testing.T) {
	pins, err := filepath.Glob("../../test/releases/1.*.mod")
	if err != nil {
		t.Fatal(err)
	}
	var tried []*version.Version
	for _, path := range pins {
		tried = append(tried, version.MustParseGeneric(strings.TrimSuffix(filepath.Base(path), ".mod")))
	}
	slices.SortFunc(tried, func(a, b *version.Version) int { return int(a.Minor()) - int(b.Minor()) })
	if len(tried) == 0 || !tried[0].EqualTo(oldestServer) {
		t.Errorf("check takes servers from %s on, and the definitions are validated for those of %v", oldestServer, tried)
	}
	if !slices.ContainsFunc(tried, stampingServer.EqualTo) {
		t.Errorf("check has names stamped from %s on, and the policies are validated for %v", stampingServer, tried)
	}
	for i := 1; i < len(tried); i++ {
		if tried[i].Minor() != tried[i-1].Minor()+1 {
			t.Errorf("no release is tried between %s and %s", tried[i-1], tried[i])
		}
	}
}

func TestDefinitionsOfAnotherReleaseThanThePluginAreSaid(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := apiextensionsv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	released := praxis.Version
	t.Cleanup(func() { praxis.Version = released })
	for name, c := range map[string]struct{ definitions, plugin, want string }{
		"newer":                  {"v1.3.0", "v1.2.0", "the definitions are of v1.3.0 and this plugin is of v1.2.0"},
		"older":                  {"v1.1.0", "v1.2.0", "the definitions are of v1.1.0 and this plugin is of v1.2.0"},
		"the same":               {"v1.2.0", "v1.2.0", ""},
		"a plugin of a checkout": {"v1.3.0", released, ""},
		"installed from one":     {"", "v1.2.0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			praxis.Version = c.plugin
			definition := &apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{Name: praxis.Definition}}
			if c.definitions != "" {
				definition.Labels = map[string]string{"app.kubernetes.io/version": c.definitions}
			}
			k := checker{client: fake.NewClientBuilder().WithScheme(scheme).WithObjects(definition).Build()}
			got := ""
			for _, finding := range k.release(t.Context()) {
				got += finding.Message
			}
			if !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
				t.Errorf("it says %q", got)
			}
		})
	}
}
