// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// replayed looks at the closed weeks of a cluster: was the first gap of each among what its
// signed review decided about?
func replayed(file string, out io.Writer) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return fmt.Errorf("%s is no list of objects; write one with kubectl get weeklycycles,reviews -o json: %w", file, err)
	}
	var cycles []praxisv1.WeeklyCycle
	reviews := map[string]praxisv1.Review{}
	for _, raw := range list.Items {
		var kind struct {
			Kind string `json:"kind"`
		}
		_ = json.Unmarshal(raw, &kind) // what has no kind is of no use here
		switch kind.Kind {
		case "WeeklyCycle":
			var c praxisv1.WeeklyCycle
			if err := json.Unmarshal(raw, &c); err != nil {
				return fmt.Errorf("%s has a WeeklyCycle that cannot be read: %w", file, err)
			}
			cycles = append(cycles, c)
		case "Review":
			var r praxisv1.Review
			if err := json.Unmarshal(raw, &r); err != nil {
				return fmt.Errorf("%s has a Review that cannot be read: %w", file, err)
			}
			reviews[r.Namespace+"/"+r.Name] = r
		}
	}
	var decided counts
	for _, c := range cycles {
		if !meta.IsStatusConditionTrue(c.Status.Conditions, praxisv1.ConditionClosed) {
			continue
		}
		verdict := sayWeek(&c, reviews, &decided)
		fmt.Fprintf(out, "%s/%s: %s\n", c.Namespace, c.Name, verdict)
	}
	fmt.Fprintf(out, "the first gap was among what was decided about in %d of %d weeks that had a gap and a signed review (%s %%)\n", decided.So, decided.Of, decided)
	return nil
}

func sayWeek(c *praxisv1.WeeklyCycle, reviews map[string]praxisv1.Review, decided *counts) string {
	r, there := reviews[c.Namespace+"/"+c.Status.DecidedBy]
	switch {
	case len(c.Status.Gaps) == 0:
		return "it had no gap"
	case !there:
		return "nobody signed its review, so nothing says what was really wrong"
	}
	first := c.Status.Gaps[0]
	for _, d := range r.Spec.Decisions {
		if d.Action == first.Action {
			decided.add(true)
			return fmt.Sprintf("its first gap was %s, %s, and the review decided on it: %s", first.Action, first.Reason, d.Decision)
		}
	}
	decided.add(false)
	return fmt.Sprintf("its first gap was %s, %s, and the review decided on other work", first.Action, first.Reason)
}
