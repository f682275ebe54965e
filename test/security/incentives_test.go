// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const statement = "IncentiveStatement"

func say(name, text string) request { return patch(statement, name, text) }

func read(kind, name string) request {
	return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		o := object(kind, name)
		return o, c.Get(ctx, client.ObjectKeyFromObject(o), o)
	}
}

func listed(kind string, options ...client.ListOption) request {
	return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind + "List"))
		err := c.List(ctx, list, append(options, client.InNamespace(shop))...)
		return &unstructured.Unstructured{Object: map[string]any{"items": len(list.Items)}}, err
	}
}

// operations is a JSON patch, which can ask for values and move them.
func operations(name, text string) request {
	return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		o := object(statement, name)
		return o, c.Patch(ctx, o, client.RawPatch(types.JSONPatchType, []byte(text)))
	}
}

func applied(text string) request {
	return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		o := object("", "")
		if err := json.Unmarshal([]byte(text), &o.Object); err != nil {
			return nil, err
		}
		o.SetAPIVersion(praxisv1.GroupVersion.String())
		o.SetNamespace(shop)
		return o, c.Patch(ctx, o, client.RawPatch(types.ApplyPatchType, []byte(mustJSON(o.Object))), client.FieldOwner("test"), client.ForceOwnership)
	}
}

func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestNobodySeesAnothersStatement(t *testing.T) {
	attempts := map[string]attempt{
		"who is paid, one's own":            {who: ben, asks: read(statement, "proposed"), gives: earned},
		"who is paid, another's":            {who: ben, asks: read(statement, "of-dan"), refused: "forbidden"},
		"who is paid, of all one's own":     {who: ben, asks: listed(statement, client.MatchingFields{"spec.user": ben}), refused: "forbidden"},
		"who is paid, a change of nothing":  {who: dan, asks: say("proposed", `{}`), refused: "forbidden"},
		"who is paid, asking for a value":   {who: dan, asks: operations("proposed", `[{"op":"test","path":"/status/total","value":"`+earned+`"}]`), refused: "forbidden"},
		"who is paid, moving a value":       {who: dan, asks: operations("proposed", `[{"op":"copy","from":"/status/total","path":"/spec/quarter"}]`), refused: "forbidden"},
		"who is paid, the policy":           {who: ben, asks: read("IncentivePolicy", "checkout-eur")},
		"who may only look, all":            {who: aud, asks: listed(statement), gives: fmt.Sprint(len(statements))},
		"who may only look, saying so":      {who: aud, asks: say("waiting", `{"spec":{"approvals":[{}]}}`), refused: "forbidden"},
		"an approver, all":                  {who: hal, asks: listed(statement), gives: fmt.Sprint(len(statements))},
		"an approver, writing a policy":     {who: hal, asks: patch("IncentivePolicy", "unused", `{"spec":{"pool":"1"}}`), refused: "forbidden"},
		"who writes goals, the policy":      {who: pat, asks: read("IncentivePolicy", "checkout-eur"), refused: "forbidden"},
		"a machine that edits, a statement": {who: bot, asks: read(statement, "proposed"), refused: "forbidden"},
	}
	for who, what := range map[string]string{ana: "the lead", cleo: "a reviewer", gil: "who may edit", eve: "who administers", pat: "who writes goals"} {
		attempts[what+", one"] = attempt{who: who, asks: read(statement, "proposed"), refused: "forbidden"}
		attempts[what+", all"] = attempt{who: who, asks: listed(statement), refused: "forbidden"}
		attempts[what+", by a write"] = attempt{who: who, asks: say("proposed", `{"spec":{"dispute":{"reason":"No"}}}`), refused: "forbidden"}
	}
	stamped.tries(t, attempts)
}

