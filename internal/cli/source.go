// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/lint"
	"github.com/praxis-dev/praxis/internal/source"
)

type sourceOptions struct {
	*Tool
	payload, headers, claims string
	files                    []string
}

func newSource(t *Tool) *cobra.Command {
	c := &cobra.Command{Use: "source", Short: "Try what an EvidenceSource makes of an event"}
	c.AddCommand(newSourceTest(t))
	return c
}

func newSourceTest(t *Tool) *cobra.Command {
	o := &sourceOptions{Tool: t}
	c := &cobra.Command{
		Use:   "test SOURCE",
		Short: "Say which rules of an EvidenceSource match an event, and what they would make",
		Long: `Say which rules of an EvidenceSource match an event, what evidence they would make, for whom, and why not. Nothing is
made, and no signature is asked for. The payload is a body as the sender posts it, or an object for a source that watches objects.
With -f the source, its Team and its KeyActions are read from files, without a cluster.`,
		Example: `  # A delivery that was copied from the settings of the webhook, with its headers
  kubectl praxis source test shop-repo -n shop --payload delivery.json --headers headers.txt

  # The same before anything is applied
  kubectl praxis source test shop-repo -f goals/ --payload delivery.json --headers headers.txt`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	c.Flags().StringVar(&o.payload, "payload", "", "the file with what the sender posts, or with the object; - is the standard input")
	c.Flags().StringVar(&o.headers, "headers", "", "the file with the headers of the request, one a line, like X-GitHub-Event: pull_request")
	c.Flags().StringVar(&o.claims, "claims", "", "the file with the claims of the identity token, as JSON")
	c.Flags().StringSliceVarP(&o.files, "filename", "f", nil, "files or folders with the source and its goals, instead of the cluster")
	_ = c.MarkFlagRequired("payload") // it exists
	return c
}

// tried is a source and who has which account.
type tried struct {
	source *praxisv1.EvidenceSource
	teamOf func(keyAction string) (*praxisv1.Team, error)
}

func (o *sourceOptions) run(ctx context.Context, name string) error {
	with, err := o.find(ctx, gather.Bare("evidencesource", name))
	if err != nil {
		return err
	}
	rules, err := source.Compile(&with.source.Spec)
	if err != nil {
		return err
	}
	event, err := o.event(source.TypeOf(&with.source.Spec))
	if err != nil {
		return err
	}
	if claims, is := event.Claims.(map[string]any); is {
		if holds, err := rules.Claims(ctx, claims); err != nil || !holds {
			return errors.Join(errors.New("spec.oidc.claims does not hold for these claims, so nothing would be taken"), err)
		}
	}
	drafts, failures := rules.Evaluate(ctx, event)
	wrong := len(drafts) == 0 || len(failures) > 0
	said := map[string]bool{}
	for i := range drafts {
		said[drafts[i].Rule] = true
		unknown, err := o.show(with, &drafts[i])
		if err != nil {
			return err
		}
		wrong = wrong || unknown
	}
	for _, f := range failures {
		said[f.Rule] = true
		fmt.Fprintf(o.Out, "%s\n", f.Message)
	}
	for _, rule := range with.source.Spec.Rules {
		if !said[rule.Name] {
			fmt.Fprintf(o.Out, "rule %s does not match: %s\n", rule.Name, rule.When)
		}
	}
	if wrong {
		return errFindings
	}
	return nil
}

func (o *sourceOptions) find(ctx context.Context, name string) (*tried, error) {
	if len(o.files) > 0 {
		return o.findInFiles(ctx, name)
	}
	c, err := o.client()
	if err != nil {
		return nil, err
	}
	namespace, err := o.namespace()
	if err != nil {
		return nil, err
	}
	s := &praxisv1.EvidenceSource{}
	if err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, s); err != nil {
		return nil, fmt.Errorf("reading EvidenceSource %s: %w", name, err)
	}
	return &tried{s, func(keyAction string) (*praxisv1.Team, error) {
		ka, team := &praxisv1.KeyAction{}, &praxisv1.Team{}
		err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: keyAction}, ka)
		if err != nil || ka.Spec.TeamRef == nil {
			return nil, client.IgnoreNotFound(err)
		}
		err = c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: ka.Spec.TeamRef.Name}, team)
		return team, client.IgnoreNotFound(err)
	}}, nil
}

