// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
)

// The forms of a verb are spelled out rather than reduced to a stem: a stem is also that of other
// words, and a verb that somebody can do must never be called a wish.

// forms adds to a set the verbs of a list, each in all its forms.
func forms(all sets.Set[string], verbs string, of func(verb string) []string) sets.Set[string] {
	for _, verb := range strings.Fields(verbs) {
		all.Insert(verb)
		all.Insert(of(verb)...)
	}
	return all
}

// ending puts endings after a stem.
func ending(stem, endings string) []string {
	var all []string
	for _, e := range strings.Fields(endings) {
		all = append(all, stem+e)
	}
	return all
}

// reflexive is what French puts around a verb that one does to oneself: s'assurer, assurez-vous.
var reflexive = regexp.MustCompile(`^s['’]|-(toi|vous|nous)$`)

// englishForms are improves, improved, improving and improvement.
func englishForms(verb string) []string {
	irregular := map[string]string{
		"drive": "drove driven", "excel": "excelled excelling", "grow": "grew grown", "lead": "led", "strive": "strove striven",
		"amplify": "amplifies amplified",
	}
	all := strings.Fields(irregular[verb])
	if stem, is := strings.CutSuffix(verb, "e"); is {
		return append(all, ending(stem, "es ed ing ement ation ion")...)
	}
	return append(all, ending(verb, "s es ed ing ment ation")...)
}

// separable are the parts that German takes off its verbs: sicherzustellen, ausgebaut.
var separable = []string{"sicher", "aus", "an", "voran", "weiter"}

// germanForms are verbessere, verbessert, Verbesserung, gestärkt and sicherzustellen.
func germanForms(verb string) []string {
	stem := strings.TrimSuffix(strings.TrimSuffix(verb, "n"), "e")
	all := append(ending(stem, "e t et st te ten ung ungen end nd"), stem, "ge"+stem+"t")
	i := slices.IndexFunc(separable, func(part string) bool { return strings.HasPrefix(verb, part) })
	if i >= 0 {
		part := separable[i]
		all = append(all, part+"zu"+strings.TrimPrefix(verb, part), part+"ge"+strings.TrimPrefix(stem, part)+"t")
	}
	return all
}

// frenchForms are améliorez, améliore, améliorons, amélioration and renforcement.
func frenchForms(verb string) []string {
	irregular := map[string]string{
		"accroitre":  "accrois accroit accroissez accroissons accroissant accroissement accru",
		"garantir":   "garantis garantit garantissez garantissons garantissant garanti",
		"promouvoir": "promeus promeut promouvez promouvons promouvant promotion promu",
		"soutenir":   "soutiens soutient soutenez soutenons soutenant soutenu soutien",
	}
	stem, regular := strings.CutSuffix(verb, "er")
	if !regular {
		return strings.Fields(irregular[verb])
	}
	// Without their accents, améliorée and améliorées are these too.
	return ending(stem, "e es ons eons ez ent ant eant ee ees ation ement")
}

// spanishForms are mejora, mejore, mejoren, mejorando, optimización and fortalecimiento.
func spanishForms(verb string) []string {
	irregular := map[string]string{
		"alentar":    "alienta alientas alientan aliente alienten aliento",
		"fortalecer": "fortalece fortaleces fortalecen fortalecemos fortalezca fortalezcan fortalezco fortaleciendo fortalecimiento fortalecido",
		"promover":   "promueve promueves promueven promueva promuevan promuevo promovemos promoviendo promovido promocion",
		"reforzar":   "refuerza refuerzas refuerzan refuerce refuercen refuerzo",
	}
	all := strings.Fields(irregular[verb])
	stem, regular := strings.CutSuffix(verb, "ar")
	if !regular {
		return all
	}
	// Before e, z is written c, and c is written qu: garantice, intensifique.
	soft := stem
	if before, is := strings.CutSuffix(stem, "z"); is {
		soft = before + "c"
	} else if before, is := strings.CutSuffix(stem, "c"); is {
		soft = before + "qu"
	}
	return slices.Concat(all, ending(stem, "a as an o amos ad ando ado ada acion amiento arse ate"), ending(soft, "e es en emos ese"))
}
