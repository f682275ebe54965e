// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/praxis-dev/praxis/internal/manifest"
)

// goal is one object of every kind; each begins on the line that its comment says.
const goal = `apiVersion: praxis.dev/v1alpha1
kind: Team
metadata: {name: payments, labels: {pays: "yes"}}
spec:
  members:
  - {name: ana, user: ana@shop.example, roles: [product, reviewer], capacity: 20h}
  - {name: ben, user: ben@shop.example, roles: [engineer], capacity: 20h}
---
apiVersion: praxis.dev/v1alpha1 # line 9
kind: Utility
metadata: {name: checkout}
spec:
  statement: Shoppers pay in one try
  beneficiaries: [{who: Shoppers, problem: One payment in eight fails, improvement: No second attempt}]
  organization: Fewer refunds
  owner: {team: payments, member: ana}
  required: 20
  cadence: {timeZone: Europe/Zurich}
---
apiVersion: praxis.dev/v1alpha1 # line 20
kind: ActionPackage
metadata: {name: fixes}
spec:
  package:
    definition: One fix a week
    standard: It is live
    steps:
    - {name: ship, tier: Key, do: Do it, assign: {mode: Member, member: ben}, times: 1, duration: 2h, weight: 100, standard: {statement: It is done}}
---
apiVersion: praxis.dev/v1alpha1 # line 30
kind: KeyAction
metadata: {name: call-shoppers}
spec:
  utilityRef: {name: checkout}
  teamRef: {name: payments}
  verb: Call
  object: shoppers
  contribution: 1
  weight: 40
  package:
    definition: One call a week
    standard: It is noted
    steps:
    - name: call
      tier: Key
      do: Call
      assign: {mode: Each, role: product}
      times: 1
      duration: 2h
      weight: 100
      standard: {statement: It is done}
---
apiVersion: praxis.dev/v1alpha1 # line 53
kind: KeyAction
metadata: {name: ship-fixes}
spec:
  utilityRef: {name: checkout}
  teamRef: {name: payments}
  verb: Ship
  object: a fix
  contribution: 1
  weight: 60
  packageRef: {name: fixes}
`

// forTeams is a Team, and an enterprise KeyAction for a number of them.
func forTeams(n int) string {
	var text strings.Builder
	text.WriteString(strings.Replace(goal, "teamRef: {name: payments}\n  verb: Ship", "teamSelector: {matchLabels: {many: \"yes\"}}\n  verb: Ship", 1))
	for i := range n {
		fmt.Fprintf(&text, "---\napiVersion: praxis.dev/v1alpha1\nkind: Team\nmetadata: {name: t%d, labels: {many: \"yes\"}}\nspec: {members: [{name: ben, user: ben@shop.example, capacity: 20h}]}\n", i)
	}
	return text.String()
}

func TestMoreTeamsThanAKeyActionMayBeForAreAnErrorOfItsSelector(t *testing.T) {
	if found := lint(t, forTeams(100), ""); strings.Contains(lines(found), "TooManyTeams") {
		t.Errorf("found %s", lines(found))
	}
	want := "58: KeyAction ship-fixes: TooManyTeams: spec.teamSelector selects 101 Teams and may select 100; select fewer, or write a second KeyAction for the rest"
	if found := lint(t, forTeams(101), ""); !strings.Contains(lines(found), want) {
		t.Errorf("found\n%s", lines(found))
	}
}

func TestAnEndNamesAWeekThatThereIs(t *testing.T) {
	ends := func(week string) string {
		return strings.Replace(goal, "  required: 20\n", "  required: 20\n  end: {week: "+week+", as: Achieved, because: It is done}\n", 1)
	}
	for week, want := range map[string]string{
		"2025-W53": `18: Utility checkout: InvalidSpec: spec.end.week: 2025-W53 is not a week of 2025, which has W01 to W52; name the last week that is worked`,
		"2026-W40": `18: Utility checkout: Ended: The goal ends with 2026-W40, which is past: if it ran until then, take it out of Git once it says Ended; if it never ran, correct spec.end.week, or it is Stalled`,
	} {
		if found := lines(lint(t, ends(week), "")); found != want {
			t.Errorf("found\n%s\nwant\n%s", found, want)
		}
	}
	if found := lines(lint(t, ends("2026-W53"), "")); strings.Contains(found, "spec.end") {
		t.Errorf("found\n%s", found)
	}
}

