// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import (
	"slices"
	"strings"
)

// What a name refers to, by how the path of its field ends: a name of that sort of the goal
// next door, in the same namespace, and of the one in another namespace.
var references = []struct {
	ends           []string
	itself         string
	next, far      string
	mayBeNobody    bool // a name that is not there is no mistake, or one of another day
	notOfNamespace bool // it is no name of an object, so the other namespace has none
}{
	{ends: []string{"utilityRef.name", "for.utility"}, itself: "fix", next: "next", far: "far"},
	{ends: []string{"teamRef.name", "owner.team"}, itself: "checkout", next: "next-team", far: "far-team"},
	{ends: []string{"collaborators[].team"}, itself: "payments", next: "next-team", far: "far-team", mayBeNobody: true},
	{ends: []string{"packageRef.name"}, itself: "fix", next: "next-package", far: "far-package"},
	{ends: []string{"parentRef.name", "for.keyAction"}, itself: "fix", next: "next-work", far: "far-work"},
	{ends: []string{"actionRef.name", "decisions[].action"}, itself: "misused", next: "next-2026-w48.next-work.do.nia", far: "far-2026-w48.far-work.do.fay"},
	{ends: []string{"owner.member", "spec.lead", "assign.member", "for.member", "decisions[].member"}, itself: "cai", next: "nia", far: "fay"},
	{ends: []string{"delegate"}, itself: "ben", next: "nia", far: "fay", mayBeNobody: true},
	{ends: []string{"assign.role"}, itself: "reviewer", next: "nurse", far: "farmer", notOfNamespace: true},
	{ends: []string{"roles[]", "collaborators[].role"}, itself: "reviewer", next: "nurse", far: "farmer", mayBeNobody: true, notOfNamespace: true},
	{ends: []string{"dependsOn[]", "overrides[].step", "for.step"}, itself: "prepare", next: "do", far: "do"},
	{ends: []string{"for.measure"}, itself: "checkout", next: "next-figure", far: "far-figure"},
}

// Kinds of text, by how the path of its field ends, and what is odd or wrong about one of it.
var meanings = []struct {
	ends       []string
	odd, wrong []string
}{
	{ends: []string{"absences[].from", "absences[].to"}, odd: []string{"0001-01-01", "9999-12-31"}, wrong: []string{"2026-02-30", "2026-13-01", "26-1-1", "tomorrow"}},
	{ends: []string{"skip[]", "end.week"}, odd: []string{"0000-W01", "2026-W48", "9999-W52", "2027-W53"}, wrong: []string{"2026-W54", "2026-W00", "W48"}},
	{ends: []string{"dueAt", "occurredAt"}, odd: []string{"0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2026-11-26T01:00:00+14:00", "2026-11-26T00:00:00.123456789Z"}, wrong: []string{"2026-11-26t12:00:00z", "2026-12-31T23:59:60Z", "yesterday", "2026-11-31T00:00:00Z", "2026-11-26"}},
	{ends: []string{".time"}, odd: []string{"00:00", "23:59"}, wrong: []string{"24:00", "9:00", "12:60", "noon"}},
	{ends: []string{"timeZone"}, odd: []string{"UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Etc/GMT+12"}, wrong: []string{"Mars/Olympus", "Local", "../../etc/passwd", "+02:00"}},
	{ends: []string{"duration", "capacity", "interval", "staleAfter"}, odd: []string{"0m", "0h0m", "999h59m", "9999m"}, wrong: []string{"1d", "-1h", "1.5h", "h"}},
	{ends: []string{"baseline", "target", "spec.value", "resolution"}, odd: []string{"-999999999999.999999", "999999999999.999999", "0", "-0", "00.0"}, wrong: []string{"1e5", "NaN", "1,5", "∞"}},
	{ends: []string{"members[].user"}, odd: []string{"system:admin", "system:serviceaccount:default:x", "CAI@example.org", "сai@example.org"}},
	{
		ends: []string{"standard.check"}, odd: []string{"true", "false", "evidence.artifacts[99].name == ''", "1/0 == 1", "[1].all(a, [1].all(b, [1].all(c, 'x'.matches('(a+)+$'))))"},
		wrong: []string{"evidence.", "1", "nothing.here", "evidence.noSuchField == ''"},
	},
	{ends: []string{"verb"}, odd: []string{"Improve", "optimise"}},
	{ends: []string{"uri"}, odd: []string{"mailto:a", "https:x"}, wrong: []string{"javascript:alert(1)", "file:///etc/passwd", "//x", "https://a b"}},
	{ends: []string{"digest"}, wrong: []string{"sha256:abc", "md5:" + strings.Repeat("a", 32)}},
	{ends: []string{"package.definition", "package.standard", "steps[].do", "standard.statement", "assign.member"}, wrong: []string{"$(params.nobody)"}},
	{ends: []string{"matchExpressions[].operator"}, odd: []string{"In", "NotIn", "Exists", "DoesNotExist"}, wrong: []string{"Gt", "in"}},
	{ends: []string{"matchExpressions[].key"}, wrong: []string{"a b", "/"}},
	{ends: []string{"submittedBy", "signOff.by", "amendments[].by", "decisions[].by"}, wrong: []string{"somebody@example.org", "system:admin"}},
}

const nextDoor = "a name of the goal next door"

// meant are misuses of what a text means.
func meant(f field) []misuse {
	var all []misuse
	ends := func(with []string) bool {
		return slices.ContainsFunc(with, func(end string) bool { return strings.HasSuffix(f.name(), end) })
	}
	for _, r := range references {
		if !ends(r.ends) {
			continue
		}
		nobody, far := to("a name that is not there", "nobody-here"), to("a name of another namespace", r.far)
		nobody.wrong, far.wrong = !r.mayBeNobody, !r.mayBeNobody && !r.notOfNamespace
		all = append(all, nobody, far, to("the name of something else", r.itself), to(nextDoor, r.next),
			to("a name with its namespace", "default/"+r.far))
	}
	for _, m := range meanings {
		if !ends(m.ends) {
			continue
		}
		for _, text := range m.odd {
			all = append(all, to(short(text), text))
		}
		for _, text := range m.wrong {
			all = append(all, wrongly(to(short(text), text)))
		}
	}
	return all
}

func short(text string) string {
	if len(text) > 50 {
		return text[:50] + "…"
	}
	return text
}
