// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"fmt"
	"testing"
)

const (
	write   = "checkout-2026-w48.fix.write.ben" // overdue: of five, one is accepted and one waits; two were due on Tuesday, three are due on Thursday
	nobodys = "checkout-2026-w48.fix.ship.nobody.w47"
)

// splitting gives quantity of write to a member, with a share, of which the rest stays; due are
// the occurrences that stay, and those that go.
func splitting(member, user string, stays, shareStays, goes, shareGoes int, due, goesDue string) string {
	return fmt.Sprintf(`{"spec":{"target":%d,"share":%d,"occurrences":[%s],"amendments":[{"reason":"Ben is ill","split":{"member":%q,"user":%q,"quantity":%d,"share":%d,"occurrences":[%s]}}]}}`,
		stays, shareStays, due, member, user, goes, shareGoes, goesDue)
}

func dues(pairs ...any) string {
	text := ""
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(`{"dueAt":"2026-11-%vT12:00:00Z","quantity":%v}`, pairs[i], pairs[i+1])
	}
	return text
}

func TestAPartGoesToAMemberOfTheTeamAndAddsUp(t *testing.T) {
	two, three := dues(24, 2, 26, 1), dues(26, 2)
	const add = "both parts of a split have to add up to what was there"
	const ofDropped = `{"spec":{"target":1,"share":500,"occurrences":[{"dueAt":"2026-11-26T12:00:00Z","quantity":1}],"amendments":[{"reason":"Not needed","by":"gil@shop.example"},{"reason":"Ill","split":{"member":"cleo","user":"cleo@shop.example","quantity":1,"share":500,"occurrences":[{"dueAt":"2026-11-26T12:00:00Z","quantity":1}]}}]}}`
	fair := splitting("cleo", cleo, 3, 3001, 2, 2000, two, three)
	stamped.tries(t, map[string]attempt{
		"the lead":                              {who: ana, asks: patch("Action", write, fair), gives: `"by":"ana@shop.example"`},
		"a reviewer, to oneself":                {who: cleo, asks: patch("Action", write, fair)},
		"who may edit":                          {who: gil, asks: patch("Action", write, fair)},
		"the operator":                          {who: operator, asks: patch("Action", write, fair)},
		"who has the right and is in no Team":   {who: mac, asks: patch("Action", write, fair), refused: "only the lead and the reviewers of Team payments hand its Actions over"},
		"one's own work":                        {who: ben, asks: patch("Action", write, fair), refused: "forbidden"},
		"to whoever has it":                     {who: ana, asks: patch("Action", write, splitting("ben", ben, 3, 3001, 2, 2000, two, three)), refused: "a split gives a part to somebody else"},
		"to somebody of no Team":                {who: ana, asks: patch("Action", write, splitting("eve", eve, 3, 3001, 2, 2000, two, three)), refused: "there is no member eve with the user eve@shop.example in Team payments"},
		"of what was dropped":                   {who: operator, asks: patch("Action", "checkout-2026-w48.fix.test.ben", ofDropped), refused: "it was dropped, and nothing of it is left to split"},
		"to a name that no member has":          {who: operator, asks: patch("Action", write, splitting("Ben Smith", "smith@shop.example", 3, 3001, 2, 2000, two, three)), refused: "split.member"},
		"whole, to a name that no member has":   {who: operator, asks: patch("Action", ship, handedTo("Ben Smith", "smith@shop.example")), refused: "spec.member"},
		"to a member with another's user":       {who: gil, asks: patch("Action", write, splitting("cleo", ana, 3, 3001, 2, 2000, two, three)), refused: "there is no member cleo with the user ana@shop.example"},
		"all that is open":                      {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 2, 2001, 3, 3000, dues(24, 2), dues(26, 3)))},
		"more than is open":                     {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 1, 1001, 4, 4000, dues(24, 1), dues(24, 1, 26, 3))), refused: "of 5 only 3 are open, and what is in stays with ben; split off no more than that"},
		"more than goes away":                   {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 3, 3001, 3, 3000, two, dues(26, 3))), refused: add},
		"less than goes away":                   {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 3, 3001, 1, 1000, two, dues(26, 1))), refused: add},
		"with a share of nothing":               {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 3, 5001, 2, 0, two, three)), refused: add},
		"with more than its share":              {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 3, 1, 2, 5000, two, three)), refused: add},
		"due at another time":                   {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 3, 3001, 2, 2000, two, dues(27, 2))), refused: "the occurrences of both parts of a split have to add up"},
		"with what is due moved":                {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 3, 3001, 2, 2000, dues(26, 3), three)), refused: "the occurrences of both parts of a split have to add up"},
		"a quantity that is not what is due":    {who: ana, asks: patch("Action", write, splitting("cleo", cleo, 3, 3001, 2, 2000, two, dues(26, 1))), refused: "have to add up to quantity"},
		"in words alone":                        {who: gil, asks: patch("Action", write, `{"spec":{"amendments":[{"reason":"Ill","split":{"member":"cleo","user":"cleo@shop.example","quantity":2,"share":2000,"occurrences":[`+three+`]}}]}}`), refused: add},
		"a share without a split":               {who: gil, asks: patch("Action", write, `{"spec":{"share":1,"amendments":[{"reason":"Ill"}]}}`), refused: "the share changes only with a split"},
		"after its week is closed":              {who: gil, asks: patch("Action", shipLastWeek, splitting("cleo", cleo, 1, 5000, 1, 5000, `{"dueAt":"2026-11-20T14:00:00Z","quantity":1}`, `{"dueAt":"2026-11-20T14:00:00Z","quantity":1}`)), refused: "its week checkout-2026-w47 is closed"},
		"saying that it was a part all along":   {who: gil, asks: patch("Action", write, `{"spec":{"splitFrom":"checkout-2026-w48.fix.ship.ben"}}`), refused: "never change after the week is planned"},
		"saying so of it, with a change beside": {who: operator, asks: patch("Action", write, `{"spec":{"splitFrom":"checkout-2026-w48.fix.ship.ben","amendments":[{"reason":"Ill"}]}}`), refused: "never change after the week is planned"},
	})
}

