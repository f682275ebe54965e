// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"github.com/gowebpki/jcs"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// Policy is an IncentivePolicy that was understood.
type Policy struct {
	Unit   string
	Digits int
	Rules  []Rule // by name
	// Cap and Pool are in minor units; nil for no limit.
	Cap, Pool *int64
}

// Rule is a rule of a Policy.
type Rule struct {
	Name    string
	Tiers   []praxisv1.Tier
	Level   praxisv1.Level
	Rhythm  praxisv1.Rhythm
	Rate    bool // else it is a guarantee
	Per     praxisv1.Per
	Amount  *big.Rat // in minor units
	Floor   int64    // percent
	Bands   []band   // in falling order
	Release *praxisv1.IncentiveRelease
}

type band struct {
	from   int64
	factor *big.Rat
}

// Parse understands a spec. An error says what is wrong in it, and where.
func Parse(spec *praxisv1.IncentivePolicySpec) (*Policy, error) {
	digits, known := Digits(spec.Unit)
	if !known {
		return nil, fmt.Errorf("spec.unit: %q is no currency of ISO 4217; write one like EUR, or points", spec.Unit)
	}
	p := &Policy{Unit: spec.Unit, Digits: digits}
	for _, limit := range []struct {
		field string
		text  praxisv1.Amount
		to    **int64
	}{{"spec.cap", spec.Cap, &p.Cap}, {"spec.pool", spec.Pool, &p.Pool}} {
		if limit.text == "" {
			continue
		}
		amount, err := ParseMinor(string(limit.text), digits)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", limit.field, err)
		}
		*limit.to = &amount
	}
	for i := range spec.Rules {
		rule, err := parseRule(&spec.Rules[i], digits)
		if err != nil {
			return nil, fmt.Errorf("spec.rules[%s]: %w", spec.Rules[i].Name, err)
		}
		p.Rules = append(p.Rules, rule)
	}
	slices.SortFunc(p.Rules, func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	return p, nil
}

func parseRule(r *praxisv1.IncentiveRule, digits int) (Rule, error) {
	rule := Rule{Name: r.Name, Tiers: r.Tiers, Level: r.Level, Rhythm: r.Rhythm, Release: r.Release}
	var written praxisv1.Amount
	switch {
	case (r.Rate != nil) == (r.Guarantee != nil):
		return rule, fmt.Errorf("set exactly one of guarantee and rate")
	case r.Rate != nil:
		rule.Rate, rule.Per, written = true, r.Rate.Per, r.Rate.Amount
	default:
		rule.Floor, written = int64(r.Guarantee.Floor), r.Guarantee.Amount
		if rule.Floor < 1 {
			return rule, fmt.Errorf("guarantee.floor: write a percentage from 1 to 100")
		}
	}
	if r.Rhythm == praxisv1.RhythmLongTerm && (r.Release == nil || r.Release.Quarters < 1) {
		return rule, fmt.Errorf("a rule of rhythm LongTerm needs release.quarters, 1 or more")
	}
	amount, ok := text.Rational(string(written))
	if !ok || amount.Sign() < 0 {
		return rule, fmt.Errorf("%q is no amount; write it with a point, like 12.50", written)
	}
	rule.Amount = amount.Mul(amount, minor(digits))
	for _, b := range r.Bands {
		factor, ok := text.Rational(string(b.Factor))
		if !ok || factor.Sign() < 0 {
			return rule, fmt.Errorf("bands: %q is no factor; write it with a point, like 1.5", b.Factor)
		}
		rule.Bands = append(rule.Bands, band{int64(b.From), factor})
	}
	slices.SortFunc(rule.Bands, func(a, b band) int { return cmp.Compare(b.from, a.from) })
	for i := 1; i < len(rule.Bands); i++ {
		if rule.Bands[i].from == rule.Bands[i-1].from {
			return rule, fmt.Errorf("bands: two begin at %d; remove one", rule.Bands[i].from)
		}
	}
	return rule, nil
}

// Matches reports whether a rule pays for work of a tier and level.
func (r *Rule) Matches(tier praxisv1.Tier, level praxisv1.Level) bool {
	return slices.Contains(r.Tiers, tier) && (r.Level == "" || r.Level == level)
}

// Rule is the one of a name, or nil.
func (p *Policy) Rule(name string) *Rule {
	i := slices.IndexFunc(p.Rules, func(r Rule) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Rules[i]
}

// Hash is the sha256 of a spec, in hex, over its canonical JSON.
func Hash(spec *praxisv1.IncentivePolicySpec) (string, error) {
	text, err := json.Marshal(spec)
	if err == nil {
		text, err = jcs.Transform(text)
	}
	if err != nil {
		return "", fmt.Errorf("the policy has no canonical form: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
