package main

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// violation is a check that a pod fails.
type violation struct {
	Check  string `json:"check"`
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

// judgeSecurity asks Pod Security, as a namespace with the labels enforces it.
func judgeSecurity(it pair, pod *corev1.Pod) (failed []violation) {
	labels := map[string]string{}
	if it.Enforce != nil {
		labels[api.EnforceLevelLabel] = *it.Enforce
	}
	if it.Version != nil {
		labels[api.EnforceVersionLabel] = *it.Version
	}
	privileged := api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()}
	wanted, _ := api.PolicyToEvaluate(labels, api.Policy{Enforce: privileged, Audit: privileged, Warn: privileged})

	// A result does not say which check it is of.
	checks := policy.DefaultChecks()
	for _, it := range checks {
		for i := range it.Versions {
			original := it.Versions[i].CheckPod
			it.Versions[i].CheckPod = func(metadata *metav1.ObjectMeta, spec *corev1.PodSpec) policy.CheckResult {
				result := original(metadata, spec)
				if !result.Allowed {
					failed = append(failed, violation{string(it.ID), result.ForbiddenReason, result.ForbiddenDetail})
				}
				return result
			}
		}
	}
	server := api.MajorMinorVersion(1, it.Server)
	evaluator, err := policy.NewEvaluator(checks, &server)
	check(err)
	evaluator.EvaluatePod(wanted.Enforce, &pod.ObjectMeta, &pod.Spec)
	return failed
}
