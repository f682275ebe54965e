// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
	"github.com/praxis-dev/praxis/test/paid"
)

// pay is what the ledger keeps of the policy.
type pay struct {
	policy *praxisv1.IncentivePolicySpec
	// adjusted is what was added to Bob's statement of the first quarter, in cents.
	adjusted int64
	// takenBack is the job whose work was rejected after its week had closed, and how much of it.
	takenBack map[string]int64
	// left are those who are in no Team any more.
	left map[string]bool
}

// paying lets the policy pay from the first week on.
func (p *play) paying() {
	p.Helper()
	path := filepath.Join("testdata", "policy.yaml")
	text, err := os.ReadFile(path)
	p.must(err)
	var policy praxisv1.IncentivePolicy
	p.must(yaml.Unmarshal(text, &policy))
	p.ledger.pay = &pay{policy: &policy.Spec, takenBack: map[string]int64{}, left: map[string]bool{}}
	for user, role := range map[string]string{"ada": "praxis-incentives-approver", "cyd": "praxis-incentives-approver", "eve": "praxis-incentives-approver"} {
		p.must(controlplane.Grant(p.ctx, p.admin, namespace, user+"-pay", user, role, "patch", "incentivestatements"))
	}
	p.sync(path)
}

// life are the quarters so far, as the ledger knows them.
func (l *ledger) life() *paid.Life {
	life := &paid.Life{Spec: l.pay.policy}
	for _, w := range l.weeks {
		name := l.quarter(w)
		if n := len(life.Quarters); n == 0 || life.Quarters[n-1].Name != name {
			life.Quarters = append(life.Quarters, &paid.Quarter{Name: name, Left: map[string]bool{}})
		}
		q := life.Quarters[len(life.Quarters)-1]
		if w.closed {
			q.Weeks = append(q.Weeks, l.pay.week(w))
			q.Closed = l.lastOfQuarter(w)
		}
	}
	for user := range l.pay.left {
		life.Quarters[len(life.Quarters)-1].Left[user] = true
	}
	return life
}

// week is one that has closed.
func (pay *pay) week(w *week) *paid.Week {
	out := &paid.Week{Name: strings.ToUpper(w.name), Plan: map[string]praxisv1.PlannedKeyAction{}, Decided: map[string]praxisv1.ReviewDecision{}, TakenBack: pay.takenBack}
	for _, ka := range w.plan {
		out.Plan[ka.name] = praxisv1.PlannedKeyAction{Name: ka.name, Weight: int32(ka.weight), Parts: 1, OnMiss: praxisv1.MissPolicy(ka.onMiss), MaxCarries: 2}
	}
	for _, j := range w.jobs {
		a := praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Name: j.name}, Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: j.ka}, User: j.member, Tier: praxisv1.Tier(j.tier), Target: int32(j.target),
			Share: int32(j.share), Contribution: int64(j.contribution), Carries: int32(j.carries), Dropped: j.dropped,
		}}
		a.Status.Accepted = int32(j.accepted)
		out.Actions = append(out.Actions, a)
		if d := w.decided[j.name]; w.signed && d != "" {
			out.Decided[j.name] = praxisv1.ReviewDecision(d)
		}
	}
	return out
}

// paid compares all statements with what the ledger says that work is worth.
func (d *differences) paid(l *ledger, statements []praxisv1.IncentiveStatement) {
	if l.pay == nil {
		return // nobody is paid in this play
	}
	life := l.life()
	for n, q := range life.Quarters {
		want := life.Statements(n)
		for _, user := range cast {
			if want[user] == nil {
				want[user] = &paid.Statement{}
			}
			if n == 0 && user == "bob" && l.pay.adjusted != 0 {
				want[user].Add(praxisv1.LineAdjusted, "", "", "", 0, 0, l.pay.adjusted)
			}
			got := &paid.Statement{}
			if s := statementOf(statements, user, q.Name); s != nil {
				for _, line := range s.Status.Lines {
					if line.Kind != praxisv1.LineCounted {
						got.Add(line.Kind, line.Of, line.Rule, string(line.Week), line.Acc, line.Due, cents(line.Amount))
					}
				}
				d.want(q.Name+" total of "+user, cents(s.Status.Total), want[user].Total)
				d.want(q.Name+" Computed of "+user, reason(s.Status.Conditions, "Computed"), map[bool]string{true: "QuarterClosed", false: "Accruing"}[q.Closed])
			}
			d.want(q.Name+" of "+user, strings.Join(got.Lines, ", "), strings.Join(want[user].Lines, ", "))
		}
	}
}

