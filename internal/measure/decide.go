// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"time"

	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// Taken is what the last attempt to read a measure came to.
type Taken struct {
	// Of is what was asked.
	Of string
	// At is the turn that it was made for.
	At time.Time
	// Value was read; empty where Failure says why none was.
	Value   praxisv1.Decimal
	Failure *Failure
	// LastGood is when it was last read; zero where this process has not seen that.
	LastGood time.Time
}

// After is what an attempt comes to that follows another.
func After(before *Taken, m *praxisv1.Measure, at time.Time, value praxisv1.Decimal, failure *Failure) *Taken {
	t := &Taken{Of: Of(m), At: at, Value: value, Failure: failure}
	switch {
	case failure == nil:
		t.LastGood = at
	case before != nil && before.Of == t.Of:
		t.LastGood = before.LastGood
	}
	return t
}

// Decide is where a measure with a source stands at an instant, by what its status said before
// and by the last attempt to read it, which may be nil: a process that has just started has made
// none, and the status stands. Of the status nothing is decided but current and source. The
// instant that comes with it is when the reading gets stale; zero where that does not approach.
func Decide(m *praxisv1.Measure, before *praxisv1.MeasureStatus, taken *Taken, now time.Time) (current praxisv1.Decimal, source *praxisv1.MeasureSourceStatus, staleAt time.Time) {
	of := Of(m)
	if problem := Problem(m); problem != nil { // nobody has to try
		taken = &Taken{Of: of, At: now, Failure: problem}
	}
	if before != nil && before.Source != nil && before.Source.Of == of {
		current, source = before.Current, before.Source.DeepCopy()
	}
	switch {
	case taken == nil || taken.Of != of:
		if source == nil {
			source = &praxisv1.MeasureSourceStatus{Of: of, Message: "it has not been read yet"}
			source.Reason = praxisv1.ReasonNoData
			return current, source, time.Time{}
		}
	case taken.Failure == nil:
		if Moved(m, current, taken.Value) {
			current = taken.Value
		}
		return current, &praxisv1.MeasureSourceStatus{Of: of, Reason: praxisv1.ReasonReading}, time.Time{}
	default:
		source = failed(source, of, taken)
	}
	if source.FailingSince == nil || source.Reason == praxisv1.ReasonStale {
		return current, source, time.Time{}
	}
	staleAt = source.FailingSince.Add(StaleAfter(m))
	if now.Before(staleAt) {
		return current, source, staleAt
	}
	source.Message = fmt.Sprintf("no reading since %s, %s: %s", text.Instant(source.FailingSince.Time), source.Reason, source.Message)
	source.Reason = praxisv1.ReasonStale
	return current, source, time.Time{}
}

// maxMessage is how long a message is, at most: commands to run have to fit into one.
const maxMessage = 400

// StatusOf is what the status of a goal says of a measure so far; nil where that is nothing.
func StatusOf(u *praxisv1.UtilityStatus, name string) *praxisv1.MeasureStatus {
	for i := range u.Measures {
		if u.Measures[i].Name == name {
			return &u.Measures[i]
		}
	}
	return nil
}

// Unread reports whether a goal has never had a reading of what the measure asks today.
func Unread(m *praxisv1.Measure, u *praxisv1.UtilityStatus) bool {
	s := StatusOf(u, m.Name)
	return s == nil || s.Source == nil || s.Source.Of != Of(m) || s.Current == ""
}

// Differs reports whether the status of a goal says something else of a measure than an attempt
// to read it does.
func Differs(m *praxisv1.Measure, u *praxisv1.UtilityStatus, taken *Taken, now time.Time) bool {
	before := StatusOf(u, m.Name)
	current, source, _ := Decide(m, before, taken, now)
	return before == nil || before.Current != current || !apiequality.Semantic.DeepEqual(before.Source, source)
}

// failed is the status of a source that could not be read. The instant since which it cannot is
// kept while that lasts, so that nothing is written while nothing changes.
func failed(before *praxisv1.MeasureSourceStatus, of string, taken *Taken) *praxisv1.MeasureSourceStatus {
	s := &praxisv1.MeasureSourceStatus{Of: of, Reason: taken.Failure.Reason, Message: text.Clip(taken.Failure.Message, maxMessage)}
	since := taken.At
	switch {
	case !taken.Failure.Since.IsZero():
		since = taken.Failure.Since
	case before != nil && before.FailingSince != nil:
		since = before.FailingSince.Time
	case !taken.LastGood.IsZero():
		since = taken.LastGood
	}
	s.FailingSince = new(metav1.NewTime(since.UTC().Truncate(time.Second)))
	return s
}

// Stale reports whether a measure has had no reading for too long.
func Stale(s *praxisv1.MeasureStatus) bool {
	return s.Source != nil && s.Source.Reason == praxisv1.ReasonStale
}
