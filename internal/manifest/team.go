// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/praxis-dev/praxis/internal/text"
)

// pointed says of a rule over all members of a Team which of them break it, and where; of any
// other error it says nothing new. The rule itself stands at the Team, and knows no line.
func (a author) pointed(f fault) fault {
	members, _ := valueAt(a.content, []string{"spec", "members"}).([]any)
	point := func(path, format string, args ...any) {
		f.path, f.says = path, path+": Invalid value: "+fmt.Sprintf(format, args...)
	}
	switch {
	case f.path != "spec":
	case strings.Contains(f.says, "two members have the same user"):
		if first, i, user := twins(members, func(m map[string]any) string { return textOf(m["user"]) }); i > 0 {
			point(fmt.Sprintf("spec.members[%d].user", i), "two members have the same user: %s and %s have %s; whoever is one person is one member, with the roles of both",
				nameOf(members[first]), nameOf(members[i]), user)
		}
	case strings.Contains(f.says, "two members have the same account of "):
		_, of, _ := strings.Cut(f.says, "two members have the same account of ")
		of, _, _ = strings.Cut(of, ";")
		if first, i, account := twins(members, func(m map[string]any) string { return accountOf(m, of) }); i > 0 {
			point(fmt.Sprintf("spec.members[%d].accounts.%s", i, of), "two members have the same account of %s: %s and %s have %s; an account belongs to one person, so take it from the other",
				of, nameOf(members[first]), nameOf(members[i]), account)
		}
	case strings.Contains(f.says, "lead must be one of members"):
		lead := textOf(valueAt(a.content, []string{"spec", "lead"}))
		var names []string
		for _, m := range members {
			names = append(names, nameOf(m))
		}
		point("spec.lead", "lead must be one of members, and none is called %s%s", lead, cmp.Or(text.DidYouMean(lead, names), "; add the person to members"))
	}
	return f
}

// twins are the first two members with the same text, which is not empty.
func twins(members []any, of func(map[string]any) string) (first, second int, same string) {
	seen := map[string]int{}
	for i, item := range members {
		m, _ := item.(map[string]any)
		is := of(m)
		if before, has := seen[is]; has && is != "" {
			return before, i, is
		}
		seen[is] = i
	}
	return 0, 0, ""
}

// accountOf is the account of a member; those of a code host do not differ by case.
func accountOf(m map[string]any, of string) string {
	accounts, _ := m["accounts"].(map[string]any)
	account := textOf(accounts[of])
	if slices.Contains([]string{"github", "gitlab", "gitea"}, of) {
		return strings.ToLower(account)
	}
	return account
}

func nameOf(member any) string {
	m, _ := member.(map[string]any)
	return textOf(m["name"])
}

func textOf(value any) string {
	is, _ := value.(string)
	return is
}