func TestOnlyItsPersonDisputesAStatementAndOnceAndInTime(t *testing.T) {
	const dispute = `{"spec":{"dispute":{"reason":"I did five"}}}`
	const late = "it cannot be disputed now; a statement is disputed once, from when it is proposed until status.disputeUntil"
	stamped.tries(t, map[string]attempt{
		"its person":                     {who: ben, asks: say("proposed", dispute), gives: `"by":"ben@shop.example","reason":"I did five"`},
		"before it is proposed":          {who: ben, asks: say("accruing", dispute), refused: late},
		"after the window":               {who: ben, asks: say("waiting", dispute), refused: late},
		"after it was agreed to":         {who: ben, asks: say("final", dispute), refused: "the statement is final and never changes"},
		"a second time":                  {who: ben, asks: say("disputed", dispute), refused: "a dispute stays as it was written"},
		"taking it back":                 {who: ben, asks: say("disputed", `{"spec":{"dispute":null}}`), refused: "a dispute stays as it was written"},
		"in another's name":              {who: ben, asks: say("proposed", `{"spec":{"dispute":{"reason":"No","by":"dan@shop.example"}}}`), refused: "a dispute is written in one's own name: set by of spec.dispute to ben@shop.example"},
		"an approver for them":           {who: hal, asks: say("proposed", dispute), refused: "a statement is disputed by its person and nobody else"},
		"an approver in their name":      {who: hal, asks: say("proposed", `{"spec":{"dispute":{"reason":"No","by":"ben@shop.example"}}}`), refused: "a statement is disputed by its person and nobody else"},
		"who operates for them":          {who: operator, asks: say("proposed", dispute), refused: "a statement is disputed by its person and nobody else"},
		"without words":                  {who: ben, asks: say("proposed", `{"spec":{"dispute":{"reason":"..."}}}`), refused: "say what is wrong, in words"},
		"and answering it in one":        {who: ben, asks: say("proposed", `{"spec":{"dispute":{"reason":"No"},"resolution":{"note":"Yes","adjust":"900"}}}`), refused: "only the approvers of the policy decide"},
		"and agreeing to it":             {who: ben, asks: say("waiting", `{"spec":{"approvals":[{}]}}`), refused: "only the approvers of the policy decide"},
		"and opening the window oneself": {who: ben, asks: patchStatus(statement, "waiting", `{"status":{"disputable":true}}`), refused: "forbidden"},
		"by an apply":                    {who: ben, asks: applied(`{"kind":"IncentiveStatement","metadata":{"name":"proposed"},"spec":{"dispute":{"reason":"I did five"}}}`), gives: `"by":"ben@shop.example"`},
	})
}

func TestOnlyApproversAnswerADisputeAndInTheirOwnName(t *testing.T) {
	const resolve = `{"spec":{"resolution":{"note":"It counts","adjust":"25"}}}`
	const decide = "only the approvers of the policy decide on a statement, and of those neither its person nor who changed the policy last"
	stamped.tries(t, map[string]attempt{
		"an approver":                   {who: hal, asks: say("disputed", resolve), gives: `"by":"hal@shop.example","note":"It counts"`},
		"its person":                    {who: ben, asks: say("disputed", resolve), refused: decide},
		"who wrote the policy":          {who: wes, asks: say("disputed", resolve), refused: decide},
		"who operates":                  {who: operator, asks: say("disputed", resolve), refused: decide},
		"in another's name":             {who: hal, asks: say("disputed", `{"spec":{"resolution":{"note":"It counts","by":"cfo@shop.example"}}}`), refused: "set by of spec.resolution to hal@shop.example"},
		"where nothing is disputed":     {who: hal, asks: say("proposed", resolve), refused: "there is no dispute to resolve"},
		"with an amount that is none":   {who: hal, asks: say("disputed", `{"spec":{"resolution":{"note":"It counts","adjust":"=1+1"}}}`), refused: "spec.resolution.adjust"},
		"and agreeing to it in one":     {who: hal, asks: say("disputed", `{"spec":{"resolution":{"note":"It counts"},"approvals":[{}]}}`), refused: "a dispute is answered"},
		"of a final one":                {who: hal, asks: say("final", resolve), refused: "there is no dispute to resolve"},
		"by writing the total":          {who: hal, asks: patchStatus(statement, "disputed", `{"status":{"total":"9"}}`), refused: "forbidden"},
		"by writing whose it is":        {who: hal, asks: say("disputed", `{"spec":{"user":"hal@shop.example"}}`), refused: "never change"},
		"by writing what it is paid by": {who: hal, asks: say("disputed", `{"spec":{"policy":{"pool":"1"}}}`), refused: "never change"},
	})
}

