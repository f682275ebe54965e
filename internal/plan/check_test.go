// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestWhatKeepsAUtilityFromBeingPlanned(t *testing.T) {
	for name, c := range map[string]struct {
		edit      func(*Objects)
		want      string // reason and field; empty if nothing is wrong
		andSaying string
	}{
		"nothing":                              {edit: func(*Objects) {}},
		"nothing, while there is no KeyAction": {edit: func(o *Objects) { o.KeyActions = nil }},
		"a zone that is not in the database": {
			edit: func(o *Objects) { o.Utility.Spec.Cadence.TimeZone = "Europe/Atlantis" },
			want: "UnknownTimeZone spec.cadence.timeZone", andSaying: `"Europe/Atlantis"`,
		},
		"a cadence that cannot be read": {
			edit: func(o *Objects) { o.Utility.Spec.Cadence.QuarterStartMonth = 13 },
			want: "InvalidSpec spec.cadence", andSaying: "quarterStartMonth 13 is not a month",
		},
		"an owner whose Team does not exist": {
			edit: func(o *Objects) { o.Utility.Spec.Owner.Team = "search" },
			want: "ReferenceNotFound spec.owner", andSaying: "Team search of spec.owner is not in the namespace",
		},
		"an owner who is not in the Team": {
			edit: func(o *Objects) { o.Utility.Spec.Owner.Member = "zoe" },
			want: "ReferenceNotFound spec.owner", andSaying: "Team payments has no member zoe",
		},
		"weights that do not add up to a hundred": {
			edit: func(o *Objects) { o.KeyActions[1].Spec.Weight = new(int32(30)) },
			want: "WeightsNotHundred ", andSaying: "add up to 90, not 100; change them: a 60, b 30",
		},
		"a KeyAction that was given no weight": {
			edit: func(o *Objects) { o.KeyActions[0].Spec.Weight = nil },
			want: "WeightsNotHundred ", andSaying: "add up to 40, not 100; change them: a 0, b 40",
		},
		"the cadence comes before the weights": {
			edit: func(o *Objects) {
				o.KeyActions[0].Spec.Weight, o.Utility.Spec.Cadence.TimeZone = nil, ""
			},
			want: "UnknownTimeZone spec.cadence.timeZone", andSaying: `""`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			key := testStep("x", praxisv1.TierKey, each("engineer"), 100)
			o := objects(testKeyAction("b", 40, key), testKeyAction("a", 60, key))
			slices.Reverse(o.KeyActions)
			c.edit(&o)
			p := NewProgramme(o)
			if c.want == "" {
				if p.Problem != nil || len(p.gaps) > 0 {
					t.Errorf("it is stalled: %+v, %+v", p.Problem, p.gaps)
				}
				return
			}
			if p.Problem == nil || p.Problem.Reason+" "+p.Problem.Field != c.want || !strings.Contains(p.Problem.Message, c.andSaying) {
				t.Fatalf("got %+v, want %s with %q", p.Problem, c.want, c.andSaying)
			}
			// Nothing of it is planned, and the one gap of the week says why.
			gaps, loads := p.Survey(week(t, "2026-W48"), instant(t, "2026-11-23T08:00:00Z"))
			if len(gaps) != 1 || gaps[0].Reason != p.Problem.Reason || gaps[0].KeyAction != "" || len(loads) > 0 {
				t.Errorf("the week has the gaps %+v and the loads %+v", gaps, loads)
			}
		})
	}
}