// changed is the goal with each "old => new" carried out, all of it where old is.
func changed(t *testing.T, changes ...string) string {
	t.Helper()
	text := goal
	for _, change := range changes {
		from, to, _ := strings.Cut(change, " => ")
		if !strings.Contains(text, from) {
			t.Fatalf("%q is not in the goal", from)
		}
		text = strings.ReplaceAll(text, from, to)
	}
	return text
}

// short are findings as "line Kind/name Reason".
func short(found []manifest.Finding) string {
	var lines []string
	for _, f := range found {
		lines = append(lines, fmt.Sprintf("%d %s/%s %s", f.Line, f.Kind, f.Name, f.Reason))
	}
	return strings.Join(lines, ", ")
}

func TestAFindingPointsToTheFieldThatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		changes []string
		want    string
	}{
		"nothing":                     {nil, ""},
		"a zone":                      {[]string{"Europe/Zurich => Europe/Zürich"}, "18 Utility/checkout UnknownTimeZone"},
		"an owner":                    {[]string{"member: ana} => member: zoe}"}, "16 Utility/checkout ReferenceNotFound"},
		"weights of a Utility":        {[]string{"weight: 40 => weight: 30"}, "9 Utility/checkout WeightsNotHundred"},
		"weights of steps":            {[]string{"      weight: 100 =>       weight: 90"}, "43 KeyAction/call-shoppers WeightsNotHundred, 17 Utility/checkout NotCarried"},
		"a step behind a ref":         {[]string{"member: ben} => member: zoe}"}, "17 Utility/checkout NotCarried, 63 KeyAction/ship-fixes ReferenceNotFound"},
		"a check":                     {[]string{"      standard: {statement: It is done} =>       standard: {statement: Done, check: seven}"}, "17 Utility/checkout NotCarried, 51 KeyAction/call-shoppers InvalidCheck"},
		"a check that costs too much": {[]string{"      standard: {statement: It is done} =>       standard: {statement: Done, check: \"evidence.summary.replace('', evidence.summary) == ''\"}"}, "17 Utility/checkout NotCarried, 51 KeyAction/call-shoppers InvalidCheck"},
		"a step that waits":           {[]string{"      times: 1 =>       dependsOn: [look]\n      times: 1"}, "17 Utility/checkout NotCarried, 48 KeyAction/call-shoppers InvalidSpec"},
		"a Team":                      {[]string{"  teamRef: {name: payments}\n  verb: Call =>   teamRef: {name: billing}\n  verb: Call"}, "17 Utility/checkout NotCarried, 35 KeyAction/call-shoppers ReferenceNotFound"},
		"a Utility":                   {[]string{"  utilityRef: {name: checkout}\n  teamRef: {name: payments}\n  verb: Call =>   utilityRef: {name: chekout}\n  teamRef: {name: payments}\n  verb: Call"}, "9 Utility/checkout WeightsNotHundred, 34 KeyAction/call-shoppers ReferenceNotFound"},
		"a verb and no key step":      {[]string{"verb: Call => verb: Improve", "      tier: Key =>       tier: Foundation"}, "17 Utility/checkout NotCarried, 36 KeyAction/call-shoppers AbstractVerb, 43 KeyAction/call-shoppers NoKeyStep"},
		"nobody with the role":        {[]string{"role: product} => role: designer}"}, "17 Utility/checkout NotCarried, 47 KeyAction/call-shoppers Unassigned"},
		"too much for one":            {[]string{"duration: 2h, => duration: 21h,"}, "5 Team/payments OverCapacity, 53 KeyAction/ship-fixes OverCapacity"},
		"too little in all":           {[]string{"required: 20 => required: 40"}, "17 Utility/checkout NotCarried, 38 KeyAction/call-shoppers NotCarried, 61 KeyAction/ship-fixes NotCarried"},
		"too many at once":            {[]string{"required: 20 => required: 7\n  maxKeyActions: 1"}, "18 Utility/checkout TooManyKeyActions, 40 KeyAction/call-shoppers OverFocusLimit"},
		"a suspended Utility":         {[]string{"required: 20 => suspend: true\n  required: 20"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			found := lint(t, changed(t, c.changes...), "")
			got := strings.Split(short(found), ", ")
			want := strings.Split(c.want, ", ")
			if len(got) != len(want) || !sameSet(got, want) {
				t.Errorf("found\n%s\nwant %s", lines(found), c.want)
			}
		})
	}
}

