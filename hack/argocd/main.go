// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Argocd writes config/argocd/argocd-cm.yaml, the settings that teach Argo CD our kinds,
// from the scripts in config/argocd/resource_customizations.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	group = "praxis.dev"
	head  = `# Made of the scripts in resource_customizations by: make generate
# A patch of Argo CD's own ConfigMap, which keeps everything else that is in it.
`
)

// configMap has its keys in the order in which people expect them.
type configMap struct {
	APIVersion string            `yaml:"apiVersion"`
	Kind       string            `yaml:"kind"`
	Metadata   map[string]string `yaml:"metadata"`
	Data       map[string]string `yaml:"data"`
}

// actions is the form in which Argo CD reads actions from its settings.
type actions struct {
	Discovery   string       `yaml:"discovery.lua"`
	Definitions []definition `yaml:"definitions"`
}

type definition struct {
	Name   string `yaml:"name"`
	Action string `yaml:"action.lua"`
}

func main() {
	log.SetFlags(0)
	target := filepath.Join("config", "argocd", "argocd-cm.yaml")
	if len(os.Args) > 1 {
		target = os.Args[1]
	}
	text, err := fragment(filepath.Join("config", "argocd", "resource_customizations", group))
	if err == nil {
		err = os.WriteFile(target, text, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func fragment(root string) ([]byte, error) {
	out := configMap{
		APIVersion: "v1", Kind: "ConfigMap", Data: map[string]string{},
		// Without a namespace, as Argo CD's own manifests are, or kustomize would not find it.
		Metadata: map[string]string{"name": "argocd-cm"},
	}
	scripts, err := filepath.Glob(filepath.Join(root, "*", "health.lua"))
	if err != nil || len(scripts) == 0 {
		return nil, fmt.Errorf("no health scripts in %s: run this in the root of the checkout", root)
	}
	for _, file := range scripts {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		folder := filepath.Dir(file)
		kind := group + "_" + filepath.Base(folder)
		out.Data["resource.customizations.health."+kind] = string(text)
		offered, err := actionsIn(filepath.Join(folder, "actions"))
		if err != nil {
			return nil, err
		}
		if offered != "" {
			out.Data["resource.customizations.actions."+kind] = offered
		}
	}
	return marshal(head, out)
}

// actionsIn is empty where a kind has none.
func actionsIn(folder string) (string, error) {
	scripts, err := filepath.Glob(filepath.Join(folder, "*", "action.lua"))
	if err != nil || len(scripts) == 0 {
		return "", err
	}
	discovery, err := os.ReadFile(filepath.Join(folder, "discovery.lua"))
	if err != nil {
		return "", err
	}
	all := actions{Discovery: string(discovery)}
	for _, file := range scripts {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		all.Definitions = append(all.Definitions, definition{filepath.Base(filepath.Dir(file)), string(text)})
	}
	text, err := marshal("", all)
	return string(text), err
}

func marshal(head string, v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return []byte(head + strings.TrimSuffix(out.String(), "...\n")), encoder.Close()
}
