// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

const utilitiesCRD = "utilities.praxis.dev"

// previous is a chart of an earlier version, whose Utility had no boundaries yet.
func previous(c *cluster) string {
	c.Helper()
	dir := filepath.Join(c.TempDir(), "praxis")
	c.must(os.CopyFS(dir, os.DirFS(chart)))
	edit := func(file string, change func(map[string]any)) {
		path := filepath.Join(dir, file)
		text, err := os.ReadFile(path)
		c.must(err)
		var content map[string]any
		c.must(yaml.Unmarshal(text, &content))
		change(content)
		text, err = yaml.Marshal(content)
		c.must(err)
		c.must(os.WriteFile(path, text, 0o644))
	}
	edit("Chart.yaml", func(meta map[string]any) { meta["version"], meta["appVersion"] = "0.0.9", "v0.0.9" })
	edit(filepath.Join("files", "crd", "praxis.dev_utilities.yaml"), func(crd map[string]any) {
		version := crd["spec"].(map[string]any)["versions"].([]any)[0].(map[string]any)
		unstructured.RemoveNestedField(version, "schema", "openAPIV3Schema", "properties", "spec", "properties", "boundaries")
	})
	return dir
}

// goal makes a Utility with a boundary, of which an earlier definition knows nothing.
func (c *cluster) goal() *praxisv1.Utility {
	c.Helper()
	c.namespace(goals)
	c.apply(c.admin, goals, "minimal.yaml")
	c.bound()
	return c.utility()
}

func (c *cluster) bound() {
	c.Helper()
	c.must(c.admin.Patch(c.ctx, c.utility(), client.RawPatch(types.MergePatchType,
		[]byte(`{"spec":{"boundaries":[{"name":"no-hero","statement":"Nobody has to be awake for it"}]}}`))))
}

func (c *cluster) utility() *praxisv1.Utility {
	c.Helper()
	var u praxisv1.Utility
	c.must(c.admin.Get(c.ctx, client.ObjectKey{Namespace: goals, Name: "first-hour"}, &u))
	return &u
}

func (c *cluster) has(o client.Object, name string) bool {
	c.Helper()
	err := c.admin.Get(c.ctx, client.ObjectKey{Namespace: systemNamespace, Name: name}, o)
	c.must(client.IgnoreNotFound(err))
	return err == nil
}

// definitionsAreOf has the definition look as if another version had installed it.
func (c *cluster) definitionsAreOf(version string) {
	c.Helper()
	crd := &apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{Name: utilitiesCRD}}
	c.must(c.admin.Patch(c.ctx, crd, client.RawPatch(types.MergePatchType,
		[]byte(`{"metadata":{"labels":{"app.kubernetes.io/version":"`+version+`"}}}`))))
}

func (c *cluster) says(err error, words string) {
	c.Helper()
	if err == nil || !strings.Contains(err.Error(), words) {
		c.Errorf("it does not say %q: %v", words, err)
	}
}

