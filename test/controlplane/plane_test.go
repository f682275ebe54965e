// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// childVariable makes the test binary a program that runs a control plane on
// the data in the folder that it names, until it is killed.
const childVariable = "PRAXIS_TEST_RUN_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		if _, err := Start(context.Background(), Options{Dir: dir, ControllerManager: true}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ready")
		select {}
	}
	os.Exit(m.Run())
}

func start(t *testing.T, opts Options) *ControlPlane {
	t.Helper()
	opts.Out = os.Stderr
	p, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func clientFor(t *testing.T, config *rest.Config) *kubernetes.Clientset {
	t.Helper()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true,
		func(context.Context) (bool, error) { return is(), nil })
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func configMap(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

func TestAControlPlaneWithItsControllerManager(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	audit := filepath.Join(t.TempDir(), "audit.log")
	p := start(t, Options{ControllerManager: true, AuditLog: audit})
	admin := clientFor(t, p.Config)

	t.Run("collects what a deleted owner leaves", func(t *testing.T) {
		maps := admin.CoreV1().ConfigMaps("default")
		owner, err := maps.Create(t.Context(), configMap("owner"), metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		child := configMap("child")
		child.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(owner, corev1.SchemeGroupVersion.WithKind("ConfigMap"))}
		if _, err := maps.Create(t.Context(), child, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := maps.Delete(t.Context(), "owner", metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the child goes", func() bool {
			_, err := maps.Get(t.Context(), "child", metav1.GetOptions{})
			return apierrors.IsNotFound(err)
		})
	})
	t.Run("lets a user do what RBAC grants and no more", func(t *testing.T) {
		asUserMay(t, p, admin)
	})
	t.Run("writes each request to the audit log", func(t *testing.T) {
		text, err := os.ReadFile(audit)
		if err != nil || !strings.Contains(string(text), `"username":"ana"`) || !strings.Contains(string(text), `"username":"system:serviceaccount:kube-system:generic-garbage-collector"`) {
			t.Errorf("the log lacks ana or the garbage collector: %v", err)
		}
	})
	t.Run("leaves no process and no file once it is stopped, and does not wait for watchers", func(t *testing.T) {
		pids := componentPIDs(t, p.dir.run)
		if len(pids) != 3 {
			t.Fatalf("%d processes", len(pids))
		}
		watch, err := admin.CoreV1().Pods("").Watch(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer watch.Stop()
		begun := time.Now()
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took > 30*time.Second {
			t.Errorf("stopping took %s", took)
		}
		for name, pid := range pids {
			if alive(pid) {
				t.Errorf("%s is still there", name)
			}
		}
		if left, _ := os.ReadDir(temporary); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		if err := p.Stop(); err != nil {
			t.Errorf("the second stop: %v", err)
		}
	})
}

func asUserMay(t *testing.T, p *ControlPlane, admin *kubernetes.Clientset) {
	config, err := p.AddUser("ana", "readers")
	if err != nil {
		t.Fatal(err)
	}
	role := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "readers"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "readers"}},
	}
	if _, err := admin.RbacV1().ClusterRoleBindings().Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	maps := clientFor(t, config).CoreV1().ConfigMaps("default")
	eventually(t, "the grant counts", func() bool {
		_, err := maps.List(t.Context(), metav1.ListOptions{})
		return err == nil
	})
	_, err = maps.Create(t.Context(), configMap("forbidden"), metav1.CreateOptions{})
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), `User "ana"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestDataAndTokensOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	p := start(t, Options{Dir: dir})
	if _, err := clientFor(t, p.Config).CoreV1().ConfigMaps("default").Create(t.Context(), configMap("kept"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "another control plane runs on the data") {
		t.Errorf("a second plane on the same data: %v", err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(p.dir.run); err == nil {
		t.Error("the files of the run are left")
	}
	p = start(t, Options{Dir: dir})
	if _, err := clientFor(t, p.Config).CoreV1().ConfigMaps("default").Get(t.Context(), "kept", metav1.GetOptions{}); err != nil {
		t.Error(err)
	}
}

func TestNothingOutlivesAParentThatIsKilled(t *testing.T) {
	dir := t.TempDir()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), childVariable+"="+dir)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "ready\n" {
		t.Fatalf("the parent said %q, %v", line, err)
	}
	run := filepath.Join(dir, "run")
	pids := componentPIDs(t, run)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	eventually(t, "the processes and the files of the run go", func() bool {
		for _, pid := range pids {
			if alive(pid) {
				return false
			}
		}
		_, err := os.Stat(run)
		return os.IsNotExist(err)
	})
}

func TestAnInterruptedStartEndsAtOnceAndLeavesNothing(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		// The moment at which etcd runs and kube-apiserver is not yet ready.
		_ = wait.PollUntilContextCancel(ctx, 10*time.Millisecond, true, func(context.Context) (bool, error) {
			found, _ := filepath.Glob(filepath.Join(temporary, "*", "run", "kube-apiserver.pid"))
			return len(found) > 0, nil
		})
		cancel()
	}()
	_, err := Start(ctx, Options{})
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("the error is %v", err)
	}
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAComponentThatDoesNotStartShowsItsLog(t *testing.T) {
	_, err := Start(t.Context(), Options{APIServerArgs: []string{"--no-such-flag=1"}})
	if err == nil || !strings.Contains(err.Error(), "kube-apiserver did not start") || !strings.Contains(err.Error(), "unknown flag: --no-such-flag") {
		t.Errorf("the error is %v", err)
	}
}

// componentPIDs reads what the launch script wrote down.
func componentPIDs(t *testing.T, run string) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(run, "*.pid"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no process ids in %s: %v", run, err)
	}
	pids := map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if pids[filepath.Base(file)], err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
			t.Fatal(err)
		}
	}
	return pids
}

// alive reports whether the process runs; one that only waits to be reaped does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}
