// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	sigsyaml "sigs.k8s.io/yaml"
)

// verdict is what Flux makes of a fixture: by itself, through kstatus, and with the
// expressions that we ship for the kinds that people keep in Git.
type verdict struct{ kstatus, expressions status.Status }

const none = status.Status("")

var verdicts = map[string]verdict{
	"Utility/unseen":        {status.InProgressStatus, status.InProgressStatus},
	"Utility/edited":        {status.InProgressStatus, status.InProgressStatus},
	"Utility/not-due":       {status.CurrentStatus, status.CurrentStatus},
	"Utility/on-pace":       {status.CurrentStatus, status.CurrentStatus},
	"Utility/behind":        {status.CurrentStatus, status.CurrentStatus},
	"Utility/missed-strict": {status.CurrentStatus, status.FailedStatus},
	"Utility/suspended":     {status.CurrentStatus, status.CurrentStatus},
	"Utility/ended":         {status.CurrentStatus, status.CurrentStatus},
	"Utility/stalled":       {status.FailedStatus, status.FailedStatus},

	"KeyAction/unseen":        {status.InProgressStatus, status.InProgressStatus},
	"KeyAction/edited":        {status.InProgressStatus, status.InProgressStatus},
	"KeyAction/not-due":       {status.CurrentStatus, status.CurrentStatus},
	"KeyAction/generated":     {status.CurrentStatus, status.CurrentStatus},
	"KeyAction/on-pace":       {status.CurrentStatus, status.CurrentStatus},
	"KeyAction/behind":        {status.CurrentStatus, status.CurrentStatus},
	"KeyAction/missed-strict": {status.CurrentStatus, status.FailedStatus},
	"KeyAction/suspended":     {status.CurrentStatus, status.CurrentStatus},
	"KeyAction/ended":         {status.CurrentStatus, status.CurrentStatus},
	"KeyAction/stalled":       {status.FailedStatus, status.FailedStatus},

	"Team/unseen":          {status.InProgressStatus, status.InProgressStatus},
	"Team/edited":          {status.InProgressStatus, status.InProgressStatus},
	"Team/within-capacity": {status.CurrentStatus, status.CurrentStatus},
	"Team/over-capacity":   {status.CurrentStatus, status.CurrentStatus},

	"WeeklyCycle/unseen":  {status.InProgressStatus, none},
	"WeeklyCycle/not-due": {status.CurrentStatus, none},
	"WeeklyCycle/on-pace": {status.CurrentStatus, none},
	"WeeklyCycle/behind":  {status.CurrentStatus, none},

	"Action/not-due":             {status.CurrentStatus, none},
	"Action/missed":              {status.CurrentStatus, none},
	"Action/blocked":             {status.CurrentStatus, none},
	"Action/awaiting-acceptance": {status.CurrentStatus, none},
	"Action/accepted":            {status.CurrentStatus, none},

	"Evidence/unseen":           {status.InProgressStatus, none},
	"Evidence/awaiting-verdict": {status.CurrentStatus, none},
	"Evidence/rejected":         {status.CurrentStatus, none},
	"Evidence/accepted":         {status.CurrentStatus, none},

	"EvidenceSource/unseen":       {status.InProgressStatus, status.InProgressStatus},
	"EvidenceSource/edited":       {status.InProgressStatus, status.InProgressStatus},
	"EvidenceSource/receiving":    {status.CurrentStatus, status.CurrentStatus},
	"EvidenceSource/suspended":    {status.CurrentStatus, status.CurrentStatus},
	"EvidenceSource/invalid-rule": {status.FailedStatus, status.FailedStatus},

	"Review/not-yet": {status.CurrentStatus, none},
	"Review/open":    {status.CurrentStatus, none},
	"Review/overdue": {status.CurrentStatus, none},
	"Review/signed":  {status.CurrentStatus, none},
}

// healthCheckExpr is an entry of spec.healthCheckExprs.
type healthCheckExpr struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	InProgress string `json:"inProgress"`
	Failed     string `json:"failed"`
	Current    string `json:"current"`
}

