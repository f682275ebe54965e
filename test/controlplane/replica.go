// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Replica is the program of an operator's Pod as a process, since there is no kubelet.
type Replica struct {
	*exec.Cmd        // not started; further arguments and variables can be added
	Probes    string // the address of /healthz and /readyz
	Metrics   string // the address of /metrics
}

// Replica reads from a live Deployment what its Pods would run, and returns that for a
// binary: with its arguments, its variables and the token of its account. A process is not
// in a Pod's network, so it serves on free ports of the loopback interface; nor does it have
// the files that tell a Pod its namespace and its API server, so it is told both, the latter
// by a kubeconfig at the given path. What a Deployment asks for beyond that is an error.
func (p *ControlPlane) Replica(ctx context.Context, namespace, name, binary, kubeconfig string) (*Replica, error) {
	admin, err := kubernetes.NewForConfig(p.Config)
	if err != nil {
		return nil, err
	}
	deployment, err := admin.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	pod := deployment.Spec.Template.Spec
	token, err := admin.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, pod.ServiceAccountName, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	account := rest.AnonymousClientConfig(p.Config)
	account.BearerToken = token.Status.Token
	if err := WriteKubeconfig(kubeconfig, account); err != nil {
		return nil, err
	}
	variables, err := variablesOf(&pod.Containers[0])
	if err != nil {
		return nil, fmt.Errorf("the Deployment %s: %w", name, err)
	}
	r := &Replica{}
	args := []string{"--leader-election-namespace=" + namespace}
	for _, arg := range pod.Containers[0].Args {
		switch flag, _, _ := strings.Cut(arg, "="); flag {
		case "--health-probe-bind-address":
			r.Probes, err = freeAddress()
			arg = flag + "=" + r.Probes
		case "--metrics-bind-address":
			r.Metrics, err = freeAddress()
			arg = flag + "=" + r.Metrics
		}
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	r.Cmd = exec.Command(binary, args...)
	r.Env = append(variables, "KUBECONFIG="+kubeconfig)
	return r, nil
}

// variablesOf are a container's, of the one source that an operator's have.
func variablesOf(c *corev1.Container) ([]string, error) {
	var all []string
	for _, v := range c.Env {
		if from := v.ValueFrom; from == nil || from.ResourceFieldRef == nil || from.ResourceFieldRef.Resource != "limits.memory" {
			return nil, fmt.Errorf("a process cannot be given the variable %+v; teach Replica where it comes from", v)
		}
		all = append(all, v.Name+"="+strconv.FormatInt(c.Resources.Limits.Memory().Value(), 10))
	}
	return all, nil
}

func freeAddress() (string, error) {
	port, err := freePort()
	return "127.0.0.1:" + strconv.Itoa(port), err
}
