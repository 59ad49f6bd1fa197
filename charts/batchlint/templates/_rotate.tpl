{{- define "batchlint.rotate" -}}
backoffLimit: 4
activeDeadlineSeconds: 280
podFailurePolicy:
  rules:
    - action: Ignore
      onPodConditions: [{type: DisruptionTarget}]
template:
  metadata:
    {{- include "batchlint.jobPod" (dict "root" . "component" "certs") | nindent 4 }}
  spec:
    restartPolicy: Never
    serviceAccountName: {{ include "batchlint.fullname" . }}-certs
    # The only pod that asks the API server for anything: one Secret and one webhook configuration.
    automountServiceAccountToken: true
    {{- include "batchlint.pod" . | nindent 4 }}
    containers:
      - name: certs
        {{- include "batchlint.container" . | nindent 8 }}
        args:
          - certs
          - rotate
          - --namespace={{ .Release.Namespace }}
          - --service={{ include "batchlint.fullname" . }}
          - --secret={{ include "batchlint.secret" . }}
          - --webhook={{ include "batchlint.webhook" . }}
        resources: {{- toYaml .Values.jobs.resources | nindent 10 }}
{{- end -}}
