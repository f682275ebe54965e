// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// pages are all of them, by a name for the picture.
var pages = []struct{ name, path string }{
	{"mine", "/"}, {"map", "/map"}, {"utility", "/utility/platform/safe-deploys"}, {"week", "/week/platform/safe-deploys"},
	{"review", "/review/platform/" + week + "-midweek"}, {"heatmap", "/heatmap"}, {"evidence", "/evidence/platform/dry-run"},
	{"search", "/search?q=deploy"}, {"me", "/me"}, {"pay", "/pay"}, {"report", "/report/platform"}, {"nowhere", "/nowhere"},
}

// TestDashboard lives through the week of the sample once, since a control plane takes a while to
// start: what it tests stands in the order in which people do it.
func TestDashboard(t *testing.T) {
	needBrowser(t)
	s := newScene(t)
	s.in = browser(t)
	mira, jonas := s.serve(t, "mira"), s.serve(t, "jonas")
	t.Run("every page can be used by everybody", func(t *testing.T) { everyPage(t, s, mira) })
	t.Run("a change is seen without a reload", func(t *testing.T) { live(t, s, mira) })
	t.Run("texts are texts", func(t *testing.T) { injected(t, s, mira) })
	t.Run("without JavaScript", func(t *testing.T) { withoutJavaScript(t, s, jonas) })
	t.Run("the plugin serves it", func(t *testing.T) { plugin(t, s) })
	t.Run("by the keyboard alone", func(t *testing.T) { byKeyboard(t, s, jonas, mira) })
}

// everyPage looks at each page with axe and at what its policy refused. The short form is one
// width, colour scheme and language each way.
func everyPage(t *testing.T, s *scene, url string) {
	source := axe(t)
	looks := []struct {
		scheme, language string
		width            int64
	}{{"light", "en", 1280}, {"dark", "zh-CN", 320}}
	if *full {
		looks = looks[:0]
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{1280, 320} {
				for _, language := range []string{"en", "zh-CN"} {
					looks = append(looks, struct {
						scheme, language string
						width            int64
					}{scheme, language, width})
				}
			}
		}
	}
	seen := 0
	for _, look := range looks {
		b := open(s.in, t, url, look.width, look.scheme, look.language)
		for _, p := range pages {
			b.visit(p.path)
			b.await("the page is there", `document.readyState === "complete" && !!document.querySelector("h1")`)
			eval[bool](b, `document.querySelectorAll("details").forEach((d) => { d.open = true; }); true`)
			name := fmt.Sprintf("%s-%s-%d-%s", p.name, look.scheme, look.width, look.language)
			eval[bool](b, source+";true")
			if found := eval[string](b, `axe.run(document).then((r) => r.violations.map((v) => v.impact + " " + v.id + ": " + v.help + " " + v.nodes.map((n) => n.html).slice(0, 3).join(" | ")).join("\n"))`); found != "" {
				t.Errorf("%s: axe found\n%s", name, found)
			}
			if refused := eval[[]string](b, "window.refused"); len(refused) > 0 {
				t.Errorf("%s: the policy refused %v", name, refused)
			}
			if wide := eval[string](b, `document.documentElement.scrollWidth <= window.innerWidth ? "" : [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest(".scroll,pre,.sr,.report table")).map((e) => e.outerHTML.slice(0, 120)).slice(0, 3).join("\n") || "the page"`); wide != "" {
				t.Errorf("%s: it is wider than the window: %s", name, wide)
			}
			if *shots != "" {
				b.shoot(*shots, name, chromedp.FullScreenshot(100))
			}
			seen++
		}
		b.close() // a browser keeps six connections to a server, and each page that is seen has one
	}
	t.Logf("%d looks at %d pages", seen, len(pages))
	if *docs {
		pictures(t, s, url)
	}
}

// pictures are those of the docs.
func pictures(t *testing.T, s *scene, url string) {
	folder := filepath.Join(root, "docs", "images")
	for _, p := range pages[:5] {
		b := open(s.in, t, url, 900, "light", "en")
		b.visit(p.path)
		b.shoot(folder, "dashboard-"+p.name, chromedp.CaptureScreenshot())
		b.close()
	}
	b := open(s.in, t, url, 320, "dark", "zh-CN")
	b.visit("/")
	b.shoot(folder, "dashboard-phone", chromedp.CaptureScreenshot())
	b.close()
}

