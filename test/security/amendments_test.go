// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"fmt"
	"testing"
)

const (
	shipLastWeek = "checkout-2026-w47.fix.ship.ben"
	ship         = "checkout-2026-w48.fix.ship.ben" // due on Thursday
	call         = "checkout-2026-w48.fix.call.ben" // overdue by one of two
)

const because = `"amendments":[{"reason":"Ben is ill"}]`

const lowered = `{"spec":{"target":1,"occurrences":[{"dueAt":"2026-11-26T12:00:00Z","quantity":1}],` + because + `}}`

func handedTo(member, user string) string {
	return fmt.Sprintf(`{"spec":{"member":%q,"user":%q,%s}}`, member, user, because)
}

func dueAt(instant string) string {
	return fmt.Sprintf(`{"spec":{"occurrences":[{"dueAt":%q,"quantity":2}],%s}}`, instant, because)
}

func TestAnAmendmentKeepsWithinItsWeek(t *testing.T) {
	const outside = "is not in the week, which is from 2026-11-23T08:00:00Z until before 2026-11-30T08:00:00Z; choose a time in it"
	const closed = "its week checkout-2026-w47 is closed, and what it came to is fixed; change the Action that carries it on"
	stamped.tries(t, map[string]attempt{
		"to its last hour":                      {who: gil, asks: patch("Action", ship, dueAt("2026-11-30T07:59:59Z"))},
		"to its first instant":                  {who: gil, asks: patch("Action", ship, dueAt("2026-11-23T08:00:00Z"))},
		"to its end":                            {who: gil, asks: patch("Action", ship, dueAt("2026-11-30T08:00:00Z")), refused: outside},
		"to its end in another zone's words":    {who: gil, asks: patch("Action", ship, dueAt("2026-11-30T09:00:00+01:00")), refused: outside},
		"to years ahead":                        {who: gil, asks: patch("Action", ship, dueAt("2030-01-01T00:00:00Z")), refused: "2030-01-01T00:00:00Z " + outside},
		"to years ago":                          {who: eve, asks: patch("Action", ship, dueAt("2020-01-01T00:00:00Z")), refused: outside},
		"in words alone after it is closed":     {who: gil, asks: patch("Action", shipLastWeek, `{"spec":{`+because+`}}`), refused: closed},
		"to somebody else after it is closed":   {who: gil, asks: patch("Action", shipLastWeek, handedTo("cleo", cleo)), refused: "denied request: "},
		"a label after it is closed":            {who: gil, asks: patch("Action", shipLastWeek, `{"metadata":{"labels":{"seen":"yes"}}}`)},
		"without a word in it":                  {who: gil, asks: patch("Action", ship, `{"spec":{"dropped":true,"amendments":[{"reason":" "}]}}`), refused: "say why, in words"},
		"the operator, who keeps to it by code": {who: operator, asks: patch("Action", ship, dueAt("2026-12-01T08:00:00Z"))},
	})
}

func TestWhatWasDueIsLetGoByAReviewAlone(t *testing.T) {
	const due = "it is Overdue, and what was due is let go by a signed Review alone; decide Drop there"
	stamped.tries(t, map[string]attempt{
		"dropping what is due later":         {who: gil, asks: patch("Action", ship, `{"spec":{"dropped":true,`+because+`}}`)},
		"lowering what is due later":         {who: gil, asks: patch("Action", ship, lowered)},
		"dropping what is overdue":           {who: gil, asks: patch("Action", call, `{"spec":{"dropped":true,`+because+`}}`), refused: due},
		"lowering what is overdue":           {who: eve, asks: patch("Action", call, lowered), refused: due},
		"rescheduling what is overdue":       {who: gil, asks: patch("Action", call, dueAt("2026-11-27T12:00:00Z"))},
		"the operator carrying a Review out": {who: operator, asks: patch("Action", call, `{"spec":{"dropped":true,"amendments":[{"reason":"As decided","review":"checkout-2026-w48-midweek"}]}}`)},
	})
}

func TestAnActionGoesToAMemberOfItsTeamAndSaysWhoHadIt(t *testing.T) {
	const from = `"from":{"member":"ben","user":"ben@shop.example"}`
	const say = "the amendment has to say whose the Action was: set its from to {member: ben, user: ben@shop.example}"
	claiming := func(member, user, from string) string {
		return fmt.Sprintf(`{"spec":{"member":%q,"user":%q,"amendments":[{"reason":"Ben is ill","from":%s}]}}`, member, user, from)
	}
	stamped.tries(t, map[string]attempt{
		"a member":                                {who: gil, asks: patch("Action", ship, handedTo("cleo", cleo)), gives: from},
		"a member, saying who had it":             {who: gil, asks: patch("Action", ship, claiming("cleo", cleo, `{"member":"ben","user":"ben@shop.example"}`)), gives: from},
		"saying that another had it":              {who: gil, asks: patch("Action", ship, claiming("cleo", cleo, `{"member":"ana","user":"ana@shop.example"}`)), refused: say},
		"the operator saying that another had it": {who: operator, asks: patch("Action", ship, claiming("cleo", cleo, `{"member":"ana","user":"ana@shop.example"}`)), refused: say},
		"saying so where nobody else gets it":     {who: gil, asks: patch("Action", ship, claiming("ben", ben, `{"member":"ben","user":"ben@shop.example"}`)), refused: "the Action stays with ben: leave from of the amendment out"},
		"somebody of no Team":                     {who: gil, asks: patch("Action", ship, handedTo("eve", eve)), refused: "there is no member eve with the user eve@shop.example in Team payments"},
		"somebody of another Team":                {who: gil, asks: patch("Action", ship, handedTo("dan", "dan@shop.example")), refused: "there is no member dan with the user dan@shop.example in Team payments"},
		"a member with another's user":            {who: gil, asks: patch("Action", ship, handedTo("cleo", ana)), refused: "there is no member cleo with the user ana@shop.example"},
		"a member without the user":               {who: gil, asks: patch("Action", ship, fmt.Sprintf(`{"spec":{"member":"cleo",%s}}`, because)), refused: "denied request"},
		"one's own work":                          {who: ben, asks: patch("Action", ship, handedTo("cleo", cleo)), refused: "forbidden"},
	})
}

