// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// wednesday is in the week of the goals.
var wednesday = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// whole is the dashboard with its pages, and beside them what tries reads and writes alone.
func whole(t *testing.T, mode identity.Mode) http.Handler {
	t.Helper()
	pages, err := dashboard.New(dashboard.Options{
		Who: mode, Access: here.access, Clock: clocktesting.NewFakePassiveClock(wednesday), Timer: clock.RealClock{}, Log: logr.Discard(),
	})
	if err != nil {
		t.Fatal(err)
	}
	alone := tries(mode)
	return identity.Guard(mode, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, path := range []string{"/who", "/namespaces", "/read/", "/write/"} {
			if strings.HasPrefix(r.URL.Path, path) {
				alone.ServeHTTP(w, r)
				return
			}
		}
		pages.ServeHTTP(w, r)
	}))
}

// data asks for what a program gets, with a form where there is one.
func data(t *testing.T, b *http.Client, address string, form url.Values) (status int, text string) {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	stays := *b
	stays.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := stays.Do(r)
	text = answered(t, response, err)
	return response.StatusCode, text
}

func TestEveryPageShowsWhatIsTheirsInEachWayToSignIn(t *testing.T) {
	ofAll := []string{"/", "/map", "/heatmap", "/search?q=checkout", "/me"}
	ofOne := []string{"/utility/NS/checkout", "/week/NS/checkout", "/week/NS/checkout/2026-W48", "/review/NS/checkout-2026-w48-review", "/evidence/NS/waiting", "/report/NS", "/report/NS/checkout"}
	other := map[string]string{shop: neighbour, neighbour: shop, "": shop}
	for name, w := range ways(t) {
		for user, want := range matrix {
			t.Run(name+"/"+strings.TrimSuffix(user+"@", "@"), func(t *testing.T) {
				b := w.signedIn(t, user)
				for _, path := range ofAll {
					status, text := data(t, b, w.URL+path, nil)
					if user == "" {
						if status != http.StatusUnauthorized {
							t.Errorf("%s answers nobody %d: %.200s", path, status, text)
						}
						continue
					}
					if status != http.StatusOK || tellsOf(text, other[want.sees]) || want.sees == "" && tellsOf(text, neighbour) {
						t.Errorf("%s answers %d: %.300s", path, status, text)
					}
				}
				for _, path := range ofOne {
					for _, namespace := range []string{shop, neighbour, "not-there"} {
						status, text := data(t, b, w.URL+strings.ReplaceAll(path, "NS", namespace), nil)
						switch {
						case user == "" && status != http.StatusUnauthorized, user != "" && (status == http.StatusOK) != (namespace == want.sees),
							status != http.StatusOK && strings.Contains(text, "Shoppers"):
							t.Errorf("%s of %s answers %d: %.300s", path, namespace, status, text)
						}
					}
				}
			})
		}
	}
}

// tellsOf says whether an answer has anything of a namespace in it.
func tellsOf(text, namespace string) bool {
	quoted, _ := json.Marshal(namespace) // a text always can be
	return strings.Contains(text, string(quoted)) || strings.Contains(text, "/"+namespace+"/")
}

// held is what the API server holds of a namespace, by name, with the version of each object.
func held(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	var evidence praxisv1.EvidenceList
	var actions praxisv1.ActionList
	var reviews praxisv1.ReviewList
	for _, list := range []client.ObjectList{&evidence, &actions, &reviews} {
		if err := here.admin.List(t.Context(), list, client.InNamespace(shop)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range evidence.Items {
		all["evidence "+evidence.Items[i].Name] = evidence.Items[i].ResourceVersion
	}
	for i := range actions.Items {
		all["action "+actions.Items[i].Name] = actions.Items[i].ResourceVersion
	}
	for i := range reviews.Items {
		all["review "+reviews.Items[i].Name] = reviews.Items[i].ResourceVersion
	}
	return all
}

var forms = map[string]url.Values{
	"/do/submit":   {"namespace": {shop}, "action": {ship}, "quantity": {"1"}, "summary": {"It is merged"}},
	"/do/judge":    {"namespace": {shop}, "name": {"waiting"}, "decision": {"Accepted"}},
	"/do/retract":  {"namespace": {shop}, "name": {"waiting"}},
	"/do/handover": {"namespace": {shop}, "action": {ship}, "to": {"cleo"}, "because": {"As agreed"}, "quantity": {"2"}},
	"/do/review":   {"namespace": {shop}, "name": {weekly}, "do": {"sign"}, "conclusion": {"Seen"}},
}

func TestAFormOfSomebodyWithoutTheRightChangesNothing(t *testing.T) {
	for name, w := range ways(t) {
		for _, user := range []string{"", eve, nel, vic} {
			b := w.signedIn(t, user)
			before := held(t)
			for path, form := range forms {
				status, text := data(t, b, w.URL+path, form)
				if status < 400 || user == "" && status != http.StatusUnauthorized {
					t.Errorf("%s: %s of %q answers %d: %.300s", name, path, user, status, text)
				}
			}
			if after := held(t); !maps.Equal(before, after) {
				t.Errorf("%s: %q changed %v into %v", name, user, before, after)
			}
		}
	}
}

func TestWhatIsDoneByAFormIsDoneAsWhoSentIt(t *testing.T) {
	for name, w := range ways(t) {
		before := held(t)
		bens, cleos := w.signedIn(t, ben), w.signedIn(t, cleo)
		form := maps.Clone(forms["/do/submit"])
		form.Set("summary", "By "+name)
		form.Set("seen", name)
		if status, text := data(t, bens, w.URL+"/do/submit", form); status >= 400 {
			t.Fatalf("%s: handing in answers %d: %s", name, status, text)
		}
		var piece string
		for key := range held(t) {
			if _, there := before[key]; !there {
				piece = strings.TrimPrefix(key, "evidence ")
			}
		}
		var e praxisv1.Evidence
		read := func() {
			t.Helper()
			if err := here.admin.Get(t.Context(), client.ObjectKey{Namespace: shop, Name: piece}, &e); err != nil {
				t.Fatal(err)
			}
		}
		if read(); e.Spec.SubmittedBy != ben {
			t.Errorf("%s: it was handed in by %s", name, e.Spec.SubmittedBy)
		}
		// Four eyes: the API server refuses, and its words get through.
		verdict := url.Values{"namespace": {shop}, "name": {piece}, "decision": {"Accepted"}}
		if status, text := data(t, bens, w.URL+"/do/judge", verdict); status < 400 || !strings.Contains(text, "forbidden") && !strings.Contains(text, "handed in") {
			t.Errorf("%s: judging one's own answers %d: %s", name, status, text)
		}
		if status, text := data(t, cleos, w.URL+"/do/judge", verdict); status >= 400 {
			t.Errorf("%s: judging answers %d: %s", name, status, text)
		}
		if read(); e.Status.Verdict == nil || e.Status.Verdict.By != cleo {
			t.Errorf("%s: the verdict is %+v", name, e.Status.Verdict)
		}
		if status, text := data(t, bens, w.URL+"/do/retract", url.Values{"namespace": {shop}, "name": {piece}}); status < 400 {
			t.Errorf("%s: taking back what is judged answers %d: %s", name, status, text)
		}
	}
	if names := slices.Sorted(maps.Keys(forms)); len(names) != 5 {
		t.Errorf("there are the forms %v", names)
	}
}
