// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package security tries, as real users with the shipped roles and no other right, what the
// rules forbid, against a real API server that holds the shipped policies and no operator: what
// the answer is, and that nobody's objects are other than they were.
package security

import (
	"context"
	"errors"
	"io"
	"log"
	"os"
	"path/filepath"
	"testing"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// stamped is a server that writes names, as one since Kubernetes 1.36 does.
var stamped *stage

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	code, err := run(m)
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if stamped, err = newStage(context.Background(), "admission", filepath.Join("admission", "stamping")); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stamped.plane.Stop()) }()
	return m.Run(), nil
}
