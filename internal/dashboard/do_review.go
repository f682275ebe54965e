// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// fillIn saves a Review, and signs it where that was asked for.
func (v *visit) fillIn() (*page, error) {
	form := v.r.PostForm
	r := &praxisv1.Review{}
	if err := v.Get(v.ctx(), client.ObjectKey{Namespace: form.Get("namespace"), Name: form.Get("name")}, r); err != nil {
		return nil, err
	}
	before := r.DeepCopy()
	sign := form.Get("do") == "sign"
	problem := v.fill(r, form)
	stale := form.Get("was") != specDigest(before) && (sign || v.changes(before, r))
	switch {
	case before.Spec.SignOff != nil && before.Spec.SignOff.By == v.me.User && sign:
		return after(reviewPath(r), "signed", r.Name), nil // the form came twice
	case before.Spec.SignOff != nil:
		problem = v.t("%s has signed it meanwhile, and it no longer changes.", before.Spec.SignOff.By)
	case problem != "":
	case sign && strings.TrimSpace(r.Spec.Conclusion) == "":
		problem = v.t("A Review is signed with a conclusion. Write one.")
	case sign && v.unseen(before):
		problem = v.t("The goal has changed since its page was made, and nothing was signed. Look at it once more.")
	case stale && form.Get("over") != specDigest(before):
		problem = v.t("Somebody else has filled it in since the page was made. Nothing was saved; it stands below, beside what you wrote.")
	}
	if problem != "" {
		return v.reviewAgain(before, r, problem)
	}
	if sign {
		r.Spec.SignOff = &praxisv1.SignOff{}
	}
	act.WriteNames(before, r, v.me.User)
	if !equality.Semantic.DeepEqual(before.Spec, r.Spec) {
		err := act.SaveReview(v.ctx(), v.Client, before, r)
		switch {
		case apierrors.IsForbidden(err), apierrors.IsInvalid(err), err != nil && !isStatus(err):
			r.Spec.SignOff = before.Spec.SignOff
			return v.reviewAgain(before, r, err.Error())
		case err != nil:
			return nil, err
		}
	}
	v.settleReview(r)
	did := "saved"
	if sign {
		did = "signed"
	}
	return after(reviewPath(r), did, r.Name), nil
}

// unseen reports whether the goal of a Calibration is not the one that its page was made from.
func (v *visit) unseen(r *praxisv1.Review) bool {
	u := &praxisv1.Utility{}
	err := v.Get(v.ctx(), client.ObjectKey{Namespace: r.Namespace, Name: r.Spec.UtilityRef.Name}, u)
	return err == nil && otherPage(r, u)
}

// changes reports whether somebody wrote something else than what is saved.
func (v *visit) changes(before, r *praxisv1.Review) bool {
	r = r.DeepCopy()
	act.WriteNames(before, r, v.me.User)
	return !equality.Semantic.DeepEqual(before.Spec, r.Spec)
}

func isStatus(err error) bool {
	_, is := errors.AsType[*apierrors.StatusError](err)
	return is
}

func reviewPath(r *praxisv1.Review) string {
	return href(view.Ref{Kind: "Review", Namespace: r.Namespace, Name: r.Name})
}

// specDigest tells whether people have changed a Review since a page was made. What the operator
// writes, such as a new agenda, is no change.
func specDigest(r *praxisv1.Review) string { return strconv.FormatInt(r.Generation, 10) }

// fill takes over conclusion and decisions, and says what is wrong with them.
func (v *visit) fill(r *praxisv1.Review, form url.Values) (problem string) {
	r.Spec.Conclusion = strings.ReplaceAll(strings.TrimSpace(form.Get("conclusion")), "\r\n", "\n")
	zone := form.Get("zone")
	for i := 0; i < len(form["action"]) && i < 500; i++ {
		at := strconv.Itoa(i)
		action, decision := form["action"][i], praxisv1.ReviewDecision(form.Get("decision."+at))
		if decision == "" {
			r.Spec.Decisions = without(r.Spec.Decisions, action)
			continue
		}
		d := praxisv1.ActionDecision{
			Action: action, Decision: decision,
			Reason: text.Clip(cmp.Or(strings.TrimSpace(form.Get("reason."+at)), r.Spec.Conclusion), act.MaxReason),
		}
		switch decision {
		case praxisv1.DecideReassign:
			if d.Member = form.Get("member." + at); d.Member == "" {
				problem = cmp.Or(problem, v.t("Say who takes over %s.", text.ActionName(action)))
			}
		case praxisv1.DecideReschedule:
			due, err := dueOf(form.Get("due."+at), zone)
			if err != nil {
				problem = cmp.Or(problem, v.t("Say until when %s is put off.", text.ActionName(action)))
			} else {
				d.DueAt = new(metav1.NewTime(due.UTC()))
				if was := dueAt(r, action); was != nil && was.Truncate(time.Minute).Equal(due) {
					d.DueAt = was // a form knows no seconds
				}
			}
		}
		if d.Reason == "" {
			problem = cmp.Or(problem, v.t("Say why, for %s or in the conclusion.", text.ActionName(action)))
		}
		act.Set(r, d)
	}
	return problem
}

// dueAt is until when a Review has put off an Action, or nil.
func dueAt(r *praxisv1.Review, action string) *metav1.Time {
	for _, d := range r.Spec.Decisions {
		if d.Action == action {
			return d.DueAt
		}
	}
	return nil
}

func without(all []praxisv1.ActionDecision, action string) []praxisv1.ActionDecision {
	var kept []praxisv1.ActionDecision
	for _, d := range all {
		if d.Action != action {
			kept = append(kept, d)
		}
	}
	return kept
}

