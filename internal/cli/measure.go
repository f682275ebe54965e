// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"

	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/measuring"
	"github.com/praxis-dev/praxis/internal/provider"
	"github.com/praxis-dev/praxis/internal/text"
)

func newMeasure(t *Tool) *cobra.Command {
	c := &cobra.Command{Use: "measure", Short: "Look at measures that are read from a source"}
	c.AddCommand(newMeasureTry(t))
	return c
}

type measureOptions struct {
	*Tool
	providers string
	format    term.Format
}

func newMeasureTry(t *Tool) *cobra.Command {
	o := &measureOptions{Tool: t}
	c := &cobra.Command{
		Use:   "try UTILITY/MEASURE",
		Short: "Read a measure from its source now, and show what the operator says of it",
		Long: `Read a measure from its source with your own rights, and show what would be written of it beside what the operator says.
An object and a metric of external.metrics.k8s.io are read through the cluster. A Prometheus is asked only with --providers,
a file like the operator's whose addresses this machine reaches; without it the query is read for mistakes. Nothing is written.`,
		Example: `  # an object or an external metric
  kubectl praxis measure try checkout/first-try -n shop

  # a Prometheus, by kubectl port-forward and a file of providers with that address
  kubectl praxis measure try checkout/first-try -n shop --providers providers.yaml`,
		Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
			names := t.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
				return measures(ctx, c, namespace, nil)
			})
			return beginning(names, begun, args), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error { return o.try(c.Context(), args[0]) },
	}
	c.Flags().StringVar(&o.providers, "providers", "", "a file of providers, as the operator has one, with addresses that this machine reaches")
	_ = c.MarkFlagFilename("providers", "yaml", "yml") // it exists
	term.AddFormat(c, &o.format)
	return c
}

// triedMeasure is what trying a measure comes to.
type triedMeasure struct {
	Utility string                        `json:"utility"`
	Measure string                        `json:"measure"`
	Of      string                        `json:"of"`
	Now     praxisv1.Decimal              `json:"now,omitempty"`
	Reason  string                        `json:"reason"`
	Message string                        `json:"message,omitempty"`
	Current praxisv1.Decimal              `json:"current,omitempty"`
	Status  *praxisv1.MeasureSourceStatus `json:"status,omitempty"`
}

func (o *measureOptions) try(ctx context.Context, name string) error {
	u, m, err := o.find(ctx, name)
	if err != nil {
		return err
	}
	out := triedMeasure{Utility: u.Name, Measure: m.Name, Of: askedOf(m), Reason: praxisv1.ReasonReading}
	if s := measure.StatusOf(&u.Status, m.Name); s != nil {
		out.Current, out.Status = s.Current, s.Source
	}
	value, failure, err := o.read(ctx, u.Namespace, m)
	if err != nil {
		return err
	}
	if out.Now = value; failure != nil {
		out.Reason, out.Message = failure.Reason, failure.Message
	}
	if o.format != term.Text {
		err = term.Encode(o.Out, o.format, out)
	} else {
		o.print(m, &out)
	}
	if err == nil && failure != nil {
		return errFindings
	}
	return err
}

// find is a measure with a source.
func (o *measureOptions) find(ctx context.Context, name string) (*praxisv1.Utility, *praxisv1.Measure, error) {
	utility, wanted, ok := strings.Cut(name, "/")
	if !ok {
		return nil, nil, fmt.Errorf("a measure is UTILITY/MEASURE, like checkout/first-try, not %q", name)
	}
	c, err := o.client()
	if err != nil {
		return nil, nil, err
	}
	namespace, err := o.namespace()
	if err != nil {
		return nil, nil, err
	}
	var all praxisv1.UtilityList
	if err := gather.List(ctx, c, &all, namespace); err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(all.Items, func(u praxisv1.Utility) bool { return u.Name == utility })
	if i < 0 {
		return nil, nil, gather.NotThere("Utility", utility, namespace, gather.Names(&all))
	}
	u := &all.Items[i]
	names := text.NamesOf(u.Spec.Measures, func(m *praxisv1.Measure) string { return m.Name })
	switch m := evidence.MeasureOf(u, wanted); {
	case m == nil:
		return nil, nil, fmt.Errorf("utility/%s has no measure %q%s", utility, wanted, text.DidYouMean(wanted, names))
	case m.Source == nil:
		return nil, nil, fmt.Errorf("%s of utility/%s has no source; people hand in its readings: kubectl praxis submit --measure %s --value 91.2 -n %s", wanted, utility, name, namespace)
	default:
		return u, m, nil
	}
}

