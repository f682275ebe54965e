// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"strings"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/praxis-dev/praxis/internal/dashboard/access"
	"github.com/praxis-dev/praxis/internal/dashboard/identity"
)

// Ways to find out who people are.
const (
	modeOIDC  = "oidc"
	modeToken = "token"
	modeProxy = "proxy"
)

// defaultRefusal lets nobody in whose address anybody could have chosen, nor whose groups a
// provider left out because they are many.
const defaultRefusal = `!has(claims.email_verified) || claims.email_verified != true ? "your identity provider has not verified your e-mail address" : ` +
	`has(claims._claim_names) && has(claims._claim_names.groups) ? "you are in more groups than your identity provider puts into a token: who runs it should put in only those that the dashboard needs" : ""`

type oidcOptions struct {
	issuer, clientID, secretFile, caFile, scopes string
	user, groups, refuse                         string
}

func (o *oidcOptions) bind(flags *flag.FlagSet) {
	flags.StringVar(&o.issuer, "oidc-issuer", "", "oidc: the address of the identity provider, as its tokens have it")
	flags.StringVar(&o.clientID, "oidc-client-id", "", "oidc: the dashboard as the provider knows it")
	flags.StringVar(&o.secretFile, "oidc-client-secret-file", "", "oidc: a file with the secret of that client (default: a client without one)")
	flags.StringVar(&o.caFile, "oidc-ca-file", "", "oidc: certificates of who signs the provider's (default: those that the system trusts; an image from scratch has none)")
	flags.StringVar(&o.scopes, "oidc-scopes", "email,groups,offline_access", "oidc: scopes to ask for beside openid")
	flags.StringVar(&o.user, "oidc-user", "claims.email", "oidc: CEL over claims, which gives the user name that the API server knows")
	flags.StringVar(&o.groups, "oidc-groups", `has(claims.groups) ? claims.groups : []`, "oidc: CEL over claims, which gives the groups")
	flags.StringVar(&o.refuse, "oidc-refuse", defaultRefusal,
		"oidc: CEL over claims, which says why somebody is not let in; empty lets them in")
}

type proxyOptions struct {
	caFile, names, userHeader, groupsHeader, separator string
}

func (o *proxyOptions) bind(flags *flag.FlagSet) {
	flags.StringVar(&o.caFile, "proxy-ca-file", "", "proxy: certificates of who signs the proxy's")
	flags.StringVar(&o.names, "proxy-names", "", "proxy: names that its certificate may have, separated by commas")
	flags.StringVar(&o.userHeader, "proxy-user-header", "X-Remote-User", "proxy: the header with the user name")
	flags.StringVar(&o.groupsHeader, "proxy-groups-header", "X-Remote-Group", "proxy: the header with a group, once for each")
	flags.StringVar(&o.separator, "proxy-groups-separator", "", "proxy: what separates groups in one header (default: nothing does)")
}

// identifies is how people are known.
func (o *options) identifies(cluster *access.Cluster, now clock.Clock) (identity.Mode, error) {
	switch o.mode {
	case modeProxy:
		names := list(o.proxy.names)
		if o.tlsFolder == "" || o.proxy.caFile == "" || len(names) == 0 {
			return nil, fmt.Errorf("-mode=%s needs -tls-dir, -proxy-ca-file and -proxy-names: without them anybody could say who they are", o.mode)
		}
		return &identity.Proxy{Names: names, UserHeader: o.proxy.userHeader, GroupsHeader: o.proxy.groupsHeader, Separator: o.proxy.separator}, nil
	case modeOIDC, modeToken:
	default:
		return nil, fmt.Errorf("-mode=%q: give %s, %s or %s", o.mode, modeOIDC, modeToken, modeProxy)
	}
	if o.key == "" {
		return nil, fmt.Errorf("-mode=%s needs -session-key-file", o.mode)
	}
	keys, err := identity.NewKeys(o.key, o.previousKey, now)
	if err != nil {
		return nil, err
	}
	sessions := identity.Sessions{Keys: keys, Version: o.sessionVersion, Clock: now}
	if strings.HasPrefix(strings.ToLower(o.clientAddressHeader), "x-remote-") {
		return nil, fmt.Errorf("-client-address-header=%s: headers that begin with X-Remote- are never read in this mode: have the proxy send X-Forwarded-For", o.clientAddressHeader)
	}
	if o.mode == modeToken {
		token := identity.NewToken(sessions, cluster.Whose, identity.Plain)
		token.Behind(o.clientAddressHeader)
		token.Extras(list(o.tokenExtras))
		return token, nil
	}
	claims, err := identity.NewClaims(o.oidc.user, o.oidc.groups, o.oidc.refuse)
	if err != nil {
		return nil, err
	}
	provided, err := identity.NewOIDC(sessions, identity.Provider{
		Issuer: o.oidc.issuer, ClientID: o.oidc.clientID, SecretFile: o.oidc.secretFile, CAFile: o.oidc.caFile,
		Scopes: list(o.oidc.scopes), PublicURL: o.publicURL,
	}, claims, identity.Plain, ctrl.Log.WithName("oidc"))
	if err != nil {
		return nil, err
	}
	provided.Behind(o.clientAddressHeader)
	return provided, nil
}

func list(text string) []string {
	var all []string
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}
