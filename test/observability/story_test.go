// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package observability

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli"
	"github.com/praxis-dev/praxis/internal/view"
	"github.com/praxis-dev/praxis/test/programs"
)

func TestAWeekIsSeenByPrometheusAsItIs(t *testing.T) {
	programs.Need(t, "prometheus")
	s := newScene(t)
	defer s.stop(t)
	s.watch(t)
	s.run(t, onMonday, "1")
	eventually(t, "every week is planned", func() (bool, error) {
		var all praxisv1.UtilityList
		err := s.admin.List(s.ctx, &all)
		for _, u := range all.Items {
			if u.Status.CurrentCycle == "" {
				return false, err
			}
		}
		return len(all.Items) >= 4, err
	})
	s.run(t, onFriday, "1")
	s.sees(t, fmt.Sprintf(`sum(praxis_reviews_overdue{utility=%q})`, goal), 1)
	verdicts := fmt.Sprintf(`praxis_evidence_verdict_latency_seconds_count{utility=%q}`, goal)
	s.sees(t, verdicts, 0)
	s.decideWrongly(t)
	accepted := s.work(t)
	s.sees(t, verdicts, float64(accepted))
	t.Run("metrics, the plugin and the status tell the same numbers", s.sameNumbers)
	t.Run("metrics, the plugin and the status call the same Reviews overdue", s.sameReviews)
	t.Run("a scrape costs the API server nothing", s.scrapesAreFree)
	t.Run("a policy that was weakened is told", s.weakenedPolicy)
	t.Run("a policy that is missing is told, and what it would have refused does not count", s.missingPolicy)
	s.run(t, onWednesday, "600")
	s.sees(t, fmt.Sprintf(`praxis_cycle_close_lag_seconds_count{utility=%q}`, goal), 1)
	t.Run("every query of dashboards and alerts finds something", s.everyQuery)
	t.Run("every rule can be evaluated", s.rulesWork)
	t.Run("a restart with nothing changed writes nothing", s.restartWritesNothing)
}

// work has people hand in and accept for some Actions, and leave one piece to wait. It
// returns how many were accepted.
func (s *scene) work(t *testing.T) (accepted int) {
	t.Helper()
	var actions praxisv1.ActionList
	must(t, s.admin.List(s.ctx, &actions, client.InNamespace(team)))
	for i, a := range actions.Items {
		if a.Spec.User == "mira@example.com" || i%3 == 0 {
			continue
		}
		e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: team, Name: fmt.Sprint("piece-", i)}, Spec: praxisv1.EvidenceSpec{
			ActionRef: &praxisv1.LocalReference{Name: a.Name}, Quantity: a.Spec.Target,
		}}
		for _, wanted := range a.Spec.Evidence {
			e.Spec.Artifacts = append(e.Spec.Artifacts, praxisv1.Artifact{Name: wanted.Name, Type: wanted.Type, URI: "https://work.example.com/" + e.Name})
		}
		s.handIn(t, e)
		if accepted < 2 {
			s.accept(t, e.Name)
			accepted++
		}
	}
	reading := praxisv1.Decimal("31")
	s.handIn(t, &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: team, Name: "minutes-31"}, Spec: praxisv1.EvidenceSpec{
		For: &praxisv1.EvidenceTarget{Utility: goal, Measure: "minutes-to-undo"}, Value: &reading, Quantity: 1,
	}})
	s.accept(t, "minutes-31")
	return accepted + 1
}

// handIn makes a piece as Jonas, once his role and the definitions have reached the API server.
func (s *scene) handIn(t *testing.T, e *praxisv1.Evidence) {
	t.Helper()
	eventually(t, "Jonas hands in "+e.Name, func() (bool, error) {
		err := s.users["jonas"].Create(s.ctx, e)
		return err == nil, err
	})
}

func (s *scene) accept(t *testing.T, name string) {
	t.Helper()
	eventually(t, "Mira accepts "+name, func() (bool, error) {
		var e praxisv1.Evidence
		must(t, s.users["mira"].Get(s.ctx, client.ObjectKey{Namespace: team, Name: name}, &e))
		e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: "mira@example.com"}
		err := s.users["mira"].Status().Update(s.ctx, &e)
		return err == nil, err
	})
}

