// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// leaves takes a member out of the Team.
func leaves(o *Objects, name string) {
	team := o.Teams["payments"]
	var stay []praxisv1.Member
	for _, m := range team.Spec.Members {
		if m.Name != name {
			stay = append(stay, m)
		}
	}
	team.Spec.Members = stay
}

// renames gives the Team another name, which the KeyAction names from then on.
func renames(o *Objects, to string) {
	team := o.Teams["payments"].DeepCopy()
	team.Name = to
	o.Teams = map[string]*praxisv1.Team{to: team}
	o.KeyActions[0].Spec.TeamRef = &praxisv1.LocalReference{Name: to}
}

// The Action is ben's.
func TestWhyNobodyGoesOnWithAnAction(t *testing.T) {
	const wednesday, saturday = "2026-11-25T13:00:00Z", "2026-11-28T13:00:00Z"
	for name, c := range map[string]struct {
		edit func(*Objects, *praxisv1.Action)
		now  string
		want string
	}{
		"whoever has it is there":           {func(*Objects, *praxisv1.Action) {}, wednesday, ""},
		"nobody has it":                     {func(_ *Objects, a *praxisv1.Action) { a.Spec.Member, a.Spec.User = "", "" }, wednesday, "Unassigned"},
		"whoever has it left the Team":      {func(o *Objects, _ *praxisv1.Action) { leaves(o, "ben") }, wednesday, "MemberLeft"},
		"and has another user name now":     {func(o *Objects, _ *praxisv1.Action) { o.Teams["payments"].Spec.Members[1].User = "b@shop.example" }, wednesday, ""},
		"and is another member now":         {func(o *Objects, _ *praxisv1.Action) { o.Teams["payments"].Spec.Members[1].Name = "benjamin" }, wednesday, ""},
		"is away for the rest of the week":  {func(o *Objects, _ *praxisv1.Action) { benIsAway(o, "2026-11-25", "2026-11-27") }, wednesday, "MemberAway"},
		"is back on Friday":                 {func(o *Objects, _ *praxisv1.Action) { benIsAway(o, "2026-11-25", "2026-11-26") }, wednesday, ""},
		"no day of work is left":            {func(o *Objects, _ *praxisv1.Action) { benIsAway(o, "2026-11-25", "2026-11-27") }, saturday, ""},
		"there is no Team that could say":   {func(o *Objects, _ *praxisv1.Action) { delete(o.Teams, "payments") }, wednesday, ""},
		"the Team has another name":         {func(o *Objects, _ *praxisv1.Action) { renames(o, "pay") }, wednesday, ""},
		"and whoever has it is not in it":   {func(o *Objects, _ *praxisv1.Action) { leaves(o, "ben"); renames(o, "pay") }, wednesday, "MemberLeft"},
		"the KeyAction is gone, not a Team": {func(o *Objects, _ *praxisv1.Action) { o.KeyActions = nil }, wednesday, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := twice()
			r := request(t, o, "2026-W48")
			a := Make(r).Actions()[0]
			c.edit(&o, &a)
			if got := WhyGone(NewProgramme(o).TeamOf(&a), &a, r.Week, instant(t, c.now)); got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func benIsAway(o *Objects, from, to string) {
	members := o.Teams["payments"].Spec.Members
	members[1] = away(members[1], from, to, "")
}

func TestNothingIsCarriedToSomebodyWhoLeft(t *testing.T) {
	for name, c := range map[string]struct {
		edit     func(*Objects)
		decision string
		want     string // team, name and user
	}{
		"whoever had it left":                     {func(o *Objects) { leaves(o, "ben") }, "", "payments checkout-2026-w48.fix.ship.nobody.w47 "},
		"and another takes it over":               {func(o *Objects) { leaves(o, "ben") }, "cleo", "payments checkout-2026-w48.fix.ship.cleo.w47 cleo@shop.example"},
		"another should, who left as well":        {func(o *Objects) { leaves(o, "ben"); leaves(o, "cleo") }, "cleo", "payments checkout-2026-w48.fix.ship.nobody.w47 "},
		"another should, who left alone":          {func(o *Objects) { leaves(o, "cleo") }, "cleo", "payments checkout-2026-w48.fix.ship.ben.w47 ben@shop.example"},
		"whoever had it has another user name":    {func(o *Objects) { o.Teams["payments"].Spec.Members[1].User = "b@shop.example" }, "", "payments checkout-2026-w48.fix.ship.ben.w47 b@shop.example"},
		"whoever had it is another member":        {func(o *Objects) { o.Teams["payments"].Spec.Members[1].Name = "benjamin" }, "", "payments checkout-2026-w48.fix.ship.benjamin.w47 ben@shop.example"},
		"the Team has another name":               {func(o *Objects) { renames(o, "pay") }, "", "pay checkout-2026-w48.fix.ship.ben.w47 ben@shop.example"},
		"and whoever had it did not come along":   {func(o *Objects) { leaves(o, "ben"); renames(o, "pay") }, "", "pay checkout-2026-w48.fix.ship.nobody.w47 "},
		"and another of that Team takes it over":  {func(o *Objects) { leaves(o, "ben"); renames(o, "pay") }, "cleo", "pay checkout-2026-w48.fix.ship.cleo.w47 cleo@shop.example"},
		"there is no Team, and it stays as it is": {func(o *Objects) { delete(o.Teams, "payments") }, "", "payments checkout-2026-w48.fix.ship.ben.w47 ben@shop.example"},
	} {
		t.Run(name, func(t *testing.T) {
			o := twice()
			l := left(t, o, func(l *Leftover) { l.Member = c.decision })
			c.edit(&o)
			carried := CarryOver(request(t, o, "2026-W48"), []Leftover{l}, nil, instant(t, "2026-11-23T09:00:00Z"))
			if len(carried) != 1 {
				t.Fatalf("carried are %v", lines(carried))
			}
			a := carried[0]
			if got := a.Spec.Team + " " + a.Name + " " + a.Spec.User; got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
			if (a.Spec.Member == "") != (a.Spec.User == "") || a.Labels[praxisv1.LabelMember] != a.Spec.Member || a.Labels[praxisv1.LabelTeam] != a.Spec.Team || a.Spec.Target != 1 {
				t.Errorf("it is carried as %+v with the labels %v", a.Spec, a.Labels)
			}
		})
	}
}

// A pass can die between two Actions that are carried, and who left can come back before the next.
func TestWhatIsNobodysIsCarriedOnce(t *testing.T) {
	o := twice()
	actions := Make(request(t, o, "2026-W47")).Actions()
	leftovers := []Leftover{{Action: &actions[0], Week: "2026-W47", Remaining: 2}, {Action: &actions[1], Week: "2026-W47", Remaining: 1}}
	members := o.Teams["payments"].Spec.Members
	leaves(&o, "ben")
	leaves(&o, "cleo")
	at := instant(t, "2026-11-23T09:00:00Z")
	first := CarryOver(request(t, o, "2026-W48"), leftovers, nil, at)
	if len(first) != 2 || first[0].Name == first[1].Name || first[0].Spec.Member+first[1].Spec.Member != "" {
		t.Fatalf("carried are %s and %s", first[0].Name, first[1].Name)
	}
	o.Teams["payments"].Spec.Members = members
	again := CarryOver(request(t, o, "2026-W48"), leftovers, first[:1], at)
	if len(again) != 1 || again[0].Spec.CarriedFrom != first[1].Spec.CarriedFrom || again[0].Spec.Member == "" {
		t.Errorf("the rest is carried as %v", lines(again))
	}
	from := &praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: "checkout-2026-w47"}}
	plan := RecordCarried(Record(nil, Make(request(t, o, "2026-W48")).KeyActions, at), from, append(again, first[0]), o.Teams, at)
	if plan.Carried != 2 {
		t.Errorf("recorded are %d", plan.Carried)
	}
}
