// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// patience is how long a component may take to start or stop. On a free machine
// it is seconds; several test packages that start at once on two cores need more.
const patience = 2 * time.Minute

// Options say what to run. The zero value is etcd and kube-apiserver on data
// that goes with them.
type Options struct {
	// Dir keeps the data across restarts; empty is a temporary folder that Stop
	// removes. Objects and service account tokens survive a restart. The port,
	// the certificates and so every kubeconfig are new with each start, and they
	// are valid for a week. etcd does not wait for the disk: killed processes
	// lose nothing, a power cut may.
	Dir string
	// Fresh begins without the data that an earlier plane kept in Dir.
	Fresh bool
	// ControllerManager also runs kube-controller-manager: garbage collection,
	// namespaces, service accounts, jobs. Without it no owned object goes away
	// with its owner and pods need no service account.
	ControllerManager bool
	// CRDDirs are folders of CustomResourceDefinitions to install. Start waits
	// until they are served.
	CRDDirs []string
	// AuditLog is a file that gets a line of metadata for every finished request.
	AuditLog string
	// APIServerArgs are more flags of kube-apiserver, as "--name=value"; they
	// replace what is set here.
	APIServerArgs []string
	// AssetsDir holds the binaries. Where it is empty Start calls Ensure, which
	// shows its progress on Out (by default nowhere).
	AssetsDir string
	Out       io.Writer
}

// ControlPlane is a running control plane.
type ControlPlane struct {
	// Config is the cluster admin's, without a limit on requests a second.
	Config *rest.Config

	dir      *dataDir
	watchdog *watchdog
	servers  envtest.ControlPlane
	manager  *manager

	stop    sync.Once
	stopErr error
}

// Start runs a control plane and returns when it is ready for use. The caller
// calls Stop; should the process die before, the plane dies with it. A ctx that
// ends during Start ends Start; afterwards it has no effect.
func Start(ctx context.Context, opts Options) (*ControlPlane, error) {
	if opts.AssetsDir == "" {
		if opts.Out == nil {
			opts.Out = io.Discard
		}
		needed := []Component{Etcd, APIServer}
		if opts.ControllerManager {
			needed = append(needed, ControllerManager)
		}
		var err error
		if opts.AssetsDir, err = Ensure(ctx, opts.Out, needed...); err != nil {
			return nil, err
		}
	}
	p, err := newControlPlane(opts.Dir, opts.Fresh)
	if err != nil {
		return nil, err
	}
	// envtest knows no context. Killing its processes ends its waiting at once.
	cancelled := context.AfterFunc(ctx, func() { _ = p.watchdog.cleanUp() })
	err = p.start(ctx, opts)
	if !cancelled() {
		err = fmt.Errorf("the start of the control plane was interrupted: %w", context.Cause(ctx))
	}
	if err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// newControlPlane takes the data folder and sets the watchdog over it.
func newControlPlane(path string, fresh bool) (*ControlPlane, error) {
	dir, err := openDataDir(path)
	if err != nil {
		return nil, err
	}
	if err = clearLeftovers(dir); err == nil && fresh {
		err = dir.forget()
	}
	if err != nil {
		return nil, errors.Join(err, dir.close())
	}
	guard, err := startWatchdog(dir)
	if err != nil {
		return nil, errors.Join(err, dir.close())
	}
	return &ControlPlane{dir: dir, watchdog: guard}, nil
}

func (p *ControlPlane) start(ctx context.Context, opts Options) error {
	if err := p.dir.prepare(opts.AssetsDir); err != nil {
		return err
	}
	if err := p.startServers(ctx, opts); err != nil {
		return err
	}
	var err error
	if p.Config, err = p.AddUser("admin", "system:masters"); err != nil {
		return err
	}
	if err := p.waitForNamespace(ctx); err != nil {
		return err
	}
	if _, err := envtest.InstallCRDs(p.Config, envtest.CRDInstallOptions{
		Paths: opts.CRDDirs, ErrorIfPathMissing: true, MaxTime: patience,
	}); err != nil {
		return fmt.Errorf("the CustomResourceDefinitions of %v cannot be installed: %w", opts.CRDDirs, err)
	}
	if opts.ControllerManager {
		p.manager, err = startManager(ctx, p)
	}
	return err
}

// waitForNamespace waits for the default namespace, which kube-apiserver makes
// some moments after it says that it is healthy.
func (p *ControlPlane) waitForNamespace(ctx context.Context) error {
	client, err := kubernetes.NewForConfig(p.Config)
	if err != nil {
		return fmt.Errorf("no client for the new control plane: %w", err)
	}
	err = wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		_, err := client.CoreV1().Namespaces().Get(ctx, metav1.NamespaceDefault, metav1.GetOptions{})
		return err == nil, nil
	})
	if err != nil {
		return p.dir.failed(APIServer, fmt.Errorf("it is healthy but has no default namespace: %w", err))
	}
	return nil
}

// AddUser returns a config for a user who is proven by a client certificate and
// may do what RBAC grants to the name, to the groups and to every authenticated user.
func (p *ControlPlane) AddUser(name string, groups ...string) (*rest.Config, error) {
	user, err := p.servers.AddUser(envtest.User{Name: name, Groups: groups}, &rest.Config{QPS: -1})
	if err != nil {
		return nil, fmt.Errorf("no certificate for the user %s: %w", name, err)
	}
	config := user.Config()
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return comesAgain{next: next, pause: 200 * time.Millisecond}
	})
	return config, nil
}

// Healthy says which component no longer works, if any.
func (p *ControlPlane) Healthy(ctx context.Context) error {
	if p.manager != nil && p.manager.hasExited() {
		return fmt.Errorf("%s has stopped; see %s", ControllerManager, p.dir.logFile(ControllerManager))
	}
	client, err := kubernetes.NewForConfig(p.Config)
	if err != nil {
		return fmt.Errorf("no client for the control plane: %w", err)
	}
	// Ready includes that etcd answers.
	if _, err := client.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx); err != nil {
		return fmt.Errorf("%s is not ready: %w; see %s and %s", APIServer, err, p.dir.logFile(APIServer), p.dir.logFile(Etcd))
	}
	return nil
}

// Stop stops the components, each before what it depends on, and removes what
// is not meant to stay. A second call does nothing and returns the same.
func (p *ControlPlane) Stop() error {
	p.stop.Do(func() {
		var errs []error
		if p.manager != nil {
			errs = append(errs, p.manager.stop())
		}
		if p.servers.APIServer != nil {
			errs = append(errs, p.servers.APIServer.Stop())
		}
		if p.servers.Etcd != nil {
			errs = append(errs, p.servers.Etcd.Stop())
		}
		errs = append(errs, p.watchdog.cleanUp(), p.dir.close())
		if err := errors.Join(errs...); err != nil {
			p.stopErr = fmt.Errorf("stopping the control plane: %w", err)
		}
	})
	return p.stopErr
}
