// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// startServers runs etcd and kube-apiserver. envtest's own two types are used,
// not its Environment: that one gives the default namespace five seconds, which
// a busy machine exceeds, and obeys USE_EXISTING_CLUSTER, which must never turn
// a test loose on a real cluster.
func (p *ControlPlane) startServers(ctx context.Context, opts Options) error {
	etcd := &envtest.Etcd{
		Path: p.dir.launcher(Etcd), DataDir: p.dir.etcd(), StartTimeout: patience, StopTimeout: patience,
	}
	// The default of 2 GB is too little for the large measurements.
	etcd.Configure().Set("quota-backend-bytes", fmt.Sprint(8<<30))
	p.servers.Etcd = etcd
	if err := p.startServer(ctx, Etcd, func(log *os.File) error {
		etcd.Out, etcd.Err = log, log
		return etcd.Start()
	}); err != nil {
		return err
	}

	api := &envtest.APIServer{
		Path: p.dir.launcher(APIServer), CertDir: p.dir.certs(), EtcdURL: etcd.URL, StartTimeout: patience, StopTimeout: patience,
	}
	if err := p.configure(api, opts); err != nil {
		return err
	}
	p.servers.APIServer = api
	return p.startServer(ctx, APIServer, func(log *os.File) error {
		api.Out, api.Err = log, log
		return api.Start()
	})
}

func (p *ControlPlane) startServer(ctx context.Context, c Component, start func(log *os.File) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	log, err := p.dir.openLog(c)
	if err != nil {
		return err
	}
	defer log.Close() // the child has its own
	if err := start(log); err != nil {
		return p.dir.failed(c, err)
	}
	return nil
}

// configure sets the flags of kube-apiserver where envtest's do not fit.
func (p *ControlPlane) configure(api *envtest.APIServer, opts Options) error {
	flags := api.Configure().
		// Left to itself it wants the address of a network interface, and does
		// not start on a machine that is offline.
		Set("advertise-address", "127.0.0.1").
		Set("endpoint-reconciler-type", "none").
		// By default it stays a minute for clients that still watch.
		Set("shutdown-watch-termination-grace-period", "1s").
		// envtest's issuer has the port in it and its key is new with each start;
		// either would end the tokens of kept data.
		Set("service-account-issuer", "https://kubernetes.default.svc").
		Set("service-account-key-file", p.dir.serviceAccountKey()).
		Set("service-account-signing-key-file", p.dir.serviceAccountKey())
	if opts.ControllerManager {
		// Now there is somebody who makes the service accounts that it asks for.
		flags.Disable("disable-admission-plugins")
	}
	if opts.AuditLog != "" {
		policy := filepath.Join(p.dir.run, "audit-policy.yaml")
		if err := os.WriteFile(policy, []byte(auditPolicy), 0o644); err != nil {
			return fmt.Errorf("the audit policy cannot be written: %w", err)
		}
		path, err := filepath.Abs(opts.AuditLog)
		if err != nil {
			return fmt.Errorf("the path of the audit log is unknown: %w", err)
		}
		// One file without end: who counts requests must not miss those that a
		// rotation moved away.
		flags.Set("audit-policy-file", policy).Set("audit-log-path", path).Set("audit-log-maxsize", "0")
	}
	return setAll(flags, opts.APIServerArgs)
}

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`

// setAll sets each flag to all the values that args give it.
func setAll(flags *envtest.Arguments, args []string) error {
	values := map[string][]string{}
	for _, arg := range args {
		name, value, ok := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if !ok || !strings.HasPrefix(arg, "--") {
			return fmt.Errorf("%q is no flag of %s: write it as --name=value", arg, APIServer)
		}
		values[name] = append(values[name], value)
	}
	for name, all := range values {
		flags.Set(name, all...)
	}
	return nil
}