// live measures how long it takes from a change of a status to the page.
func live(t *testing.T, s *scene, url string) {
	b := open(s.in, t, url, 1280, "light", "en")
	b.visit("/map")
	time.Sleep(time.Second) // until the stream is there
	var slowest time.Duration
	for i := range 5 {
		u := &praxisv1.Utility{}
		must(t, s.admin.Get(t.Context(), client.ObjectKey{Namespace: team, Name: goal}, u))
		before := u.DeepCopy()
		u.Spec.Statement = fmt.Sprintf("A bad deploy is undone before users notice it, %d", i)
		began := time.Now()
		must(t, s.admin.Patch(t.Context(), u, client.MergeFrom(before)))
		b.await("the page shows the change", fmt.Sprintf(`document.body.innerText.includes("notice it, %d")`, i))
		slowest = max(slowest, time.Since(began))
	}
	t.Logf("from a change to the page it took %s at most", slowest)
	if slowest > 3*time.Second {
		t.Errorf("it took %s until the page showed a change", slowest)
	}
	if refused := eval[[]string](b, "window.refused"); len(refused) > 0 {
		t.Errorf("the policy refused %v", refused)
	}
	b.close()
}

// hostile are texts that would be something else if a page did not escape them.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(2)>`, `'><svg onload=alert(3)>`, `</textarea><script>alert(4)</script>`,
	`javascript:alert(5)`, `{{.Me}} ${7*7} <%= 8 %>`, `<a href="javascript:alert(6)">here</a>`, `]]><!--<math><mi xlink:href="data:x,<script>alert(7)</script>">`,
	"\u202egnp.exe\u202c", "名字 имя اسم नाम 🧨", `&lt;b&gt;`,
}

func injected(t *testing.T, s *scene, url string) {
	for i, text := range hostile {
		must(t, s.users["jonas"].Create(t.Context(), &praxisv1.Evidence{
			ObjectMeta: metav1.ObjectMeta{Namespace: team, Name: fmt.Sprintf("hostile-%d", i)},
			Spec: praxisv1.EvidenceSpec{
				ActionRef: &praxisv1.LocalReference{Name: week + ".rehearse-rollback.rehearse.jonas"}, Quantity: 1, Summary: text,
				Artifacts: []praxisv1.Artifact{{Name: "recording", Type: praxisv1.EvidenceLink, URI: "https://x.example/" + strings.ReplaceAll(text, " ", "")}},
			},
		}))
	}
	last := fmt.Sprintf("hostile-%d", len(hostile)-1)
	s.await(t, "the pieces are looked at", func() bool {
		e := &praxisv1.Evidence{}
		return s.admin.Get(t.Context(), client.ObjectKey{Namespace: team, Name: last}, e) == nil && len(e.Status.Conditions) > 0
	})
	b := open(s.in, t, url, 1280, "light", "en")
	for _, path := range []string{"/", "/search?q=hostile", "/search?q=%3Cscript%3Ealert(8)%3C/script%3E", "/map?did=submitted&what=%3Cscript%3Ealert(9)%3C/script%3E", "/evidence/platform/hostile-0", "/evidence/platform/hostile-6", "/week/platform/safe-deploys"} {
		b.visit(path)
		time.Sleep(100 * time.Millisecond)
		if ran := eval[[]string](b, "window.ran"); len(ran) > 0 {
			t.Errorf("%s ran %v", path, ran)
		}
		if refused := eval[[]string](b, "window.refused"); len(refused) > 0 {
			t.Errorf("%s had something that the policy refused, and that should not be there: %v", path, refused)
		}
		if links := eval[[]string](b, `[...document.querySelectorAll("a[href]")].map((a) => a.protocol).filter((p) => !["http:", "https:", "mailto:"].includes(p))`); len(links) > 0 {
			t.Errorf("%s has links to %v", path, links)
		}
	}
	for i := range hostile {
		must(t, s.users["jonas"].Delete(t.Context(), &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: team, Name: fmt.Sprintf("hostile-%d", i)}}))
	}
}

// withoutJavaScript hands in and takes back.
func withoutJavaScript(t *testing.T, s *scene, url string) {
	b := open(s.in, t, url, 320, "light", "en")
	b.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	b.visit("/")
	form := `#d-` + strings.ReplaceAll(week+".rehearse-rollback.rehearse.jonas", ".", `\.`)
	b.do(chromedp.Click(chromedp.CSS(form+" summary")), chromedp.SendKeys(chromedp.CSS(form+" input[name='artifact.recording']"), "https://work.example.com/no-script"), chromedp.Click(chromedp.CSS(form+" button.primary")))
	s.await(t, "the piece is there", func() bool { return s.handedIn(t, "https://work.example.com/no-script") != "" })
	b.do(chromedp.WaitVisible(chromedp.CSS(".did")), chromedp.Click(chromedp.CSS("form[action='/do/retract'] button")))
	s.await(t, "the piece is taken back", func() bool { return s.handedIn(t, "https://work.example.com/no-script") == "" })
}

// handedIn is the piece of jonas with a link, or empty.
func (s *scene) handedIn(t *testing.T, link string) string {
	t.Helper()
	var list praxisv1.EvidenceList
	must(t, s.admin.List(t.Context(), &list, client.InNamespace(team), client.MatchingFields{"spec.submittedBy": "jonas@example.com"}))
	for _, e := range list.Items {
		if len(e.Spec.Artifacts) > 0 && e.Spec.Artifacts[0].URI == link {
			return e.Name
		}
	}
	return ""
}