// cents reads an amount in euros.
func cents(amount string) int64 {
	n, err := strconv.ParseInt(strings.Replace(amount, ".", "", 1), 10, 64)
	if err != nil && amount != "" {
		return -1
	}
	return n
}

func statementOf(statements []praxisv1.IncentiveStatement, user, quarter string) *praxisv1.IncentiveStatement {
	i := slices.IndexFunc(statements, func(s praxisv1.IncentiveStatement) bool {
		return s.Spec.User == user && s.Spec.Quarter == quarter
	})
	if i < 0 {
		return nil
	}
	return &statements[i]
}

func (p *play) statements(ctx context.Context) []praxisv1.IncentiveStatement {
	var list praxisv1.IncentiveStatementList
	p.must(p.admin.List(ctx, &list, client.InNamespace(namespace)))
	return list.Items
}

// says patches a statement as somebody, as soon as that is allowed.
func (p *play) says(by string, s *praxisv1.IncentiveStatement, patch string) {
	p.Helper()
	var refused error
	err := wait.PollUntilContextTimeout(p.ctx, 50*time.Millisecond, 15*time.Second, true, func(ctx context.Context) (bool, error) {
		refused = p.users[by].Patch(ctx, &praxisv1.IncentiveStatement{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: s.Name}}, client.RawPatch(types.MergePatchType, []byte(patch)))
		return refused == nil, nil
	})
	if err != nil {
		p.Fatalf("%s says %s to the statement of %s: %v", by, patch, s.Spec.User, refused)
	}
}

// grantOwn lets somebody read and dispute the own statement, by its name.
func (p *play) grantOwn(user string, s *praxisv1.IncentiveStatement) {
	p.Helper()
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "own-" + s.Name}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{praxisv1.GroupVersion.Group}, Resources: []string{"incentivestatements"}, ResourceNames: []string{s.Name}, Verbs: []string{"get", "patch"},
	}}}
	p.must(p.admin.Create(p.ctx, role))
	p.must(p.admin.Create(p.ctx, controlplane.RoleBinding(namespace, role.Name, user, "Role", role.Name)))
}

// quarterEnds is what people say to the statements of the quarter that ended the week before, and
// what happens to its work after they are final.
func quarterEnds(p *play, monday time.Time) {
	var quarter string
	mine := func(user string) *praxisv1.IncentiveStatement {
		return statementOf(p.statements(p.ctx), user, quarter)
	}
	p.on(monday, "Mon 12:00", "Bob disputes his statement", func() {
		quarter = p.ledger.quarter(p.ledger.weeks[len(p.ledger.weeks)-2])
		p.grantOwn("bob", mine("bob"))
		p.says("bob", mine("bob"), `{"spec": {"dispute": {"reason": "One call is missing"}}}`)
	})
	p.on(monday, "Tue 12:00", "Ada answers him", func() {
		p.says("ada", mine("bob"), `{"spec": {"resolution": {"note": "It counts", "adjust": "12.34"}}}`)
		p.ledger.pay.adjusted = 1234
	})
	p.on(monday, "Thu 04:00", "two others approve each statement", func() {
		for _, user := range cast {
			s := mine(user)
			if s == nil {
				continue
			}
			given := ""
			for _, approver := range slices.DeleteFunc([]string{"ada", "cyd", "eve"}, func(a string) bool { return a == user })[:2] {
				given += fmt.Sprintf(`{"by": %q},`, approver)
				p.says(approver, s, `{"spec": {"approvals": [`+strings.TrimSuffix(given, ",")+`]}}`)
			}
		}
	})
	p.on(monday, "Sat 21:00", "a verdict is taken back after its week was paid", p.takesBack)
	p.on(monday, "Sat 21:30", "Dan leaves", func() {
		edit(p, "desk", func(t *praxisv1.Team) {
			t.Spec.Members = slices.DeleteFunc(t.Spec.Members, func(m praxisv1.Member) bool { return m.Name == "dan" })
		})
		p.ledger.pay.left["dan"] = true
	})
	p.on(monday, "Sun 12:00", "what is paid is compared", func() {
		p.settledAccounts()
		for _, s := range p.statements(p.ctx) {
			if s.Spec.Quarter == quarter && reason(s.Status.Conditions, "Payable") != "Final" {
				p.Errorf("the statement of %s is %s", s.Spec.User, reason(s.Status.Conditions, "Payable"))
			}
		}
		p.tellsNoAmount()
	})
}

