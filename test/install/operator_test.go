// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/praxis-dev/praxis/test/controlplane"
)

// replica is the operator's binary as the installed Deployment has it run.
type replica struct {
	*cluster
	*controlplane.Replica
	log string
}

func (c *cluster) buildOperator() string {
	c.Helper()
	folder := c.TempDir()
	c.must(controlplane.Build(c.ctx, folder))
	return filepath.Join(folder, "praxis")
}

// token is one that a Pod of the account would have.
func (c *cluster) token(account string) string {
	c.Helper()
	request, err := c.typed.CoreV1().ServiceAccounts(systemNamespace).CreateToken(c.ctx, account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	c.must(err)
	return request.Status.Token
}

// start runs a replica by the live Deployment, in simulated time.
func (c *cluster) start(binary string, clock ...string) *replica {
	c.Helper()
	does, err := c.plane.Replica(c.ctx, systemNamespace, operatorName, binary, filepath.Join(c.TempDir(), "operator.kubeconfig"))
	c.must(err)
	log, err := os.CreateTemp(c.TempDir(), "operator-")
	c.must(err)
	defer log.Close() // the child has its own
	r := &replica{cluster: c, Replica: does, log: log.Name()}
	r.Args = append(r.Args, clock...)
	r.Stdout, r.Stderr = log, log
	c.must(r.Start())
	c.Cleanup(r.stop)
	return r
}

// stop ends it as the kubelet does, and waits until it has given the lease back.
func (r *replica) stop() {
	if r.ProcessState == nil {
		_ = r.Process.Signal(syscall.SIGTERM) // it may have died by itself
		_ = r.Wait()                          // says how it ended
		if r.Failed() {
			text, _ := os.ReadFile(r.log)
			shown := 0
			for line := range strings.Lines(string(text)) {
				if shown < 10 && !strings.Contains(line, `"level":"info"`) {
					shown++
					r.Logf("a replica said: %.600s", line)
				}
			}
		}
	}
}

// get returns what a replica answers to the bearer of a token; empty is nobody.
func (r *replica) get(url, token string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(r.ctx, http.MethodGet, url, nil)
	r.must(err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	// As the ServiceMonitor does: it makes its certificate at its start.
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport, Timeout: 20 * time.Second}).Do(request)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), errors.Join(err, response.Body.Close())
}

// clockFrom are the flags of a clock that shows a moment now and runs this many times as fast
// as time.
func clockFrom(start time.Time, speed float64) []string {
	return []string{
		"--clock-start=" + start.UTC().Format(time.RFC3339), "--clock-epoch=" + time.Now().UTC().Format(time.RFC3339),
		fmt.Sprintf("--clock-speed=%g", speed),
	}
}
