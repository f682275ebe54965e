{{- /* One operator serves a cluster: its roles and policies are the cluster's. So names do not
       depend on the release, and a second release is refused by Helm. */ -}}
{{- define "praxis.selector" -}}
app.kubernetes.io/name: praxis
app.kubernetes.io/component: operator
{{- end }}

{{- define "praxis.labels" -}}
app.kubernetes.io/name: praxis
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "praxis.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- /* Whether the API server is to write names. Where Helm renders without a server it knows
       no kinds at all, and the version that it renders for has to do. */ -}}
{{- define "praxis.stamping" -}}
{{- $stamps := .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy" -}}
{{- if not (.Capabilities.APIVersions.Has "v1/Namespace") -}}
{{- $stamps = semverCompare ">=1.36.0-0" .Capabilities.KubeVersion.Version -}}
{{- end -}}
{{- if or (eq .Values.admission.stamping "always") (and (eq .Values.admission.stamping "auto") $stamps) }}true{{ end }}
{{- end }}

{{- /* The objects of files, which are copies from config/, with the labels of the release and in
       its namespace. Takes root, files (a glob), and may take labels and annotations. */ -}}
{{- define "praxis.files" -}}
{{- $root := .root -}}
{{- $labels := merge (dict) (.labels | default dict) (include "praxis.labels" $root | fromYaml) -}}
{{- $annotations := .annotations -}}
{{- range $path, $_ := $root.Files.Glob .files }}
{{- range $text := splitList "\n---\n" ($root.Files.Get $path) }}
{{- $object := fromYaml $text }}
{{- if not $object.kind }}{{ fail (printf "%s of the chart is damaged: %s" $path $object.Error) }}{{ end }}
{{- $_ := set $object.metadata "labels" (merge (dict) ($object.metadata.labels | default dict) $labels) }}
{{- with $annotations }}
{{- $_ := set $object.metadata "annotations" (merge (dict) ($object.metadata.annotations | default dict) .) }}
{{- end }}
{{- if $object.metadata.namespace }}{{ $_ := set $object.metadata "namespace" $root.Release.Namespace }}{{ end }}
{{- range $object.subjects }}{{ $_ := set . "namespace" $root.Release.Namespace }}{{ end }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}
{{- end }}

{{- define "praxis.dashboard.selector" -}}
app.kubernetes.io/name: praxis
app.kubernetes.io/component: dashboard
{{- end }}

{{- define "praxis.dashboard.args" -}}
{{- $d := .Values.dashboard -}}
- --address=:8443
- --health-probe-bind-address=:8081
- --zap-log-level={{ .Values.logLevel }}
- --mode={{ $d.mode }}
{{- if ne $d.mode "proxy" }}
- --session-key-file=/etc/praxis/session/key
- --previous-session-key-file=/etc/praxis/session/previous-key
- --session-version={{ $d.session.version }}
{{- with $d.clientAddressHeader }}
- --client-address-header={{ . }}
{{- end }}
{{- end }}
{{- with $d.tls.secretName }}
- --tls-dir=/etc/praxis/tls
{{- end }}
{{- if eq $d.mode "oidc" }}
- --public-url={{ $d.publicURL }}
- {{ printf "--oidc-issuer=%s" $d.oidc.issuer | quote }}
- {{ printf "--oidc-client-id=%s" $d.oidc.clientID | quote }}
- --oidc-client-secret-file=/etc/praxis/oidc/client-secret
{{- if $d.oidc.privateCA }}
- --oidc-ca-file=/etc/praxis/oidc/ca.crt
{{- end }}
- --oidc-scopes={{ join "," $d.oidc.scopes }}
- {{ printf "--oidc-user=%s" $d.oidc.user | quote }}
- {{ printf "--oidc-groups=%s" $d.oidc.groups | quote }}
- {{ printf "--oidc-refuse=%s" $d.oidc.refuse | quote }}
{{- end }}
{{- if eq $d.mode "proxy" }}
- --proxy-ca-file=/etc/praxis/proxy/ca.crt
- --proxy-names={{ join "," $d.proxy.names }}
- --proxy-user-header={{ $d.proxy.userHeader }}
- --proxy-groups-header={{ $d.proxy.groupsHeader }}
- {{ printf "--proxy-groups-separator=%s" $d.proxy.groupsSeparator | quote }}
{{- end }}
{{- end }}

{{- /* The Secrets that the dashboard reads, by the folder that each is mounted at. */ -}}
{{- define "praxis.dashboard.secrets" -}}
{{- $d := .Values.dashboard -}}
{{- if ne $d.mode "proxy" }}
session: {{ $d.session.secretName }}
{{- end }}
{{- with $d.tls.secretName }}
tls: {{ . }}
{{- end }}
{{- if eq $d.mode "oidc" }}
oidc: {{ $d.oidc.secretName }}
{{- end }}
{{- if eq $d.mode "proxy" }}
proxy: {{ $d.proxy.secretName }}
{{- end }}
{{- end }}
