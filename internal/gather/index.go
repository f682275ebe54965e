// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Selectable are the fields that the API server finds objects by, so that what reads from it
// reads from a cache as well. Statements are read from the API server alone.
var Selectable = []struct {
	Of    client.Object
	Field string
	value func(client.Object) string
}{
	{&praxisv1.Action{}, "spec.member", func(o client.Object) string { return o.(*praxisv1.Action).Spec.Member }},
	{&praxisv1.Action{}, "spec.user", func(o client.Object) string { return o.(*praxisv1.Action).Spec.User }},
	{&praxisv1.Action{}, "spec.team", func(o client.Object) string { return o.(*praxisv1.Action).Spec.Team }},
	{&praxisv1.Action{}, "spec.cycleRef.name", func(o client.Object) string { return o.(*praxisv1.Action).Spec.CycleRef.Name }},
	{&praxisv1.Action{}, "spec.keyActionRef.name", func(o client.Object) string { return o.(*praxisv1.Action).Spec.KeyActionRef.Name }},
	{&praxisv1.Action{}, "spec.utilityRef.name", func(o client.Object) string { return o.(*praxisv1.Action).Spec.UtilityRef.Name }},
	{&praxisv1.Evidence{}, "spec.actionRef.name", func(o client.Object) string {
		if ref := o.(*praxisv1.Evidence).Spec.ActionRef; ref != nil {
			return ref.Name
		}
		return ""
	}},
	{&praxisv1.Evidence{}, "spec.submittedBy", func(o client.Object) string { return o.(*praxisv1.Evidence).Spec.SubmittedBy }},
	{&praxisv1.Evidence{}, "status.cycleRef.name", func(o client.Object) string {
		if ref := o.(*praxisv1.Evidence).Status.CycleRef; ref != nil {
			return ref.Name
		}
		return ""
	}},
	{&praxisv1.KeyAction{}, "spec.utilityRef.name", func(o client.Object) string { return o.(*praxisv1.KeyAction).Spec.UtilityRef.Name }},
	{&praxisv1.KeyAction{}, "spec.teamRef.name", func(o client.Object) string {
		if ref := o.(*praxisv1.KeyAction).Spec.TeamRef; ref != nil {
			return ref.Name
		}
		return ""
	}},
	{&praxisv1.Review{}, "spec.type", func(o client.Object) string { return string(o.(*praxisv1.Review).Spec.Type) }},
	{&praxisv1.Review{}, "spec.utilityRef.name", func(o client.Object) string { return o.(*praxisv1.Review).Spec.UtilityRef.Name }},
	{&praxisv1.WeeklyCycle{}, "spec.utilityRef.name", func(o client.Object) string { return o.(*praxisv1.WeeklyCycle).Spec.UtilityRef.Name }},
	{&praxisv1.WeeklyCycle{}, "spec.week", func(o client.Object) string { return string(o.(*praxisv1.WeeklyCycle).Spec.Week) }},
}

// Index lets a cache find objects by the fields that the API server finds them by.
func Index(ctx context.Context, cache client.FieldIndexer) error {
	for _, s := range Selectable {
		value := s.value
		if err := cache.IndexField(ctx, s.Of, s.Field, func(o client.Object) []string { return []string{value(o)} }); err != nil {
			return fmt.Errorf("indexing %T by %s: %w", s.Of, s.Field, err)
		}
	}
	return nil
}
