// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

const (
	// shortestKey is the least that a file with a key must hold.
	shortestKey = 32
	// keysReadEvery is how soon a key that was replaced is noticed.
	keysReadEvery = 30 * time.Second
)

// Keys are what sessions are sealed with. The first seals; what the second sealed is still
// opened, so that nobody is signed out when a key is replaced.
type Keys struct {
	paths []string
	clock clock.PassiveClock

	mu   sync.Mutex
	read time.Time
	keys []cipher.AEAD
}

// NewKeys reads the key that seals, and the one before it where its file is there.
func NewKeys(current, previous string, c clock.PassiveClock) (*Keys, error) {
	k := &Keys{paths: []string{current}, clock: c}
	if previous != "" {
		k.paths = append(k.paths, previous)
	}
	keys, err := k.load()
	k.keys, k.read = keys, c.Now()
	return k, err
}

// all are the keys, the one that seals first. Where a file can no longer be read, those that
// were read before go on.
func (k *Keys) all() []cipher.AEAD {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.clock.Since(k.read) >= keysReadEvery {
		k.read = k.clock.Now()
		if keys, err := k.load(); err == nil {
			k.keys = keys
		}
	}
	return k.keys
}

func (k *Keys) load() ([]cipher.AEAD, error) {
	var keys []cipher.AEAD
	for i, path := range k.paths {
		text, err := os.ReadFile(path)
		if i > 0 && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the key of sessions: %w", err)
		}
		secret := bytes.TrimSpace(text)
		if len(secret) < shortestKey {
			return nil, fmt.Errorf("the key of sessions in %s has %d bytes and needs %d: make one by `openssl rand -base64 48`", path, len(secret), shortestKey)
		}
		key, err := hkdf.Key(sha256.New, secret, nil, "praxis dashboard sessions", 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		sealer, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		keys = append(keys, sealer)
	}
	return keys, nil
}