func (o *sourceOptions) findInFiles(ctx context.Context, name string) (*tried, error) {
	set, err := o.load(ctx, o.files)
	if err != nil {
		return nil, err
	}
	for _, world := range lint.Worlds(set) {
		for _, s := range world.Sources() {
			if s.Name == name {
				return &tried{s, func(keyAction string) (*praxisv1.Team, error) { return world.TeamOf(keyAction), nil }}, nil
			}
		}
	}
	return nil, fmt.Errorf("no EvidenceSource %s that a cluster would take is in %s; see kubectl praxis lint", name, strings.Join(o.files, ", "))
}

func (o *sourceOptions) event(kind string) (*source.Event, error) {
	body, err := o.read(o.payload)
	if err != nil {
		return nil, err
	}
	if kind == source.Object {
		body, err = yaml.YAMLToJSON(body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.payload, err)
		}
		object, err := source.Parse(body)
		return &source.Event{Object: object, ID: "uid"}, err
	}
	r := &http.Request{Method: http.MethodPost, Header: http.Header{}}
	if o.headers != "" {
		text, err := o.read(o.headers)
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		for lines.Scan() {
			if name, value, found := strings.Cut(lines.Text(), ":"); found {
				r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
			}
		}
	}
	event, err := source.FromRequest(kind, r, body)
	if err != nil || kind != source.OIDC || o.claims == "" {
		return event, err
	}
	text, err := o.read(o.claims)
	if err == nil {
		event.Claims, err = source.Parse(text)
	}
	return event, err
}

func (o *sourceOptions) read(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(io.LimitReader(o.In, source.MaxBytes+1))
	}
	return os.ReadFile(file)
}

// show prints what a draft would become, and reports whether it would be for nobody.
func (o *sourceOptions) show(with *tried, d *source.Draft) (unknown bool, err error) {
	name := with.source.Name + "-…"
	if with.source.UID != "" {
		name = source.Name(with.source, d.Rule, d.ID)
	}
	fmt.Fprintf(o.Out, "rule %s matches and would make evidence/%s\n", d.Rule, name)
	line := func(what, says string) {
		if says != "" {
			fmt.Fprintf(o.Out, "  %-9s %s\n", what, says)
		}
	}
	if m := d.Target.Measure; m != nil {
		line("for", fmt.Sprintf("measure %s of %s, which is %s", m.Name, m.Utility, *d.Value))
	} else {
		line("for", fmt.Sprintf("step %s of KeyAction %s", d.Target.Step, d.Target.KeyAction))
	}
	team, err := with.teamOf(d.Target.KeyAction)
	if err != nil {
		return false, err
	}
	kind := source.TypeOf(&with.source.Spec)
	who := func(account string) string {
		if m := evidence.MemberOf(team, kind, account); m != nil {
			return fmt.Sprintf("%s, whose account is %s", m.Name, account)
		}
		return account + ", whom no member of the Team has for an account"
	}
	if d.Account != "" {
		line("of", who(d.Account))
		unknown = evidence.MemberOf(team, kind, d.Account) == nil
	}
	if unknown && team != nil {
		line("so", evidence.UnknownAccount(team.Name, &praxisv1.EvidenceOrigin{Kind: kind, Account: d.Account}))
	}
	if d.VerifiedBy != "" {
		line("checked", "by "+who(d.VerifiedBy))
	}
	line("id", d.ID)
	line("quantity", fmt.Sprint(d.Quantity))
	line("summary", d.Summary)
	for _, a := range d.Artifacts {
		line("artifact", strings.TrimSpace(fmt.Sprintf("%s (%s) %s %s", a.Name, a.Type, a.URI, a.Digest)))
	}
	return unknown, nil
}