func TestWhoJudgesInATeamHandsItsActionsOverAndChangesNothingElse(t *testing.T) {
	const goals = "what it asks for is changed by whoever writes goals, or by a signed Review"
	both := `{"spec":{"member":"cleo","user":"cleo@shop.example","target":1,"occurrences":[{"dueAt":"2026-11-26T12:00:00Z","quantity":1}],` + because + `}}`
	stamped.tries(t, map[string]attempt{
		"the lead":                            {who: ana, asks: patch("Action", ship, handedTo("cleo", cleo)), gives: `"by":"ana@shop.example"`},
		"a reviewer, to oneself":              {who: cleo, asks: patch("Action", ship, handedTo("cleo", cleo)), gives: `"from":{"member":"ben","user":"ben@shop.example"}`},
		"a reviewer, to who is in no Team":    {who: cleo, asks: patch("Action", ship, handedTo("eve", eve)), refused: "there is no member eve with the user eve@shop.example in Team payments"},
		"who has the right and is in no Team": {who: mac, asks: patch("Action", ship, handedTo("cleo", cleo)), refused: "only the lead and the reviewers of Team payments hand its Actions over; ask one of them"},
		"the lead, dropping it":               {who: ana, asks: patch("Action", ship, `{"spec":{"dropped":true,`+because+`}}`), refused: goals},
		"the lead, in words alone":            {who: ana, asks: patch("Action", ship, `{"spec":{`+because+`}}`), refused: goals},
		"the lead, lowering it":               {who: ana, asks: patch("Action", ship, lowered), refused: goals},
		"the lead, handing over less of it":   {who: ana, asks: patch("Action", ship, both), refused: goals},
		"the lead, at another time":           {who: ana, asks: patch("Action", ship, dueAt("2026-11-27T12:00:00Z")), refused: goals},
		"who may edit":                        {who: gil, asks: patch("Action", ship, handedTo("cleo", cleo))},
		"without a reason":                    {who: ana, asks: patch("Action", ship, `{"spec":{"member":"cleo","user":"cleo@shop.example"}}`), refused: "the plan of a week is frozen; add an entry to amendments that says why"},
	})
}

// There is no Team to ask about the work of one that is gone or has another name.
func TestWorkOfATeamThatIsGoneGoesToWhoWasInItAndByWhoJudgedInIt(t *testing.T) {
	const count = "checkout-2026-w48.fix.count.ben"
	half := func(member, user string) string {
		return fmt.Sprintf(`{"spec":{"target":1,"share":500,"occurrences":[{"dueAt":"2026-11-26T12:00:00Z","quantity":1}],"amendments":[{"reason":"Ill","split":{"member":%q,"user":%q,"quantity":1,"share":500,"occurrences":[{"dueAt":"2026-11-26T12:00:00Z","quantity":1}]}}]}}`, member, user)
	}
	const nobody = "Team wallets is gone, and when the week was planned there was no member "
	const others = "Team wallets is gone: whoever led it or judged in it"
	stamped.tries(t, map[string]attempt{
		"by its lead":                          {who: ana, asks: patch("Action", count, handedTo("cleo", cleo))},
		"by its reviewer":                      {who: cleo, asks: patch("Action", count, handedTo("lee", ana))},
		"by who writes goals":                  {who: gil, asks: patch("Action", count, handedTo("cleo", cleo))},
		"by the operator, to anybody":          {who: operator, asks: patch("Action", count, handedTo("new", "new@shop.example"))},
		"by a reviewer of no Team":             {who: mac, asks: patch("Action", count, handedTo("cleo", cleo)), refused: others},
		"to a name that nobody had":            {who: ana, asks: patch("Action", count, handedTo("sock", "sock@shop.example")), refused: nobody + "sock with the user sock@shop.example"},
		"to a member with another's user":      {who: ana, asks: patch("Action", count, handedTo("cleo", mac)), refused: nobody + "cleo with the user mac@shop.example"},
		"to a member of another Team":          {who: gil, asks: patch("Action", count, handedTo("ana", ana)), refused: nobody + "ana with the user ana@shop.example"},
		"a part, by its lead":                  {who: ana, asks: patch("Action", count, half("cleo", cleo))},
		"a part, by a reviewer of no Team":     {who: mac, asks: patch("Action", count, half("cleo", cleo)), refused: others},
		"a part, to a name that nobody had":    {who: ana, asks: patch("Action", count, half("sock", "sock@shop.example")), refused: nobody + "sock"},
		"another change is not about the Team": {who: gil, asks: patch("Action", count, lowered)},
	})
}