// sameNumbers compares what three places say of every running week.
func (s *scene) sameNumbers(t *testing.T) {
	t.Setenv("KUBECONFIG", s.kubeconfig)
	time.Sleep(3 * time.Second) // a scrape after the last write
	var out, complaint bytes.Buffer
	if code := cli.Main("kubectl-praxis", []string{"week", "-A", "-o", "json"}, strings.NewReader(""), &out, &complaint); code != 0 {
		t.Fatal(complaint.String())
	}
	var boards struct{ Items []view.Board }
	must(t, json.Unmarshal(out.Bytes(), &boards))
	if len(boards.Items) < 4 {
		t.Fatalf("the plugin shows %d weeks", len(boards.Items))
	}
	worked := false
	for _, b := range boards.Items {
		var u praxisv1.Utility
		var c praxisv1.WeeklyCycle
		must(t, s.admin.Get(s.ctx, client.ObjectKey{Namespace: b.Namespace, Name: b.Utility}, &u))
		must(t, s.admin.Get(s.ctx, client.ObjectKey{Namespace: b.Namespace, Name: b.Cycle}, &c))
		of := fmt.Sprintf(`{namespace=%q,utility=%q}`, b.Namespace, b.Utility)
		one := func(query string) float64 {
			values := s.query(t, query)
			if len(values) != 1 {
				t.Errorf("%s has %d values", query, len(values))
				return -1
			}
			return values[0].number(t)
		}
		counts := praxisv1.ActionCounts{}
		for state, into := range map[string]*int32{
			"open": &counts.Open, "submitted": &counts.Submitted, "accepted": &counts.Accepted,
			"missed": &counts.Missed, "carriedOver": &counts.CarriedOver, "dropped": &counts.Dropped,
		} {
			*into = int32(one(strings.Replace("praxis_actions"+of, "}", fmt.Sprintf(",state=%q}", state), 1)))
		}
		told := praxisv1.Delivery{
			ProgressPercent: int32(one("praxis_utility_progress_percent" + of)), ExpectedPercent: int32(one("praxis_utility_expected_percent" + of)),
			Deviation: int32(one("praxis_utility_deviation_points" + of)),
		}
		if told != b.Delivery || told != *u.Status.Delivery || told != c.Status.Delivery {
			t.Errorf("%s: metrics say %+v, the plugin %+v, the Utility %+v, the week %+v", b.Utility, told, b.Delivery, *u.Status.Delivery, c.Status.Delivery)
		}
		if counts != b.Counts || counts != *c.Status.Counts {
			t.Errorf("%s: metrics say %+v, the plugin %+v, the week %+v", b.Utility, counts, b.Counts, *c.Status.Counts)
		}
		holds := meta.FindStatusCondition(u.Status.Conditions, praxisv1.ConditionCovered).Status
		if told := one(strings.Replace("praxis_utility_covered"+of, "}", fmt.Sprintf(",status=%q}", strings.ToLower(string(holds))), 1)); told != 1 {
			t.Errorf("%s: the Utility says Covered=%s, and metrics do not", b.Utility, holds)
		}
		if covered := int32(one("praxis_utility_coverage_percent" + of)); covered != u.Status.Coverage.Percent {
			t.Errorf("%s: metrics say that %d %% is covered, the Utility %d", b.Utility, covered, u.Status.Coverage.Percent)
		}
		if waits := one("praxis_evidence_oldest_pending_seconds"+of) > 0; waits != (b.Counts.Submitted > 0) {
			t.Errorf("%s: %d Actions wait for a verdict, and metrics say that some do: %t", b.Utility, b.Counts.Submitted, waits)
		}
		worked = worked || counts.Accepted > 0 && counts.Submitted > 0 && counts.Missed > 0 && told.Deviation < 0
	}
	if !worked {
		t.Error("nobody had work of every kind, so little was compared")
	}
}

// decideWrongly adds a decision without effect to the overdue Review. From then on the Review
// reports that first, and it is still overdue.
func (s *scene) decideWrongly(t *testing.T) {
	t.Helper()
	key := client.ObjectKey{Namespace: team, Name: goal + "-2026-w48-midweek"}
	eventually(t, "a decision without effect is noted", func() (bool, error) {
		var r praxisv1.Review
		if err := s.admin.Get(s.ctx, key, &r); err != nil {
			return false, err
		}
		if len(r.Spec.Decisions) == 0 {
			r.Spec.Decisions = []praxisv1.ActionDecision{{Action: goal + "-2026-w48.nothing", Decision: praxisv1.DecideDrop, Reason: "it is not there"}}
			return false, s.users["mira"].Update(s.ctx, &r)
		}
		c := meta.FindStatusCondition(r.Status.Conditions, praxisv1.ConditionComplete)
		return c != nil && c.Reason == praxisv1.ReasonUndecidedGaps, nil
	})
}

// sameReviews compares what three places call overdue of what Mira has to sign.
func (s *scene) sameReviews(t *testing.T) {
	t.Setenv("KUBECONFIG", s.kubeconfig)
	var out, complaint bytes.Buffer
	if code := cli.Main("kubectl-praxis", []string{"mine", "-n", team, "--as", "mira@example.com", "-o", "json"}, strings.NewReader(""), &out, &complaint); code != 0 {
		t.Fatal(complaint.String())
	}
	var mine struct{ Items []view.Duty }
	must(t, json.Unmarshal(out.Bytes(), &mine))
	late := 0
	for _, d := range mine.Items {
		if d.Verb == view.VerbSign && d.When == view.Overdue {
			late++
		}
	}
	if late != 1 {
		t.Errorf("the plugin says that Mira has %d Reviews overdue", late)
	}
	s.sees(t, fmt.Sprintf("praxis_reviews_overdue{namespace=%q,utility=%q}", team, goal), float64(late))
	var u praxisv1.Utility
	must(t, s.admin.Get(s.ctx, client.ObjectKey{Namespace: team, Name: goal}, &u))
	if !strings.Contains(strings.ToLower(u.Status.Summary), "overdue") {
		t.Errorf("the status says %q", u.Status.Summary)
	}
}

