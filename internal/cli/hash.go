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
	bar := &progressBar{screen: newScreen(t.ErrOut), name: filepath.Base(path), total: info.Size()}
	if _, err := io.Copy(digest, io.TeeReader(file, bar)); err != nil {
		return praxisv1.Artifact{}, fmt.Errorf("the evidence cannot be read: %w", err)
	}
	bar.done()
	return praxisv1.Artifact{
		Digest:    "sha256:" + hex.EncodeToString(digest.Sum(nil)),
		MediaType: mediaType(path),
	}, nil
}

func mediaType(path string) string {
	mediaType, _, err := mime.ParseMediaType(mime.TypeByExtension(filepath.Ext(path)))
	if err != nil {
		return "" // nobody knows, and it is optional
	}
	return mediaType
}

// progressBar shows how much of a file is read, to whoever looks at a terminal.
type progressBar struct {
	screen
	name        string
	read, total int64
	shown       int64 // percent
}

// leastShown is the size in bytes below which a file is read before a bar is seen.
const leastShown = 32 << 20

func (b *progressBar) Write(p []byte) (int, error) {
	b.read += int64(len(p))
	if !b.tty() || b.total < leastShown {
		return len(p), nil
	}
	if percent := b.read * 100 / b.total; percent != b.shown {
		b.shown = percent
		const width = 30
		filled := int(percent * width / 100)
		fmt.Fprintf(b.out, "\r%s [%-*s] %3d%%\x1b[K", b.name, width, bars[:filled], percent)
	}
	return len(p), nil
}

const bars = "=============================="

func (b *progressBar) done() {
	if b.shown > 0 {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}
