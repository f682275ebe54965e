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
		"Improves": true, "improving": true, "Improved": true, "Improvement": true, "Strengthening": true, "Optimization": true, "Amplifies": true, "Ensures": true, "Excelling": true,
		"Interviews": false, "Improvise": false, "Fixing": false, "Implement": false, "Measure": false, "Ship": false, "Growl": false, "Scan": false, "Lend": false, "Align-check": false, "Raze": false, "Increment": false, "Load": false, "Impress": false, "Strength-test": false, "Deliver": false, "Inspect": false, "Support-call": false, "Report": false, "Transfer": false, "Assemble": false,
		"Verbessere": true, "Verbessert": true, "Verbesserung": true, "Fördere": true, "Foerdere": true, "Förderung": true, "Optimierung": true, "Optimiere": true, "Sicherzustellen": true, "Sichergestellt": true, "Gestärkt": true, "Ausgebaut": true, "Steigere": true,
		"Fordere": false, "Forderung": false, "Gefordert": false, "Befrage": false, "Befragung": false, "Baue": false, "Bauen": false, "Stelle": false, "Sichern": false, "Sichere": false, "Versichern": false, "Bringen": false, "Treibe": false, "Anrufe": false, "Anzurufen": false, "Entwickeln": false, "Verbuchen": false, "Steigen": false, "Beheben": false, "Erheben": false, "Stapeln": false, "Ausfüllen": false, "Stutzen": false, "Tiefen": false,
		"Améliorez": true, "Améliore": true, "Améliorons": true, "Amélioration": true, "Renforcez": true, "Renforçons": true, "Renforcement": true, "S'assurer": true, "s’assurer": true, "Assurez-vous": true, "Garantissez": true, "Soutenez": true, "Encourageons": true,
		"Appelez": false, "Appelle": false, "Réparez": false, "Écrivez": false, "Assemblez": false, "Renvoyez": false, "S'asseoir": false, "Garnissez": false, "Inspectez": false, "Installez": false, "Transportez": false, "Validez": false, "Relisez": false, "Rendez-vous": false, "Élaguez": false, "Mesurez": false,
		"Mejora": true, "Mejore": true, "Mejoren": true, "Asegura": true, "Asegúrese": true, "Asegúrate": true, "Refuerza": true, "Garantice": true, "Intensifique": true, "Optimización": true, "Fortalecimiento": true, "Promueva": true, "Impulsa": true,
		"Llama": false, "Llame": false, "Repara": false, "Escriba": false, "Elimina": false, "Revisa": false, "Mide": false, "Instala": false, "Elige": false, "Aplica": false, "Imprime": false, "Incluya": false, "Asigna": false, "Apaga": false,
		"": false,
	} {
		t.Run(verb, func(t *testing.T) {
			if got := AbstractVerb(verb); got != want {
				t.Errorf("abstract: %v, want %v", got, want)
			}
		})
	}
}
