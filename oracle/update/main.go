// Program update reads pairs of Jobs in JSON, an old and a new version, and prints which fields of the new one the API server
// rejects because they cannot change.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"

	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/registry/batch/job"
)

// answer is what the API server says of an update.
type answer struct {
	Valid  bool     `json:"valid"`  // whether both versions can be read and the old one can be created
	Fields []string `json:"fields"` // what cannot change
}

func main() {
	pairs := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	for {
		var pair [2]json.RawMessage
		err := pairs.Decode(&pair)
		if errors.Is(err, io.EOF) {
			return
		}
		check(err)
		check(out.Encode(judge(pair[0], pair[1])))
	}
}

func judge(before, after json.RawMessage) (result answer) {
	// The validation panics on some values; the API server answers with an error then.
	defer func() {
		if recover() != nil {
			result = answer{}
		}
	}()
	ctx := context.Background()
	oldJob, newJob := decode(before), decode(after)
	if oldJob == nil || newJob == nil {
		return answer{}
	}
	oldJob.UID, newJob.UID = "1", "1"
	for _, it := range []*batch.Job{oldJob, newJob} {
		if it.Namespace == "" {
			it.Namespace = "default"
		}
	}
	job.Strategy.PrepareForCreate(ctx, oldJob)
	if len(job.Strategy.Validate(ctx, oldJob)) > 0 {
		return answer{}
	}
	oldJob.ResourceVersion, newJob.ResourceVersion = "1", "1"
	// An apply leaves alone what the server has made: the selector, and the labels that it selects by.
	if newJob.Spec.Selector == nil {
		newJob.Spec.Selector = oldJob.Spec.Selector
	}
	labels := maps.Clone(newJob.Spec.Template.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	for _, key := range []string{batch.ControllerUidLabel, batch.JobNameLabel, "controller-uid", "job-name"} {
		value, isMade := oldJob.Spec.Template.Labels[key]
		if _, isStated := labels[key]; isMade && !isStated {
			labels[key] = value
		}
	}
	newJob.Spec.Template.Labels = labels
	job.Strategy.PrepareForUpdate(ctx, newJob, oldJob)
	result = answer{Valid: true, Fields: []string{}}
	for _, it := range job.Strategy.ValidateUpdate(ctx, newJob, oldJob) {
		if strings.Contains(it.Detail, "immutable") || strings.Contains(it.Detail, "in tandem with") {
			result.Fields = append(result.Fields, it.Field)
		}
	}
	return result
}

// decode reads a Job and fills in the defaults; nil where the text is not one.
func decode(text json.RawMessage) *batch.Job {
	object, _, err := legacyscheme.Codecs.UniversalDecoder(batch.SchemeGroupVersion).Decode(text, nil, nil)
	if err != nil {
		return nil
	}
	result, _ := object.(*batch.Job)
	return result
}

func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "update: %v\n", err)
		os.Exit(2)
	}
}
