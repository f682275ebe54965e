// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/praxis-dev/praxis/test/controlplane"
)

const (
	argoNamespace = "argocd"
	argoAccount   = "argocd-application-controller"
	cacheVersion  = "1.8.3" // of the keys in its cache
)

var applicationKind = schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "Application"}

// argo is Argo CD as processes: a cache, a server that reads Git, and the controller.
type argo struct {
	redis string // its address
}

// startArgo installs Argo CD's settings, with ours among them, and starts it.
func (p *play) startArgo() *argo {
	p.Helper()
	_, err := envtest.InstallCRDs(p.plane.Config, envtest.CRDInstallOptions{Paths: []string{filepath.Join(*binaries, "crds")}, ErrorIfPathMissing: true})
	p.must(err)
	p.must(p.admin.Create(p.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: argoNamespace}}))
	p.settings()
	a := &argo{redis: p.freeAddress()}
	_, port, _ := net.SplitHostPort(a.redis)
	p.spawn("redis", nil, "redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", p.folder)
	tools, err := filepath.Abs(filepath.Join("..", "..", "bin", "tools"))
	p.must(err)
	repo := p.freeAddress()
	_, repoPort, _ := net.SplitHostPort(repo)
	env := []string{
		"PATH=" + tools + ":" + os.Getenv("PATH"), // where helm is
		"KUBECONFIG=" + p.argoKubeconfig(), "ARGOCD_FAKE_IN_CLUSTER=true", "ARGOCD_GPG_ENABLED=false", "HOME=" + p.folder,
		// Git is asked again at once, and no sync waits between its waves for effect.
		"ARGOCD_RECONCILIATION_JITTER=0s", "ARGOCD_SYNC_WAVE_DELAY=1",
	}
	p.spawn("repo-server", env, filepath.Join(*binaries, "argocd-repo-server"), "--disable-tls", "--address=127.0.0.1", "--port="+repoPort,
		"--metrics-address=127.0.0.1", "--metrics-port="+p.freePort(), "--redis="+a.redis, "--redis-compress=none", "--revision-cache-expiration=1s", "--loglevel=warn")
	p.spawn("application-controller", env, filepath.Join(*binaries, "argocd-application-controller"), "--namespace="+argoNamespace,
		"--repo-server="+repo, "--repo-server-plaintext", "--redis="+a.redis, "--redis-compress=none", "--metrics-port="+p.freePort(),
		"--app-resync=10", "--loglevel=warn",
		// Right after a sync its cache may still hold what was there before; without a pause
		// it takes that for drift, and the count of syncs would tell nothing.
		"--self-heal-backoff-timeout-seconds=0", "--self-heal-timeout-seconds=5")
	return a
}

// argoKubeconfig is of a user who may do everything, as Argo CD may in most clusters.
func (p *play) argoKubeconfig() string {
	p.Helper()
	path := filepath.Join(p.folder, "argocd.kubeconfig")
	of, err := p.plane.AddUser("argocd")
	p.must(err)
	p.must(controlplane.WriteKubeconfig(path, of))
	p.mayDoEverything(rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "argocd"})
	return path
}

func (p *play) mayDoEverything(who rbacv1.Subject) {
	p.Helper()
	p.must(p.admin.Create(p.ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "test-" + who.Name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{who},
	}))
}

// settings are the ConfigMaps and the Secret that Argo CD insists on, and ours.
func (p *play) settings() {
	p.Helper()
	partOf := map[string]string{"app.kubernetes.io/part-of": "argocd"}
	text, err := os.ReadFile(filepath.Join(config, "argocd", "argocd-cm.yaml"))
	p.must(err)
	ours := &corev1.ConfigMap{}
	p.must(sigsyaml.Unmarshal(text, ours))
	ours.Namespace, ours.Labels = argoNamespace, partOf
	ours.Data["application.sync.impersonation.enabled"] = strconv.FormatBool(*narrow)
	p.must(p.admin.Create(p.ctx, ours))
	for _, name := range []string{"argocd-rbac-cm", "argocd-cmd-params-cm", "argocd-ssh-known-hosts-cm", "argocd-tls-certs-cm", "argocd-gpg-keys-cm"} {
		p.must(p.admin.Create(p.ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: name, Labels: partOf}}))
	}
	p.must(p.admin.Create(p.ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: "argocd-secret", Labels: partOf},
		StringData: map[string]string{"server.secretkey": "only-for-this-test"},
	}))
	// Its own account, by which it would run in a Pod, and which it impersonates to install.
	p.must(p.admin.Create(p.ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: argoAccount}}))
	p.mayDoEverything(rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: argoNamespace, Name: argoAccount})
}

