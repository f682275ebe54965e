// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/test/controlplane"
)

const finalizer = `{"metadata":{"finalizers":["example.org/keep"]}}`

func TestNobodyKeepsWhatIsMadeFromGoing(t *testing.T) {
	const keep = "remove it from metadata.finalizers"
	piece := func(finalizer string) request {
		return create(`{"kind":"Evidence","metadata":{"name":"kept","finalizers":["` + finalizer + `"]},"spec":{"actionRef":{"name":"` + ship + `"}}}`)
	}
	stamped.tries(t, map[string]attempt{
		"a piece that is handed in":      {who: ben, asks: piece("example.org/keep"), refused: keep},
		"a piece that waits for its own": {who: ben, asks: piece("orphan"), refused: keep},
		"a piece that is there":          {who: gil, asks: patch("Evidence", "waiting", finalizer), refused: keep},
		"an Action":                      {who: gil, asks: patch("Action", ship, finalizer), refused: keep},
		"a Review":                       {who: ana, asks: patch("Review", weekly, finalizer), refused: keep},
		"a week":                         {who: operator, asks: patch("WeeklyCycle", "checkout-2026-w48", finalizer)},
		"a goal of one's own":            {who: pat, asks: patch("Utility", "idea", finalizer)},
	})
}

func finalizers(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%q", fmt.Sprintf("example.org/keep-%d", i))
	}
	return `{"metadata":{"finalizers":[` + strings.Join(names, ",") + `]}}`
}

func owners(n, length int) string {
	refs := make([]string, n)
	for i := range refs {
		refs[i] = fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","name":%q,"uid":"uid-%d"}`, strings.Repeat("x", length), i)
	}
	return `{"metadata":{"ownerReferences":[` + strings.Join(refs, ",") + `]}}`
}

func TestLabelsAndAnnotationsAreOfALimitedSize(t *testing.T) {
	const refused = "its labels and annotations have more than 8 KiB together"
	annotated := func(key, value string) string {
		return fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, key, value)
	}
	many := func(n int) string {
		labels := map[string]string{}
		for i := range n {
			labels[fmt.Sprintf("label-%d", i)] = strings.Repeat("x", 63)
		}
		text, _ := json.Marshal(map[string]any{"metadata": map[string]any{"labels": labels}})
		return string(text)
	}
	const room = 8192 - len("note") - len("praxis.dev/member") - len("ben")
	attempts := map[string]attempt{
		"as much as fits":           {who: gil, asks: patch("Action", ship, annotated("note", strings.Repeat("x", room)))},
		"a byte more":               {who: gil, asks: patch("Action", ship, annotated("note", strings.Repeat("x", room+1))), refused: refused},
		"in letters of three bytes": {who: gil, asks: patch("Action", ship, annotated("note", strings.Repeat("施", room/3+1))), refused: refused},
		"sixteen finalizers":        {who: pat, asks: patch("Utility", "idea", finalizers(16))},
		"seventeen":                 {who: pat, asks: patch("Utility", "idea", finalizers(17)), refused: "more than 16 finalizers"},
		"an owner of a long name":   {who: pat, asks: patch("Team", "payments", owners(1, 300)), refused: "more than 16 metadata.ownerReferences"},
		"seventeen owners":          {who: pat, asks: patch("Team", "payments", owners(17, 10)), refused: "more than 16 metadata.ownerReferences"},
		"a hundred labels":          {who: gil, asks: patch("Evidence", "waiting", many(100))},
		"two hundred labels":        {who: gil, asks: patch("Evidence", "waiting", many(200)), refused: refused},
		"a megabyte of labels":      {who: gil, asks: patch("Evidence", "waiting", many(14_000)), refused: "more than 1,024 labels and annotations"},
		"of a Review":               {who: ana, asks: patch("Review", weekly, annotated("note", strings.Repeat("x", 9000))), refused: refused},
		"a piece that is handed in": {who: ben, refused: refused, asks: create(`{"kind":"Evidence","metadata":{"name":"large","annotations":{"note":"` + strings.Repeat("x", 9000) + `"}},"spec":{"actionRef":{"name":"` + ship + `"}}}`)},
		"what kubectl remembers":    {who: pat, asks: patch("KeyAction", "fix", annotated("kubectl.kubernetes.io/last-applied-configuration", strings.Repeat("x", 60_000)))},
	}
	for kind, name := range map[string]string{"Utility": "checkout", "Team": "payments", "ActionPackage": "fixing", "KeyAction": "fix"} {
		attempts["of a "+kind] = attempt{who: pat, asks: patch(kind, name, annotated("note", strings.Repeat("x", 9000))), refused: refused}
	}
	stamped.tries(t, attempts)
}

