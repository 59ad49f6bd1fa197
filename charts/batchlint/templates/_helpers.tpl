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
{{- $labels := dict "app.kubernetes.io/part-of" "batchlint" "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $own := dict "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $own "app.kubernetes.io/name" (include "batchlint.name" .) -}}
{{- $_ := set $own "app.kubernetes.io/instance" .Release.Name -}}
{{- toYaml (mustMergeOverwrite $labels .Values.commonLabels $own) -}}
{{- end -}}

{{/* The metadata of the pods of a Job: its component and the chart's values. */}}
{{- define "batchlint.jobPod" -}}
{{- $labels := include "batchlint.labels" .root | fromYaml -}}
labels:
  {{- toYaml (mustMergeOverwrite $labels .root.Values.jobs.podLabels (dict "app.kubernetes.io/component" .component)) | nindent 2 }}
{{- with .root.Values.jobs.podAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "batchlint.instance" -}}
app.kubernetes.io/name: {{ include "batchlint.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "batchlint.selector" -}}
{{ include "batchlint.instance" . }}
app.kubernetes.io/component: webhook
{{- end -}}

{{- define "batchlint.image" -}}
{{- $image := .Values.image -}}
{{- with default $image.registry .Values.global.imageRegistry -}}{{ . }}/{{- end -}}
{{- if $image.digest -}}{{ $image.repository }}@{{ $image.digest }}
{{- else -}}{{ $image.repository }}:{{ default .Chart.AppVersion $image.tag }}{{- end -}}
{{- end -}}

{{- define "batchlint.webhook" -}}
{{ include "batchlint.fullname" . }}.{{ .Release.Namespace }}
{{- end -}}

{{- define "batchlint.secret" -}}
{{- if eq .Values.tls.mode "existing" -}}{{ .Values.tls.secretName }}
{{- else -}}{{ include "batchlint.fullname" . }}-tls{{- end -}}
{{- end -}}

{{- define "batchlint.serviceAccount" -}}
{{- default (ternary (include "batchlint.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* What every pod has in common: where it may run, as whom, and where its image comes from. */}}
{{- define "batchlint.pod" -}}
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What every container has in common. */}}
{{- define "batchlint.container" -}}
image: {{ include "batchlint.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with .Values.securityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
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