// byKeyboard hands in, judges, fills in a Review and signs it, with no pointer.
func byKeyboard(t *testing.T, s *scene, jonas, mira string) {
	b := open(s.in, t, jonas, 1280, "light", "en")
	b.visit("/")
	form := week + ".rehearse-rollback.rehearse.jonas"
	b.tabTo("the work", `e.tagName === "SUMMARY" && e.parentElement.id === "d-`+form+`"`)
	b.keys("\r")
	b.tabTo("the link", `e.name === "artifact.recording"`)
	b.keys("https://work.example.com/by-keyboard")
	b.tabTo("the button", `e.tagName === "BUTTON" && e.form.getAttribute("action") === "/do/submit"`)
	b.keys("\r")
	b.await("it is handed in", `!!document.querySelector(".did")`)
	piece := ""
	s.await(t, "the piece is there", func() bool {
		piece = s.handedIn(t, "https://work.example.com/by-keyboard")
		return piece != ""
	})
	b = open(s.in, t, mira, 1280, "light", "en")
	b.visit("/")
	b.await("mira sees it", `!!document.getElementById("n-`+piece+`")`)
	b.tabTo("the verdict", `e.value === "Rejected" && e.form.elements.name.value === "`+piece+`"`)
	b.keys("\r")
	b.await("a rejection needs a reason", `!!document.querySelector("[role=alert]")`)
	b.visit("/")
	b.tabTo("the verdict", `e.value === "Accepted" && e.form.elements.name.value === "`+piece+`"`)
	b.keys("\r")
	b.await("it is accepted", `!!document.querySelector(".did")`)
	e := &praxisv1.Evidence{}
	must(t, s.admin.Get(t.Context(), client.ObjectKey{Namespace: team, Name: piece}, e))
	if e.Status.Verdict == nil || e.Status.Verdict.By != "mira@example.com" || e.Spec.SubmittedBy != "jonas@example.com" {
		t.Errorf("the piece is of %s with the verdict %+v", e.Spec.SubmittedBy, e.Status.Verdict)
	}
	b.visit("/review/platform/" + week + "-midweek")
	b.tabTo("the conclusion", `e.name === "conclusion"`)
	b.keys("As planned but for one list")
	b.tabTo("the signature", `e.value === "sign"`)
	b.keys("\r")
	b.await("it is signed", `!!document.querySelector(".did") && document.body.innerText.includes("Signed by mira@example.com")`)
	r := &praxisv1.Review{}
	must(t, s.admin.Get(t.Context(), client.ObjectKey{Namespace: team, Name: week + "-midweek"}, r))
	if r.Spec.SignOff == nil || r.Spec.SignOff.By != "mira@example.com" || r.Spec.Conclusion == "" {
		t.Errorf("the Review is %+v", r.Spec)
	}
}

// plugin runs kubectl praxis dashboard as mira, until it is interrupted.
func plugin(t *testing.T, s *scene) {
	kubeconfig := filepath.Join(s.folder, "mira.kubeconfig")
	must(t, controlplane.WriteKubeconfig(kubeconfig, s.configs["mira"]))
	cmd := exec.CommandContext(t.Context(), filepath.Join(s.folder, "kubectl-praxis"), "dashboard", "--open=false", "--kubeconfig", kubeconfig, "-n", team)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("it said nothing: %v", cmd.Wait())
	}
	url := strings.TrimPrefix(lines.Text(), "The dashboard is at ")
	url, query, _ := strings.Cut(url, "?")
	jar, err := cookiejar.New(nil)
	must(t, err)
	browser := &http.Client{Jar: jar}
	ask := func(host, path string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+path, nil)
		must(t, err)
		r.Host = host
		r.Header.Set("Accept", "application/json")
		answer, err := browser.Do(r)
		must(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		must(t, err)
		return answer.StatusCode, string(body)
	}
	if code, body := ask("", "me"); code != http.StatusForbidden || strings.Contains(body, "mira@example.com") {
		t.Errorf("without the code it answered %d: %s", code, body)
	}
	if code, body := ask("", "?"+query); code != http.StatusOK {
		t.Errorf("the code was answered with %d: %s", code, body)
	}
	if code, body := ask("", "me"); code != http.StatusOK || !strings.Contains(body, "mira@example.com") {
		t.Errorf("it answered %d: %s", code, body)
	}
	if code, _ := ask("", "utility/product/keep-customers"); code == http.StatusOK {
		t.Error("it shows a namespace that mira may not read")
	}
	if code, body := ask("evil.example", "map"); code != http.StatusForbidden || strings.Contains(body, goal) {
		t.Errorf("called by another name it answered %d: %s", code, body)
	}
	must(t, cmd.Process.Signal(os.Interrupt))
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
