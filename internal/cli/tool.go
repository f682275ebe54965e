// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/pflag"
	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/discovery"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/simclock"
)

// Tool is what every command is given.
type Tool struct {
	genericiooptions.IOStreams
	Flags *genericclioptions.ConfigFlags
	Clock clock.PassiveClock

	simulated clockFlags
	// reach gives the cluster and what it serves.
	reach func() (client.Client, discovery.DiscoveryInterface, error)
	// patience is how long a command waits for what the operator says of a change.
	patience time.Duration
}

var scheme = func() *runtime.Scheme {
	s := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(s))
	utilruntime.Must(praxisv1.AddToScheme(s))
	return s
}()

func newTool(streams genericiooptions.IOStreams) *Tool {
	flags := genericclioptions.NewConfigFlags(true).WithWrapConfigFn(func(c *rest.Config) *rest.Config {
		c.QPS = -1 // no client-side limit: API Priority and Fairness governs
		return c
	})
	t := &Tool{IOStreams: streams, Flags: flags, Clock: clock.RealClock{}, patience: answerWithin}
	t.reach = t.byFlags
	return t
}

// clockFlags say how the operator's clock runs if it does not show the real time; they have
// the names of the operator's own flags.
type clockFlags struct {
	start, epoch, until string
	speed               float64
}

// add takes the defaults from the environment, so that they can be set once for every
// command.
func (c *clockFlags) add(flags *pflag.FlagSet) {
	speed, err := strconv.ParseFloat(os.Getenv("PRAXIS_CLOCK_SPEED"), 64)
	if err != nil {
		speed = 1
	}
	flags.StringVar(&c.start, "clock-start", os.Getenv("PRAXIS_CLOCK_START"), "simulated time: what the operator's clock shows at its epoch, like 2026-11-23T07:00:00Z")
	flags.StringVar(&c.epoch, "clock-epoch", os.Getenv("PRAXIS_CLOCK_EPOCH"), "simulated time: the real moment of --clock-start")
	flags.Float64Var(&c.speed, "clock-speed", speed, "simulated time: how many times as fast as real time the clock runs")
	flags.StringVar(&c.until, "clock-until", os.Getenv("PRAXIS_CLOCK_UNTIL"), "simulated time: what the operator's clock shows when it goes on as fast as real time")
	for _, name := range []string{"clock-start", "clock-epoch", "clock-speed", "clock-until"} {
		_ = flags.MarkHidden(name) // it exists
	}
}

// setClock sets the operator's clock if the flags describe one.
func (t *Tool) setClock() error {
	if t.simulated.start == "" {
		return nil
	}
	simulated, err := simclock.Parse(clock.RealClock{}, t.simulated.start, t.simulated.epoch, t.simulated.speed)
	if err == nil {
		simulated, err = simulated.Until(t.simulated.until)
	}
	if err != nil {
		return err
	}
	t.Clock = passive{simulated}
	return nil
}

// passive adds to a simulated clock how long ago something was.
type passive struct{ *simclock.Clock }

func (p passive) Since(t time.Time) time.Duration { return p.Now().Sub(t) }

// byFlags reaches the cluster of the kubeconfig and the flags. Discovery is without a
// cache: what was installed a moment ago counts.
func (t *Tool) byFlags() (client.Client, discovery.DiscoveryInterface, error) {
	config, err := t.Flags.ToRESTConfig()
	if err != nil {
		return nil, nil, fmt.Errorf("no cluster to ask: %w", err)
	}
	mapper, err := t.Flags.ToRESTMapper()
	if err != nil {
		return nil, nil, fmt.Errorf("no cluster to ask: %w", err)
	}
	served, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, nil, fmt.Errorf("no cluster to ask: %w", err)
	}
	c, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper})
	return c, served, err
}

// client reads and writes without a cache, as the calling user.
func (t *Tool) client() (client.Client, error) {
	c, _, err := t.reach()
	return c, err
}

// namespace is that of --namespace, else that of the kubeconfig.
func (t *Tool) namespace() (string, error) {
	namespace, _, err := t.Flags.ToRawKubeConfigLoader().Namespace()
	return namespace, err
}

// whoAmI is the user that the API server takes the caller for.
func (t *Tool) whoAmI(ctx context.Context, c client.Client) (string, error) {
	review := &authenticationv1.SelfSubjectReview{}
	if err := c.Create(ctx, review); err != nil {
		return "", fmt.Errorf("asking the API server who you are: %w", err)
	}
	return review.Status.UserInfo.Username, nil
}

// writer writes to one namespace as one user; with --dry-run=server nothing is stored.
type writer struct {
	client.Client
	namespace, me string
}

func (t *Tool) writer(ctx context.Context, dryRun string) (*writer, error) {
	namespace, err := t.namespace()
	if err != nil {
		return nil, err
	}
	c, err := t.client()
	if err != nil {
		return nil, err
	}
	me, err := t.whoAmI(ctx, c)
	if err != nil {
		return nil, err
	}
	switch dryRun {
	case "none", "":
	case "server":
		c = client.NewDryRunClient(c)
	default:
		return nil, fmt.Errorf(`--dry-run=%s is not known; give "server" or "none"`, dryRun)
	}
	return &writer{Client: c, namespace: namespace, me: me}, nil
}
