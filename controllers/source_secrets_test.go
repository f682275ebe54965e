// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/receiver"
)

// oneSecret is an API server that has one Secret, and may be away.
type oneSecret struct {
	client.Reader
	away  bool
	gone  bool
	asked int
}

func (o *oneSecret) Get(ctx context.Context, _ client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	o.asked++
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case o.away:
		return errors.New("away")
	case o.gone:
		return apierrors.NewNotFound(corev1.Resource("secrets"), "hook")
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

func TestWhatASecretHadIsRememberedForAnHourSoThatSendersComeAgain(t *testing.T) {
	of := &praxisv1.EvidenceSource{Spec: praxisv1.EvidenceSourceSpec{GitHub: &praxisv1.SignedSource{SecretRef: praxisv1.LocalReference{Name: "hook"}}}}
	now, live := time.Unix(1, 0), &oneSecret{}
	s := NewSources(Deps{Live: live}, nil, nil, func() time.Time { return now })
	for _, step := range []struct {
		says string
		gone bool
		in   time.Duration
		want string
	}{
		{"it never was there", true, 0, "cannot be read, had []"},
		{"it is there", false, time.Minute, "[s3]"},
		{"it is gone", true, time.Minute, "cannot be read, had [s3]"},
		{"it still is", true, 58 * time.Minute, "cannot be read, had [s3]"},
		{"it has been for an hour", true, time.Minute, "cannot be read, had []"},
		{"it comes back", false, time.Minute, "[s3]"},
	} {
		now, live.gone = now.Add(step.in), step.gone
		tokens, err := s.Secrets(t.Context(), of, false)
		got := fmt.Sprintf("%s", tokens)
		if unreadable, is := errors.AsType[*receiver.Unreadable](err); is {
			got = fmt.Sprintf("cannot be read, had %s", unreadable.Last)
		}
		if got != step.want {
			t.Errorf("%s: it says %s, want %s", step.says, got, step.want)
		}
	}
}