// read asks the source, as far as this machine can.
func (o *measureOptions) read(ctx context.Context, namespace string, m *praxisv1.Measure) (praxisv1.Decimal, *measure.Failure, error) {
	failure, now := measure.Problem(m), o.Clock.Now()
	var samples []measure.Sample
	var err error
	switch {
	case failure != nil:
	case m.Source.Prometheus == nil:
		samples, failure, err = o.fromCluster(ctx, namespace, m, now)
	case o.providers == "":
		if _, err := provider.Enforce(m.Source.Prometheus.Query, "", ""); err != nil {
			failure = measure.Fail(praxisv1.ReasonSourceFailing, "the query cannot be read: %v", err)
		}
		return "", failure, nil
	default:
		samples, failure, err = o.fromPrometheus(ctx, namespace, m, now)
	}
	if failure != nil || err != nil {
		return "", failure, err
	}
	value, failure := measure.Value(m, samples, now)
	return value, failure, nil
}

func (o *measureOptions) fromPrometheus(ctx context.Context, namespace string, m *praxisv1.Measure, now time.Time) ([]measure.Sample, *measure.Failure, error) {
	file, err := provider.Load(o.providers)
	if err != nil {
		return nil, nil, err
	}
	providers, err := provider.New(file, clock.RealClock{})
	if err != nil {
		return nil, nil, err
	}
	samples, failure := providers.Read(ctx, provider.Query{Namespace: namespace, PrometheusQuery: *m.Source.Prometheus, AsOf: now})
	return samples, failure, nil
}

func (o *measureOptions) fromCluster(ctx context.Context, namespace string, m *praxisv1.Measure, now time.Time) ([]measure.Sample, *measure.Failure, error) {
	config, err := o.Flags.ToRESTConfig()
	if err != nil {
		return nil, nil, fmt.Errorf("no cluster to ask: %w", err)
	}
	mapper, err := o.Flags.ToRESTMapper()
	if err != nil {
		return nil, nil, fmt.Errorf("no cluster to ask: %w", err)
	}
	sources, err := measuring.New(config, mapper, nil, "you")
	if err != nil {
		return nil, nil, err
	}
	samples, failure := sources.Read(ctx, namespace, m, now, at{o.Clock})
	return samples, failure, nil
}

// at is a clock that is no other than that of the world where it cannot say.
type at struct{ clock.PassiveClock }

func (a at) At(real time.Time) time.Time {
	if other, ok := a.PassiveClock.(interface{ At(time.Time) time.Time }); ok {
		return other.At(real)
	}
	return real
}

// askedOf says where a measure is read.
func askedOf(m *praxisv1.Measure) string {
	switch s := m.Source; {
	case s.Prometheus != nil:
		return fmt.Sprintf("provider %s: %s", s.Prometheus.Provider, s.Prometheus.Query)
	case s.ExternalMetric != nil:
		return "external metric " + s.ExternalMetric.Name
	default:
		return fmt.Sprintf("%s %s: %s", s.Object.Kind, s.Object.Name, s.Object.Value)
	}
}

func (o *measureOptions) print(m *praxisv1.Measure, out *triedMeasure) {
	screen := term.NewScreen(o.Out)
	said := "the operator has not looked at it yet"
	if out.Status != nil {
		said = strings.TrimSpace(fmt.Sprintf("%s %s", cmp.Or(string(out.Current), "no value,"), out.Status.Reason))
		if out.Status.Message != "" {
			said += ": " + out.Status.Message
		}
	}
	now := string(out.Now)
	switch {
	case out.Message != "":
		now = out.Reason + ": " + out.Message
	case now == "":
		now = "not asked from here; the query can be read. Give --providers to ask it"
	case !measure.Moved(m, out.Current, out.Now):
		now += ", which is not further from what the status has than the resolution"
	}
	for _, line := range [][2]string{{"source", out.Of}, {"status", said}, {"now", now}} {
		fmt.Fprintln(o.Out, term.Wrap(fmt.Sprintf("%-8s", line[0]), line[1], screen.Width))
	}
}
