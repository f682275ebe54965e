// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// reads say what was read: how many objects of each namespace.
var reads = map[string]func(context.Context, client.Client, string) (string, error){
	"utilities": listing(func() client.ObjectList { return &praxisv1.UtilityList{} }),
	"teams":     listing(func() client.ObjectList { return &praxisv1.TeamList{} }),
	"packages":  listing(func() client.ObjectList { return &praxisv1.ActionPackageList{} }),
	"steps":     listing(func() client.ObjectList { return &praxisv1.KeyActionList{} }),
	"weeks":     listing(func() client.ObjectList { return &praxisv1.WeeklyCycleList{} }),
	"actions":   listing(func() client.ObjectList { return &praxisv1.ActionList{} }),
	"evidence":  listing(func() client.ObjectList { return &praxisv1.EvidenceList{} }),
	"reviews":   listing(func() client.ObjectList { return &praxisv1.ReviewList{} }),
	"owed": func(ctx context.Context, c client.Client, namespace string) (string, error) {
		list := &praxisv1.ActionList{}
		return counted(ctx, c, list, client.InNamespace(namespace), client.MatchingFields{"spec.user": ben})
	},
	"one": func(ctx context.Context, c client.Client, namespace string) (string, error) {
		var u praxisv1.Utility
		err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: "checkout"}, &u)
		return u.Name, err
	},
	"none": func(ctx context.Context, c client.Client, namespace string) (string, error) {
		return "", c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: "not-there"}, &praxisv1.Utility{})
	},
}

func listing(list func() client.ObjectList) func(context.Context, client.Client, string) (string, error) {
	return func(ctx context.Context, c client.Client, namespace string) (string, error) {
		return counted(ctx, c, list(), client.InNamespace(namespace))
	}
}

func counted(ctx context.Context, c client.Client, list client.ObjectList, opts ...client.ListOption) (string, error) {
	if err := c.List(ctx, list, opts...); err != nil {
		return "", err
	}
	found := map[string]int{}
	err := meta.EachListItem(list, func(o runtime.Object) error {
		found[o.(client.Object).GetNamespace()]++
		return nil
	})
	var said []string
	for _, namespace := range slices.Sorted(maps.Keys(found)) {
		said = append(said, fmt.Sprintf("%s:%d", namespace, found[namespace]))
	}
	return strings.Join(said, " "), err
}

var writes = map[string]write{
	"hand in": handIn, "hand in as cleo": handInAs(cleo), "take back": takeBack,
	"judge as cleo": judge("waiting", cleo), "judge as ana": judge("waiting", ana), "judge as nel": judge("waiting", nel),
	"judge what cleo made as cleo": judge("of-another", cleo), "hand over": handOver, "sign": sign,
}

const (
	denied  = "is forbidden: User"
	notTold = "nobody is signed in"
)

// expected is what somebody gets: the namespaces that they see, and by write what they are told.
type expected struct {
	sees   string // namespace
	writes map[string]string
}

var matrix = map[string]expected{
	"": {writes: map[string]string{
		"hand in": notTold, "hand in as cleo": notTold, "take back": notTold, "judge as cleo": notTold, "judge as ana": notTold, "judge as nel": notTold,
		"judge what cleo made as cleo": notTold, "hand over": notTold, "sign": notTold,
	}},
	eve: {writes: map[string]string{
		"hand in": denied, "hand in as cleo": denied, "take back": denied, "judge as cleo": denied, "judge as ana": denied, "judge as nel": denied,
		"judge what cleo made as cleo": denied, "hand over": denied, "sign": denied,
	}},
	nel: {sees: neighbour, writes: map[string]string{
		"hand in": denied, "hand in as cleo": denied, "take back": denied, "judge as cleo": denied, "judge as ana": denied, "judge as nel": denied,
		"judge what cleo made as cleo": denied, "hand over": denied, "sign": denied,
	}},
	vic: {sees: shop, writes: map[string]string{
		"hand in": denied, "hand in as cleo": denied, "take back": denied, "judge as cleo": denied, "judge as ana": denied, "judge as nel": denied,
		"judge what cleo made as cleo": denied, "hand over": denied, "sign": denied,
	}},
	ben: {sees: shop, writes: map[string]string{
		"hand in": "done", "hand in as cleo": "has to be your own name: set it to " + ben, "take back": "done", "judge as cleo": denied, "judge as ana": denied,
		"judge as nel": denied, "judge what cleo made as cleo": denied, "hand over": denied, "sign": denied,
	}},
	cleo: {sees: shop, writes: map[string]string{
		"hand in": denied, "hand in as cleo": denied, "take back": denied, "judge as cleo": "done",
		"judge as ana": "a verdict is given in one's own name", "judge as nel": "a verdict is given in one's own name",
		"judge what cleo made as cleo": "nobody judges what they handed in", "hand over": "done", "sign": "done",
	}},
	ana: {sees: shop, writes: map[string]string{
		"hand in": denied, "hand in as cleo": denied, "take back": denied, "judge as cleo": "a verdict is given in one's own name", "judge as ana": "done",
		"judge as nel": "a verdict is given in one's own name", "judge what cleo made as cleo": "a verdict is given in one's own name", "hand over": "done", "sign": "done",
	}},
}

// only asks for an address, and fails where the answer tells of another namespace than that.
func only(t *testing.T, b *http.Client, address, namespace string) {
	t.Helper()
	response, err := b.Get(address)
	if found, _, _ := strings.Cut(answered(t, response, err), ":"); response.StatusCode != http.StatusOK || found != namespace {
		t.Errorf("GET %s tells of %q with %s, want %q", address, found, response.Status, namespace)
	}
}

func TestEverybodySeesAndWritesWhatIsTheirsInEachWayToSignIn(t *testing.T) {
	for name, w := range ways(t) {
		for user, want := range matrix {
			t.Run(name+"/"+strings.TrimSuffix(user+"@", "@"), func(t *testing.T) {
				b := w.signedIn(t, user)
				for what := range reads {
					for _, namespace := range []string{shop, neighbour, "", "not-there"} {
						address := w.URL + "/read/" + what + "?namespace=" + namespace
						switch single := what == "one" || what == "none"; {
						case user == "":
							get(t, b, address, notTold)
						case namespace == "" && !single:
							only(t, b, address, want.sees)
						case namespace == "" || namespace != want.sees:
							get(t, b, address, "is forbidden: "+user+" may not")
						case what == "none":
							get(t, b, address, `"not-there" not found`)
						case what == "one":
							get(t, b, address, "checkout")
						default:
							only(t, b, address, namespace)
						}
					}
				}
				if user != "" {
					only(t, b, w.URL+"/namespaces", want.sees)
				}
				for what := range writes {
					post(t, b, w.URL+"/write/"+strings.ReplaceAll(what, " ", "%20"), nil, want.writes[what])
				}
			})
		}
	}
}
