// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package ha

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// writes are what the replicas asked to be written, leases and questions aside.
func (s *stage) writes() []controlplane.Request {
	s.Helper()
	requests, err := controlplane.Requests(s.audit, operatorUser, time.Time{})
	s.must(err)
	return controlplane.Writes(requests)
}

// nothingTwice checks that nothing was made twice, nor removed.
func (s *stage) nothingTwice() {
	s.Helper()
	made := map[string]int{}
	for _, r := range s.writes() {
		switch {
		case strings.HasPrefix(r.ObjectRef.Resource, "event") || r.ResponseStatus.Code >= 300:
		case strings.HasPrefix(r.Verb, "delete"):
			s.Errorf("%s deleted %s %s", r.UserAgent, r.ObjectRef.Resource, r.ObjectRef.Name)
		case r.Verb == "create":
			made[r.ObjectRef.Resource+" "+r.ObjectRef.Name]++
		}
	}
	for what, times := range made {
		if times != 1 {
			s.Errorf("%s was made %d times", what, times)
		}
	}
	if len(made) < 2*planned {
		s.Errorf("only %d objects were made", len(made))
	}
}

// countsWhatWasAccepted checks the end against what the cast did, by hand.
func (s *stage) countsWhatWasAccepted() {
	s.Helper()
	var cycles praxisv1.WeeklyCycleList
	var actions praxisv1.ActionList
	var evidence praxisv1.EvidenceList
	for _, list := range []client.ObjectList{&cycles, &actions, &evidence} {
		s.must(s.admin.List(s.ctx, list, client.InNamespace(namespace)))
	}
	x, err := controlplane.Export(s.ctx, s.admin, namespace)
	s.must(err)
	if weeks, findings := chain.Verify(x); weeks != 1 || len(findings) > 0 {
		s.Errorf("%d weeks verified: %v", weeks, findings)
	}
	if len(cycles.Items) != 2 {
		s.Errorf("there are %d cycles of two weeks", len(cycles.Items))
	}
	var counted, accepted int32
	perWeek, goesOn := map[string]int{}, []string{}
	for _, a := range actions.Items {
		perWeek[a.Spec.CycleRef.Name]++
		counted += a.Status.Accepted
		if a.Spec.CarriedFrom != "" {
			goesOn = append(goesOn, strings.TrimSuffix(strings.TrimPrefix(a.Name, next+"."), ".w48"))
		}
	}
	for _, e := range evidence.Items {
		if meta.IsStatusConditionTrue(e.Status.Conditions, praxisv1.ConditionAccepted) {
			accepted += e.Spec.Quantity
		}
	}
	slices.Sort(goesOn)
	if counted != acceptedWork || accepted != acceptedWork {
		s.Errorf("%d was accepted; the evidence says %d and the Actions %d", acceptedWork, accepted, counted)
	}
	if perWeek[cycle] != planned || perWeek[next] != planned+len(carried) || !slices.Equal(goesOn, carried) {
		s.Errorf("Actions of each week: %v; carried: %v", perWeek, goesOn)
	}
	var u praxisv1.Utility
	s.must(s.admin.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: goal}, &u))
	if u.Status.Coverage == nil || u.Status.Coverage.Delivered != acceptedUnits || u.Status.CurrentCycle != next {
		s.Errorf("the Utility shows %+v in %s", u.Status.Coverage, u.Status.CurrentCycle)
	}
}

// masked are fields that tell when something was done, and hashes over them.
var masked = map[string]bool{
	"lastTransitionTime": true, "pendingSince": true, "plannedAt": true, "plannedFrom": true, "joinedAt": true, "openedAt": true, "closingAt": true, "at": true, "root": true, "previousRoot": true,
}

var dates = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d UTC`)

func mask(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if v["type"] == string(praxisv1.ReviewCalibration) { // it opens when it is found to be due
			delete(v, "opensAt")
			delete(v, "dueAt")
		}
		for key := range v {
			if masked[key] {
				delete(v, key)
			} else {
				v[key] = mask(v[key])
			}
		}
	case string:
		if strings.Contains(v, "-calibration-") {
			return dates.ReplaceAllString(v, "then")
		}
	case []any:
		for i := range v {
			v[i] = mask(v[i])
		}
	}
	return value
}

// picture returns all objects by kind and name, without times. It is taken once two in a row are
// the same.
func (s *stage) picture() map[string]string {
	s.Helper()
	var last map[string]string
	s.eventually("the operator has come to rest", func() bool {
		now := s.snapshot()
		same := len(last) == len(now)
		for key := range now {
			same = same && last[key] == now[key]
		}
		if last = now; !same {
			time.Sleep(time.Second)
		}
		return same
	})
	return last
}

func (s *stage) snapshot() map[string]string {
	all := map[string]string{}
	for _, kind := range []string{"Utility", "Team", "KeyAction", "WeeklyCycle", "Action", "Evidence", "Review"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind + "List"))
		s.must(s.admin.List(s.ctx, list, client.InNamespace(namespace)))
		for i := range list.Items {
			o := &list.Items[i]
			text, err := json.Marshal(mask(map[string]any{"labels": o.GetLabels(), "spec": o.Object["spec"], "status": o.Object["status"]}))
			s.must(err)
			if strings.Contains(o.GetName(), "-calibration-") { // its messages tell when it is due, as well
				text = dates.ReplaceAll(text, []byte("then"))
			}
			all[kind+" "+o.GetName()] = string(text)
		}
	}
	return all
}
