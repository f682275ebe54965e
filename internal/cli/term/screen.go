// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/fatih/color"
	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// columns counts how wide text is on a screen: CJK takes two columns, and signs such as ✘ and └
// take one whatever the locale, as terminals have it that speak UTF-8. RUNEWIDTH_EASTASIAN=1 is
// for those in which they take two.
var columns = &runewidth.Condition{EastAsianWidth: os.Getenv("RUNEWIDTH_EASTASIAN") == "1", StrictEmojiNeutral: true}

// Screen is where output goes: how wide it is and whether it shows colours.
type Screen struct {
	Out io.Writer
	// Width in columns; 0 means unlimited, for what is not a terminal.
	Width, Height int
	// Colour reports whether the screen shows colours.
	Colour bool
}

// NewScreen is the screen of a writer: the terminal where it is one.
func NewScreen(out io.Writer) Screen {
	s := Screen{Out: out}
	file, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		// A test, or a person with a pager, can ask for a width.
		s.Width, _ = strconv.Atoi(os.Getenv("COLUMNS"))
		return s
	}
	if width, height, err := term.GetSize(int(file.Fd())); err == nil {
		s.Width, s.Height = width, height
	}
	s.Colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return s
}

// narrow is the width below which names leave out what their position says.
const narrow = 100

// IsTerminal reports whether the output goes to a terminal.
func (s Screen) IsTerminal() bool { return s.Height > 0 }

// Narrow reports whether names are to be short. A screen of unlimited width is not.
func (s Screen) Narrow() bool { return s.Width > 0 && s.Width < narrow }

// Paint colours a text where the screen shows colours.
func (s Screen) Paint(text string, attributes ...color.Attribute) string {
	if !s.Colour || text == "" || len(attributes) == 0 {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

// Redraw writes lines over those that were drawn before. It moves up to the first and
// overwrites each line without clearing it beforehand, so that nothing flickers.
func (s Screen) Redraw(before, lines []string) {
	var b strings.Builder
	b.WriteString("\x1b[?2026h") // a terminal that supports this shows all of it at once
	if len(before) > 0 {
		fmt.Fprintf(&b, "\x1b[%dA\r", len(before))
	}
	for _, line := range lines {
		b.WriteString(line + "\x1b[K\n")
	}
	b.WriteString("\x1b[J\x1b[?2026l")
	fmt.Fprint(s.Out, b.String())
}
