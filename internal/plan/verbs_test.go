// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import "testing"

func TestAVerbThatNamesAWishIsAbstractInEachLanguage(t *testing.T) {
	for verb, want := range map[string]bool{
		"Improve": true, " optimize ": true, "EMPOWER": true,
		"Interview": false, "Fix": false, "Delete": false, "Rehearse": false,
		"optimieren": true, "Verbessern": true, "Stärken": true, "Staerken": true, "Ermöglichen": true, "sicherstellen": true,
		"Befragen": false, "Löschen": false, "Anrufen": false, "Schreiben": false, "Fordern": false, "Fördern": true, "fo\u0308rdern": true,
		"Améliorer": true, "ameliorer": true, "Renforcer": true, "PÉRENNISER": true,
		"Appeler": false, "Écrire": false, "Réparer": false,
		"Mejorar": true, "fortalecer": true, "Impulsar": true,
		"Llamar": false, "Añadir": false, "Escribir": false,
		"提升": true, "优化": true, "優化": true, "持续提升": true, "提升质量": true, "赋能": true,
		"访谈": false, "修复": false, "删除": false, "拨打": false, "编写": false,
		"": false,
	} {
		t.Run(verb, func(t *testing.T) {
			if got := AbstractVerb(verb); got != want {
				t.Errorf("abstract: %v, want %v", got, want)
			}
		})
	}
}
