// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// mostSealed is how large the content of a cookie may become when it is unpacked.
const mostSealed = 1 << 18

// errNotOurs is what a cookie gets that was changed, or sealed by another key or for another
// purpose; which of them it was is nobody's business.
var errNotOurs = errors.New("the cookie was not made here, or was changed since")

// seal packs a value so that only who has the key can read it, and nobody can change it. Names
// of groups are much alike, so packing keeps a session with many of them within what servers
// take as a header.
func (k *Keys) seal(purpose string, value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	var packed bytes.Buffer
	packer, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return "", err
	}
	_, err = packer.Write(text)
	if err := errors.Join(err, packer.Close()); err != nil {
		return "", fmt.Errorf("packing a session: %w", err)
	}
	key := k.all()[0]
	nonce := make([]byte, key.NonceSize(), key.NonceSize()+packed.Len()+key.Overhead())
	_, _ = rand.Read(nonce) // it never fails
	sealed := key.Seal(nonce, nonce, packed.Bytes(), []byte(purpose))
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// open unpacks what seal packed for the same purpose.
func (k *Keys) open(purpose, text string, into any) error {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return errNotOurs
	}
	for _, key := range k.all() {
		if len(sealed) < key.NonceSize() {
			return errNotOurs
		}
		packed, err := key.Open(nil, sealed[:key.NonceSize()], sealed[key.NonceSize():], []byte(purpose))
		if err != nil {
			continue
		}
		plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), mostSealed))
		if err != nil || json.Unmarshal(plain, into) != nil {
			return errNotOurs // by a release that writes them otherwise
		}
		return nil
	}
	return errNotOurs
}