// ask applies a file that people are given for Argo CD, with the repository of the test for the
// one that it names.
func (p *play) ask(file string, repository string, replacements ...string) {
	p.Helper()
	text, err := os.ReadFile(filepath.Join(config, "argocd", file))
	p.must(err)
	replacements = append(replacements, repository, p.repo.url())
	if *serverSide {
		replacements = append(replacements, "syncOptions:\n", "syncOptions:\n    - ServerSideApply=true\n")
	}
	for i := 0; i < len(replacements); i += 2 {
		if !strings.Contains(string(text), replacements[i]) {
			p.Fatalf("%s has no %s", file, replacements[i])
		}
	}
	for part := range strings.SplitSeq(strings.NewReplacer(replacements...).Replace(string(text)), "\n---\n") {
		o := &unstructured.Unstructured{}
		p.must(sigsyaml.Unmarshal([]byte(part), o))
		p.must(p.admin.Create(p.ctx, o))
	}
}

// refresh tells Argo CD that Git has something new, as a webhook of the forge does.
func (p *play) refresh(name string) {
	p.Helper()
	app := &unstructured.Unstructured{}
	app.SetGroupVersionKind(applicationKind)
	app.SetNamespace(argoNamespace)
	app.SetName(name)
	p.must(p.admin.Patch(p.ctx, app, client.RawPatch("application/merge-patch+json",
		[]byte(`{"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}`))))
}

// node is a resource in the tree that Argo CD shows of an application.
type node struct {
	Kind, Namespace, Name string
	ParentRefs            []struct{ Kind, Name string }
	Health                *struct{ Status, Message string }
}

// tree reads it from the cache, where the web page and the command line get it.
func (p *play) tree(application string) map[string]node {
	p.Helper()
	nodes := map[string]node{}
	for shard := 0; ; shard++ {
		key := "app|resources-tree|" + application
		if shard > 0 {
			key += "|" + strconv.Itoa(shard)
		}
		text := p.fromRedis(key)
		if text == nil {
			return nodes
		}
		var part struct {
			Nodes       []node
			ShardsCount int
		}
		p.must(json.Unmarshal(text, &part))
		for _, n := range part.Nodes {
			nodes[n.Kind+"/"+n.Name] = n
		}
		if shard+1 >= part.ShardsCount {
			return nodes
		}
	}
}

// fromRedis speaks the one command of its protocol that is needed; nil is no such key.
// The keys of Argo CD end in the version of its cache.
func (p *play) fromRedis(key string) []byte {
	p.Helper()
	connection, err := net.Dial("tcp", p.argo.redis)
	p.must(err)
	defer connection.Close()
	p.must(connection.SetDeadline(time.Now().Add(10 * time.Second)))
	in := bufio.NewReader(connection)
	key += "|" + cacheVersion
	_, err = fmt.Fprintf(connection, "*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n", len(key), key)
	p.must(err)
	head, err := in.ReadString('\n')
	p.must(err)
	length, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(head, "$")))
	p.must(err)
	if length < 0 {
		return nil
	}
	text := make([]byte, length)
	_, err = io.ReadFull(in, text)
	p.must(err)
	return text
}

// spawn runs a program until the test ends, with a log of its own.
func (p *play) spawn(name string, env []string, program string, args ...string) {
	p.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), env...)
	p.begin(name, cmd)
}

func (p *play) begin(name string, cmd *exec.Cmd) {
	p.Helper()
	log, err := os.Create(filepath.Join(p.folder, name+".log"))
	p.must(err)
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Dir = p.folder
	p.must(cmd.Start())
	p.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have died by itself
		_ = cmd.Wait()         // says that it was killed
		if p.Failed() {
			text, _ := os.ReadFile(log.Name())
			p.Logf("%s said at last:\n%s", name, text[max(0, len(text)-1500):])
		}
	})
}

func (p *play) freeAddress() string {
	p.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	p.must(err)
	defer listener.Close()
	return listener.Addr().String()
}

func (p *play) freePort() string {
	_, port, _ := net.SplitHostPort(p.freeAddress())
	return port
}
