// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command argocd writes the Argo CD configuration of the kinds: their health scripts, in the layout
// of Argo CD's own repository, from one template, and argocd-cm.yaml, the settings that contain
// all scripts.
package main

import (
	"bytes"
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
	root := filepath.Join("config", "argocd")
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	if err := write(root); err != nil {
		log.Fatal(err)
	}
}

// write writes the scripts, and the settings that are made of them and of the actions that
// are in the folder.
func write(root string) error {
	settings := configMap{
		APIVersion: "v1", Kind: "ConfigMap", Data: map[string]string{},
		// Without a namespace, as Argo CD's own manifests are, or kustomize would not find it.
		Metadata: map[string]string{"name": "argocd-cm"},
	}
	for kind, h := range kinds {
		folder := filepath.Join(root, "resource_customizations", group, kind)
		script, err := h.script()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, "health.lua"), script, 0o644); err != nil {
			return err
		}
		settings.Data["resource.customizations.health."+group+"_"+kind] = string(script)
		offered, err := actionsIn(filepath.Join(folder, "actions"))
		if err != nil {
			return err
		}
		if offered != "" {
			settings.Data["resource.customizations.actions."+group+"_"+kind] = offered
		}
	}
	text, err := marshal(head, settings)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "argocd-cm.yaml"), text, 0o644)
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
