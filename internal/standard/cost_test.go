// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package standard

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// largest is a piece of evidence with as much in it as the schema allows, in characters of
// four bytes.
func largest() *praxisv1.EvidenceSpec {
	text := func(n int) string { return strings.Repeat("𝔭", n) }
	e := &praxisv1.EvidenceSpec{
		Quantity: 1000, Summary: text(2000), SubmittedBy: text(253), OccurredAt: new(metav1.Now()), Source: &praxisv1.EvidenceOrigin{Kind: text(63), ID: text(253)},
	}
	for i := range 32 {
		e.Artifacts = append(e.Artifacts, praxisv1.Artifact{
			Name: fmt.Sprintf("%02d%s", i, text(61)), Type: praxisv1.EvidenceLink, URI: "https:" + text(1994), MediaType: text(127),
		})
	}
	return e
}

var anAction = &praxisv1.ActionSpec{Step: "ship", Tier: praxisv1.TierKey, Do: strings.Repeat("𝔭", 2000), Target: 1000, DependsOn: []string{"write"}}

// hostile are checks that need more than an evaluation may use, by what they do.
var hostile = map[string]string{
	"one text between all characters of another": "evidence.summary.replace('', evidence.summary) == ''",
	"the same, many times in a list":             "size([" + strings.TrimSuffix(strings.Repeat("evidence.summary.replace('', evidence.summary), ", 18), ", ") + "]) > 0",
	"the same, of a text without characters":     "'" + strings.Repeat("a", 400) + "'.replace('', '" + strings.Repeat("b", 400) + "').replace('', evidence.summary).size() > 0",
	"a text doubled again and again":             doubled("evidence.summary", "y + y", 20) + ".size() > 0",
	"a list doubled again and again":             doubled("evidence.artifacts", "y + y", 20) + ".size() > 0",
	"texts that are joined":                      "[evidence.summary].map(x, evidence.artifacts.map(a, x).join(x)).size() > 0",
	"every character with every other":           "evidence.summary.split('').all(a, evidence.summary.split('').all(b, a != b))",
	"any number of digits":                       "'%.1000000000f'.format([1.5]) == ''",
	"a text written into a text":                 doubled("evidence.summary", "'%s%s'.format([y, y])", 12) + ".size() > 0",
	"a range without an end":                     "lists.range(1000000000).size() > 0",
	"a pattern that is short and long":           "evidence.summary.matches('((𝔭?){30}){33}')",
	"a pattern that comes from the evidence":     "'x'.matches(evidence.summary)",
	"loops in loops":                             "evidence.artifacts.all(a, evidence.artifacts.all(b, evidence.artifacts.all(c, evidence.artifacts.all(d, a.uri + b.uri != c.uri + d.uri))))",
	"a type that is looked at no further":        "dyn(evidence.summary) + dyn(evidence.summary) == ''",
	"an object of its own":                       "standard.Evidence{summary: evidence.summary}.summary == ''",
	"quotes":                                     "strings.quote(evidence.summary) == ''",
	"a list made flat":                           "[[evidence.summary]].flatten().size() > 0",
	"words found":                                "evidence.summary.findAll('.').size() > 0",
}

// doubled binds a value to y and creates it again, nested the given number of times.
func doubled(value, by string, times int) string {
	for range times {
		value = "[" + value + "].map(y, " + by + ")[0]"
	}
	return value
}

func TestNoCheckCostsMoreThanAnEvaluationMay(t *testing.T) {
	for name, expression := range hostile {
		t.Run(name, func(t *testing.T) {
			if _, err := Compile(expression); err == nil {
				t.Errorf("%s is let through", expression)
			}
		})
	}
	t.Run("the refusal names the estimate and the limit", func(t *testing.T) {
		_, err := Compile("evidence.summary.replace('', evidence.summary) == ''")
		costly, ok := errors.AsType[*TooCostlyError](err)
		if !ok || costly.Estimate < 8000*8000 || !strings.Contains(err.Error(), fmt.Sprint(costly.Estimate)) || !strings.Contains(err.Error(), "1000000") {
			t.Errorf("it says: %v", err)
		}
	})
}

// useful are checks as people write them; none of them may be refused.
var useful = []string{
	"evidence.artifacts.exists(a, a.name == 'change' && a.uri.startsWith('https://'))",
	"evidence.artifacts.all(a, a.uri.matches('^https://git\\\\.example/[a-z0-9-]+/pull/[0-9]+$'))",
	"evidence.artifacts.filter(a, a.type == 'File').all(a, a.digest.startsWith('sha256:') && a.mediaType in ['application/pdf', 'text/markdown'])",
	"evidence.artifacts.map(a, a.name).exists_one(n, n == 'minutes') && size(evidence.artifacts) <= 3",
	"evidence.summary.size() >= 80 && evidence.summary.lowerAscii().contains('root cause')",
	"evidence.quantity <= action.target && evidence.submittedBy != action.user",
	"has(evidence.source) && evidence.source.kind == 'CI' && evidence.source.id != ''",
	"evidence.occurredAt > timestamp('2026-01-01T00:00:00Z') && evidence.occurredAt.getHours('Europe/Zurich') < 20",
	"double(evidence.value) >= 95.0",
	"evidence.artifacts.all(a, isURL(a.uri) && url(a.uri).getHostname().endsWith('.example'))",
	"evidence.summary.split('\\\\n').size() >= 3",
	"string(evidence.quantity) + ' of ' + string(action.target) == evidence.summary",
	"sets.contains(evidence.artifacts.map(a, a.name), ['change', 'notes'])",
	"action.tier == 'Key' ? evidence.artifacts.size() > 1 : true",
	"int(evidence.summary.find('[0-9]+')) > 4",
}

