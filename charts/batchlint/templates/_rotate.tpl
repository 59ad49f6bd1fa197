{{- define "batchlint.rotate" -}}
backoffLimit: 4
activeDeadlineSeconds: 600
podFailurePolicy:
  rules:
    - action: Ignore
      onPodConditions: [{type: DisruptionTarget}]
template:
  metadata:
    labels:
      {{- include "batchlint.labels" . | nindent 6 }}
      app.kubernetes.io/component: certs
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
        resources:
          requests: {cpu: 20m, memory: 32Mi}
          limits: {cpu: 500m, memory: 64Mi, ephemeral-storage: 16Mi}
{{- end -}}
