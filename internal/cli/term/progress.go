// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import "fmt"

// ProgressBar shows on a terminal how much of a file has been read.
type ProgressBar struct {
	screen      Screen
	name        string
	read, total int64
	shown       int64 // percent
}

// leastShown is the size in bytes below which no bar is shown: a smaller file is read too
// fast to see one.
const leastShown = 32 << 20

// NewProgressBar begins at zero of total bytes.
func NewProgressBar(s Screen, name string, total int64) *ProgressBar {
	return &ProgressBar{screen: s, name: name, total: total}
}

// Write counts what was read, and keeps none of it.
func (b *ProgressBar) Write(p []byte) (int, error) {
	b.read += int64(len(p))
	if !b.screen.IsTerminal() || b.total < leastShown {
		return len(p), nil
	}
	if percent := b.read * 100 / b.total; percent != b.shown {
		b.shown = percent
		const width = 30
		filled := int(percent * width / 100)
		fmt.Fprintf(b.screen.Out, "\r%s [%-*s] %3d%%\x1b[K", b.name, width, bars[:filled], percent)
	}
	return len(p), nil
}

const bars = "=============================="

// Done removes the bar.
func (b *ProgressBar) Done() {
	if b.shown > 0 {
		fmt.Fprint(b.screen.Out, "\r\x1b[K")
	}
}