func TestApproversAgreeEachOnceInTheirOwnNameAndInTime(t *testing.T) {
	const decide = "only the approvers of the policy decide on a statement, and of those neither its person nor who changed the policy last"
	const early = "it can be approved once its quarter has closed, status.disputeUntil is over and a dispute is answered"
	const only = "approvals are only added at the end, never changed or removed"
	agree := func(name string, all ...string) request {
		return say(name, `{"spec":{"approvals":[`+strings.Join(all, ",")+`]}}`)
	}
	const was = `{"by":"hal@shop.example","note":"Seen"}`
	stamped.tries(t, map[string]attempt{
		"one":                          {who: hal, asks: agree("waiting", `{"note":"Seen"}`), gives: `[{"by":"hal@shop.example","note":"Seen"}]`},
		"another after that":           {who: cfo, asks: agree("agreed", was, `{}`), gives: `{"by":"cfo@shop.example"}`},
		"one a second time":            {who: hal, asks: agree("agreed", was, `{}`), refused: "you have approved it already; another approver does"},
		"of one's own":                 {who: hal, asks: agree("of-hal", `{}`), refused: decide},
		"who wrote the policy":         {who: wes, asks: agree("waiting", `{}`), refused: decide},
		"who is no approver":           {who: ben, asks: agree("waiting", `{}`), refused: decide},
		"in another's name":            {who: hal, asks: agree("waiting", `{"by":"cfo@shop.example"}`), refused: "set by of the new entry of spec.approvals to hal@shop.example"},
		"two at once":                  {who: hal, asks: agree("waiting", `{"by":"hal@shop.example"}`, `{"by":"cfo@shop.example"}`), refused: "add one approval at a time"},
		"before it is proposed":        {who: hal, asks: agree("accruing", `{}`), refused: early},
		"while it may be disputed":     {who: hal, asks: agree("proposed", `{}`), refused: early},
		"while it is disputed":         {who: hal, asks: agree("disputed", `{}`), refused: early},
		"putting oneself first":        {who: cfo, asks: agree("agreed", `{}`, was), refused: only},
		"in the place of another":      {who: cfo, asks: agree("agreed", `{}`), refused: only},
		"taking another's away":        {who: cfo, asks: agree("agreed"), refused: only},
		"taking one's own away":        {who: hal, asks: say("agreed", `{"spec":{"approvals":null}}`), refused: only},
		"another word beside one's":    {who: hal, asks: agree("agreed", `{"by":"hal@shop.example","note":"Not"}`), refused: only},
		"applying it in their place":   {who: cfo, asks: applied(`{"kind":"IncentiveStatement","metadata":{"name":"agreed"},"spec":{"approvals":[{"by":"cfo@shop.example"}]}}`), refused: only},
		"to a final one":               {who: wes, asks: agree("final", was, `{"by":"cfo@shop.example"}`, `{}`), refused: "the statement is final and never changes"},
		"saying that it is approved":   {who: hal, asks: patchStatus(statement, "waiting", `{"status":{"conditions":[]}}`), refused: "forbidden"},
		"taking the owner away":        {who: hal, asks: say("waiting", `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"y"}]}}`), refused: "people write dispute, resolution and approvals and nothing else"},
		"relabelling":                  {who: hal, asks: say("waiting", `{"metadata":{"labels":{"praxis.dev/utility":"other"}}}`), refused: "people write dispute, resolution and approvals and nothing else"},
		"keeping it from being ended":  {who: hal, asks: say("waiting", `{"metadata":{"finalizers":["example.com/x"]}}`), refused: "people write dispute, resolution and approvals and nothing else"},
		"deleting it":                  {who: hal, asks: remove(statement, "waiting"), refused: "forbidden"},
		"deleting it, as who may edit": {who: gil, asks: remove(statement, "waiting"), refused: "forbidden"},
		"deleting it, as who erases":   {who: eraser, asks: remove(statement, "waiting"), refused: "forbidden"},
	})
}

func TestAFinalStatementIsChangedByNobodyNotEvenTheOperator(t *testing.T) {
	const final = "the statement is final and never changes; what was wrong is corrected in the next one"
	status := func(text string) request { return patchStatus(statement, "final", `{"status":{`+text+`}}`) }
	conditions := func(approved, payable string) string {
		return `"conditions":[` + condition("Computed", "True", "QuarterClosed") + "," + condition("Approved", approved, "Approved") + "," + condition("Payable", payable, "Final") + `]`
	}
	stamped.tries(t, map[string]attempt{
		"its total":                    {who: operator, asks: status(`"total":"9999.00"`), refused: final},
		"its lines":                    {who: operator, asks: status(`"lines":[]`), refused: final},
		"its roots":                    {who: operator, asks: status(`"roots":[]`), refused: final},
		"all of it":                    {who: operator, asks: patchStatus(statement, "final", `{"status":null}`), refused: final},
		"its conditions":               {who: operator, asks: status(`"conditions":[]`), refused: final},
		"a condition's status":         {who: operator, asks: status(conditions("False", "True")), refused: final},
		"that it is payable":           {who: operator, asks: status(conditions("True", "False")), refused: final},
		"that it may be disputed":      {who: operator, asks: status(`"disputable":true`), refused: final},
		"one in shadow to be paid":     {who: operator, asks: patchStatus(statement, "in-shadow", `{"status":{`+conditions("True", "True")+`}}`), refused: final},
		"the owner it goes with":       {who: operator, asks: say("final", `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"y"}]}}`), refused: final},
		"deleting it":                  {who: operator, asks: remove(statement, "final"), refused: "a final statement is kept"},
		"deleting one that is waiting": {who: operator, asks: remove(statement, "waiting")},
		"what was changed since":       {who: operator, asks: status(`"changes":[{"week":"2026-W52","rule":"drive","amount":"-25.00"}]`), gives: "-25.00"},
		"how it looks in a list":       {who: operator, asks: status(`"summary":"Final"`), gives: `"summary":"Final"`},
	})
}

