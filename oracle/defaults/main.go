// Says of pairs of manifests whether Kubernetes stores the same object, decoded and filled in as the API server does it;
// of a CronJob, whether it is the same but for what its Jobs get as defaults.
//
// Standard input and output are JSON lines: {"before": …, "after": …, …} gets "same": true or false.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"sigs.k8s.io/yaml"
)

// stored reads a manifest into the objects that the server would store, items of a List one by one.
func stored(text string) ([]runtime.Object, error) {
	var objects []runtime.Object
	for _, document := range strings.Split("\n"+text, "\n---\n") {
		if strings.TrimSpace(document) == "" {
			continue
		}
		data, err := yaml.YAMLToJSON([]byte(document))
		if err != nil {
			return nil, err
		}
		var list struct {
			Kind  string            `json:"kind"`
			Items []json.RawMessage `json:"items"`
		}
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, err
		}
		items := []json.RawMessage{data}
		if list.Kind == "List" {
			items = list.Items
		}
		for _, item := range items {
			// No supported Kubernetes serves `batch/v1beta1`, whose CronJobs had the fields of `batch/v1`.
			text := strings.Replace(string(item), `"batch/v1beta1"`, `"batch/v1"`, 1)
			// The internal version has what the external one leaves open: defaults, and old names of fields.
			object, err := runtime.Decode(legacyscheme.Codecs.UniversalDecoder(), []byte(text))
			if err != nil {
				return nil, err
			}
			external, err := legacyscheme.Scheme.ConvertToVersion(object, batchv1.SchemeGroupVersion)
			if err != nil {
				return nil, err
			}
			// A CronJob's template gets its defaults when a Job is made from it.
			if cronJob, ok := external.(*batchv1.CronJob); ok {
				job := &batchv1.Job{Spec: cronJob.Spec.JobTemplate.Spec}
				legacyscheme.Scheme.Default(job)
				cronJob.Spec.JobTemplate.Spec = job.Spec
			}
			objects = append(objects, external)
		}
	}
	return objects, nil
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<24)
	for input.Scan() {
		var pair map[string]any
		if err := json.Unmarshal(input.Bytes(), &pair); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		before, err := stored(pair["before"].(string))
		after, err2 := stored(pair["after"].(string))
		if err != nil || err2 != nil || len(before) == 0 {
			fmt.Fprintln(os.Stderr, pair["name"], err, err2)
			os.Exit(2)
		}
		pair["same"] = equality.Semantic.DeepEqual(before, after)
		line, err := json.Marshal(pair)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		fmt.Println(string(line))
	}
}
