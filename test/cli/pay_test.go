// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// paying lets the sample policy pay the platform, and gives people the roles that the docs name.
func paying(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "incentives", "euros.yaml"))
	if err != nil {
		return err
	}
	objects, err := controlplane.Decode(text)
	if err != nil {
		return err
	}
	for _, o := range objects {
		o.SetNamespace("platform")
		if err := admin.Create(ctx, o); err != nil {
			return err
		}
	}
	for user, right := range map[string][3]string{"jonas": {"own", "get", "incentivepolicies"}, "hr": {"approver", "patch", "incentivestatements"}, "auditor": {"viewer", "list", "incentivestatements"}} {
		if err := controlplane.Grant(ctx, admin, "platform", user+"-pay", user+"@example.com", "praxis-incentives-"+right[0], right[1], right[2]); err != nil {
			return err
		}
	}
	if err := eventually(ctx, func() (bool, error) {
		var list praxisv1.IncentiveStatementList
		err := admin.List(ctx, &list, client.InNamespace("platform"))
		return len(list.Items) >= 3 && list.Items[0].Status.ObservedGeneration > 0, err
	}); err != nil {
		return err
	}
	granted := praxis("pay", "grant", "jonas@example.com", "-n", "platform", "--from", "2026-Q4")
	own, err := controlplane.Decode([]byte(granted.out))
	if err != nil || len(own) == 0 {
		return fmt.Errorf("pay grant printed %s%s: %w", granted.out, granted.err, err)
	}
	for _, o := range own {
		if err := admin.Create(ctx, o); err != nil {
			return err
		}
	}
	return eventually(ctx, func() (bool, error) {
		return strings.Contains(praxis("pay", "-n", "platform", "--as", "jonas@example.com", "--as-group", "people").out, "jonas@example.com"), nil
	})
}

func TestPayShowsEachWhatIsTheirsAndLetsNobodyDecideWhoMayNot(t *testing.T) {
	if err := paying(t.Context()); err != nil {
		t.Fatal(err)
	}
	as := func(user string, args ...string) answer {
		return praxis(append(append([]string{"pay"}, args...), "-n", "platform", "--as", user+"@example.com", "--as-group", "people")...)
	}
	own := as("jonas")
	if own.code != 0 || !strings.Contains(own.out, "jonas@example.com") || strings.Contains(own.out, "priya@") || !strings.Contains(own.out, "Shadow") {
		t.Fatalf("jonas sees (exit %d)\n%s%s", own.code, own.out, own.err)
	}
	name := strings.Fields(strings.Split(own.out, "\n")[1])[0]
	for what, c := range map[string]struct {
		is   answer
		code int
		says string
	}{
		"who reads all":                    {as("auditor"), 0, "priya@example.com"},
		"payroll before anything is final": {as("auditor", "-o", "csv"), 0, "period,user,policy,rule,tier,rhythm,acc,due,completion,amount,unit,roots"},
		"who has no right":                 {as("tomas"), 2, "kubectl praxis pay grant tomas@example.com"},
		"another quarter":                  {as("jonas", "--period", "2026-Q3"), 2, "kubectl praxis pay grant jonas@example.com"},
		"no quarter":                       {as("jonas", "--period", "Q3"), 2, `"Q3" is no quarter; write it like 2026-Q4`},
		"a dispute too early":              {as("jonas", "dispute", name, "-m", "I did five"), 2, "it cannot be disputed now"},
		"another's dispute":                {as("auditor", "dispute", name, "-m", "He did five"), 2, "forbidden"},
		"an approval of who may not":       {as("jonas", "approve", name), 2, "forbidden"},
		"an approval too early":            {as("hr", "approve", name, "--dry-run=server"), 2, "it can be approved once its quarter has closed"},
		"an answer to nothing":             {as("hr", "resolve", name, "-m", "It counts"), 2, "there is no dispute to resolve"},
		"one that is not there":            {as("hr", "approve", "nothing"), 2, "not found"},
	} {
		t.Run(what, func(t *testing.T) {
			if c.is.code != c.code || !strings.Contains(c.is.out+c.is.err, c.says) {
				t.Errorf("exit %d, want %d with %q:\n%s%s", c.is.code, c.code, c.says, c.is.out, c.is.err)
			}
		})
	}
	t.Log("\n" + own.out + as("auditor").out)
}
