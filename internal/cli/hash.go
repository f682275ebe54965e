// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
)

// hash is an artifact with the digest of a file, which is read once and never held.
func (t *Tool) hash(path string) (praxisv1.Artifact, error) {
	file, err := os.Open(path)
	if err != nil {
		return praxisv1.Artifact{}, fmt.Errorf("the evidence cannot be read: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return praxisv1.Artifact{}, fmt.Errorf("the evidence cannot be read: %w", err)
	}
	if info.IsDir() {
		return praxisv1.Artifact{}, fmt.Errorf("%s is a folder; pack it into one file, or hand in a link to it", path)
	}
	digest := sha256.New()
	bar := term.NewProgressBar(term.NewScreen(t.ErrOut), filepath.Base(path), info.Size())
	if _, err := io.Copy(digest, io.TeeReader(file, bar)); err != nil {
		return praxisv1.Artifact{}, fmt.Errorf("the evidence cannot be read: %w", err)
	}
	bar.Done()
	return praxisv1.Artifact{
		Digest:    "sha256:" + hex.EncodeToString(digest.Sum(nil)),
		MediaType: mediaType(path),
	}, nil
}

func mediaType(path string) string {
	mediaType, _, err := mime.ParseMediaType(mime.TypeByExtension(filepath.Ext(path)))
	if err != nil {
		return "" // it cannot be determined, and it is optional
	}
	return mediaType
}
