// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package dashboard has a real browser use the pages of a real control plane with a real operator.
package dashboard

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

var root = filepath.Join("..", "..")

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	os.Exit(m.Run())
}
