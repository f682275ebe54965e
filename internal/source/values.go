// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// Draft is what a rule makes of an event.
type Draft struct {
	Rule, ID            string
	Target              praxisv1.SourceTarget
	Account, VerifiedBy string
	Summary             string
	Quantity            int32
	Value               *praxisv1.Decimal
	OccurredAt          *metav1.Time
	Artifacts           []praxisv1.Artifact
}

const (
	maxSummary = 2000 // of a piece of evidence
	maxAccount = 253
	// maxQuantity is the most that one piece stands for.
	maxQuantity = 1000
)

func (now *run) draft(r *rule, e *Event) (Draft, error) {
	d := Draft{Rule: r.spec.Name, Target: r.spec.For, Quantity: 1, ID: e.ID}
	for _, field := range []struct {
		from *expression
		take func(ref.Val) error
	}{
		{r.id, into(&d.ID, identifier)}, {r.member, into(&d.Account, account)}, {r.verifiedBy, into(&d.VerifiedBy, account)},
		{r.summary, into(&d.Summary, written)}, {r.quantity, into(&d.Quantity, quantity)},
		{r.value, into(&d.Value, decimal)}, {r.occurredAt, into(&d.OccurredAt, instant)},
	} {
		if err := now.take(field.from, field.take); err != nil {
			return d, err
		}
	}
	d.ID, d.Summary = ID(d.ID), text.Clip(d.Summary, maxSummary)
	for i, a := range r.artifacts {
		shown := praxisv1.Artifact{Name: r.spec.Artifacts[i].Name, Type: r.spec.Artifacts[i].Type}
		for _, field := range []struct {
			from *expression
			into *string
		}{{a.uri, &shown.URI}, {a.digest, &shown.Digest}, {a.mediaType, &shown.MediaType}} {
			if err := now.take(field.from, into(field.into, written)); err != nil {
				return d, err
			}
		}
		d.Artifacts = append(d.Artifacts, shown)
	}
	return d, nil
}

// take evaluates an expression, if there is one.
func (now *run) take(from *expression, take func(ref.Val) error) error {
	if from == nil {
		return nil
	}
	result, err := now.evaluate(from)
	if err == nil {
		if err = take(result); err != nil {
			err = fmt.Errorf("%s %w", from.field, err)
		}
	}
	return err
}

func into[T any](field *T, convert func(any) (T, error)) func(ref.Val) error {
	return func(v ref.Val) (err error) {
		value := v.Value()
		if v == types.NullValue {
			value = nil
		}
		*field, err = convert(value)
		return err
	}
}

func written(value any) (string, error) {
	if s, is := value.(string); is {
		return s, nil
	}
	return "", fmt.Errorf("gives %v and must give a text; write string(…) around it", shown(value))
}

// shown is a value for a message, cut.
func shown(value any) string { return text.Clip(fmt.Sprintf("%v", value), 40) }

func account(value any) (string, error) {
	if value == nil {
		return "", nil // a field that is null: nobody
	}
	name, err := written(value)
	if err == nil && len(name) > maxAccount {
		return "", fmt.Errorf("gives an account of more than %d characters; that is none", maxAccount)
	}
	return strings.TrimSpace(name), err
}

func identifier(value any) (string, error) {
	switch v := value.(type) {
	case int64, uint64:
		return fmt.Sprint(v), nil
	case string:
		if v == "" {
			return "", fmt.Errorf("gives an empty text; take what the event is known by")
		}
		return v, nil
	}
	return "", fmt.Errorf("gives %s and must give a text or a whole number", shown(value))
}

func quantity(value any) (int32, error) {
	number := math.NaN()
	switch v := value.(type) {
	case int64:
		number = float64(v)
	case uint64:
		number = float64(v)
	case float64:
		number = v
	case string:
		if parsed, err := strconv.ParseInt(v, 10, 32); err == nil {
			number = float64(parsed)
		}
	}
	if number != math.Trunc(number) || number < 1 || number > maxQuantity {
		return 0, fmt.Errorf("gives %s and must give a whole number from 1 to %d", shown(value), maxQuantity)
	}
	return int32(number), nil
}

// places is how many digits a reading has after its point.
const places = 6

func decimal(value any) (*praxisv1.Decimal, error) {
	digits := ""
	switch v := value.(type) {
	case int64, uint64:
		digits = fmt.Sprint(v)
	case float64:
		digits = strconv.FormatFloat(v, 'f', -1, 64)
		if _, fraction, _ := strings.Cut(digits, "."); len(fraction) > places {
			digits = strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', places, 64), "0"), ".")
		}
	case string:
		digits = v
	}
	if !isDecimal(digits) {
		return nil, fmt.Errorf("gives %s and must give a number of at most 12 digits before the point and %d after it", shown(value), places)
	}
	d := praxisv1.Decimal(digits)
	return &d, nil
}

func isDecimal(digits string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(digits, "-"), ".")
	return onlyDigits(whole, 12) && (!point || onlyDigits(fraction, places))
}

func onlyDigits(s string, most int) bool {
	return s != "" && len(s) <= most && strings.Trim(s, "0123456789") == ""
}

// layouts are how senders write an instant.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700"}

func instant(value any) (*metav1.Time, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case time.Time:
		return plausible(v)
	case int64:
		return plausible(time.Unix(v, 0))
	case string:
		for _, layout := range layouts {
			if at, err := time.Parse(layout, v); err == nil {
				return plausible(at)
			}
		}
	}
	return nil, fmt.Errorf("gives %s and must give an instant, like 2026-11-27T12:00:00Z", shown(value))
}

func plausible(at time.Time) (*metav1.Time, error) {
	if at.Year() < 1971 || at.Year() > 2999 {
		return nil, fmt.Errorf("gives an instant in the year %d, which nobody means", at.Year())
	}
	return &metav1.Time{Time: at.UTC().Truncate(time.Second)}, nil
}
