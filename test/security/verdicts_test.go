// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"context"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func verdict(decision, by string) string {
	return fmt.Sprintf(`{"status":{"verdict":{"decision":%q,"by":%q}}}`, decision, by)
}

func judge(by, piece string) request { return patchStatus("Evidence", piece, verdict("Accepted", by)) }

func TestOnlyTheJudgesOfAPieceJudgeIt(t *testing.T) {
	const ask = "it is not yours to judge; ask ana@shop.example or cleo@shop.example or fay@shop.example, or another of status.judges"
	stamped.tries(t, map[string]attempt{
		"a judge":                                {who: ana, asks: judge(ana, "waiting"), gives: `"by":"ana@shop.example","decision":"Accepted"`},
		"another judge":                          {who: cleo, asks: judge(cleo, "waiting")},
		"who may edit and is none":               {who: gil, asks: judge(gil, "waiting"), refused: ask},
		"who administers and is none":            {who: eve, asks: judge(eve, "waiting"), refused: ask},
		"who operates and is none":               {who: operator, asks: judge(operator, "waiting"), refused: ask},
		"who did the work":                       {who: ben, asks: judge(ben, "waiting"), refused: "forbidden"},
		"a piece that nobody has looked at":      {who: eve, asks: judge(eve, "unlooked")},
		"in another's name":                      {who: cleo, asks: judge(ana, "waiting"), refused: "a verdict is given in one's own name: set status.verdict.by to cleo@shop.example"},
		"adding oneself to the judges":           {who: eve, asks: patchStatus("Evidence", "unlooked", `{"status":{"judges":["eve@shop.example"]}}`), refused: "of the status of evidence people write the verdict and nothing else"},
		"taking the judges away":                 {who: ana, asks: patchStatus("Evidence", "waiting", `{"status":{"judges":null}}`), refused: "of the status of evidence people write the verdict and nothing else"},
		"the operator saying who they are":       {who: operator, asks: patchStatus("Evidence", "unlooked", `{"status":{"judges":["ana@shop.example"]}}`), gives: "judges"},
		"who gave it, though no longer a judge":  {who: cleo, asks: patchStatus("Evidence", "accepted", verdict("Rejected", cleo)), gives: "Rejected"},
		"a judge, where another's verdict holds": {who: ana, asks: patchStatus("Evidence", "accepted", verdict("Rejected", ana)), refused: "only cleo@shop.example who gave it can change it"},
	})
}

func TestMachinesHandInAndNeverJudgeNorSign(t *testing.T) {
	const piece = `{"kind":"Evidence","metadata":{"name":"built"},"spec":{"for":{"keyAction":"fix","step":"ship"}}}`
	stamped.tries(t, map[string]attempt{
		"handing in":                                  {who: bot, asks: create(piece), gives: `"submittedBy":"system:serviceaccount:shop:bot"`},
		"judging what one is a judge of":              {who: bot, asks: judge(bot, "waiting-for-a-machine"), refused: "only people judge"},
		"judging what nobody has looked at":           {who: bot, asks: judge(bot, "unlooked"), refused: "only people judge"},
		"signing, where a reviewer":                   {who: bot, asks: patch("Review", weekly, `{"spec":{"conclusion":"Seen","signOff":{}}}`), refused: "only people sign"},
		"deciding, which a person has to take over":   {who: bot, asks: patch("Review", weekly, decisions(decision(call, "CarryOver", ""))), gives: `"by":"system:serviceaccount:shop:bot"`},
		"judging in a person's name with one's right": {who: bot, asks: judge(ana, "waiting"), refused: "only people judge"},
	})
}

func TestNobodyJudgesAClosedWeek(t *testing.T) {
	const closed = "its week checkout-2026-w47 is closed, and what it came to is fixed; hand in a new piece for the running week"
	stamped.tries(t, map[string]attempt{
		"who gave the verdict, anew":                {who: ana, asks: patchStatus("Evidence", "of-closed-week", verdict("Rejected", ana)), refused: closed},
		"by a word beside it":                       {who: ana, asks: patchStatus("Evidence", "of-closed-week", `{"status":{"verdict":{"note":"Fine"}}}`), refused: closed},
		"who operates":                              {who: operator, asks: patchStatus("Evidence", "of-closed-week", verdict("Rejected", operator)), refused: "denied request"},
		"the operator writing what it comes to":     {who: operator, asks: patchStatus("Evidence", "of-closed-week", `{"status":{"summary":"Counted"}}`), gives: "Counted"},
		"a piece that goes on with what is carried": {who: ana, asks: judge(ana, "carried")},
	})
}

func TestWhatCountsForAWeekThatClosesStaysAsItIs(t *testing.T) {
	const closing = "its week checkout-2026-w46 is closing"
	stamped.tries(t, map[string]attempt{
		"a verdict that counts":                {who: ana, asks: patchStatus("Evidence", "of-closing-week", verdict("Rejected", ana)), refused: closing},
		"a word beside it":                     {who: ana, asks: patchStatus("Evidence", "of-closing-week", `{"status":{"verdict":{"note":"Fine"}}}`), refused: closing},
		"what waits for its verdict gets it":   {who: ana, asks: judge(ana, "waiting-in-closing-week")},
		"an Action that somebody amends":       {who: gil, asks: patch("Action", "checkout-2026-w46.fix.ship.ben", `{"spec":{"amendments":[{"reason":"One more word"}]}}`), refused: closing},
		"the operator, writing what it closes": {who: operator, asks: patchStatus("Evidence", "of-closing-week", `{"status":{"summary":"Counted"}}`), gives: "Counted"},
	})
}

func TestOnlyWhoHandedInAPieceTakesItBackAndOnlyBeforeItIsJudged(t *testing.T) {
	const kept = "it was judged, and what was judged is kept; hand in a new piece instead"
	all := func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		o := object("Evidence", "")
		return o, c.DeleteAllOf(ctx, o, client.InNamespace(shop))
	}
	stamped.tries(t, map[string]attempt{
		"one's own that waits":                {who: ben, asks: remove("Evidence", "waiting")},
		"one's own that nobody has looked at": {who: ben, asks: remove("Evidence", "unlooked")},
		"one's own that was accepted":         {who: ben, asks: remove("Evidence", "accepted"), refused: kept},
		"one's own of a closed week":          {who: ben, asks: remove("Evidence", "of-closed-week"), refused: kept},
		"somebody else's":                     {who: ben, asks: remove("Evidence", "of-another"), refused: "only cleo@shop.example takes it back; ask them, or judge it"},
		"all of them at once":                 {who: ben, asks: all, refused: "forbidden"},
		"by who judges, without the right to": {who: cleo, asks: remove("Evidence", "of-another"), refused: "forbidden"},
		"by who may edit evidence":            {who: gil, asks: remove("Evidence", "waiting")},
		"what was judged, by who may edit":    {who: gil, asks: remove("Evidence", "accepted"), refused: kept},
		"what was judged, by who administers": {who: eve, asks: remove("Evidence", "accepted"), refused: kept},
	})
}