// reviewAgain shows a Review with what somebody wrote and what is wrong with it. What others have
// saved since the page was made stands beside it, and is kept until somebody says that they have
// seen it.
func (v *visit) reviewAgain(before, r *praxisv1.Review, problem string) (*page, error) {
	shown, was := r.DeepCopy(), v.r.PostForm.Get("was")
	shown.Spec.SignOff = before.Spec.SignOff
	if before.Spec.SignOff != nil {
		shown.Spec = before.Spec // what is signed says nothing else
	}
	p, err := v.reviewPage(shown)
	if err != nil {
		return nil, err
	}
	p.Error, p.Was = problem, was
	switch {
	case before.Spec.SignOff != nil:
		p.Yours = r.Spec.Conclusion
	case was != specDigest(before):
		p.Theirs, p.Over = before, specDigest(before)
	}
	return &page{Name: "review", Title: r.Name, Nav: "/map", Status: http.StatusUnprocessableEntity, Still: true, Data: p, JSON: map[string]string{"error": problem}}, nil
}

// settleReview waits briefly until a Review can be read as it was written, and the operator has
// looked at it.
func (v *visit) settleReview(written *praxisv1.Review) {
	v.until(func(ctx context.Context) bool {
		now := &praxisv1.Review{}
		err := v.Get(ctx, client.ObjectKeyFromObject(written), now)
		return err == nil && equality.Semantic.DeepEqual(now.Spec.Decisions, written.Spec.Decisions) && now.Spec.Conclusion == written.Spec.Conclusion && (now.Spec.SignOff == nil) == (written.Spec.SignOff == nil)
	})
}

// handOver gives work, or a part of it, to another member.
func (v *visit) handOver() (*page, error) {
	form := v.r.PostForm
	f := &handOverForm{Namespace: form.Get("namespace"), Action: form.Get("action"), To: form.Get("to"), Because: strings.TrimSpace(form.Get("because")), Back: form.Get("back")}
	if !identity.Local(f.Back) {
		f.Back = "/map"
	}
	a := &praxisv1.Action{}
	if err := v.Get(v.ctx(), client.ObjectKey{Namespace: f.Namespace, Name: f.Action}, a); err != nil {
		return nil, err
	}
	team, err := act.TeamOf(v.ctx(), v.Client, a)
	if err != nil {
		return nil, err
	}
	f.Members, f.Called = text.NamesOf(team.Spec.Members, func(m *praxisv1.Member) string { return m.Name }), view.Called(a)
	f.Open, f.Seen = plan.Open(a), len(a.Spec.Amendments)
	seen, isKnown := number(form.Get("seen"))
	quantity, isNumber := number(cmp.Or(form.Get("quantity"), strconv.Itoa(int(f.Open))))
	f.Quantity = quantity
	changed := v.t("It was changed since the page was made: it is %s's now, and %d of it are open. Nothing was done; look at it once more.", plan.Holder(a), f.Open)
	switch {
	case f.did(a, int(seen), v.me.User):
		return after(f.Back, "handed", f.Called), nil // the form came twice
	case !isKnown || int(seen) != f.Seen:
		return v.handOverAgain(f, changed), nil
	case !isNumber || f.Quantity < 1 && f.Open > 0:
		return v.handOverAgain(f, v.t("Say how many go to the other, as a number.")), nil
	case f.Quantity > f.Open:
		return v.handOverAgain(f, v.t("Only %d of it are open; what is in stays with whoever did it. Nothing was done.", f.Open)), nil
	case f.To == "" || f.Because == "":
		return v.handOverAgain(f, v.t("Say who takes it over, and why.")), nil
	}
	h := act.HandOver{To: f.To, Because: f.Because, Me: v.me.User, Seen: new(int(seen))}
	if f.Quantity < f.Open {
		_, err = h.Part(v.ctx(), v.Client, f.Namespace, f.Action, f.Quantity, v.now)
	} else {
		_, err = h.Whole(v.ctx(), v.Client, f.Namespace, f.Action, v.now)
	}
	switch {
	case errors.Is(err, act.ErrAmended):
		return v.handOverAgain(f, changed), nil
	case apierrors.IsForbidden(err), apierrors.IsInvalid(err), err != nil && !isStatus(err):
		return v.handOverAgain(f, err.Error()), nil
	case err != nil:
		return nil, err
	}
	v.until(func(ctx context.Context) bool {
		now := &praxisv1.Action{}
		err := v.Get(ctx, client.ObjectKeyFromObject(a), now)
		return err == nil && len(now.Spec.Amendments) > len(a.Spec.Amendments)
	})
	return after(f.Back, "handed", f.Called), nil
}

// did reports whether a form has done already what it asks for.
func (f *handOverForm) did(a *praxisv1.Action, seen int, me string) bool {
	if seen < 0 || len(a.Spec.Amendments) != seen+1 {
		return false
	}
	last := a.Spec.Amendments[seen]
	if last.By != me || last.Reason != f.Because {
		return false
	}
	return last.Split == nil && a.Spec.Member == f.To || last.Split != nil && last.Split.Member == f.To
}

// number reads one of a form.
func number(given string) (int32, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(given), 10, 32)
	return int32(n), err == nil
}

func (v *visit) handOverAgain(f *handOverForm, problem string) *page {
	f.Error = problem
	return &page{Name: "handover", Title: v.t("Hand over"), Nav: "/map", Status: http.StatusUnprocessableEntity, Still: true, Data: f, JSON: map[string]string{"error": problem}}
}
