// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import "maps"

// several is a misuse of more than one field.
type several struct {
	what string
	base string // the name of the object
	sets map[string]any
	// wrong as it is in Case.
	wrong bool
}

type object = map[string]any

// Steps by name, from which packages are put together.
func step(name string, more object) object {
	s := object{
		"name": name, "tier": "Key", "do": "Do it", "times": int64(1), "duration": "1h", "weight": int64(50),
		"assign": object{"mode": "Each", "role": "engineer"}, "standard": object{"statement": "It is done"},
	}
	maps.Copy(s, more)
	return s
}

func pack(steps ...any) object {
	return object{"definition": "A package", "standard": "It is done", "steps": steps}
}

func moment(day, time string) object { return object{"day": day, "time": time} }

// severals are by kind.
var severals = map[string][]several{
	"Utility": {
		{what: "midweek after review", base: "checkout", wrong: true, sets: object{"cadence": object{"timeZone": "UTC", "midweek": moment("Friday", "15:00"), "review": moment("Wednesday", "14:00")}}},
		{what: "week, midweek and review at one moment", base: "checkout", wrong: true, sets: object{"cadence": object{"timeZone": "UTC", "weekStart": moment("Monday", "09:00"), "midweek": moment("Monday", "09:00"), "review": moment("Monday", "09:00")}}},
		{what: "a review at the start of the week", base: "checkout", wrong: true, sets: object{"cadence": object{"timeZone": "UTC", "weekStart": moment("Monday", "09:00"), "review": moment("Monday", "09:00")}}},
		{what: "an end that is past", base: "checkout", sets: object{"end": object{"week": "2020-W01", "as": "Stopped", "because": "It was long ago"}}},
		{what: "an end in a week that is skipped", base: "checkout", sets: object{"end": object{"week": "2026-W53", "as": "Stopped", "because": "It is over"}}},
		{what: "a source of two forms", base: "checkout", wrong: true, sets: object{"measures": []any{object{"name": "a", "baseline": "1", "target": "2", "source": object{
			"prometheus": object{"provider": "main", "query": "a"}, "externalMetric": object{"name": "a"},
		}}}}},
		{what: "a source that is stale before it is read again", base: "checkout", wrong: true, sets: object{"measures": []any{object{"name": "a", "baseline": "1", "target": "2", "source": object{
			"prometheus": object{"provider": "main", "query": "a"}, "interval": "2h", "staleAfter": "1h",
		}}}}},
		{what: "a source that is a Secret", base: "checkout", wrong: true, sets: object{"measures": []any{object{"name": "a", "baseline": "1", "target": "2", "source": object{
			"object": object{"apiVersion": "v1", "kind": "Secret", "name": "a", "value": "size(object.data.a)"},
		}}}}},
		{what: "baseline and target are equal", base: "checkout", wrong: true, sets: object{"measures": []any{object{"name": "first-try", "baseline": "1.0", "target": "1"}}}},
		{what: "the owner is of another Team", base: "checkout", wrong: true, sets: object{"owner": object{"team": "payments", "member": "nia"}}},
		{what: "a week begins on Saturday and no time is left", base: "checkout", sets: object{"cadence": object{"timeZone": "Pacific/Apia", "weekStart": moment("Saturday", "23:59"), "midweek": moment("Saturday", "23:59"), "review": moment("Sunday", "00:00")}}},
	},
	"Team": {
		{what: "nobody is left", base: "payments", sets: object{"members": gone{}, "lead": gone{}}},
		{what: "two members of one user", base: "payments", wrong: true, sets: object{"members": []any{member("ana", "ana@example.org"), member("eva", "ana@example.org")}}},
		{what: "two members of one name", base: "payments", wrong: true, sets: object{"members": []any{member("ana", "ana@example.org"), member("ana", "eva@example.org")}}},
		{what: "users that differ by case", base: "payments", sets: object{"members": []any{member("ana", "ana@example.org"), member("eva", "Ana@example.org")}}},
		{what: "an absence that ends before it begins", base: "payments", wrong: true, sets: object{"members": []any{absent("2026-12-11", "2026-12-07", "eva"), member("eva", "eva@example.org")}}},
		{what: "everybody is away and stands in for another", base: "payments", sets: object{"members": []any{absent("2000-01-01", "2100-01-01", "ana")}}},
		{what: "other people altogether", base: "payments", sets: object{"lead": "nia", "members": []any{member("nia", "nia@example.org")}}},
	},
	"ActionPackage": packages("package", "interviews"),
	"KeyAction": append(packages("package", "fix"),
		several{what: "weights that do not add up", base: "fix", wrong: true, sets: object{"weight": int64(51)}},
		several{what: "a Team and a selector", base: "fix", wrong: true, sets: object{"teamSelector": object{"matchLabels": object{"part": "shop"}}}},
		several{what: "neither a Team nor a selector", base: "fix", wrong: true, sets: object{"teamRef": gone{}}},
		several{what: "two packages", base: "fix", wrong: true, sets: object{"packageRef": object{"name": "interviews"}}},
		several{what: "no package", base: "fix", wrong: true, sets: object{"package": gone{}}},
		several{what: "more tolerance than is critical", base: "fix", wrong: true, sets: object{"deviation": object{"tolerance": int64(30), "critical": int64(20)}}},
		several{what: "a parameter that the package does not have", base: "interview", sets: object{"packageRef": object{"name": "interviews", "parameters": object{"nobody": "x"}}}},
		several{what: "a selector of all Teams", base: "adopt", sets: object{"teamSelector": object{}}},
		several{what: "a selector of no Team", base: "adopt", sets: object{"teamSelector": object{"matchLabels": object{"part": "nowhere"}}}},
		several{what: "a selector that means nothing", base: "adopt", wrong: true, sets: object{"teamSelector": object{"matchExpressions": []any{object{"key": "part", "operator": "In"}}}}},
		several{what: "a generated one by its name", base: "adopt", sets: object{"teamSelector": gone{}, "teamRef": object{"name": "payments"}}},
		several{what: "for a Utility that is not there", base: Misused, wrong: true, sets: object{"utilityRef": object{"name": "nobody-here"}}},
		several{what: "for a Utility of another namespace", base: Misused, wrong: true, sets: object{"utilityRef": object{"name": "far"}}},
		several{what: "for a Utility that has its hundred", base: Misused, wrong: true, sets: object{"utilityRef": object{"name": "checkout"}}},
	),
	"Evidence": {
		{what: "for nothing", base: Misused, wrong: true, sets: object{"actionRef": gone{}}},
		{what: "for an Action and a step", base: Misused, wrong: true, sets: object{"for": object{"keyAction": "fix", "step": "ship"}}},
		{what: "for a step and a measure", base: Misused, wrong: true, sets: object{"actionRef": gone{}, "for": object{"keyAction": "fix", "step": "ship", "utility": "checkout", "measure": "first-try"}}},
		{what: "a value of an Action", base: Misused, wrong: true, sets: object{"value": "5"}},
		{what: "for the week itself", base: Misused, wrong: true, sets: object{"actionRef": object{"name": "checkout-2026-w48"}}},
	},
}

