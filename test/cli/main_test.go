// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cli tests the plugin as people use it: against a real API server and the real
// operator, whose clock shows Monday until every week is planned and Friday afternoon
// from then on.
package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli"
	"github.com/praxis-dev/praxis/test/controlplane"
)

const (
	// patience is how long the operator may take to answer, on a busy machine.
	patience = 30 * time.Second

	monday = "2026-11-23T15:05:00Z"
	friday = "2026-11-27T14:30:00Z" // the midweek check is overdue, the weekly review is open
)

var (
	plane    *controlplane.ControlPlane
	admin    client.Client
	folder   string // of kubeconfigs, the operator, the plugin and logs
	assets   string // where kubectl is
	scheme   = runtime.NewScheme()
	operator *exec.Cmd
	// beforeInstall is what check said of the empty cluster.
	beforeInstall answer
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	code, err := stage(m)
	if err != nil {
		log.Print(err)
		code = 1
	}
	os.Exit(code)
}

func stage(m *testing.M) (code int, err error) {
	ctx := context.Background()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), praxisv1.AddToScheme(scheme)); err != nil {
		return 1, err
	}
	if folder, err = os.MkdirTemp("", "praxis-cli-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(folder)
	if assets, err = controlplane.Ensure(ctx, os.Stderr, controlplane.All...); err != nil {
		return 1, err
	}
	plane, err = controlplane.Start(ctx, controlplane.Options{AssetsDir: assets, ControllerManager: true})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, plane.Stop()) }()
	kubeconfig := filepath.Join(folder, "kubeconfig")
	err = errors.Join(plane.Kubeconfig(kubeconfig), os.Setenv("KUBECONFIG", kubeconfig), os.Setenv("COLUMNS", ""), os.Setenv("KUBECACHEDIR", filepath.Join(folder, "cache")))
	if err != nil {
		return 1, err
	}
	beforeInstall = praxis("check")
	config := filepath.Join("..", "..", "config")
	if err := plane.Install(ctx, filepath.Join(config, "crd", "bases"), filepath.Join(config, "rbac"), filepath.Join(config, "admission"), filepath.Join(config, "admission", "stamping")); err != nil {
		return 1, err
	}
	if admin, err = client.New(plane.Config, client.Options{Scheme: scheme}); err != nil {
		return 1, err
	}
	if err := prepare(ctx); err != nil {
		return 1, err
	}
	defer stopOperator()
	return m.Run(), nil
}

// prepare plans every week on Monday, and then it is Friday.
func prepare(ctx context.Context) error {
	if err := controlplane.Build(ctx, folder, "./cmd/kubectl-praxis"); err != nil {
		return err
	}
	if err := applyAll(ctx); err != nil {
		return err
	}
	if err := startOperator(monday); err != nil {
		return err
	}
	if err := settled(ctx); err != nil {
		return err
	}
	stopOperator()
	if err := startOperator(friday); err != nil {
		return err
	}
	// The midweek check of the sample becomes overdue last.
	return eventually(ctx, func() (bool, error) {
		r := &praxisv1.Review{}
		err := admin.Get(ctx, client.ObjectKey{Namespace: "platform", Name: "safe-deploys-2026-w48-midweek"}, r)
		return slices.ContainsFunc(r.Status.Conditions, func(c metav1.Condition) bool { return c.Reason == praxisv1.ReasonOverdue }), err
	})
}

// settled waits until the operator has looked at everything.
func settled(ctx context.Context) error {
	return eventually(ctx, func() (bool, error) {
		var utilities praxisv1.UtilityList
		var keyActions praxisv1.KeyActionList
		if err := errors.Join(admin.List(ctx, &utilities), admin.List(ctx, &keyActions)); err != nil {
			return false, err
		}
		for _, u := range utilities.Items {
			if u.Status.ObservedGeneration != u.Generation {
				return false, nil
			}
		}
		for _, ka := range keyActions.Items {
			if ka.Status.ObservedGeneration != ka.Generation {
				return false, nil
			}
		}
		return len(utilities.Items) > 0, nil
	})
}

func eventually(ctx context.Context, is func() (bool, error)) error {
	return wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, patience, true, func(context.Context) (bool, error) { return is() })
}

func startOperator(at string) error {
	epoch := time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
	if err := errors.Join(os.Setenv("PRAXIS_CLOCK_START", at), os.Setenv("PRAXIS_CLOCK_EPOCH", epoch)); err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(folder, "operator.log"))
	if err != nil {
		return err
	}
	defer out.Close()
	operator = exec.Command(filepath.Join(folder, "praxis"), "-health-probe-bind-address=0", "-clock-start="+at, "-clock-epoch="+epoch)
	operator.Stdout, operator.Stderr = out, out
	return operator.Start()
}

func stopOperator() {
	if operator != nil {
		_ = operator.Process.Kill()
		_ = operator.Wait()
	}
	operator = nil
}

// apply makes a namespace with the objects of some files in it.
func apply(ctx context.Context, namespace string, texts ...[]byte) error {
	if err := admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}); err != nil {
		return err
	}
	for _, text := range texts {
		objects, err := controlplane.Decode(text)
		if err != nil {
			return fmt.Errorf("%s: %w", namespace, err)
		}
		for _, o := range objects {
			o.SetNamespace(namespace)
			if err := admin.Create(ctx, o); err != nil {
				return fmt.Errorf("%s: %w", namespace, err)
			}
		}
	}
	return nil
}

func sample(name string) []byte {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", name+".yaml"))
	if err != nil {
		panic(err) // of the repository
	}
	return text
}

// answer is what a command printed, and how it ended.
type answer struct {
	out, err string
	code     int
}

func (a answer) first() string {
	line, _, _ := strings.Cut(a.out, "\n")
	return line
}

// praxis runs a command of the plugin.
func praxis(args ...string) answer {
	var out, errOut bytes.Buffer
	code := cli.Main("kubectl-praxis", args, strings.NewReader(""), &out, &errOut)
	return answer{out.String(), errOut.String(), code}
}

func fine(t *testing.T, args ...string) string {
	t.Helper()
	a := praxis(args...)
	if a.code != 0 {
		t.Fatalf("kubectl praxis %s: exit %d: %s%s", strings.Join(args, " "), a.code, a.out, a.err)
	}
	return a.out
}
