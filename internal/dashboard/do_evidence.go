// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

// submitForm hands in work.
type submitForm struct {
	*view.Work
	Fields   []askedField
	Quantity int32
	Summary  string
	// Seen is how many pieces there were when the form was made.
	Seen  string
	Error string
	// Back is what came back last, with the reason.
	Back *view.Piece
}

// askedField is an artifact that the work asks for.
type askedField struct {
	Name, Type, URI, Digest string
	Required                bool
}

// anyLink is the name of a link that nobody asked for.
const anyLink = "link"

// newSubmitForm is an empty form for an Action; nil for none.
func newSubmitForm(w *view.Work) *submitForm {
	if w == nil {
		return nil
	}
	f := &submitForm{Work: w, Quantity: max(w.Target-w.Accepted-w.Pending, 1), Seen: strconv.Itoa(len(w.Evidence))}
	for _, a := range w.Asked {
		f.Fields = append(f.Fields, askedField{Name: a.Name, Type: string(a.Type), Required: a.Required})
	}
	if len(f.Fields) == 0 {
		f.Fields = append(f.Fields, askedField{Name: anyLink, Type: string(praxisv1.EvidenceLink)})
	}
	for i := range w.Evidence {
		if p := &w.Evidence[i]; p.Troubled() && f.Back == nil {
			f.Back = p
		}
	}
	return f
}

// Open is how many are not handed in.
func (f *submitForm) Open() int32 { return max(f.Target-f.Accepted-f.Pending, 1) }

func (v *visit) submit() (*page, error) {
	form := v.r.PostForm
	key := client.ObjectKey{Namespace: form.Get("namespace"), Name: form.Get("action")}
	a := &praxisv1.Action{}
	if err := v.Get(v.ctx(), key, a); err != nil {
		return nil, err
	}
	objects, err := gather.Around(v.ctx(), v.Client, a.Namespace, nil, a)
	if err != nil {
		return nil, err
	}
	f := newSubmitForm(objects.Work(view.Ref{Kind: "Action", Namespace: a.Namespace, Name: a.Name}))
	f.fill(form.Get)
	e := f.piece(v.me.User)
	if problem := v.submitProblem(&objects, a, f, e); problem != "" {
		return v.submitAgain(f, problem), nil
	}
	err = v.Create(v.ctx(), e)
	switch {
	case apierrors.IsAlreadyExists(err) && v.isMine(e):
		return after("/", "twice", view.Called(a)), nil
	case apierrors.IsInvalid(err), apierrors.IsForbidden(err):
		return v.submitAgain(f, err.Error()), nil
	case err != nil:
		return nil, err
	}
	v.settle(e, func(e *praxisv1.Evidence) bool { return len(e.Status.Conditions) > 0 })
	return after("/", "submitted", view.Called(a)), nil
}

// fill takes over what somebody wrote, so that it is not lost where something is wrong with it.
func (f *submitForm) fill(get func(string) string) {
	for i := range f.Fields {
		field := &f.Fields[i]
		field.URI, field.Digest = strings.TrimSpace(get("artifact."+field.Name)), strings.TrimSpace(get("digest."+field.Name))
	}
	f.Summary = strings.ReplaceAll(strings.TrimSpace(get("summary")), "\r\n", "\n")
	if given := get("quantity"); given != "" {
		f.Quantity, _ = number(given) // 0 is said to be wrong
	}
	if given := get("seen"); given != "" {
		f.Seen = given
	}
}

