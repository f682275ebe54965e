// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Tomas may edit the namespace, as everybody here: Teams and the goal, and nothing of what the
// operator makes. He neither leads nor reviews.

const calibration48 = "safe-deploys-calibration-2026-w48"

// editsAs changes an object as a user.
func editsAs[T any, O interface {
	*T
	client.Object
}](w *world, user, name string, change func(O)) {
	w.Helper()
	o := get[T, O](w, name)
	change(o)
	w.must(w.as(user).Update(w.Context(), o))
	w.seenAt(o)
}

// signsAs tries whether a user may sign a Review, and leaves it as it is.
func (w *world) signsAs(user, name string) error {
	w.Helper()
	r := get[praxisv1.Review](w, name)
	r.Spec.Conclusion, r.Spec.SignOff = "Seen and decided", &praxisv1.SignOff{}
	return w.as(user).Update(w.Context(), r, client.DryRunAll)
}

// expectSigners wants Reviews to name who may sign, in their order.
func (w *world) expectSigners(want string, reviews ...string) {
	w.Helper()
	for _, name := range reviews {
		if got := strings.Join(get[praxisv1.Review](w, name).Spec.Reviewers, " "); got != want {
			w.Errorf("%s is for %s to sign, want %s", name, got, want)
		}
	}
}

func makesReviewer(i int) func(*praxisv1.Team) {
	return func(team *praxisv1.Team) { team.Spec.Members[i].Roles = append(team.Spec.Members[i].Roles, "reviewer") }
}

// leadsAlone leaves jonas, who leads now, and tomas in the Team.
func leadsAlone(team *praxisv1.Team) {
	team.Spec.Lead = "jonas"
	team.Spec.Members = slices.DeleteFunc(team.Spec.Members, func(m praxisv1.Member) bool { return m.Name == "mira" || m.Name == "priya" })
}

func TestWhoEditsATeamOrTheOwnerSignsNothingInTheWeek(t *testing.T) {
	for name, change := range map[string]func(*world){
		"a reviewer for ten seconds": func(w *world) { editsAs(w, tomas, "platform", makesReviewer(3)) },
		"a lead for ten seconds":     func(w *world) { editsAs(w, tomas, "platform", func(team *praxisv1.Team) { team.Spec.Lead = "tomas" }) },
		"under a signer's name": func(w *world) {
			editsAs(w, tomas, "platform", func(team *praxisv1.Team) { team.Spec.Members[0].User, team.Spec.Members[3].User = tomas, mira })
		},
		"an owner of a Team of one's own": func(w *world) {
			own := get[praxisv1.Team](w, "platform")
			own.ObjectMeta, own.Spec.Lead = metav1.ObjectMeta{Name: "own", Namespace: w.ns}, "tomas"
			w.must(w.as(tomas).Create(w.Context(), own))
			w.seenAt(own)
			editsAs(w, tomas, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Owner = praxisv1.Owner{Team: "own", Member: "tomas"} })
		},
		"and a page that has to be signed anew": func(w *world) {
			w.sign(calibration48)
			w.settle()
			w.clock.now = at(w.T, "2026-12-01T09:00:00Z")
			w.settle()
			editsAs(w, tomas, "platform", makesReviewer(3))
			editsAs(w, tomas, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Statement = "All is well" })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := planned(t)
			w.settleAt(friday)
			change(w)
			w.settle()
			var reviews praxisv1.ReviewList
			w.must(w.live.List(w.Context(), &reviews, client.InNamespace(w.ns)))
			for i := range reviews.Items {
				r := &reviews.Items[i]
				if r.Spec.SignOff != nil {
					continue
				}
				w.expectSigners("mira@example.com priya@example.com", r.Name)
				if err := wants(w.signsAs(tomas, r.Name), "denied request"); err != nil {
					t.Errorf("%s: %v", r.Name, err)
				}
			}
		})
	}
}

func TestWhoComesLaterSignsFromTheNextWeekOn(t *testing.T) {
	w := planned(t)
	editsAs(w, tomas, "platform", func(team *praxisv1.Team) { team.Spec.Lead = "jonas" })
	w.settleAt(friday)
	w.expectSigners("mira@example.com priya@example.com", midweek, weekly, calibration48)
	w.settleAt(nextWeek) // W48 waits for its review
	w.expectSigners("mira@example.com priya@example.com", weekly)
	w.expectSigners("mira@example.com jonas@example.com priya@example.com", w49+"-midweek", w49+"-review", calibration48)
	w.must(w.signsAs(jonas, calibration48))
}

func TestWhereNoneIsLeftThoseOfTodaySign(t *testing.T) {
	w := planned(t)
	w.settleAt(friday)
	editsAs(w, tomas, "platform", leadsAlone)
	w.settle()
	w.expectSigners("jonas@example.com", midweek, weekly, calibration48)
	w.must(w.signsAs(jonas, calibration48))
	// Whoever comes back is asked again, and nobody who came in between.
	editsAs(w, tomas, "platform", func(team *praxisv1.Team) {
		team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: "priya", User: priya, Capacity: "20h"})
	})
	w.settle()
	w.expectSigners("priya@example.com", midweek, weekly, calibration48)
}

// aReading hands one in as jonas, whose work it is.
func (w *world) aReading(name string) {
	w.Helper()
	value := praxisv1.Decimal("4")
	e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.ns}, Spec: praxisv1.EvidenceSpec{Quantity: 1, Value: &value, For: &praxisv1.EvidenceTarget{Utility: "safe-deploys", Measure: "minutes-to-undo"}}}
	w.must(w.as(jonas).Create(w.Context(), e))
	w.seenAt(e)
}

