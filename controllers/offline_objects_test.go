// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

// everything uses all fields that people write.
const everything = `
apiVersion: praxis.dev/v1alpha1
kind: Utility
metadata: {name: all, labels: {a/b: c}, annotations: {note: n}}
spec:
  statement: Shoppers pay in one try
  beneficiaries: [{who: Shoppers, problem: One payment in eight fails, improvement: No second attempt}]
  organization: Fewer refunds
  boundaries: [{name: no-tricks, statement: No upsell}]
  owner: {team: payments, member: ana}
  required: 10
  maxKeyActions: 4
  measures: [{name: first-try, baseline: "87.5", target: "96", unit: "%"}]
  cadence:
    timeZone: Europe/Zurich
    weekStart: {day: Monday, time: "09:00"}
    midweek: {day: Wednesday, time: "14:00"}
    review: {day: Friday, time: "15:00"}
    graceHours: 48
    skip: ["2026-W53"]
    quarterStartMonth: 1
  calibrationWeeks: 13
  suspend: false
---
apiVersion: praxis.dev/v1alpha1
kind: Team
metadata: {name: all}
spec:
  lead: ana
  members:
  - {name: ana, user: ana@shop.example, roles: [product, reviewer], capacity: 20h30m, absences: [{from: "2026-12-21", to: "2027-01-01", delegate: ben}]}
  - {name: ben, user: ben@shop.example, capacity: 45m}
---
apiVersion: praxis.dev/v1alpha1
kind: KeyAction
metadata: {name: all}
spec:
  utilityRef: {name: checkout}
  teamSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [b]}]}
  verb: Ship
  object: a fix
  contribution: 2
  weight: 100
  packageRef: {name: fixes, parameters: {count: "5"}, overrides: [{step: ship, times: 2, every: 1, duration: 2h, due: [{day: Friday, time: "12:00"}], assign: {mode: Rotate, role: engineer}}]}
  deviation: {tolerance: 10, critical: 25, onMiss: CarryOver, maxCarries: 2, checkOrder: [Foundation, Intermediate, Key]}
  suspend: true
---
apiVersion: praxis.dev/v1alpha1
kind: KeyAction
metadata: {name: department}
spec:
  utilityRef: {name: checkout}
  teamRef: {name: payments}
  verb: Ship
  object: a fix
  contribution: 2
  weight: 100
  package:
    definition: One fix a week
    standard: It is live
    steps:
    - {name: ship, tier: Key, do: Do it, assign: {mode: Lead}, times: 1, duration: 2h, weight: 100, standard: {statement: It is done}}
---
apiVersion: praxis.dev/v1alpha1
kind: ActionPackage
metadata: {name: all}
spec:
  parameters: [{name: count, description: How many, default: "5"}]
  package:
    definition: One fix a week
    inputs: [a list]
    outputs: [a fix]
    standard: It is live
    collaborators: [{team: support, role: caller}]
    steps:
    - {name: look, tier: Foundation, do: Look, assign: {mode: Member, member: ben}, times: 1, every: 2, duration: 2h, weight: 40, standard: {statement: Seen}}
    - {name: ship, tier: Key, do: Do it, assign: {mode: Each, role: engineer}, times: 1, duration: 2h, due: [{day: Friday, time: "12:00"}], weight: 60, dependsOn: [look], evidence: [{name: change, type: Link, required: true}], standard: {statement: It is done, check: "true", autoAccept: false}}
---
apiVersion: praxis.dev/v1alpha1
kind: Evidence
metadata: {name: all}
spec:
  for: {keyAction: ship-fixes, step: ship, member: ben}
  quantity: 2
  summary: Two of them
  artifacts: [{name: change, type: Link, uri: "https://work.example/1", digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000", mediaType: text/plain}]
  occurredAt: "2026-11-24T10:00:00Z"
  source: {kind: Manual, id: one}
`
