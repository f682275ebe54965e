// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/standard"
)

// Judge finds the outcome for a piece: the first that applies.
func (in Input) Judge() Judgement {
	e := in.Evidence
	switch {
	case in.Unknown != "":
		return refused(praxisv1.ReasonUnknownAccount, "%s", in.Unknown)
	case in.Unresolved != "":
		return refused(praxisv1.ReasonActionNotFound, "%s", in.Unresolved)
	case in.Sourced:
		return refused(praxisv1.ReasonReadFromSource, "%s of %s is read from its source, so what is handed in for it does not count; there is nothing to do", e.Spec.For.Measure, e.Spec.For.Utility)
	case in.Closed:
		return refused(praxisv1.ReasonCycleClosed, "The week of %s is closed; hand it in for an Action of the running week", in.Action.Name)
	}
	p := in.panel()
	return p.beside(func() Judgement {
		if in.Action != nil {
			if missing := standard.Meets(&e.Spec, &in.Action.Spec); missing != nil {
				return refused(missing.Reason, "%s", missing.Message)
			}
		}
		return p.outcome(e)
	})
}
