package main

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	resourcequota "k8s.io/apiserver/pkg/admission/plugin/resourcequota"
	apiquota "k8s.io/apiserver/pkg/quota/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	core "k8s.io/kubernetes/pkg/apis/core"
	evaluators "k8s.io/kubernetes/pkg/quota/v1/evaluator/core"
	"k8s.io/utils/clock"
)

// mostPods is how many pods are asked for at most.
const mostPods = 8

// quota is what a ResourceQuota says to pods.
type quota struct {
	Error   string            `json:"error,omitempty"`
	Matches bool              `json:"matches"`
	Missing string            `json:"missing"` // why not even the first pod is taken
	Usage   map[string]string `json:"usage"`   // of one pod
	Pods    int               `json:"pods"`    // how many are taken
	Refusal string            `json:"refusal"` // why no more are
}

// judgeQuota asks the evaluator of pods, and then for one pod after the other.
func judgeQuota(spec corev1.ResourceQuotaSpec, pod *core.Pod) *quota {
	it := corev1.ResourceQuota{Spec: spec}
	it.Name = "quota"
	legacyscheme.Scheme.Default(&it)
	it.Status.Hard, it.Status.Used = it.Spec.Hard, corev1.ResourceList{}
	for name := range it.Spec.Hard {
		it.Status.Used[name] = resource.MustParse("0")
	}
	pods := evaluators.NewPodEvaluator(nil, clock.RealClock{})
	found := &quota{Usage: map[string]string{}}
	matches, err := pods.Matches(&it, pod)
	if err != nil {
		found.Error = err.Error()
		return found
	}
	found.Matches = matches
	if err := pods.Constraints(pods.MatchingResources(apiquota.ResourceNames(it.Spec.Hard)), pod); err != nil {
		found.Missing = err.Error()
	}
	usage, err := pods.Usage(pod.DeepCopy()) // what is measured is changed: an amount that 64 bits do not hold is shared
	check(err)
	for name, quantity := range usage {
		found.Usage[string(name)] = quantity.String()
	}
	quotas := []corev1.ResourceQuota{it}
	for found.Pods < mostPods {
		attributes := admission.NewAttributesRecord(pod.DeepCopy(), nil, schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, "default",
			"job-abcde", schema.GroupVersionResource{Version: "v1", Resource: "pods"}, "", admission.Create, nil, false, nil)
		quotas, err = resourcequota.CheckRequest(quotas, attributes, pods, nil)
		if err != nil {
			found.Refusal = err.Error()
			break
		}
		found.Pods++
	}
	return found
}
