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
    enableServiceLinks: false
    {{- with .Values.imagePullSecrets }}
    imagePullSecrets: {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext:
      {{- include "batchlint.podSecurity" . | nindent 6 }}
    {{- with .Values.nodeSelector }}
    nodeSelector: {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .Values.tolerations }}
    tolerations: {{- toYaml . | nindent 6 }}
    {{- end }}
    containers:
      - name: certs
        image: {{ include "batchlint.image" . }}
        imagePullPolicy: {{ .Values.image.pullPolicy }}
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
        securityContext:
          {{- include "batchlint.containerSecurity" . | nindent 10 }}
{{- end -}}
