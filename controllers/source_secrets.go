// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/lru"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/receiver"
	"github.com/praxis-dev/praxis/internal/source"
)

// The Secret of a source is read with a GET of that one, past the cache: the operator has no right
// to list or watch any.

const (
	tokenKey         = "token"
	previousTokenKey = "previousToken"
	// knownSecrets is of how many sources the secret is kept, for as long as keptSecret.
	knownSecrets = 1024
	keptSecret   = 5 * time.Second
	// freshSecret is how old a secret is at least when it is read again because it did not fit, so
	// that requests with a wrong one cost the API server little.
	freshSecret = time.Second
	// rememberedSecret is for how long what a Secret had is remembered once it cannot be read: senders
	// who show it are told to come again, and nothing is taken of them.
	rememberedSecret = time.Hour
	// secretPatience is how long a Secret is waited for.
	secretPatience = 5 * time.Second
)

// secretProblem is the error of a Secret that cannot be used. It says what to do.
type secretProblem struct{ says string }

func (e *secretProblem) Error() string { return e.says }

// tokens reads what the sender of a source may show; a secretProblem says what to do.
func (d Deps) tokens(ctx context.Context, of *praxisv1.EvidenceSource) ([][]byte, error) {
	name := source.SecretOf(&of.Spec)
	secret := &corev1.Secret{}
	err := d.Live.Get(ctx, client.ObjectKey{Namespace: of.Namespace, Name: name}, secret)
	switch {
	case apierrors.IsForbidden(err):
		return nil, &secretProblem{fmt.Sprintf("The operator may not read Secret %s; let it: %s", name, source.GrantSecret(d.User, of.Namespace, name))}
	case apierrors.IsNotFound(err):
		return nil, &secretProblem{fmt.Sprintf("Secret %s is not there; create it: kubectl create secret generic %s -n %s --from-literal=%s=…", name, name, of.Namespace, tokenKey)}
	case err != nil:
		return nil, fmt.Errorf("reading Secret %s: %w", name, err)
	}
	var tokens [][]byte
	for _, key := range []string{tokenKey, previousTokenKey} {
		// A file that a Secret is made from often ends with a line break, and no token does.
		if token := bytes.TrimRight(secret.Data[key], "\r\n"); len(token) > 0 {
			tokens = append(tokens, token)
		}
	}
	if len(bytes.TrimRight(secret.Data[tokenKey], "\r\n")) == 0 {
		return nil, &secretProblem{fmt.Sprintf("Secret %s has nothing under the key %s; put what the sender signs with there", name, tokenKey)}
	}
	return tokens, nil
}

// secretCache keeps what was read for some seconds. That the API server could not be asked is not
// kept: it says nothing of the Secret, and the next request may ask at once.
type secretCache struct{ known *lru.Cache }

type secretRead struct {
	tokens [][]byte // what it has; of one that cannot be used what it had
	err    error
	at     time.Time
	held   time.Time // when it had them
}

// Secrets implements receiver.Ports. A Secret that cannot be used proves nobody: the status of the
// source says what is wrong, and a sender who is not known does not learn it. Who shows what it had
// until then is asked to come again.
func (s *Sources) Secrets(ctx context.Context, of *praxisv1.EvidenceSource, fresh bool) ([][]byte, error) {
	read, err := s.read(ctx, of, fresh)
	if _, wrong := errors.AsType[*secretProblem](err); !wrong {
		return read.tokens, err
	}
	if s.Real().Sub(read.held) >= rememberedSecret {
		return nil, &receiver.Unreadable{}
	}
	return nil, &receiver.Unreadable{Last: read.tokens}
}

func (s *Sources) read(ctx context.Context, of *praxisv1.EvidenceSource, fresh bool) (secretRead, error) {
	key := string(of.UID) + "/" + source.SecretOf(&of.Spec)
	keep := keptSecret
	if fresh {
		keep = freshSecret
	}
	var before secretRead
	if known, ok := s.secrets.known.Get(key); ok {
		if before = known.(secretRead); s.Real().Sub(before.at) < keep {
			return before, before.err
		}
	}
	// A sender that hangs up does not end the reading, whose answer is for all of the source.
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), secretPatience)
	defer cancel()
	now := s.Real()
	tokens, err := s.tokens(reading, of)
	read := secretRead{tokens, err, now, now}
	_, wrong := errors.AsType[*secretProblem](err)
	if wrong {
		read.tokens, read.held = before.tokens, before.held
	}
	if err == nil || wrong {
		s.secrets.known.Add(key, read)
	}
	return read, err
}
