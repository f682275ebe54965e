// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// mayRead allows lists in some namespaces alone; "" is all of them at once.
func mayRead(namespaces ...string) func(string, any) error {
	return func(verb string, _ any) error {
		in, lists := strings.CutPrefix(verb, "list ")
		for _, n := range namespaces {
			if n == in {
				return nil
			}
		}
		if lists {
			return apierrors.NewForbidden(resource("teams"), "", nil)
		}
		return nil
	}
}

func TestMineLooksWhereOneMayRead(t *testing.T) {
	namespaces := []client.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "vault"}}}
	listing := func(refuse func(string, any) error) func(string, any) error {
		return func(verb string, obj any) error {
			if _, ok := obj.(*corev1.NamespaceList); ok {
				return nil
			}
			return refuse(verb, obj)
		}
	}
	const owed = "OVERDUE\n  submit  Wed 25 Nov 12:00  Ship one fix (1 of 1)\n      kubectl praxis submit fix-failures.ship.ben -n shop --artifact change=URI\n"
	const partly = "Looked only into the namespaces of your kubeconfig (1 that you may read), since you may not list those of the cluster; look into another with -n.\n"
	for name, c := range map[string]struct {
		refuse func(string, any) error
		args   string
		out    string
		errOut string
		err    string
	}{
		"all namespaces":                        {nil, "mine", owed, "", ""},
		"each that one may read":                {listing(mayRead("shop")), "mine", owed, "", ""},
		"none that one may read":                {listing(mayRead("elsewhere")), "mine", "", "", "you may read none of the known namespaces (shop, vault); name one with -n, or once for all with kubectl config set-context --current --namespace=NAME: listing "},
		"those of the kubeconfig":               {mayRead("default"), "mine", "ben@shop.example owes nothing in the namespaces that were looked into\n", partly, ""},
		"the one that is named":                 {mayRead("shop"), "mine -n shop", owed, "", ""},
		"all, by name":                          {listing(mayRead("shop")), "mine -A", owed, "", ""},
		"all and one":                           {nil, "mine -A -n shop", "", "", "give -n for one namespace or -A for all, not both"},
		"one that there is not":                 {nil, "mine -n shopp", "", "", `there is no namespace "shopp"; did you mean shop?`},
		"one without a goal":                    {nil, "mine -n vault", "ben@shop.example owes nothing in namespace vault, where there is no goal; look into all with kubectl praxis mine -A\n", "", ""},
		"the one that is named, and may not be": {mayRead(), "mine -n shop", "", "", "is forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: "ben@shop.example", refuse: c.refuse, extra: namespaces}
			out, errOut, err := s.run(t, strings.Fields(c.args)...)
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Fatalf("it says %v, want %s", err, c.err)
			}
			if out != c.out || errOut != c.errOut {
				t.Errorf("it prints\n%s%s\nwant\n%s%s", out, errOut, c.out, c.errOut)
			}
		})
	}
}
