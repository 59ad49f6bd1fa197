{{- define "batchlint.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "batchlint.fullname" -}}
{{- $name := include "batchlint.name" . -}}
{{- if .Values.fullnameOverride -}}{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "batchlint.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: batchlint
app.kubernetes.io/name: {{ include "batchlint.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "batchlint.selector" -}}
app.kubernetes.io/name: {{ include "batchlint.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: webhook
{{- end -}}

{{- define "batchlint.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}{{ $image.repository }}@{{ $image.digest }}
{{- else -}}{{ $image.repository }}:{{ default .Chart.AppVersion $image.tag }}{{- end -}}
{{- end -}}

{{- define "batchlint.webhook" -}}
{{ include "batchlint.fullname" . }}.{{ .Release.Namespace }}
{{- end -}}

{{- define "batchlint.secret" -}}
{{- if eq .Values.tls.mode "existing" -}}{{ required "tls.secretName is needed with tls.mode existing" .Values.tls.secretName }}
{{- else -}}{{ include "batchlint.fullname" . }}-tls{{- end -}}
{{- end -}}

{{- define "batchlint.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "batchlint.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "batchlint.suppressions" -}}
batchlint.dev/ignore: >-
  lost-failure-logs: it talks to one server and says so at once when that fails
  {{- if not .Values.image.digest }}; missing-image-digest: image.digest sets one{{ end }}
{{- end -}}

{{- define "batchlint.uninstallHook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
{{- end -}}