func TestWhoEditsATeamOrTheOwnerAcceptsNoReadingInTheWeek(t *testing.T) {
	was := &praxisv1.Team{}
	for name, c := range map[string]struct {
		change, back func(*world)
		want         string
	}{
		"a reviewer for ten seconds": {
			func(w *world) { editsAs(w, tomas, "platform", makesReviewer(3)) },
			func(w *world) { editsAs(w, tomas, "platform", func(team *praxisv1.Team) { team.Spec = was.Spec }) }, "False NotAReviewer",
		},
		"an owner of a Team of one's own": {
			func(w *world) {
				own := get[praxisv1.Team](w, "platform")
				own.ObjectMeta, own.Spec.Lead = metav1.ObjectMeta{Name: "own", Namespace: w.ns}, "tomas"
				w.must(w.as(tomas).Create(w.Context(), own))
				w.seenAt(own)
				editsAs(w, tomas, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Owner = praxisv1.Owner{Team: "own", Member: "tomas"} })
			},
			func(w *world) {
				editsAs(w, tomas, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Owner = praxisv1.Owner{Team: "platform", Member: "mira"} })
			}, "False NotAReviewer",
		},
		"who judged while nobody else was left": {
			func(w *world) {
				editsAs(w, tomas, "platform", func(team *praxisv1.Team) {
					leadsAlone(team)
					team.Spec.Lead = "tomas"
				})
			},
			func(w *world) { editsAs(w, tomas, "platform", func(team *praxisv1.Team) { team.Spec = was.Spec }) }, "True Accepted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := planned(t)
			was = get[praxisv1.Team](w, "platform")
			c.change(w)
			w.aReading("forged")
			w.must(w.judge(tomas, "forged", praxisv1.DecisionAccepted)) // the API server cannot know yet who judges it
			w.settle()
			w.expectVerdict("forged", c.want)
			c.back(w)
			w.settle()
			w.expectVerdict("forged", "False NotAReviewer")
			if got := get[praxisv1.Utility](w, "safe-deploys").Status.Measures[0].Current; got == "4" {
				t.Errorf("the measure is %s", got)
			}
			w.must(wants(w.judge(tomas, "forged", praxisv1.DecisionRejected), "it is not yours to judge; ask mira@example.com"))
			w.must(w.judge(priya, "forged", praxisv1.DecisionAccepted))
			w.settle()
			w.expectVerdict("forged", "True Accepted")
		})
	}
}

func TestAReadingThatCountedStandsWhenOthersJudge(t *testing.T) {
	w := planned(t)
	w.aReading("counted")
	w.aReading("waits")
	w.settle()
	w.must(w.judge(priya, "counted", praxisv1.DecisionAccepted))
	w.settle()
	editsAs(w, mira, "platform", func(team *praxisv1.Team) { // priya reviews no more, and tomas does
		for i := range team.Spec.Members {
			team.Spec.Members[i].Roles = slices.DeleteFunc(team.Spec.Members[i].Roles, func(role string) bool { return role == "reviewer" })
		}
		makesReviewer(3)(team)
	})
	w.settle()
	const before, after = "[mira@example.com priya@example.com]", "[mira@example.com tomas@example.com]"
	if got := fmt.Sprint(get[praxisv1.Evidence](w, "waits").Status.Judges); got != before {
		t.Errorf("in the week it is judged by %s", got)
	}
	w.settleAt(friday)
	w.settleAt(nextWeek)
	w.expectVerdict("counted", "True Accepted")
	if got := fmt.Sprint(get[praxisv1.Evidence](w, "waits").Status.Judges); got != after {
		t.Errorf("in the next it is judged by %s", got)
	}
}

// What a new week, and the end of the last, changes for readings is seen without a round.
func TestANewWeekChangesWhoJudgesReadings(t *testing.T) {
	judges := func(w *world) string { return strings.Join(get[praxisv1.Evidence](w, "waits").Status.Judges, " ") }
	prepare := func(instants ...string) func(*world) {
		return func(w *world) {
			from("platform", instants...)(w)
			w.aReading("waits")
			edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true })
			edit(w, "platform", makesReviewer(3))
			w.settleAt(nextWeek)
		}
	}
	const all = "mira@example.com priya@example.com tomas@example.com"
	for name, c := range map[string]watchTest{
		"that is planned":    {prepare(friday), resumes, judges, all},
		"that does not come": {prepare(friday), signs(weekly), judges, all},
		"and a Team, once it is open": {after(from("platform"), func(w *world) {
			w.aReading("waits")
			edit(w, "platform", func(team *praxisv1.Team) {
				leadsAlone(team)
				team.Spec.Lead = "tomas"
			})
			w.must(w.judge(tomas, "waits", praxisv1.DecisionAccepted))
		}), func(w *world) {
			edit(w, "platform", func(team *praxisv1.Team) {
				team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: "priya", User: priya, Capacity: "20h"})
			})
		}, condition[praxisv1.Evidence]("waits", accepted), "False NotAReviewer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := c.missed(t, name, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReadingsCostNoWriteWhenAWeekChanges(t *testing.T) {
	w := planned(t)
	for _, name := range []string{"counted", "waits"} {
		w.aReading(name)
	}
	w.must(w.judge(priya, "counted", praxisv1.DecisionAccepted))
	w.settle()
	before := w.gate.count()
	w.settleAt(friday)
	w.settleAt(nextWeek)
	for _, path := range w.gate.writes[before:] {
		if strings.HasPrefix(path, http.MethodPatch) && strings.Contains(path, "/evidence/") {
			t.Errorf("it wrote %s", path)
		}
	}
}