// Nobody is exempt from the limit, and whoever applies a sample or has it synced keeps below it.
func TestTheSamplesFitWithWhatKubectlRemembersOfThem(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(config, "samples", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := controlplane.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range objects {
			if o.GetKind() == "Kustomization" {
				continue
			}
			t.Run(filepath.Base(file)+" "+o.GetName(), func(t *testing.T) {
				remembered, err := o.MarshalJSON()
				if err != nil {
					t.Fatal(err)
				}
				o.SetNamespace("default")
				o.SetAnnotations(map[string]string{
					"kubectl.kubernetes.io/last-applied-configuration": string(bytes.TrimSpace(remembered)),
					"argocd.argoproj.io/tracking-id":                   "goals:praxis.dev/" + o.GetKind() + ":shop/" + o.GetName(),
				})
				if err := stamped.admin.Create(t.Context(), o, client.DryRunAll); err != nil {
					t.Errorf("with %d bytes of annotations: %v", len(remembered), err)
				}
			})
		}
	}
}

func TestOnlyTheOperatorMakesKeyActionsOfAnother(t *testing.T) {
	const owned = `"ownerReferences":[{"apiVersion":"praxis.dev/v1alpha1","kind":"KeyAction","name":"fix","uid":"any","controller":true}]`
	named := func(name, metadata string) request {
		return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
			ka := object("KeyAction", "fix")
			if err := c.Get(ctx, client.ObjectKeyFromObject(ka), ka); err != nil {
				return nil, err
			}
			spec, err := json.Marshal(ka.Object["spec"])
			if err != nil {
				return nil, err
			}
			return create(fmt.Sprintf(`{"kind":"KeyAction","metadata":{"name":%q%s},"spec":%s}`, name, metadata, spec))(ctx, c)
		}
	}
	long := strings.Repeat("x", 41)
	const made = "keyactions are made and ended by the operator"
	stamped.tries(t, map[string]attempt{
		"a name of 41 characters":        {who: pat, asks: named(long, ""), refused: "metadata.name has 41 characters"},
		"with an owner that excuses it":  {who: pat, asks: named(long, ","+owned), refused: made},
		"a short one with such an owner": {who: eve, asks: named("short", ","+owned), refused: made},
		"one that is given the owner":    {who: gil, asks: patch("KeyAction", "fix", `{"metadata":{`+owned+`}}`), refused: made},
		"by the operator":                {who: operator, asks: named(long, ","+owned), gives: long},
		"an owner of another kind":       {who: pat, asks: named("short", `,"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"any","controller":true}]`)},
	})
}

func TestWhoIsWhoInATeamIsClear(t *testing.T) {
	team := func(members string) request {
		return create(`{"kind":"Team","metadata":{"name":"new"},"spec":{"members":[` + members + `]}}`)
	}
	stamped.tries(t, map[string]attempt{
		"two people":                 {who: pat, asks: team(`{"name":"a","user":"a@x","capacity":"1h"},{"name":"b","user":"b@x","capacity":"1h"}`)},
		"white space at an end":      {who: pat, asks: team(`{"name":"a","user":"a@x ","capacity":"1h"}`), refused: "begins or ends with white space"},
		"white space at a beginning": {who: pat, asks: team(`{"name":"a","user":"\u00a0a@x","capacity":"1h"}`), refused: "begins or ends with white space"},
		"one user in two members":    {who: pat, asks: team(`{"name":"a","user":"a@x","capacity":"1h"},{"name":"b","user":"a@x","capacity":"1h"}`), refused: "two members have the same user"},
	})
}
