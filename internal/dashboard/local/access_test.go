// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package local

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

func TestABrokenWatchIsNotHiddenByAnotherAnswer(t *testing.T) {
	refused := apierrors.NewForbidden(schema.GroupResource{Resource: "evidence"}, "", errors.New("no rule grants it"))
	for name, c := range map[string]struct {
		err   error
		after time.Duration
		away  bool // the server answers nothing
		says  string
	}{
		"nothing was wrong":                   {nil, 0, false, ""},
		"a watch ended as all do":             {io.EOF, 0, false, ""},
		"a watch is refused":                  {refused, 3 * time.Second, false, "cannot be read"},
		"a watch was refused, and is not now": {refused, 2 * time.Minute, false, ""},
		"the server is away":                  {errors.New("connection refused"), 3 * time.Second, true, "silent since 10:00 UTC"},
		"the server was away, and is back":    {errors.New("connection refused"), 3 * time.Second, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clocktesting.NewFakePassiveClock(time.Date(2026, time.November, 26, 10, 0, 0, 0, time.UTC))
			direct := fake.NewClientBuilder().WithInterceptorFuncs(interceptor.Funcs{Create: func(context.Context, client.WithWatch, client.Object, ...client.CreateOption) error {
				if c.away {
					return errors.New("connection refused")
				}
				return nil
			}}).Build()
			k := &Cluster{direct: direct, clock: clock}
			if c.err != nil {
				k.watchFailed(t.Context(), nil, c.err)
			}
			clock.SetTime(clock.Now().Add(c.after))
			err := k.Healthy()
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %v, want %q", err, c.says)
			}
		})
	}
}
