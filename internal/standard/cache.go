// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package standard

import "k8s.io/utils/lru"

// cached compiles each of the last 512 expressions once, errors among them: a burst of evidence is
// for few steps, and a measure is read again and again. It is safe for concurrent use.
func cached[T any](compile func(expression string) (T, error)) func(string) (T, error) {
	type outcome struct {
		compiled T
		err      error
	}
	known := lru.New(512)
	return func(expression string) (T, error) {
		if has, ok := known.Get(expression); ok {
			return has.(outcome).compiled, has.(outcome).err
		}
		compiled, err := compile(expression)
		known.Add(expression, outcome{compiled, err})
		return compiled, err
	}
}