func TestChecksThatPeopleWriteAreCheapEnough(t *testing.T) {
	for _, expression := range useful {
		t.Run(expression, func(t *testing.T) {
			if _, err := Compile(expression); err != nil {
				t.Errorf("%v", err)
			}
		})
	}
}

// bytesAUnit is the most memory that a unit of cost stands for.
const bytesAUnit = 100

// memoryOf evaluates a check on the largest evidence, and returns how many bytes that made.
func memoryOf(c *Check) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _ = c.Holds(largest(), anAction)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestTheMemoryOfAnEvaluationIsBoundedByItsCost(t *testing.T) {
	texts := rapid.SampledFrom(strings.Fields("evidence.summary evidence.submittedBy evidence.source.id action.do 'abc' '' x a.uri a.name"))
	var text func(depth int) *rapid.Generator[string]
	text = func(depth int) *rapid.Generator[string] {
		if depth == 0 {
			return texts
		}
		deeper := text(depth - 1)
		return rapid.OneOf(texts, rapid.Custom(func(t *rapid.T) string {
			x, y, z := deeper.Draw(t, "x"), deeper.Draw(t, "y"), texts.Draw(t, "z")
			return fmt.Sprintf(rapid.SampledFrom([]string{
				"(%[1]s + %[2]s)", "%[1]s.replace('', %[3]s)", "%[1]s.replace(%[3]s, %[2]s)", "%[1]s.replace('p', %[2]s)", "%[1]s.lowerAscii()", "%[1]s.substring(1)",
				"%[1]s.split(%[3]s).join(%[2]s)", "[%[1]s, %[2]s].join(%[3]s)", "[%[1]s].map(x, x + %[2]s)[0]", "evidence.artifacts.map(a, %[1]s).join(%[3]s)",
				"evidence.artifacts.map(a, a.uri).filter(x, x != %[1]s)[0]", "string(size(%[1]s))", "%[1]s.find('p+')", "%[1]s.charAt(0)", "(%[1]s == %[2]s ? %[2]s : %[3]s)",
			}).Draw(t, "shape"), x, y, z)
		}))
	}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		body := text(3).Draw(t, "text")
		expression := "['q'].all(x, evidence.artifacts.all(a, " + body + " != 'never'))"
		check, err := Compile(expression)
		if err != nil || len(expression) > longestCheck {
			return
		}
		accepted++
		if made := memoryOf(check); made > CostLimit*bytesAUnit {
			t.Fatalf("%s makes %d bytes", expression, made)
		}
	})
	if accepted == 0 {
		t.Error("no generated check was let through, so nothing was measured")
	}
}

// longestCheck is the most characters that the schema allows in a check.
const longestCheck = 1000

// childVariable makes this test program evaluate the hostile checks in little memory.
const childVariable = "PRAXIS_TEST_HOSTILE_CHECKS"

// littleMemory is what the child may use in addition to what a Go program reserves at start.
const littleMemory = 400 << 20

func TestHostileChecksEndInLittleMemory(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		liveInLittleMemory(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestHostileChecksEndInLittleMemory$", "-test.v")
	child.Env = append(os.Environ(), childVariable+"=1", "GOMEMLIMIT=200MiB")
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "lived through") && !strings.Contains(string(out), "SKIP") {
		t.Errorf("the child ended: %v\n%s", err, out)
	}
}

func liveInLittleMemory(t *testing.T) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("this system does not say how much address space a program has")
	}
	var pages uint64
	if _, err := fmt.Sscan(string(statm), &pages); err != nil {
		t.Fatal(err)
	}
	limit := pages*uint64(os.Getpagesize()) + littleMemory
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
	e := largest()
	expressions := append([]string{}, useful...)
	for _, expression := range hostile {
		expressions = append(expressions, expression)
	}
	for _, expression := range expressions {
		began := time.Now()
		action := *anAction
		action.Standard = praxisv1.Standard{Statement: "Live", Check: expression}
		missing := Meets(e, &action)
		t.Logf("%v: %.60s: %+v", time.Since(began).Round(time.Microsecond), expression, missing)
	}
	t.Log("lived through")
}

func FuzzNoCheckBreaksWhoEvaluatesIt(f *testing.F) {
	for _, expression := range hostile {
		f.Add(expression)
	}
	for _, expression := range useful {
		f.Add(expression)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if len([]rune(expression)) > longestCheck {
			return // the schema refuses it
		}
		check, err := Compile(expression)
		if err != nil {
			return
		}
		if made := memoryOf(check); made > CostLimit*bytesAUnit {
			t.Fatalf("%q makes %d bytes", expression, made)
		}
	})
}
