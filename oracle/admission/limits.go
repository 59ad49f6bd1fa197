package main

import (
	"errors"
	"regexp"
	"sort"

	corev1 "k8s.io/api/core/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	core "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/plugin/pkg/admission/limitranger"
)

// limits is what a LimitRange does with a pod.
type limits struct {
	Resources []resources `json:"resources"` // those of all containers after it, the init containers first
	Pod       *resources  `json:"pod"`       // those of the pod as a whole
	Invalid   []string    `json:"invalid"`   // what makes the pod invalid then
	Breaches  []string    `json:"breaches"`  // what the LimitRange refuses
}

type resources struct {
	Requests map[string]string `json:"requests"`
	Limits   map[string]string `json:"limits"`
}

// contradiction finds the errors that say that amounts do not fit together.
var contradiction = regexp.MustCompile(`: must be (less than or equal|equal|greater than or equal) to |Limit must be set for|HugePages require`)

// judgeLimits asks validation and LimitRanger about a pod that is filled in already.
func judgeLimits(limitRange *corev1.LimitRange, pod *core.Pod) *limits {
	found := &limits{Invalid: []string{}, Breaches: []string{}}
	for _, it := range append(append([]core.Container{}, pod.Spec.InitContainers...), pod.Spec.Containers...) {
		found.Resources = append(found.Resources, resources{shown(it.Resources.Requests), shown(it.Resources.Limits)})
	}
	if own := pod.Spec.Resources; own != nil {
		found.Pod = &resources{shown(own.Requests), shown(own.Limits)}
	}
	options := podutil.GetValidationOptionsFromPodSpecAndMeta(&pod.Spec, nil, &pod.ObjectMeta, nil)
	options.ResourceIsPod = true
	for _, err := range validation.ValidatePodCreate(pod, options) {
		if contradiction.MatchString(err.Error()) && isOfResources(err.Field) {
			found.Invalid = append(found.Invalid, err.Error())
		}
	}
	sort.Strings(found.Invalid)

	if err := limitranger.PodValidateLimitFunc(limitRange, pod); err != nil {
		var all utilerrors.Aggregate
		if !errors.As(err, &all) {
			check(err)
		}
		for _, err := range all.Errors() {
			found.Breaches = append(found.Breaches, err.Error())
		}
	}
	sort.Strings(found.Breaches)
	return found
}

var resourcesField = regexp.MustCompile(`^spec\.((initC|c)ontainers\[\d+\]\.)?resources\b`)

func isOfResources(field string) bool { return resourcesField.MatchString(field) }

func shown(list core.ResourceList) map[string]string {
	all := map[string]string{}
	for name, quantity := range list {
		all[string(name)] = quantity.String()
	}
	return all
}
