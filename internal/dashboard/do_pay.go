// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"regexp"
	"strings"
	"unicode"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
)

var validAdjust = regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,3})?$`)

// sayToStatement is what somebody says to a statement: disputes it, answers or approves.
func (v *visit) sayToStatement() (*page, error) {
	form := v.r.PostForm
	s := &praxisv1.IncentiveStatement{}
	if err := v.Get(v.ctx(), client.ObjectKey{Namespace: form.Get("namespace"), Name: form.Get("name")}, s); err != nil {
		return nil, err
	}
	c := v.statementCard(s)
	text := func(name string) string { return strings.ReplaceAll(strings.TrimSpace(form.Get(name)), "\r\n", "\n") }
	c.Reason, c.Note, c.Adjust = text("reason"), text("note"), text("adjust")
	did, say := v.saying(&c, form.Get("do"))
	switch {
	case did == "":
		return nil, &pageError{http.StatusBadRequest, v.t("Dispute it, answer or approve; nothing was done.")}
	case v.said(s, form.Get("do"), &c):
		return after("/pay", did, s.Spec.Quarter), nil // the form came twice
	case form.Get("version") != s.ResourceVersion:
		return v.payAgain(c, v.t("It has changed since the page was made. Look at it once more; nothing was done.")), nil
	}
	if problem := v.sayProblem(&c, form.Get("do")); problem != "" {
		return v.payAgain(c, problem), nil
	}
	err := act.SayOf(v.ctx(), v.Client, s.DeepCopy(), say)
	switch {
	case apierrors.IsConflict(err):
		return v.payAgain(c, v.t("It has changed since the page was made. Look at it once more; nothing was done.")), nil
	case apierrors.IsForbidden(err), apierrors.IsInvalid(err):
		return v.payAgain(c, err.Error()), nil
	case err != nil:
		return nil, err
	}
	return after("/pay", did, s.Spec.Quarter), nil
}

// saying is what is written, and what the page then says was done.
func (v *visit) saying(c *statementCard, do string) (did string, say func(*praxisv1.IncentiveStatementSpec)) {
	switch me := v.me.User; do {
	case "dispute":
		return "disputed", func(s *praxisv1.IncentiveStatementSpec) { s.Dispute = &praxisv1.Dispute{Reason: c.Reason, By: me} }
	case "answer":
		return "answered", func(s *praxisv1.IncentiveStatementSpec) {
			s.Resolution = &praxisv1.Resolution{Note: c.Note, Adjust: c.Adjust, By: me}
		}
	case "approve":
		return "approved", func(s *praxisv1.IncentiveStatementSpec) {
			s.Approvals = append(s.Approvals, praxisv1.Approval{By: me, Note: c.Note})
		}
	}
	return "", nil
}

// said reports whether the same was said before, by the same person.
func (v *visit) said(s *praxisv1.IncentiveStatement, do string, c *statementCard) bool {
	switch do {
	case "dispute":
		return s.Spec.Dispute != nil && *s.Spec.Dispute == praxisv1.Dispute{Reason: c.Reason, By: v.me.User}
	case "answer":
		return s.Spec.Resolution != nil && *s.Spec.Resolution == praxisv1.Resolution{Note: c.Note, Adjust: c.Adjust, By: v.me.User}
	}
	for _, a := range s.Spec.Approvals {
		if a.By == v.me.User {
			return true
		}
	}
	return false
}

// sayProblem says what is wrong before it is written, or nothing.
func (v *visit) sayProblem(c *statementCard, do string) string {
	words := func(text string) bool { return strings.ContainsFunc(text, unicode.IsLetter) }
	switch {
	case do == "dispute" && !words(c.Reason):
		return v.t("Say what is wrong, in words.")
	case do == "answer" && !words(c.Note):
		return v.t("Say what was found, in words.")
	case do == "answer" && c.Adjust != "" && !validAdjust.MatchString(c.Adjust):
		return v.t("%q is no amount. Write it like 25 or -12.50, or leave it empty.", c.Adjust)
	case len([]rune(c.Reason)) > 1000, do == "answer" && len([]rune(c.Note)) > 1000:
		return v.t("That has more than 1,000 characters, which are the most.")
	case do == "approve" && len([]rune(c.Note)) > 500:
		return v.t("That has more than 500 characters, which are the most.")
	}
	return ""
}

// payAgain shows the statement as it is now, with what was written.
func (v *visit) payAgain(c statementCard, problem string) *page {
	c.Error = problem
	return &page{Name: "statement", Title: v.t("Pay"), Nav: "/", Status: http.StatusUnprocessableEntity, Still: true, Data: c, JSON: map[string]string{"error": problem}}
}