// scrapesAreFree counts, in a time in which nothing happens but scrapes.
func (s *scene) scrapesAreFree(t *testing.T) {
	began := time.Now()
	time.Sleep(5 * time.Second)
	for _, r := range s.requests(t, began) {
		if r.ObjectRef.Resource != "leases" && r.Verb != "watch" {
			t.Errorf("the operator asked the API server: %s %s", r.Verb, r.ObjectRef.Resource)
		}
	}
	if n := len(s.query(t, `up{job="praxis-operator-metrics"} == 1`)); n != 1 {
		t.Error("it was not read")
	}
}

// weakenedPolicy edits a policy so that it refuses nothing, and checks that this is reported.
func (s *scene) weakenedPolicy(t *testing.T) {
	const differs = `praxis_admission_policy_differs{policy="praxis-names"}`
	s.sees(t, `sum(praxis_admission_policy_differs)`, 0)
	binding := &admissionv1.ValidatingAdmissionPolicyBinding{}
	must(t, s.admin.Get(s.ctx, client.ObjectKey{Name: "praxis-names"}, binding))
	before := binding.Spec.ValidationActions
	binding.Spec.ValidationActions = []admissionv1.ValidationAction{admissionv1.Audit}
	must(t, s.admin.Update(s.ctx, binding))
	s.sees(t, differs, 1)
	eventually(t, "the log and an event say so", func() (bool, error) {
		told, err := s.events(t, "PolicyDiffers")
		return told["praxis-names"] && s.said(t, "admission policies were edited or are of another release"), err
	})
	binding.Spec.ValidationActions = before
	must(t, s.admin.Update(s.ctx, binding))
	s.sees(t, differs, 0)
}

func (s *scene) missingPolicy(t *testing.T) {
	of := func(policy string) string { return fmt.Sprintf(`praxis_admission_policy_missing{policy=%q}`, policy) }
	missing := []string{"praxis-stamp-evidence", "praxis-evidence"}
	for _, policy := range missing {
		s.sees(t, of(policy), 0)
	}
	s.sees(t, `sum(praxis_admission_policy_missing)`, 0)
	began := time.Now()
	for _, policy := range missing {
		for _, o := range policyObjects(t, policy) {
			if strings.HasSuffix(o.GetKind(), "Binding") {
				must(t, s.admin.Delete(s.ctx, o))
			}
		}
	}
	for _, policy := range missing {
		s.sees(t, of(policy), 1)
	}
	t.Logf("Prometheus saw it %s after the bindings were deleted", time.Since(began).Round(10*time.Millisecond))
	eventually(t, "the log and an event say so", func() (bool, error) {
		told, err := s.events(t, "PolicyMissing")
		return told["praxis-stamp-evidence"] && told["praxis-evidence"] && s.said(t, "admission policies are not installed or not bound"), err
	})
	s.unstamped(t)
	for _, policy := range missing {
		for _, o := range policyObjects(t, policy) {
			if strings.HasSuffix(o.GetKind(), "Binding") {
				must(t, s.admin.Create(s.ctx, o))
			}
		}
	}
	s.sees(t, `sum(praxis_admission_policy_missing)`, 0)
	eventually(t, "the log says that all are back", func() (bool, error) { return s.said(t, "all admission policies are installed"), nil })
}

// unstamped hands in a piece without a name, has it accepted, and checks that it does not
// count.
func (s *scene) unstamped(t *testing.T) {
	t.Helper()
	var actions praxisv1.ActionList
	must(t, s.admin.List(s.ctx, &actions, client.InNamespace(team)))
	var open *praxisv1.Action
	for i := range actions.Items {
		if a := &actions.Items[i]; a.Status.Accepted+a.Status.Pending == 0 && len(a.Spec.Evidence) == 0 && a.Spec.User != "mira@example.com" {
			open = a
		}
	}
	if open == nil {
		t.Fatal("there is no Action that is still open")
	}
	e := &praxisv1.Evidence{}
	eventually(t, "a piece is taken without a name", func() (bool, error) {
		*e = praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: team, GenerateName: "unstamped-"}, Spec: praxisv1.EvidenceSpec{
			ActionRef: &praxisv1.LocalReference{Name: open.Name}, Quantity: 1,
		}}
		err := s.users["jonas"].Create(s.ctx, e)
		return e.Spec.SubmittedBy == "", err
	})
	s.accept(t, e.Name)
	eventually(t, "it is looked at", func() (bool, error) {
		err := s.admin.Get(s.ctx, client.ObjectKeyFromObject(e), e)
		c := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
		return c != nil && c.Status == metav1.ConditionFalse, err
	})
	t.Log(meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted).Message)
	time.Sleep(time.Second)
	must(t, s.admin.Get(s.ctx, client.ObjectKeyFromObject(open), open))
	if open.Status.Accepted != 0 {
		t.Errorf("%s has %d accepted", open.Name, open.Status.Accepted)
	}
}
