// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package standard

import (
	"strings"
	"testing"
)

func slo() map[string]any {
	return map[string]any{"spec": map[string]any{"target": "99.5", "on": true}, "status": map[string]any{
		"ready": int64(3), "value": 91.25, "empty": nil, "windows": []any{map[string]any{"name": "7d", "value": 90.5}, map[string]any{"name": "30d", "value": 92.0}},
	}}
}

func TestANumberIsMadeOfAnObject(t *testing.T) {
	for expression, want := range map[string]string{
		"object.status.value":                                         "91.25",
		"object.status.ready":                                         "3",
		"object.status.ready * 100 / 4":                               "75",
		"object.spec.target":                                          "99.5",
		"double(object.spec.target) - object.status.value":            "8.25",
		"object.status.windows.filter(w, w.name == '7d')[0].value":    "90.5",
		"has(object.status.other) ? object.status.other : 0":          "0",
		"object.status.windows.map(w, w.value)[1] + 1.0":              "93",
		"object.status.windows.all(w, w.value > 90.0) ? 100.0 : 50.0": "100",
	} {
		t.Run(expression, func(t *testing.T) {
			number, err := CompileNumber(expression)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok, err := number.Of(slo()); got != want || !ok || err != nil {
				t.Errorf("it is %q, %v, %v; want %s", got, ok, err, want)
			}
		})
	}
}

func TestWhatIsNotThereYetIsNoError(t *testing.T) {
	for _, expression := range []string{"object.status.other", "object.other.value", "object.status.windows[7].value", "object.status.empty"} {
		number, err := CompileNumber(expression)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok, err := number.Of(slo()); ok || err != nil {
			t.Errorf("%s is %q, %v", expression, got, err)
		}
	}
}

func TestAnExpressionThatMakesNoNumberSaysSo(t *testing.T) {
	for expression, want := range map[string]string{
		"object.spec.on":                "it gives a bool and must give a number",
		"object.status":                 "it gives a map and must give a number",
		"1 / (object.status.ready - 3)": "division by zero",
		"object.status.ready * 1.5":     "write double(…) around each",
	} {
		number, err := CompileNumber(expression)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok, err := number.Of(slo()); ok || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s says %v, want %s", expression, err, want)
		}
	}
}

func TestAnExpressionThatIsWrongOrTooCostlyIsRefused(t *testing.T) {
	for expression, want := range map[string]string{
		"object.":                         "column 8",
		"nothing.here":                    "undeclared reference",
		"true":                            "must return a number",
		"[1]":                             "must return a number",
		"'%.1000000000f'.format([1.5])":   "calls format",
		"string(object).replace('', 'x')": "calls replace",
		"object.status.matches(object.x) ? 1 : 0": "literal string",
	} {
		if _, err := CompileNumber(expression); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s says %v, want %s", expression, err, want)
		}
	}
}

func TestAnEvaluationEndsOnALargeObject(t *testing.T) {
	large := map[string]any{"items": []any{}, "text": strings.Repeat("x", 1<<20)}
	for range 2000 {
		large["items"] = append(large["items"].([]any), strings.Repeat("y", 200))
	}
	for _, expression := range []string{
		"object.items.all(a, object.items.all(b, object.items.all(c, a + b != c))) ? 1 : 0",
		"size(" + doubled("object.text", "y + y", 12) + ")",
	} {
		number, err := CompileNumber(expression)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := number.Of(large); err == nil || !strings.Contains(err.Error(), "takes too long") {
			t.Errorf("%s says %v", expression, err)
		}
	}
}
