// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package standard

import (
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func link(name string) praxisv1.Artifact {
	return praxisv1.Artifact{Name: name, Type: praxisv1.EvidenceLink, URI: "https://git.example/c/1"}
}

func TestACheckThatCannotBeJudgedIsTheAuthorsToFix(t *testing.T) {
	for expression, want := range map[string]string{
		"evidence.artifacts.exists(a, a.name == 'change' && a.uri.startsWith('https://'))": "",
		"has(evidence.source) && evidence.source.kind == 'CI'":                             "",
		"evidence.quantity <= action.target":                                               "",
		"evidence.artifacts.exists(":                                                       "Syntax error",
		"evidence.sumary == 'done'":                                                        "undefined field 'sumary'",
		"evidence.summary":                                                                 "it returns a string and must return true or false",
		"'yes'":                                                                            "it returns a string",
		"person == 'ana'":                                                                  "undeclared reference to 'person'",
		"evidence.quantity > 'one'":                                                        "no matching overload",
	} {
		t.Run(expression, func(t *testing.T) {
			switch _, err := Compile(expression); {
			case want == "" && err != nil:
				t.Errorf("%s: %v", expression, err)
			case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("%s gives %v, want %q", expression, err, want)
			}
		})
	}
}

func TestEvidenceMeetsAStandardOrSaysWhatIsMissing(t *testing.T) {
	endless := "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, a+b+c+d+e > 0)))))"
	asks := []praxisv1.EvidenceRequirement{{Name: "change", Type: praxisv1.EvidenceLink, Required: true}, {Name: "photo", Type: praxisv1.EvidenceFile}}
	for name, c := range map[string]struct {
		check     string
		asks      []praxisv1.EvidenceRequirement
		artifacts []praxisv1.Artifact
		want      string // reason and a part of the message
	}{
		"nothing is asked":                       {},
		"the artifact is there":                  {asks: asks, artifacts: []praxisv1.Artifact{link("change")}},
		"the artifact is missing":                {asks: asks, artifacts: []praxisv1.Artifact{link("notes")}, want: "ArtifactMissing change"},
		"the artifact is of another type":        {asks: asks, artifacts: []praxisv1.Artifact{{Name: "change", Type: praxisv1.EvidenceFile}}, want: "ArtifactMissing has to be a Link"},
		"an optional one is of another type":     {asks: asks, artifacts: []praxisv1.Artifact{link("change"), link("photo")}, want: "ArtifactMissing photo"},
		"the check holds":                        {check: "evidence.artifacts.all(a, a.uri.startsWith('https:'))", artifacts: []praxisv1.Artifact{link("a")}},
		"the check does not hold":                {check: "size(evidence.artifacts) > 1", artifacts: []praxisv1.Artifact{link("a")}, want: "CheckFailed does not hold"},
		"the check trips over what is not there": {check: "evidence.artifacts[3].uri != ''", want: "CheckFailed fails"},
		"a field that is empty is just empty":    {check: "evidence.source.id == '' && evidence.summary == ''"},
		"the check never ends":                   {check: endless, want: "CheckFailed can cost"},
		"the check cannot be read":               {check: "nope", want: "CheckFailed cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			action := &praxisv1.ActionSpec{Step: "ship", Target: 1, Evidence: c.asks, Standard: praxisv1.Standard{Statement: "Live", Check: c.check}}
			got := Meets(&praxisv1.EvidenceSpec{Quantity: 1, Artifacts: c.artifacts}, action)
			reason, part, _ := strings.Cut(c.want, " ")
			switch {
			case c.want == "" && got != nil:
				t.Errorf("it is refused: %+v", got)
			case c.want != "" && (got == nil || got.Reason != reason || !strings.Contains(got.Message, part)):
				t.Errorf("it gives %+v, want %s", got, c.want)
			}
		})
	}
}