func TestWhatKeepsAKeyActionFromBeingPlanned(t *testing.T) {
	first := func(edit func(*praxisv1.KeyAction)) func(*Objects) {
		return func(o *Objects) { edit(&o.KeyActions[0]) }
	}
	step := func(edit func(*praxisv1.Step)) func(*Objects) {
		return first(func(ka *praxisv1.KeyAction) { edit(&ka.Spec.Package.Steps[0]) })
	}
	shared := func(steps ...praxisv1.Step) func(*Objects) {
		return func(o *Objects) {
			o.KeyActions[0].Spec.Package, o.KeyActions[0].Spec.PackageRef = nil, &praxisv1.PackageReference{Name: "fixes"}
			o.Packages["fixes"] = &praxisv1.ActionPackage{ObjectMeta: metav1.ObjectMeta{Name: "fixes"}, Spec: praxisv1.ActionPackageSpec{Package: praxisv1.Package{Steps: steps}}}
		}
	}
	forTeams := func(o *Objects) {
		o.KeyActions[0].Spec.TeamRef, o.KeyActions[0].Spec.TeamSelector = nil, &metav1.LabelSelector{}
	}
	for name, c := range map[string]struct {
		edit func(*Objects)
		want string // reason, field and a part of the message, divided by |
	}{
		"nothing": {func(*Objects) {}, ""},
		"nothing, with steps of a shared package": {shared(testStep("x", praxisv1.TierKey, each("engineer"), 100)), ""},
		"nothing, for one that is done by Teams":  {forTeams, ""},
		"its Utility does not exist":              {func(o *Objects) { o.Utility = nil }, "ReferenceNotFound|spec.utilityRef|Utility checkout is not in the namespace"},
		"its author wrote its parentRef": {
			first(func(ka *praxisv1.KeyAction) { ka.Spec.ParentRef = &praxisv1.LocalReference{Name: "b"} }),
			"InvalidSpec|spec.parentRef|written by the operator only",
		},
		"its Team does not exist": {
			first(func(ka *praxisv1.KeyAction) { ka.Spec.TeamRef.Name = "search" }),
			"ReferenceNotFound|spec.teamRef|Team search is not in the namespace",
		},
		"its selector cannot be read": {
			func(o *Objects) {
				forTeams(o)
				o.KeyActions[0].Spec.TeamSelector.MatchExpressions = []metav1.LabelSelectorRequirement{{Key: "area", Operator: "Near", Values: []string{"shop"}}}
			},
			"InvalidSpec|spec.teamSelector|spec.teamSelector cannot be read",
		},
		"it has no steps at all": {
			first(func(ka *praxisv1.KeyAction) { ka.Spec.Package = nil }), "InvalidSpec||KeyAction a has no package",
		},
		"its package does not exist": {
			first(func(ka *praxisv1.KeyAction) {
				ka.Spec.Package, ka.Spec.PackageRef = nil, &praxisv1.PackageReference{Name: "fixes"}
			}),
			"ReferenceNotFound|spec.packageRef.name|ActionPackage fixes is not in the namespace",
		},
		"a step waits for one that does not exist": {
			step(func(s *praxisv1.Step) { s.DependsOn = []string{"y"} }), "InvalidSpec|spec.package.steps[0].dependsOn|Step x depends on y, which is not a step",
		},
		"a step takes a time that cannot be read": {
			step(func(s *praxisv1.Step) { s.Duration = "1 day" }), "InvalidSpec|spec.package.steps[0].duration|Step x: duration",
		},
		"a check names an unknown field": {
			step(func(s *praxisv1.Step) { s.Standard.Check = "evidence.sumary == ''" }), "InvalidCheck|spec.package.steps[0].standard.check|undefined field 'sumary'",
		},
		"a step is for somebody outside the Team": {
			step(func(s *praxisv1.Step) { s.Assign = only("zoe") }), "ReferenceNotFound|spec.package.steps[0].assign|Step x is for zoe, who is not in Team payments",
		},
		"a step waits for itself": {
			step(func(s *praxisv1.Step) { s.DependsOn = []string{"x"} }), "DependencyCycle|spec.package.steps[0].dependsOn|x -> x",
		},
		"the weights of its steps are less than a hundred": {
			step(func(s *praxisv1.Step) { s.Weight = 90 }), "WeightsNotHundred|spec.package.steps|add up to 90, not 100",
		},
		"the weights of a shared package are more than a hundred": {
			shared(testStep("x", praxisv1.TierKey, each("engineer"), 60), testStep("y", praxisv1.TierKey, each("engineer"), 60)),
			"WeightsNotHundred|spec.packageRef|add up to 120, not 100",
		},
		"a step of a shared package is for somebody outside the Team": {
			shared(testStep("x", praxisv1.TierKey, only("zoe"), 100)), "ReferenceNotFound|spec.packageRef|Step x is for zoe",
		},
		"the name for one of its Teams is taken": {
			func(o *Objects) {
				forTeams(o)
				o.KeyActions = append(o.KeyActions, testKeyAction("a-payments", 0))
			},
			"NameTaken|metadata.name|KeyAction a-payments for Team payments cannot be made",
		},
		"the one for a Team was made already": {
			func(o *Objects) {
				forTeams(o)
				o.KeyActions[0].UID = "1"
				made := NewProgramme(*o).Children(&o.KeyActions[0])[0]
				made.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(&o.KeyActions[0], praxisv1.GroupVersion.WithKind("KeyAction"))}
				o.KeyActions = append(o.KeyActions, made)
			},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := objects(testKeyAction("a", 100, testStep("x", praxisv1.TierKey, each("engineer"), 100)))
			c.edit(&o)
			wrong := NewProgramme(o).ProblemOf(&o.KeyActions[0])
			if c.want == "" {
				if wrong != nil {
					t.Errorf("it is stalled: %+v", wrong)
				}
				return
			}
			parts := strings.SplitN(c.want, "|", 3)
			if wrong == nil || wrong.Reason != parts[0] || wrong.Field != parts[1] || !strings.Contains(wrong.Message, parts[2]) {
				t.Errorf("got %+v, want %s", wrong, c.want)
			}
		})
	}
}

