// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// oneSecret is an API server that has one Secret, and may be away.
type oneSecret struct {
	client.Reader
	away  bool
	asked int
}

func (o *oneSecret) Get(ctx context.Context, _ client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	o.asked++
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case o.away:
		return errors.New("away")
	}
	into.(*corev1.Secret).Data = map[string][]byte{tokenKey: []byte("s3")}
	return nil
}

func TestARequestThatEndsDoesNotKeepOthersFromTheSecret(t *testing.T) {
	of := &praxisv1.EvidenceSource{Spec: praxisv1.EvidenceSourceSpec{GitHub: &praxisv1.SignedSource{SecretRef: praxisv1.LocalReference{Name: "hook"}}}}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	live := &oneSecret{away: true}
	s := NewSources(Deps{Live: live}, nil, nil, func() time.Time { return time.Unix(1, 0) })
	if _, err := s.Secrets(over, of, false); err == nil {
		t.Fatal("it reads a Secret of a server that is away")
	}
	live.away = false
	for range 2 {
		if tokens, err := s.Secrets(over, of, false); err != nil || len(tokens) != 1 {
			t.Errorf("it says %q (%v)", tokens, err)
		}
	}
	if live.asked != 2 {
		t.Errorf("it was asked %d times, and what was read is to be kept", live.asked)
	}
}
