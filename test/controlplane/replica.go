// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	Serves    string // the address of what it is for, where it is a server
}

// Replica reads from a live Deployment what its Pods would run, and returns that for a
// binary: with its arguments, its variables, the token of its account and the Secrets that it
// mounts, in the folder of kubeconfig. A process is not in a Pod's network, so it serves on
// free ports of the loopback interface; nor does it have the files that tell a Pod its
// namespace and its API server, so it is told both, the latter by a kubeconfig at the given path. What a Deployment asks for beyond that is an error.
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
	mounted, err := mounted(ctx, admin, namespace, &pod, filepath.Dir(kubeconfig))
	if err != nil {
		return nil, fmt.Errorf("the Deployment %s: %w", name, err)
	}
	r := &Replica{}
	var args []string
	for _, arg := range pod.Containers[0].Args {
		switch flag, _, _ := strings.Cut(arg, "="); flag {
		case "--leader-elect":
			args = append(args, "--leader-election-namespace="+namespace)
		case "--address":
			r.Serves, err = freeAddress()
			arg = flag + "=" + r.Serves
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
		args = append(args, mounted.Replace(arg))
	}
	r.Cmd = exec.Command(binary, args...)
	r.Env = append(variables, "KUBECONFIG="+kubeconfig)
	return r, nil
}

// mounted writes the Secrets that a Pod mounts into a folder, and puts their files there in place
// of those that arguments name.
func mounted(ctx context.Context, admin kubernetes.Interface, namespace string, pod *corev1.PodSpec, folder string) (*strings.Replacer, error) {
	var paths []string
	for _, m := range pod.Containers[0].VolumeMounts {
		i := slices.IndexFunc(pod.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name })
		if i < 0 || pod.Volumes[i].Secret == nil {
			return nil, fmt.Errorf("a process cannot be given the volume %s; teach Replica what is in it", m.Name)
		}
		secret, err := admin.CoreV1().Secrets(namespace).Get(ctx, pod.Volumes[i].Secret.SecretName, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		at := filepath.Join(folder, m.Name)
		if err := os.MkdirAll(at, 0o700); err != nil {
			return nil, err
		}
		for name, content := range secret.Data {
			if err := os.WriteFile(filepath.Join(at, name), content, 0o600); err != nil {
				return nil, err
			}
		}
		paths = append(paths, m.MountPath, at)
	}
	return strings.NewReplacer(paths...), nil
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