var (
	validURI  = regexp.MustCompile(`^(https?|git|oci|mailto):[^ ]+$`)
	validHash = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// piece is what is handed in. Its name comes from what the form holds, so that a form sent twice
// makes it once, and two that differ make two.
func (f *submitForm) piece(me string) *praxisv1.Evidence {
	step := f.Called
	if parts := strings.Split(f.Called, "."); len(parts) > 1 {
		step = parts[1]
	}
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: f.Namespace},
		Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: f.Name}, Quantity: f.Quantity, Summary: f.Summary, SubmittedBy: me},
	}
	for _, field := range f.Fields {
		if field.URI != "" || field.Digest != "" {
			e.Spec.Artifacts = append(e.Spec.Artifacts, praxisv1.Artifact{Name: field.Name, Type: praxisv1.EvidenceType(field.Type), URI: field.URI, Digest: field.Digest})
		}
	}
	content, _ := json.Marshal(e.Spec) // it has only strings and numbers
	e.Name = step + "-" + digest([]byte(f.Name + "\n" + f.Seen + "\n" + string(content)))[:10]
	return e
}

// submitProblem says what is wrong with a piece before it is handed in, or nothing.
func (v *visit) submitProblem(o *view.Objects, a *praxisv1.Action, f *submitForm, e *praxisv1.Evidence) string {
	if missing, is := errors.AsType[*act.MissingError](act.Complete(e, a)); is {
		return v.t("%s is asked for, and without it nobody can accept the work. Paste its link.", missing.Name)
	}
	for _, field := range f.Fields {
		switch {
		case field.URI != "" && !validURI.MatchString(field.URI):
			return v.t("%q is no link that can be handed in. It begins with https:, http:, git:, oci: or mailto: and has no spaces.", field.URI)
		case field.Digest != "" && !validHash.MatchString(field.Digest):
			return v.t("%q is no digest. It is sha256: and 64 hex digits, as sha256sum prints them.", field.Digest)
		}
	}
	switch {
	case f.Quantity < 1 || f.Quantity > act.MaxQuantity:
		return v.t("Say how many times it was done, from 1 to %d.", act.MaxQuantity)
	case len([]rune(f.Summary)) > 2000:
		return v.t("The summary has %d characters, and 2,000 are the most. Put the rest behind a link.", len([]rune(f.Summary)))
	case a.Spec.User != v.me.User:
		return v.t("This was handed over meanwhile: it is %s's now. Nothing was handed in.", f.Person())
	case !o.AsksFor(a) && !v.isMine(e):
		return v.t("This asks for nothing more: all of it is in, or its week is closed. Nothing was handed in.")
	}
	return ""
}

func (v *visit) submitAgain(f *submitForm, problem string) *page {
	f.Error = problem
	return &page{Name: "submit", Title: v.t("Hand in"), Nav: "/", Status: http.StatusUnprocessableEntity, Still: true, Data: f, JSON: map[string]string{"error": problem}}
}

// isMine reports whether a piece of that name is there, and was made by this form.
func (v *visit) isMine(e *praxisv1.Evidence) bool {
	there := &praxisv1.Evidence{}
	err := v.Get(v.ctx(), client.ObjectKeyFromObject(e), there)
	return err == nil && there.Spec.SubmittedBy == v.me.User && there.Spec.ActionRef != nil && there.Spec.ActionRef.Name == e.Spec.ActionRef.Name
}

// settle waits briefly until what was written can be read, and the operator has answered it, so
// that the page that follows shows it. Where that takes longer the page changes by itself.
func (v *visit) settle(written *praxisv1.Evidence, answered func(*praxisv1.Evidence) bool) {
	v.until(func(ctx context.Context) bool {
		now := &praxisv1.Evidence{}
		err := v.Get(ctx, client.ObjectKeyFromObject(written), now)
		return err == nil && answered(now)
	})
}

// judgeForm gives a verdict.
type judgeForm struct {
	view.Piece
	// Version is the piece that was shown: a verdict is about that one.
	Version string
	// Checked is what the operator says of the check of the standard, or nil.
	Checked           *metav1.Condition
	Note, Error, Back string
}

// newJudgeForm is a form for a piece as it is now.
func newJudgeForm(e *praxisv1.Evidence) *judgeForm {
	return &judgeForm{Version: pieceVersion(e), Checked: meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionValid)}
}

