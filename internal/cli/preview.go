// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import "github.com/spf13/cobra"

// newPreview makes the command that plans a week from files.
func newPreview(t *Tool) *cobra.Command { return &cobra.Command{Use: "preview PATH..."} }