func TestWhatIsBegunChangesHandsByASplitAlone(t *testing.T) {
	const begun = "2 of 5 are in and stay with ben; split the rest off, as kubectl praxis reassign does"
	stamped.tries(t, map[string]attempt{
		"by the lead":                {who: ana, asks: patch("Action", write, handedTo("cleo", cleo)), refused: begun},
		"by who may edit":            {who: gil, asks: patch("Action", write, handedTo("cleo", cleo)), refused: begun},
		"by the operator":            {who: operator, asks: patch("Action", write, handedTo("cleo", cleo))},
		"what is not begun is whole": {who: ana, asks: patch("Action", call, handedTo("cleo", cleo))},
	})
}

func TestWhatIsNobodysIsTakenOverFromNobody(t *testing.T) {
	claimed := `{"spec":{"member":"cleo","user":"cleo@shop.example","amendments":[{"reason":"Zoe left","from":{"member":"zoe","user":"zoe@shop.example"}}]}}`
	stamped.tries(t, map[string]attempt{
		"by the lead":                 {who: ana, asks: patch("Action", nobodys, handedTo("cleo", cleo)), gives: `"user":"cleo@shop.example"`},
		"saying that somebody had it": {who: ana, asks: patch("Action", nobodys, claimed), refused: "was nobody's: leave from of the amendment out"},
		"to somebody of no Team":      {who: ana, asks: patch("Action", nobodys, handedTo("eve", eve)), refused: "there is no member eve"},
		"away from who has it":        {who: gil, asks: patch("Action", ship, handedTo("", "")), refused: "there is no member"},
	})
}
