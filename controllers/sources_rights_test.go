// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestASecretMayBeRotatedVanishAndComeBack(t *testing.T) {
	s := fromForge(t).ready()
	body := pullRequest(1, "jonas-gh", "priya-gh")
	expect := func(when, secret string, want int) {
		t.Helper()
		s.real.pass(10 * time.Second)
		if code, says := s.delivered(s.receiver, secret, body); code != want {
			t.Errorf("%s: %d %s, want %d", when, code, says, want)
		}
	}
	expect("at first", "s3", 202)
	s.secret(map[string]string{"token": "s4\n", "previousToken": "s3"})
	expect("rotated, by the new one", "s4", 202)
	expect("rotated, by the old one", "s3", 202)
	s.secret(map[string]string{"token": "s4"})
	expect("after that, by the old one", "s3", 401)
	s.must(s.live.Delete(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.ns, Name: "hook"}}))
	expect("gone, by who was known", "s4", 503)
	expect("gone, by anybody else", "s3", 401)
	s.becomes("False SecretNotReadable")
	s.secret(map[string]string{"token": "s5"})
	expect("back", "s5", 202)
	s.secret(map[string]string{"tokn": "s5"})
	expect("under another key, by who was known", "s5", 503)
	expect("under another key, by anybody else", "s4", 401)
	s.secret(map[string]string{"token": ""})
	expect("empty", "", 401)
	s.secret(map[string]string{"token": "s5"})
	s.becomes("Unknown NeverReceived")
	if got := len(s.pieces()); got != 1 {
		t.Errorf("there are %d pieces", got)
	}
}

func TestTheOperatorReadsTheOneSecretThatItIsLetRead(t *testing.T) {
	s := fromForge(t)
	s.must(s.create([]byte(shopRepo)))
	s.secret(map[string]string{"token": "s3"})
	s.becomes("False SecretNotReadable")
	says := get[praxisv1.EvidenceSource](s.world, "shop-repo").Status.Conditions
	command := fmt.Sprintf("kubectl create role praxis-secret-hook -n %[1]s --verb=get --resource=secrets --resource-name=hook && kubectl create rolebinding praxis-secret-hook -n %[1]s --role=praxis-secret-hook --serviceaccount=praxis-system:praxis", s.ns)
	found := false
	for _, c := range says {
		found = found || strings.Contains(c.Message, command)
	}
	if !found {
		t.Errorf("no condition has the command %s: %+v", command, says)
	}
	s.grant("praxis-secret-hook", readsHook)
	s.becomes("Unknown NeverReceived")
	s.take("praxis-secret-hook")
	s.becomes("False SecretNotReadable")
	if code, _ := s.delivered(s.receiver, "s3", pullRequest(1, "jonas-gh", "priya-gh")); code != http.StatusUnauthorized {
		t.Errorf("it is %d", code)
	}
	s.grant("again", readsHook)
	s.becomes("Unknown NeverReceived")
}

func TestATenantsSourceReachesNoSecretOfAnotherNamespace(t *testing.T) {
	s := fromForge(t)
	mine := s.ns
	s.must(s.create([]byte(shopRepo)))
	s.ns = s.newNamespace() // a neighbour, who lets the operator read a Secret of the same name
	s.secret(map[string]string{"token": "s3"})
	s.grant("praxis-secret-hook", readsHook)
	s.ns = mine
	s.becomes("False SecretNotReadable")
	if code, _ := s.delivered(s.receiver, "s3", pullRequest(1, "jonas-gh", "priya-gh")); code != http.StatusUnauthorized {
		t.Errorf("it is %d", code)
	}
	for _, name := range []string{"neighbour/hook", "../hook", "hook\n", ""} {
		bad := strings.Replace(strings.Replace(shopRepo, "name: hook", fmt.Sprintf("name: %q", name), 1), "shop-repo", "other", 1)
		if err := s.create([]byte(bad)); err == nil {
			t.Errorf("a source with the Secret %q is let in", name)
		}
	}
}