func shippedExpressions(t *testing.T) map[string]healthCheckExpr {
	t.Helper()
	var kustomization struct {
		APIVersion, Kind string
		Metadata         map[string]any
		Spec             struct {
			Interval, Timeout, Path string
			TargetNamespace         string
			ServiceAccountName      string
			Prune, Wait             bool
			SourceRef               map[string]string
			DependsOn               []map[string]string
			HealthCheckExprs        []healthCheckExpr
		}
	}
	readInto(t, filepath.Join(config, "flux", "kustomization-goals.yaml"), &kustomization)
	all := map[string]healthCheckExpr{}
	for _, e := range kustomization.Spec.HealthCheckExprs {
		all[e.Kind] = e
	}
	return all
}

func TestFluxJudgesEveryFixtureAsTheTableSays(t *testing.T) {
	files, err := filepath.Glob(fixtureFile("*", "*"))
	if err != nil || len(files) != len(verdicts) {
		t.Errorf("there are %d fixtures and %d verdicts: %v", len(files), len(verdicts), err)
	}
	expressions := shippedExpressions(t)
	for name, want := range verdicts {
		t.Run(name, func(t *testing.T) {
			kind, as, _ := strings.Cut(name, "/")
			o := &unstructured.Unstructured{}
			text, err := sigsyaml.YAMLToJSON([]byte(script(t, fixtureFile(kind, as))))
			if err != nil {
				t.Fatal(err)
			}
			if err := o.UnmarshalJSON(text); err != nil {
				t.Fatal(err)
			}
			result, err := status.Compute(o)
			if err != nil {
				t.Fatal(err)
			}
			if result.Status != want.kstatus {
				t.Errorf("kstatus: got %s (%s), want %s", result.Status, result.Message, want.kstatus)
			}
			expr, shipped := expressions[kind]
			if shipped != (want.expressions != none) {
				t.Fatalf("there is an expression: %t", shipped)
			}
			if !shipped {
				return
			}
			if got := evaluate(t, expr, o); got != want.expressions {
				t.Errorf("healthCheckExprs: got %s, want %s", got, want.expressions)
			}
		})
	}
}

// evaluate judges in the order of Flux: a generation that was not observed first, then
// inProgress, failed and current; what is none of them is in progress.
func evaluate(t *testing.T, expr healthCheckExpr, o *unstructured.Unstructured) status.Status {
	t.Helper()
	observed, found, err := unstructured.NestedInt64(o.Object, "status", "observedGeneration")
	if err == nil && found && observed != o.GetGeneration() {
		return status.InProgressStatus
	}
	for _, e := range []struct {
		text string
		is   status.Status
	}{{expr.InProgress, status.InProgressStatus}, {expr.Failed, status.FailedStatus}, {expr.Current, status.CurrentStatus}} {
		if e.text != "" && holds(t, e.text, o) {
			return e.is
		}
	}
	return status.InProgressStatus
}

// holds evaluates as Flux does: parsed and not checked, for it knows no schema.
func holds(t *testing.T, text string, o *unstructured.Unstructured) bool {
	t.Helper()
	env, err := cel.NewEnv(cel.HomogeneousAggregateLiterals(), cel.EagerlyValidateDeclarations(true),
		cel.DefaultUTCTimeZone(true), cel.CrossTypeNumericComparisons(true), cel.OptionalTypes())
	if err != nil {
		t.Fatal(err)
	}
	ast, issues := env.Parse(text)
	if issues != nil {
		t.Fatalf("%s: %v", text, issues)
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	result, _, err := program.Eval(o.Object)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	is, ok := result.Value().(bool)
	if !ok {
		t.Fatalf("%s is no question of yes or no", text)
	}
	return is
}

// A status that says nothing yet must not be an error, which Flux would report instead of
// waiting.
func TestExpressionsWaitForAnObjectWithoutConditions(t *testing.T) {
	for kind, expr := range shippedExpressions(t) {
		o := &unstructured.Unstructured{Object: map[string]any{
			"metadata": map[string]any{"generation": int64(1)}, "status": map[string]any{},
		}}
		if got := evaluate(t, expr, o); got != status.InProgressStatus {
			t.Errorf("%s: got %s", kind, got)
		}
	}
}
