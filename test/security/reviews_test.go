// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	weekly  = "checkout-2026-w48-review"
	midweek = "checkout-2026-w48-midweek" // eve, who is in no Team, has decided something in it
)

// decision is one on an Action; more are further fields of it.
func decision(action, what, more string) string {
	return fmt.Sprintf(`{"action":%q,"decision":%q,"reason":"As agreed"%s}`, action, what, more)
}

func decisions(all ...string) string {
	return `{"spec":{"decisions":[` + strings.Join(all, ",") + `]}}`
}

func signed(all ...string) string {
	return `{"spec":{"conclusion":"Seen","signOff":{},"decisions":[` + strings.Join(all, ",") + `]}}`
}

func by(user string) string { return fmt.Sprintf(`,"by":%q`, user) }

func TestADecisionIsInTheNameOfWhoDecides(t *testing.T) {
	evesOwn := `{"action":"` + call + `","decision":"Drop","reason":"Nobody needs it","by":"eve@shop.example"}`
	stamped.tries(t, map[string]attempt{
		"without a name":                          {who: gil, asks: patch("Review", weekly, decisions(decision(ship, "CarryOver", ""))), gives: by(gil)[1:]},
		"in one's own name":                       {who: gil, asks: patch("Review", weekly, decisions(decision(ship, "CarryOver", by(gil)))), gives: by(gil)[1:]},
		"in another's name":                       {who: gil, asks: patch("Review", weekly, decisions(decision(ship, "CarryOver", by(ana)))), refused: "one decides in one's own name: set by of the decision on " + ship + " to gil@shop.example"},
		"in another's name, with operate":         {who: operator, asks: patch("Review", weekly, decisions(decision(ship, "CarryOver", by(ana)))), refused: "one decides in one's own name"},
		"beside another's, which stays theirs":    {who: ana, asks: patch("Review", midweek, decisions(evesOwn, decision(ship, "Drop", ""))), gives: by(eve)[1:]},
		"changing another's and leaving the name": {who: ana, asks: patch("Review", midweek, decisions(strings.Replace(evesOwn, "Drop", "Reschedule", 1))), refused: "needs a dueAt"},
		"another's with another reason":           {who: ana, asks: patch("Review", midweek, decisions(decision(call, "Drop", by(eve)))), refused: "set by of the decision on " + call + " to ana@shop.example"},
		"another's, taken over":                   {who: ana, asks: patch("Review", midweek, decisions(strings.Replace(evesOwn, eve, ana, 1))), gives: by(ana)[1:]},
		"another's, said again without the name":  {who: ana, asks: patch("Review", midweek, decisions(strings.Replace(evesOwn, by(eve), "", 1))), gives: by(ana)[1:]},
		"another's, given to a third":             {who: ana, asks: patch("Review", midweek, decisions(strings.Replace(evesOwn, eve, cleo, 1))), refused: "to ana@shop.example"},
		"without a word in its reason":            {who: ana, asks: patch("Review", weekly, decisions(`{"action":"`+ship+`","decision":"Drop","reason":" "}`)), refused: "say why, in words"},
	})
}

func TestOneSignsWhatOneDecidedOneself(t *testing.T) {
	const sign = `{"spec":{"conclusion":"Seen","signOff":{}}}`
	const others = "the decision on " + call + " is by eve@shop.example: take it over by setting its by to ana@shop.example"
	evesOwn := `{"action":"` + call + `","decision":"Drop","reason":"Nobody needs it","by":"eve@shop.example"}`
	stamped.tries(t, map[string]attempt{
		"beside a decision of another":            {who: ana, asks: patch("Review", midweek, sign), refused: others},
		"beside that and some of one's own":       {who: ana, asks: patch("Review", midweek, signed(evesOwn, decision(ship, "Drop", ""))), refused: others},
		"after taking it over":                    {who: ana, asks: patch("Review", midweek, signed(strings.Replace(evesOwn, eve, ana, 1))), gives: `"signOff":{"by":"ana@shop.example"}`},
		"after taking it away":                    {who: ana, asks: patch("Review", midweek, signed()), gives: `"signOff":{"by":"ana@shop.example"}`},
		"with a conclusion of white space":        {who: ana, asks: patch("Review", midweek, `{"spec":{"conclusion":" ","signOff":{},"decisions":[]}}`), refused: "say in words what came of the review"},
		"one's own decisions":                     {who: cleo, asks: patch("Review", weekly, signed(decision(ship, "CarryOver", ""), decision(call, "Drop", ""))), gives: by(cleo)[1:]},
		"as who decided and may not sign":         {who: eve, asks: patch("Review", midweek, sign), refused: "it is for ana@shop.example or another of spec.reviewers to sign"},
		"and decides in the name of who may sign": {who: eve, asks: patch("Review", midweek, signed(strings.Replace(evesOwn, eve, ana, 1))), refused: "denied request"},
	})
}

func TestADecisionThatCannotBeCarriedOutIsRefused(t *testing.T) {
	agenda := "take the name from the agenda"
	stamped.tries(t, map[string]attempt{
		"on an Action of another week":                   {who: ana, asks: patch("Review", weekly, decisions(decision(shipLastWeek, "Drop", ""))), refused: shipLastWeek + " is no Action of checkout-2026-w48; " + agenda},
		"on the short form of a name":                    {who: ana, asks: patch("Review", weekly, decisions(decision("fix.ship.ben", "Drop", ""))), refused: agenda},
		"on an Action of the week that is in no agenda":  {who: ana, asks: patch("Review", weekly, decisions(decision("checkout-2026-w48.fix.ship.cleo", "Drop", "")))},
		"signing for a candidate":                        {who: ana, asks: patch("Review", weekly, signed(decision(ship, "Reassign", `,"member":"cleo"`)))},
		"signing for who is none":                        {who: ana, asks: patch("Review", weekly, signed(decision(ship, "Reassign", `,"member":"eve"`))), refused: ship + " cannot go to eve; name one of cleo"},
		"signing where nobody is there":                  {who: ana, asks: patch("Review", weekly, signed(decision(call, "Reassign", `,"member":"cleo"`))), refused: call + " cannot go to cleo: nobody of its Team is there to take it over"},
		"signing for a time that is over":                {who: ana, asks: patch("Review", weekly, signed(decision(ship, "Reschedule", `,"dueAt":"2026-11-24T08:00:00Z"`))), refused: "cannot be due at 2026-11-24T08:00:00Z, before the review"},
		"writing down, unsigned, what is for nobody yet": {who: ana, asks: patch("Review", weekly, decisions(decision(ship, "Reassign", `,"member":"eve"`)))},
	})
}

func TestADecisionIsRefusedWhenItIsOnlyTried(t *testing.T) {
	for name, body := range map[string]string{
		"another week": decisions(decision(shipLastWeek, "Drop", "")), "no candidate": signed(decision(ship, "Reassign", `,"member":"eve"`)),
	} {
		t.Run(name, func(t *testing.T) {
			a := attempt{asks: patch("Review", weekly, body), refused: "name"}
			if err := a.on(t.Context(), client.NewDryRunClient(stamped.clients[ana])); err != nil {
				t.Error(err)
			}
		})
	}
}
