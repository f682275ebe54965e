// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/client-go/discovery"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/admission"
	"github.com/praxis-dev/praxis/config/crd"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/preflight"
	praxis "github.com/praxis-dev/praxis/internal/version"
	"github.com/praxis-dev/praxis/internal/view"
)

// Praxis runs on servers from oldestServer on, the first that compiles all rules of its definitions and
// selects objects by field.
// From stampingServer on, the server itself writes people's names.
var (
	oldestServer   = version.MustParseGeneric("1.32")
	stampingServer = version.MustParseGeneric("1.36")
)

// finding is one line of check.
type finding struct {
	// Status is True if it is as it should be, Unknown if that cannot be determined.
	Status  metav1.ConditionStatus `json:"status"`
	What    string                 `json:"what"`
	Message string                 `json:"message"`
	// Fix is what to do; empty if there is nothing to do.
	Fix string `json:"fix,omitempty"`
}

func fine(what, format string, args ...any) finding {
	return finding{Status: metav1.ConditionTrue, What: what, Message: fmt.Sprintf(format, args...)}
}

func missing(what, fix, format string, args ...any) finding {
	return finding{Status: metav1.ConditionFalse, What: what, Fix: fix, Message: fmt.Sprintf(format, args...)}
}

func unknown(what, fix, format string, args ...any) finding {
	return finding{Status: metav1.ConditionUnknown, What: what, Fix: fix, Message: fmt.Sprintf(format, args...)}
}

type checker struct {
	*Tool
	client    client.Client
	discovery discovery.DiscoveryInterface
}

