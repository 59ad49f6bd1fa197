package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	kjson "sigs.k8s.io/json"
)

// kinds are those that the chart renders; nil stands for one of other projects, which has no type here.
var kinds = map[string]func() any{
	"admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration": func() any { return new(admissionv1.ValidatingWebhookConfiguration) },
	"apps/v1/Deployment":                              func() any { return new(appsv1.Deployment) },
	"autoscaling/v2/HorizontalPodAutoscaler":          func() any { return new(autoscalingv2.HorizontalPodAutoscaler) },
	"batch/v1/CronJob":                                func() any { return new(batchv1.CronJob) },
	"batch/v1/Job":                                    func() any { return new(batchv1.Job) },
	"cert-manager.io/v1/Certificate":                  nil,
	"cert-manager.io/v1/Issuer":                       nil,
	"monitoring.coreos.com/v1/PodMonitor":             nil,
	"monitoring.coreos.com/v1/PrometheusRule":         nil,
	"monitoring.coreos.com/v1/ServiceMonitor":         nil,
	"networking.k8s.io/v1/NetworkPolicy":              func() any { return new(networkingv1.NetworkPolicy) },
	"policy/v1/PodDisruptionBudget":                   func() any { return new(policyv1.PodDisruptionBudget) },
	"rbac.authorization.k8s.io/v1/ClusterRole":        func() any { return new(rbacv1.ClusterRole) },
	"rbac.authorization.k8s.io/v1/ClusterRoleBinding": func() any { return new(rbacv1.ClusterRoleBinding) },
	"rbac.authorization.k8s.io/v1/Role":               func() any { return new(rbacv1.Role) },
	"rbac.authorization.k8s.io/v1/RoleBinding":        func() any { return new(rbacv1.RoleBinding) },
	"v1/ConfigMap":                                    func() any { return new(corev1.ConfigMap) },
	"v1/ResourceQuota":                                func() any { return new(corev1.ResourceQuota) },
	"v1/Secret":                                       func() any { return new(corev1.Secret) },
	"v1/Service":                                      func() any { return new(corev1.Service) },
	"v1/ServiceAccount":                               func() any { return new(corev1.ServiceAccount) },
}

// strict decodes each object of a file, one a line, as the API server does with `fieldValidation: Strict`: a field that
// this minor does not have, or a value of another type, ends the program.
func strict(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		fail("%v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		var head struct {
			APIVersion, Kind string
			Metadata         struct{ Name string }
		}
		if err := json.Unmarshal(lines.Bytes(), &head); err != nil {
			fail("%v", err)
		}
		create, known := kinds[head.APIVersion+"/"+head.Kind]
		if !known {
			fail("%s %s has no type here", head.APIVersion, head.Kind)
		}
		if create == nil {
			continue
		}
		mistakes, err := kjson.UnmarshalStrict(lines.Bytes(), create())
		if err != nil {
			mistakes = append(mistakes, err)
		}
		for _, mistake := range mistakes {
			fail("%s %s: %v", head.Kind, head.Metadata.Name, mistake)
		}
	}
}
