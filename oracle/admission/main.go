// Admission prints what the admission plugins of a namespace make of the pods of a template: the judge of
// src/kubernetes/pod_admission.
//
//	admission < PAIRS   one line for each line of standard input
//
// A line of input is {"template","overhead","server","enforce","version","limitRange","quota"}: a pod template, the
// `podFixed` of its RuntimeClass, the minor of the server and its Namespace's labels, and the `spec` of a LimitRange and of
// a ResourceQuota; all but the template may be missing. A line of output has an answer for each that is there.
//
// Each is asked by itself in the server's own code: the pod's defaults, Pod Security of Kubernetes 1.37 as it emulates the
// server, LimitRanger, validation, and the evaluator of quotas. ./build builds it.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	core "k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
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

func judge(it pair) (a answer) {
	pod := &corev1.Pod{ObjectMeta: it.Template.ObjectMeta, Spec: it.Template.Spec}
	pod.Namespace, pod.Name = "default", "job-abcde"
	legacyscheme.Scheme.Default(pod)
	a.Violations = judgeSecurity(it, pod)
	internal := &core.Pod{}
	check(legacyscheme.Scheme.Convert(pod, internal, nil))
	if it.LimitRange != nil {
		a.Limits = judgeLimits(*it.LimitRange, internal)
	}
	if it.Overhead != nil {
		overhead := &core.Pod{}
		defaulted := &corev1.Pod{Spec: corev1.PodSpec{Overhead: it.Overhead}}
		legacyscheme.Scheme.Default(defaulted)
		check(legacyscheme.Scheme.Convert(defaulted, overhead, nil))
		internal.Spec.Overhead = overhead.Spec.Overhead
	}
	if it.Quota != nil {
		a.Quota = judgeQuota(*it.Quota, internal)
	}
	return a
}

func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "admission: %v\n", err)
		os.Exit(2)
	}
}
