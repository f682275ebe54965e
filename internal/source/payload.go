// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of a payload. What senders document stays far below them.
const (
	// MaxBytes is how long a body may be, before and after it is decompressed.
	MaxBytes = 1 << 20
	maxDepth = 64
	// maxValues bounds the memory that a short body can ask for: [[],[],… has many values.
	maxValues = 100_000
)

// Parse reads a JSON document into values that CEL knows. Whole numbers stay whole, so that an ID
// is written as it was sent. What two readers could understand differently is refused.
func Parse(body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, errors.New("the body is empty; send JSON")
	}
	if !utf8.Valid(body) {
		return nil, errors.New("the body is not UTF-8; send JSON in UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	p := parser{decoder: decoder}
	value, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the body goes on after its JSON; send one document")
	}
	return value, nil
}

type parser struct {
	decoder *json.Decoder
	values  int
}

func (p *parser) value(depth int) (any, error) {
	token, err := p.decoder.Token()
	if err != nil {
		return nil, fmt.Errorf("the body is no JSON: %w", err)
	}
	if p.values++; p.values > maxValues {
		return nil, fmt.Errorf("the body has more than %d values; send less", maxValues)
	}
	switch t := token.(type) {
	case json.Delim:
		if depth++; depth > maxDepth {
			return nil, fmt.Errorf("the body is nested more than %d deep; send it flatter", maxDepth)
		}
		if t == '{' {
			return p.object(depth)
		}
		return p.list(depth)
	case json.Number:
		return number(t)
	}
	return token, nil
}

func (p *parser) object(depth int) (any, error) {
	object := map[string]any{}
	for p.decoder.More() {
		token, err := p.decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("the body is no JSON: %w", err)
		}
		key, _ := token.(string) // the decoder takes nothing else for a key
		if _, twice := object[key]; twice {
			return nil, fmt.Errorf("the body has the key %.60q twice in one object; send it once", key)
		}
		if object[key], err = p.value(depth); err != nil {
			return nil, err
		}
	}
	return object, p.end()
}

func (p *parser) list(depth int) (any, error) {
	list := []any{}
	for p.decoder.More() {
		value, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, p.end()
}

func (p *parser) end() error {
	if _, err := p.decoder.Token(); err != nil {
		return fmt.Errorf("the body is no JSON: %w", err)
	}
	return nil
}

// number is whole where it was written so and fits, else with a point.
func number(n json.Number) (any, error) {
	if !strings.ContainsAny(n.String(), ".eE") {
		if whole, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
			return whole, nil
		}
	}
	value, err := n.Float64()
	if err != nil || math.IsInf(value, 0) {
		return nil, fmt.Errorf("the body has the number %.40s, which is too large; send it as a text", n)
	}
	return value, nil
}
