// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/util/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// recorded reads what a real operator made of a week, up to one day of it.
func recorded(t *testing.T, name string) (o Objects) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "dashboard", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			return o
		} else if err != nil {
			t.Fatal(err)
		}
		add(t, &o, raw)
	}
}

func add(t *testing.T, o *Objects, raw json.RawMessage) {
	t.Helper()
	var of struct{ Kind string }
	if err := json.Unmarshal(raw, &of); err != nil {
		t.Fatal(err)
	}
	var err error
	switch of.Kind {
	case kindUtility:
		o.Utilities, err = decoded(raw, o.Utilities)
	case kindKeyAction:
		o.KeyActions, err = decoded(raw, o.KeyActions)
	case kindTeam:
		o.Teams, err = decoded(raw, o.Teams)
	case kindWeeklyCycle:
		o.Cycles, err = decoded(raw, o.Cycles)
	case kindAction:
		o.Actions, err = decoded(raw, o.Actions)
	case kindEvidence:
		o.Evidence, err = decoded(raw, o.Evidence)
	case kindReview:
		o.Reviews, err = decoded(raw, o.Reviews)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func decoded[T any](raw json.RawMessage, to []T) ([]T, error) {
	var one T
	err := json.Unmarshal(raw, &one)
	return append(to, one), err
}

func TestThePastIsToldAsTheOperatorToldItThen(t *testing.T) {
	then, now := recorded(t, "thursday.yaml"), recorded(t, "friday.yaml")
	past := now.AsOf(instant("2026-11-26T15:10:00Z"))
	if len(past.Actions) != len(then.Actions) || len(then.Actions) == 0 {
		t.Fatalf("%d Actions, and %d then", len(past.Actions), len(then.Actions))
	}
	for i := range then.Actions {
		want := &then.Actions[i]
		got := find(past.Actions, want.Namespace, want.Name)
		if got.Status.Accepted != want.Status.Accepted || got.Status.Pending != want.Status.Pending || stoodAs(got) != stoodAs(want) {
			t.Errorf("%s was %s with %d accepted and %d waiting, and is told as %s with %d and %d", want.Name,
				stoodAs(want), want.Status.Accepted, want.Status.Pending, stoodAs(got), got.Status.Accepted, got.Status.Pending)
		}
	}
	for i := range then.Cycles {
		want := &then.Cycles[i]
		got := find(past.Cycles, want.Namespace, want.Name)
		if a, b := jsonOf(t, want.Status.Gaps), jsonOf(t, got.Status.Gaps); a != b {
			t.Errorf("the gaps of %s were\n%s\nand are told as\n%s", want.Name, a, b)
		}
		if got.Status.Delivery != want.Status.Delivery {
			t.Errorf("%s was at %+v, and is told at %+v", want.Name, want.Status.Delivery, got.Status.Delivery)
		}
	}
	for i := range then.Cycles {
		ref := Ref{kindWeeklyCycle, then.Cycles[i].Namespace, then.Cycles[i].Name}
		want, got := then.Why(ref, instant("2026-11-26T15:10:00Z")), past.Why(ref, instant("2026-11-26T15:10:00Z"))
		if a, b := jsonOf(t, want.Cause), jsonOf(t, got.Cause); a != b {
			t.Errorf("the cause was\n%s\nand is told as\n%s", a, b)
		}
	}
}

func TestWhatIsNotKeptIsToldFromTheHistory(t *testing.T) {
	now := recorded(t, "friday.yaml")
	u := &now.Utilities[0]
	u.Status.History = []praxisv1.HistoryEntry{{Week: "2026-W46", Planned: 9, Accepted: 7, ProgressPercent: 81}}
	for at, want := range map[string]string{
		"2026-11-26T12:00:00Z": "",
		"2026-11-11T12:00:00Z": "no week of utility/safe-deploys that ran at 2026-11-11 12:00 UTC is kept; of 2026-W46 its history has: 7 of 9 Actions accepted, 81% done",
		"2026-11-04T12:00:00Z": "no week of utility/safe-deploys ran at 2026-11-04 12:00 UTC, or none is kept; see those that are with kubectl get weeklycycles -n platform",
	} {
		t.Run(at, func(t *testing.T) {
			got := ""
			if err := now.NotKept(u, instant(at)); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("it says %q", got)
			}
		})
	}
}

func stoodAs(a *praxisv1.Action) string {
	return meta.FindStatusCondition(a.Status.Conditions, praxisv1.ConditionOnTrack).Reason
}

func jsonOf(t *testing.T, of any) string {
	t.Helper()
	text, err := json.MarshalIndent(of, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
