// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// allowed are those of some namespaces in which somebody may list a kind. Where the goals of a
// namespace are not theirs to see, nothing of it is shown among others, so that one question is
// enough about each of the many namespaces that are none of their business.
func (k *Cluster) allowed(ctx context.Context, s subject, kind string, namespaces []string) ([]string, error) {
	const first = "Utility"
	if kind != first {
		everywhere, _, err := k.gate.may(ctx, s, attributes("list", first, ""))
		if err == nil && !everywhere {
			namespaces, err = k.listable(ctx, s, first, namespaces)
		}
		if err != nil {
			return nil, err
		}
	}
	return k.listable(ctx, s, kind, namespaces)
}

// listable asks about each namespace.
func (k *Cluster) listable(ctx context.Context, s subject, kind string, namespaces []string) ([]string, error) {
	may := make([]bool, len(namespaces))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(askingAtOnce)
	for i, namespace := range namespaces {
		group.Go(func() (err error) {
			may[i], _, err = k.gate.says(ctx, s, attributes("list", kind, namespace), refusalsHold)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var kept []string
	for i, namespace := range namespaces {
		if may[i] {
			kept = append(kept, namespace)
		}
	}
	return kept, nil
}