func newCheck(t *Tool) *cobra.Command {
	var f term.Format
	c := &cobra.Command{
		Use:   "check",
		Short: "Say what a cluster lacks to run Praxis, and what you lack to install it",
		Long: `Say what a cluster lacks to run Praxis: the version of the server, the definitions, the admission policies, the operator;
and which rights you lack to install it. Each finding comes with what fixes it.`,
		Example: `  kubectl praxis check

  kubectl praxis check -o json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return check(c.Context(), t, f) },
	}
	term.AddFormat(c, &f)
	return c
}

func check(ctx context.Context, t *Tool, f term.Format) error {
	api, served, err := t.reach()
	if err != nil {
		return err
	}
	k := checker{Tool: t, client: api, discovery: served}
	server, findings, err := k.server()
	if err != nil {
		return err
	}
	definitions := k.definitions(ctx)
	findings = append(findings, definitions...)
	findings = append(findings, k.policies(ctx, server)...)
	if definitions[0].Status == metav1.ConditionTrue {
		findings = append(findings, k.operator(ctx))
	}
	findings = append(findings, k.rights(ctx)...)
	bad := slices.ContainsFunc(findings, func(x finding) bool { return x.Status == metav1.ConditionFalse })
	if f != term.Text {
		err = term.Encode(t.Out, f, map[string]any{"items": findings})
	} else {
		printFindings(t, findings)
	}
	if err == nil && bad {
		return errFindings
	}
	return err
}

func printFindings(t *Tool, findings []finding) {
	s := term.NewScreen(t.Out)
	for _, x := range findings {
		glyph, colour := term.Mark(x.Status)
		fmt.Fprintln(t.Out, s.Paint(glyph, colour)+" "+term.Wrap(fmt.Sprintf("%-12s", x.What), x.Message, s.Width-2))
		if x.Fix != "" {
			fmt.Fprintln(t.Out, "              "+x.Fix)
		}
	}
}

func (k checker) server() (*version.Version, []finding, error) {
	info, err := k.discovery.ServerVersion()
	if err != nil {
		return nil, nil, fmt.Errorf("the server does not answer: %w", err)
	}
	server, err := version.ParseGeneric(info.GitVersion)
	if err != nil {
		return nil, nil, fmt.Errorf("the server reports version %q: %w", info.GitVersion, err)
	}
	if server.LessThan(oldestServer) {
		return server, []finding{missing("server", "use a cluster of Kubernetes "+oldestServer.String()+" or later", "Kubernetes %s refuses rules of the definitions, and need not find objects by their fields", info.GitVersion)}, nil
	}
	return server, []finding{fine("server", "Kubernetes %s", info.GitVersion)}, nil
}

func (k checker) definitions(ctx context.Context) []finding {
	const fix = "kubectl apply -k config/crd, or install the chart with crds.enabled"
	served, err := k.discovery.ServerResourcesForGroupVersion(praxisv1.GroupVersion.String())
	if apierrors.IsNotFound(err) {
		return []finding{missing("definitions", fix, "%s is not served: no CustomResourceDefinition is installed", praxisv1.GroupVersion)}
	}
	if err != nil {
		return []finding{unknown("definitions", "", "cannot be determined: %v", err)}
	}
	var lacking []string
	resources := crd.Plurals()
	for _, name := range resources {
		if !slices.ContainsFunc(served.APIResources, func(r metav1.APIResource) bool { return r.Name == name }) {
			lacking = append(lacking, name)
		}
	}
	if len(lacking) > 0 {
		return []finding{missing("definitions", fix, "%s of %s not served", strings.Join(lacking, ", "), praxisv1.GroupVersion)}
	}
	findings := []finding{fine("definitions", "all %d kinds of %s are served", len(resources), praxisv1.GroupVersion)}
	return append(findings, k.release(ctx)...)
}

// release reports definitions of another release than the plugin. It reports nothing where it
// cannot read them: somebody who only uses Praxis need not be allowed to.
func (k checker) release(ctx context.Context) []finding {
	definition := preflight.Definition()
	if err := k.client.Get(ctx, client.ObjectKeyFromObject(definition), definition); err != nil {
		return nil
	}
	if theirs, differ := preflight.Release(definition, praxis.Version); differ {
		return []finding{unknown("release", "take the plugin of "+theirs, "the definitions are of %s and this plugin is of %s: it may not know all that they allow", theirs, praxis.Version)}
	}
	return nil
}

// policySet holds policies that are installed together.
type policySet struct {
	what     string
	wanted   []unstructured.Unstructured
	optional bool   // an installation may do without them
	fix      string // what installs them
	lacking  string // what follows if one is missing
	altered  string // what follows if one differs
}

// policies reports whether all policies are installed, and are those of the plugin's release.
func (k checker) policies(ctx context.Context, server *version.Version) []finding {
	everywhere, stamping, err := admission.Objects()
	if err != nil {
		return []finding{unknown("policies", "", "%v", err)}
	}
	findings := k.installed(ctx, policySet{
		what: "policies", wanted: everywhere, fix: "kubectl apply -k config/admission",
		lacking: "what they refuse is allowed to everybody", altered: "what they should refuse may be allowed to everybody",
	})
	if server.LessThan(stampingServer) {
		return append(findings, fine("stamping", "not before Kubernetes %s; the policies demand that people write their own names", stampingServer))
	}
	return append(findings, k.installed(ctx, policySet{
		what: "stamping", wanted: stamping, fix: "kubectl apply -k config/admission/stamping", optional: true,
		lacking: "people write their own names, and the other policies refuse any other", altered: "they may write the name of somebody other than who acts",
	})...)
}

func (k checker) installed(ctx context.Context, p policySet) []finding {
	compared, err := preflight.Policies(p.wanted, func(ours *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		theirs := ours.DeepCopy()
		err := k.client.Get(ctx, client.ObjectKeyFromObject(theirs), theirs)
		if apierrors.IsNotFound(err) || errors.As(err, new(*discovery.ErrGroupDiscoveryFailed)) {
			return nil, nil
		}
		return theirs, err
	})
	switch {
	case apierrors.IsForbidden(err):
		return []finding{unknown(p.what, "ask somebody who may: kubectl auth can-i get validatingadmissionpolicies", "you may not read whether they are installed")}
	case err != nil:
		return []finding{unknown(p.what, "", "cannot be determined: %v", err)}
	}
	var findings []finding
	if lacking := compared.Names(preflight.Missing); len(lacking) > 0 {
		say := missing
		if p.optional {
			say = unknown
		}
		findings = append(findings, say(p.what, p.fix, "missing, or not bound: %s; %s", strings.Join(lacking, ", "), p.lacking))
	}
	if altered := compared.Names(preflight.Differs); len(altered) > 0 {
		say := missing
		if len(k.release(ctx)) > 0 { // the plugin is of another release, which is a finding of its own
			say = unknown
		}
		findings = append(findings, say(p.what, p.fix, "edited, or of another release than this plugin: %s; %s", strings.Join(altered, ", "), p.altered))
	}
	if len(findings) == 0 {
		findings = append(findings, fine(p.what, "all %d policies and bindings are installed", len(p.wanted)))
	}
	return findings
}

// operator judges whether the operator runs by its work, which is objects that it has not
// looked at, and by its lease, if that may be read.
func (k checker) operator(ctx context.Context) finding {
	const fix = "kubectl get pods -A -l app.kubernetes.io/name=praxis; or run it: make run"
	var utilities praxisv1.UtilityList
	if err := k.client.List(ctx, &utilities); err != nil {
		return unknown("operator", "", "you may not read the Utilities of all namespaces, so its work cannot be seen")
	}
	var unseen []string
	for i := range utilities.Items {
		u := &utilities.Items[i]
		why := view.Objects{Utilities: utilities.Items[i : i+1]}.Why(view.Ref{Kind: "Utility", Namespace: u.Namespace, Name: u.Name}, k.Clock.Now())
		if why.State.Reason == praxisv1.ReasonReconciling {
			unseen = append(unseen, u.Namespace+"/"+u.Name)
		}
	}
	if len(unseen) > 0 {
		return missing("operator", fix, "it has not looked at %s: it does not run, or has just begun", strings.Join(unseen, ", "))
	}
	var leases coordinationv1.LeaseList
	if err := k.client.List(ctx, &leases); err == nil {
		for _, lease := range leases.Items {
			if lease.Name != leaseName || lease.Spec.HolderIdentity == nil || *lease.Spec.HolderIdentity == "" {
				continue
			}
			if expired(&lease) {
				return missing("operator", fix, "%s led it and has not renewed its lease since %s", *lease.Spec.HolderIdentity, lease.Spec.RenewTime.UTC().Format(time.RFC3339))
			}
			return fine("operator", "led by %s", *lease.Spec.HolderIdentity)
		}
	}
	if len(utilities.Items) == 0 {
		return unknown("operator", "apply a goal, then look again", "there is no Utility that it could have looked at")
	}
	return fine("operator", "it has looked at all %d Utilities as they are", len(utilities.Items))
}

// expired reports whether nobody holds a lease any more: a holder that died does not give it
// back.
func expired(lease *coordinationv1.Lease) bool {
	if lease.Spec.RenewTime == nil || lease.Spec.LeaseDurationSeconds == nil {
		return true
	}
	// Leases are kept in real time, whatever the operator's clock shows.
	return clock.RealClock{}.Since(lease.Spec.RenewTime.Time) > time.Duration(*lease.Spec.LeaseDurationSeconds)*time.Second
}

// leaseName is the operator's, as main.go sets it.
const leaseName = "praxis.praxis.dev"

// rights are what an installation needs.
func (k checker) rights(ctx context.Context) []finding {
	needed := []authorizationv1.ResourceAttributes{
		{Verb: "create", Group: "apiextensions.k8s.io", Resource: "customresourcedefinitions"},
		{Verb: "create", Group: "admissionregistration.k8s.io", Resource: "validatingadmissionpolicies"},
		{Verb: "create", Group: "rbac.authorization.k8s.io", Resource: "clusterroles"},
		{Verb: "create", Group: "rbac.authorization.k8s.io", Resource: "clusterrolebindings"},
		{Verb: "create", Resource: "namespaces"},
	}
	var lacking []string
	for _, attributes := range needed {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &attributes}}
		if err := k.client.Create(ctx, review); err != nil {
			return []finding{unknown("rights", "", "cannot be determined: %v", err)}
		}
		if !review.Status.Allowed {
			lacking = append(lacking, attributes.Resource)
		}
	}
	if len(lacking) > 0 {
		return []finding{unknown("rights", "an administrator of the cluster installs it", "you may not create %s, which an installation needs", strings.Join(lacking, ", "))}
	}
	return []finding{fine("rights", "you may install it")}
}
