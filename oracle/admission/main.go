// Admission prints what the admission plugins of a namespace make of the pods of a template: the judge of
// src/kubernetes/pod_admission.
//
//	admission < PAIRS   one line for each line of standard input
//
// A line of input is {"template","overhead","server","enforce","version","limitRange","quota"}: a pod template, the
// `podFixed` of its RuntimeClass, the minor of the server and its Namespace's labels, and the `spec` of a LimitRange and of
// a ResourceQuota; all but the template may be missing. A line of output has an answer for each that is there.
//
// It is the server's own code: the pod's defaults and strategy, LimitRanger, Pod Security of Kubernetes 1.37 as it emulates
// the server, validation, and the evaluator of quotas. Each that refuses is asked, whatever the others say. go.mod and
// 1.37.mod pin the Kubernetes that is linked; ./build builds it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	core "k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	registry "k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/plugin/pkg/admission/limitranger"
)

// pair is a line of input.
type pair struct {
	Template   corev1.PodTemplateSpec    `json:"template"`
	Overhead   corev1.ResourceList       `json:"overhead"`
	Server     int                       `json:"server"`
	Enforce    *string                   `json:"enforce"`
	Version    *string                   `json:"version"`
	LimitRange *corev1.LimitRangeSpec    `json:"limitRange"`
	Quota      *corev1.ResourceQuotaSpec `json:"quota"`
}

// answer is a line of output.
type answer struct {
	Violations []violation `json:"violations,omitempty"`
	Limits     *limits     `json:"limits,omitempty"`
	Quota      *quota      `json:"quota,omitempty"`
}

func main() {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		var it pair
		err := in.Decode(&it)
		if errors.Is(err, io.EOF) {
			return
		}
		check(err)
		check(out.Encode(judge(it)))
	}
}

// judge makes the pod as the server does: defaults, LimitRanger, what is prepared before it is stored, and the overhead that
// the plugin of RuntimeClasses sets. Then it asks those that refuse.
func judge(it pair) (a answer) {
	template := &corev1.Pod{ObjectMeta: it.Template.ObjectMeta, Spec: it.Template.Spec}
	template.Namespace, template.Name = "default", "job-abcde"
	legacyscheme.Scheme.Default(template)
	pod := &core.Pod{}
	check(legacyscheme.Scheme.Convert(template, pod, nil))
	limitRange := &corev1.LimitRange{}
	if it.LimitRange != nil {
		limitRange.Spec = *it.LimitRange
		legacyscheme.Scheme.Default(limitRange)
		check(limitranger.PodMutateLimitFunc(limitRange, pod))
	}
	registry.Strategy.PrepareForCreate(context.Background(), pod)

	prepared := &corev1.Pod{}
	check(legacyscheme.Scheme.Convert(pod, prepared, nil))
	a.Violations = judgeSecurity(it, prepared)
	if it.LimitRange != nil {
		a.Limits = judgeLimits(limitRange, pod)
	}
	if it.Overhead != nil {
		overhead := &core.Pod{}
		defaulted := &corev1.Pod{Spec: corev1.PodSpec{Overhead: it.Overhead}}
		legacyscheme.Scheme.Default(defaulted)
		check(legacyscheme.Scheme.Convert(defaulted, overhead, nil))
		pod.Spec.Overhead = overhead.Spec.Overhead
	}
	if it.Quota != nil {
		a.Quota = judgeQuota(*it.Quota, pod)
	}
	return a
}

func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "admission: %v\n", err)
		os.Exit(2)
	}
}
