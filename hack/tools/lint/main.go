// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command lint is golangci-lint with the linter of Kubernetes APIs built in, which .golangci.yml
// knows as kubeapilinter; hack/tools/build.sh golangci-lint makes bin/tools/golangci-lint of it.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"
	_ "sigs.k8s.io/kube-api-linter" // registers itself as a linter
)

const golangci = "github.com/golangci/golangci-lint/v2"

func main() {
	info := commands.BuildInfo{Version: "unknown", Commit: "unknown", Date: "unknown"}
	if build, ok := debug.ReadBuildInfo(); ok {
		info.GoVersion = build.GoVersion
		for _, module := range build.Deps {
			if module.Path == golangci {
				info.Version = strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	if err := commands.Execute(info); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitcodes.Failure)
	}
}
