// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// replica is the operator's binary as the installed Deployment has it run: its arguments and
// its account.
type replica struct {
	*cluster
	cmd             *exec.Cmd
	log             string
	probes, metrics string // where it serves them
}

func (c *cluster) buildOperator() string {
	c.Helper()
	binary := filepath.Join(c.TempDir(), "praxis")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		c.Fatalf("building the operator: %v\n%s", err, out)
	}
	return binary
}

// token is one that a Pod of the account would have.
func (c *cluster) token(account string) string {
	c.Helper()
	request, err := c.typed.CoreV1().ServiceAccounts(systemNamespace).CreateToken(c.ctx, account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	c.must(err)
	return request.Status.Token
}

// start runs a replica by the live Deployment, in simulated time. What differs from a Pod is
// said here: there is no Pod's network, so it serves on free ports of the loopback interface;
// nor is there the file that tells a Pod its namespace and its API server, so it is told both.
func (c *cluster) start(binary string, clock ...string) *replica {
	c.Helper()
	var deployment appsv1.Deployment
	c.must(c.admin.Get(c.ctx, client.ObjectKey{Namespace: systemNamespace, Name: operatorName}, &deployment))
	pod := deployment.Spec.Template.Spec
	r := &replica{cluster: c, probes: free(c), metrics: free(c)}
	args := []string{"--leader-election-namespace=" + systemNamespace}
	for _, arg := range pod.Containers[0].Args {
		switch name, _, _ := strings.Cut(arg, "="); name {
		case "--health-probe-bind-address":
			arg = name + "=" + r.probes
		case "--metrics-bind-address":
			arg = name + "=" + r.metrics
		}
		args = append(args, arg)
	}
	env := []string{}
	for _, variable := range pod.Containers[0].Env {
		if from := variable.ValueFrom; from == nil || from.ResourceFieldRef == nil || from.ResourceFieldRef.Resource != "limits.memory" {
			c.Fatalf("the Deployment has the variable %+v, which this test does not hand over yet", variable)
		}
		env = append(env, fmt.Sprintf("%s=%d", variable.Name, pod.Containers[0].Resources.Limits.Memory().Value()))
	}
	file, err := os.CreateTemp(c.TempDir(), "kubeconfig-")
	c.must(err)
	c.must(file.Close())
	kubeconfig := clientcmdapi.NewConfig()
	kubeconfig.Clusters["it"] = &clientcmdapi.Cluster{Server: c.plane.Config.Host, CertificateAuthorityData: c.plane.Config.CAData}
	kubeconfig.AuthInfos["it"] = &clientcmdapi.AuthInfo{Token: c.token(pod.ServiceAccountName)}
	kubeconfig.Contexts["it"] = &clientcmdapi.Context{Cluster: "it", AuthInfo: "it"}
	kubeconfig.CurrentContext = "it"
	c.must(clientcmd.WriteToFile(*kubeconfig, file.Name()))

	log, err := os.CreateTemp(c.TempDir(), "operator-")
	c.must(err)
	defer log.Close() // the child has its own
	r.log = log.Name()
	r.cmd = exec.Command(binary, append(args, clock...)...)
	r.cmd.Env = append(env, "KUBECONFIG="+file.Name())
	r.cmd.Stdout, r.cmd.Stderr = log, log
	c.must(r.cmd.Start())
	c.Cleanup(r.stop)
	return r
}

// stop ends it as the kubelet does, and waits until it has given the lease back.
func (r *replica) stop() {
	if r.cmd.ProcessState == nil {
		_ = r.cmd.Process.Signal(syscall.SIGTERM) // it may have died by itself
		_ = r.cmd.Wait()                          // says how it ended
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

func free(c *cluster) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	c.must(err)
	defer listener.Close()
	return listener.Addr().String()
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