func TestAReleaseIsInstalledUpgradedRemovedAndInstalledAgain(t *testing.T) {
	c := newCluster(t, controlplane.Options{})
	c.namespace(systemNamespace)

	c.mustHelm("install", releaseName, previous(c))
	c.knowsOurKinds()
	before := c.goal()
	if len(before.Spec.Boundaries) != 0 {
		t.Fatal("the earlier definition knows of boundaries")
	}

	c.mustHelm("upgrade", releaseName, chart, "--set", "replicas=3")
	c.eventually("the definition is the new one", func() (bool, error) {
		c.bound()
		return len(c.utility().Spec.Boundaries) == 1, nil
	})
	var deployment appsv1.Deployment
	if !c.has(&deployment, operatorName) || *deployment.Spec.Replicas != 3 || !strings.HasSuffix(deployment.Spec.Template.Spec.Containers[0].Image, ":v0.1.0") {
		t.Errorf("the Deployment is still %+v", deployment.Spec)
	}
	if history := c.mustHelm("history", releaseName); !strings.Contains(history, "praxis-0.0.9") || !strings.Contains(history, "praxis-0.1.0") {
		t.Errorf("the history is\n%s", history)
	}

	_, err := c.helm("upgrade", releaseName, previous(c))
	c.says(err, "are of v0.1.0, newer than v0.0.9 of this chart, and going back loses fields of your goals")
	if len(c.utility().Spec.Boundaries) != 1 {
		t.Error("the boundary is lost")
	}

	out := c.mustHelm("uninstall", releaseName)
	if !strings.Contains(out, "[CustomResourceDefinition] "+utilitiesCRD) {
		t.Errorf("it does not say what it keeps:\n%s", out)
	}
	if c.has(&deployment, operatorName) {
		t.Error("the operator is still there")
	}
	if after := c.utility(); after.UID != before.UID || len(after.Spec.Boundaries) != 1 {
		t.Errorf("the goal is now %+v", after)
	}

	_, err = c.helm("install", "another", chart)
	c.says(err, "invalid ownership metadata")
	c.mustHelm("install", releaseName, chart) // the same name takes them over
	if after := c.utility(); after.UID != before.UID {
		t.Error("the goal is another")
	}
	_, err = c.helm("install", "second", chart)
	c.says(err, "invalid ownership metadata")

	c.mustHelm("upgrade", releaseName, chart, "--set", "crds.keep=false")
	c.mustHelm("uninstall", releaseName)
	c.eventually("definitions and goals are gone, where that is wanted", func() (bool, error) {
		return !c.has(&apiextensionsv1.CustomResourceDefinition{}, utilitiesCRD), nil
	})
	c.mustHelm("install", releaseName, chart)
}

func TestAnInstallThatCannotBeSaysWhyAndLeavesNothing(t *testing.T) {
	c := newCluster(t, controlplane.Options{})
	c.namespace(systemNamespace)
	_, err := c.helm("install", releaseName, chart, "--set", "replicaCount=3")
	c.says(err, "additional properties 'replicaCount' not allowed")

	// A person with all rights in the namespace can still not install what is the cluster's.
	config, err := c.plane.AddUser("gil@example.org")
	c.must(err)
	admin := c.kubeconfig
	c.person("gil@example.org", systemNamespace, "cluster-admin")
	c.kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	c.must(controlplane.WriteKubeconfig(c.kubeconfig, config))
	_, err = c.helm("install", releaseName, chart)
	c.says(err, `User "gil@example.org" cannot`)
	c.says(err, "at the cluster scope")
	c.kubeconfig = admin

	if c.has(&appsv1.Deployment{}, operatorName) || c.has(&apiextensionsv1.CustomResourceDefinition{}, utilitiesCRD) {
		t.Error("half of it was installed")
	}
}

func TestDefinitionsDoNotGoBackNorAreTheyDeletedUnawares(t *testing.T) {
	c := newCluster(t, controlplane.Options{})
	c.namespace(systemNamespace)
	c.mustHelm("install", releaseName, chart, "--set", "crds.keep=false")
	c.knowsOurKinds()
	before := c.goal()

	for version, newer := range map[string]bool{
		"v0.0.9": false, "v0.1.0-rc.1": false, "v0.1.0": false,
		"v0.1.1": true, "v0.2.0-rc.1": true, "v0.2.0": true,
	} {
		c.definitionsAreOf(version)
		_, err := c.helm("upgrade", releaseName, chart, "--dry-run=server")
		if newer {
			c.says(err, "are of "+version+", newer than v0.1.0 of this chart, and going back loses fields of your goals")
		} else if err != nil {
			t.Errorf("definitions of %s keep v0.1.0 out: %v", version, err)
		}
	}

	// What the refusal advises is itself refused where it would delete every goal.
	_, err := c.helm("upgrade", releaseName, chart, "--set", "crds.enabled=false")
	c.says(err, "Helm would delete the definitions, and every goal with them. First upgrade the chart that is installed with crds.keep=true")
	c.definitionsAreOf("v0.1.0")
	c.mustHelm("upgrade", releaseName, chart, "--set", "crds.keep=true")
	c.mustHelm("upgrade", releaseName, chart, "--set", "crds.enabled=false")
	if after := c.utility(); after.UID != before.UID || !after.DeletionTimestamp.IsZero() {
		t.Errorf("the goal is now %+v", after)
	}
	// Definitions that another installed are none of this release's business.
	c.mustHelm("uninstall", releaseName)
	c.mustHelm("install", "another", chart, "--set", "crds.enabled=false")
	c.mustHelm("upgrade", "another", chart, "--set", "crds.enabled=false,replicas=1")
}

