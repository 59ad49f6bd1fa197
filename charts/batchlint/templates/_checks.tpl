{{/* What values.schema.json cannot say in words that help. */}}
{{- define "batchlint.checks" -}}
{{- if not (dig "admission" "policy" "" (.Values.config | default dict)) -}}
{{- fail "config.admission.policy is missing, and running servers would keep the one before: set it to advise, standard or strict" -}}
{{- end -}}
{{- $version := get .Values.config "kubernetes-version" | toString -}}
{{- if regexMatch "^1[.][1-9]$" $version -}}
{{- fail (printf "config.kubernetes-version: YAML reads %s0 as %s; write it in quotes" $version $version) -}}
{{- end -}}
{{- $scaled := .Values.autoscaling.enabled -}}
{{- if and (eq .Values.webhook.failurePolicy "Fail") (lt (int (ternary .Values.autoscaling.minReplicas .Values.replicas $scaled)) 2) -}}
{{- fail (printf "webhook.failurePolicy Fail needs two replicas, because while one restarts, no Job can be created: set %s to 2 or more" (ternary "autoscaling.minReplicas" "replicas" $scaled)) -}}
{{- end -}}
{{- if and $scaled (lt (int .Values.autoscaling.maxReplicas) (int .Values.autoscaling.minReplicas)) -}}
{{- fail (printf "autoscaling.maxReplicas must be at least autoscaling.minReplicas, which is %v" .Values.autoscaling.minReplicas) -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled -}}
{{- fail "serviceMonitor and podMonitor would both scrape every pod: set one of them to enabled: false" -}}
{{- end -}}
{{- if not (regexMatch "^[1-9][0-9]{0,3}Mi$" .Values.maxReview) -}}
{{- fail (printf "maxReview must be a whole number of MiB, such as 16Mi, not %s" .Values.maxReview) -}}
{{- end -}}
{{- $limit := dig "limits" "memory" "" .Values.resources | toString -}}
{{- $factor := ternary 1024 1 (hasSuffix "Gi" $limit) -}}
{{- $least := add 64 (mul 8 (.Values.maxReview | trimSuffix "Mi" | int)) -}}
{{- if and (regexMatch "^[0-9]+[MG]i$" $limit) (lt (mul $factor (regexFind "^[0-9]+" $limit | int)) $least) -}}
{{- fail (printf "resources.limits.memory %s is too little for maxReview %s: at least %dMi" $limit .Values.maxReview $least) -}}
{{- end -}}
{{- if not (regexMatch "^(sha256:[0-9a-f]{64})?$" .Values.image.digest) -}}
{{- fail (printf "image.digest must be sha256: with 64 hexadecimal digits, not %s" .Values.image.digest) -}}
{{- end -}}
{{- range $name, $duration := dict "drain" .Values.drain "serviceMonitor.interval" .Values.serviceMonitor.interval "podMonitor.interval" .Values.podMonitor.interval -}}
{{- if not (regexMatch "^[0-9]+(ms|s|m)$" $duration) -}}
{{- fail (printf "%s must be a duration with one unit, such as 30s or 1m, not %s" $name $duration) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.tls.mode "existing" -}}
{{- $_ := required "tls.mode existing needs a Secret of type kubernetes.io/tls: set tls.secretName to its name" .Values.tls.secretName -}}
{{- $_ := required "tls.mode existing needs the CA that issued the certificate, in PEM: set tls.caBundle" .Values.tls.caBundle -}}
{{- end -}}
{{- if and .Values.service.trafficDistribution (semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "service.trafficDistribution needs Kubernetes 1.30, and this is %s: set it to \"\"" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- if and .Values.resourceQuota.enabled (not .Values.priorityClassName) -}}
{{- fail "resourceQuota is about a priority class: set priorityClassName, or resourceQuota.enabled to false" -}}
{{- end -}}
{{- end -}}
