// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package local

import "testing"

func TestOnlyThisMachineReachesTheDashboardOfAKubeconfig(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:0": "127.0.0.1", "127.0.0.1:8088": "127.0.0.1", "127.8.8.8:80": "127.8.8.8", "[::1]:8088": "::1", "localhost:8088": "localhost",
		"[::ffff:127.0.0.1]:80": "::ffff:127.0.0.1",
		"0.0.0.0:8088":          "", ":8088": "", "[::]:8088": "", "192.168.1.7:8088": "", "example.com:80": "", "127.0.0.1": "", "localhost.example.com:80": "", "": "",
	} {
		if host, err := Host(address); host != want || (err == nil) != (want != "") {
			t.Errorf("%q is taken for %q: %v", address, host, err)
		}
	}
}
