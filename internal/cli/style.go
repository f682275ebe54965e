// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"os"
	"strconv"

	"github.com/fatih/color"
	"golang.org/x/term"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/praxis-dev/praxis/internal/view"
)

// screen is where output goes: how wide it is and whether it shows colours.
type screen struct {
	out io.Writer
	// width in columns; 0 is without end, for what is not a terminal.
	width, height int
	colour        bool
}

func newScreen(out io.Writer) screen {
	s := screen{out: out}
	file, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		// So that a test, or a person with a pager, can ask for a width.
		s.width, _ = strconv.Atoi(os.Getenv("COLUMNS"))
		return s
	}
	if width, height, err := term.GetSize(int(file.Fd())); err == nil {
		s.width, s.height = width, height
	}
	s.colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return s
}

// tty tells whether somebody is looking.
func (s screen) tty() bool { return s.height > 0 }

// paint colours a text where the screen shows colours.
func (s screen) paint(text string, attributes ...color.Attribute) string {
	if !s.colour || text == "" || len(attributes) == 0 {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

// look is the glyph and the colour of a status. The word beside it says the same.
func look(status metav1.ConditionStatus) (glyph string, colour color.Attribute) {
	switch status {
	case metav1.ConditionTrue:
		return "✔", color.FgGreen
	case metav1.ConditionFalse:
		return "✘", color.FgRed
	}
	return "•", color.FgYellow
}

// stateCell is glyph and word. Example: "✘ Overdue".
func stateCell(s view.State) cell {
	if s.Reason == "" {
		return cell{}
	}
	glyph, colour := look(s.Status)
	return cell{text: glyph + " " + s.Reason, colours: []color.Attribute{colour}}
}