func member(name, user string) object {
	return object{"name": name, "user": user, "capacity": "8h", "roles": []any{"engineer", "reviewer"}}
}

func absent(from, to, delegate string) object {
	m := member("ana", "ana@example.org")
	m["absences"] = []any{object{"from": from, "to": to, "delegate": delegate}}
	return m
}

// packages are wrong structures of a package, in the field of an object that holds it.
func packages(in, base string) []several {
	wrong := func(what string, p object) several {
		return several{what: what, base: base, wrong: true, sets: object{in: p}}
	}
	right := func(what string, p object) several { return several{what: what, base: base, sets: object{in: p}} }
	on := func(steps ...any) object { return object{"dependsOn": steps} }
	return []several{
		wrong("two steps wait for each other", pack(step("a", on("b")), step("b", on("a")))),
		wrong("three steps wait for each other", pack(step("a", on("b")), step("b", on("c")), step("c", on("a")))),
		wrong("a step waits for itself", pack(step("a", on("a")), step("b", nil))),
		wrong("step weights beyond a hundred", pack(step("a", nil), step("b", nil), step("c", nil))),
		wrong("step weights below a hundred", pack(step("a", nil))),
		wrong("one name twice", pack(step("a", nil), step("a", nil))),
		right("no key step", pack(step("a", object{"tier": "Foundation", "weight": int64(100)}))),
		right("a key step that others wait for", pack(step("a", nil), step("b", object{"dependsOn": []any{"a"}, "tier": "Foundation"}))),
		right("times that fall on few moments", pack(step("a", object{"times": int64(1000), "weight": int64(100), "due": []any{moment("Friday", "12:00"), moment("Friday", "12:00"), moment("Monday", "00:00")}}))),
		wrong("a role and a member", pack(step("a", object{"weight": int64(100), "assign": object{"mode": "Member", "member": "ana", "role": "engineer"}}))),
		wrong("a member for each", pack(step("a", object{"weight": int64(100), "assign": object{"mode": "Each", "member": "ana"}}))),
		right("other steps altogether", pack(step("z", object{"weight": int64(100)}))),
	}
}

// combined returns the misuses of several fields of a kind.
func combined(kind string, bases []map[string]any) []Case {
	var cases []Case
	for _, s := range severals[kind] {
		base := 0
		for i, o := range bases {
			if metadata, _ := o["metadata"].(object); metadata["name"] == s.base {
				base = i
				break
			}
		}
		cases = append(cases, Case{
			Kind: kind, Base: base, Field: "spec", What: s.what, Wrong: s.wrong,
			change: func(o map[string]any) map[string]any {
				for _, name := range sortedKeys(s.sets) {
					o = replace(o, path{"spec", name}, func(any) any { return s.sets[name] }).(map[string]any)
				}
				return o
			},
		})
	}
	return cases
}