// Helm stores what it rendered and applies it as it stands when it rolls back: nothing asks the
// cluster. So docs/install.md says what is lost, and what to do instead.
func TestARollbackTakesTheDefinitionsBackUnlessTheyStandApart(t *testing.T) {
	c := newCluster(t, controlplane.Options{})
	c.namespace(systemNamespace)
	c.mustHelm("install", releaseName, previous(c))
	c.knowsOurKinds()
	c.goal()
	c.mustHelm("upgrade", releaseName, chart)
	bounded := func(want int) func() (bool, error) {
		return func() (bool, error) { return len(c.utility().Spec.Boundaries) == want, nil }
	}
	c.eventually("the goal has a boundary", func() (bool, error) {
		c.bound()
		return len(c.utility().Spec.Boundaries) == 1, nil
	})

	c.mustHelm("rollback", releaseName, "1")
	c.eventually("the boundary is no longer served", bounded(0))
	c.mustHelm("upgrade", releaseName, chart)
	c.eventually("it is back, since nobody wrote the goal meanwhile", bounded(1))

	c.mustHelm("rollback", releaseName, "1")
	c.eventually("the boundary is no longer served", bounded(0))
	c.must(c.admin.Patch(c.ctx, c.utility(), client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"seen":"yes"}}}`))))
	c.mustHelm("upgrade", releaseName, chart)
	c.eventually("the definition is the new one again", func() (bool, error) {
		u := c.utility()
		u.Spec.Boundaries = []praxisv1.Boundary{{Name: "probe", Statement: "It is served"}}
		err := c.admin.Update(c.ctx, u, client.DryRunAll)
		return len(u.Spec.Boundaries) == 1, err
	})
	if lost := c.utility(); len(lost.Spec.Boundaries) != 0 {
		t.Errorf("it is not lost after all: %+v", lost.Spec.Boundaries)
	}

	// The operator alone goes back, by an upgrade to the older chart and by a rollback alike.
	c.bound()
	c.mustHelm("upgrade", releaseName, previous(c), "--set", "crds.enabled=false")
	c.mustHelm("upgrade", releaseName, chart, "--set", "crds.enabled=false")
	c.mustHelm("rollback", releaseName, "7")
	var deployment appsv1.Deployment
	if !c.has(&deployment, operatorName) || !strings.HasSuffix(deployment.Spec.Template.Spec.Containers[0].Image, ":v0.0.9") {
		t.Errorf("the Deployment is %+v", deployment.Spec)
	}
	if !c.has(&apiextensionsv1.CustomResourceDefinition{}, utilitiesCRD) || len(c.utility().Spec.Boundaries) != 1 {
		t.Error("the definitions went back as well")
	}
}

// The API server knows who applied what: docs/install.md says what to do where definitions were
// applied by kubectl since Helm installed them, as somebody does who tries a commit.
func TestDefinitionsThatKubectlAppliedSinceAreTakenBackByForce(t *testing.T) {
	c := newCluster(t, controlplane.Options{})
	c.namespace(systemNamespace)
	c.mustHelm("install", releaseName, chart)
	c.knowsOurKinds()
	before := c.goal()

	tried := filepath.Join(previous(c), "files", "crd", "praxis.dev_utilities.yaml")
	c.must(c.kubectl("apply", "--server-side", "--force-conflicts", "-f", tried))
	_, err := c.helm("upgrade", releaseName, chart)
	c.says(err, `conflict occurred while applying object /`+utilitiesCRD+` apiextensions.k8s.io/v1, Kind=CustomResourceDefinition: Apply failed with 1 conflict: conflict with "kubectl": .spec.versions`)

	c.mustHelm("upgrade", releaseName, chart, "--force-conflicts")
	c.eventually("the definition is the chart's again", func() (bool, error) {
		c.bound()
		return len(c.utility().Spec.Boundaries) == 1, nil
	})
	if c.utility().UID != before.UID {
		t.Error("the goal is another")
	}
	c.mustHelm("upgrade", releaseName, previous(c), "--set", "crds.enabled=false")
	c.mustHelm("upgrade", releaseName, chart) // once taken back there is nothing to force
}

// The chart asks the live server. This one is told to be without the kind that stamps, as are
// those before Kubernetes 1.36.
func TestOnAServerThatStampsNoNamesTheChartLeavesThemToPeople(t *testing.T) {
	c := newCluster(t, controlplane.Options{APIServerArgs: []string{
		"--runtime-config=admissionregistration.k8s.io/v1/mutatingadmissionpolicies=false,admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings=false",
		"--disable-admission-plugins=ServiceAccount,MutatingAdmissionPolicy", // the one has no controller here
	}})
	c.namespace(systemNamespace)
	if out := c.mustHelm("install", releaseName, chart); !strings.Contains(out, "does not write people's names") {
		t.Errorf("the notes are silent about it:\n%s", out)
	}
	c.knowsOurKinds()
	c.namespace(goals)
	kims := c.person(kim, goals, "praxis-contributor")
	c.eventually("a piece in nobody's name is refused", func() (bool, error) {
		piece := &praxisv1.Evidence{
			ObjectMeta: metav1.ObjectMeta{Namespace: goals, Name: "unnamed"},
			Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "any"}, Quantity: 1},
		}
		return false, kims.Create(c.ctx, piece, client.DryRunAll)
	}, "set it to "+kim)
}

// Whoever has the packaged chart and no checkout gets there by what Helm prints.
func TestTheNotesLeadToAFirstGoal(t *testing.T) {
	c := newCluster(t, controlplane.Options{})
	_, notes, _ := strings.Cut(c.mustHelm("install", releaseName, chart, "--create-namespace"), "NOTES:\n")
	c.knowsOurKinds() // sooner than somebody types
	var script []string
	commands, inside := 0, false
	for line := range strings.Lines(notes) {
		if strings.HasPrefix(line, "kubectl ") {
			commands++
		}
		if inside || strings.HasPrefix(line, "kubectl ") {
			script = append(script, line)
		}
		inside = inside && line != "EOF\n" || strings.HasSuffix(line, "<<'EOF'\n")
	}
	if commands != 4 || inside {
		t.Fatalf("there are %d commands in\n%s", commands, notes)
	}
	kubectl, err := filepath.Abs(filepath.Join(root, "bin"))
	c.must(err)
	shell := exec.Command("sh", "-euc", strings.Join(script, ""))
	shell.Env = append(os.Environ(), "KUBECONFIG="+c.kubeconfig, "PATH="+kubectl+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, made := range []string{
		"namespace/first-goal created", "team.praxis.dev/docs created", "utility.praxis.dev/first-hour created",
		"keyaction.praxis.dev/watch-new-users created", "rolebinding.rbac.authorization.k8s.io/kim created",
	} {
		if !strings.Contains(string(out), made) {
			t.Errorf("it does not say %q:\n%s", made, out)
		}
	}
	kims := c.person(kim, goals) // with no role but what the notes bound
	c.eventually("kim may read the goal", func() (bool, error) {
		err := kims.Get(c.ctx, client.ObjectKey{Namespace: goals, Name: "first-hour"}, &praxisv1.Utility{})
		return err == nil, err
	})
}
