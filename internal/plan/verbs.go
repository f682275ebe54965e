// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"k8s.io/apimachinery/pkg/util/sets"
)

// English and German verbs that name a wish, not something that a person can do. An umlaut tells
// verbs apart in German, like fördern and fordern.
const (
	abstractEnglish = `
	accelerate advance align amplify bolster boost champion cultivate deepen drive elevate embrace empower
	enable encourage enhance ensure excel facilitate foster further grow improve increase innovate inspire
	lead leverage maximise maximize modernise modernize optimise optimize promote pursue raise reinforce
	revolutionise revolutionize scale strengthen strive support sustain transform uplift`

	abstractGerman = `
	anstreben ausbauen befähigen befaehigen begünstigen beguenstigen beschleunigen ermöglichen ermoeglichen
	ermutigen erhöhen erhoehen fördern foerdern forcieren gewährleisten gewaehrleisten inspirieren innovieren
	intensivieren maximieren modernisieren optimieren revolutionieren sicherstellen skalieren stärken
	staerken steigern transformieren unterstützen unterstuetzen verbessern vertiefen voranbringen
	vorantreiben weiterentwickeln`
)

// Such verbs in French and Spanish, without their accents, which many leave out.
const (
	abstractFrench = `
	accelerer accroitre ameliorer amplifier approfondir assurer augmenter consolider dynamiser elever
	encourager faciliter favoriser garantir innover inspirer intensifier maximiser moderniser optimiser
	perenniser promouvoir renforcer revolutionner soutenir stimuler transformer valoriser`

	abstractSpanish = `
	acelerar alentar ampliar apoyar asegurar aumentar consolidar dinamizar elevar empoderar facilitar
	fomentar fortalecer garantizar impulsar incentivar incrementar innovar inspirar intensificar maximizar
	mejorar modernizar optimizar perfeccionar potenciar profundizar promover reforzar revolucionar
	transformar`
)

// abstractVerbs are those that are compared as they are written, abstractPlain those that are
// compared without accents, each in all the forms in which people write what is to be done.
var (
	abstractVerbs = forms(forms(sets.New[string](), abstractEnglish, englishForms), abstractGerman, germanForms)
	abstractPlain = forms(forms(sets.New[string](), abstractFrench, frenchForms), abstractSpanish, spanishForms)
)

// abstractSigns are such verbs in Chinese, in both scripts. Words are not divided there, so
// that they are found at the beginning and at the end of a longer one, like 持续提升.
var abstractSigns = strings.Fields(`
	提升 提高 优化 優化 改善 改进 改進 加强 加強 增强 增強 强化 強化 促进 促進 推动 推動 推进 推進 赋能 賦能
	深化 完善 保障 确保 確保 支持 鼓励 鼓勵 激励 激勵 创新 創新 引领 引領 打造 夯实 夯實 助力 加快 加速
	拓展 转型 轉型 赋予 賦予`)

// accents takes the marks off letters.
func accents() transform.Transformer {
	return transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
}

// AbstractVerb reports whether a verb names a wish, not something that a person can do.
func AbstractVerb(verb string) bool {
	word := reflexive.ReplaceAllString(norm.NFC.String(cases.Fold().String(strings.TrimSpace(verb))), "")
	plain, _, err := transform.String(accents(), word)
	if err != nil {
		plain = word
	}
	return abstractVerbs.Has(word) || abstractPlain.Has(plain) || slices.ContainsFunc(abstractSigns, func(sign string) bool {
		return strings.HasPrefix(word, sign) || strings.HasSuffix(word, sign)
	})
}
