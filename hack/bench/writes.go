// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
)

// reportWrites counts the operator's writes at the server, in the audit log.
func reportWrites(audit string, actions, weeks int) error {
	file, err := os.Open(audit)
	if err != nil {
		return err
	}
	defer file.Close()
	counts := map[string]int{}
	total := 0
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var entry struct {
			Verb string
			User struct{ Username string }
			Ref  struct{ Resource, Subresource string } `json:"objectRef"`
		}
		if err := json.Unmarshal(lines.Bytes(), &entry); err != nil {
			return fmt.Errorf("reading the audit log: %w", err)
		}
		reads := slices.Contains([]string{"get", "list", "watch"}, entry.Verb)
		if entry.User.Username != operatorUser || reads || entry.Ref.Resource == "leases" || entry.Ref.Resource == "events" {
			continue
		}
		what := entry.Verb + " " + entry.Ref.Resource
		if entry.Ref.Subresource != "" {
			what += "/" + entry.Ref.Subresource
		}
		counts[what]++
		total++
	}
	fmt.Printf("\nwrites of the operator in %d weeks of %d Actions, events and leases apart\n\n", weeks, actions)
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf("%-36s %7d\n", what, counts[what])
	}
	// A create for each Action and for the week; a status write for the week, the
	// Utility, the KeyAction and the Team.
	least := weeks * (actions + 1 + 4)
	fmt.Printf("%-36s %7d, %.3fx of the %d that are needed\n", "in all", total, float64(total)/float64(least), least)
	return lines.Err()
}