func sameSet(a, b []string) bool {
	count := map[string]int{}
	for _, s := range a {
		count[s]++
	}
	for _, s := range b {
		count[s]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// A refusal is reported once, where it is, and adds no other finding; but what else is wrong
// is reported too.
func TestARefusalNeitherHidesNorAddsWhatIsWrongElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		changes []string
		want    string
	}{
		"a Utility, and a verb":          {[]string{"required: 20 => required: 0", "verb: Call => verb: Improve"}, "17 Utility/checkout InvalidSpec, 36 KeyAction/call-shoppers AbstractVerb"},
		"a Utility, and who has no time": {[]string{"required: 20 => requird: 20\n  required: 20", "      duration: 2h =>       duration: 21h"}, "17 Utility/checkout InvalidSpec, 5 Team/payments OverCapacity, 31 KeyAction/call-shoppers OverCapacity"},
		"a Utility that cannot be read":  {[]string{"spec:\n  statement: Shoppers => spec: [7]\nxpec:\n  statement: Shoppers"}, "12 Utility/checkout InvalidSpec, 13 Utility/checkout InvalidSpec"},
		"a Team":                         {[]string{"name: ben, user: ben@shop.example => name: ben"}, "7 Team/payments InvalidSpec"},
		"a Team without its names":       {[]string{"{name: ana, => {", "{name: ben, => {"}, "6 Team/payments InvalidSpec, 7 Team/payments InvalidSpec"},
		"a Team, and a dependency":       {[]string{"name: ben, user: ben@shop.example => name: ben", "      times: 1 =>       dependsOn: [look]\n      times: 1"}, "7 Team/payments InvalidSpec, 48 KeyAction/call-shoppers InvalidSpec"},
		"a package":                      {[]string{"times: 1, => times: 0,"}, "28 ActionPackage/fixes InvalidSpec"},
		"a package, and who has no time": {[]string{"times: 1, => times: 0,", "      duration: 2h =>       duration: 21h"}, "28 ActionPackage/fixes InvalidSpec, 5 Team/payments OverCapacity, 30 KeyAction/call-shoppers OverCapacity"},
		"a KeyAction without its weight": {[]string{"weight: 60 => weight: a lot"}, "62 KeyAction/ship-fixes InvalidSpec"},
		"a KeyAction of another Utility": {[]string{"weight: 60 => weight: 0", "utilityRef: {name: checkout}\n  teamRef: {name: payments}\n  verb: Ship => utilityRef: {name: refunds}\n  teamRef: {name: payments}\n  verb: Ship"}, "9 Utility/checkout WeightsNotHundred, 62 KeyAction/ship-fixes InvalidSpec"},
	} {
		t.Run(name, func(t *testing.T) {
			found := lint(t, changed(t, c.changes...), "")
			if got := strings.Split(short(found), ", "); !sameSet(dropRepeated(got), strings.Split(c.want, ", ")) {
				t.Errorf("found\n%s\nwant %s", lines(found), c.want)
			}
		})
	}
}

// However an object is mangled, there is an answer, and it points into the file.
func TestNoMangledLineBreaksTheLinter(t *testing.T) {
	text := strings.Split(goal, "\n")
	for i, line := range text {
		key, _, _ := strings.Cut(line, ":")
		for _, other := range []string{"", key + ":", key + ": 7", key + ": []", key + ": [7]", key + ": {}", key + ": {a: {b: c}}", key + ": ''", line + "\n" + line, " " + line} {
			changed := strings.Join(append(append(append([]string{}, text[:i]...), other), text[i+1:]...), "\n")
			for _, f := range lint(t, changed, "") {
				if f.Line < 1 || f.Line > len(text)+1 || f.Message == "" {
					t.Errorf("line %d as %q: %+v", i+1, other, f)
				}
			}
		}
	}
}