// pieceVersion tells a piece from one that was made anew under its name, or that holds something
// else. What the operator says of it is no other version.
func pieceVersion(e *praxisv1.Evidence) string {
	return string(e.UID) + "." + strconv.FormatInt(e.Generation, 10)
}

func (v *visit) judge() (*page, error) {
	form := v.r.PostForm
	key := client.ObjectKey{Namespace: form.Get("namespace"), Name: form.Get("name")}
	e := &praxisv1.Evidence{}
	if err := v.Get(v.ctx(), key, e); err != nil {
		return nil, err
	}
	decision := praxisv1.Decision(form.Get("decision"))
	note := strings.ReplaceAll(strings.TrimSpace(form.Get("note")), "\r\n", "\n")
	back := form.Get("back")
	if !identity.Local(back) {
		back = "/"
	}
	done := map[praxisv1.Decision]string{praxisv1.DecisionAccepted: "accepted", praxisv1.DecisionRejected: "rejected"}[decision]
	switch verdict := e.Status.Verdict; {
	case done == "":
		return nil, &pageError{http.StatusBadRequest, v.t("Accept it or reject it; nothing was done.")}
	case verdict != nil && verdict.By == v.me.User && verdict.Decision == decision:
		return after(back, done, key.Name), nil // the form came twice
	case verdict != nil && verdict.By != v.me.User:
		return v.judgeAgain(e, note, v.t("%s has judged it meanwhile. Nothing was done.", verdict.By))
	case form.Get("version") != pieceVersion(e):
		return v.judgeAgain(e, note, v.t("It has changed since the page was made. Look at it once more; nothing was done."))
	case act.Reasoned(decision, note) != nil:
		return v.judgeAgain(e, note, v.t("Say what is missing: it is the first thing that whoever did the work reads."))
	case len([]rune(note)) > 1000:
		return v.judgeAgain(e, note, v.t("The reason has %d characters, and 1,000 are the most.", len([]rune(note))))
	}
	err := act.Judge(v.ctx(), v.Client, e, praxisv1.Verdict{Decision: decision, Note: note, By: v.me.User}, v.now)
	switch {
	case apierrors.IsConflict(err):
		return v.judgeAgain(e, note, v.t("It has changed since the page was made. Look at it once more; nothing was done."))
	case apierrors.IsForbidden(err), apierrors.IsInvalid(err):
		return v.judgeAgain(e, note, err.Error())
	case err != nil:
		return nil, err
	}
	v.settle(e, func(e *praxisv1.Evidence) bool { return e.Status.Verdict != nil && !view.Pending(e) })
	return after(back, done, key.Name), nil
}

// judgeAgain shows the piece as it is now, with what was written.
func (v *visit) judgeAgain(e *praxisv1.Evidence, note, problem string) (*page, error) {
	objects, err := gather.Around(v.ctx(), v.Client, e.Namespace, e, nil)
	if err != nil {
		return nil, err
	}
	f := newJudgeForm(e)
	f.Note, f.Error = note, problem
	if back := v.r.PostForm.Get("back"); identity.Local(back) {
		f.Back = back
	}
	if p := objects.Piece(view.Ref{Kind: "Evidence", Namespace: e.Namespace, Name: e.Name}); p != nil {
		f.Piece = *p
	}
	return &page{Name: "judge", Title: v.t("Judge"), Nav: "/", Status: http.StatusUnprocessableEntity, Still: true, Data: f, JSON: map[string]string{"error": problem}}, nil
}

func (v *visit) retract() (*page, error) {
	form := v.r.PostForm
	namespace, name := form.Get("namespace"), form.Get("name")
	if err := act.Retract(v.ctx(), v.Client, namespace, name, v.me.User); err != nil {
		if _, api := errors.AsType[*apierrors.StatusError](err); api {
			return nil, err
		}
		return nil, &pageError{http.StatusConflict, err.Error()}
	}
	v.until(func(ctx context.Context) bool {
		return apierrors.IsNotFound(v.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, &praxisv1.Evidence{}))
	})
	return after("/", "retracted", name), nil
}
