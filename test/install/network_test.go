// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheNetworkPolicyIsNeverWithoutPorts(t *testing.T) {
	for _, ports := range []string{"null", "[]"} {
		if _, err := template(t, "--skip-schema-validation", "--set-json", "networkPolicy.apiServerPorts="+ports); err == nil || !strings.Contains(err.Error(), "networkPolicy.apiServerPorts") {
			t.Errorf("with %s it says %v", ports, err)
		}
	}
}

// A policy sees the port of a Pod, and not that of the Service before it.
func TestThePortsOfProvidersAreThoseThatTheyListenOn(t *testing.T) {
	const service = "providers[0].name=main,providers[0].url=http://prometheus.monitoring,providers[0].namespaces={shop}"
	for set, want := range map[string]string{
		service: "53/UDP 53/TCP 5353/UDP 5353/TCP 80/TCP",
		service + ",networkPolicy.providerPorts={9090,443}": "53/UDP 53/TCP 5353/UDP 5353/TCP 443/TCP 9090/TCP",
	} {
		spec := rendered(t, "--set", set)["NetworkPolicy "+operatorName].Object["spec"].(map[string]any)
		var ports []string
		for _, p := range spec["egress"].([]any)[1].(map[string]any)["ports"].([]any) {
			port := p.(map[string]any)
			ports = append(ports, fmt.Sprintf("%v/%v", port["port"], port["protocol"]))
		}
		if got := strings.Join(ports, " "); got != want {
			t.Errorf("with %s the operator gets out by %s; want %s", set, got, want)
		}
	}
}