// dropRepeated keeps one of several findings for one object on one line, since the schema may
// report a wrong field in several ways.
func dropRepeated(found []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range found {
		if !seen[f] {
			out = append(out, f)
		}
		seen[f] = true
	}
	return out
}

func TestANameThatTheOperatorNeedsIsReportedAsTaken(t *testing.T) {
	enterprise := changed(t, "  teamRef: {name: payments}\n  verb: Ship =>   teamSelector: {matchLabels: {pays: \"yes\"}}\n  verb: Ship")
	for name, c := range map[string]struct{ text, want string }{
		"by nobody":                                    {enterprise, ""},
		"by a KeyAction of the same Utility":           {strings.ReplaceAll(enterprise, "call-shoppers", "ship-fixes-payments"), "55 KeyAction/ship-fixes NameTaken, 17 Utility/checkout NotCarried"},
		"by a KeyAction of another Utility, not there": {strings.Replace(strings.ReplaceAll(enterprise, "call-shoppers", "ship-fixes-payments"), "utilityRef: {name: checkout}", "utilityRef: {name: refunds}", 1), "9 Utility/checkout WeightsNotHundred, 34 KeyAction/ship-fixes-payments ReferenceNotFound, 55 KeyAction/ship-fixes NameTaken"},
		"by an object of another namespace":            {strings.Replace(strings.ReplaceAll(enterprise, "call-shoppers", "ship-fixes-payments"), "{name: ship-fixes-payments}", "{name: ship-fixes-payments, namespace: other}", 1), "9 Utility/checkout WeightsNotHundred, 34 KeyAction/ship-fixes-payments ReferenceNotFound"},
	} {
		if found := lint(t, c.text, ""); !sameSet(strings.Split(short(found), ", "), strings.Split(c.want, ", ")) {
			t.Errorf("%s: found\n%s\nwant %s", name, lines(found), c.want)
		}
	}
}

func TestWhatAnEnterpriseKeyActionLacksInOneTeamIsReportedWhereItIsWritten(t *testing.T) {
	text := changed(t, "  teamRef: {name: payments}\n  verb: Ship =>   teamSelector: {matchLabels: {pays: \"yes\"}}\n  verb: Ship", "member: ben} => member: zoe}")
	found := lint(t, text, "")
	if len(found) != 2 || found[1].Line != 63 || found[1].Message != "Step ship is for zoe, who is not in Team payments; add the person or change assign.member" {
		t.Errorf("found\n%s", lines(found))
	}
}

// The fourth quarter of 2026 has 14 weeks, W40 to W53, with two units each: 28 in all, of
// which 12 are left in W48 and 2 in W53.
func TestCoverageIsCheckedForTheQuarterUnlessAWeekIsGiven(t *testing.T) {
	for name, c := range map[string]struct {
		required, week string
		want           bool
	}{
		"what the quarter carries":            {"28", "", false},
		"one more":                            {"29", "", true},
		"what is left of it from W48":         {"12", "2026-W48", false},
		"one more than is left of it":         {"13", "2026-W48", true},
		"what the last week carries":          {"2", "2026-W53", false},
		"what the first week of it has ahead": {"28", "2026-W40", false},
	} {
		found := lint(t, changed(t, "required: 20 => required: "+c.required), c.week)
		if got := strings.Contains(short(found), "Utility/checkout NotCarried"); got != c.want {
			t.Errorf("%s: found\n%s", name, lines(found))
		}
	}
}

