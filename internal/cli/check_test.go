// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	praxis "github.com/praxis-dev/praxis/internal/version"
)

func TestDefinitionsOfAnotherReleaseThanThePluginAreReported(t *testing.T) {
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
