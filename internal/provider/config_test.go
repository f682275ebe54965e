// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAFileOfProvidersIsReadStrictly(t *testing.T) {
	const right = "providers:\n- name: main\n  url: https://prometheus.monitoring:9090\n  namespaces: [shop]\n"
	for name, c := range map[string]struct{ text, want string }{
		"all right":                   {right, ""},
		"with a prefix in the path":   {strings.Replace(right, ":9090", ":9090/prom", 1), ""},
		"nothing":                     {"", ""},
		"a field that is not known":   {right + "  namespace: pay\n", `unknown field "namespace"`},
		"a list that is no list":      {"providers: {main: {}}\n", "cannot unmarshal"},
		"no name":                     {strings.Replace(right, "main", "Main One", 1), "name has to be small letters"},
		"no address":                  {strings.Replace(right, "https://prometheus.monitoring:9090", "prometheus:9090", 1), "is no address"},
		"a file for an address":       {strings.Replace(right, "https://prometheus.monitoring:9090", "file:///etc/passwd", 1), "is no address"},
		"a password in the address":   {strings.Replace(right, "https://", "https://me:secret@", 1), "give a token by bearerTokenFile"},
		"a query in the address":      {strings.Replace(right, ":9090", ":9090?x=y", 1), "has a query"},
		"nobody who may ask":          {strings.Replace(right, "[shop]", "[]", 1), "namespaces is empty"},
		"part of a namespace":         {strings.Replace(right, "[shop]", "[shop-*]", 1), `"shop-*", which is no name of a namespace`},
		"a label that is none":        {right + "  enforceNamespaceLabel: \"a b\"\n", "is no name of a label"},
		"a timeout of an hour":        {right + "  timeout: 1h\n", "has to be 1s to 1m"},
		"a rate that is none":         {right + "  queriesPerSecond: -1\n", "has to be 0.01 to 1000"},
		"two of one name":             {right + strings.TrimPrefix(right, "providers:\n"), `there are two of the name "main"`},
		"what is wrong has its place": {right + "- name: other\n  url: x\n  namespaces: [a]\n", `providers[1] "other"`},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "providers.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path)
			if (err == nil) != (c.want == "") || err != nil && !(strings.Contains(err.Error(), c.want) && strings.HasPrefix(err.Error(), path)) {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
	t.Run("no file", func(t *testing.T) {
		if _, err := Load(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "the providers cannot be read") {
			t.Error(err)
		}
	})
	t.Run("what is left out", func(t *testing.T) {
		f, err := Parse([]byte(right))
		if err != nil {
			t.Fatal(err)
		}
		if c := f.Of("main"); c.Timeout.Duration != 10*time.Second || c.QueriesPerSecond != 10 || !c.Serves("shop") || c.Serves("pay") || f.Of("other") != nil {
			t.Errorf("it is %+v", c)
		}
	})
}
