// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
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
// about it. What a system knows it says itself; people type the rest, and judge.
func (c *cast) story(d *demo) []scene {
	action := func(short string) string { return week + "." + short }
	return []scene{
		{"2026-11-23T17:30", "Mira agrees with both teams on an hour, and Priya accepts that", func(ctx context.Context) error {
			return c.done(ctx, "mira", "priya", action("rehearse-rollback.agree.mira"), 2)
		}, "", nil},
		{"2026-11-24T11:00", "Priya has sat beside a deploy; Mira accepts her list", func(ctx context.Context) error {
			return c.done(ctx, "priya", "mira", action("remove-manual-step.watch.priya"), 1)
		}, "", nil},
		{"2026-11-25T10:00", "Mira merges two sheets of Jonas: the forge tells, of one of them twice", func(ctx context.Context) error {
			return errors.Join(d.forge.merge(ctx, change{"runbooks", "Rollback sheet of checkout", "jonas-gh", "mira-gh"}, 1),
				d.forge.merge(ctx, change{"runbooks", "Rollback sheet of search", "jonas-gh", "mira-gh"}, 2))
		}, "--for=jsonpath={.status.accepted}=2 action/" + action("rehearse-rollback.prepare.jonas"), nil},
		{"2026-11-25T16:00", "Mira signs the midweek check: all is as planned", func(ctx context.Context) error {
			return c.sign(ctx, "mira", week+"-midweek", "As planned")
		}, "", []string{"get weeklycycles,keyactions -n platform"}},
		{"2026-11-26T11:00", "The Job that runs Tomas's new step dry is complete; Mira accepts it", func(ctx context.Context) error {
			piece, err := c.ran(ctx, job{name: "dry-run", does: "dry-run", by: "tomas"})
			return errors.Join(err, c.accept(ctx, "mira", piece))
		}, "", nil},
		{"2026-11-26T14:00", "Priya undid a deploy on purpose, by a Job; Mira has seen the recording", func(ctx context.Context) error {
			piece, err := c.ran(ctx, job{name: "undo-checkout", does: "rehearsal", by: "priya", recording: "https://recordings.example.com/undo-checkout"})
			return errors.Join(err, c.accept(ctx, "mira", piece))
		}, "", nil},
		c.outcome(d),
		{"2026-11-26T16:00", "Jonas owed a rehearsal until now, and nothing has come: a key action is missed", nil,
			"--for=condition=OnTrack=False weeklycycle/" + week,
			[]string{"praxis tree utility/safe-deploys -n platform", "praxis why utility/safe-deploys -n platform"}},
		{"2026-11-27T11:00", "Priya merges Tomas's new step: the word of the forge is enough", func(ctx context.Context) error {
			return d.forge.merge(ctx, change{"pipeline", "Drain connections before the switch", "tomas-gh", "priya-gh"}, 1)
		}, "--for=jsonpath={.status.accepted}=1 action/" + action("remove-manual-step.automate.tomas"), nil},
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
				"get evidencesources -n platform", // what they told is written once a minute
			}},
	}
}

// outcome is what the rehearsal came to, which nobody types where a Prometheus has it.
func (c *cast) outcome(d *demo) scene {
	const at = "2026-11-26T15:00"
	looks := []string{"get evidence -n platform"}
	if d.deploys == nil {
		return scene{at, "It took 41 minutes; Priya hands that in as the outcome, which stands in a ledger of its own", func(ctx context.Context) error {
			return c.measured(ctx, "priya", "mira", "41")
		}, "", looks}
	}
	return scene{at, "It took 41 minutes: the Prometheus has it, and the outcome moves by itself", func(context.Context) error {
		d.deploys.minutes.Store(41)
		return nil
	}, "--for=jsonpath={.status.measures[0].current}=41 utility/safe-deploys", append(looks, "get utilities -n platform")}
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
func (d *demo) live(ctx context.Context, c *cast) error {
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		return err
	}
	for _, s := range c.story(d) {
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