func TestStepsThatWaitForEachOtherAreShownAsACircle(t *testing.T) {
	for name, c := range map[string]struct {
		dependsOn map[string][]string
		want      string
	}{
		"a line":                       {map[string][]string{"b": {"a"}, "c": {"b"}}, ""},
		"two ways to one step":         {map[string][]string{"b": {"a"}, "c": {"a"}, "d": {"b", "c"}}, ""},
		"a step that does not exist":   {map[string][]string{"b": {"nowhere"}}, ""},
		"two that wait for each other": {map[string][]string{"a": {"b"}, "b": {"a"}}, "a -> b -> a"},
		"a circle behind other steps":  {map[string][]string{"a": {"b"}, "b": {"c"}, "c": {"b"}}, "b -> c -> b"},
		"the second way is a circle":   {map[string][]string{"a": {"d", "b"}, "b": {"c"}, "c": {"a"}}, "a -> b -> c -> a"},
	} {
		t.Run(name, func(t *testing.T) {
			var steps []praxisv1.Step
			for _, step := range []string{"a", "b", "c", "d"} {
				s := testStep(step, praxisv1.TierKey, each("engineer"), 25)
				s.DependsOn = c.dependsOn[step]
				steps = append(steps, s)
			}
			if got := arrows(findCycle(steps)); got != c.want {
				t.Errorf("the circle is %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatCannotBePlannedIsAGapAndTheRestGoesOn(t *testing.T) {
	enterprise := func(o *Objects) *praxisv1.KeyAction {
		ka := &o.KeyActions[0]
		ka.Spec.TeamRef, ka.Spec.TeamSelector = nil, &metav1.LabelSelector{MatchLabels: map[string]string{"area": "shop"}}
		return ka
	}
	for name, c := range map[string]struct {
		edit    func(*Objects)
		planned string
		gaps    []string // KeyAction, step, Team, member and reason
		saying  string   // in the first gap
	}{
		"all is well": {edit: func(*Objects) {}, planned: "a b"},
		"one is stalled": {
			edit: func(o *Objects) { o.KeyActions[0].Spec.TeamRef.Name = "search" }, planned: "b",
			gaps: []string{"a|||| ReferenceNotFound"}, saying: "Team search is not in the namespace",
		},
		"one is suspended, and nothing is wrong with that": {edit: func(o *Objects) { o.KeyActions[0].Spec.Suspend = true }, planned: "b"},
		"one is beyond the limit": {
			edit: func(o *Objects) { o.Utility.Spec.MaxKeyActions = 1 }, planned: "a",
			gaps: []string{"b|||| OverFocusLimit"}, saying: "KeyAction b ranks beyond maxKeyActions (1) and is not planned",
		},
		"a verb is a wish": {
			edit: func(o *Objects) { o.KeyActions[1].Spec.Verb = "Improve" }, planned: "a b",
			gaps: []string{"b|||| AbstractVerb"}, saying: `"Improve" is a wish`,
		},
		"there is no Key step": {
			edit: func(o *Objects) { o.KeyActions[1].Spec.Package.Steps[0].Tier = praxisv1.TierFoundation }, planned: "a b",
			gaps: []string{"b|||| NoKeyStep"}, saying: "No step has tier Key",
		},
		"nobody does a step": {
			edit: func(o *Objects) { o.KeyActions[1].Spec.Package.Steps[0].Assign = each("designer") }, planned: "a b",
			gaps: []string{"b|x|payments|| Unassigned"}, saying: "Step x has nobody to do it: nobody in Team payments has role designer",
		},
		"somebody has too much to do": {
			edit: func(o *Objects) { o.KeyActions[1].Spec.Package.Steps[0].Duration = "20h" }, planned: "a b",
			gaps: []string{"||payments|ben| OverCapacity", "||payments|cleo| OverCapacity"}, saying: "ben of Team payments has 21h of work and 20h of capacity",
		},
		"a selector selects no Team": {
			edit: func(o *Objects) { enterprise(o) }, planned: "b",
			gaps: []string{"a|||| Unassigned"}, saying: "spec.teamSelector selects no Team",
		},
		"somebody is missing in one of the Teams": {
			edit: func(o *Objects) {
				enterprise(o).Spec.Package.Steps[0].Assign = only("ben")
				o.Teams["search"] = testTeam("search", person("eve", "20h", "engineer"))
				o.Teams["search"].Labels = map[string]string{"area": "shop"}
				o.Teams["payments"].Labels = map[string]string{"area": "shop"}
			},
			planned: "a-payments b", gaps: []string{"a-search||search|| ReferenceNotFound"}, saying: "Step x is for ben, who is not in Team search",
		},
	} {
		t.Run(name, func(t *testing.T) {
			key := testStep("x", praxisv1.TierKey, each("engineer"), 100)
			o := objects(testKeyAction("a", 60, key), testKeyAction("b", 40, key))
			c.edit(&o)
			made := Make(request(t, o, "2026-W48"))
			var planned, gaps []string
			for _, ka := range made.KeyActions {
				planned = append(planned, ka.Planned.Name)
			}
			for _, g := range made.Gaps {
				gaps = append(gaps, fmt.Sprintf("%s|%s|%s|%s| %s", g.KeyAction, g.Step, g.Team, g.Member, g.Reason))
			}
			if got := strings.Join(planned, " "); got != c.planned || !slices.Equal(gaps, c.gaps) {
				t.Fatalf("planned are %q with the gaps %q, want %q with %q", got, gaps, c.planned, c.gaps)
			}
			if c.saying != "" && !strings.Contains(made.Gaps[0].Message, c.saying) {
				t.Errorf("it says %q, want %q", made.Gaps[0].Message, c.saying)
			}
		})
	}
}

func TestAStepThatNobodyDoesKeepsItsShareInThePlan(t *testing.T) {
	draw := testStep("draw", praxisv1.TierFoundation, each("designer"), 30)
	draw.Times = 2
	ship := testStep("ship", praxisv1.TierKey, each("engineer"), 70)
	ship.DependsOn = []string{"draw"}
	planned := Make(request(t, objects(testKeyAction("a", 100, draw, ship)), "2026-W48")).KeyActions[0].Planned
	if planned.Actions != 2 || len(planned.Unassigned) != 1 {
		t.Fatalf("planned is %+v", planned)
	}
	if u := planned.Unassigned[0]; u.Step != "draw" || u.Share != 3000 || u.Tier != praxisv1.TierFoundation || quantity(u.Occurrences) != 2 {
		t.Errorf("nobody does %+v", u)
	}
}

func TestANameThatIsTakenSaysWhatToDo(t *testing.T) {
	wrong := Taken("checkout-2026-w48")
	if wrong.Reason != praxisv1.ReasonNameTaken || wrong.Field != "metadata.name" || wrong.Message != "checkout-2026-w48 exists and is not ours; delete or rename it" {
		t.Errorf("it says %+v", wrong)
	}
}