// tellsNoAmount holds what the operator logged, and the events that everybody of the namespace may
// read, to naming no total of anybody.
func (p *play) tellsNoAmount() {
	p.Helper()
	var events eventsv1.EventList
	p.must(p.admin.List(p.ctx, &events, client.InNamespace(namespace)))
	said := map[string]string{"the log": p.operator.said()}
	for _, e := range events.Items {
		said["the event "+e.Name] = e.Note
	}
	totals := 0
	for _, s := range p.statements(p.ctx) {
		if len(s.Status.Total) < len("100.00") {
			continue // few digits that anything may have
		}
		totals++
		for where, text := range said {
			if strings.Contains(text, s.Status.Total) {
				p.Errorf("%s tells %s of %s", where, s.Status.Total, s.Spec.User)
			}
		}
	}
	if totals == 0 || len(events.Items) == 0 {
		p.Errorf("nothing could be told: %d totals and %d events", totals, len(events.Items))
	}
}

// takesBack rejects a piece of key work of the week before, as it can be done only while the policy
// that forbids it is away.
func (p *play) takesBack() {
	w := p.ledger.weeks[len(p.ledger.weeks)-2]
	i := slices.IndexFunc(w.jobs, func(j *job) bool { return j.tier == "Key" && j.accepted > 0 && j.member != "dan" && len(j.pieces) > 0 })
	if i < 0 {
		p.Fatalf("no key work of %s was accepted", w.name)
	}
	j := w.jobs[i]
	made := j.pieces[slices.IndexFunc(j.pieces, func(made *piece) bool { return made.state == "accepted" })]
	binding := &admissionv1.ValidatingAdmissionPolicyBinding{}
	p.must(p.admin.Get(p.ctx, client.ObjectKey{Name: "praxis-closed-verdicts"}, binding))
	p.must(p.admin.Delete(p.ctx, binding))
	var refused error
	p.must(wait.PollUntilContextTimeout(p.ctx, 50*time.Millisecond, 15*time.Second, true, func(context.Context) (bool, error) {
		refused = p.verdict("ada", made.name, praxisv1.DecisionRejected)
		return refused == nil, nil
	}))
	p.ledger.pay.takenBack[j.name] = int64(min(made.n, j.accepted))
	p.must(p.admin.Create(p.ctx, &admissionv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: binding.Name}, Spec: binding.Spec}))
}

// settledAccounts waits until statements are those of the ledger.
func (p *play) settledAccounts() {
	p.Helper()
	p.checks++
	var d differences
	_ = wait.PollUntilContextTimeout(p.ctx, 50*time.Millisecond, p.clock.Wait(p.clock.Now().Add(18*time.Hour)), true, func(context.Context) (bool, error) {
		d = nil
		d.paid(p.ledger, p.statements(p.ctx))
		return len(d) == 0, nil
	})
	if len(d) > 0 {
		p.Fatalf("what is paid:\n%s", strings.Join(d, "\n"))
	}
}
