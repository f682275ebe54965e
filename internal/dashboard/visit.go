// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/dashboard/words"
	"github.com/praxis-dev/praxis/internal/text"
)

const languageCookie = "praxis-language"

func wordsFor(r *http.Request, chosen string) *words.Words {
	if cookie, err := r.Cookie(languageCookie); chosen == "" && err == nil {
		chosen = cookie.Value
	}
	return words.For(chosen, r.Header.Get("Accept-Language"))
}

// visit is one request of somebody who was identified.
type visit struct {
	*server
	// Client reads and writes as the person.
	client.Client
	r     *http.Request
	me    identity.Person
	words *words.Words
	now   time.Time
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// t is a text in the language of the person.
func (v *visit) t(key string, args ...any) string { return v.words.T(key, args...) }

// until waits for something that was written to be read, as long as a form waits.
func (v *visit) until(so func(context.Context) bool) {
	_ = wait.PollUntilContextTimeout(v.ctx(), 50*time.Millisecond, v.Patience, true, func(ctx context.Context) (bool, error) { return so(ctx), nil }) // the page changes by itself where it takes longer
}

func (v *visit) of() (namespace, name string) {
	return v.r.PathValue("namespace"), v.r.PathValue("name")
}

// page is what a person asked for.
type page struct {
	// Name of the template, Title of the page, Nav the entry of the navigation that it belongs to.
	Name, Title, Nav string
	Status           int
	// Namespace whose changes change the page; empty is any. Still is set where it never changes.
	Namespace string
	Still     bool
	// Data is for the template, JSON what a program gets, or a func() any that makes it.
	Data, JSON any
	// Goto leads elsewhere instead.
	Goto string
}

type pageFunc func(*visit) (*page, error)

// visited answers with a page: whole, the part of it that changes, or its data.
func (s *server) visited(show pageFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		person, err := s.Who.Person(r)
		if err != nil {
			s.unknown(w, r, err)
			return
		}
		if person == nil {
			s.signIn(w, r)
			return
		}
		v := &visit{server: s, Client: s.Access.Client(*person), r: r, me: *person, words: wordsFor(r, ""), now: s.Clock.Now()}
		p, err := v.formed(show)
		if err != nil {
			p = v.failed(err)
		}
		v.answer(w, p)
	}
}

// formed reads the form before there is a page.
func (v *visit) formed(show pageFunc) (*page, error) {
	if v.r.Method == http.MethodPost {
		if err := v.r.ParseForm(); err != nil {
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				return nil, &pageError{http.StatusRequestEntityTooLarge, v.t("That is more than a form may send, which is 1 MiB. Nothing was done; hand in a link instead.")}
			}
			return nil, &pageError{http.StatusBadRequest, v.t("The form could not be read. Nothing was done; open the page again.")}
		}
	}
	return show(v)
}

// signIn sends somebody whom nobody knows to where one signs in.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) {
	if s.Who.Routes() != nil && r.Method == http.MethodPost && !wantsJSON(r) {
		s.again(w, r)
		return
	}
	if s.Who.Routes() == nil || r.Method != http.MethodGet || wantsJSON(r) {
		s.refuse(w, r, http.StatusUnauthorized, "You are not signed in. Open the dashboard in a browser and sign in.")
		return
	}
	http.Redirect(w, r, "/auth/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
}

// pageError is an error in words for the page.
type pageError struct {
	status int
	says   string
}

func (t *pageError) Error() string { return t.says }

// failed says in words what was refused and what to do next.
func (v *visit) failed(err error) *page {
	f := failure{Says: err.Error()}
	status := http.StatusInternalServerError
	switch {
	case isPageError(err, &status):
	case apierrors.IsForbidden(err):
		status = http.StatusForbidden
		f.Title = v.t("You may not do that")
		f.Next = v.t("Somebody who manages the cluster can grant it:")
		namespace, _ := v.of()
		f.Command = grant(cmp.Or(namespace, v.r.PostForm.Get("namespace")), v.me.User)
	case apierrors.IsNotFound(err):
		status = http.StatusNotFound
		f.Title = v.t("There is no such thing here")
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err):
		status = http.StatusUnprocessableEntity
		f.Title = v.t("The API server did not take it")
	case apierrors.IsConflict(err):
		status = http.StatusConflict
		f.Title = v.t("Somebody changed it meanwhile")
		f.Next = v.t("Nothing was done. Look at it again and decide anew.")
	case apierrors.IsTooManyRequests(err), apierrors.IsServerTimeout(err), apierrors.IsTimeout(err), apierrors.IsServiceUnavailable(err):
		status = http.StatusServiceUnavailable
		f.Title = v.t("The API server is busy")
		f.Next = v.t("Try again in a moment.")
	case v.Access.Healthy() != nil:
		status = http.StatusServiceUnavailable
		f.Title, f.Says = v.t("There is no word from the API server"), v.Access.Healthy().Error()
		f.Next = v.t("The page comes back by itself.")
	default:
		v.Log.Error(err, "a page failed", "path", v.r.URL.Path)
	}
	if f.Title == "" {
		f.Title = v.t("That did not work")
	}
	return &page{Name: "failure", Title: f.Title, Status: status, Data: f, JSON: map[string]any{"error": f.Says}}
}

// grant is the command that lets somebody look into a namespace. A user name may hold what a shell
// takes for something else.
func grant(namespace, user string) string {
	return fmt.Sprintf("kubectl create rolebinding praxis-view -n %s --clusterrole=praxis-view --user=%s", quoted(cmp.Or(namespace, "NAMESPACE")), quoted(text.Printable(user)))
}

// quoted is a word for a shell.
func quoted(word string) string {
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:/@%+=", r))
	}) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func isPageError(err error, status *int) bool {
	t, is := errors.AsType[*pageError](err)
	if is {
		*status = t.status
	}
	return is
}

type failure struct{ Title, Says, Next, Command string }

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(strings.TrimSpace(r.Header.Get("Accept")), "application/json")
}

// refuse says something to somebody who was not identified.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, status int, says string) {
	v := &visit{server: s, r: r, words: wordsFor(r, "")}
	v.answer(w, &page{Name: "failure", Title: v.t("That did not work"), Status: status, Still: true, Data: failure{Title: v.t("That did not work"), Says: v.t(says)}, JSON: map[string]any{"error": says}})
}

// nowhere is a path that leads to no page.
func (v *visit) nowhere() (*page, error) {
	return nil, &pageError{http.StatusNotFound, v.t("There is no page %q. Look into the map, or search.", v.r.URL.Path)}
}

// answer writes a page the way it was asked for.
func (v *visit) answer(w http.ResponseWriter, p *page) {
	if p.Status == 0 {
		p.Status = http.StatusOK
	}
	switch {
	case wantsJSON(v.r):
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(p.Status)
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		if late, is := p.JSON.(func() any); is {
			p.JSON = late()
		}
		_ = encoder.Encode(p.JSON) // whoever asked may have gone
	case p.Goto != "":
		http.Redirect(w, v.r, p.Goto, http.StatusSeeOther)
	default:
		v.pages.write(w, v, p)
	}
}
