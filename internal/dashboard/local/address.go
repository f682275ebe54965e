// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package local

import (
	"fmt"
	"net"
)

// Host is the host of an address to listen at. Only this machine may reach it: whoever does reads
// and writes as the person whose kubeconfig it is.
func Host(address string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("--address %q is no address; write it like 127.0.0.1:8088: %w", address, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", fmt.Errorf("--address %q can be reached from other machines, and whoever reaches it would act as you; name 127.0.0.1, [::1] or localhost, or install the dashboard in the cluster for others", address)
	}
	return host, nil
}