func TestPeoplesTimeIsCheckedForTheRunningOrTheGivenWeek(t *testing.T) {
	text := changed(t, "roles: [engineer], capacity: 20h} => roles: [engineer], capacity: 20h, absences: [{from: \"2026-12-07\", to: \"2026-12-11\"}]}", "member: ben} => member: ben}", "mode: Member, member: ben => mode: Each, role: engineer")
	if found := lint(t, text, ""); len(found) > 0 {
		t.Errorf("in W48 found\n%s", lines(found))
	}
	found := lint(t, text, "2026-W50")
	if !strings.Contains(short(found), "63 KeyAction/ship-fixes Unassigned") {
		t.Errorf("in W50 found\n%s", lines(found))
	}
	set, err := manifest.Load(t.Context(), []string{manifest.Stdin}, strings.NewReader(text), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(set, "2026-W54", monday); err == nil {
		t.Error("a week that is not there was judged")
	}
}

func TestTheWorkOfOnePersonForTwoUtilitiesIsAddedUp(t *testing.T) {
	second := strings.ReplaceAll(strings.ReplaceAll(strings.Join(strings.Split(goal, "---\n")[1:], "---\n"), "checkout", "refunds"), "name: ship-fixes}", "name: fix}")
	second = strings.ReplaceAll(strings.ReplaceAll(second, "call-shoppers", "ask"), "name: fixes", "name: repairs")
	text := strings.ReplaceAll(goal, "duration: 2h,", "duration: 11h,") + "---\n" + strings.ReplaceAll(second, "duration: 2h,", "duration: 11h,")
	if found := lint(t, text, ""); short(found) != "5 Team/payments OverCapacity" {
		t.Errorf("found\n%s", lines(found))
	}
}

// In W48 six weeks of the quarter are left, with two units each. So the operator calls a goal
// that begins then NotCarried; one that runs may have delivered the rest.
func TestWhatTheRestOfTheQuarterDoesNotCarryIsANote(t *testing.T) {
	for name, c := range map[string]struct {
		required, week string
		want           []string
	}{
		"carried by the rest": {"10", "", nil},
		"carried by the rest, one KeyAction by the whole alone": {"12", "", []string{
			"61: KeyAction ship-fixes: NotCarried: If the goal begins with 2026-W48: 6 of its 8 units in 2026-Q4 are delivered or planned; it needs 2 key completions a week; if it runs already, what is delivered counts"}},
		"carried by the whole alone": {"13", "", []string{
			"17: Utility checkout: NotCarried: If the goal begins with 2026-W48: 12 of 13 units required in 2026-Q4 are delivered or planned; plan 1 more; if it runs already, what is delivered counts"}},
		"carried by neither": {"29", "", []string{
			"17: Utility checkout: NotCarried: 28 of 29 units required in 2026-Q4 are delivered or planned; plan 1 more",
			"61: KeyAction ship-fixes: NotCarried: 14 of its 18 units in 2026-Q4 are delivered or planned; it needs 2 key completions a week"}},
		"asked for as of the week": {"13", "2026-W48", []string{
			"17: Utility checkout: NotCarried: 12 of 13 units required in 2026-Q4 are delivered or planned; plan 1 more",
			"61: KeyAction ship-fixes: NotCarried: 6 of its 8 units in 2026-Q4 are delivered or planned; it needs 2 key completions a week"}},
	} {
		t.Run(name, func(t *testing.T) {
			found := all(t, changed(t, "required: 20 => required: "+c.required), c.week)
			if got := lines(found); got != strings.Join(c.want, "\n") {
				t.Errorf("found\n%s\nwant\n%s", got, strings.Join(c.want, "\n"))
			}
			if noted := len(found) == 1 && c.week == ""; Fails(found) == (noted || len(found) == 0) {
				t.Errorf("it fails: %v", Fails(found))
			}
		})
	}
}

func TestUsersWhoAreWrittenAlmostAlikeInTwoTeamsAreTold(t *testing.T) {
	other := func(user string) string {
		return goal + "---\napiVersion: praxis.dev/v1alpha1\nkind: Team\nmetadata: {name: support}\nspec:\n  members:\n  - {name: anna, user: " + user + ", capacity: 20h}\n"
	}
	for user, want := range map[string]string{
		"ana@shop.example":  "",
		"anna@shop.example": "",
		"Ana@shop.example":  "The users of anna and of ana in Team payments differ by case alone, Ana@shop.example and ana@shop.example, and are two people; write both as the API server knows them",
		"аna@shop.example":  "The users of anna and of ana in Team payments look alike, аna@shop.example and ana@shop.example, and are two people; write both as the API server knows them",
	} {
		t.Run(user, func(t *testing.T) {
			got := ""
			for _, f := range lint(t, other(user), "") {
				if f.Name == "support" && strings.HasPrefix(f.Message, "The users of") {
					got = f.Message
				}
			}
			if got != want {
				t.Errorf("it says %q, want %q", got, want)
			}
		})
	}
}
