// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/view"
)

// ref reads KIND/NAME or KIND NAME, where KIND is any name by which kubectl knows the kind:
// utility, utilities, util.
func (t *Tool) ref(args []string) (view.Ref, error) {
	kind, name, slash := strings.Cut(args[0], "/")
	if !slash {
		if len(args) < 2 {
			return view.Ref{}, fmt.Errorf("%q names no object; write KIND/NAME, like utility/checkout", args[0])
		}
		name = args[1]
	} else if len(args) > 1 {
		return view.Ref{}, fmt.Errorf("one object at a time: %s or %s", args[0], args[1])
	}
	namespace, err := t.namespace()
	if err != nil {
		return view.Ref{}, err
	}
	c, err := t.client()
	if err != nil {
		return view.Ref{}, err
	}
	gvk, err := c.RESTMapper().KindFor(schema.GroupVersionResource{Group: praxisv1.GroupVersion.Group, Resource: strings.ToLower(kind)})
	if err != nil && !meta.IsNoMatchError(err) {
		return view.Ref{}, fmt.Errorf("no cluster to ask: %w", err)
	}
	if err != nil {
		return view.Ref{}, fmt.Errorf("%q is not a kind of Praxis; the kinds are Utility, Team, ActionPackage, KeyAction, WeeklyCycle, Action, Evidence and Review (if all of them are unknown, see kubectl praxis check)", kind)
	}
	return view.Ref{Kind: gvk.Kind, Namespace: namespace, Name: name}, nil
}

// parseTime reads the instant of a decision.
func parseTime(text string) (*metav1.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, fmt.Errorf("%q is not an instant; write it like 2026-11-27T12:00:00Z", text)
	}
	return &metav1.Time{Time: at}, nil
}
