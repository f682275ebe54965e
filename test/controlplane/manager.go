// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// manager is a running kube-controller-manager.
type manager struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed when the process is gone
}

var errPortTaken = errors.New("its port was taken by somebody else")

// startManager runs kube-controller-manager and waits until its controllers work.
func startManager(ctx context.Context, p *ControlPlane) (*manager, error) {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		m, err := tryManager(ctx, p)
		if errors.Is(err, errPortTaken) && attempt < attempts {
			continue // a free port can be taken before the process listens on it
		}
		if err != nil {
			return nil, p.dir.failed(ControllerManager, err)
		}
		return m, nil
	}
}

func tryManager(ctx context.Context, p *ControlPlane) (*manager, error) {
	kubeconfig := filepath.Join(p.dir.run, "controller-manager.kubeconfig")
	// The name that its role is bound to on every cluster.
	identity, err := p.AddUser("system:kube-controller-manager")
	if err == nil {
		err = WriteKubeconfig(kubeconfig, identity)
	}
	if err != nil {
		return nil, err
	}
	ca := filepath.Join(p.dir.run, "ca.crt")
	if err := os.WriteFile(ca, p.Config.CAData, 0o644); err != nil {
		return nil, fmt.Errorf("the certificate authority cannot be written: %w", err)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	m, err := p.launchManager(managerFlags(p.dir, kubeconfig, ca, port))
	if err != nil {
		return nil, err
	}
	if err := m.waitHealthy(ctx, p.Config, port); err != nil {
		return nil, errors.Join(p.portTaken(err), m.stop())
	}
	return m, nil
}

func managerFlags(d *dataDir, kubeconfig, ca string, port int) []string {
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(port),
		// The API server's certificate is for 127.0.0.1 as well.
		"--tls-cert-file=" + filepath.Join(d.certs(), "apiserver.crt"),
		"--tls-private-key-file=" + filepath.Join(d.certs(), "apiserver.key"),
		"--root-ca-file=" + ca,
		"--service-account-private-key-file=" + d.serviceAccountKey(),
		// As on every real cluster, each controller is a user of its own, so that
		// RBAC, admission policies and the audit log see it by its name.
		"--use-service-account-credentials=true",
		"--leader-elect=false",
		// By default it holds itself to 20 requests a second.
		"--kube-api-qps=100000",
		"--kube-api-burst=100000",
	}
}

// launchManager starts the process as envtest starts the others.
func (p *ControlPlane) launchManager(flags []string) (*manager, error) {
	log, err := p.dir.openLog(ControllerManager)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	cmd := exec.Command(p.dir.launcher(ControllerManager), flags...)
	cmd.Stdout, cmd.Stderr = log, log
	// Ctrl-C is for us: it is stopped in its turn.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	m := &manager{cmd: cmd, exited: make(chan struct{})}
	go func() {
		defer close(m.exited)
		_ = cmd.Wait() // its log says more than the exit code
	}()
	return m, nil
}

// waitHealthy waits until it answers and a controller has done something: the
// answer comes some moments before the controllers run.
func (m *manager) waitHealthy(ctx context.Context, config *rest.Config, port int) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	tls, err := rest.TLSConfigFor(&rest.Config{TLSClientConfig: rest.TLSClientConfig{CAData: config.CAData}})
	if err != nil {
		return err
	}
	transport := &http.Transport{TLSClientConfig: tls}
	defer transport.CloseIdleConnections()
	probe := &http.Client{Transport: transport, Timeout: 5 * time.Second}
	url := fmt.Sprintf("https://127.0.0.1:%d/healthz", port)

	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		if m.hasExited() {
			return false, errors.New("it exited at once")
		}
		if !answers(ctx, probe, url) {
			return false, nil
		}
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, nil
	})
}

func answers(ctx context.Context, probe *http.Client, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := probe.Do(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// portTaken recognises the one failure that is worth another try.
func (p *ControlPlane) portTaken(err error) error {
	log, readErr := os.ReadFile(p.dir.logFile(ControllerManager))
	if readErr == nil && strings.Contains(string(log), "address already in use") {
		return fmt.Errorf("%w: %w", errPortTaken, err)
	}
	return err
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("no free port on 127.0.0.1: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func (m *manager) hasExited() bool {
	select {
	case <-m.exited:
		return true
	default:
		return false
	}
}

// stop asks the process to go. One that does not is left to the watchdog.
func (m *manager) stop() error {
	if m.hasExited() {
		return nil
	}
	if err := m.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%s cannot be stopped: %w", ControllerManager, err)
	}
	select {
	case <-m.exited:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("%s did not stop within %s and is killed", ControllerManager, patience)
	}
}
