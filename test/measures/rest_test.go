// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measures

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

var bench = flag.Bool("measure", false, "measure too what hangs on the machine")

const (
	manyGoals, measuresEach = 100, 10
	manySources             = 100
	// readEvery is the default of a measure.
	readEvery = 5 * time.Minute
	atRest    = 60 * time.Second
)

// What is read here is a server that always answers the same, so that it costs the operator what
// reading costs, and the machine little else.
func TestAThousandMeasuresAndAHundredSourcesAtRest(t *testing.T) {
	if !*bench {
		t.Skip("-measure measures it")
	}
	s := newStage(t)
	s.speed = "1"
	asked := atomic.Int64{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[%d,"93"]}]}}`, time.Now().Unix())
	}))
	t.Cleanup(front.Close)
	s.many()
	s.run(fmt.Sprintf("providers:\n- {name: main, url: %q, namespaces: [shop], enforceNamespaceLabel: namespace, timeout: 5s}\n", front.URL))
	s.within("every measure has a value", 4*readEvery, func() error {
		var all praxisv1.UtilityList
		s.must(s.admin.List(t.Context(), &all, client.InNamespace(namespace)))
		n := 0
		for i := range all.Items {
			for _, m := range all.Items[i].Status.Measures {
				if m.Current != "" {
					n++
				}
			}
		}
		if n < manyGoals*measuresEach {
			return fmt.Errorf("%d of %d", n, manyGoals*measuresEach)
		}
		return nil
	})
	s.rests()
	began, before, reads := time.Now(), s.used(), asked.Load()
	time.Sleep(atRest)
	took, spent := time.Since(began), s.used()-before
	t.Logf("%d measures and %d sources at rest: %.2f %% of a core, %d reads and %d writes in %s; %d MiB",
		manyGoals*measuresEach, manySources, 100*spent.Seconds()/took.Seconds(), asked.Load()-reads, len(s.writes(began)), took.Round(time.Second), s.resident()>>20)
	if w := s.writes(began); len(w) > 0 {
		t.Errorf("it wrote %v", w)
	}
}

// many creates the goals with their measures, and the sources: half of them take webhooks, and
// half watch Jobs, which the operator is let do.
func (s *stage) many() {
	s.Helper()
	s.goal(`{prometheus: {provider: main, query: first_try}}`)
	s.must(s.admin.Create(s.Context(), &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "jobs"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{"batch"}, Resources: []string{"jobs"}, Verbs: []string{"list", "watch"}},
	}}))
	s.must(s.admin.Create(s.Context(), controlplane.RoleBinding(namespace, "jobs", operatorUser, "ClusterRole", "jobs")))
	for i := range manyGoals {
		var measures strings.Builder
		for j := range measuresEach {
			fmt.Fprintf(&measures, "  - {name: m%d, baseline: \"80\", target: \"100\", source: {prometheus: {provider: main, query: first_try_%d_%d}}}\n", j, i, j)
		}
		s.apply(fmt.Sprintf(`
apiVersion: praxis.dev/v1alpha1
kind: Utility
metadata: {name: goal-%d}
spec:
  statement: Shoppers pay in one try
  beneficiaries: [{who: Shoppers, problem: One payment in eight fails, improvement: No second attempt}]
  organization: Fewer refunds
  owner: {team: payments, member: ana}
  required: 1
  cadence: {timeZone: UTC}
  measures:
%s`, i, measures.String()))
	}
	for i := range manySources {
		from := `github: {secretRef: {name: hook}}
  rules: [{name: merged, when: "type == 'pull_request'", for: {keyAction: ship, step: ship}, id: event.id}]`
		if i%2 == 0 {
			from = fmt.Sprintf(`object: {apiVersion: batch/v1, kind: Job, selector: {matchLabels: {n: "%d"}}}
  rules: [{name: done, when: "object.status.succeeded > 0", for: {keyAction: ship, step: ship}}]`, i)
		}
		s.apply(fmt.Sprintf(`
apiVersion: praxis.dev/v1alpha1
kind: EvidenceSource
metadata: {name: source-%d}
spec:
  %s
`, i, from))
	}
}

// used is the time of processors that the operator has had.
func (s *stage) used() time.Duration {
	s.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.operator.Process.Pid))
	s.must(err)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		s.must(err)
		ticks += n
	}
	return time.Duration(ticks) * (time.Second / 100) // USER_HZ, which is 100 on Linux
}

// resident is how many bytes of memory the operator has.
func (s *stage) resident() int64 {
	s.Helper()
	file, err := os.Open(fmt.Sprintf("/proc/%d/statm", s.operator.Process.Pid))
	s.must(err)
	defer file.Close()
	text, err := io.ReadAll(file)
	s.must(err)
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	s.must(err)
	return pages * int64(os.Getpagesize())
}
