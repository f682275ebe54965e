// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	week     = "safe-deploys-2026-w48"
	nextWeek = "safe-deploys-2026-w49"
	missed   = week + ".rehearse-rollback.rehearse.jonas"
)

// scene is a moment of the week: what somebody does, and what is to be seen afterwards.
type scene struct {
	at    string // in Zurich, where the team is
	says  string
	do    func(context.Context) error
	await string   // what kubectl waits for before it looks
	looks []string // arguments of kubectl
}

// story is a week of the platform sample: one key action is missed, and what is done
// about it.
func (c *cast) story() []scene {
	action := func(short string) string { return week + "." + short }
	return []scene{
		{"2026-11-23T17:30", "Mira agrees with both teams on an hour, and Priya accepts that", func(ctx context.Context) error {
			return c.done(ctx, "mira", "priya", action("rehearse-rollback.agree.mira"), 2)
		}, "", nil},
		{"2026-11-24T11:00", "Priya has sat beside a deploy; Mira accepts her list", func(ctx context.Context) error {
			return c.done(ctx, "priya", "mira", action("remove-manual-step.watch.priya"), 1)
		}, "", nil},
		{"2026-11-25T10:00", "Jonas hands in two rollback sheets, and Mira accepts them", func(ctx context.Context) error {
			return c.done(ctx, "jonas", "mira", action("rehearse-rollback.prepare.jonas"), 2, "sheet")
		}, "", nil},
		{"2026-11-25T16:00", "Mira signs the midweek check: all is as planned", func(ctx context.Context) error {
			return c.sign(ctx, "mira", week+"-midweek", "As planned")
		}, "", []string{"get weeklycycles,keyactions -n platform"}},
		{"2026-11-26T11:00", "Tomas has run the new step dry; Mira accepts it", func(ctx context.Context) error {
			return c.done(ctx, "tomas", "mira", action("remove-manual-step.dry-run.tomas"), 1)
		}, "", nil},
		{"2026-11-26T14:00", "Priya undid a deploy on purpose, and Mira has seen the recording", func(ctx context.Context) error {
			return c.done(ctx, "priya", "mira", action("rehearse-rollback.rehearse.priya"), 1, "recording")
		}, "", nil},
		{"2026-11-26T15:00", "It took 41 minutes; that is the outcome, and stands in a ledger of its own", func(ctx context.Context) error {
			return c.measured(ctx, "priya", "mira", "41")
		}, "", []string{"get evidence -n platform"}},
		{"2026-11-26T16:00", "Jonas owed a rehearsal until now, and nothing has come: a key action is missed", nil,
			"--for=condition=OnTrack=False weeklycycle/" + week,
			[]string{"praxis tree utility/safe-deploys -n platform", "praxis why utility/safe-deploys -n platform"}},
		{"2026-11-27T11:00", "Tomas has put a step into the pipeline; Mira accepts the change", func(ctx context.Context) error {
			return c.done(ctx, "tomas", "mira", action("remove-manual-step.automate.tomas"), 1, "change")
		}, "", nil},
		{"2026-11-27T15:00", "The weekly review is open, and the first gap is at the top of its agenda", nil,
			"--for=condition=Open review/" + week + "-review",
			[]string{"praxis review " + week + "-review -n platform --show"}},
		{"2026-11-27T17:00", "Mira decides that the rehearsal goes on next week, and signs", c.decide,
			"--for=condition=Complete review/" + week + "-review", nil},
		{"2026-11-30T09:00", "A new week: the old one is closed, and what was missed is carried over", nil,
			"--for=create action/" + nextWeek + ".rehearse-rollback.rehearse.jonas.w48",
			[]string{
				"praxis week -n platform",
				"get actions -n platform --field-selector spec.member=jonas,spec.cycleRef.name=" + nextWeek,
				"events -n platform --for utility/safe-deploys",
			}},
	}
}

// decide signs the weekly review.
func (c *cast) decide(ctx context.Context) error {
	decision := func(action string, d praxisv1.ReviewDecision, reason string) praxisv1.ActionDecision {
		return praxisv1.ActionDecision{Action: action, Decision: d, Reason: reason}
	}
	return c.sign(ctx, "mira", week+"-review", "One rehearsal fell to an incident; we keep its slot",
		decision(missed, praxisv1.DecideCarryOver, "The service team has agreed on Tuesday"),
		decision(week+".review-failed-deploys.review.mira", praxisv1.DecideDrop, "The incident review covers it"))
}

// live plays the story by the simulated clock.
func (d demo) live(ctx context.Context, c *cast) error {
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		return err
	}
	for _, s := range c.story() {
		at, err := time.ParseInLocation("2006-01-02T15:04", s.at, zone)
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d.clock.Wait(at)):
		}
		fmt.Printf("\n%s  %s\n", at.Format("Mon 15:04"), s.says)
		if s.do != nil {
			if err := s.do(ctx); err != nil {
				return fmt.Errorf("%s: %w", s.says, err)
			}
		}
		if s.await != "" {
			if err := d.kubectl(ctx, io.Discard, append([]string{"wait", "-n", stageNamespace, "--timeout=30s"}, strings.Fields(s.await)...)...); err != nil {
				return fmt.Errorf("%s: %w; see %s", s.says, err, d.logFile())
			}
		}
		if err := d.look(ctx, s.looks); err != nil {
			return err
		}
	}
	return nil
}

// look shows what kubectl prints.
func (d demo) look(ctx context.Context, looks []string) error {
	for _, look := range looks {
		fmt.Printf("\n$ kubectl %s\n", look)
		if err := d.kubectl(ctx, os.Stdout, strings.Fields(look)...); err != nil {
			return err
		}
	}
	return nil
}