func condition(kind, status, reason string) string {
	return fmt.Sprintf(`{"type":%q,"status":%q,"reason":%q,"message":"","lastTransitionTime":"2027-01-06T00:00:00Z"}`, kind, status, reason)
}

func TestStatementsAreMadeByTheOperatorAlone(t *testing.T) {
	spec := func(more string) string {
		return `{"kind":"IncentiveStatement","metadata":{"name":"forged"},"spec":{"policyRef":{"name":"checkout-eur"},"utilityRef":{"name":"checkout"},"quarter":"2026-Q3","user":"gil@shop.example","policyHash":"` +
			strings.Repeat("0", 64) + `","policy":` + mustJSON(paidBy()) + more + `},"status":{"total":"9999.00"}}`
	}
	stamped.tries(t, map[string]attempt{
		"by who may edit":            {who: gil, asks: create(spec("")), refused: "forbidden"},
		"by who administers":         {who: eve, asks: create(spec("")), refused: "forbidden"},
		"by an approver":             {who: hal, asks: create(spec("")), refused: "forbidden"},
		"by an approver's apply":     {who: hal, asks: applied(spec("")), refused: "forbidden"},
		"by who writes policies":     {who: wes, asks: create(spec("")), refused: "forbidden"},
		"with approvals":             {who: operator, asks: create(spec(`,"approvals":[{"by":"hal@shop.example"}]`)), refused: "nobody has said anything to a statement that is new"},
		"with a dispute":             {who: operator, asks: create(spec(`,"dispute":{"reason":"No","by":"gil@shop.example"}`)), refused: "nobody has said anything to a statement that is new"},
		"by the operator":            {who: operator, asks: create(spec(""))},
		"its status by who may edit": {who: gil, asks: patchStatus(statement, "waiting", `{"status":{"total":"9999.00"}}`), refused: "forbidden"},
	})
}

func TestAPolicyIsWrittenInOnesOwnNameAndGoesOnlyWithoutWhatItPays(t *testing.T) {
	change := func(text string) request { return patch("IncentivePolicy", "unused", text) }
	const kept = "it has statements that are paid"
	stamped.tries(t, map[string]attempt{
		"changing it":                        {who: wes, asks: change(`{"spec":{"pool":"1000"}}`), gives: `"authoredBy":"wes@shop.example"`},
		"in another's name":                  {who: wes, asks: change(`{"spec":{"pool":"1000","authoredBy":"cfo@shop.example"}}`), refused: "a policy is changed in one's own name: set spec.authoredBy to wes@shop.example"},
		"saying only that another did":       {who: wes, asks: change(`{"spec":{"authoredBy":"cfo@shop.example"}}`), refused: "spec.authoredBy is who changed the policy last"},
		"leaving out who did":                {who: wes, asks: change(`{"spec":{"authoredBy":null}}`), gives: `"authoredBy":"wes@shop.example"`},
		"moving it to another goal":          {who: wes, asks: change(`{"spec":{"utilityRef":{"name":"idea"}}}`), refused: "utilityRef and unit never change"},
		"to another unit":                    {who: wes, asks: change(`{"spec":{"unit":"CHF"}}`), refused: "utilityRef and unit never change"},
		"saying that it has no statements":   {who: wes, asks: patchStatus("IncentivePolicy", "checkout-eur", `{"status":{"statements":0}}`), refused: "forbidden"},
		"deleting one with statements":       {who: wes, asks: remove("IncentivePolicy", "checkout-eur"), refused: kept},
		"deleting it, and leaving them":      {who: wes, asks: remove("IncentivePolicy", "checkout-eur", client.PropagationPolicy("Orphan")), refused: kept},
		"deleting one that nobody was paid":  {who: wes, asks: remove("IncentivePolicy", "tried")},
		"deleting one that was never used":   {who: wes, asks: remove("IncentivePolicy", "unused")},
		"deleting one, as who may not write": {who: hal, asks: remove("IncentivePolicy", "unused"), refused: "forbidden"},
		"deleting one, as who administers":   {who: eve, asks: remove("IncentivePolicy", "unused"), refused: "forbidden"},
	})
	// What was paid does not become a trial by saying so afterwards.
	c := stamped.clients[wes]
	p := &praxisv1.IncentivePolicy{}
	key := client.ObjectKey{Namespace: shop, Name: "checkout-eur"}
	if err := c.Get(t.Context(), key, p); err != nil {
		t.Fatal(err)
	}
	p.Spec.Shadow = true
	if err := c.Update(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete(t.Context(), p); err == nil || !strings.Contains(err.Error(), kept) {
		t.Errorf("put in shadow it can be deleted with what it pays: %v", err)
	}
}
