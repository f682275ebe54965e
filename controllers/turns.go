// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// turns are the queues of the rotating steps of a KeyAction, with the turns of all weeks that
// were planned since they were written down.
func (d Deps) turns(ctx context.Context, p *plan.Programme, ka *praxisv1.KeyAction, cycles []praxisv1.WeeklyCycle) ([]praxisv1.Turn, error) {
	turns, err := d.turnsThatStand(ctx, p, ka, cycles)
	if err != nil {
		return nil, err
	}
	for _, step := range p.Rotating(ka.Name) {
		for _, cycle := range week.ByStart(cycles) {
			if !week.Planned(cycle) || cycle.Spec.Week <= plan.LastTurn(turns, step) {
				continue
			}
			actions, err := d.actions(ctx, ka.Namespace, byStep, cycle.Name+"/"+ka.Name+"/"+step)
			if err != nil {
				return nil, err
			}
			if member := plan.HadTurn(actions); member != "" {
				turns = p.TakeTurn(turns, ka.Name, step, cycle.Spec.Week, member)
			}
		}
	}
	return turns, nil
}

// turnsThatStand are the queues of a KeyAction without those whose last turn was undone: the
// week that is open has neither the Action nor the KeyAction any more. They are put together
// again from the weeks that are there. Where just the Action is gone, somebody deleted it, and
// had the turn.
func (d Deps) turnsThatStand(ctx context.Context, p *plan.Programme, ka *praxisv1.KeyAction, cycles []praxisv1.WeeklyCycle) ([]praxisv1.Turn, error) {
	var standing []praxisv1.Turn
	for _, turn := range p.KeptTurns(ka.Name, d.Plans.turnsOf(ka)) {
		of := slices.IndexFunc(cycles, func(c praxisv1.WeeklyCycle) bool { return c.Spec.Week == turn.Week })
		if of >= 0 && week.Planned(&cycles[of]) && !plan.WeekClosed(&cycles[of]) && plan.PlannedAs(&cycles[of], ka.Name) == nil {
			actions, err := d.actions(ctx, ka.Namespace, byStep, cycles[of].Name+"/"+ka.Name+"/"+turn.Step)
			if err != nil {
				return nil, err
			}
			if len(actions) == 0 {
				continue
			}
		}
		standing = append(standing, turn)
	}
	return standing, nil
}

// programmeInTurn is what the objects of a Utility ask for, with the turns of the weeks before:
// a week may be planned before the status of each KeyAction tells of the last one.
func (d Deps) programmeInTurn(ctx context.Context, namespace, utility string) (*plan.Programme, error) {
	o, err := d.objects(ctx, namespace, utility)
	if err != nil {
		return nil, err
	}
	cycles, err := d.cycles(ctx, namespace, utility)
	if err != nil {
		return nil, err
	}
	p := d.programmeOf(o)
	for i := range o.KeyActions {
		turns, err := d.turns(ctx, p, &o.KeyActions[i], cycles)
		if err != nil {
			return nil, err
		}
		o.KeyActions[i].Status.Turns = turns // the list is ours, and what it was is not written to
	}
	return d.programmeOf(o), nil
}
