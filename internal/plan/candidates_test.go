// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Ship is a step for engineers, and ben's; cleo is one too, ana is not.
func TestWhoCanTakeAnActionOver(t *testing.T) {
	const wednesday, saturday = "2026-11-25T13:00:00Z", "2026-11-28T13:00:00Z"
	for name, c := range map[string]struct {
		edit func(*Objects, []praxisv1.Action)
		now  string
		want string
	}{
		"who has the role comes first": {func(*Objects, []praxisv1.Action) {}, wednesday, "[cleo ana]"},
		"then who has least to do": {func(o *Objects, _ []praxisv1.Action) {
			o.Teams["payments"].Spec.Members = append(o.Teams["payments"].Spec.Members, person("zoe", "20h", "engineer"))
		}, wednesday, "[zoe cleo ana]"},
		"what was dropped is nothing to do": {func(o *Objects, actions []praxisv1.Action) {
			o.Teams["payments"].Spec.Members = append(o.Teams["payments"].Spec.Members, person("zoe", "20h", "engineer"))
			actions[1].Spec.Dropped = true
		}, wednesday, "[cleo zoe ana]"},
		"who is away for the rest of the week cannot": {func(o *Objects, _ []praxisv1.Action) {
			o.Teams["payments"].Spec.Members[2] = away(o.Teams["payments"].Spec.Members[2], "2026-11-25", "2026-11-27", "")
		}, wednesday, "[ana]"},
		"who comes back can": {func(o *Objects, _ []praxisv1.Action) {
			o.Teams["payments"].Spec.Members[2] = away(o.Teams["payments"].Spec.Members[2], "2026-11-23", "2026-11-26", "")
		}, wednesday, "[cleo ana]"},
		"with no working day left nobody is away": {func(o *Objects, _ []praxisv1.Action) {
			o.Teams["payments"].Spec.Members[2] = away(o.Teams["payments"].Spec.Members[2], "2026-11-23", "2026-11-29", "")
		}, saturday, "[cleo ana]"},
		"of a step that is gone all are alike": {func(o *Objects, _ []praxisv1.Action) { o.KeyActions = nil }, wednesday, "[ana cleo]"},
		"nobody of a Team that is gone":        {func(o *Objects, _ []praxisv1.Action) { delete(o.Teams, "payments") }, wednesday, "[]"},
		"no more than an agenda names": {func(o *Objects, _ []praxisv1.Action) {
			for i := range 40 {
				o.Teams["payments"].Spec.Members = append(o.Teams["payments"].Spec.Members, person(fmt.Sprintf("m%02d", i), "20h"))
			}
		}, wednesday, "[cleo ana m00 m01 m02 m03 m04 m05 m06 m07 m08 m09 m10 m11 m12 m13 m14 m15 m16 m17]"},
	} {
		t.Run(name, func(t *testing.T) {
			o := twice()
			r := request(t, o, "2026-W48")
			actions := Make(r).Actions() // of ben and of cleo
			c.edit(&o, actions)
			got := NewProgramme(o).Candidates(&actions[0], actions, r.Week, instant(t, c.now))
			if fmt.Sprint(got) != c.want {
				t.Errorf("they are %v, want %s", got, c.want)
			}
		})
	}
}

func TestADayEndsInTheZoneOfTheWeek(t *testing.T) {
	w := week(t, "2026-W48") // of Zurich
	if got := NextDay(w, instant(t, "2026-11-25T23:30:00Z")).UTC(); !got.Equal(instant(t, "2026-11-26T23:00:00Z")) {
		t.Errorf("it ends at %s", got)
	}
}
